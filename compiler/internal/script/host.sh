#!/bin/bash
# Prepares a host at its first boot, and tells CloudFormation when it serves. What it knows stands above, as assignments.
set -euo pipefail

doing="starting"
log() {
  doing=$1
  echo "cfnpipe: $1"
}

INSTANCE_ID=unknown
signal() {
  set -- --success "$1" --reason "$2"
  if [ -n "$READY_URL" ]; then
    set -- "$@" --id "$INSTANCE_ID" "$READY_URL"
  else
    set -- "$@" --stack "$STACK" --resource "$FLEET" --region "$REGION"
  fi
  # A host that a scale-out or CodeDeploy starts has no stack operation that waits for it: that refusal is no fault.
  /opt/aws/bin/cfn-signal "$@" || echo "cfnpipe: CloudFormation took no signal."
}

# EXIT rather than ERR: it sees an unset variable and a plain exit, too. A fleet that cannot start fails its stack at once.
finish() {
  status=$?
  if [ "$status" != 0 ]; then
    signal false "The host failed while $doing (status $status); see /var/log/cloud-init-output.log."
  fi
}
trap finish EXIT

# The network of a young host, and the mirrors, may need a moment.
retry() {
  for attempt in 1 2 3 4 5; do
    if "$@"; then
      return 0
    fi
    echo "cfnpipe: attempt $attempt failed: $*"
    sleep 10
  done
  return 1
}

metadata() {
  curl --silent --show-error --fail --max-time 5 --header "X-aws-ec2-metadata-token: $token" \
    "http://169.254.169.254/latest/meta-data/$1"
}

new_token() {
  token=$(curl --silent --show-error --fail --max-time 5 --request PUT \
    --header "X-aws-ec2-metadata-token-ttl-seconds: 300" http://169.254.169.254/latest/api/token)
}

packages() {
  # All at once: CodeDeploy may wait for the agent of a new host for five minutes only (its quotas, "Minutes until a deployment fails if a
  # lifecycle event doesn't start"). 3.2 is the last ruby that the installer of agent 1.x knows (aws-codedeploy-agent, bin/install). The
  # other two come with the standard Amazon Linux 2023 image, but not with the minimal one.
  set -- docker ruby3.2
  [ -x /opt/aws/bin/cfn-signal ] || set -- "$@" aws-cfn-bootstrap
  command -v aws >/dev/null || set -- "$@" awscli-2
  retry dnf install -y "$@"
}

write_settings() {
  mkdir -p /etc/cfnpipe
  printf '%s=%q\n' REGION "$REGION" SETTINGS_PARAMETER "$SETTINGS_PARAMETER" LOG_GROUP "$LOG_GROUP" \
    CONTAINER "$CONTAINER" HOST_PORT "$HOST_PORT" INSTANCE_ID "$INSTANCE_ID" >/etc/cfnpipe/host.env
}

# The installer logs an exception and exits with 0, so its word is not enough (aws-codedeploy-agent, bin/install).
agent_package() {
  /root/codedeploy-install auto && systemctl cat codedeploy-agent >/dev/null
}

install_agent() {
  retry curl --silent --show-error --fail --output /root/codedeploy-install \
    "https://aws-codedeploy-$REGION.s3.$REGION.$domain/latest/install"
  chmod 700 /root/codedeploy-install
  retry agent_package
  if [ "$AGENT_AUTH" = yes ]; then
    # The package brings the file and starts the agent; without the option its calls are refused, not misled.
    systemctl stop codedeploy-agent
    echo ":enable_auth_policy: true" >>/etc/codedeploy-agent/conf/codedeployagent.yml
  fi
  systemctl enable --now codedeploy-agent
}

# Prints the id of the group's last successful deployment, "None" without one, and nothing while there is no group.
last_deployment() {
  refusal=$(mktemp)
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    if aws deploy get-deployment-group --region "$REGION" --application-name "$APPLICATION" \
      --deployment-group-name "$GROUP" --query deploymentGroupInfo.lastSuccessfulDeployment.deploymentId \
      --output text 2>"$refusal"; then
      return 0
    fi
    if grep -q -e ApplicationDoesNotExistException -e DeploymentGroupDoesNotExistException "$refusal"; then
      return 0
    fi
    # Rights of a new role take a while to act, so a refusal may be a passing one too.
    cat "$refusal" >&2
    sleep 10
  done
  return 1
}

healthy() {
  # 120 times 10 seconds: 20 minutes, of the 30 that the stack waits for a signal.
  for _ in {1..120}; do
    state=$(aws elbv2 describe-target-health --region "$REGION" --target-group-arn "$TARGET_GROUP" \
      --targets "Id=$INSTANCE_ID" --query 'TargetHealthDescriptions[0].TargetHealth.State' --output text) || state=unknown
    if [ "$state" = healthy ]; then
      return 0
    fi
    echo "cfnpipe: the load balancer calls this host $state."
    sleep 10
  done
  return 1
}

log "asking the metadata service who this host is"
retry new_token
INSTANCE_ID=$(metadata instance-id)
domain=$(metadata services/domain)
log "installing docker and ruby"
packages
systemctl enable --now docker
log "writing the settings with digest $SETTINGS_DIGEST"
write_settings
# Last: an agent that runs before docker does starts deploying onto half a host (CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling").
log "installing the CodeDeploy agent"
install_agent
if [ -n "$READY_URL" ]; then
  # CodeDeploy itself waits for the hosts that it exchanges for others.
  signal true "The host is ready."
  exit
fi
log "asking for the last deployment"
last=$(last_deployment)
case $last in
"" | None)
  signal true "The host is ready; there is no release yet."
  ;;
*)
  # The fleet's update takes an old host away for each signal: only a host that serves may send one.
  log "waiting for release $last to serve"
  healthy
  signal true "The host serves release $last."
  ;;
esac

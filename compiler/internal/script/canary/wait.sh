#!/bin/bash
# Runs a canary of another account, if it does not run by itself, and waits for what a run says that began after now. The
# project's action gives CANARY, CANARY_STARTER_ROLE, CANARY_ONCE (yes: it runs once for each start) and CANARY_POLLS.
set -euo pipefail
before=$(date +%s)
until=0

# The role is assumed by another role, so its credentials are good for an hour (IAM user guide, "Role chaining"). What is called
# behind `if` does not end at a failure by itself, so each failure here says what it does.
canary() {
  if [ "$SECONDS" -ge "$until" ]; then
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    local key
    key=$(aws sts assume-role --role-arn "$CANARY_STARTER_ROLE" --role-session-name cfnpipe-canary \
      --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) || exit 1
    read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<<"$key"
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    until=$((SECONDS + 2400))
  fi
}

# Sets began, state and id: of the first run that began after now; empty if there is none.
look() {
  canary
  local runs started its_state its_id at
  runs=$(aws synthetics get-canary-runs --name "$CANARY" \
    --query 'CanaryRuns[].[Timeline.Started,Status.State,Id]' --output text) || exit 1
  began='' state='' id=''
  while read -r started its_state its_id; do
    at=$(date -d "$started" +%s 2>/dev/null) || continue
    if [ "$at" -ge "$before" ] && { [ -z "$began" ] || [ "$at" -lt "$began" ]; }; then
      began=$at state=$its_state id=$its_id
    fi
  done <<<"$runs"
}

# Starts the canary if it has to be started, and tells whether it is on its way.
start() {
  canary
  local now said
  now=$(aws synthetics get-canary --name "$CANARY" --query Canary.Status.State --output text) || exit 1
  case $now in
  READY | STOPPED)
    if said=$(aws synthetics start-canary --name "$CANARY" 2>&1); then
      echo "$CANARY is started."
      return 0
    fi
    case $said in
    *ConflictException*) echo "$CANARY is busy: $now." ;; # Somebody else was quicker, or an update is under way.
    *)
      echo "$said"
      exit 1
      ;;
    esac
    ;;
  STARTING | RUNNING)
    # One that runs once was started by somebody else, before now; it comes to its end by itself.
    [ "$CANARY_ONCE" = yes ] || return 0
    ;;
  ERROR | DELETING)
    echo "$CANARY is in the state $now: it cannot be started."
    exit 1
    ;;
  *) echo "$CANARY is busy: $now." ;;
  esac
  return 1
}

started=no
for ((poll = 0; poll < CANARY_POLLS; poll++)); do
  [ "$poll" = 0 ] || sleep 15
  if [ "$started" = no ]; then
    if start; then
      started=yes
    fi
    continue
  fi
  look
  case $state in
  PASSED)
    echo "$CANARY passed."
    exit 0
    ;;
  FAILED)
    echo "$CANARY failed. Why, and where its log is:"
    aws synthetics get-canary-runs --name "$CANARY" \
      --query "CanaryRuns[?Id=='$id'].[Status.StateReason,ArtifactS3Location]" --output text
    exit 1
    ;;
  esac
done
if [ "$started" = no ]; then
  echo "$CANARY could not be started in time."
elif [ -z "$began" ]; then
  echo "$CANARY had no run in time. A canary without a run proves nothing, so this is a failure."
else
  echo "A run of $CANARY began and did not end in time."
fi
exit 1

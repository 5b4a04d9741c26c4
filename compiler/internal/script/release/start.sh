#!/bin/bash
# Pulls the image of this revision and starts it with the settings of the environment that this host belongs to.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. /etc/cfnpipe/host.env
# shellcheck source=/dev/null
. "$here/image.env"
# A hook has no locale, and values may hold any character.
export LC_ALL=C.UTF-8 AWS_DEFAULT_REGION=$REGION
# docker writes the registry's password into its configuration: it shall not outlive this script.
DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT

echo "Reading the settings from $SETTINGS_PARAMETER."
settings=$(aws ssm get-parameter --name "$SETTINGS_PARAMETER" --query Parameter.Value --output text)

registry=${IMAGE_URI%%/*}
# ACCOUNT.dkr.ecr.REGION.DOMAIN: the image may live in another region than the host.
IFS=. read -r _ _ _ registry_region _ <<<"$registry"
echo "Pulling $IMAGE_URI."
aws ecr get-login-password --region "$registry_region" | docker login --username AWS --password-stdin "$registry"
docker pull --quiet "$IMAGE_URI"

export IMAGE_URI REGION LOG_GROUP INSTANCE_ID CONTAINER HOST_PORT
python3 "$here/container.py" <<<"$settings"

# Old images fill the disk, but a full disk is no reason to fail a release that runs.
docker image prune --all --force --filter until=72h || echo "Old images could not be removed."

#!/bin/bash
# Stops the container and succeeds whatever there was to stop: ApplicationStop runs from the LAST revision, and one that
# fails there fails every later deployment to this host.
set -uo pipefail
# shellcheck source=/dev/null
. /etc/cfnpipe/host.env
if [ -z "$(docker ps --quiet --filter "name=^/$CONTAINER\$")" ]; then
  echo "$CONTAINER does not run: nothing to stop."
  exit 0
fi
echo "Stopping $CONTAINER."
# The grace before the kill is the container's own --stop-timeout.
docker stop "$CONTAINER" || echo "$CONTAINER did not stop; the next start removes it."

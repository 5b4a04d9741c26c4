#!/bin/bash
# Waits until the service answers its health check on this host.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/cfnpipe/host.env
url=$(docker inspect --format '{{index .Config.Labels "cfnpipe.health"}}' "$CONTAINER")
echo "Waiting for $url."
code=000
for _ in {1..60}; do
  code=$(curl --silent --globoff --output /dev/null --write-out '%{http_code}' --max-time 4 "$url") || true
  case $code in
  2?? | 3??)
    echo "$url answers $code."
    exit 0
    ;;
  esac
  sleep 3
done
echo "$url last answered $code: the release is not healthy. The end of the container's log:"
docker logs --tail 50 "$CONTAINER" 2>&1 || true
exit 1

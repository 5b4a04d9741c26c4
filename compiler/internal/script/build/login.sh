#!/bin/bash
# Proves that docker answers, and signs in to the registry.
set -euo pipefail
# Without privileged mode there is no daemon; say so before the tests, not after them.
docker version --format 'Docker {{.Server.Version}} answers.'
registry=${REPOSITORY_URI%%/*}
echo "Signing in to $registry."
aws ecr get-login-password | docker login --username AWS --password-stdin "$registry"

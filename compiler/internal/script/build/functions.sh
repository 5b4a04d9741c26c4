#!/bin/bash
# Adds the templates of functions, and what this release says to them.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"/cfnpipe-bundle
# shellcheck source=/dev/null
. ./image.env
# The name is ours: what the tree of a repository has there stays out.
rm -rf cfnpipe-functions
mkdir cfnpipe-functions
cd cfnpipe-functions
: files
tar --extract --gzip --file templates.tar.gz
rm templates.tar.gz
printf '{"Parameters":{"ImageUri":"%s","Release":"%s"}}\n' "$IMAGE_URI" "$CODEBUILD_RESOLVED_SOURCE_VERSION, build ${CODEBUILD_BUILD_ID##*:}" >release.json

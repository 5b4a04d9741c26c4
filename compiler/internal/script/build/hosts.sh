#!/bin/bash
# Adds what hosts need: the whole tree of a repository with an appspec.yml of its own, or hooks that run the image.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
tree=$(dirname "$CODEBUILD_SRC_DIR")/cfnpipe-tree
if [ -d "$tree" ]; then
  mv -fT cfnpipe-bundle/image.env "$tree/image.env"
  rm -rf cfnpipe-bundle
  mv "$tree" cfnpipe-bundle
else
  cd cfnpipe-bundle
  : files
  chmod 755 ./*.sh
fi

#!/bin/bash
# Keeps the source as it came, for a repository that brings its own appspec.yml: tests leave files behind.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
if [ -e cfnpipe-bundle ]; then
  echo "The repository holds cfnpipe-bundle, the name of the folder that the build makes: please rename it."
  exit 1
fi
# Beside the source, not below it: neither tests nor docker's build context see it there.
tree=$(dirname "$CODEBUILD_SRC_DIR")/cfnpipe-tree
rm -rf "$tree"
if [ -f appspec.yml ]; then
  cp -a . "$tree"
  echo "The repository has its own appspec.yml: the whole tree, as it is now, becomes the bundle."
fi

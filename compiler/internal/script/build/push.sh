#!/bin/bash
# Pushes the image. post_build runs after a failed build too (view-build-details): nothing of that may be pushed.
set -euo pipefail
if [ "${CODEBUILD_BUILD_SUCCEEDING:-0}" != 1 ]; then
  echo "The build failed: nothing is pushed."
  exit 1
fi
image=$REPOSITORY_URI:$CODEBUILD_RESOLVED_SOURCE_VERSION
if ! docker image inspect "$image" >/dev/null 2>&1; then
  echo "No image was built: nothing to push."
  exit 0
fi
if said=$(docker push "$image" 2>&1); then
  echo "$said"
  exit 0
fi
echo "$said"
# Tags are immutable. A refusal for that means that another build of the same commit was first, and its image counts.
case $said in
*immutable*) echo "Another build of the same commit has pushed its image: that one is taken." ;;
*) exit 1 ;;
esac

#!/bin/bash
# Builds the image of this commit, unless an earlier build of the same commit has pushed it.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
tag=$CODEBUILD_RESOLVED_SOURCE_VERSION
if found=$(aws ecr describe-images --repository-name "${REPOSITORY_URI#*/}" --image-ids "imageTag=$tag" 2>&1); then
  echo "The repository already has the image of commit $tag: nothing to build."
  exit 0
fi
# The command line answers 254 to any error of a service, so only the error's name tells a missing image from a refusal.
case $found in
*ImageNotFoundException*) ;;
*)
  echo "$found"
  exit 1
  ;;
esac
echo "Building the image of commit $tag."
# An attestation would make the image an index, which Lambda does not take (lambda-images: no multi-architecture image).
export BUILDX_NO_DEFAULT_ATTESTATIONS=1
docker build --file "$DOCKERFILE" --tag "$REPOSITORY_URI:$tag" .

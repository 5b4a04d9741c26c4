#!/bin/bash
# Begins the bundle with the image that it runs: the same for every environment.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
tag=$CODEBUILD_RESOLVED_SOURCE_VERSION
digest=$(aws ecr describe-images --repository-name "${REPOSITORY_URI#*/}" --image-ids "imageTag=$tag" \
  --query 'imageDetails[0].imageDigest' --output text)
if [[ ! $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
  echo "The repository gives no digest for commit $tag, but: $digest"
  exit 1
fi
rm -rf cfnpipe-bundle
mkdir cfnpipe-bundle
echo "IMAGE_URI=$REPOSITORY_URI@$digest" >cfnpipe-bundle/image.env
echo "The bundle runs $REPOSITORY_URI@$digest."

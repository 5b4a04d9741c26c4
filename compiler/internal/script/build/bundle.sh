#!/bin/bash
# Makes the bundle that CodeDeploy takes to the hosts: the same for every environment.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
tag=$CODEBUILD_RESOLVED_SOURCE_VERSION
digest=$(aws ecr describe-images --repository-name "${REPOSITORY_URI#*/}" --image-ids "imageTag=$tag" \
  --query 'imageDetails[0].imageDigest' --output text)
if [[ ! $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
  echo "The repository gives no digest for commit $tag, but: $digest"
  exit 1
fi
tree=$(dirname "$CODEBUILD_SRC_DIR")/cfnpipe-tree
rm -rf cfnpipe-bundle
if [ -d "$tree" ]; then
  mv "$tree" cfnpipe-bundle
  cd cfnpipe-bundle
else
  mkdir cfnpipe-bundle
  cd cfnpipe-bundle
  #files
  chmod 755 ./*.sh
fi
echo "IMAGE_URI=$REPOSITORY_URI@$digest" >image.env
echo "The bundle runs $REPOSITORY_URI@$digest."

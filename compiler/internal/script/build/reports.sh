#!/bin/bash
# CodeBuild does not fail on a glob that matches nothing, and says little about it.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
shopt -s globstar
if ! compgen -G "$TEST_REPORTS" >/dev/null; then
  echo "No file matches test_reports, $TEST_REPORTS: the tests wrote no report there."
fi

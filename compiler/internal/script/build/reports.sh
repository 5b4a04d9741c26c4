#!/bin/bash
# A report group without a file may fail the build at its very end, when the image is pushed already. Where the tests
# wrote no report, a report says just that.
set -euo pipefail
cd "$CODEBUILD_SRC_DIR"
shopt -s globstar
if ! compgen -G "$TEST_REPORTS" >/dev/null; then
  echo "No file matches test_reports, $TEST_REPORTS: the tests wrote no report there."
  cat >cfnpipe-no-report.xml <<'END OF REPORT'
<testsuite name="cfnpipe" tests="1" skipped="1">
<testcase classname="cfnpipe" name="No file matches test_reports"><skipped/></testcase>
</testsuite>
END OF REPORT
fi

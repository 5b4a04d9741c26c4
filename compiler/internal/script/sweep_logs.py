"""Deletes a canary's log groups when CloudFormation deletes the resource that stands for them."""
import re
import time

import boto3
from botocore.config import Config

# A call is over after 70 seconds at the latest, its two repetitions included.
logs = boto3.client("logs", config=Config(connect_timeout=5, read_timeout=15,
                                          retries={"mode": "standard", "total_max_attempts": 3}))
# A canary whose name goes on behind this one's has groups with the same beginning, so the id behind the name has to begin there.
ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The canary and its rights are gone by now; what it wrote last may still be on its way.
PAUSE = 20


def handler(event, context):
    name = ""
    try:
        name = event["ResourceProperties"]["CanaryName"]
        print(event["RequestType"], name)
        if event["RequestType"] == "Delete" and sweep(name, context):
            time.sleep(PAUSE)
            sweep(name, context)
    except Exception as problem:
        answer(event, "logs-of-" + name, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, "logs-of-" + name, "SUCCESS", "")


def sweep(name, context):
    """Tells how many groups were deleted."""
    prefix, where, count = "/aws/lambda/cwsyn-%s-" % name, {}, 0
    while True:
        page = logs.describe_log_groups(logGroupNamePrefix=prefix, **where)
        for group in [g["logGroupName"] for g in page.get("logGroups", [])]:
            # Enough for one more call, a pause and the answer.
            if context.get_remaining_time_in_millis() < 150000:
                raise TimeoutError("no time is left to delete " + group)
            if not ID.match(group[len(prefix):]):
                print("Left, not of this canary:", group)
                continue
            try:
                logs.delete_log_group(logGroupName=group)
            except logs.exceptions.ResourceNotFoundException:
                pass
            print("Deleted:", group)
            count += 1
        if not page.get("nextToken"):
            return count
        where = {"nextToken": page["nextToken"]}

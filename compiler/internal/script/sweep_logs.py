"""Deletes a canary's log groups when CloudFormation deletes the resource that stands for them."""
import json
import re
import time
import urllib.request

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
        answer(event, name, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, name, "SUCCESS", "")


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


def answer(event, name, status, reason):
    # Named after the canary: another canary's groups are another resource, and the old one gets its own Delete.
    own = event.get("PhysicalResourceId") if event["RequestType"] == "Delete" else "logs-of-" + name
    body = {"Status": status, "Reason": reason, "PhysicalResourceId": own, "StackId": event["StackId"],
            "RequestId": event["RequestId"], "LogicalResourceId": event["LogicalResourceId"]}
    # CloudFormation takes 4,096 bytes (crpg-ref-responses).
    while body["Reason"] and len(json.dumps(body)) > 4096:
        body["Reason"] = body["Reason"][:-64]
    print(status, body["Reason"])
    # The address is signed, so it is a secret: it is never printed.
    put = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")
    for attempt in range(5):
        try:
            urllib.request.urlopen(put, timeout=10).close()
            return
        except OSError as problem:
            print("No answer delivered:", type(problem).__name__)
            time.sleep(2 ** attempt)
    raise RuntimeError("CloudFormation took no answer")

"""Starts a pipeline when a push to its branch touches files that count."""
import json
import os
from fnmatch import fnmatchcase

import boto3
from botocore.config import Config

# A call is over after 70 seconds at the latest, its two repetitions included.
patience = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 3})
codecommit = boto3.client("codecommit", config=patience)
codepipeline = boto3.client("codepipeline", config=patience)
PIPELINE = os.environ["PIPELINE"]
INCLUDE = json.loads(os.environ["INCLUDE"])
EXCLUDE = json.loads(os.environ["EXCLUDE"])
# Enough for one more call that asks and the one that starts.
ENOUGH = 150000


def handler(event, context):
    push = event["detail"]
    print("%s of %s: %s to %s" % (push["referenceName"], push["repositoryName"], push.get("oldCommitId"), push["commitId"]))
    why = reason(push, context)
    if not why:
        print("%s is not started: no file counts." % PIPELINE)
        return
    # Without a revision: the run builds what the branch holds when it begins, however late or out of order the event is.
    # A failure is raised: Lambda then calls again, after a minute and after two more.
    run = codepipeline.start_pipeline_execution(name=PIPELINE)["pipelineExecutionId"]
    print("%s is started, %s: %s" % (PIPELINE, run, why))


def reason(push, context):
    """Says why the push starts the pipeline; empty if it does not."""
    if not push.get("oldCommitId"):
        return "the branch is new"
    try:
        for path in touched(push, context):
            if path is None:
                return "there are too many changes to look at all of them"
            if counts(path):
                return json.dumps(path)
    # A run too many does no harm; a release that does not come does.
    except Exception as problem:
        return "the changes cannot be found out, %s: %s" % (type(problem).__name__, problem)
    return ""


def touched(push, context):
    """Yields the paths of the push as they come, and None when time is short."""
    where = {"repositoryName": push["repositoryName"], "beforeCommitSpecifier": push["oldCommitId"],
             "afterCommitSpecifier": push["commitId"]}
    while True:
        page = codecommit.get_differences(**where)
        for difference in page.get("differences", []):
            # What was moved or deleted counts where it was, too.
            for blob in ("beforeBlob", "afterBlob"):
                if blob in difference:
                    yield difference[blob]["path"]
        if not page.get("NextToken"):
            return
        if context.get_remaining_time_in_millis() < ENOUGH:
            yield None
        where["NextToken"] = page["NextToken"]


def counts(path):
    return any(fits(p, path) for p in INCLUDE) and not any(fits(p, path) for p in EXCLUDE)


def fits(pattern, path):
    """Goes by the rules of package glob."""
    parts, used, part = path.split("/"), {0}, ""
    for part in pattern.split("/"):
        if part == "**":
            used = set(range(min(used), len(parts)))
        else:
            used = {n + 1 for n in used if n < len(parts) and fnmatchcase(parts[n], part)}
        if not used:
            return False
    return part == "**" or len(parts) in used

"""The ways in which a bucket can be found, and a stack deleted, as cases for an emptier's program; each returns findings."""

import json

from faults import each_key_fails, refuse, whenever
from sandbox import CHAIN, HANGS_UP, Sandbox

BUCKET, OTHER, ID = "shop-bucket", "shop-bucket-2", "the-id-from-Create"
SAME = {"StackId", "RequestId", "LogicalResourceId"}
FIELDS = SAME | {"Status", "Reason", "PhysicalResourceId", "NoEcho", "Data"}
KEYS = ["a b", " ", "/", "//x", "ü/日本/🐎", "&<>\"'", "&amp;", "a\nb", "+", "%", "%2F", "a?b#c", "null", "../x", "x" * 1024]


# What a case looks at.


def delete(sandbox: Sandbox, status: str = "SUCCESS", reason: str = "", failures: int = 0) -> list[str]:
    """Delivers a Delete; then one answer must be there, and after SUCCESS the bucket must be deletable."""
    event = sandbox.event("Delete", BUCKET, PhysicalResourceId=ID)
    findings = ask(sandbox, event, status, reason, ID)
    if sandbox.failures != failures:
        findings.append(f"{sandbox.failures} runs failed: {sandbox.log.getvalue()[-200:]}")
    return findings + (remove(sandbox) if status == "SUCCESS" else [])


def ask(sandbox: Sandbox, event: dict, status: str, reason: str = "", physical: str = "") -> list[str]:
    before = len(sandbox.address.bodies)
    sandbox.deliver(event)
    bodies = sandbox.address.bodies[before:]
    if len(bodies) != 1:
        return [f"{len(bodies)} answers"]
    answer = json.loads(bodies[0])
    findings = [f"{name} is not the request's" for name in SAME if answer.get(name) != event[name]]
    findings += [f"{name} is no field of an answer" for name in answer.keys() - FIELDS]
    findings += [] if answer["Status"] == status else [f"{answer['Status']}: {answer.get('Reason')}"]
    findings += [] if reason in answer.get("Reason", "") else [f"the reason is {answer['Reason']}"]
    findings += ["no reason"] if status == "FAILED" and not answer.get("Reason") else []
    findings += [f"{len(bodies[0])} bytes"] if len(bodies[0]) > 4096 else []
    given = answer.get("PhysicalResourceId")
    return findings + ([] if given and len(given) <= 1024 and given == (physical or given) else [f"PhysicalResourceId {given}"])


def physical_id(sandbox: Sandbox) -> str:
    return json.loads(sandbox.address.bodies[-1])["PhysicalResourceId"] if sandbox.address.bodies else ""


def remove(sandbox: Sandbox) -> list[str]:
    """Deletes the bucket, as CloudFormation does next."""
    uploads = sandbox.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    findings = [f"{len(uploads)} uploads are left"] if uploads else []
    try:
        sandbox.s3.delete_bucket(Bucket=BUCKET)
    except sandbox.s3.exceptions.ClientError as problem:
        return [*findings, f"the bucket cannot be deleted: {problem}"]
    return findings


def versioning(sandbox: Sandbox, status: str = "Enabled") -> None:
    sandbox.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})


def put(sandbox: Sandbox, keys: list[str]) -> None:
    for key in keys:
        sandbox.s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")


def mark(sandbox: Sandbox, keys: list[str]) -> None:
    """A delete without a version leaves a marker."""
    for start in range(0, len(keys), 1000):
        objects = [{"Key": key} for key in keys[start : start + 1000]]
        sandbox.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects, "Quiet": True})


def left(sandbox: Sandbox, bucket: str = BUCKET) -> list[str]:
    return [item["Key"] for item in sandbox.s3.list_object_versions(Bucket=bucket).get("Versions", [])]


def names(count: int) -> list[str]:
    return [f"logs/{number:05}" for number in range(count)]


# The cases.


def create(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    findings = ask(sandbox, sandbox.event("Create", BUCKET), "SUCCESS")
    return findings + untouched(sandbox, 3)


def update(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    findings = ask(sandbox, sandbox.event("Create", BUCKET), "SUCCESS")
    physical = physical_id(sandbox)
    old = {"BucketName": BUCKET}
    event = sandbox.event("Update", BUCKET, PhysicalResourceId=physical, OldResourceProperties=old)
    return findings + ask(sandbox, event, "SUCCESS", physical=physical) + untouched(sandbox, 3)


def update_to_another(sandbox: Sandbox) -> list[str]:
    """The Delete of the old id follows, with the old properties."""
    sandbox.s3.create_bucket(Bucket=OTHER)
    sandbox.s3.put_object(Bucket=OTHER, Key="kept", Body=b"")
    put(sandbox, names(3))
    findings = ask(sandbox, sandbox.event("Create", BUCKET), "SUCCESS")
    first = physical_id(sandbox)
    event = sandbox.event("Update", OTHER, PhysicalResourceId=first, OldResourceProperties={"BucketName": BUCKET})
    findings += ask(sandbox, event, "SUCCESS") + untouched(sandbox, 3)
    findings += ["the other bucket is the same resource"] if physical_id(sandbox) == first else []
    findings += ask(sandbox, sandbox.event("Delete", BUCKET, PhysicalResourceId=first), "SUCCESS", physical=first)
    return findings + remove(sandbox) + ([] if left(sandbox, OTHER) == ["kept"] else ["the other bucket was emptied"])


def untouched(sandbox: Sandbox, count: int) -> list[str]:
    findings = [] if len(left(sandbox)) == count else [f"{len(left(sandbox))} of {count} objects are left"]
    return findings + ([f"calls {sandbox.calls}"] if sandbox.calls else [])


def full(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(40))
    return delete(sandbox)


def versions(sandbox: Sandbox) -> list[str]:
    versioning(sandbox)
    for _ in range(12):
        put(sandbox, names(20))
        mark(sandbox, names(30))
    return delete(sandbox)


def markers(sandbox: Sandbox) -> list[str]:
    """What a lifecycle rule leaves: markers of versions that are gone."""
    versioning(sandbox)
    put(sandbox, names(50))
    versions = sandbox.s3.list_object_versions(Bucket=BUCKET)["Versions"]
    mark(sandbox, names(50))
    for item in versions:
        sandbox.s3.delete_object(Bucket=BUCKET, Key=item["Key"], VersionId=item["VersionId"])
    return delete(sandbox) + ([] if "DeleteObjects" in sandbox.calls else ["there were no markers"])


def pages(sandbox: Sandbox) -> list[str]:
    versioning(sandbox)
    put(sandbox, names(2500))
    mark(sandbox, names(1100))
    return delete(sandbox)


def uploads(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    for number in range(25):
        key = f"big {number // 3} ü&"
        upload = sandbox.s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
        sandbox.s3.upload_part(Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=1, Body=b"part")
    return delete(sandbox)


def odd_keys(sandbox: Sandbox) -> list[str]:
    versioning(sandbox)
    put(sandbox, KEYS)
    put(sandbox, KEYS)
    mark(sandbox, KEYS[::2])
    return delete(sandbox)


def null_versions(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(4))
    versioning(sandbox)
    put(sandbox, names(3))
    versioning(sandbox, "Suspended")
    put(sandbox, names(2))
    versioning(sandbox)
    put(sandbox, names(1))
    found = sandbox.s3.list_object_versions(Bucket=BUCKET)["Versions"]
    nulls = sum(item["VersionId"] == "null" for item in found)
    return delete(sandbox) + ([] if 0 < nulls < len(found) else [f"{nulls} null versions of {len(found)}"])


def list_denied(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    sandbox.faults.append(refuse("ListObjectVersions", 403, "AccessDenied"))
    return delete(sandbox, "FAILED", "AccessDenied")


def uploads_denied(sandbox: Sandbox) -> list[str]:
    sandbox.faults.append(refuse("ListMultipartUploads", 403, "AccessDenied"))
    return delete(sandbox, "FAILED", "AccessDenied")


def invoke_denied(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    sandbox.timeout = 30
    sandbox.faults.append(refuse("Invoke", 403, "AccessDenied"))
    return delete(sandbox, "FAILED", "403")


def locked(sandbox: Sandbox) -> list[str]:
    lock(sandbox)
    findings = delete(sandbox, "FAILED", "logs/00005")
    return findings + ([] if left(sandbox) == ["logs/00005"] else [f"{left(sandbox)} are left"])


def locked_for_a_round(sandbox: Sandbox) -> list[str]:
    lock(sandbox)
    unlock = whenever("ListObjectVersions", lambda: hold(sandbox, "OFF"), 1)
    sandbox.faults.append(whenever("DeleteObjects", lambda: sandbox.faults.append(unlock), 1))
    return delete(sandbox)


def lock(sandbox: Sandbox) -> None:
    sandbox.s3.delete_bucket(Bucket=BUCKET)
    sandbox.s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    put(sandbox, names(10))
    hold(sandbox, "ON")


def hold(sandbox: Sandbox, status: str) -> None:
    sandbox.s3.put_object_legal_hold(Bucket=BUCKET, Key="logs/00005", LegalHold={"Status": status})


def all_fail_for_a_round(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(10))
    sandbox.faults.append(each_key_fails(2))
    return delete(sandbox)


def slow_down(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(10))
    for operation in ("ListMultipartUploads", "ListObjectVersions", "DeleteObjects"):
        sandbox.faults.append(refuse(operation, 503, "SlowDown", "Please reduce your request rate.", 2))
    return delete(sandbox)


def error_in_a_success(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(10))
    sandbox.faults.append(refuse("DeleteObjects", 200, "SlowDown", "Please reduce your request rate.", 2))
    return delete(sandbox)


def twice(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    event = sandbox.event("Delete", BUCKET, PhysicalResourceId=ID)
    findings = ask(sandbox, event, "SUCCESS", physical=ID) + ask(sandbox, event, "SUCCESS", physical=ID) + remove(sandbox)
    return findings + ask(sandbox, event, "SUCCESS", physical=ID)


def gone(sandbox: Sandbox) -> list[str]:
    sandbox.s3.delete_bucket(Bucket=BUCKET)
    return ask(sandbox, sandbox.event("Delete", BUCKET, PhysicalResourceId=ID), "SUCCESS", physical=ID)


def goes_meanwhile(sandbox: Sandbox) -> list[str]:
    sandbox.faults.append(whenever("ListObjectVersions", lambda: sandbox.s3.delete_bucket(Bucket=BUCKET), 1))
    return ask(sandbox, sandbox.event("Delete", BUCKET, PhysicalResourceId=ID), "SUCCESS", physical=ID)


def failed_create(sandbox: Sandbox) -> list[str]:
    """CloudFormation makes an id up when Create gave none."""
    made_up = "shop-ShopBucketEmptier-1A2B3C4D5E6F"
    event = sandbox.event("Delete", BUCKET, PhysicalResourceId=made_up)
    return ask(sandbox, event, "SUCCESS", physical=made_up) + remove(sandbox)


def many_runs(sandbox: Sandbox) -> list[str]:
    versioning(sandbox)
    put(sandbox, names(500))
    for _ in range(6):
        mark(sandbox, names(500))
    sandbox.timeout, sandbox.seconds_per_call = 90, 20
    findings = delete(sandbox)
    return findings + ([] if sandbox.runs >= 5 else [f"{sandbox.runs} runs"])


def ended_run(sandbox: Sandbox) -> list[str]:
    """A call hangs until Lambda ends the run; Lambda delivers the event again."""
    put(sandbox, names(3))
    sandbox.faults.append(whenever("DeleteObjects", lambda: sandbox.let_pass(sandbox.timeout), 1))
    return delete(sandbox, failures=1)


def refused_answer(sandbox: Sandbox) -> list[str]:
    sandbox.address.refusals = [500, HANGS_UP, 503]
    return delete(sandbox)


def closed_address(sandbox: Sandbox) -> list[str]:
    sandbox.address.close()
    sandbox.when_waiting = lambda: sandbox.address.open() if sandbox.waits == 3 else None
    return delete(sandbox)


def refused_run(sandbox: Sandbox) -> list[str]:
    """No answer is taken in a whole run; Lambda delivers the event again."""
    put(sandbox, names(3))
    sandbox.address.refusals = [503] * 5
    return delete(sandbox, failures=1)


def writer(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    sandbox.faults.append(whenever("ListObjectVersions", lambda: put(sandbox, names(7)), 5))
    sandbox.faults.append(whenever("DeleteObjects", lambda: put(sandbox, ["late"]), 5))
    return delete(sandbox)


def endless_writer(sandbox: Sandbox) -> list[str]:
    """Then no answer is right; Lambda ends the chain, and CloudFormation has stopped waiting."""
    sandbox.timeout, sandbox.seconds_per_call = 90, 20
    sandbox.faults.append(whenever("ListObjectVersions", lambda: put(sandbox, names(1))))
    sandbox.deliver(sandbox.event("Delete", BUCKET, PhysicalResourceId=ID))
    findings = [f"answers {body!r}" for body in sandbox.address.bodies]
    return findings + ([] if sandbox.runs == CHAIN else [f"{sandbox.runs} runs"])


def long_reason(sandbox: Sandbox) -> list[str]:
    put(sandbox, names(3))
    sandbox.faults.append(refuse("ListObjectVersions", 400, "Odd", 'sélection "🐎"\n' * 1000))
    return delete(sandbox, "FAILED", 'sélection "🐎"')

"""Empties an S3 bucket when CloudFormation deletes the resource that stands for its contents."""
import json
import time
import urllib.request

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    bucket = ""
    try:
        bucket = event["ResourceProperties"]["BucketName"]
        print(event["RequestType"], bucket)
        if event["RequestType"] == "Delete" and not empty(bucket, context):
            # Asynchronous, and without an answer: the next run gives it.
            boto3.client("lambda").invoke(FunctionName=context.invoked_function_arn, InvocationType="Event",
                                          Payload=json.dumps(event).encode())
            print("Time is short: the next run goes on.")
            return
    except Exception as problem:
        answer(event, bucket, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, bucket, "SUCCESS", "")


def empty(bucket, context):
    """Tells whether nothing is left; False when time is short."""
    try:
        return no_uploads(bucket, context) and no_versions(bucket, context)
    except s3.exceptions.NoSuchBucket:
        return True


def short(context):
    return context.get_remaining_time_in_millis() < 60000


def no_versions(bucket, context):
    fruitless = 0
    # Always the first page: what it showed is gone by the next round.
    while not short(context):
        page = s3.list_object_versions(Bucket=bucket, MaxKeys=1000)
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        if not found:
            return True
        objects = [{"Key": o["Key"], "VersionId": o["VersionId"]} for o in found]
        done = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        errors = done.get("Errors", [])
        print("%d of %d deleted" % (len(objects) - len(errors), len(objects)))
        # All of a round may fail for the moment; what fails round after round stays.
        fruitless = fruitless + 1 if len(errors) >= len(objects) else 0
        if fruitless == 5:
            raise RuntimeError("%s of %s: %s" % (errors[0].get("Code"), errors[0].get("Key"), errors[0].get("Message")))
        time.sleep(2 * fruitless)
    return False


def no_uploads(bucket, context):
    while not short(context):
        found = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=1000).get("Uploads", [])
        if not found:
            return True
        for upload in found:
            if short(context):
                return False
            try:
                s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            except s3.exceptions.NoSuchUpload:
                pass
    return False


def answer(event, bucket, status, reason):
    # Named after the bucket: another bucket is another resource, and the old one gets its own Delete.
    name = event.get("PhysicalResourceId") if event["RequestType"] == "Delete" else "contents-of-" + bucket
    body = {"Status": status, "Reason": reason, "PhysicalResourceId": name, "StackId": event["StackId"],
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

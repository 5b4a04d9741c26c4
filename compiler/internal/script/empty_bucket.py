"""Empties an S3 bucket when CloudFormation deletes the resource that stands for its contents."""
import time

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    bucket = ""
    try:
        bucket = event["ResourceProperties"]["BucketName"]
        print(event["RequestType"], bucket)
        if event["RequestType"] == "Delete" and not empty(bucket, context):
            again(event, context)
            return
    except Exception as problem:
        answer(event, "contents-of-" + bucket, "FAILED", "%s: %s" % (type(problem).__name__, problem))
    else:
        answer(event, "contents-of-" + bucket, "SUCCESS", "")


def empty(bucket, context):
    """Tells whether nothing is left; False when time is short."""
    try:
        return no_uploads(bucket, context) and no_versions(bucket, context)
    except s3.exceptions.NoSuchBucket:
        return True


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

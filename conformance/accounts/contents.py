"""What stands in the way of a deletion: objects, their versions and markers, unfinished uploads, images."""

import hashlib
import json

from accounts.cloud import Account

MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 2, "digest": f"sha256:{'0' * 64}"},
    "layers": [],
}


def push(account: Account, repository: str, tag: str) -> str:
    """Puts an image with something of its own into a repository; returns its digest."""
    layer = {
        "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "size": 2,
        "digest": f"sha256:{hashlib.sha256(tag.encode()).hexdigest()}",
    }
    manifest = json.dumps({**MANIFEST, "layers": [layer]})
    ecr = account.client("ecr")
    return ecr.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)["image"]["imageId"]["imageDigest"]


def fill(account: Account, skip: set[str]) -> int:
    """Puts something of each sort into every bucket and repository of images; returns how many there were."""
    s3, filled = account.client("s3"), 0
    for bucket in [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"] not in skip]:
        for body in (b"first", b"second"):
            s3.put_object(Bucket=bucket, Key="folder/replaced and again", Body=body)
        s3.put_object(Bucket=bucket, Key="deleted", Body=b"gone")
        s3.delete_object(Bucket=bucket, Key="deleted")
        s3.put_object(Bucket=bucket, Key="kept", Body=b"kept")
        s3.create_multipart_upload(Bucket=bucket, Key="unfinished")
        filled += 1
    ecr = account.client("ecr")
    for repository in [each["repositoryName"] for each in ecr.describe_repositories()["repositories"]]:
        ecr.put_image(repositoryName=repository, imageManifest=json.dumps(MANIFEST), imageTag="v1")
        filled += 1
    return filled

"""Runs the bucket emptier, as index, against a bucket made of lists."""
import json
import sys
import types
import unittest

from answering import FUNCTION, Answering, Context, Functions, failing


class NoSuchBucket(Exception):
    pass


class NoSuchUpload(Exception):
    pass


class Bucket:
    """The S3 client, for the one bucket that there is."""
    exceptions = types.SimpleNamespace(NoSuchBucket=NoSuchBucket, NoSuchUpload=NoSuchUpload)

    def __init__(self):
        self.versions, self.markers, self.uploads = [], [], []
        self.there, self.stuck, self.calls = True, set(), []

    def call(self, name, Bucket, **arguments):
        self.calls.append((name, arguments))
        assert Bucket == "artifacts", Bucket
        if not self.there:
            raise NoSuchBucket("The specified bucket does not exist")

    def list_object_versions(self, **arguments):
        self.call("list", **arguments)
        versions = self.versions[:arguments["MaxKeys"]]
        markers = self.markers[:arguments["MaxKeys"] - len(versions)]
        page = {"IsTruncated": len(versions) + len(markers) < len(self.versions) + len(self.markers)}
        for name, part in (("Versions", versions), ("DeleteMarkers", markers)):
            if part:  # S3 leaves an empty list out
                page[name] = [{"Key": key, "VersionId": version, "IsLatest": True} for key, version in part]
        return page

    def delete_objects(self, **arguments):
        self.call("delete", **arguments)
        objects = arguments["Delete"]["Objects"]
        assert 0 < len(objects) <= 1000 and arguments["Delete"]["Quiet"]
        errors = []
        for item in objects:
            pair = (item["Key"], item["VersionId"])
            if pair in self.stuck:
                errors.append({"Key": item["Key"], "Code": "AccessDenied", "Message": "Access Denied"})
                continue
            self.versions = [v for v in self.versions if v != pair]
            self.markers = [m for m in self.markers if m != pair]
        return {"Errors": errors} if errors else {}

    def list_multipart_uploads(self, **arguments):
        self.call("uploads", **arguments)
        found = self.uploads[:arguments["MaxUploads"]]
        return {"Uploads": [{"Key": key, "UploadId": upload} for key, upload in found]} if found else {}

    def abort_multipart_upload(self, Key, UploadId, **arguments):
        self.call("abort", Key=Key, **arguments)
        self.uploads.remove((Key, UploadId))
        if Key in self.stuck:
            raise NoSuchUpload("somebody else was first")


clients = {"s3": Bucket(), "lambda": Functions()}
sys.modules["boto3"] = types.SimpleNamespace(client=lambda name: clients[name])
import index  # noqa: E402: it makes its client when it is loaded


class EmptierTest(Answering, unittest.TestCase):
    index, context, properties, physical = index, Context, {"BucketName": "artifacts"}, "contents-of-artifacts"

    def setUp(self):
        super().setUp()
        self.bucket, self.functions = Bucket(), Functions()
        clients.update({"s3": self.bucket, "lambda": self.functions})
        index.s3 = self.bucket

    def fail_with(self, problem):
        self.bucket.list_multipart_uploads = failing(problem)

    def made(self, name):
        return [arguments for call, arguments in self.bucket.calls if call == name]

    def test_create_deletes_nothing(self):
        self.bucket.versions = [("a", "1")]
        self.run_event("Create")
        self.expect("SUCCESS")
        self.assertEqual(self.bucket.calls, [])

    def test_update_to_another_bucket_is_another_resource(self):
        self.run_event("Update", ResourceProperties={"BucketName": "other"}, OldResourceProperties={"BucketName": "artifacts"})
        self.expect("SUCCESS", physical="contents-of-other")
        self.assertEqual(self.bucket.calls, [])

    def test_empty_bucket(self):
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.made("delete"), [])

    def test_versions_markers_and_uploads_over_many_pages(self):
        self.bucket.versions = [("key %d" % (n // 2), str(n)) for n in range(2500)] + [("plain", "null")]
        self.bucket.markers = [("gone", str(n)) for n in range(700)]
        self.bucket.uploads = [("big", str(n)) for n in range(1200)]
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual((self.bucket.versions, self.bucket.markers, self.bucket.uploads), ([], [], []))
        self.assertEqual([len(d["Delete"]["Objects"]) for d in self.made("delete")], [1000, 1000, 1000, 201])
        self.assertEqual(len(self.made("list")), 5)
        self.assertEqual(len(self.made("uploads")), 3)

    def test_object_that_cannot_be_deleted(self):
        self.bucket.versions = [("locked", "1")] + [("free", str(n)) for n in range(1500)]
        self.bucket.stuck = {("locked", "1")}
        self.run_event("Delete")
        self.expect("FAILED", reason="AccessDenied of locked: Access Denied")
        self.assertEqual(self.bucket.versions, [("locked", "1")])
        self.assertEqual(self.pauses, [0, 0, 2, 4, 6, 8])

    def test_object_that_can_be_deleted_later(self):
        self.bucket.versions = [("slow", "1"), ("quick", "1")]
        self.bucket.stuck = {("slow", "1")}
        delete = self.bucket.delete_objects

        def once(**arguments):
            answer = delete(**arguments)
            self.bucket.stuck = set()
            return answer

        self.bucket.delete_objects = once
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.bucket.versions, [])

    def test_last_object_that_can_be_deleted_later(self):
        self.bucket.versions = [("slow", "1")]
        self.bucket.stuck = {("slow", "1")}

        def pause(seconds):
            self.pauses.append(seconds)
            if len(self.pauses) == 4:
                self.bucket.stuck = set()

        index.time.sleep = pause
        self.run_event("Delete")
        self.expect("SUCCESS")
        self.assertEqual(self.pauses, [2, 4, 6, 8, 0])

    def test_upload_that_somebody_else_ended(self):
        self.bucket.uploads, self.bucket.stuck = [("a", "1"), ("b", "2")], {"a"}
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_bucket_that_is_gone(self):
        self.bucket.there = False
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_bucket_that_goes_meanwhile(self):
        self.bucket.versions = [("a", "1")]
        delete = self.bucket.delete_objects

        def last(**arguments):
            delete(**arguments)
            self.bucket.there = False
            return {}

        self.bucket.delete_objects = last
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_goes_on_in_another_run_when_time_is_short(self):
        for remaining in ((59999,), (900000, 900000, 59999), (900000, 900000, 900000, 900000, 59999)):
            self.bucket.versions = [("a", str(n)) for n in range(3000)]
            self.bucket.uploads = [("u", str(n)) for n in range(2)]
            self.functions.invoked = []
            event = self.run_event("Delete", Context(*remaining))
            self.assertEqual(self.answers, [])
            [again] = self.functions.invoked
            self.assertEqual((again["FunctionName"], again["InvocationType"]), (FUNCTION, "Event"))
            self.assertEqual(json.loads(again["Payload"]), event)
            self.assertNotEqual(self.bucket.versions, [])
            if len(remaining) == 3:
                self.assertEqual(self.bucket.uploads, [("u", "1")])
        self.run_event("Delete")
        self.expect("SUCCESS")

    def test_run_that_cannot_go_on(self):
        self.functions.invoke = failing(PermissionError("not authorized to perform lambda:InvokeFunction"))
        self.run_event("Delete", Context(0))
        self.expect("FAILED", reason="PermissionError: not authorized")

    def test_event_without_a_bucket(self):
        self.run_event("Create", ResourceProperties={})
        self.expect("FAILED", physical="contents-of-", reason="KeyError")

    def test_second_delivery_is_harmless(self):
        self.bucket.versions = [("a", "1")]
        self.run_event("Delete")
        self.answers.clear()
        self.run_event("Delete")
        self.expect("SUCCESS")


unittest.main()

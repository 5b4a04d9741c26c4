"""Runs the function that starts a pipeline, as index, against a repository made of lists."""
import contextlib
import io
import json
import os
import sys
import types
import unittest

OLD, NEW = "a" * 40, "b" * 40
os.environ.update(PIPELINE="api-pipeline-dev", INCLUDE='["services/api/**"]', EXCLUDE='["**/*.md"]')


class Repository:
    """The CodeCommit client, for the one repository that there is."""

    def __init__(self, pages):
        self.pages, self.calls, self.problem = pages, [], None

    def get_differences(self, **arguments):
        token = arguments.pop("NextToken", "page-0")
        self.calls.append(arguments)
        number = int(token.split("-")[1])
        if self.problem and number == len(self.pages):
            raise self.problem
        page = {"differences": self.pages[number]} if self.pages[number] else {}
        if number + 1 < len(self.pages) or self.problem:
            page["NextToken"] = "page-%d" % (number + 1)
        return page


class Pipelines:
    """The CodePipeline client."""

    def __init__(self):
        self.started, self.problem = [], None

    def start_pipeline_execution(self, **arguments):
        if self.problem:
            raise self.problem
        self.started.append(arguments)
        return {"pipelineExecutionId": "run-1"}


class Context:
    def __init__(self, *remaining):
        self.remaining = list(remaining) or [300000]

    def get_remaining_time_in_millis(self):
        return self.remaining.pop(0) if len(self.remaining) > 1 else self.remaining[0]


sys.modules["boto3"] = types.SimpleNamespace(client=lambda name, config: config["retries"] and None)
sys.modules["botocore"] = types.ModuleType("botocore")
sys.modules["botocore.config"] = types.SimpleNamespace(Config=dict)
import index  # noqa: E402: it makes its clients when it is loaded


def added(path):
    return {"afterBlob": {"path": path}, "changeType": "A"}


def deleted(path):
    return {"beforeBlob": {"path": path}, "changeType": "D"}


def modified(path, before=None):
    return {"beforeBlob": {"path": before or path}, "afterBlob": {"path": path}, "changeType": "M"}


class PathsTest(unittest.TestCase):
    def push(self, *pages, context=None, new=False, problem=None, refused=None):
        """Delivers a push that has these pages of differences."""
        self.repository, self.pipelines = Repository(list(pages)), Pipelines()
        self.repository.problem, self.pipelines.problem = problem, refused
        index.codecommit, index.codepipeline = self.repository, self.pipelines
        # CodeCommit user guide, "Monitoring CodeCommit events": what the function reads of it.
        detail = {
            "event": "referenceUpdated", "repositoryName": "platform", "referenceType": "branch", "referenceName": "main",
            "referenceFullName": "refs/heads/main", "commitId": NEW, "oldCommitId": OLD,
        }
        if new:
            detail["event"] = "referenceCreated"
            del detail["oldCommitId"]
        log = io.StringIO()
        try:
            with contextlib.redirect_stdout(log):
                index.handler({"source": "aws.codecommit", "detail": detail}, context or Context())
        finally:
            self.log = log.getvalue()

    def expect(self, started, said):
        self.assertEqual(self.pipelines.started, [{"name": "api-pipeline-dev"}] if started else [])
        self.assertIn(said, self.log)

    def test_file_that_counts(self):
        self.push([modified("README.md"), added("services/api/main.go")])
        self.expect(True, 'api-pipeline-dev is started, run-1: "services/api/main.go"')
        self.assertEqual(self.repository.calls, [
            {"repositoryName": "platform", "beforeCommitSpecifier": OLD, "afterCommitSpecifier": NEW},
        ])

    def test_no_file_that_counts(self):
        self.push([modified("services/web/main.go"), added("README.md")])
        self.expect(False, "api-pipeline-dev is not started: no file counts.")

    def test_excluded_file(self):
        self.push([modified("services/api/README.md")])
        self.expect(False, "no file counts")

    def test_push_without_differences(self):
        self.push([])
        self.expect(False, "no file counts")

    def test_deleted_file(self):
        self.push([deleted("services/api/old.go")])
        self.expect(True, "services/api/old.go")

    def test_file_that_was_moved_away(self):
        self.push([modified("services/web/x.go", before="services/api/x.go")])
        self.expect(True, "services/api/x.go")

    def test_file_that_was_moved_here(self):
        self.push([modified("services/api/x.go", before="services/web/x.go")])
        self.expect(True, "services/api/x.go")

    def test_new_branch(self):
        self.push(new=True)
        self.expect(True, "the branch is new")
        self.assertEqual(self.repository.calls, [])

    def test_all_pages_are_read(self):
        self.push([modified("a")], [], [modified("b")], [modified("services/api/x")])
        self.expect(True, "services/api/x")
        self.assertEqual(len(self.repository.calls), 4)

    def test_first_file_that_counts_is_enough(self):
        self.push([modified("services/api/x")], [modified("b")])
        self.expect(True, "services/api/x")
        self.assertEqual(len(self.repository.calls), 1)

    def test_too_many_changes_start_it(self):
        self.push(*[[modified("web/%d" % n)] for n in range(9)], context=Context(300000, 200000, 149999))
        self.expect(True, "too many changes")
        self.assertEqual(len(self.repository.calls), 3)

    def test_changes_that_cannot_be_found_out_start_it(self):
        self.push(problem=PermissionError("not authorized to perform: codecommit:GetDifferences"))
        self.expect(True, "PermissionError: not authorized")
        self.push([modified("web")], [modified("docs")], problem=RuntimeError("CommitDoesNotExistException"))
        self.expect(True, "CommitDoesNotExistException")

    def test_pipeline_that_cannot_be_started_is_tried_again(self):
        with self.assertRaises(RuntimeError):
            self.push([modified("services/api/x")], refused=RuntimeError("ConflictException"))
        with self.assertRaises(RuntimeError):
            self.push(new=True, refused=RuntimeError("ConflictException"))

    def test_path_cannot_write_lines_into_the_log(self):
        self.push([added("services/api/x\nweb is started")])
        self.expect(True, "services/api/x\\nweb is started")

    def test_cases_of_package_glob(self):
        with open(os.environ["CASES"], encoding="utf-8") as file:
            cases = [line.split() for line in file if line.strip() and line.split()[0] != "#"]
        self.assertGreater(len(cases), 50)
        for pattern, path, want in cases:
            with self.subTest(pattern=pattern, path=path):
                self.assertEqual(index.fits(pattern, path), want == "yes")

    def test_patterns_are_read_from_the_environment(self):
        self.assertEqual(index.INCLUDE, json.loads(os.environ["INCLUDE"]))
        self.assertEqual(index.EXCLUDE, json.loads(os.environ["EXCLUDE"]))


if __name__ == "__main__":
    unittest.main(argv=["start_on_paths"])

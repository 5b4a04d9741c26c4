"""What goes wrong in S3 or happens meanwhile, as faults of a sandbox."""

from collections.abc import Callable
from xml.etree import ElementTree

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from sandbox import Fault, fail, respond

ALWAYS = 10**9


def refuse(operation: str, status: int, code: str, message: str = "Access Denied", times: int = ALWAYS) -> Fault:
    """S3 refuses so many calls of an operation."""
    remaining = [times]

    def fault(called: str, _: AWSPreparedRequest) -> AWSResponse | None:
        if called != operation or not remaining[0]:
            return None
        remaining[0] -= 1
        return fail(status, code, message)

    return fault


def each_key_fails(times: int) -> Fault:
    """S3 takes a round, and then tells of every key that it could not be deleted."""
    remaining = [times]

    def fault(called: str, request: AWSPreparedRequest) -> AWSResponse | None:
        if called != "DeleteObjects" or not remaining[0]:
            return None
        remaining[0] -= 1
        result = ElementTree.Element("DeleteResult")
        for item in ElementTree.fromstring(request.body).findall("{*}Object"):
            error = ElementTree.SubElement(result, "Error")
            for name, text in (("Key", item.findtext("{*}Key")), ("Code", "InternalError"), ("Message", "Please try again.")):
                ElementTree.SubElement(error, name).text = text
        return respond(200, ElementTree.tostring(result, "unicode"))

    return fault


def whenever(operation: str, action: Callable[[], object], times: int = ALWAYS) -> Fault:
    """Something else happens right before a call of an operation."""
    remaining = [times]

    def fault(called: str, _: AWSPreparedRequest) -> None:
        if called == operation and remaining[0]:
            remaining[0] -= 1
            action()

    return fault

# How the programs of custom resources end, with an answer or with another run: it goes behind each of them.
import json
import time
import urllib.request

import boto3


def short(context):
    return context.get_remaining_time_in_millis() < 60000


def again(event, context):
    """Asynchronous, and without an answer: the next run gives it."""
    boto3.client("lambda").invoke(FunctionName=context.invoked_function_arn, InvocationType="Event",
                                  Payload=json.dumps(event).encode())
    print("Time is short: the next run goes on.")


def answer(event, name, status, reason):
    """Another name is another resource: the old one gets its own Delete."""
    if event["RequestType"] == "Delete":
        name = event.get("PhysicalResourceId")
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

"""What carries messages and tells of events: topics, queues, rules, alarms."""

import json

from accounts.cloud import Account
from accounts.intrinsics import text
from accounts.kinds.base import Kind, Properties, document, only, parsed, subset, without


class Topic(Kind):
    type = "AWS::SNS::Topic"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        settings = without(wanted, "TopicName")
        return account.client("sns").create_topic(Name=wanted["TopicName"], Attributes=settings)["TopicArn"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"TopicArn": id, "TopicName": id.split(":")[-1]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        for name, value in without(wanted, "TopicName").items():
            account.client("sns").set_topic_attributes(TopicArn=id, AttributeName=name, AttributeValue=value)
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("sns").delete_topic(TopicArn=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {**account.client("sns").get_topic_attributes(TopicArn=id)["Attributes"], "TopicName": id.split(":")[-1]}


class TopicPolicy(Kind):
    type = "AWS::SNS::TopicPolicy"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        for topic in wanted["Topics"]:
            account.client("sns").set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=document(wanted["PolicyDocument"])
            )
        return f"{about['StackId'].split('/')[1]}-{about['LogicalResourceId']}"

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        """A topic always has a policy: CloudFormation puts the one back that lets only the owner in."""
        sns = account.client("sns")
        for topic in wanted["Topics"]:
            owner = {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sns:Publish", "Resource": topic}
            policy = {"Version": "2008-10-17", "Statement": [owner]}
            sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        sns = account.client("sns")
        policies = [sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"] for topic in wanted["Topics"]]
        return {"Topics": wanted["Topics"], "PolicyDocument": parsed(policies[0])}


class Subscription(Kind):
    type = "AWS::SNS::Subscription"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("sns").subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"]

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("sns").unsubscribe(SubscriptionArn=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return account.client("sns").get_subscription_attributes(SubscriptionArn=id)["Attributes"]


class Queue(Kind):
    type = "AWS::SQS::Queue"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        return account.client("sqs").create_queue(QueueName=wanted["QueueName"], Attributes=self._settings(wanted))["QueueUrl"]

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": self._of(account, id)["QueueArn"], "QueueName": wanted["QueueName"], "QueueUrl": id}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        account.client("sqs").set_queue_attributes(QueueUrl=id, Attributes=self._settings(wanted))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("sqs").delete_queue(QueueUrl=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        found = self._of(account, id)
        return {**found, "QueueName": found["QueueArn"].split(":")[-1]}

    def expected(self, wanted: Properties) -> Properties:
        return {"QueueName": wanted["QueueName"], **self._settings(wanted)}

    def _of(self, account: Account, id: str) -> Properties:
        return account.client("sqs").get_queue_attributes(QueueUrl=id, AttributeNames=["All"])["Attributes"]

    def _settings(self, wanted: Properties) -> Properties:
        """The attributes of a queue are texts."""
        return {name: text(document(value) if isinstance(value, dict) else value) for name, value in without(wanted, "QueueName").items()}


class QueuePolicy(Kind):
    type = "AWS::SQS::QueuePolicy"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        self._set(account, wanted, document(wanted["PolicyDocument"]))
        return f"{about['StackId'].split('/')[1]}-{about['LogicalResourceId']}"

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        self._set(account, wanted, document(wanted["PolicyDocument"]))
        return id

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        self._set(account, wanted, "")

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        sqs, queue = account.client("sqs"), only(wanted["Queues"], id)
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]
        return {"Queues": [queue], "PolicyDocument": parsed(found["Policy"])}

    def _set(self, account: Account, wanted: Properties, policy: str) -> None:
        for queue in wanted["Queues"]:
            account.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})


class Rule(Kind):
    type = "AWS::Events::Rule"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        events, name = account.client("events"), wanted["Name"]
        events.put_rule(**{**without(wanted, "Targets"), "EventPattern": document(wanted["EventPattern"])})
        answer = events.put_targets(Rule=name, Targets=wanted["Targets"])
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"PutTargets: {answer['FailedEntries']}")
        return name

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return subset(account.client("events").describe_rule(Name=id), "Arn")

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        stale = {target["Id"] for target in old["Targets"]} - {target["Id"] for target in wanted["Targets"]}
        if stale:
            account.client("events").remove_targets(Rule=id, Ids=sorted(stale))
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        events = account.client("events")
        events.remove_targets(Rule=id, Ids=[target["Id"] for target in wanted["Targets"]])
        events.delete_rule(Name=id)

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        events = account.client("events")
        found = events.describe_rule(Name=id)
        return {**found, "EventPattern": parsed(found["EventPattern"]), "Targets": events.list_targets_by_rule(Rule=id)["Targets"]}


class Alarm(Kind):
    type = "AWS::CloudWatch::Alarm"

    def create(self, account: Account, wanted: Properties, about: Properties) -> str:
        # CloudFormation makes a name up where there is none.
        name = wanted.get("AlarmName", f"made-up-{about['LogicalResourceId']}")
        account.client("cloudwatch").put_metric_alarm(**{**wanted, "AlarmName": name})
        return name

    def attributes(self, account: Account, id: str, wanted: Properties) -> Properties:
        return {"Arn": self.read(account, id, wanted)["AlarmArn"]}

    def update(self, account: Account, id: str, old: Properties, wanted: Properties, about: Properties) -> str:
        return self.create(account, wanted, about)

    def delete(self, account: Account, id: str, wanted: Properties, about: Properties) -> None:
        account.client("cloudwatch").delete_alarms(AlarmNames=[id])

    def read(self, account: Account, id: str, wanted: Properties) -> Properties:
        return only(account.client("cloudwatch").describe_alarms(AlarmNames=[id])["MetricAlarms"], id)

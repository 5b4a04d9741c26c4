"""A moto server with several accounts, and the AWS command line and API clients of each."""

import contextlib
import functools
import io
import logging
import os
import urllib.request
from dataclasses import dataclass, field

import boto3
import botocore.session
from awscli.clidriver import CLIDriver, create_clidriver
from botocore.client import BaseClient
from botocore.config import Config
from moto import backends
from moto.server import ThreadedMotoServer

from accounts import rights

REGION = "us-east-1"

# A client tries once: what moto cannot do does not get better by asking again.
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=300)

# The models of AWS's services are read once for all sessions.
MODELS = botocore.session.Session().get_component("data_loader")


@dataclass
class Account:
    """One account: whoever holds it acts as a role in it."""

    id: str
    endpoint: str
    session: boto3.Session
    everyone: dict[str, "Account"] = field(default_factory=dict, repr=False)
    role: str = ""
    clients: dict[str, BaseClient] = field(default_factory=dict)
    command_line: CLIDriver | None = None

    def client(self, service: str) -> BaseClient:
        if service not in self.clients:
            self.clients[service] = self.session.client(service, endpoint_url=self.endpoint, config=ONCE)
            if self.role:
                rights.guard(self, service, self.clients[service])
        return self.clients[service]

    @property
    def unlimited(self) -> "Account":
        """The same account, acted in by somebody who may do everything."""
        return self.everyone[self.id]

    def require(self, action: str, resource: str) -> None:
        """Raises unless whoever acts here may do so; for what no call of ours stands for."""
        if self.role:
            rights.require(self, self.role, action, resource)

    def environment(self) -> dict[str, str]:
        """What a program needs to act in this account."""
        key = self.session.get_credentials().get_frozen_credentials()
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": key.access_key,
            "AWS_SECRET_ACCESS_KEY": key.secret_key,
            "AWS_SESSION_TOKEN": key.token,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def assume(self, role: str) -> "Account":
        """The same account, acted in as one of its roles."""
        return Account(self.id, self.endpoint, assume_role(self.session, self.endpoint, role), self.everyone)

    def limited(self, role: str) -> "Account":
        """The same account, acted in as one of its roles and within the rights of that role."""
        return Account(self.id, self.endpoint, assume_role(self.unlimited.session, self.endpoint, role), self.everyone, role)

    def aws(self, *words: str) -> tuple[int, str]:
        """Runs the AWS command line; returns its exit status and all that it prints."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                self.command_line = self.command_line or create_clidriver()
                status = self.command_line.main(list(words))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return status, printed.getvalue()


class Cloud:
    """The server, started once, and the accounts of the example that is being judged."""

    def __init__(self) -> None:
        # If it were set, moto would take every account for this one.
        os.environ.pop("MOTO_ACCOUNT_ID", None)
        # Moto looks through its folders at every request.
        backends.list_of_moto_modules = functools.cache(lambda found=backends.list_of_moto_modules: list(found()))
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        # By number moto would not find the bucket in the address of an uploaded template.
        self.endpoint = f"http://localhost:{self.server.get_host_and_port()[1]}"
        self.accounts: dict[str, Account] = {}

    def open(self, ids: list[str]) -> list[Account]:
        """Forgets all that there was, and opens empty accounts."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).close()
        outside = session_with("outside", "outside")
        self.accounts.clear()
        for id in ids:
            role = f"arn:aws:iam::{id}:role/deployer"
            self.accounts[id] = Account(id, self.endpoint, assume_role(outside, self.endpoint, role), self.accounts)
        return list(self.accounts.values())

    def close(self) -> None:
        self.server.stop()


def assume_role(session: boto3.Session, endpoint: str, role: str) -> boto3.Session:
    answer = session.client("sts", endpoint_url=endpoint).assume_role(RoleArn=role, RoleSessionName="conformance")
    key = answer["Credentials"]
    return session_with(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])


def session_with(*key: str) -> boto3.Session:
    session = botocore.session.Session()
    session.register_component("data_loader", MODELS)
    session.set_credentials(*key)
    session.set_config_variable("region", REGION)
    return boto3.Session(botocore_session=session)

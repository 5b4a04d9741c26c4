"""Starts the service's container with the settings that stand, as JSON, on standard input."""
import json
import os
import re
import shutil
import subprocess
import sys

# These names steer the docker command itself, which gets the container's variables in its own environment.
RESERVED = ("DOCKER_", "LD_")


def fetch(*command):
    """Asks AWS for one string. JSON output keeps it to the letter; text output would not."""
    run = subprocess.run(("aws",) + command + ("--output", "json"), stdout=subprocess.PIPE)
    if run.returncode:
        sys.exit("aws %s failed." % " ".join(command[:2]))
    return json.loads(run.stdout.decode("utf-8"))


def secret(name, source):
    if "secretsmanager" in source:
        print("Reading %s from the secret %s." % (name, source["secretsmanager"]))
        value = fetch("secretsmanager", "get-secret-value", "--secret-id=" + source["secretsmanager"],
                      "--query", "SecretString")
    else:
        print("Reading %s from the parameter %s." % (name, source["ssm"]))
        value = fetch("ssm", "get-parameter", "--with-decryption", "--name=" + source["ssm"],
                      "--query", "Parameter.Value")
    if not isinstance(value, str):
        sys.exit("The secret of %s holds no text." % name)
    return value


def variables(settings):
    values = {"PORT": str(settings["port"])}
    values.update(settings.get("environment", {}))
    for name, source in settings.get("secrets", {}).items():
        values[name] = secret(name, source)
    for name, value in values.items():
        if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) or name.startswith(RESERVED):
            sys.exit("%s cannot be the name of a variable of the container." % name)
        if not isinstance(value, str) or "\0" in value:
            sys.exit("The value of %s is not a text that an environment can hold." % name)
    return values


def command(host, settings, names):
    port = str(int(settings["port"]))
    run = ["docker", "run", "--detach", "--name", host["CONTAINER"], "--restart", "unless-stopped",
           "--stop-timeout", "30", "--publish", host["HOST_PORT"] + ":" + port,
           "--label", "cfnpipe.health=http://localhost:" + host["HOST_PORT"] + settings["health_check"],
           "--log-driver", "awslogs", "--log-opt", "mode=non-blocking",
           "--log-opt", "awslogs-region=" + host["REGION"], "--log-opt", "awslogs-group=" + host["LOG_GROUP"],
           "--log-opt", "awslogs-stream=" + host["INSTANCE_ID"]]
    # A name without a value: docker takes the value from its environment, so that none stands in the process list.
    for name in names:
        run += ["--env", name]
    return run + [host["IMAGE_URI"]]


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    host = dict(os.environ)
    settings = json.load(sys.stdin)
    values = variables(settings)
    run = command(host, settings, sorted(values))
    docker = shutil.which("docker")
    # Some versions fail when there is nothing to remove. If something stays, the start below says that its name is taken.
    subprocess.run((docker, "rm", "--force", host["CONTAINER"]), stdout=subprocess.DEVNULL)
    names = ", ".join(sorted(values))
    print("Starting %s on port %s with the variables %s." % (host["CONTAINER"], settings["port"], names), flush=True)
    started = subprocess.run(run, executable=docker, env={**host, **values})
    sys.exit(started.returncode)


main()

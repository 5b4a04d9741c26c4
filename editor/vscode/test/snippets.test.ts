import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { expand } from "./expand";

interface Snippet {
  prefix: string;
  description: string;
  body: string[];
}

const snippets = Object.values(JSON.parse(readFileSync("snippets/cfnpipe.json", "utf8")) as Record<string, Snippet>);

const accounts = `
account "tools" {
  id = "111111111111"
}
account "staging" {
  id = "123456789012"
  network {
    cidr = "10.10.0.0/16"
  }
}
account "production" {
  id = "987654321098"
  network {
    cidr = "10.20.0.0/16"
  }
}
`;

/** A configuration with gaps, each of which has what stands there when nothing is put into it. */
function configuration(gaps: Partial<Record<"top" | "source" | "build" | "stages" | "stage" | "actions" | "deploy" | "pipeline", string>>): string {
  return `${accounts}
pipeline "hello" {
  account = account.tools
  ${gaps.source ?? 'source "codecommit" {\n repository = "hello"\n }'}
  stage "build" {
    ${gaps.build ?? 'build "image" {}'}
  }
  ${gaps.stages ?? ""}
  stage "live" {
    ${gaps.stage ?? ""}
    ${gaps.actions ?? `deploy "ec2" {\n account = account.production\n ${gaps.deploy ?? ""}\n }`}
  }
  ${gaps.pipeline ?? ""}
}
${gaps.top ?? ""}`;
}

/** Where each snippet belongs, by its prefix. */
const places: Record<string, (text: string) => string> = {
  "first-pipeline": (text) => text,
  pipeline: (text) => accounts + text,
  "pipeline-for-each": (text) => accounts + text,
  account: (top) => configuration({ top }),
  "account-network": (top) => configuration({ top }),
  stage: (text) => configuration({ stages: text, actions: "approval {}" }),
  "stage-for-each": (text) => configuration({ stages: text, actions: "approval {}" }),
  source: (source) => configuration({ source }),
  build: (build) => configuration({ build }),
  approval: (stage) => configuration({ stage }),
  "deploy-ec2": (actions) => configuration({ actions }),
  "deploy-lambda": (actions) => configuration({ actions }),
  route: (deploy) => configuration({ deploy }),
  "alarm-errors": (deploy) => configuration({ deploy }),
  "alarm-latency": (deploy) => configuration({ deploy }),
  canary: (text) => configuration({ actions: `deploy "ec2" {\n account = account.production\n }\n${text}` }),
  parallel: (actions) => configuration({ actions }),
  window: (stage) => configuration({ stage }),
  notifications: (pipeline) => configuration({ pipeline }),
  variable: (top) => configuration({ top }),
  locals: (top) => configuration({ top }),
  parameter: (top) => configuration({ top: `${top}\noutput "Team" {\n value = "\${param.TeamName}"\n account = account.tools\n }` }),
  resource: (top) => configuration({ top }),
  override: (top) => configuration({ top }),
  output: (top) => configuration({ top }),
};

const program = "../../bin/cfnpipe";

test("a place is known for every snippet, and a snippet for every place", () => {
  assert.deepEqual(snippets.map(({ prefix }) => prefix).sort(), Object.keys(places).sort());
});

for (const { prefix, body } of snippets) {
  test(`cfnpipe accepts ${prefix} where it belongs, and has nothing to format in it`, () => {
    for (const text of expand(body.join("\n"))) {
      const whole = places[prefix]?.(text) ?? "";
      const validated = spawnSync(program, ["validate", "--no-color", "-"], { input: whole, encoding: "utf8" });
      assert.equal(validated.error, undefined, `${program} cannot be run; make build makes it`);
      assert.equal(validated.status, 0, `${validated.stderr}${validated.stdout}\n${whole}`);
      const formatted = spawnSync(program, ["fmt", "-"], { input: text, encoding: "utf8" });
      assert.equal(text, formatted.stdout);
    }
  });
}

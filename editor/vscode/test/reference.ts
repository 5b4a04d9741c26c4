import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** The functions that a configuration may call, by the reference. */
export function schemaFunctions(): string[] {
  const text = readFileSync("../../schema/REFERENCE.md", "utf8");
  const names = /by the names that Terraform has for them: ([a-z0-9, ]+)\./.exec(text)?.[1]?.split(", ");
  assert.ok(names !== undefined && names.length > 50, "the reference does not list the functions any more");
  return names;
}

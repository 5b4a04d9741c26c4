import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findProgram } from "../src/program";

const folder = mkdtempSync(join(tmpdir(), "cfnpipe-"));
after(() => rmSync(folder, { recursive: true }));
const program = join(folder, "cfnpipe");
writeFileSync(program, "#!/bin/sh\n");
chmodSync(program, 0o755);
writeFileSync(join(folder, "text"), "");
chmodSync(join(folder, "text"), 0o644);
mkdirSync(join(folder, "folder"));

const find = (setting: string, PATH?: string): string | undefined =>
  findProgram(setting, { platform: "linux", env: PATH === undefined ? {} : { PATH } });

test("a name is looked for in PATH", () => {
  assert.equal(find("cfnpipe", `/nowhere:${folder}`), program);
  assert.equal(find("cfnpipe", "/nowhere"), undefined);
  assert.equal(find("cfnpipe"), undefined);
});

test("an absolute path is taken as it is", () => {
  assert.equal(find(program), program);
  assert.equal(find(`${program}-new`), undefined);
});

test("what cannot be run is no program", () => {
  assert.equal(find("folder", folder), undefined);
  assert.equal(find("", folder), undefined);
  if (process.getuid?.() !== 0) {
    assert.equal(find("text", folder), undefined);
  }
});

test("a folder that depends on where the editor was started is not looked into", () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    assert.equal(find("cfnpipe", ".::"), undefined);
    assert.equal(find("./cfnpipe", folder), undefined);
    assert.equal(find("folder/../cfnpipe", folder), undefined);
  } finally {
    process.chdir(before);
  }
});

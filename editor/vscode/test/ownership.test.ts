import assert from "node:assert/strict";
import { test } from "node:test";
import { belongsToUs, isGeneric, isMarker } from "../src/ownership";

test("a file says by its name that it is cfnpipe's", () => {
  for (const name of ["pipeline.hcl", "shop.pipeline.hcl", "a.b.pipeline.hcl"]) {
    assert.equal(isMarker(name), true, name);
  }
  for (const name of ["Pipeline.hcl", "mypipeline.hcl", ".pipeline.hcl", ".shop.pipeline.hcl", "pipeline.hcl.json", "pipeline.hcl~", "pipeline.tf"]) {
    assert.equal(isMarker(name), false, name);
  }
});

test("in a folder of cfnpipe's every HCL file is", () => {
  for (const marker of ["pipeline.hcl", "shop.pipeline.hcl"]) {
    const folder = [marker, "accounts.hcl", "thirty.vars.hcl", "main.tf", ".hidden.hcl"];
    for (const name of [marker, "accounts.hcl", "thirty.vars.hcl", "x.auto.vars.hcl"]) {
      assert.equal(belongsToUs(name, folder), true, name);
    }
    for (const name of ["main.tf", ".hidden.hcl", ".terraform.lock.hcl", "accounts.hcl.json", "README.md", "hcl"]) {
      assert.equal(belongsToUs(name, folder), false, name);
    }
  }
});

test("other people's HCL is not", () => {
  const folders = {
    terragrunt: ["terragrunt.hcl", "root.hcl", "env.hcl", "main.tf"],
    packer: ["build.pkr.hcl", "variables.pkr.hcl", "prod.pkrvars.hcl"],
    nomad: ["web.nomad.hcl", "job.hcl"],
    hidden: [".pipeline.hcl", "job.hcl", "thirty.vars.hcl"],
    json: ["pipeline.hcl.json", "job.hcl"],
  };
  for (const [owner, files] of Object.entries(folders)) {
    for (const name of files) {
      assert.equal(belongsToUs(name, files), false, `${owner}: ${name}`);
    }
  }
});

test("a language that somebody chose stays", () => {
  assert.deepEqual(["plaintext", "hcl", "terraform"].map(isGeneric), [true, true, true]);
  assert.deepEqual(["cfnpipe", "packer", "terragrunt", "nomad", "json"].map(isGeneric), [false, false, false, false, false]);
});

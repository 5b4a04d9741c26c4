import assert from "node:assert/strict";
import { test } from "node:test";
import { strFromU8, unzipSync } from "fflate";
import { pack } from "../pack.mjs";

interface Command {
  command: string;
}

interface Manifest {
  main: string;
  icon: string;
  publisher: string;
  name: string;
  version: string;
  contributes: {
    languages: { configuration: string; icon: Record<string, string> }[];
    grammars: { path: string }[];
    snippets: { path: string }[];
    commands: Command[];
    menus: Record<string, Command[]>;
  };
}

const bytes = pack(".");

async function contents(): Promise<{ files: Record<string, Uint8Array>; manifest: Manifest }> {
  const files = unzipSync(await bytes);
  return { files, manifest: JSON.parse(strFromU8(files["extension/package.json"] ?? new Uint8Array())) as Manifest };
}

test("the package has every file that it names", async () => {
  const { files, manifest } = await contents();
  const { contributes } = manifest;
  const named = [
    manifest.main,
    manifest.icon,
    ...contributes.languages.flatMap(({ configuration, icon }) => [configuration, ...Object.values(icon)]),
    ...contributes.grammars.map(({ path }) => path),
    ...contributes.snippets.map(({ path }) => path),
  ].map((path) => `extension/${path.replace(/^\.\//, "")}`);
  const vsix = strFromU8(files["extension.vsixmanifest"] ?? new Uint8Array());
  named.push(...[...vsix.matchAll(/Path="([^"]+)"/g)].map(([, path = ""]) => path));
  assert.deepEqual(named.filter((path) => files[path] === undefined), []);
  const { name, publisher, version } = manifest;
  assert.ok(vsix.includes(`Id="${name}" Version="${version}" Publisher="${publisher}"`));
});

test("every kind of file in the package has a type", async () => {
  const { files } = await contents();
  const types = strFromU8(files["[Content_Types].xml"] ?? new Uint8Array());
  for (const name of Object.keys(files).filter((name) => name !== "[Content_Types].xml")) {
    assert.match(types, new RegExp(`Extension="\\${name.slice(name.lastIndexOf("."))}" ContentType="\\w+/`), name);
  }
});

test("the same files make the same package", async () => {
  assert.deepEqual(await pack("."), await bytes);
});

test("commands are declared, and none is called as one of the server's, which the client declares", async () => {
  const { manifest } = await contents();
  const declared = manifest.contributes.commands.map(({ command }) => command);
  const used = Object.values(manifest.contributes.menus).flat().map(({ command }) => command);
  assert.deepEqual(used.filter((command) => !declared.includes(command)), []);
  assert.deepEqual(["cfnpipe.compile", "cfnpipe.explain", "cfnpipe.graph"].filter((command) => declared.includes(command)), []);
});

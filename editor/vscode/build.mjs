// Builds the extension into dist/; with --test its tests as well, with --package the .vsix.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { pack } from "./pack.mjs";

const here = new URL(".", import.meta.url);
process.chdir(here.pathname);
const shared = { bundle: true, logLevel: "warning", legalComments: "none" };
const node = { ...shared, platform: "node", format: "cjs", target: "node20" };

await rm("dist", { recursive: true, force: true });
const [{ metafile }] = await Promise.all([
  build({ ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode"], minify: true, mainFields: ["module", "main"], metafile: true }),
  build({ ...shared, entryPoints: ["webview/graph.ts"], outfile: "dist/graph.js", platform: "browser", format: "iife", target: "es2022", minify: true }),
]);

await writeFile("dist/NOTICE.txt", await notice(Object.keys(metafile.inputs)));

if (process.argv.includes("--test")) {
  const tests = (await readdir("test")).filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`);
  await build({ ...node, entryPoints: tests, outdir: "dist/test", packages: "external" });
}

if (process.argv.includes("--package")) {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const out = new URL("../../build/", here);
  await mkdir(out, { recursive: true });
  const file = new URL(`cfnpipe-${version}.vsix`, out);
  await writeFile(file, await pack("."));
  console.log(file.pathname);
}

/** The licences of the packages that files which were bundled come from. */
async function notice(files) {
  const packages = new Set(files.flatMap((file) => file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []));
  const texts = [...packages].sort().map(async (name) => {
    const folder = `node_modules/${name}`;
    const licence = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
    if (licence === undefined) {
      throw new Error(`${name} is bundled and has no file with its licence`);
    }
    return `${name}\n\n${(await readFile(`${folder}/${licence}`, "utf8")).trim()}\n`;
  });
  return `The extension contains these packages.\n\n${(await Promise.all(texts)).join("\n----\n\n")}`;
}

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, parseRawGrammar, Registry, type IGrammar, type StateStack } from "vscode-textmate";
import { schemaFunctions } from "./reference";

const require = createRequire(join(process.cwd(), "package.json"));
const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
const registry = new Registry({
  onigLib: loadWASM(wasm).then(() => ({ createOnigScanner, createOnigString })),
  loadGrammar: async (scope) =>
    scope === "source.cfnpipe" ? parseRawGrammar(readFileSync("syntaxes/cfnpipe.tmLanguage.json", "utf8"), "cfnpipe.json") : null,
});

async function grammar(): Promise<IGrammar> {
  const loaded = await registry.loadGrammar("source.cfnpipe");
  assert.ok(loaded);
  return loaded;
}

interface Token {
  text: string;
  scopes: string;
}

/** The tokens of a text that are not blank, and the state at its end. */
async function tokens(text: string): Promise<{ all: Token[]; end: StateStack }> {
  const loaded = await grammar();
  const all: Token[] = [];
  let end = INITIAL;
  for (const line of text.split("\n")) {
    const result = loaded.tokenizeLine(line, end);
    end = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const piece = line.slice(startIndex, endIndex);
      if (piece.trim() !== "") {
        all.push({ text: piece.trim(), scopes: scopes.slice(1).map((scope) => scope.replace(/\.cfnpipe$/, "")).join(" ") });
      }
    }
  }
  return { all, end };
}

/** Holds against a text that its pieces, which are given in their order, have scopes that end in what is given with them. */
async function expect(text: string, ...wanted: [piece: string, scope: string][]): Promise<void> {
  const { all, end } = await tokens(text);
  let from = 0;
  for (const [piece, scope] of wanted) {
    const at = all.findIndex((token, i) => i >= from && token.text === piece);
    const said = all.map((token) => `${token.text}  ${token.scopes}`).join("\n");
    assert.notEqual(at, -1, `no token ${piece} in:\n${said}`);
    const found = all[at]?.scopes ?? "";
    assert.ok(` ${found}`.endsWith(` ${scope}`), `${piece} is ${found}, not ${scope}; all:\n${said}`);
    from = at + 1;
  }
  assert.equal(end.depth, 1, "the text ends inside of something");
}

test("blocks", async () => {
  await expect(
    'pipeline "shop" {\n  stage "a-b" {\n    deploy "ec2" {}\n  }\n}\nresource "AWS::SQS::Queue" "Jobs" {}\nlocals {\n}',
    ["pipeline", "keyword.other.block"],
    ["shop", "string.quoted.double.label variable.other.enummember.label"],
    ["{", "punctuation.section.block.begin"],
    ["stage", "entity.name.type.block"],
    ["a-b", "variable.other.enummember.label"],
    ["deploy", "entity.name.type.block"],
    ["ec2", "variable.other.enummember.label"],
    ["}", "punctuation.section.block.end"],
    ["resource", "keyword.other.block"],
    ["AWS::SQS::Queue", "variable.other.enummember.label"],
    ["Jobs", "variable.other.enummember.label"],
    ["locals", "keyword.other.block"],
  );
});

test("attributes, numbers and constants", async () => {
  await expect(
    "a {\n  port = 8080\n  for_each = null\n  share = 1.5e-3\n  on = true\n  account = x == 1 ? 2 : 3\n}",
    ["port", "variable.other.property"],
    ["=", "keyword.operator.assignment"],
    ["8080", "constant.numeric"],
    ["for_each", "keyword.other.attribute"],
    ["null", "constant.language"],
    ["1.5e-3", "constant.numeric"],
    ["true", "constant.language"],
    ["account", "variable.other.property"],
    ["x", "variable.other.readwrite"],
    ["==", "keyword.operator.comparison"],
    ["?", "keyword.operator.conditional"],
    [":", "keyword.operator.conditional"],
  );
});

test("references", async () => {
  await expect(
    "a = [var.list, local.a-b.c, account[each.key].id, param.X, aws.region, resource.Jobs.Arn, each.value.port, accounts.x, xs[*].id, ys.*.id, zs.0]",
    ["var", "variable.language.reference"],
    ["list", "variable.other.member"],
    ["local", "variable.language.reference"],
    ["a-b", "variable.other.member"],
    ["account", "variable.language.reference"],
    ["each", "variable.language.reference"],
    ["param", "variable.language.reference"],
    ["aws", "variable.language.reference"],
    ["resource", "variable.language.reference"],
    ["Arn", "variable.other.member"],
    ["each", "variable.language.reference"],
    ["accounts", "variable.other.readwrite"],
    ["*", "keyword.operator.splat"],
    ["*", "keyword.operator.splat"],
    ["0", "constant.numeric"],
  );
});

test("types and functions", async () => {
  await expect(
    "type = map(object({ port = optional(number, 8080), string = string }))\nx = upper(nosuch(max(1, 2)...))",
    ["map", "support.type"],
    ["object", "support.type"],
    ["port", "variable.other.property"],
    ["optional", "support.type"],
    ["number", "support.type"],
    ["string", "variable.other.property"],
    ["string", "support.type"],
    ["upper", "support.function"],
    ["nosuch", "entity.name.function"],
    ["...", "keyword.operator.expansion"],
  );
  await expect(schemaFunctions().map((name) => `a = ${name}(1)`).join("\n"), ...schemaFunctions().map((name): [string, string] => [name, "support.function"]));
});

test("objects and for", async () => {
  await expect(
    'a = { b = 1, "c" = 2, (d) = 3, e : 4 }\nf = { for k, v in x : k => v if v != null }\ng = [for n in y : { h = n }]',
    ["b", "meta.object variable.other.property"],
    ["c", "meta.object string.quoted.double"],
    ["d", "meta.parens variable.other.readwrite"],
    ["e", "meta.object variable.other.property"],
    [":", "keyword.operator.assignment"],
    ["for", "keyword.control"],
    ["in", "keyword.control"],
    ["=>", "keyword.operator.arrow"],
    ["if", "keyword.control"],
    ["null", "constant.language"],
    ["h", "meta.object variable.other.property"],
  );
});

test("strings", async () => {
  await expect(
    'a = "b\\n\\u00e9\\q $${c} %%{d} ${upper("e ${f.g}")}-${{ h = 1 }.h} %{ if x ~}y%{ endif }" # z',
    ["b", "string.quoted.double"],
    ["\\n", "constant.character.escape"],
    ["\\u00e9", "constant.character.escape"],
    ["\\q", "invalid.illegal.escape"],
    ["$${", "constant.character.escape"],
    ["c}", "string.quoted.double"],
    ["%%{", "constant.character.escape"],
    ["${", "punctuation.section.interpolation.begin"],
    ["upper", "meta.embedded support.function"],
    ["e", "string.quoted.double"],
    ["f", "meta.embedded variable.other.readwrite"],
    ["h", "meta.object variable.other.property"],
    ["%{", "punctuation.section.directive.begin"],
    ["if", "keyword.control.directive"],
    ["~}", "punctuation.section.directive.end"],
    ["y", "string.quoted.double"],
    ["endif", "keyword.control.directive"],
    ["z", "comment.line.number-sign"],
  );
});

test("heredocs", async () => {
  for (const begin of ["<<EOT", "<<-EOT"]) {
    await expect(
      `a {\n  b = ${begin}\n    "not a string\n    \${var.x} and }\n    NOT EOT\n  EOT\n  c = 1\n}`,
      ["EOT", "keyword.control.heredoc.begin"],
      ['"not a string', "string.unquoted.heredoc"],
      ["var", "meta.embedded variable.language.reference"],
      ["and }", "string.unquoted.heredoc"],
      ["NOT EOT", "string.unquoted.heredoc"],
      ["EOT", "keyword.control.heredoc.end"],
      ["c", "meta.block variable.other.property"],
    );
  }
});

test("comments", async () => {
  await expect(
    '# a "b {\n// c ${\n/* d\n } */ e = 1 # f\n"# not" // g',
    ['a "b {', "comment.line.number-sign"],
    ["c ${", "comment.line.double-slash"],
    ["d", "comment.block"],
    ["}", "comment.block"],
    ["e", "variable.other.property"],
    ["f", "comment.line.number-sign"],
    ["# not", "string.quoted.double"],
    ["g", "comment.line.double-slash"],
  );
});

test("what is not finished colours no further than its line", async () => {
  await expect('a = "b\nc = 1\nd "e\nf = 2', ["b", "string.quoted.double"], ["c", "variable.other.property"], ["f", "variable.other.property"]);
});

test("every example ends outside of everything", async () => {
  const files = readdirSync("../../examples", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".hcl"));
  assert.ok(files.length >= 9, "the examples are not there");
  for (const name of files) {
    const { all, end } = await tokens(readFileSync(join("../../examples", name), "utf8"));
    assert.equal(end.depth, 1, `${name} ends inside of something`);
    const strange = all.filter(({ scopes }) => scopes === "" || scopes.includes("invalid"));
    assert.deepEqual(strange.filter(({ text }) => /\w/.test(text)), [], name);
  }
});

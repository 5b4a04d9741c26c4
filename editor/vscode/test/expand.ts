import assert from "node:assert/strict";

/** The texts that a snippet is to begin with: its defaults, and for each choice of a place with several one text more. */
export function expand(body: string): string[] {
  const longest = Math.max(1, ...[...body.matchAll(/\$\{\d+\|([^}]*)\|\}/g)].map(([, options = ""]) => options.split(",").length));
  return Array.from({ length: longest }, (_, choice) => new Reader(body, choice).read());
}

class Reader {
  private at = 0;
  private readonly values = new Map<string, string>();

  constructor(
    private readonly body: string,
    private readonly choice: number,
  ) {}

  read(end = ""): string {
    let out = "";
    while (this.at < this.body.length && this.body[this.at] !== end) {
      out += this.next();
    }
    return out;
  }

  private next(): string {
    const rest = this.body.slice(this.at);
    const escaped = /^\\([\\$}])/.exec(rest);
    const options = /^\$\{(\d+)\|([^|]*)\|\}/.exec(rest);
    const named = /^\$\{(\d+):/.exec(rest);
    const plain = /^\$(\d+)|^\$\{(\d+)\}/.exec(rest);
    this.at += (escaped ?? options ?? named ?? plain)?.[0].length ?? 1;
    if (escaped !== null) {
      return escaped[1] ?? "";
    }
    if (options !== null) {
      const values = (options[2] ?? "").split(",");
      return this.keep(options[1], values[Math.min(this.choice, values.length - 1)] ?? "");
    }
    if (named !== null) {
      const value = this.read("}");
      assert.equal(this.body[this.at++], "}", `a place of the snippet is not closed: ${rest}`);
      return this.keep(named[1], value);
    }
    if (plain !== null) {
      return this.values.get(plain[1] ?? plain[2] ?? "") ?? "";
    }
    assert.notEqual(rest[0], "$", `a dollar of the snippet is not escaped: ${rest}`);
    return rest[0] ?? "";
  }

  private keep(place = "", value: string): string {
    this.values.set(place, value);
    return value;
  }
}

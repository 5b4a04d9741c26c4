"use strict";
// Opens each workspace in VS Code, as a user would, and tells what was seen. Argument: the task, as JSON. Prints the result, as JSON.

const { spawn, execFileSync } = require("child_process");
const fs = require("fs");
const path = require("path");

const PATIENCE = 30_000;
// What makes a headless Chromium start without root's sandbox, and ask nobody for anything.
const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
// Everything on this machine alone, and PATH as it is, not as a login shell has it.
const SERVER = [
  "--host",
  "127.0.0.1",
  "--port",
  "0",
  "--without-connection-token",
  "--accept-server-license-terms",
  "--telemetry-level",
  "off",
  "--force-disable-user-env",
];
const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.layoutControl.enabled": false,
  "workbench.reduceMotion": "on",
  "editor.accessibilitySupport": "off",
  "editor.fontSize": 18,
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "editor.hover.delay": 100,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
};

class Server {
  /** VS Code's server, with the extension installed; nothing of it is outside the folder. */
  static async start(task) {
    const server = new Server();
    const data = path.join(task.folder, "data");
    const extensions = path.join(task.folder, "extensions");
    fs.mkdirSync(extensions, { recursive: true });
    fs.mkdirSync(path.join(data, "User"), { recursive: true });
    fs.writeFileSync(path.join(data, "User", "settings.json"), JSON.stringify(SETTINGS));
    const folders = ["--extensions-dir", extensions, "--server-data-dir", data, "--user-data-dir", data];
    server.log = execFileSync(process.execPath, [task.server, "--install-extension", task.extension, ...folders], { encoding: "utf8" });
    server.logs = path.join(data, "logs");
    server.process = spawn(process.execPath, [task.server, ...SERVER, ...folders], { stdio: ["ignore", "pipe", "pipe"] });
    server.address = await new Promise((resolve, reject) => {
      const hear = (data) => {
        server.log += data;
        const port = /Extension host agent listening on (\d+)/.exec(server.log);
        if (port) resolve(`http://127.0.0.1:${port[1]}`);
      };
      server.process.stdout.on("data", hear);
      server.process.stderr.on("data", hear);
      server.process.on("exit", (status) => reject(new Error(`VS Code's server ended with status ${status}`)));
      setTimeout(() => reject(new Error("VS Code's server does not listen")), PATIENCE).unref();
    });
    return server;
  }

  /** The last of everything that the server, the extension and its language server wrote. */
  tail() {
    const written = fs.existsSync(this.logs) ? fs.readdirSync(this.logs, { recursive: true }) : [];
    const files = written.filter((name) => name.endsWith(".log")).map((name) => [name, fs.readFileSync(path.join(this.logs, name), "utf8")]);
    return [["server", this.log], ...files]
      .filter(([, text]) => text.trim())
      .map(([name, text]) => `--- ${name}\n${text.trim().split("\n").slice(-20).join("\n")}`)
      .join("\n");
  }

  async stop() {
    this.process.removeAllListeners("exit");
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.kill();
    await ended;
  }
}

/** Where each occurrence of a word is on the screen; an editor writes its spaces as no-break spaces. */
function places(word) {
  const found = [];
  for (const line of document.querySelectorAll(".editor-instance .view-line")) {
    const start = line.textContent.replace(/\u00a0/g, " ").indexOf(word);
    if (start < 0) continue;
    const range = document.createRange();
    let offset = 0;
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const end = offset + text.length;
      if (offset <= start && start < end) range.setStart(text, start - offset);
      if (offset < start + word.length && start + word.length <= end) range.setEnd(text, start + word.length - offset);
      offset = end;
    }
    found.push(range.getBoundingClientRect().toJSON());
  }
  return found;
}

class Window {
  constructor(page, want) {
    this.page = page;
    this.want = want;
    this.checks = [];
  }

  async place(word) {
    const found = await this.page.evaluate(places, word);
    if (found.length !== 1) throw new Error(`${JSON.stringify(word)} is in ${found.length} lines of the editor`);
    return found[0];
  }

  /** The text of what a selector finds, as soon as the text is one. */
  async text(selector, accept = (text) => text.trim()) {
    const element = this.page.locator(selector).first();
    const deadline = Date.now() + PATIENCE;
    await element.waitFor({ timeout: PATIENCE });
    for (;;) {
      const text = (await element.innerText()).replace(/\u00a0/g, " ");
      if (accept(text)) return text;
      if (Date.now() > deadline) throw new Error(`${selector} remains ${JSON.stringify(text)}`);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  async check(name, look) {
    const findings = await look().catch((error) => (error.name === "TimeoutError" ? ["nothing came", ...lines(error.message)] : lines(error.message)));
    this.checks.push({ name, findings });
  }

  async open(address, folder) {
    const file = ["openFile", `vscode-remote://${new URL(address).host}${folder}/pipeline.hcl`];
    await this.page.goto(`${address}/?${new URLSearchParams({ folder, payload: JSON.stringify([file]) })}`);
    await this.page.locator(".editor-instance .view-line").first().waitFor({ timeout: PATIENCE });
  }

  async squiggle() {
    const squiggles = this.page.locator(".editor-instance .squiggly-error");
    await squiggles.first().waitFor({ state: "attached", timeout: PATIENCE });
    const word = await this.place(this.want.wrong);
    const found = await squiggles.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
    const under = (box) => box.top < word.bottom && box.bottom > word.top && Math.abs(box.left - word.left) < 3 && Math.abs(box.right - word.right) < 3;
    if (found.length === 1 && under(found[0])) return [];
    return [`${this.want.wrong} is at ${JSON.stringify(word)}, the squiggles are at ${JSON.stringify(found)}`];
  }

  async problems() {
    await this.page.keyboard.press("Control+Shift+M");
    return missing(await this.text(".markers-panel-container .monaco-list-rows"), this.want.row);
  }

  async hover() {
    const word = await this.place(this.want.hovered);
    const [x, y] = [word.left + word.width / 2, word.top + word.height / 2];
    await this.page.mouse.move(x - 2, y);
    await this.page.mouse.move(x, y);
    return missing(await this.text(".monaco-hover:not(.hidden) .monaco-hover-content", (text) => text.trim() && !text.startsWith("Loading")), this.want.hover);
  }

  async complete() {
    const word = await this.place(this.want.wrong);
    await this.page.mouse.click(word.right - 1, word.top + word.height / 2);
    await this.page.keyboard.press("End");
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.press("Control+Space");
    return missing(await this.text(".suggest-widget.visible .monaco-list-rows", (text) => text.trim() && !text.startsWith("Loading")), this.want.completions);
  }

  async shoot(file) {
    if (file) await this.page.screenshot({ path: file });
  }
}

function lines(text) {
  return text.replace(/\u001b\[\d*m/g, "").trim().split("\n");
}

function missing(text, wanted) {
  return wanted.filter((each) => !text.includes(each)).map((each) => `${JSON.stringify(each)} is not in ${JSON.stringify(text)}`);
}

async function look(browser, server, task, workspace) {
  const window = new Window(await browser.newPage(), task.want);
  const picture = (name) => workspace.pictures && path.join(workspace.pictures, `${name}.png`);
  try {
    await window.open(server.address, workspace.folder);
    await window.check("the squiggle is under the wrong word", () => window.squiggle());
    await window.check("the Problems view says what is wrong, and where", () => window.problems());
    await window.shoot(picture("vscode-problems"));
    await window.check("the hover documents the attribute", () => window.hover());
    await window.shoot(picture("vscode-hover"));
    await window.check("the list of completions has the attributes of the block", () => window.complete());
    await window.shoot(picture("vscode-completion"));
  } catch (error) {
    await window.shoot(picture("vscode-failure"));
    throw error;
  }
  await window.page.close();
  return window.checks;
}

async function main(task) {
  const { chromium } = require(path.join(task.modules, "playwright-core"));
  const server = await Server.start(task);
  const browser = await chromium.launchPersistentContext(path.join(task.folder, "browser"), {
    executablePath: task.chromium,
    args: CHROMIUM,
    viewport: { width: 1200, height: 780 },
  });
  const looked = await Promise.all(task.workspaces.map((workspace) => look(browser, server, task, workspace).catch((error) => [{ name: "opens the folder", findings: [error.message] }])));
  await browser.close();
  await server.stop();
  process.stdout.write(JSON.stringify({ looked, log: server.tail() }));
}

main(JSON.parse(process.argv[2])).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});

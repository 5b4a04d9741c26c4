"use strict";
// Opens each workspace in VS Code, as a user would, and tells what was seen. Argument: the task, as JSON. Prints the result, as JSON.

const { spawn } = require("child_process");
const fs = require("fs");
const path = require("path");

const PATIENCE = 30_000;
// Of each log, when something went wrong.
const LINES = 20;
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
  "editor.accessibilitySupport": "off",
  "editor.fontSize": 18,
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "editor.hover.delay": 100,
  "editor.snippetSuggestions": "bottom",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
};

/** VS Code's server, with the extension installed; nothing of it is outside the task's folder. */
class Server {
  constructor(task) {
    this.task = task;
    this.data = path.join(task.folder, "data");
    this.extensions = path.join(task.folder, "extensions");
    this.folders = ["--extensions-dir", this.extensions, "--server-data-dir", this.data, "--user-data-dir", this.data];
    this.log = "";
  }

  async start() {
    fs.mkdirSync(this.extensions, { recursive: true });
    fs.mkdirSync(path.join(this.data, "User"), { recursive: true });
    fs.writeFileSync(path.join(this.data, "User", "settings.json"), JSON.stringify(SETTINGS));
    await this.run(["--install-extension", this.task.extension], /was successfully installed/);
    const [, port] = await this.run(SERVER, /Extension host agent listening on (\d+)/);
    this.address = `http://127.0.0.1:${port}`;
  }

  /** Runs the program, and gives back what it is expected to say. */
  run(options, expected) {
    this.process = spawn(process.execPath, [this.task.server, ...options, ...this.folders], { stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((resolve, reject) => {
      const fail = (how) => reject(new Error(`VS Code's server ${how}, and did not say ${expected}`));
      const late = setTimeout(fail, PATIENCE, `did not come up within ${PATIENCE} ms`);
      const hear = (data) => {
        this.log += data;
        const said = expected.exec(this.log);
        if (said) resolve(said);
      };
      this.process.stdout.on("data", hear);
      this.process.stderr.on("data", hear);
      this.process.on("close", (status) => {
        clearTimeout(late);
        fail(`ended with status ${status}`);
      });
    });
  }

  /** The last of everything that the server, the extension and its language server wrote. */
  tail() {
    const logs = path.join(this.data, "logs");
    const written = fs.existsSync(logs) ? fs.readdirSync(logs, { recursive: true }) : [];
    const files = written.filter((name) => name.endsWith(".log")).map((name) => [name, fs.readFileSync(path.join(logs, name), "utf8")]);
    return [["server", this.log], ...files]
      .filter(([, text]) => text.trim())
      .map(([name, text]) => `--- ${name}\n${text.trim().split("\n").slice(-LINES).join("\n")}`)
      .join("\n");
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.on("close", resolve));
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
  constructor(page, want, pictures) {
    this.page = page;
    this.want = want;
    this.pictures = pictures;
    this.patience = PATIENCE;
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
    const deadline = Date.now() + this.patience;
    await element.waitFor({ timeout: this.patience });
    for (;;) {
      const text = (await element.innerText()).replace(/\u00a0/g, " ");
      if (accept(text)) return text;
      if (Date.now() > deadline) throw new Error(`${selector} remains ${JSON.stringify(text)}`);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** Writes down what `look` finds wrong, and takes the picture of it if pictures are wanted. */
  async check(name, look, picture) {
    const findings = await look().catch((error) => {
      if (error.name !== "TimeoutError") return lines(error.message);
      // Nor will the rest come, most likely.
      this.patience = PATIENCE / 10;
      return ["nothing came", ...lines(error.message)];
    });
    this.checks.push({ name, findings });
    if (picture && this.pictures) await this.page.screenshot({ path: path.join(this.pictures, `${picture}.png`), animations: "disabled" });
  }

  async open(address, folder) {
    const file = ["openFile", `vscode-remote://${new URL(address).host}${folder}/pipeline.hcl`];
    await this.page.goto(`${address}/?${new URLSearchParams({ folder, payload: JSON.stringify([file]) })}`);
    await this.page.locator(".editor-instance .view-line").first().waitFor({ timeout: this.patience });
    return [];
  }

  async squiggle() {
    const shown = this.page.locator(".editor-instance .squiggly-error");
    await shown.first().waitFor({ state: "attached", timeout: this.patience });
    const word = await this.place(this.want.wrong);
    const under = (box) => box.top < word.bottom && box.bottom > word.top && Math.abs(box.left - word.left) < 3 && Math.abs(box.right - word.right) < 3;
    const squiggles = await shown.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
    if (squiggles.length === 1 && under(squiggles[0])) return [];
    return [`${this.want.wrong} is at ${JSON.stringify(word)}, the squiggles are at ${JSON.stringify(squiggles)}`];
  }

  async problems() {
    await this.page.keyboard.press("Control+Shift+M");
    return missing(await this.text(".markers-panel-container .monaco-list-rows"), this.want.row);
  }

  async hover() {
    const word = await this.place(this.want.hovered);
    await this.page.mouse.move(word.left + 2, word.top + word.height / 2);
    await this.page.mouse.move(word.left + word.width / 2, word.top + word.height / 2, { steps: 5 });
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
}

function lines(text) {
  return text.replace(/\u001b\[\d*m/g, "").trim().split("\n");
}

function missing(text, wanted) {
  return wanted.filter((each) => !text.includes(each)).map((each) => `${JSON.stringify(each)} is not in ${JSON.stringify(text)}`);
}

/** What is seen in a workspace, in the order of a user's day. */
async function look(browser, server, task, { folder, pictures }) {
  const window = new Window(await browser.newPage(), task.want, pictures);
  await window.check("opens the folder", () => window.open(server.address, folder));
  await window.check("the squiggle is under the wrong word", () => window.squiggle());
  await window.check("the Problems view says what is wrong, and where", () => window.problems(), "vscode-problems");
  await window.check("the hover documents the attribute", () => window.hover(), "vscode-hover");
  await window.check("the list of completions has the attributes of the block", () => window.complete(), "vscode-completion");
  await window.page.close();
  return window.checks;
}

async function main(task) {
  const { chromium } = require(path.join(task.modules, "playwright-core"));
  const server = new Server(task);
  try {
    await server.start();
    const browser = await chromium.launchPersistentContext(path.join(task.folder, "browser"), {
      executablePath: task.chromium,
      args: CHROMIUM,
      viewport: { width: 1200, height: 780 },
    });
    const looked = await Promise.all(task.workspaces.map((workspace) => look(browser, server, task, workspace)));
    await browser.close();
    await server.stop();
    process.stdout.write(JSON.stringify({ looked, log: server.tail() }));
  } catch (error) {
    process.stderr.write(`${server.tail()}\n${error.message}\n`);
    process.exit(1);
  }
}

main(JSON.parse(process.argv[2]));

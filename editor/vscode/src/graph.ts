import { randomBytes } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import type { FromPage, ToPage } from "./messages";
import { inTheme } from "./picture";
import { messageOf, type Server } from "./server";

const patience = 400; // milliseconds from the last change to the next picture

/** The pictures of pipelines that are shown, one for each document. */
export class Graphs implements vscode.Disposable {
  private readonly shown = new Map<string, Graph>();

  constructor(
    private readonly server: Server,
    private readonly extension: vscode.Uri,
  ) {}

  /** Opens the picture of a document's configuration beside it, or brings the open one to the front. */
  open(source: vscode.Uri): void {
    const key = source.toString();
    const existing = this.shown.get(key);
    if (existing !== undefined) {
      existing.reveal();
      return;
    }
    this.shown.set(key, new Graph(this.server, this.extension, source, () => this.shown.delete(key)));
  }

  dispose(): void {
    [...this.shown.values()].forEach((graph) => graph.dispose());
  }
}

class Graph implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private drawing = false;
  private again = false;
  private svg: string | undefined;
  private note = "";

  constructor(
    private readonly server: Server,
    extension: vscode.Uri,
    private readonly source: vscode.Uri,
    closed: () => void,
  ) {
    const scripts = vscode.Uri.joinPath(extension, "dist");
    const { webview } = (this.panel = vscode.window.createWebviewPanel(
      "cfnpipe.graph",
      `Pipeline Graph: ${path.posix.basename(path.posix.dirname(source.path))}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [scripts] },
    ));
    this.subscriptions = [
      this.panel.onDidDispose(() => {
        closed();
        clearTimeout(this.timer);
        vscode.Disposable.from(...this.subscriptions).dispose();
      }),
      // A page that was hidden begins anew when it is shown again.
      webview.onDidReceiveMessage((message: FromPage) => message.ready && this.send()),
      vscode.window.onDidChangeActiveColorTheme(() => this.send()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.isAbout(document.uri) && this.schedule()),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.isAbout(uri) && this.schedule()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => uris.some((uri) => this.isAbout(uri)) && this.schedule()),
    ];
    webview.html = page(webview, vscode.Uri.joinPath(scripts, "graph.js"));
    void this.draw();
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
    this.schedule();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** A configuration is the files of a folder. */
  private isAbout(uri: vscode.Uri): boolean {
    return uri.scheme === this.source.scheme && path.posix.dirname(uri.path) === path.posix.dirname(this.source.path);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), patience);
  }

  private async draw(): Promise<void> {
    if (this.drawing) {
      this.again = true;
      return;
    }
    this.drawing = true;
    try {
      do {
        this.again = false;
        await this.fetch();
        this.send();
      } while (this.again);
    } finally {
      this.drawing = false;
    }
  }

  private async fetch(): Promise<void> {
    try {
      this.svg = (await this.server.execute<{ svg: string }>("cfnpipe.graph", this.source.toString())).svg;
      this.note = "";
    } catch (error) {
      this.note = this.svg === undefined ? messageOf(error) : `This is the last picture without errors. ${messageOf(error)}`;
    }
  }

  private send(): void {
    const message: ToPage = { note: this.note };
    if (this.svg !== undefined) {
      const { kind } = vscode.window.activeColorTheme;
      const dark = kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast;
      message.image = `data:image/svg+xml;base64,${Buffer.from(inTheme(this.svg, dark)).toString("base64")}`;
    }
    void this.panel.webview.postMessage(message).then(undefined, () => undefined); // the panel was closed meanwhile
  }
}

/**
 * The page around the picture. It may load nothing but its own script and pictures that it is sent: these are images, so
 * that whatever an SVG says, no script in it runs and nothing is fetched for it.
 */
function page(webview: vscode.Webview, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>Pipeline Graph</title>
<style nonce="${nonce}">
  html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }
  #paper { height: 100%; overflow: hidden; cursor: grab; touch-action: none; outline: none; }
  #paper:active { cursor: grabbing; }
  #picture { position: absolute; transform-origin: 0 0; max-width: none; max-height: none; user-select: none; }
  #picture:not([src]) { display: none; }
  #note { position: fixed; inset: auto 0 0 0; padding: 6px 12px; color: var(--vscode-editorWarning-foreground);
    background: var(--vscode-editorWidget-background); border-top: 1px solid var(--vscode-editorWidget-border); white-space: pre-wrap; }
  #note:empty { display: none; }
  #buttons { position: fixed; inset: 8px 8px auto auto; display: flex; gap: 4px; }
  button { min-width: 28px; height: 26px; border: 0; border-radius: 2px; cursor: pointer;
    color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
  button:hover { background: var(--vscode-button-secondaryHoverBackground); }
</style>
</head>
<body>
<div id="paper" tabindex="0"><img id="picture" alt="The pipeline, its stages and the accounts that they deploy into" draggable="false"></div>
<div id="buttons"><button id="larger" title="Larger (+)">+</button><button id="smaller" title="Smaller (-)">−</button><button id="fit" title="All of it (0)">Fit</button></div>
<div id="note" role="status"></div>
<script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
</body>
</html>`;
}

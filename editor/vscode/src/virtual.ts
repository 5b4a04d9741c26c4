import * as vscode from "vscode";

/** The scheme of documents that are shown and not written: what a configuration compiles to, and what is said about it. */
export const scheme = "cfnpipe";

/** Documents that exist in memory only. A new text for one that is shown is shown at once. */
export class VirtualDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;

  private readonly registration = vscode.Disposable.from(
    this.changes,
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  );

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Puts a text below a name that belongs to a source; the same name is the same document again. */
  put(source: vscode.Uri, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: source.toString() });
    this.texts.set(uri.toString(), text);
    this.changes.fire(uri);
    return uri;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

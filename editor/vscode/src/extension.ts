import * as vscode from "vscode";
import { claimDocuments } from "./claim";
import { showCompiled } from "./compiled";
import { showWhatThisBecomes } from "./explanation";
import { Graphs } from "./graph";
import { servedSchemes } from "./ownership";
import { messageOf, Server } from "./server";
import { VirtualDocuments } from "./virtual";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const running = (server = new Server());
  const documents = new VirtualDocuments();
  const graphs = new Graphs(running, context.extensionUri);
  const { registerCommand } = vscode.commands;
  context.subscriptions.push(
    documents,
    graphs,
    claimDocuments(),
    registerCommand("cfnpipe.showCompiled", () => withEditor((editor) => showCompiled(running, documents, editor.document.uri))),
    registerCommand("cfnpipe.showWhatThisBecomes", () => withEditor((editor) => showWhatThisBecomes(running, documents, editor))),
    registerCommand("cfnpipe.openGraph", () => withEditor((editor) => graphs.open(editor.document.uri))),
    registerCommand("cfnpipe.restart", () => running.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("cfnpipe.path")) {
        void running.follow();
      }
    }),
  );
  // No program is looked for, and nothing said about it, before there is a file for it.
  const serve = ({ languageId, uri }: vscode.TextDocument): void => {
    if (languageId === "cfnpipe" && servedSchemes.includes(uri.scheme)) {
      void running.begin();
    }
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(serve));
  vscode.workspace.textDocuments.forEach(serve);
}

export function deactivate(): Promise<void> | undefined {
  return server?.end();
}

/** Does something with the editor that shows a configuration, and says it to the user if it cannot be done. */
async function withEditor(action: (editor: vscode.TextEditor) => void | Promise<void>): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "cfnpipe" || !servedSchemes.includes(editor.document.uri.scheme)) {
    void vscode.window.showInformationMessage("Open a file of a cfnpipe configuration first, such as pipeline.hcl.");
    return;
  }
  try {
    await action(editor);
  } catch (error) {
    void vscode.window.showErrorMessage(messageOf(error));
  }
}

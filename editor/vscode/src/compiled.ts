import * as vscode from "vscode";
import type { Server } from "./server";
import type { VirtualDocuments } from "./virtual";

interface CompiledFile {
  path: string;
  text: string;
}

/** Shows what a document's configuration compiles to, beside it: the one template, or the one of several that is picked. */
export async function showCompiled(server: Server, documents: VirtualDocuments, source: vscode.Uri): Promise<void> {
  const { files } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Compiling" },
    () => server.execute<{ files: CompiledFile[] }>("cfnpipe.compile", source.toString()),
  );
  const file = files.length > 1 ? await pick(files) : files[0];
  if (file === undefined) {
    return;
  }
  let document = await vscode.workspace.openTextDocument(documents.put(source, file.path, file.text));
  if (file.path.endsWith(".json") && document.languageId !== "json") {
    document = await vscode.languages.setTextDocumentLanguage(document, "json");
  }
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}

async function pick(files: CompiledFile[]): Promise<CompiledFile | undefined> {
  const items = files.map((file) => ({ label: file.path, description: sizeOf(file.text), file }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "Which file?", matchOnDescription: false }))?.file;
}

function sizeOf(text: string): string {
  return `${Math.ceil(Buffer.byteLength(text) / 1024)} KiB`;
}

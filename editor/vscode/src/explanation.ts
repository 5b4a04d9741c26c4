import * as vscode from "vscode";
import type { Server } from "./server";
import type { VirtualDocuments } from "./virtual";

/** Shows beside the editor what the block at its cursor becomes. */
export async function showWhatThisBecomes(server: Server, documents: VirtualDocuments, editor: vscode.TextEditor): Promise<void> {
  const source = editor.document.uri;
  const { line, character } = editor.selection.active;
  const { title, markdown } = await server.execute<{ title: string; markdown: string }>(
    "cfnpipe.explain",
    source.toString(),
    { line, character },
  );
  const text = markdown.startsWith("# ") ? markdown : `# ${title}\n\n${markdown}`;
  const uri = documents.put(source, "What this becomes.md", text);
  await vscode.workspace.openTextDocument(uri);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}

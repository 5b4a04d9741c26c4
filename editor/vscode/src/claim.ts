import * as path from "node:path";
import * as vscode from "vscode";
import { belongsToUs, isGeneric } from "./ownership";

/** Gives documents the language cfnpipe that are cfnpipe's by the company they keep; see ownership.ts. */
export function claimDocuments(): vscode.Disposable {
  // A user who then chooses another language is right, for as long as the document is open.
  const decided = new Set<string>();

  const claim = async (document: vscode.TextDocument): Promise<void> => {
    const { uri } = document;
    if (document.languageId === "cfnpipe") {
      decided.add(uri.toString());
    }
    if (uri.scheme !== "file" || !uri.path.endsWith(".hcl") || !isGeneric(document.languageId) || decided.has(uri.toString())) {
      return;
    }
    const files = await filesBeside(uri);
    if (belongsToUs(path.posix.basename(uri.path), files) && !document.isClosed && isGeneric(document.languageId)) {
      decided.add(uri.toString());
      await vscode.languages.setTextDocumentLanguage(document, "cfnpipe");
    }
  };
  const claimAll = (): void => vscode.workspace.textDocuments.forEach((document) => void claim(document));

  // Changing a document's language closes and opens it: only one that stays closed is forgotten.
  const forget = ({ uri }: vscode.TextDocument): void => {
    setTimeout(() => {
      if (!vscode.workspace.textDocuments.some((open) => open.uri.toString() === uri.toString())) {
        decided.delete(uri.toString());
      }
    }, 0);
  };

  const markers = vscode.workspace.createFileSystemWatcher("**/{pipeline.hcl,*.pipeline.hcl}", false, true, true);
  claimAll();
  return vscode.Disposable.from(
    markers,
    markers.onDidCreate(claimAll),
    vscode.workspace.onDidOpenTextDocument((document) => void claim(document)),
    vscode.workspace.onDidCloseTextDocument(forget),
  );
}

async function filesBeside(uri: vscode.Uri): Promise<string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(uri, ".."));
    return entries.filter(([, type]) => (type & vscode.FileType.Directory) === 0).map(([name]) => name);
  } catch {
    return []; // a folder that cannot be read says nothing about whose it is
  }
}

// Which files are cfnpipe's. HCL has many owners: Terragrunt, Packer, Nomad. A folder is ours only if a file says so by its name.

/** Whether a file's name alone says that it is cfnpipe's: pipeline.hcl, or anything that ends in .pipeline.hcl. */
export function isMarker(name: string): boolean {
  return name === "pipeline.hcl" || (name.endsWith(".pipeline.hcl") && !name.startsWith("."));
}

/**
 * Whether a file is cfnpipe's, by its name and the names of all files of its folder: those that say so themselves, and in
 * a folder that has one of them every other .hcl file that is not hidden, those with values for variables included.
 */
export function belongsToUs(name: string, folder: readonly string[]): boolean {
  if (isMarker(name)) {
    return true;
  }
  return name.endsWith(".hcl") && !name.startsWith(".") && folder.some(isMarker);
}

/** Whether a language says no more than that a file is text or HCL. Any other was chosen by somebody who knows better. */
export function isGeneric(languageId: string): boolean {
  return ["plaintext", "hcl", "terraform"].includes(languageId);
}

/** The schemes of the documents that the language server is asked about: files, and what was never saved. */
export const servedSchemes: readonly string[] = ["file", "untitled"];

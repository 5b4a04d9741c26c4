import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";

/** What is looked at to find the program. */
export interface Surroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
}

/**
 * The absolute path of the program that a setting names, or undefined if there is none. A name is looked for in PATH, and
 * only in folders that PATH names from the root: what lies in an opened workspace is never run because it has the right name.
 */
export function findProgram(setting: string, { platform, env }: Surroundings): string | undefined {
  const { isAbsolute, join, delimiter } = platform === "win32" ? path.win32 : path.posix;
  const endings = platform === "win32" ? ["", ".exe"] : [""];
  const candidates = (base: string): string[] => endings.map((ending) => base + ending);
  if (isAbsolute(setting)) {
    return candidates(setting).find(isProgram);
  }
  if (setting === "" || /[/\\]/.test(setting)) {
    return undefined;
  }
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.flatMap((folder) => candidates(join(folder, setting))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

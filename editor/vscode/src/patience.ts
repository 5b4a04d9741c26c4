import { CloseAction, ErrorAction, type CloseHandlerResult, type ErrorHandler, type ErrorHandlerResult } from "vscode-languageclient/node";

const often = 4; // so many ends
const lately = 3 * 60 * 1000; // within so many milliseconds are too many

/** Starts a server again that ended, but neither one that never began nor one that ends again and again. */
export class Patience implements ErrorHandler {
  private running = false;
  private ends: number[] = [];

  /** Says that the server has answered for the first time. */
  began(): void {
    this.running = true;
  }

  error(_error: Error, _message: unknown, count: number | undefined): ErrorHandlerResult {
    return { action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown };
  }

  closed(): CloseHandlerResult {
    if (!this.running) {
      return { action: CloseAction.DoNotRestart, handled: true }; // who started it says so
    }
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => now - end < lately), now];
    if (this.ends.length < often) {
      return { action: CloseAction.Restart, handled: true };
    }
    return {
      action: CloseAction.DoNotRestart,
      message: `The language server of cfnpipe ended ${often} times within three minutes and is left alone now. The output "cfnpipe" says why; "cfnpipe: Restart Language Server" starts it again.`,
    };
  }
}

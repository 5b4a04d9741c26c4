const often = 4; // so many ends
const lately = 3 * 60 * 1000; // within so many milliseconds are too many

/** Decides whether a server that ended is started again: not if it never began, nor if it ends again and again. */
export class Patience {
  /** Whether the server has ever answered. */
  running = false;
  private ends: number[] = [];

  /** Says that the server has answered for the first time. */
  began(): void {
    this.running = true;
  }

  /** Says that the server has ended, and returns whether it is to be started again, or why not; "" if that has been said. */
  ended(now = Date.now()): true | string {
    if (!this.running) {
      return "";
    }
    this.ends = [...this.ends.filter((end) => now - end < lately), now];
    return (
      this.ends.length < often ||
      `The language server of cfnpipe ended ${often} times within three minutes and is left alone now. The output "cfnpipe" says why; "cfnpipe: Restart Language Server" starts it again.`
    );
  }
}

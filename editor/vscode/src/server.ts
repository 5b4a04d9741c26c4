import * as vscode from "vscode";
import { CloseAction, ErrorAction, ExecuteCommandRequest, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { ErrorHandler, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";
import { servedSchemes } from "./ownership";
import { Patience } from "./patience";
import { findProgram } from "./program";

const installation = vscode.Uri.parse("https://github.com/cfnpipe/cfnpipe#install");

/** The language server: `cfnpipe lsp` on standard input and output. */
export class Server {
  private client: LanguageClient | undefined;
  private wanted = false;
  private tried = "";
  private last: Promise<void> = Promise.resolve();
  private readonly output = vscode.window.createOutputChannel("cfnpipe");
  private readonly files = ["**/*.hcl", "**/*.hcl.json"].map((glob) => vscode.workspace.createFileSystemWatcher(glob));

  /** Starts the server unless that has been tried before. */
  begin(): Promise<void> {
    return this.wanted ? this.last : this.restart();
  }

  /** Starts the server, or starts it again. Calls that come while one is under way wait for it. */
  restart(): Promise<void> {
    this.wanted = true;
    this.last = this.last.then(async () => {
      await this.stop();
      await this.start();
    });
    return this.last;
  }

  /** Starts the server again if the setting names another program than the one that runs. */
  async follow(): Promise<void> {
    await this.last;
    if (this.wanted && this.setting() !== this.tried) {
      await this.restart();
    }
  }

  /** Has the server execute one of its commands. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T> {
    await this.begin();
    if (this.client?.state !== State.Running) {
      throw new Error("The language server does not run. \"cfnpipe: Restart Language Server\" starts it, and says why if it cannot.");
    }
    return (await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as T;
  }

  /** Ends the server for good. */
  async end(): Promise<void> {
    this.last = this.last.then(() => this.stop());
    await this.last;
    vscode.Disposable.from(this.output, ...this.files).dispose();
  }

  private setting(): string {
    return vscode.workspace.getConfiguration("cfnpipe").get("path", "cfnpipe").trim();
  }

  private async start(): Promise<void> {
    const setting = (this.tried = this.setting());
    const program = findProgram(setting, process);
    if (program === undefined) {
      complainOfMissing(setting);
      return;
    }
    const patience = new Patience();
    const client = new Client(
      patience,
      { command: program, args: ["lsp"] },
      {
        documentSelector: servedSchemes.map((scheme) => ({ scheme, language: "cfnpipe" })),
        initializationOptions: { suggestCommand: "editor.action.triggerSuggest" },
        synchronize: { fileEvents: this.files },
        outputChannel: this.output,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        errorHandler: errorHandler(patience),
        initializationFailedHandler: () => false,
      },
    );
    this.client = client;
    try {
      await client.start();
      if (client.state !== State.Running) {
        throw new Error("it ended before it had answered");
      }
      patience.began();
    } catch (error) {
      this.client = undefined;
      this.output.appendLine(`${program} lsp: ${messageOf(error)}`);
      this.complainOfFailure(program);
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose(2000);
    } catch (error) {
      this.output.appendLine(`The language server did not end in order: ${messageOf(error)}`);
    }
  }

  private complainOfFailure(program: string): void {
    const show = "Show output";
    const install = "How to install";
    void vscode.window
      .showErrorMessage(`${program} does not start as a language server. It may be a version that has no "cfnpipe lsp" yet.`, show, install)
      .then((choice) => {
        if (choice === show) {
          this.output.show();
        } else if (choice === install) {
          void vscode.env.openExternal(installation);
        }
      });
  }
}

/** A client that leaves it to who starts it to say that it did not begin. */
class Client extends LanguageClient {
  constructor(
    private readonly patience: Patience,
    server: ServerOptions,
    options: LanguageClientOptions,
  ) {
    super("cfnpipe", "cfnpipe", server, options);
  }

  override error(message: string, data?: unknown, show: boolean | "force" = true): void {
    super.error(message, data, this.patience.running && show);
  }
}

function errorHandler(patience: Patience): ErrorHandler {
  return {
    error: (_error, _message, count) => ({ action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown }),
    closed: () => {
      const again = patience.ended();
      if (again === true) {
        return { action: CloseAction.Restart, handled: true };
      }
      return { action: CloseAction.DoNotRestart, handled: again === "", message: again || "The language server did not begin." };
    },
  };
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function complainOfMissing(setting: string): void {
  const settings = "Open settings";
  const install = "How to install";
  void vscode.window
    .showWarningMessage(
      `The program "${setting}" is not there, so pipelines are not checked. Install cfnpipe, or say in the setting cfnpipe.path where it is: a name that PATH knows, or an absolute path.`,
      settings,
      install,
    )
    .then((choice) => {
      if (choice === settings) {
        void vscode.commands.executeCommand("workbench.action.openSettings", "cfnpipe.path");
      } else if (choice === install) {
        void vscode.env.openExternal(installation);
      }
    });
}

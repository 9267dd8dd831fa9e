// A workspace in, a running language client out. Everything it shows comes from the server.

import { commands, type ExtensionContext, extensions, Uri, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { candidates, type Known, serving, working } from "./interpreter";

const LANGUAGES = [
  "python",
  "yaml",
  "json",
  "toml",
  "terraform",
  "opentofu",
  "dockerfile",
  "shellscript",
  "typescript",
  "javascript",
  "pip-requirements",
];

/** The part of the Python extension's API that says which interpreter a workspace uses. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath: (listener: () => void) => { dispose(): void };
  };
}

let client: LanguageClient | undefined;

/** Called once by the editor. */
export async function activate(context: ExtensionContext): Promise<void> {
  const python = await pythonApi();
  const restart = async (): Promise<void> => {
    await stop();
    await start(python);
  };
  context.subscriptions.push(
    commands.registerCommand("lambdalint.restart", restart),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("lambdalint.interpreter")) {
        void restart();
      }
    }),
  );
  if (python !== undefined) {
    context.subscriptions.push(python.environments.onDidChangeActiveEnvironmentPath(() => void restart()));
  }
  await start(python);
}

/** Called once by the editor, at the end. */
export async function deactivate(): Promise<void> {
  await stop();
}

async function start(python: PythonApi | undefined): Promise<void> {
  const command = await working(candidates(known(python)));
  if (command === undefined) {
    const answer = await window.showWarningMessage(
      "No interpreter with lambdalint[server] was found. Install it into the project's environment, or name an interpreter in the settings.",
      "Open settings",
    );
    if (answer !== undefined) {
      await commands.executeCommand("workbench.action.openSettings", "lambdalint.interpreter");
    }
    return;
  }
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
    initializationOptions: { settings: workspace.getConfiguration("lambdalint") },
  };
  client = new LanguageClient("lambdalint", "lambdalint", serving(command), options);
  await client.start();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose();
}

function known(python: PythonApi | undefined): Known {
  const folders = workspace.workspaceFolders ?? [];
  return {
    setting: workspace.getConfiguration("lambdalint").get<string>("interpreter", ""),
    active: python?.environments.getActiveEnvironmentPath(folders[0]?.uri).path,
    folders: folders.map((folder) => folder.uri.fsPath),
    path: process.env["PATH"] ?? "",
    windows: process.platform === "win32",
  };
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = extensions.getExtension<PythonApi>("ms-python.python");
  try {
    return await extension?.activate();
  } catch {
    return undefined; // it is there and does not work: the other ways are left
  }
}

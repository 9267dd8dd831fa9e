// What is known of a workspace in, the command that starts its server out. Knows nothing of the editor: see the tests.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program and its arguments. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where an interpreter may be named. active: the one the Python extension uses for the workspace. */
export interface Known {
  readonly setting: string;
  readonly active: string | undefined;
  readonly folders: readonly string[];
  readonly path: string;
  readonly windows: boolean;
}

const ENVIRONMENTS = [".venv", "venv", "env"];

/** Commands that may start a server, the most deliberate first. A setting is taken at its word: nothing else is tried. */
export function candidates(known: Known, exists: (path: string) => boolean = existsSync): Command[] {
  if (known.setting !== "") {
    return [byInterpreter(expanded(known.setting, known.folders))];
  }
  const found: Command[] = [];
  if (known.active !== undefined && known.active !== "") {
    found.push(byInterpreter(known.active));
  }
  const [inside, python] = known.windows ? ["Scripts", "python.exe"] : ["bin", "python"];
  for (const folder of known.folders) {
    for (const environment of ENVIRONMENTS) {
      const interpreter = join(folder, environment, inside, python);
      if (exists(interpreter)) {
        found.push(byInterpreter(interpreter));
      }
    }
  }
  const name = known.windows ? "lambdalint.exe" : "lambdalint";
  for (const folder of known.path.split(delimiter).filter((part) => part !== "")) {
    if (exists(join(folder, name))) {
      found.push({ command: join(folder, name), args: [] });
    }
  }
  found.push(byInterpreter(known.windows ? "py" : "python3"));
  const seen = new Set<string>();
  return found.filter(({ command }) => !seen.has(command) && seen.add(command));
}

/** The first command that has a server in it; undefined when none has. */
export async function working(
  commands: readonly Command[],
  runs: (command: Command) => Promise<boolean> = hasServer,
): Promise<Command | undefined> {
  for (const command of commands) {
    if (await runs(command)) {
      return command;
    }
  }
  return undefined;
}

/** The command that serves: the one that was found, asked to. */
export function serving(command: Command): { command: string; args: string[] } {
  return { command: command.command, args: [...command.args, "server"] };
}

function byInterpreter(interpreter: string): Command {
  return { command: interpreter, args: ["-m", "lambdalint"] };
}

function expanded(setting: string, folders: readonly string[]): string {
  return setting.replaceAll("${workspaceFolder}", folders[0] ?? "").replace(/^~(?=[\\/])/, process.env["HOME"] ?? "~");
}

/** Whether `lambdalint server --help` answers, and says that the extra is installed. */
async function hasServer(command: Command): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command.command, [...command.args, "server", "--check"], { timeout: 20_000 }, (error) => {
      resolve(error === null);
    });
  });
}

import assert from "node:assert/strict";
import { delimiter, join } from "node:path";
import { describe, it } from "node:test";

import { candidates, type Command, type Known, serving, working } from "../src/interpreter";

const NOTHING: Known = { setting: "", active: undefined, folders: [], path: "", windows: false };

function commands(known: Partial<Known>, ...files: string[]): string[] {
  return candidates({ ...NOTHING, ...known }, (path) => files.includes(path)).map(({ command }) => command);
}

describe("candidates", () => {
  it("takes a setting at its word", () => {
    const venv = join("project", ".venv", "bin", "python");
    assert.deepEqual(commands({ setting: "other/python", active: "a/python", folders: ["project"] }, venv), ["other/python"]);
  });

  it("knows the workspace folder in a setting", () => {
    assert.deepEqual(commands({ setting: "${workspaceFolder}/env/bin/python", folders: ["project"] }), [
      "project/env/bin/python",
    ]);
  });

  it("prefers the Python extension's interpreter, then the project's, then the path", () => {
    const venv = join("project", ".venv", "bin", "python");
    const tool = join("tools", "lambdalint");
    assert.deepEqual(
      commands({ active: "conda/python", folders: ["project"], path: ["empty", "tools"].join(delimiter) }, venv, tool),
      ["conda/python", venv, tool, "python3"],
    );
  });

  it("looks into every folder of a workspace with several", () => {
    const second = join("two", "venv", "bin", "python");
    assert.deepEqual(commands({ folders: ["one", "two"] }, second), [second, "python3"]);
  });

  it("names an interpreter once", () => {
    const venv = join("project", ".venv", "bin", "python");
    assert.deepEqual(commands({ active: venv, folders: ["project"] }, venv), [venv, "python3"]);
  });

  it("knows where Windows keeps them", () => {
    const venv = join("project", ".venv", "Scripts", "python.exe");
    assert.deepEqual(commands({ folders: ["project"], windows: true }, venv), [venv, "py"]);
  });
});

describe("working", () => {
  const first: Command = { command: "first", args: [] };
  const second: Command = { command: "second", args: [] };

  it("is the first that runs, and the rest is not tried", async () => {
    const tried: string[] = [];
    const found = await working([first, second, first], ({ command }) => {
      tried.push(command);
      return Promise.resolve(command === "second");
    });
    assert.equal(found, second);
    assert.deepEqual(tried, ["first", "second"]);
  });

  it("is nothing when none runs", async () => {
    assert.equal(await working([first], () => Promise.resolve(false)), undefined);
  });

  it("finds out by running the command", async () => {
    // Node stands in for an interpreter: given a script, it ends as the script says.
    const answers: Command = { command: process.execPath, args: ["-e", "process.exit(0)"] };
    const refuses: Command = { command: process.execPath, args: ["-e", "process.exit(1)"] };
    const missing: Command = { command: join("no", "such", "program"), args: [] };
    assert.equal(await working([missing, refuses, answers]), answers);
  });
});

describe("serving", () => {
  it("asks the command to serve", () => {
    assert.deepEqual(serving({ command: "python3", args: ["-m", "lambdalint"] }), {
      command: "python3",
      args: ["-m", "lambdalint", "server"],
    });
  });
});

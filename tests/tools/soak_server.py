"""A server under thousands of random edits of a real repository: no exception, no stale diagnostic, no growing memory.

    python tests/tools/soak_server.py REPOSITORY [EDITS] [SEED]

REPOSITORY is copied first. An edit is one of: typing, deleting, pasting, undoing, breaking the syntax, saving, opening,
closing, renaming a file, and writing a file behind the editor's back. Every CHECKED edits the server is left to settle,
and everything it has told is held against a run of the engine that has just started, on the same texts.

Memory is what the system says the server's process holds (VmRSS), twice with the same to hold: after a quarter of the
edits and after all of them everything is put back as it was in the beginning, files and texts, and RESTS keystrokes
later, when what is kept for undoing has been let go of, the process is looked at. Exit code 0 when all holds.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from lsprotocol import types as lsp

from lambdalint.catalog import catalog
from lambdalint.engine import defaults, run
from tests.lsp import Editor

CHECKED = 25
OPEN = 12  # texts that are edited in turn
RESTS = 40  # runs, more than the server keeps what it does not use
ENDINGS = (".py", ".yaml", ".yml", ".json", ".tf", ".toml", ".txt")
PIECES = (
    "x",
    " ",
    "\n",
    "(",
    ")",
    "'",
    '"',
    ":",
    "    ",
    "# ü🦆\n",
    "import boto3\n",
    "boto3.client('s3')\n",
    "\t",
    "=",
    "{",
)


class Soak:
    """The state of one soak: the editor, what is open, and what was found wrong."""

    def __init__(self, root: Path, editor: Editor, dice: random.Random) -> None:
        self.root = root
        self.editor = editor
        self.dice = dice
        self.files = [path for path in sorted(root.rglob("*")) if _edited(path, root)]
        self.first = {path: path.read_bytes() for path in self.files}
        self.saved: dict[str, str] = {}
        self.before: dict[str, list[str]] = {}  # by URI, texts to undo to
        self.wrong: list[str] = []
        self.slowest = 0.0

    def edit(self) -> str:
        """One random edit; what it was."""
        if len(self.editor.texts) < OPEN:
            return self.open()
        kinds = ("type",) * 8 + ("delete",) * 4 + ("break", "undo", "undo", "undo", "save", "close", "rename", "write")
        kind = self.dice.choice(kinds)
        uri = self.dice.choice(sorted(self.editor.texts))
        getattr(self, f"_{kind}")(uri)
        return kind

    def open(self) -> str:
        path = self.dice.choice(
            [path for path in self.files if path.exists() and path.as_uri() not in self.editor.texts]
        )
        uri = self.editor.open(path)
        self.saved[uri], self.before[uri] = self.editor.texts[uri], []
        return "open"

    def _put(self, uri: str, text: str) -> None:
        self.before[uri] = [*self.before[uri][-20:], self.editor.texts[uri]]
        self.editor.edit(uri, text)

    def _type(self, uri: str) -> None:
        text = self.editor.texts[uri]
        at = self.dice.randrange(len(text) + 1)
        self._put(uri, text[:at] + self.dice.choice(PIECES) + text[at:])

    def _delete(self, uri: str) -> None:
        text = self.editor.texts[uri]
        at = self.dice.randrange(len(text) + 1)
        self._put(uri, text[:at] + text[at + self.dice.choice((1, 1, 1, 40, 400)) :])

    def _break(self, uri: str) -> None:
        text = self.editor.texts[uri]
        at = text.find("\n", self.dice.randrange(len(text) + 1)) + 1
        self._put(uri, text[:at] + "def (:\n - {[\n" + text[at:])

    def _undo(self, uri: str) -> None:
        if self.before[uri]:
            self.editor.edit(uri, self.before[uri].pop())
        else:
            self.editor.edit(uri, self.saved[uri])

    def _save(self, uri: str) -> None:
        _path(uri).write_bytes(self.editor.texts[uri].encode("utf-8", "surrogatepass"))
        self.saved[uri] = self.editor.texts[uri]
        self.editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def _close(self, uri: str) -> None:
        del self.editor.texts[uri]
        self.editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def _rename(self, uri: str) -> None:
        self._close(uri)
        old = _path(uri)
        new = old.with_name(f"{old.stem}_moved{old.suffix}")
        old.rename(new)
        self.files = [new if path == old else path for path in self.files]
        self.editor.client.workspace_did_rename_files(lsp.RenameFilesParams([lsp.FileRename(uri, new.as_uri())]))

    def _write(self, uri: str) -> None:
        path = self.dice.choice(
            [path for path in self.files if path.exists() and path.as_uri() not in self.editor.texts]
        )
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
        event = lsp.FileEvent(path.as_uri(), lsp.FileChangeType.Changed)
        self.editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))

    async def rest(self) -> None:
        """Put everything back as it was in the beginning, and let the server forget what was in between."""
        for uri in sorted(self.editor.texts):
            self._close(uri)
        events = []
        for path in self.files:
            if path not in self.first:
                path.unlink()
                events.append(lsp.FileEvent(path.as_uri(), lsp.FileChangeType.Deleted))
        for path, data in self.first.items():
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
                events.append(lsp.FileEvent(path.as_uri(), lsp.FileChangeType.Changed))
        self.files = list(self.first)
        self.editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(events))
        self.open()
        (uri,) = self.editor.texts
        for number in range(RESTS):
            self.editor.edit(uri, self.saved[uri] + "\n" * (number % 2))
            await self._answered(uri)
        await self.settle()

    async def _answered(self, uri: str) -> None:
        await self.editor.client.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri)))

    async def settle(self) -> None:
        """Wait until the server has answered for the texts as they are, and hold that against a fresh run."""
        start = perf_counter()
        await self._answered(next(iter(self.editor.texts)))
        self.slowest = max(self.slowest, perf_counter() - start)
        expected = self.expected()
        for _ in range(100):
            told = {uri: _told(items) for uri, items in self.editor.client.diagnostics.items() if items}
            if told == expected:
                return
            await asyncio.sleep(0.1)
        for uri in sorted(told.keys() | expected.keys()):
            if told.get(uri) != expected.get(uri):
                self.wrong.append(f"{uri}: told {told.get(uri)}, is {expected.get(uri)}")

    def expected(self) -> dict[str, list[tuple[str, int, str]]]:
        """What a run that knows nothing says of the same texts."""
        overlay = {
            os.path.relpath(_path(uri), self.root): text.encode("utf-8", "surrogatepass")
            for uri, text in self.editor.texts.items()
        }
        report = run(str(self.root), settings=defaults(catalog()), overlay=overlay)
        found: dict[str, list[tuple[str, int, str]]] = {}
        for finding in report.findings:
            found.setdefault((self.root / finding.span.path).as_uri(), []).append(
                (finding.rule, finding.span.line - 1, finding.message)
            )
        for problem in report.problems:
            found.setdefault((self.root / problem.path).as_uri(), []).append(
                ("problem", max(problem.line - 1, 0), problem.message)
            )
        return {uri: sorted(items) for uri, items in found.items()}


def _told(items: Any) -> list[tuple[str, int, str]]:
    return sorted((str(item.code), item.range.start.line, item.message) for item in items)


def _edited(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    if path.suffix not in ENDINGS or not path.is_file() or path.is_symlink() or path.stat().st_size > 60_000:
        return False
    if parts[-1] in ("lambdalint.toml", "pyproject.toml"):
        return False  # settings that cannot be read are said in a message, as they should be
    if any(part.startswith(".") or part in ("node_modules", "venv") for part in parts):
        return False
    try:
        return path.read_bytes().decode("utf-8").encode() == path.read_bytes() and b"\r" not in path.read_bytes()
    except UnicodeDecodeError:
        return False


def _path(uri: str) -> Path:
    from pygls.uris import to_fs_path

    return Path(to_fs_path(uri) or "")


def memory(process: int) -> int:
    """Bytes of memory that a process holds, by /proc."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


async def soak(repository: Path, edits: int, seed: int) -> int:
    """The whole soak; the number of things found wrong."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / repository.name.replace("+", "-")
        shutil.copytree(repository, root, symlinks=True, ignore=shutil.ignore_patterns(".git", ".lambdalint_cache"))
        (root / "lambdalint.toml").touch()
        editor = await Editor.start(root)
        state = Soak(root, editor, random.Random(seed))
        process = editor.client._server.pid
        counts: dict[str, int] = {}
        warm = 0
        for number in range(1, edits + 1):
            kind = state.edit()
            counts[kind] = counts.get(kind, 0) + 1
            if state.dice.random() < 0.5:
                await asyncio.sleep(state.dice.choice((0, 0.005, 0.03)))
            if number % CHECKED == 0:
                await state.settle()
                if number >= edits // 4 and not warm:
                    await state.rest()
                    warm = memory(process)
                if number % (CHECKED * 8) == 0:
                    print(f"{number} edits, {len(state.wrong)} wrong, {memory(process) / 1e6:.0f} MB", flush=True)
        await state.settle()
        await state.rest()
        grown = memory(process) / warm - 1
        said = [message.message for message in (*editor.client.log_messages, *editor.client.messages)]
        alive = editor.client._server.returncode is None
        await editor.stop()
    for line in (*state.wrong[:20], *said[:20]):
        print(line)
    print(f"{edits} edits ({', '.join(f'{count} {kind}' for kind, count in sorted(counts.items()))}); seed {seed}")
    print(f"{len(state.wrong)} stale, {len(said)} messages, server {'alive' if alive else 'dead'}")
    print(f"memory {grown:+.1%} from {warm / 1e6:.0f} MB; longest wait for an answer {state.slowest:.2f} s")
    return len(state.wrong) + len(said) + (grown > 0.2) + (not alive)


if __name__ == "__main__":
    given = sys.argv[2:]
    wrong = asyncio.run(soak(Path(sys.argv[1]), int((given or ["2000"])[0]), int((given[1:] or ["1"])[0])))
    sys.exit(1 if wrong else 0)

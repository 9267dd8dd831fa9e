"""What an editor waits for: a server for a repository of 300 functions, typed at through its protocol.

    python -m benchmarks.editor [FUNCTIONS]

Prints for each kind of edit the milliseconds by the clock, the quickest and the median of REPEATS, from the message of
the change until what the server says of the edited file is right again, and until it has answered a request for all
texts as they are (the lenses of that file), behind which nothing is left to do; then the processor time of the server
for both, which others on the machine disturb less. Each edit moves everything in the file by a line, so that what was
said before is wrong. Told: an editor that is told of diagnostics as they come. Asks: one that asks for those of the
file it shows, as Visual Studio Code does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from lsprotocol import types as lsp

from benchmarks.keystroke import generate
from tests.lsp import Editor

REPEATS = 20
UNUSED = "  # lambdalint: ignore[oversized-package] to have a finding that moves\n"


def asking(abilities: lsp.ClientCapabilities) -> None:
    """The abilities of an editor that asks for diagnostics."""
    assert abilities.text_document
    assert abilities.workspace
    abilities.text_document.diagnostic = lsp.DiagnosticClientCapabilities()
    abilities.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)


async def said(editor: Editor, uri: str, asks: bool) -> list[int]:
    """The lines of the diagnostics of a file, as the editor knows them now."""
    items: Any = editor.client.diagnostics.get(uri, ())
    if asks:
        params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri))
        items = (await editor.client.text_document_diagnostic_async(params)).items
    return [item.range.start.line for item in items]


def worked(process: int) -> float:
    """Milliseconds of processor time that a process has taken, by /proc."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


async def keystrokes(editor: Editor, path: Path, asks: bool) -> tuple[list[float], list[float], float]:
    """The milliseconds of each of REPEATS keystrokes in one file: until it is right, until all is answered; those of
    the processor on average."""
    uri = editor.open(path)
    text = editor.texts[uri]
    lens = lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
    await editor.client.text_document_code_lens_async(lens)
    await asyncio.sleep(0.2)
    first = await said(editor, uri, asks)
    assert first, f"{path} has no finding to go by"
    right, answered, busy = [], [], worked(editor.client._server.pid)
    for count in range(1, REPEATS + 1):
        wanted = [line + count % 2 for line in first]
        start = perf_counter()
        editor.edit(uri, "\n" * (count % 2) + text)
        while await said(editor, uri, asks) != wanted:
            await asyncio.sleep(0.0005)
        right.append((perf_counter() - start) * 1000)
        await editor.client.text_document_code_lens_async(lens)
        answered.append((perf_counter() - start) * 1000)
        await asyncio.sleep(0.05)
    busy = worked(editor.client._server.pid) - busy
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
    return right, answered, busy / REPEATS


async def measure(functions: int, a_template: int, asks: bool) -> None:
    """One layout of the repository, one kind of editor."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "lambdalint.toml").touch()
        (template, *_) = generate(root, functions, a_template)
        (root / template).write_text((root / template).read_text() + UNUSED)
        editor = await Editor.start(root, change=asking if asks else None)
        print(f"{functions} functions, {a_template} a template, an editor that {'asks' if asks else 'is told'}")
        for what, path in (
            ("a handler", "service0/function0/app.py"),
            ("a template", template),
            ("a module that all functions import", "layer/python/shared/storage.py"),
        ):
            right, answered, busy = await keystrokes(editor, root / path, asks)
            shown = [f"{min(times):6.0f} to {median(times):5.0f} ms" for times in (right, answered)]
            print(f"  {what:36} right after {shown[0]}, all after {shown[1]}, {busy:.0f} of the processor", flush=True)
        await editor.stop()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for size in (20, 100):
        for pulls in (False, True):
            asyncio.run(measure(count, size, pulls))

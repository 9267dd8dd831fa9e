"""A language server as an editor starts it, and what an editor does with it: for the tests of the protocol."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest_lsp
from lsprotocol import types as lsp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

COMMAND = [sys.executable, "-m", "lambdalint", "server"]
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      MemorySize: 512
      Timeout: 30
      CodeUri: src/
      Handler: app.lambda_handler
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Incoming.Arn
  Incoming:
    Type: AWS::SQS::Queue
"""
CODE = """\
import boto3

sns = boto3.client("sns")


def lambda_handler(event, context):
    for record in event["Records"]:
        sns.publish(TopicArn="arn:aws:sns:eu-west-1:111122223333:orders", Message=record["body"])
    return {}
"""
HOISTED = (
    "import boto3\n\n\ndef lambda_handler(event, context):\n    boto3.client('s3').get_object(Bucket='b', Key='k')\n"
)


def project(root: Path, **texts: str) -> Path:
    """Files of a root; `__` in a name stands for a slash, the last `_` for the dot."""
    for name, text in {"lambdalint_toml": "", "template_yaml": TEMPLATE, "src__app_py": CODE, **texts}.items():
        folder, _, file = name.replace("__", "/").rpartition("/")
        stem, _, ending = file.rpartition("_")
        path = root / folder / f"{stem}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


class Editor:
    """One editor session: what is open in it, and what the server told it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    @classmethod
    async def start(
        cls, *folders: Path, change: Callable[[lsp.ClientCapabilities], None] | None = None, options: Any = None
    ) -> Editor:
        """Start a server for these workspace folders. change: to the abilities of Visual Studio Code."""
        client: Any = await pytest_lsp.ClientServerConfig(server_command=COMMAND).start()
        abilities = pytest_lsp.client_capabilities("visual-studio-code")
        if abilities.text_document:
            abilities.text_document.diagnostic = None
        if change is not None:
            change(abilities)
        client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
        await client.initialize_session(
            lsp.InitializeParams(
                capabilities=abilities,
                workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
                initialization_options=options,
            )
        )
        return cls(client)

    async def stop(self) -> None:
        await self.client.shutdown_session()
        await self.client.stop()

    def open(self, path: Path) -> str:
        """Open a file; its URI."""
        uri = path.as_uri()
        self.texts[uri], self.versions[uri] = path.read_text(encoding="utf-8"), 1
        item = lsp.TextDocumentItem(uri, path.suffix[1:], 1, self.texts[uri])
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return uri

    def edit(self, uri: str, text: str) -> None:
        """Make an open text say this."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [lsp.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def apply(self, edit: lsp.WorkspaceEdit) -> None:
        """Do as a code action says, in open texts."""
        by_uri: dict[str, Sequence[Any]] = dict(edit.changes or {})
        for change in edit.document_changes or ():
            assert isinstance(change, lsp.TextDocumentEdit)
            assert change.text_document.version == self.versions[change.text_document.uri]
            by_uri[change.text_document.uri] = change.edits
        for uri, edits in by_uri.items():
            text = self.texts[uri]
            starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
            for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
                start = starts[one.range.start.line] + one.range.start.character
                end = starts[one.range.end.line] + one.range.end.character
                text = text[:start] + one.new_text + text[end:]
            self.edit(uri, text)

    async def told(self, uri: str, wanted: Callable[[Sequence[lsp.Diagnostic]], bool]) -> Sequence[lsp.Diagnostic]:
        """What the server says of a text, once it is as wanted; fails when it does not come to that."""
        found: Sequence[lsp.Diagnostic] = []
        for _ in range(400):
            found = self.client.diagnostics.get(uri, [])
            if wanted(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{uri}: {[(item.code, item.range.start.line + 1) for item in found]}")

    async def codes(self, uri: str, *wanted: tuple[str, int]) -> Sequence[lsp.Diagnostic]:
        """The same for (rule, line from 1) of each diagnostic."""
        return await self.told(
            uri, lambda found: sorted((str(item.code), item.range.start.line + 1) for item in found) == sorted(wanted)
        )

    def at(self, uri: str, text: str, offset: int = 0) -> lsp.Position:
        """The position of a text in an open file, for files in which every character is one unit."""
        before = self.texts[uri][: self.texts[uri].index(text) + offset]
        return lsp.Position(before.count("\n"), len(before.rpartition("\n")[2]))

    async def actions(self, uri: str, diagnostic: lsp.Diagnostic) -> dict[str, Any]:
        """The code actions for a diagnostic by title; those with a command come as commands."""
        found = await self.client.text_document_code_action_async(
            lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), diagnostic.range, lsp.CodeActionContext([diagnostic]))
        )
        return {action.title: action for action in found or ()}

    async def chosen(self, action: Any) -> lsp.WorkspaceEdit:
        """The edit of an action that the user picks."""
        edit: lsp.WorkspaceEdit | None = action.edit or (await self.client.code_action_resolve_async(action)).edit
        assert edit is not None, f"{action.title} changes nothing"
        return edit


@asynccontextmanager
async def editing(*folders: Path, **given: Any) -> AsyncIterator[Editor]:
    """An editor session that ends."""
    editor = await Editor.start(*folders, **given)
    try:
        yield editor
    finally:
        await editor.stop()

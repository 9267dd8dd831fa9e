"""The language server through its protocol: what editors differ in, progress, and several roots."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls", reason="the server is an extra")
pytest.importorskip("pytest_lsp")

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.lsp import CODE, HOISTED, TEMPLATE, editing, project
from tests.test_server import REPEATED, document

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.asyncio
async def test_an_editor_that_cannot_resolve_gets_the_edits_at_once(tmp_path: Path) -> None:
    def plain(abilities: lsp.ClientCapabilities) -> None:
        assert abilities.text_document and abilities.text_document.code_action and abilities.workspace
        abilities.text_document.code_action.resolve_support = None
        assert abilities.workspace.workspace_edit
        abilities.workspace.workspace_edit.document_changes = False

    root = project(tmp_path)
    async with editing(root, change=plain) as editor:
        uri = editor.open(root / "src/app.py")
        found = await editor.codes(uri, REPEATED)
        action = (await editor.actions(uri, found[0]))["Ignore non-idempotent-handler here, with a reason"]
        assert action.edit and list(action.edit.changes) == [uri]


@pytest.mark.asyncio
async def test_an_editor_that_pulls_is_not_pushed_to(tmp_path: Path) -> None:
    def pulls(abilities: lsp.ClientCapabilities) -> None:
        assert abilities.text_document and abilities.workspace
        abilities.text_document.diagnostic = lsp.DiagnosticClientCapabilities()
        abilities.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)

    root = project(tmp_path)
    async with editing(root, change=pulls) as editor:
        uri = editor.open(root / "src/app.py")
        client = editor.client
        full = await client.text_document_diagnostic_async(lsp.DocumentDiagnosticParams(document(uri)))
        assert [item.code for item in full.items] == ["non-idempotent-handler"]
        again = await client.text_document_diagnostic_async(
            lsp.DocumentDiagnosticParams(document(uri), previous_result_id=full.result_id)
        )
        assert again.kind == "unchanged"
        everything = await client.workspace_diagnostic_async(lsp.WorkspaceDiagnosticParams([]))
        assert [report.uri for report in everything.items] == [uri]
        template = editor.open(root / "template.yaml")
        editor.edit(template, TEMPLATE.replace("Type: SQS", "Type: Schedule"))
        known = [lsp.PreviousResultId(uri, full.result_id)]
        everything = await client.workspace_diagnostic_async(lsp.WorkspaceDiagnosticParams(known))
        assert all(report.kind != "unchanged" for report in everything.items if report.uri == uri)
        for _ in range(100):
            if client.diagnostic_refresh_count:
                break
            await asyncio.sleep(0.05)
        assert client.diagnostic_refresh_count >= 1
        assert not client.diagnostics


@pytest.mark.asyncio
async def test_two_roots_and_one_that_leaves(tmp_path: Path) -> None:
    one, two = project(tmp_path / "one"), project(tmp_path / "two")
    async with editing(one, two) as editor:
        first, second = (one / "src/app.py").as_uri(), (two / "src/app.py").as_uri()
        await editor.codes(first, REPEATED)
        await editor.codes(second, REPEATED)
        left = lsp.WorkspaceFolder(two.as_uri(), "two")
        editor.client.workspace_did_change_workspace_folders(
            lsp.DidChangeWorkspaceFoldersParams(lsp.WorkspaceFoldersChangeEvent([], [left]))
        )
        await editor.codes(second)
        await editor.codes(first, REPEATED)


@pytest.mark.asyncio
@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
async def test_columns_are_counted_as_the_editor_does(tmp_path: Path, encoding: str, units: int) -> None:
    def counts(abilities: lsp.ClientCapabilities) -> None:
        assert abilities.general
        abilities.general.position_encodings = [lsp.PositionEncodingKind(encoding)]

    text = CODE.replace("        sns.publish(", '        "🦆"; sns.publish(')
    root = project(tmp_path, src__app_py=text)
    async with editing(root, change=counts) as editor:
        uri = editor.open(root / "src/app.py")
        found = (await editor.codes(uri, REPEATED))[0]
        start = found.range.start.character
        assert start == len('        ""; ') + units
        hover = await editor.client.text_document_hover_async(lsp.HoverParams(document(uri), lsp.Position(7, start)))
        assert hover is not None and hover.range.start.character == start
        before = await editor.client.text_document_hover_async(
            lsp.HoverParams(document(uri), lsp.Position(7, start - 1))
        )
        assert before is None


@pytest.mark.asyncio
async def test_the_first_run_shows_progress_and_a_request_can_be_cancelled(tmp_path: Path) -> None:
    root = project(tmp_path, src__app_py=HOISTED)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        params = lsp.HoverParams(document(uri), lsp.Position(4, 6))
        request = editor.client.protocol.send_request_async(lsp.TEXT_DOCUMENT_HOVER, params, "hover-1")
        asking = asyncio.ensure_future(request)
        await asyncio.sleep(0)
        editor.client.cancel_request(lsp.CancelParams("hover-1"))
        with pytest.raises(JsonRpcException, match="is canceled"):
            await asking
        await editor.codes(uri, ("connection-in-handler", 5))
        for _ in range(100):
            if any(report.kind == "end" for found in editor.client.progress_reports.values() for report in found):
                break
            await asyncio.sleep(0.05)
        kinds = [report.kind for reports in editor.client.progress_reports.values() for report in reports]
        assert kinds[0] == "begin"
        assert kinds[-1] == "end"


@pytest.mark.asyncio
async def test_a_folder_inside_a_repository_is_joined_with_all_of_it(tmp_path: Path) -> None:
    root = project(tmp_path, other__app_py=HOISTED)
    async with editing(root / "src") as editor:
        uri, other = (root / "src/app.py").as_uri(), (root / "other/app.py").as_uri()
        await editor.codes(uri, REPEATED)
        assert other not in editor.client.diagnostics, "what lies outside the open folder is read, and not reported"
        assert editor.open(root / "other/app.py") == other
        await editor.codes(other, ("connection-in-handler", 5))
        editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(document(other)))
        await editor.codes(other)


@pytest.mark.asyncio
async def test_the_first_answer_of_a_shared_module_does_not_wait_for_all_functions(tmp_path: Path) -> None:
    shared = "import boto3\n\n\ndef keep(text):\n    boto3.client('s3').put_object(Bucket='b', Key='k', Body=text)\n"
    handler = "from shared import keep\n\n\ndef lambda_handler(event, context):\n    keep(event['body'])\n"
    root = project(tmp_path, src__shared_py=shared)
    for number in range(20):
        (root / f"src/handler{number}.py").write_text(handler)
    async with editing(root) as editor:
        uri = editor.open(root / "src/shared.py")
        await editor.codes(uri, ("connection-in-handler", 5))
        editor.edit(uri, "\n\n" + shared)
        await editor.codes(uri, ("connection-in-handler", 7))
        editor.edit(
            uri, shared.replace("boto3.client('s3')", "s3").replace("def keep", "s3 = boto3.client('s3')\n\n\ndef keep")
        )
        await editor.codes(uri)

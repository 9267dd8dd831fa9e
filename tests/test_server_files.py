"""The language server through its protocol: files and settings that change without being typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls", reason="the server is an extra")
pytest.importorskip("pytest_lsp")

from lsprotocol import types as lsp

from tests.lsp import CODE, TEMPLATE, Editor, editing, project

if TYPE_CHECKING:
    from pathlib import Path

REPEATED = ("non-idempotent-handler", 8)


def watched(editor: Editor, path: Path, change: lsp.FileChangeType) -> None:
    """The editor tells what it saw happen to a file."""
    event = lsp.FileEvent(path.as_uri(), change)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))


@pytest.mark.asyncio
async def test_a_folder_is_renamed_and_back(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        old, new = root / "src", root / "code"
        before, after = (old / "app.py").as_uri(), (new / "app.py").as_uri()
        await editor.codes(before, REPEATED)
        old.rename(new)
        editor.client.workspace_did_rename_files(lsp.RenameFilesParams([lsp.FileRename(old.as_uri(), new.as_uri())]))
        await editor.codes(before)
        await editor.codes(after, REPEATED)  # the template names the old folder, and no other file fits its handler
        new.rename(old)
        editor.client.workspace_did_rename_files(lsp.RenameFilesParams([lsp.FileRename(new.as_uri(), old.as_uri())]))
        await editor.codes(after)
        await editor.codes(before, REPEATED)


@pytest.mark.asyncio
async def test_an_open_file_is_renamed(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        editor.edit(uri, "\n" + CODE)
        await editor.codes(uri, ("non-idempotent-handler", 9))
        # As an editor does it: saved, closed under the old name, renamed, opened under the new one.
        (root / "src/app.py").write_text("\n" + CODE)
        editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
        (root / "src/app.py").rename(root / "src/main.py")
        moved = editor.open(root / "src/main.py")
        editor.client.workspace_did_rename_files(lsp.RenameFilesParams([lsp.FileRename(uri, moved)]))
        await editor.codes(uri)
        template = editor.open(root / "template.yaml")
        editor.edit(template, TEMPLATE.replace("app.lambda_handler", "main.lambda_handler"))
        await editor.codes(moved, ("non-idempotent-handler", 9))


@pytest.mark.asyncio
async def test_files_are_deleted_and_made(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        path = root / "src/app.py"
        uri = path.as_uri()
        await editor.codes(uri, REPEATED)
        path.unlink()
        editor.client.workspace_did_delete_files(lsp.DeleteFilesParams([lsp.FileDelete(uri)]))
        await editor.codes(uri)
        path.write_text(CODE)
        editor.client.workspace_did_create_files(lsp.CreateFilesParams([lsp.FileCreate(uri)]))
        await editor.codes(uri, REPEATED)
        template = root / "template.yaml"
        template.unlink()
        watched(editor, template, lsp.FileChangeType.Deleted)
        # Without the template, the code still tells that a queue calls it: from another place.
        await editor.told(uri, lambda found: "template.yaml" not in repr(found))
        template.write_text(TEMPLATE)
        watched(editor, template, lsp.FileChangeType.Created)
        await editor.told(uri, lambda found: "template.yaml" in repr(found))


@pytest.mark.asyncio
async def test_a_save_counts_though_nothing_watches(tmp_path: Path) -> None:
    def blind(abilities: lsp.ClientCapabilities) -> None:
        assert abilities.workspace
        abilities.workspace.did_change_watched_files = None

    root = project(tmp_path)
    async with editing(root, change=blind) as editor:
        uri = editor.open(root / "src/app.py")
        await editor.codes(uri, REPEATED)
        (root / "lambdalint.toml").write_text('ignore = ["non-idempotent-handler"]\n')
        editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
        await editor.codes(uri)


@pytest.mark.asyncio
async def test_settings_that_the_editor_is_asked_for(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = (root / "src/app.py").as_uri()
        await editor.codes(uri, REPEATED)
        settings: dict[str, Any] = {"lambdalint": {"ignore": ["non-idempotent-handler"]}}
        editor.client.set_configuration(settings)
        # Visual Studio Code says only that something changed; what it is now, it is asked for.
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None))
        await editor.codes(uri)


@pytest.mark.asyncio
async def test_settings_given_at_the_start(tmp_path: Path) -> None:
    def unasked(abilities: lsp.ClientCapabilities) -> None:
        assert abilities.workspace
        abilities.workspace.configuration = False

    root = project(tmp_path)
    given = {"settings": {"select": ["connection-in-handler"]}}
    async with editing(root, change=unasked, options=given) as editor:
        uri = editor.open(root / "src/app.py")
        await editor.client.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri)))
        await editor.codes(uri)
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"lambdalint": {}}))
        await editor.codes(uri, REPEATED)

"""The language server through its protocol: what it answers about a place, and what it does when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls", reason="the server is an extra")
pytest.importorskip("pytest_lsp")

from lsprotocol import types as lsp

from lambdalint.catalog import catalog
from lambdalint.server.actions import SHOW_RULE
from tests.lsp import CODE, HOISTED, TEMPLATE, Editor, editing, project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REPEATED = ("non-idempotent-handler", 8)
MEGABYTE = 1_048_576


def document(uri: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri)


async def lenses(editor: Editor, uri: str) -> Sequence[Any]:
    found: Sequence[Any] = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document(uri)))
    return found


@pytest.mark.asyncio
async def test_a_lens_in_full(tmp_path: Path) -> None:
    one = TEMPLATE.partition("  Orders:\n")[2].partition("  Incoming:\n")[0]
    timed = one.replace("Type: SQS", "Type: Schedule").replace("Queue: !GetAtt Incoming.Arn", "Schedule: rate(1 hour)")
    root = project(
        tmp_path, template_yaml=TEMPLATE.replace("  Incoming:\n", f"  Two:\n{one}  Three:\n{timed}  Incoming:\n")
    )
    with (root / "src" / "model.bin").open("wb") as file:
        file.truncate(84 * MEGABYTE)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        titles = [lens.command.title for lens in await lenses(editor, uri)]
        assert titles == ["3 functions · python3.13 · 512 MB · 30 s · schedule, sqs · 84 MB package"]


@pytest.mark.asyncio
async def test_a_lens_leaves_out_what_is_not_known_and_can_be_turned_off(tmp_path: Path) -> None:
    plain = "def lambda_handler(event, context):\n    return event['Records']\n"
    root = project(tmp_path, alone__app_py=plain)
    async with editing(root) as editor:
        uri = editor.open(root / "alone/app.py")
        (lens,) = await lenses(editor, uri)
        assert lens.command.title.startswith("not declared")
        editor.client.workspace_did_change_configuration(
            lsp.DidChangeConfigurationParams({"lambdalint": {"codeLens": False}})
        )
        assert not await lenses(editor, uri)


@pytest.mark.asyncio
async def test_a_fix_from_the_menu(tmp_path: Path) -> None:
    named = HOISTED.replace("    boto3.client('s3').get", "    s3 = boto3.client('s3')\n    s3.get")
    root = project(tmp_path, src__app_py=named)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        (found,) = await editor.codes(uri, ("connection-in-handler", 5))
        action = (await editor.actions(uri, found))["Fix connection-in-handler"]
        assert action.is_preferred
        editor.apply(await editor.chosen(action))
        await editor.codes(uri)
        assert editor.texts[uri].index("boto3.client('s3')") < editor.texts[uri].index("def lambda_handler")
        editor.edit(uri, HOISTED)
        (found,) = await editor.codes(uri, ("connection-in-handler", 5))
        action = (await editor.actions(uri, found))["Fix connection-in-handler (may change behaviour)"]
        assert not action.is_preferred
        editor.apply(await editor.chosen(action))
        await editor.codes(uri)


@pytest.mark.asyncio
async def test_the_page_of_a_rule(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        (found,) = await editor.codes(uri, REPEATED)
        assert found.code_description
        # The client makes a text of the command that an action holds.
        action = (await editor.actions(uri, found))["Show non-idempotent-handler"]
        assert f"'command': '{SHOW_RULE}', 'arguments': ['non-idempotent-handler']" in str(action.command)
        await editor.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams(SHOW_RULE, ["non-idempotent-handler"])
        )
        assert [shown.uri for shown in editor.client.shown_documents] == [found.code_description.href]


@pytest.mark.asyncio
async def test_a_hover_tells_what_to_do_and_how_it_comes_to_that(tmp_path: Path) -> None:
    helper = CODE.replace(
        "def lambda_handler", "def publish(record):\n    sns.publish(Message=record)\n\n\ndef lambda_handler"
    )
    root = project(tmp_path, src__app_py=helper.replace("        sns.publish(", "        publish(record) or len("))
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        (found,) = await editor.codes(uri, ("non-idempotent-handler", 7))
        said = [item.message for item in found.related_information or ()]
        assert said[:2] == ["starts in lambda_handler", "calls publish"]
        hover = await editor.client.text_document_hover_async(lsp.HoverParams(document(uri), found.range.start))
        text = hover.contents.value
        assert hover.contents.kind == lsp.MarkupKind.Markdown
        assert text.startswith("**[non-idempotent-handler](file:")
        assert f"Reached through [lambda_handler]({uri}#L10) → [publish]({uri}#L12)" in text
        rule = catalog()["non-idempotent-handler"]
        assert f"_{rule.advice}_" in text and rule.summary in text
        handler = await editor.client.text_document_hover_async(
            lsp.HoverParams(document(uri), editor.at(uri, "lambda_handler", 2))
        )
        lines = handler.contents.value.split("\n")
        assert lines[0].startswith("**Orders** [template.yaml:4](file:")
        assert lines[2].startswith("python3.13 · 512 MB · 30 s · sqs")
        assert any(line.startswith("- invoked by sqs `Incoming`: [template.yaml:13](file:") for line in lines)
        assert any(line.startswith("- warning non-idempotent-handler: [src/app.py:7](file:") for line in lines)


@pytest.mark.asyncio
async def test_links_to_the_code_and_to_the_pages(tmp_path: Path) -> None:
    ignored = CODE.replace("    return {}", "    return {}  # lambdalint: ignore[dev-dependency, no-such-rule] ü")
    root = project(tmp_path, src__app_py=ignored)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        (link,) = await editor.client.text_document_document_link_async(lsp.DocumentLinkParams(document(uri)))
        assert link.target.endswith("/dev-dependency.md")
        assert (link.range.start, link.range.end) == (
            editor.at(uri, "dev-dependency"),
            editor.at(uri, "dev-dependency", len("dev-dependency")),
        )


@pytest.mark.asyncio
async def test_completion_of_an_ignore_comment_waits_for_no_run(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")

        async def offered(text: str) -> list[str]:
            editor.edit(uri, CODE + text)
            at = lsp.Position(CODE.count("\n"), len(text))
            found = await editor.client.text_document_completion_async(lsp.CompletionParams(document(uri), at))
            return [item.label for item in found.items]

        assert await offered("# lambdalint: ig") == ["ignore[]", "ignore-file[]"]
        assert "secret-in-environment" in await offered("# lambdalint: ignore-file[")
        assert await offered("sns.") == []
        assert await offered("x = 'Handler: a") == []


@pytest.mark.asyncio
async def test_an_editor_that_asks_in_a_shared_module_is_answered_soon_and_told_to_ask_again(tmp_path: Path) -> None:
    def pulls(abilities: lsp.ClientCapabilities) -> None:
        assert abilities.text_document and abilities.workspace
        abilities.text_document.diagnostic = lsp.DiagnosticClientCapabilities()
        abilities.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)

    shared = "import boto3\n\n\ndef keep(text):\n    boto3.client('s3').put_object(Bucket='b', Key='k', Body=text)\n"
    handler = "from shared import keep\n\n\ndef lambda_handler(event, context):\n    keep(event['body'])\n"
    root = project(tmp_path, src__shared_py=shared)
    many = 300  # more than can be looked at before the editor has to have its answer
    for number in range(many):
        (root / f"src/handler{number}.py").write_text(handler)
    async with editing(root, change=pulls) as editor:
        uri = editor.open(root / "src/shared.py")

        async def asked() -> list[tuple[int, int]]:
            params = lsp.DocumentDiagnosticParams(document(uri))
            items = (await editor.client.text_document_diagnostic_async(params)).items
            return [(item.range.start.line, len(item.data["functions"])) for item in items]

        assert await asked() == [(4, many)]
        await lenses(editor, uri)
        before = editor.client.diagnostic_refresh_count
        editor.edit(uri, "\n" + shared)
        line, count = (await asked())[0]
        assert line == 5
        assert count < many, "only some of the functions were looked at"
        while editor.client.diagnostic_refresh_count == before:
            await lenses(editor, uri)
        assert await asked() == [(5, many)]

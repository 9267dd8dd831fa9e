"""The language server through its protocol: what an editor sees while somebody types."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls", reason="the server is an extra")
pytest.importorskip("pytest_lsp")

from lsprotocol import types as lsp

from tests.lsp import CODE, TEMPLATE, editing, project

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "".join(("vK4", "mZ9", "qT2", "xLp"))  # of nobody
REPEATED = ("non-idempotent-handler", 8)


def document(uri: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri)


@pytest.mark.asyncio
@pytest.mark.holds("lambdalint server", "pytest-lsp")
async def test_findings_appear_with_the_places_they_rest_on(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = (root / "src/app.py").as_uri()
        found = (await editor.codes(uri, REPEATED))[0]
        assert found.source == "lambdalint"
        assert found.severity == lsp.DiagnosticSeverity.Warning
        assert "sns.publish" in found.message
        assert found.code_description and found.code_description.href.endswith("/non-idempotent-handler.md")
        assert found.data
        assert found.data["functions"] == ["template.yaml#Orders"]
        related = {item.location.uri.rpartition("/")[2] for item in found.related_information or ()}
        assert "template.yaml" in related


@pytest.mark.asyncio
async def test_typing_moves_and_ends_a_finding(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        await editor.codes(uri, REPEATED)
        editor.edit(uri, "\n" + CODE)
        await editor.codes(uri, ("non-idempotent-handler", 9))
        editor.edit(uri, CODE.replace("        sns.publish", "        print"))
        await editor.codes(uri)
        editor.edit(uri, CODE)
        await editor.codes(uri, REPEATED)
        editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(document(uri)))
        await editor.codes(uri, REPEATED)


@pytest.mark.asyncio
async def test_the_template_decides_over_the_handler_and_back(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        code, template = editor.open(root / "src/app.py"), editor.open(root / "template.yaml")
        await editor.codes(code, REPEATED)
        api = TEMPLATE.replace("Type: SQS\n", "Type: HttpApi\n").replace(
            "            Queue: !GetAtt Incoming.Arn\n", "            Path: /\n            Method: get\n"
        )
        editor.edit(template, api)
        await editor.codes(code)
        editor.edit(template, TEMPLATE)
        await editor.codes(code, REPEATED)
        secret = TEMPLATE.replace(
            "      Events:\n",
            f"      Environment:\n        Variables:\n          DB_PASSWORD: {PASSWORD}\n      Events:\n",
        )
        editor.edit(template, secret)
        found = await editor.codes(template, ("secret-in-environment", 14))
        assert PASSWORD not in repr(found), "a secret is never sent on"


@pytest.mark.asyncio
async def test_broken_text_is_a_hint_and_no_finding_outlives_it(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        await editor.codes(uri, REPEATED)
        editor.edit(uri, CODE + "def broken(:\n")
        found = await editor.codes(uri, ("problem", 10))
        assert found[0].severity == lsp.DiagnosticSeverity.Information
        editor.edit(uri, CODE)
        await editor.codes(uri, REPEATED)


@pytest.mark.asyncio
async def test_ignore_with_a_reason(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        found = await editor.codes(uri, REPEATED)
        actions = await editor.actions(uri, found[0])
        assert "Show non-idempotent-handler" in actions
        editor.apply(await editor.chosen(actions["Ignore non-idempotent-handler here, with a reason"]))
        await editor.codes(uri)
        assert "# lambdalint: ignore[non-idempotent-handler] " in editor.texts[uri]


@pytest.mark.asyncio
async def test_fixes_of_one_of_a_rule_and_of_a_file(tmp_path: Path) -> None:
    # Comments that silence nothing have a safe fix whatever other rules can do.
    ignored = CODE.replace(
        "    return {}",
        "    event  # lambdalint: ignore[dev-dependency] old\n    return {}  # lambdalint: ignore[dev-dependency] old",
    )
    root = project(tmp_path, src__app_py=ignored)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        found = await editor.codes(uri, REPEATED, ("unused-ignore", 9), ("unused-ignore", 10))
        first = next(item for item in found if item.range.start.line == 8)
        assert first.tags == [lsp.DiagnosticTag.Unnecessary] or tuple(first.tags or ()) == (
            lsp.DiagnosticTag.Unnecessary,
        )
        actions = await editor.actions(uri, first)
        assert actions["Fix unused-ignore"].is_preferred
        editor.apply(await editor.chosen(actions["Fix unused-ignore"]))
        await editor.codes(uri, REPEATED, ("unused-ignore", 10))
        editor.edit(uri, ignored)
        await editor.codes(uri, REPEATED, ("unused-ignore", 9), ("unused-ignore", 10))
        editor.apply(await editor.chosen(actions["Fix all unused-ignore in this file"]))
        await editor.codes(uri, REPEATED)
        editor.edit(uri, ignored)
        await editor.codes(uri, REPEATED, ("unused-ignore", 9), ("unused-ignore", 10))
        everything = await editor.client.text_document_code_action_async(
            lsp.CodeActionParams(
                document(uri),
                lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)),
                lsp.CodeActionContext([], only=[lsp.CodeActionKind.SourceFixAll]),
            )
        )
        assert [action.kind for action in everything] == ["source.fixAll.lambdalint"]
        editor.apply(await editor.chosen(everything[0]))
        await editor.codes(uri, REPEATED)
        assert editor.texts[uri] == CODE.replace("    return {}", "    event\n    return {}")


@pytest.mark.asyncio
async def test_hover_tells_the_rule_and_the_function(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri, template = editor.open(root / "src/app.py"), editor.open(root / "template.yaml")

        async def hover(of: str, text: str) -> str:
            found = await editor.client.text_document_hover_async(lsp.HoverParams(document(of), editor.at(of, text, 1)))
            return found.contents.value if found else ""

        said = await hover(uri, "sns.publish")
        assert "non-idempotent-handler" in said and "sns.publish repeats" in said and "template.yaml:" in said
        assert "python3.13 · 512 MB · 30 s · sqs" in await hover(uri, "lambda_handler")
        assert "Orders" in await hover(template, "app.lambda_handler")
        assert await hover(uri, "return") == ""


@pytest.mark.asyncio
async def test_a_lens_says_what_the_handler_is_deployed_as(tmp_path: Path) -> None:
    again = TEMPLATE.partition("  Orders:")[2].partition("      Events:")[0].replace("512", "1024")
    second = TEMPLATE.replace("  Incoming:\n", f"  Again:{again}  Incoming:\n")
    root = project(tmp_path, template_yaml=second)
    async with editing(root) as editor:
        uri = editor.open(root / "src/app.py")
        lens = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document(uri)))
        assert [item.range.start for item in lens] == [editor.at(uri, "lambda_handler")]
        title = lens[0].command.title
        assert title.startswith("2 functions · python3.13 · 512 to 1024 MB · 30 s · sqs · "), title
        await editor.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams(lens[0].command.command, lens[0].command.arguments)
        )
        assert [shown.uri for shown in editor.client.shown_documents] == [(root / "template.yaml").as_uri()]


@pytest.mark.asyncio
async def test_from_configuration_to_code_and_back(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri, template = editor.open(root / "src/app.py"), editor.open(root / "template.yaml")

        async def definition(of: str, text: str) -> list[tuple[str, int]]:
            found = await editor.client.text_document_definition_async(
                lsp.DefinitionParams(document(of), editor.at(of, text, 2))
            )
            return [(item.target_uri, item.target_range.start.line + 1) for item in found or ()]

        assert await definition(template, "app.lambda_handler") == [(uri, 6)]
        assert await definition(uri, "lambda_handler") == [(template, 11), (template, 13)]
        assert await definition(uri, "return") == []
        links = await editor.client.text_document_document_link_async(lsp.DocumentLinkParams(document(template)))
        assert [link.target for link in links] == [f"{uri}#L6"]


@pytest.mark.asyncio
async def test_completion_of_rules_and_of_handlers(tmp_path: Path) -> None:
    root = project(tmp_path, src__other__jobs_py="def lambda_handler(event, context):\n    return event['Records']\n")
    async with editing(root) as editor:
        uri, template = editor.open(root / "src/app.py"), editor.open(root / "template.yaml")
        await editor.codes(uri, REPEATED)

        async def offered(of: str, text: str, typed: str) -> dict[str, Any]:
            editor.edit(of, text)
            found = await editor.client.text_document_completion_async(
                lsp.CompletionParams(document(of), editor.at(of, typed, len(typed)))
            )
            return {item.label: item for item in found.items}

        line = "    return {}  # lambdalint: ignore[dev-dependency, non"
        rules = await offered(uri, CODE.replace("    return {}", line), ", non")
        assert "connection-in-handler" in rules and "dev-dependency" not in rules
        edit = rules["non-idempotent-handler"].text_edit
        assert edit.range.end.character - edit.range.start.character == len("non")
        assert await offered(uri, CODE, "return") == {}
        handlers = await offered(template, TEMPLATE.replace("Handler: app.lambda_handler", "Handler: a"), "Handler: a")
        assert set(handlers) == {"app.lambda_handler", "other/jobs.lambda_handler"}


@pytest.mark.asyncio
async def test_settings_are_read_again(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = (root / "src/app.py").as_uri()
        await editor.codes(uri, REPEATED)
        settings = root / "lambdalint.toml"

        def written(text: str) -> None:
            settings.write_text(text)
            event = lsp.FileEvent(settings.as_uri(), lsp.FileChangeType.Changed)
            editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))

        written('ignore = ["non-idempotent-handler"]\n')
        await editor.codes(uri)
        written("ignore = [\n")
        for _ in range(100):
            if editor.client.messages:
                break
            await asyncio.sleep(0.05)
        assert "lambdalint.toml" in editor.client.messages[0].message
        written("")
        await editor.codes(uri, REPEATED)
        editor.client.workspace_did_change_configuration(
            lsp.DidChangeConfigurationParams({"lambdalint": {"minSeverity": "error"}})
        )
        await editor.codes(uri)


@pytest.mark.asyncio
async def test_files_that_come_and_go(tmp_path: Path) -> None:
    root = project(tmp_path)
    async with editing(root) as editor:
        uri = (root / "src/app.py").as_uri()
        await editor.codes(uri, REPEATED)
        (root / "src/app.py").rename(root / "src/other.py")
        renamed = lsp.FileRename(uri, (root / "src/other.py").as_uri())
        editor.client.workspace_did_rename_files(lsp.RenameFilesParams([renamed]))
        await editor.codes(uri)
        (root / "src/other.py").rename(root / "src/app.py")
        event = lsp.FileEvent(uri, lsp.FileChangeType.Created)
        editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
        await editor.codes(uri, REPEATED)

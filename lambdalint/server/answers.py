"""The editor's questions in, answers out: which function of which module answers what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from lambdalint.digest import digest_of
from lambdalint.server.actions import FIX_ALL, SHOW_RULE, actions, changes, edit_of
from lambdalint.server.complete import asks_for_handler, handler_names, names
from lambdalint.server.diagnostics import page_uri
from lambdalint.server.functions import SHOW_DECLARATIONS, lenses
from lambdalint.server.hovers import hover
from lambdalint.server.navigate import definitions, links, locations
from lambdalint.server.positions import path_of

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from lambdalint.server.roots import Outcome
    from lambdalint.server.state import State


def answer(server: LanguageServer, state: State) -> None:
    """Register an answer to every question."""
    _diagnostics(server, state)
    _answers(server, state)
    _actions(server, state)


def _diagnostics(server: LanguageServer, state: State) -> None:
    @server.feature(
        lsp.TEXT_DOCUMENT_DIAGNOSTIC,
        lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="lambdalint"),
    )
    async def pulled(params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        found = state.where(params.text_document.uri)
        items: list[lsp.Diagnostic] = []
        if found is not None:
            items = await state.pulled(*found)
        known = result_id(items)
        if params.previous_result_id == known:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(result_id=known)
        return lsp.RelatedFullDocumentDiagnosticReport(items=items, result_id=known)

    @server.feature(lsp.WORKSPACE_DIAGNOSTIC)
    async def pulled_all(params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
        before = {item.uri: item.value for item in params.previous_result_ids}
        reports: list[Any] = []
        for root in list(state.roots.values()):
            outcome = await root.current()
            found = state.found(root, outcome)
            for uri in sorted(found.keys() | {uri for uri in before if state.below(uri, root)}):
                items = found.get(uri, [])
                known, version = result_id(items), state.version(uri)
                if before.get(uri) == known:
                    reports.append(lsp.WorkspaceUnchangedDocumentDiagnosticReport(uri, known, version))
                else:
                    reports.append(lsp.WorkspaceFullDocumentDiagnosticReport(uri, items, version, result_id=known))
        return lsp.WorkspaceDiagnosticReport(reports)


def result_id(items: list[lsp.Diagnostic]) -> str:
    """The identity of a file's diagnostics."""
    return digest_of(repr(items).encode("utf-8", "surrogatepass"))


def _answers(server: LanguageServer, state: State) -> None:
    async def at(uri: str, position: lsp.Position) -> tuple[Outcome, str, int, int] | None:
        found = state.where(uri)
        if found is None:
            return None
        outcome = await found[0].current()
        return (outcome, found[1], *outcome.texts.place(found[1], position))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        place = await at(params.text_document.uri, params.position)
        return hover(*place) if place else None

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def lens(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        found = state.where(params.text_document.uri)
        if found is None or state.options.get("codeLens") is False:
            return []
        return list(lenses(await found[0].current(), found[1]))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: lsp.DefinitionParams) -> list[lsp.Location] | list[lsp.LocationLink] | None:
        place = await at(params.text_document.uri, params.position)
        if place is None:
            return None
        document = server.client_capabilities.text_document
        linked = bool(document and document.definition and document.definition.link_support)
        return locations(place[0], definitions(*place), linked) or None

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def linked(params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        found = state.where(params.text_document.uri)
        return list(links(await found[0].current(), found[1])) if found else []

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=["[", ",", ":", ".", "/", " "])
    )
    async def completed(params: lsp.CompletionParams) -> lsp.CompletionList:
        found = state.where(params.text_document.uri)
        if found is None:
            return lsp.CompletionList(False, [])
        root, path = found
        texts = root.texts()  # no run: most keys that ask for this complete nothing, and nothing must wait for that
        place = texts.place(path, params.position)
        named = names(texts, root.session.rules, path, *place)
        if named is None and asks_for_handler(texts, path, *place):
            named = list(handler_names(await root.current(), root.session, path, *place))
        return lsp.CompletionList(False, named or [])


def _actions(server: LanguageServer, state: State) -> None:
    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True),
    )
    async def offered(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        found = state.where(uri)
        if found is None:
            return []
        root, path = found
        outcome = await root.current()
        first = outcome.texts.place(path, params.range.start)
        last = outcome.texts.place(path, params.range.end)
        only = tuple(str(getattr(kind, "value", kind)) for kind in params.context.only) if params.context.only else None
        made = list(actions(outcome, uri, path, first, last, only))
        document = server.client_capabilities.text_document
        ability = document.code_action.resolve_support if document and document.code_action else None
        if ability and "edit" in ability.properties:
            return made
        for action in made:
            if action.data:
                action.edit = await edit(action.data)
        return [action for action in made if action.edit or action.command]

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def resolved(action: lsp.CodeAction) -> lsp.CodeAction:
        if isinstance(action.data, dict):
            action.edit = await edit(action.data)
        return action

    async def edit(wanted: Any) -> lsp.WorkspaceEdit | None:
        found = state.where(wanted["uri"])
        if found is None:
            return None
        root, path = found
        outcome, changed = await root.changes(lambda outcome, run: changes(wanted, outcome, path, run))
        if not changed:
            return None
        workspace = server.client_capabilities.workspace
        versioned = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
        versions = {uri: state.version(uri) for uri in map(outcome.texts.uri, changed)}
        return edit_of(changed, outcome.texts, versions, versioned)

    @server.command(SHOW_RULE)
    async def show_rule(rule: str) -> None:
        await _show(server, page_uri(rule), None)

    @server.command(SHOW_DECLARATIONS)
    async def show_declarations(places: list) -> None:  # type: ignore[type-arg] # pygls wants a class to look at
        for uri, line, column in places[:1]:
            at = lsp.Position(max(int(line) - 1, 0), max(int(column) - 1, 0))
            await _show(server, str(uri), lsp.Range(at, at))


async def _show(server: LanguageServer, uri: str, selection: lsp.Range | None) -> None:
    """Open a document in the editor; where it cannot be asked to, say where it is."""
    window = server.client_capabilities.window
    if window and window.show_document and window.show_document.support:
        await server.window_show_document_async(lsp.ShowDocumentParams(uri, take_focus=True, selection=selection))
    else:
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, path_of(uri) or uri))

"""The messages of the language server protocol in, answers out: which function of which module answers what."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from lambdalint import __version__
from lambdalint.cache import FOLDER, digest_of
from lambdalint.server.actions import FIX_ALL, SHOW_RULE, actions, changes, edit_of
from lambdalint.server.complete import completions
from lambdalint.server.diagnostics import diagnostics, page_uri
from lambdalint.server.functions import SHOW_DECLARATIONS, hover, lenses
from lambdalint.server.navigate import definitions, links, locations
from lambdalint.server.positions import path_of
from lambdalint.server.roots import Root, SupersededError, root_of, root_of_file
from lambdalint.settings import Chosen

if TYPE_CHECKING:
    from lambdalint.server.roots import Outcome


class State:
    """What the server knows: its roots, what it has told the editor, what the user set there."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.worker = ThreadPoolExecutor(1, "lint")
        self.roots: dict[str, Root] = {}
        self.told: dict[str, list[lsp.Diagnostic]] = {}  # by URI
        self.options: dict[str, Any] = {}
        self.pulls = False
        self.refreshes = False
        self._refreshing: set[asyncio.Task[None]] = set()

    def root(self, folder: str) -> Root:
        """The root of this folder, made when first asked for."""
        if folder not in self.roots:
            made = self.roots[folder] = Root(folder, self.worker)
            made.encoding = self.server.workspace.position_encoding
            made.chosen = chosen(self.options)
            made.read_settings()
        return self.roots[folder]

    def where(self, uri: str) -> tuple[Root, str] | None:
        """The root of a document, the innermost that holds it, and its path there."""
        path = path_of(uri)
        if path is None:
            return None
        for folder in sorted(self.roots, key=len, reverse=True):
            relative = self.roots[folder].path_below(path)
            if relative is not None:
                return self.roots[folder], relative
        alone = root_of_file(path)
        if alone is None:
            return None
        root = self.root(alone)
        relative = root.path_below(path)
        return (root, relative) if relative is not None else None

    def changed(self, root: Root, path: str = "") -> None:
        """Lint a root and tell the editor, unless it changes again before. path: the text that somebody types in."""
        task = asyncio.ensure_future(self._tell(root, path))
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)

    async def _tell(self, root: Root, path: str) -> None:
        version = root.version
        await asyncio.sleep(0.02)  # several messages of one edit are one change
        if root.version != version:
            return
        if path and not self.pulls:
            try:
                first = await root.glance(path)
            except SupersededError:
                return
            if first.version == root.version and not first.whole:
                self.publish(root, first, path)
        outcome = await root.current()
        if outcome.version == version:
            self.publish(root, outcome)

    def publish(self, root: Root, outcome: Outcome, only: str = "") -> None:
        """Tell the editor what has changed since it was last told. only: of this file."""
        found = {outcome.texts.uri(path): items for path, items in diagnostics(outcome).items()}
        before = {uri for uri in self.told if self.below(uri, root)}
        if only:
            uri = outcome.texts.uri(only)
            found, before = {uri: found.get(uri, [])}, {uri}
        changed = {uri for uri in before | found.keys() if self.told.get(uri, []) != found.get(uri, [])}
        for uri in sorted(changed):
            items = found.get(uri, [])
            if items:
                self.told[uri] = items
            else:
                self.told.pop(uri, None)
            if not self.pulls:
                self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, items))
        if changed and self.pulls and self.refreshes:
            self.server.workspace_diagnostic_refresh(None)

    def forget(self, root: Root) -> None:
        """A folder was closed: take back what was said of it."""
        root.close()
        for uri in [uri for uri in self.told if self.below(uri, root)]:
            self.told.pop(uri)
            if not self.pulls:
                self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def settings_read(self, root: Root) -> None:
        """Say why settings cannot be used, once."""
        if root.wrong and root.wrong != root.said:
            self.server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, f"lambdalint: {root.wrong}"))
        root.said = root.wrong

    def version(self, uri: str) -> int | None:
        """The editor's version of a text it has open."""
        document = self.server.workspace.text_documents.get(uri)
        return document.version if document is not None else None

    def below(self, uri: str, root: Root) -> bool:
        path = path_of(uri)
        return path is not None and root.path_below(path) is not None


def chosen(options: dict[str, Any]) -> Chosen:
    """What the user set in the editor, over the project's file; what is no such setting is left out."""

    def names(key: str) -> tuple[str, ...]:
        value = options.get(key)
        return tuple(filter(None, (str(item) for item in value))) if isinstance(value, list | tuple) else ()

    least = options.get("minSeverity")
    return Chosen(
        names("select"),
        names("extendSelect"),
        names("ignore"),
        least if least in ("error", "warning", "info") else "",
        str(options["config"]) if options.get("config") else None,
    )


WATCHED = "**/*.{py,yaml,yml,json,template,toml,tf,tfvars,hcl,ts,mts,js,mjs,cjs,sh,txt,in,lock,mk}"
NAMED = "**/{Dockerfile,Containerfile,Makefile,justfile,Pipfile,.gitignore,cdk.json}"


def make() -> LanguageServer:
    """A server with every feature, that knows nothing yet."""
    # Whole texts at each change: pygls cuts lines at form feeds and other separators that no editor counts as one.
    server = LanguageServer("lambdalint", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
    state = State(server)
    _lifecycle(server, state)
    _documents(server, state)
    _diagnostics(server, state)
    _answers(server, state)
    _actions(server, state)
    return server


def _lifecycle(server: LanguageServer, state: State) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        state.options = dict(options.get("settings", options)) if isinstance(options, dict) else {}
        document, workspace = params.capabilities.text_document, params.capabilities.workspace
        state.pulls = bool(document and document.diagnostic)
        state.refreshes = bool(workspace and workspace.diagnostics and workspace.diagnostics.refresh_support)

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        folders = [path_of(folder.uri) for folder in server.workspace.folders.values()]
        if not folders and server.workspace.root_uri:
            folders = [path_of(server.workspace.root_uri)]
        for folder in folders:
            if folder:
                state.root(root_of(folder))
        await _watch(server)
        own = await _configuration(server)
        if own is not None:
            state.options = own
        for root in list(state.roots.values()):
            await _first(server, state, root)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.added:
            path = path_of(folder.uri)
            if path:
                await _first(server, state, state.root(root_of(path)))
        left = {root_of(path) for folder in server.workspace.folders.values() if (path := path_of(folder.uri))}
        for name in [name for name in state.roots if name not in left]:
            root = state.roots[name]
            if not root.overlay:
                state.forget(state.roots.pop(name))

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(params: lsp.DidChangeConfigurationParams) -> None:
        given: Any = params.settings
        own = given.get("lambdalint", given) if isinstance(given, dict) else await _configuration(server)
        if isinstance(own, dict) and own != state.options:
            state.options = dict(own)
            for root in state.roots.values():
                root.chosen = chosen(state.options)
                root.moved()
                state.settings_read(root)
                state.changed(root)

    @server.feature(lsp.SHUTDOWN)
    def shutdown(*_: Any) -> None:
        for root in state.roots.values():
            root.close()
        state.worker.shutdown()


async def _watch(server: LanguageServer) -> None:
    """Ask the editor to tell of files that others write, and of settings."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    configured = workspace.did_change_configuration if workspace else None
    wanted = []
    if watched and watched.dynamic_registration:
        watchers = [lsp.FileSystemWatcher(glob_pattern=pattern) for pattern in (WATCHED, NAMED)]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
        wanted.append(lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    if configured and configured.dynamic_registration:
        section = lsp.DidChangeConfigurationRegistrationOptions(section="lambdalint")
        wanted.append(lsp.Registration("settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if not wanted:
        return
    try:
        await server.client_register_capability_async(lsp.RegistrationParams(wanted))
    except Exception:  # an editor that says it can and cannot: saving still tells
        server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, "this editor watches no files"))


async def _configuration(server: LanguageServer) -> dict[str, Any] | None:
    """What the user set in the editor, where it can be asked."""
    workspace = server.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return None
    asked = lsp.ConfigurationParams([lsp.ConfigurationItem(section="lambdalint")])
    try:
        found = await server.workspace_configuration_async(asked)
    except Exception:  # it cannot, after all
        return None
    return dict(found[0]) if found and isinstance(found[0], dict) else None


async def _first(server: LanguageServer, state: State, root: Root) -> None:
    """The first run of a root, which reads everything: with a progress bar where the editor shows one."""
    window = server.client_capabilities.window
    token = f"lambdalint {root.folder}"
    shows = bool(window and window.work_done_progress)
    if shows:
        try:
            await server.work_done_progress.create_async(token)
        except Exception:
            shows = False
    if shows:
        loop = asyncio.get_running_loop()
        server.work_done_progress.begin(token, lsp.WorkDoneProgressBegin(title="lambdalint", cancellable=False))

        def report(count: int) -> None:
            if count % 50 == 0:
                value = lsp.WorkDoneProgressReport(message=f"{count:,} files read")
                loop.call_soon_threadsafe(server.work_done_progress.report, token, value)

        root.progress = report
    try:
        state.publish(root, await root.current())
    finally:
        root.progress = None
        if shows:
            server.work_done_progress.end(token, lsp.WorkDoneProgressEnd())


def _documents(server: LanguageServer, state: State) -> None:
    def put(uri: str, opened: bool) -> None:
        found = state.where(uri)
        if found is None:
            return
        root, path = found
        document = server.workspace.get_text_document(uri)
        root.put(path, document.source.encode("utf-8", "surrogatepass"), uri)
        if opened and not root.knows(path):
            root.moved()
        state.changed(root, "" if opened else path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        put(params.text_document.uri, True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        put(params.text_document.uri, False)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        found = state.where(params.text_document.uri)
        if found is not None:
            found[0].moved()
            state.settings_read(found[0])
            state.changed(found[0])

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        found = state.where(params.text_document.uri)
        if found is not None:
            found[0].drop(found[1])
            state.changed(found[0])

    def moved(uris: list[str]) -> None:
        for root in {id(found[0]): found[0] for uri in uris if (found := state.where(uri))}.values():
            root.moved()
            state.settings_read(root)
            state.changed(root)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: lsp.DidChangeWatchedFilesParams) -> None:
        moved([change.uri for change in params.changes if f"/{FOLDER}/" not in change.uri])

    every = lsp.FileOperationRegistrationOptions([lsp.FileOperationFilter(lsp.FileOperationPattern("**"), "file")])

    @server.feature(lsp.WORKSPACE_DID_CREATE_FILES, every)
    async def created(params: lsp.CreateFilesParams) -> None:
        moved([file.uri for file in params.files])

    @server.feature(lsp.WORKSPACE_DID_DELETE_FILES, every)
    async def deleted(params: lsp.DeleteFilesParams) -> None:
        moved([file.uri for file in params.files])

    @server.feature(lsp.WORKSPACE_DID_RENAME_FILES, every)
    async def renamed(params: lsp.RenameFilesParams) -> None:
        moved([uri for file in params.files for uri in (file.old_uri, file.new_uri)])


def _diagnostics(server: LanguageServer, state: State) -> None:
    @server.feature(
        lsp.TEXT_DOCUMENT_DIAGNOSTIC,
        lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="lambdalint"),
    )
    async def pulled(params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        found = state.where(params.text_document.uri)
        items: list[lsp.Diagnostic] = []
        if found is not None:
            items = diagnostics(await found[0].current()).get(found[1], [])
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
            found = {outcome.texts.uri(path): items for path, items in diagnostics(outcome).items()}
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
        outcome = await found[0].current()
        place = outcome.texts.place(found[1], params.position)
        return lsp.CompletionList(False, list(completions(outcome, found[0].session, found[1], *place)))


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
    async def show_declarations(places: list[Any]) -> None:
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

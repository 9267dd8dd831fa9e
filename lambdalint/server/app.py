"""The messages of the language server protocol in: how a session goes, which texts are open, what lies on the disk."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from lambdalint import __version__
from lambdalint.server.answers import answer
from lambdalint.server.positions import path_of
from lambdalint.server.protocol import Protocol
from lambdalint.server.state import State, chosen
from lambdalint.tree import CACHE_FOLDER

if TYPE_CHECKING:
    from lambdalint.server.roots import Root

PATIENCE = 5  # seconds for an editor to answer before things go on without
WATCHED = "**/*.{py,yaml,yml,json,template,toml,tf,tfvars,hcl,ts,mts,js,mjs,cjs,sh,txt,in,lock,mk}"
NAMED = "**/{Dockerfile,Containerfile,Makefile,justfile,Pipfile,.gitignore,cdk.json}"


def make() -> LanguageServer:
    """A server with every feature, that knows nothing yet."""
    # Garbage is looked for after each run (roots), when nearly all that is young is garbage; hardly ever within one,
    # where what only lives as long as the run would be taken for old, and stay.
    gc.set_threshold(200_000, 10, 10)
    # Whole texts at each change: pygls cuts lines at form feeds and other separators that no editor counts as one.
    whole = lsp.TextDocumentSyncKind.Full
    server = LanguageServer("lambdalint", __version__, text_document_sync_kind=whole, protocol_cls=Protocol)
    state = State(server)
    _lifecycle(server, state)
    _documents(server, state)
    answer(server, state)
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
        await _watch(server)
        own = await _configuration(server)
        if own is not None:
            state.options = own
        for folder in folders:
            if folder:
                state.opened(folder)
        for root in list(state.roots.values()):
            await _first(server, state, root)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.added:
            path = path_of(folder.uri)
            if path:
                await _first(server, state, state.opened(path))
        for folder in params.event.removed:
            path = path_of(folder.uri)
            if path:
                state.closed(path)

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
        state.stop()


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
        await asyncio.wait_for(server.client_register_capability_async(lsp.RegistrationParams(wanted)), PATIENCE)
    except Exception:  # an editor that says it can and cannot: saving still tells
        server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, "this editor watches no files"))


async def _configuration(server: LanguageServer) -> dict[str, Any] | None:
    """What the user set in the editor, where it can be asked."""
    workspace = server.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return None
    asked = lsp.ConfigurationParams([lsp.ConfigurationItem(section="lambdalint")])
    try:
        found = await asyncio.wait_for(server.workspace_configuration_async(asked), PATIENCE)
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
            await asyncio.wait_for(server.work_done_progress.create_async(token), PATIENCE)
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
        moved([change.uri for change in params.changes if f"/{CACHE_FOLDER}/" not in change.uri])

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

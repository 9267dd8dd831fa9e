"""Roots in, what the editor is told of them out: the server's memory of both sides."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from lambdalint.server.diagnostics import diagnostics
from lambdalint.server.positions import path_of
from lambdalint.server.roots import Root, SupersededError, root_of, root_of_file
from lambdalint.settings import Chosen

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from lambdalint.server.roots import Outcome

TOGETHER = 0.005  # seconds within which several messages are one change: an edit of several files, keys held down


class State:
    """What the server knows: its roots, what it has told the editor, what the user set there."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.worker = ThreadPoolExecutor(1, "lint")
        self.roots: dict[str, Root] = {}
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

    def opened(self, folder: str) -> Root:
        """A folder was opened: its root, of which what is below the folder is told."""
        root = self.root(root_of(folder))
        below = root.path_below(folder)
        root.folders.add("" if below in (None, ".") else str(below))
        return root

    def closed(self, folder: str) -> None:
        """A folder was closed: take back what was said of it; its texts that are still open stay."""
        root = self.roots.get(root_of(folder))
        if root is None:
            return
        below = root.path_below(folder)
        root.folders.discard("" if below in (None, ".") else str(below))
        if root.folders or root.overlay:
            root.version += 1
            self.changed(root)
        else:
            self.forget(self.roots.pop(root.folder))

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
        await asyncio.sleep(TOGETHER)
        if root.version != version:
            return
        if path:
            try:
                first = await root.glance(path)
            except SupersededError:
                return
            if first.version == root.version and not first.whole and not self.pulls:
                self.publish(root, first, path)
        outcome = await root.current()
        if outcome.version == version:
            self.publish(root, outcome)

    async def pulled(self, root: Root, path: str) -> list[lsp.Diagnostic]:
        """What there is to tell of one file, for an editor that asks. Where it can be told to ask again, it gets soon
        what is known soon."""
        try:
            outcome = await (root.glance(path) if self.refreshes else root.current())
        except SupersededError:
            outcome = await root.current()
        uri = outcome.texts.uri(path)
        items = self.found(root, outcome, path).get(uri, [])
        root.remember(uri, items)
        return items

    def publish(self, root: Root, outcome: Outcome, only: str = "") -> None:
        """Tell the editor what has changed since it was last told. only: of this file."""
        found = self.found(root, outcome, only)
        before = {outcome.texts.uri(only)} if only else set(root.told)
        changed = {uri for uri in before | found.keys() if root.told.get(uri, []) != found.get(uri, [])}
        for uri in sorted(changed):
            items = found.get(uri, [])
            root.remember(uri, items)
            if not self.pulls:
                self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, items))
        if changed and self.pulls and self.refreshes:
            self.server.workspace_diagnostic_refresh(None)

    def found(self, root: Root, outcome: Outcome, only: str = "") -> dict[str, list[lsp.Diagnostic]]:
        """By URI, what there is to tell of a root: of the folders that are open, and of open texts outside them; or of
        one file."""
        made = diagnostics(outcome, root.kept, only)
        return {outcome.texts.uri(path): items for path, items in made.items() if root.shows(path)}

    def forget(self, root: Root) -> None:
        """A folder was closed: take back what was said of it."""
        root.close()
        for uri in root.told if not self.pulls else ():
            self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def stop(self) -> None:
        """The editor is done: nothing is linted or told from here on."""
        for task in self._refreshing:
            task.cancel()
        for root in self.roots.values():
            root.close()
        self.worker.shutdown(wait=False)

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
        """Whether a document lies below a root."""
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

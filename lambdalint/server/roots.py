"""Folders an editor has open in, linted roots out: each with its unsaved texts and the outcome for them.

A root is linted in the one worker thread, a run at a time; a change while it runs cancels the run, and what it had made
by then is kept. Whoever asks for the outcome gets that of the texts as they are now, and waits for it.
"""

from __future__ import annotations

import asyncio
import gc
import os
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.discover import find_root, settings_file
from lambdalint.memory import Cancelled
from lambdalint.report import Context
from lambdalint.report.shown import shown
from lambdalint.server.positions import Texts
from lambdalint.session import Session, telling
from lambdalint.settings import Chosen, SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from lsprotocol.types import Diagnostic, PositionEncodingKind

    from lambdalint.catalog import Rule
    from lambdalint.engine import Settings
    from lambdalint.model import Finding, Report
    from lambdalint.server.diagnostics import Kept

    Run = Callable[[Mapping[str, bytes]], Report]
    Changes = dict[str, tuple[bytes, bytes]]


class Outcome(NamedTuple):
    """What a run said. raw: the findings as the engine gave them, with what fixes need; report: as they may be shown,
    secrets covered, in the same order. version: of the root's texts. whole: False when functions were left out."""

    report: Report
    raw: tuple[Finding, ...]
    texts: Texts
    rules: dict[str, Rule]
    version: int
    whole: bool = True


class Root:
    """One linted root. wrong: why its settings cannot be used, "" when they can."""

    def __init__(self, folder: str, worker: Executor) -> None:
        self.folder = folder
        self.session = Session(folder)
        self.worker = worker
        self.folders: set[str] = set()  # those below it that are open in the editor, "" for all of it
        self.overlay: dict[str, bytes] = {}
        self.uris: dict[str, str] = {}
        self.encoding: PositionEncodingKind | str | None = None
        self.chosen = Chosen()
        self.settings: Settings | None = None
        self.wrong = ""
        self.version = 1  # of the texts, the files on the disk and the settings together
        self.moves = 0  # times that files on the disk may have changed
        self.said = ""  # what of `wrong` the user was told
        self.outcome: Outcome | None = None
        self.kept: Kept = {}
        self.told: dict[str, list[Diagnostic]] = {}  # by URI, what the editor knows
        self.progress: Callable[[int], None] | None = None
        self._task: asyncio.Task[Outcome] | None = None
        self._tasked = 0  # the version that the task is for
        self._glanced: tuple[tuple[int, str], asyncio.Task[Outcome]] | None = None
        self.read_settings()

    def read_settings(self) -> None:
        """Take the settings as they are on the disk now; those that cannot be used leave the last ones in force."""
        try:
            self.settings = load(self.folder, self.session.rules, self.chosen)
            self.wrong = ""
        except SettingsError as error:
            self.wrong = str(error)

    def put(self, path: str, data: bytes, uri: str) -> None:
        """A text is open in the editor, and says this now."""
        self.uris[path] = uri
        if self.overlay.get(path) != data:
            self.overlay[path] = data
            self.version += 1

    def drop(self, path: str) -> None:
        """A text is no longer open: what is on the disk counts."""
        self.uris.pop(path, None)
        if self.overlay.pop(path, None) is not None:
            self.moved()

    def moved(self) -> None:
        """Files may have changed on the disk, settings among them."""
        self.session.moved()
        self.read_settings()
        self.moves += 1
        self.version += 1

    def remember(self, uri: str, items: list[Diagnostic]) -> None:
        """The editor was told this of a file."""
        if items:
            self.told[uri] = items
        else:
            self.told.pop(uri, None)

    def shows(self, path: str) -> bool:
        """Is the editor told of this file?"""
        inside = (not folder or path.startswith(f"{folder}/") for folder in self.folders)
        return path in self.overlay or any(inside)

    def knows(self, path: str) -> bool:
        """Was the file there when the disk was last looked at?"""
        return self.outcome is None or self.session.memory.on_disk(path)

    def close(self) -> None:
        """The root is not asked any more; a run that goes on ends soon."""
        self.version += 1

    async def changes(self, make: Callable[[Outcome, Run], Changes]) -> tuple[Outcome, Changes]:
        """What fixes make of the texts as they are now; trying them takes runs, which go the same way."""
        outcome = await self.current()

        def run(overlay: Mapping[str, bytes]) -> Report:
            return self.session.check(overlay, self.settings)

        loop = asyncio.get_running_loop()
        return outcome, await loop.run_in_executor(self.worker, make, outcome, run)

    async def current(self) -> Outcome:
        """The outcome for the texts as they are when it comes."""
        while True:
            known = self.outcome
            if known is not None and known.version == self.version:
                return known
            if self._task is None or self._task.done():
                self._task, self._tasked = asyncio.ensure_future(self._lint()), self.version
            try:
                await asyncio.shield(self._task)
            except SupersededError:
                pass

    async def glance(self, path: str) -> Outcome:
        """The outcome as far as it tells of one file, from the few functions that say most about it; the whole one
        where that takes no longer. SupersededError when the texts change meanwhile."""
        known = self.outcome
        if known is None or known.version == self.version or self._busy():
            return await self.current()
        key = (self.version, path)
        if self._glanced is None or self._glanced[0] != key:
            self._glanced = (key, asyncio.ensure_future(self._run(telling(known.report, path))))
        outcome = await asyncio.shield(self._glanced[1])
        if outcome.whole and outcome.version == self.version:
            self.outcome = outcome
        return outcome

    def _busy(self) -> bool:
        """Does a run of the texts as they are now go on already?"""
        return self._task is not None and not self._task.done() and self._tasked == self.version

    async def _lint(self) -> Outcome:
        self.outcome = await self._run(None)
        return self.outcome

    async def _run(self, hurry: frozenset[str] | None) -> Outcome:
        version, settings = self.version, self.settings
        overlay, uris, moves = dict(self.overlay), dict(self.uris), self.moves

        def work() -> Outcome | None:
            # Cancelled ends here: passed on, it would hold every frame of the run, with all that the run had made.
            try:
                report = self.session.check(overlay, settings, lambda: self.version != version, self.progress, hurry)
            except Cancelled:
                return None
            finally:
                gc.collect(1)  # walks hold themselves in circles; see app.make
            covered, _ = shown(report, Context())
            texts = Texts(self.folder, overlay, self.encoding, uris, moves)
            return Outcome(covered, report.findings, texts, self.session.rules, version, self.session.whole)

        outcome = await asyncio.get_running_loop().run_in_executor(self.worker, work)
        if outcome is None:
            raise SupersededError
        return outcome

    def texts(self) -> Texts:
        """The texts as they are now; to answer what no run is needed for."""
        return Texts(self.folder, self.overlay, self.encoding, self.uris)

    def path_below(self, path: str) -> str | None:
        """A path on the disk relative to this root; None when it is not below it."""
        for root, own in ((self.folder, path), (os.path.realpath(self.folder), os.path.realpath(path))):
            try:
                relative = os.path.relpath(own, root).replace(os.sep, "/")
            except ValueError:  # another drive
                continue
            if relative != ".." and not relative.startswith("../"):
                return relative
        return None


class SupersededError(Exception):
    """The texts changed while they were linted."""


def root_of(folder: str) -> str:
    """The root that a workspace folder is linted in: the same as the command line would take."""
    return find_root([folder])


def root_of_file(path: str) -> str | None:
    """The root of a file that no open folder holds; None when nothing says where its project begins."""
    folder = find_root([path])
    return folder if os.path.exists(os.path.join(folder, ".git")) or settings_file(folder) else None

"""One root, linted again and again: unsaved texts in, a Report out, and little done twice in between.

What an editor, `--watch` and a fixpoint of fixes need. The way through is the engine's; this only keeps what it made.
"""

from __future__ import annotations

from itertools import islice

from lambdalint.cache import Cache
from lambdalint.engine import remembered, run
from lambdalint.link.paths import is_test
from lambdalint.link.undeclared import handlers
from lambdalint.memory import Memory
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lambdalint.catalog import Rule
    from lambdalint.engine import Settings
    from lambdalint.model import Finding, Report


FEW = 8


def telling(report: Report, path: str) -> frozenset[str]:
    """The few functions that say most about a file: one for each finding there was in it, then some that run it.

    For a first look at a file that hundreds of functions share, while somebody types in it.
    """
    chosen = dict.fromkeys(finding.functions[0] for finding in report.findings if _in(finding, path))
    running = (function.id for function in report.functions if path in function.reaches)
    return frozenset([*list(chosen)[:FEW], *list(islice(running, FEW // 4))])


def _in(finding: Finding, path: str) -> bool:
    return bool(finding.functions) and finding.span.path == path


class Session:
    """cached: start from what the command line remembers of the root, and add to it."""

    def __init__(self, root: str, cached: bool = True) -> None:
        self.root = root
        self.cache = Cache(root if cached else None)
        self.rules: dict[str, Rule] = remembered(self.cache)
        self.memory = Memory()
        self._settings: Settings | None = None
        self._ran = False

    def check(
        self,
        overlay: Mapping[str, bytes],
        settings: Settings | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int], None] | None = None,
        hurry: frozenset[str] | None = None,
    ) -> Report:
        """What there is to say now. overlay: unsaved texts by path. settings: those of a user who set none by default.

        cancelled is asked often; once it says so, memory.Cancelled is raised, and what was made until then is kept.
        hurry: of the functions that have to be looked at anew, only these are; `whole` says if others were left out.
        """
        if settings != self._settings:
            self._settings = settings
            self.memory = Memory()
        self.memory.cancelled = cancelled
        self.memory.hurry = hurry
        report = run(
            self.root,
            settings=settings,
            overlay=overlay,
            cache=self.cache,
            rules=self.rules,
            progress=progress,
            memory=self.memory,
        )
        if not self._ran:
            self._ran = True
            self._share()
        if self.memory.walked:
            self.cache.forget(self.memory.on_disk)
        return report

    @property
    def whole(self) -> bool:
        """Did the last run leave nothing out?"""
        return not self.memory.left_out

    def handlers(self) -> Iterator[tuple[str, str]]:
        """(path, name) of every handler in the Python files that the last runs read."""
        for (path, language), (_, document, _) in sorted(self.memory.documents.items()):
            if language == "python" and document.facts is not None and not is_test(path):
                for candidate in handlers(document.facts):
                    yield path, candidate.name

    def moved(self) -> None:
        """Files were written, made, moved or deleted: look at the disk again."""
        self.memory.moved()

    def _share(self) -> None:
        """Let the command line know what the first run read from the disk. From then on the memory holds what is
        needed, and another copy of it, ready to be written, would only be carried along."""
        self.cache.save(self.memory.on_disk)
        self.cache.close()
        self.cache.folder = None
        self.cache.parts.clear()
        for entry in self.cache.entries.values():
            entry.blobs.clear()

"""Arguments in, a report after each change of a file out, until Ctrl-C: what changed is told by asking the disk."""

from __future__ import annotations

import os
import sys
from time import monotonic, sleep

from lambdalint.cli.check import UsageError, place, targets
from lambdalint.discover import discover
from lambdalint.memory import Memory
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.cli.arguments import Arguments
    from lambdalint.engine import Settings

PAUSE = 0.3  # seconds between two looks at the disk
SHARE = 10  # how much longer a pause is than a look: a large tree is not looked at all the time
_CHANGING = ("fix", "add_ignore", "write_baseline", "stdin_filename")


def watch(arguments: Arguments, lint: Callable[[Callable[[Settings], Memory]], int]) -> int:
    """Lint, wait for a change, and again; ends by KeyboardInterrupt only."""
    for name in _CHANGING:
        if getattr(arguments, name):
            raise UsageError(f"--watch looks on, it goes with no --{name.replace('_', '-')}")
    where = place(arguments.paths)
    own = {os.path.abspath(target) for _, target in targets(arguments) if target}
    beside = [path for path in (arguments.config, arguments.baseline) if path]
    known: tuple[Settings, Memory] | None = None

    def memory(settings: Settings) -> Memory:
        nonlocal known
        if known is None or known[0] != settings:
            known = (settings, Memory())
        known[1].moved()
        return known[1]

    while True:
        seen = _look(where.root, own, beside)
        if sys.stdout.isatty():
            sys.stdout.write("\x1b[H\x1b[2J\x1b[3J")
        code = lint(memory)
        print(f"lambdalint: {'clean' if not code else 'watching'}; Ctrl-C ends", file=sys.stderr, flush=True)
        took = 0.0
        while True:
            sleep(max(PAUSE, SHARE * took))
            start = monotonic()
            if _look(where.root, own, beside) != seen:
                break
            took = monotonic() - start


def _look(root: str, own: set[str], beside: list[str]) -> dict[str, object]:
    """What tells one state of the files from another; what a run writes itself is left out."""
    walked = discover(root)
    marks: dict[str, object] = {
        path: mark for path, mark in walked.marks.items() if os.path.join(root, *path.split("/")) not in own
    }
    for path in beside:
        try:
            stat = os.stat(path)
        except OSError:
            continue
        marks[os.path.abspath(path)] = (stat.st_size, stat.st_mtime_ns)
    return marks

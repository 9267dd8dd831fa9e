"""Random edits of a real repository, a run after each: with the cache of the last run it says what one without says.

    python -m tests.tools.soak_cache REPOSITORY [EDITS] [SEED]

REPOSITORY is copied first. An edit is one of: a line deleted, doubled or made no Python, a name changed, a comment
added, a file renamed, removed, put back, copied, or written anew with the same text; sometimes two at once. All of a
report is compared but its timings, and the run without a cache works in one process. Exit code 0 when all are the same.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any

from lambdalint.cache import Cache
from lambdalint.catalog import catalog
from lambdalint.engine import defaults, run
from lambdalint.memory import equal
from lambdalint.model import Call, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.model import Function, Report

ENDINGS = (".py", ".yaml", ".yml", ".json", ".tf", ".toml", ".txt", ".ts")
KINDS = ("delete", "double", "break", "name", "comment", "comment", "rename", "remove", "copy", "touch")


class Soak:
    """The copy and what was taken from it."""

    def __init__(self, root: Path, dice: random.Random) -> None:
        self.root = root
        self.dice = dice
        self.first = {path: path.read_bytes() for path in sorted(root.rglob("*")) if _edited(path, root)}
        self.wrong: list[str] = []

    def edit(self) -> str:
        """One random edit; what it was."""
        gone = [path for path in self.first if not path.exists()]
        if gone and self.dice.random() < 0.5:
            path = self.dice.choice(gone)
            path.write_bytes(self.first[path])
            return f"put back {path.relative_to(self.root)}"
        path = self.dice.choice([path for path in self.first if path.exists()])
        kind = self.dice.choice(KINDS)
        getattr(self, f"_{kind}")(path)
        if self.dice.random() < 0.7:  # as if it had been so for a while: then times alone tell
            past = time_ns() - self.dice.randrange(3_000_000_000, 10**15)
            for changed in (path, *path.parent.glob("again_*"), *path.parent.glob("*_moved.*")):
                if changed.exists():
                    os.utime(changed, ns=(past, past))
        return f"{kind} {path.relative_to(self.root)}"

    def _lines(self, path: Path, change: Any) -> None:
        lines = path.read_bytes().split(b"\n")
        change(lines, self.dice.randrange(len(lines)))
        path.write_bytes(b"\n".join(lines))

    def _delete(self, path: Path) -> None:
        self._lines(path, lambda lines, at: lines.pop(at))

    def _double(self, path: Path) -> None:
        self._lines(path, lambda lines, at: lines.insert(at, lines[at]))

    def _break(self, path: Path) -> None:
        self._lines(path, lambda lines, at: lines.insert(at, b"def (:"))

    def _comment(self, path: Path) -> None:
        self._lines(path, lambda lines, at: lines.insert(at, b"# a remark"))

    def _name(self, path: Path) -> None:
        def change(lines: list[bytes], at: int) -> None:
            lines[at] = re.sub(rb"[A-Za-z_]{4,}", lambda word: word[0][::-1], lines[at], count=1)

        self._lines(path, change)

    def _rename(self, path: Path) -> None:
        path.rename(path.with_name(f"{path.stem}_moved{path.suffix}"))

    def _remove(self, path: Path) -> None:
        path.unlink()

    def _copy(self, path: Path) -> None:
        shutil.copy(path, path.with_name(f"again_{path.name}"))

    def _touch(self, path: Path) -> None:
        path.write_bytes(path.read_bytes())


def _edited(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    return path.suffix in ENDINGS and path.is_file() and not path.is_symlink() and ".git" not in parts


def _reported(root: Path, kept: bool) -> tuple[Report, float]:
    cache = Cache(str(root) if kept else None)
    rules = catalog()
    before = perf_counter()
    report = run(str(root), settings=defaults(rules), cache=cache, rules=rules)
    taken = perf_counter() - before
    cache.close()
    functions = tuple(map(_numbered, report.functions))
    return report._replace(timings=(), functions=functions), taken


def _numbered(function: Function) -> Function:
    """The function with its calls numbered from 1 as they come: what the numbers are depends on which functions that
    share modules were followed before."""
    found: dict[int, int] = {}
    _orders((function.startup, function.steps), lambda order: found.setdefault(order, len(found)), frozenset, {})
    others: set[int] = set()

    def note(orders: frozenset[int]) -> frozenset[int]:
        others.update(orders)
        return orders

    _orders(function, int, note, {})
    ranks = {order: rank for rank, order in enumerate([*found, *sorted(others - found.keys())])}
    several: Callable[[frozenset[int]], Any] = lambda orders: frozenset(map(ranks.__getitem__, orders))  # noqa: E731
    return _orders(function, ranks.__getitem__, several, {})  # type: ignore[no-any-return]


def _orders(
    item: Any, one: Callable[[int], Any], several: Callable[[frozenset[int]], Any], done: dict[int, tuple[Any, Any]]
) -> Any:
    """The same with what the functions give for the number of a call, and for numbers that a value refers to.

    done: what parts have become, by their ids; they share parts, so that a walk that forgot would not end.
    """
    if not isinstance(item, (tuple, dict)):
        return item
    if id(item) in done:
        return done[id(item)][1]
    made: Any = item
    if isinstance(item, Call):
        made = item._replace(order=one(item.order))
    elif isinstance(item, Symbol):
        made = item._replace(calls=several(item.calls))
    if isinstance(made, dict):
        made = {key: _orders(value, one, several, done) for key, value in made.items()}
    else:
        parts = [_orders(part, one, several, done) for part in made]
        made = made._make(parts) if hasattr(made, "_make") else tuple(parts)
    done[id(item)] = (item, made)
    return made


def main() -> None:
    """See above."""
    repository, *rest = sys.argv[1:]
    edits, seed = (int(rest[0]) if rest else 200), (int(rest[1]) if len(rest) > 1 else 1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        shutil.copytree(repository, root, symlinks=True, ignore=shutil.ignore_patterns(".git", ".lambdalint_cache"))
        soak = Soak(root, random.Random(seed))
        warm, cold = [], []
        _reported(root, True)
        for number in range(edits):
            what = [soak.edit() for _ in range(soak.dice.choice((1, 1, 1, 2)))]
            with_cache, quick = _reported(root, True)
            os.environ["LAMBDALINT_WORKERS"] = "1"
            without, slow = _reported(root, False)
            del os.environ["LAMBDALINT_WORKERS"]
            warm.append(quick)
            cold.append(slow)
            for name, left, right in zip(with_cache._fields, with_cache, without, strict=True):
                if not equal(left, right):
                    soak.wrong.append(f"edit {number}, {', '.join(what)}: {name} differ")
                    print(soak.wrong[-1])
        print(f"{edits} edits, {len(soak.wrong)} reports differ; ms with the cache {median(warm) * 1000:.0f}", end="")
        print(f", without {median(cold) * 1000:.0f} (medians)")
    sys.exit(bool(soak.wrong))


if __name__ == "__main__":
    main()

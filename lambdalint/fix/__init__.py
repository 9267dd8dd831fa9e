"""A run and the files of its root in, the files as fixes make them out. Nothing is written here but by `save`.

Fixes are applied in rounds until no finding has one. A round takes every fix that does not overlap another, looks
whether the files still parse, and lints the outcome: a fix whose finding stays, or which brings a new one, is refused.
"""

from __future__ import annotations

import os
from collections import Counter

from lambdalint.fix.files import Files, overlap, write
from lambdalint.read import language_of, read
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from lambdalint.model import Finding, Fix, Report, Safety

SAFE: frozenset[Safety] = frozenset(("safe",))
UNSAFE: frozenset[Safety] = frozenset(("safe", "unsafe"))
_Key = tuple[str, str, str]  # rule, path, message: what a finding is when lines move
_Mark = tuple[str, str, str, str]  # the same with the text of its line: what a refused fix is known by


class Done(NamedTuple):
    """One finding that is gone, and what made it go."""

    finding: Finding
    fix: Fix


class Outcome(NamedTuple):
    """What fixes made. changed: paths with the bytes before and after. refused: fixes that did not do."""

    done: tuple[Done, ...]
    changed: Mapping[str, tuple[bytes, bytes]]
    refused: int
    report: Report  # what is left
    raised: tuple[tuple[Finding, Exception], ...] = ()  # fixes that failed


class _Choice(NamedTuple):
    finding: Finding
    fix: Fix
    mark: _Mark


def fix_of(finding: Finding, files: Files) -> Fix | None:
    """The fix of a finding in these files, None when there is none."""
    from importlib import import_module

    from lambdalint.catalog import ENGINE_RULES

    if finding.fixable is None:
        return None
    if finding.rule in ENGINE_RULES:
        from lambdalint.fix.ignores import without

        return without(finding, files)
    module = import_module(f"lambdalint.checks.{finding.rule.replace('-', '_')}")
    found: Fix | None = module.fix(finding, files)
    return found


def settled(report: Report, files: Files) -> Report:
    """The report with `fixable` as the files allow it: what a check promises is the best case, as far as its facts
    tell. It takes a parse of each file with a promise, so only reports that machines read are settled."""
    return report._replace(
        findings=tuple(finding._replace(fixable=_fixable(finding, files)) for finding in report.findings)
    )


def _fixable(finding: Finding, files: Files) -> Safety | None:
    try:
        fix = fix_of(finding, files)
    except Exception:  # --fix says what it raised
        return None
    return fix.safety if fix is not None and fix.edits and not _collides(fix, fix) else None


def fix_all(
    run: Callable[[Mapping[str, bytes]], Report],
    files: Files,
    safeties: Collection[Safety] = SAFE,
    only: Callable[[Finding], bool] = lambda finding: True,
    propose: Callable[[Finding, Files], Fix | None] = fix_of,
) -> Outcome:
    """Apply fixes until none is left that may be applied.

    only: which findings are meant. propose: what makes a finding go away.
    """
    state = _State(run, files, safeties, only, propose)
    while state.round():
        pass
    changed = {
        path: (before, after)
        for path, after in sorted(files.changed.items())
        if (before := files.original(path)) is not None and before != after
    }
    return Outcome(tuple(state.done), changed, len(state.refused), state.report, tuple(state.raised))


class _State:
    """Where a fixpoint has got to."""

    def __init__(
        self,
        run: Callable[[Mapping[str, bytes]], Report],
        files: Files,
        safeties: Collection[Safety],
        only: Callable[[Finding], bool],
        propose: Callable[[Finding, Files], Fix | None],
    ) -> None:
        self.run = run
        self.files = files
        self.safeties = safeties
        self.only = only
        self.propose = propose
        self.done: list[Done] = []
        self.raised: list[tuple[Finding, Exception]] = []
        self.refused: set[_Mark] = set()
        self.alone: set[_Mark] = set()  # under suspicion: tried by themselves
        self.report = run({**files.overlay, **files.changed})

    def round(self) -> bool:
        """Apply what can be applied at once; False when nothing was left to try."""
        batch = self._batch()
        if not batch:
            return False
        made = self._parsed(batch)
        if made is None:
            return True
        after = self.run({**self.files.overlay, **self.files.changed, **made})
        wrong = self._wrong(batch, after)
        if wrong:
            if len(batch) == 1:
                self.refused |= wrong
            else:
                self.alone |= wrong
            return True
        self.files.put(made)
        self.done += (Done(choice.finding, choice.fix) for choice in batch)
        self.report = after
        return True

    def _batch(self) -> list[_Choice]:
        chosen: list[_Choice] = []
        suspect: _Choice | None = None
        for finding in self.report.findings:
            if not self.only(finding):
                continue
            mark = self._mark(finding)
            if mark in self.refused or (mark in self.alone and suspect is not None):
                continue
            try:
                fix = self.propose(finding, self.files)
            except Exception as error:  # one fix must not stop the rest
                self.raised.append((finding, error))
                self.refused.add(mark)
                continue
            if fix is None or fix.safety not in self.safeties or not fix.edits or _collides(fix, fix):
                continue
            choice = _Choice(finding, fix, mark)
            if mark in self.alone:
                suspect = choice
            elif not any(_collides(fix, other.fix) for other in chosen):
                chosen.append(choice)
        return chosen or ([suspect] if suspect else [])

    def _mark(self, finding: Finding) -> _Mark:
        text = self.files.text(finding.span.path) or ""
        lines = text.splitlines()
        line = lines[finding.span.line - 1].strip() if finding.span.line <= len(lines) else ""
        return (*_key(finding), line)

    def _parsed(self, batch: Sequence[_Choice]) -> dict[str, bytes] | None:
        """The files after a batch; None, and those to blame remembered, when one would not parse."""
        made: dict[str, bytes] = {}
        by_path: dict[str, list[_Choice]] = {}
        for choice in batch:
            for path in {edit.span.path for edit in choice.fix.edits}:
                by_path.setdefault(path, []).append(choice)
        bad: set[_Mark] = set()
        for path, choices in by_path.items():
            edits = [edit for choice in choices for edit in choice.fix.edits if edit.span.path == path]
            new = self.files.edited(edits)
            if new is None or not _parses(path, self.files.data(path) or b"", new[path]):
                bad |= {choice.mark for choice in choices}
            else:
                made |= new
        if not bad:
            return made
        if len(batch) == 1:
            self.refused |= bad
        else:
            self.alone |= bad
        return None

    def _wrong(self, batch: Sequence[_Choice], after: Report) -> set[_Mark]:
        """Fixes that left their finding, or that a finding came with."""
        old, new = (Counter(map(_key, report.findings)) for report in (self.report, after))
        gone = Counter(_key(choice.finding) for choice in batch)
        left = {key for key, count in gone.items() if new[key] > old[key] - count}
        wrong = {choice.mark for choice in batch if _key(choice.finding) in left}
        for key, count in new.items():
            if count > old[key]:
                wrong |= _suspects(key, batch)
        if len(after.problems) > len(self.report.problems):
            wrong |= {choice.mark for choice in batch}
        return wrong


def _suspects(key: _Key, batch: Sequence[_Choice]) -> set[_Mark]:
    """Which fixes may have brought a finding: those that touch its file, else any."""
    near = {choice.mark for choice in batch if any(edit.span.path == key[1] for edit in choice.fix.edits)}
    return near or {choice.mark for choice in batch}


def _key(finding: Finding) -> _Key:
    return finding.rule, finding.span.path, finding.message


def _collides(one: Fix, other: Fix) -> bool:
    if one is other:
        return any(overlap(a, b) for index, a in enumerate(one.edits) for b in one.edits[index + 1 :])
    return any(overlap(a, b) for a in one.edits for b in other.edits)


def _parses(path: str, before: bytes, after: bytes) -> bool:
    """Whether a file reads as well as it did."""
    language = language_of(path)
    if language is None:
        return True
    return len(read(path, after, language).problems) <= len(read(path, before, language).problems)


def save(root: str, outcome: Outcome) -> tuple[list[str], list[tuple[str, str]]]:
    """Write what changed; (paths written, (path, why) of those that were not).

    Files that one fix changes belong together: when one of them cannot be written, the others are left alone too, as
    far as that can be known before.
    """
    stale = {path for path, (before, _) in outcome.changed.items() if not _holds(os.path.join(root, path), before)}
    grown = True
    while grown:
        size = len(stale)
        for one in outcome.done:
            paths = {edit.span.path for edit in one.fix.edits} & outcome.changed.keys()
            if paths & stale:
                stale |= paths
        grown = len(stale) > size
    written: list[str] = []
    failed: list[tuple[str, str]] = []
    for path, (before, after) in outcome.changed.items():
        why = "it, or a file that is fixed with it, changed meanwhile" if path in stale else ""
        why = why or write(os.path.join(root, path), before, after)
        if why:
            failed.append((path, why))
        else:
            written.append(path)
    return written, failed


def _holds(path: str, before: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == before
    except OSError:
        return False


def diff(outcome: Outcome, prefix: str = "") -> Iterable[str]:
    """The lines of a unified diff, without line ends."""
    from difflib import unified_diff

    from lambdalint.fix.files import content

    for path, (before, after) in outcome.changed.items():
        old, new = content(path, before), content(path, after)
        if old is None or new is None:
            continue
        shown = f"{prefix}/{path}" if prefix else path
        lines = unified_diff(
            old.text.splitlines(keepends=True), new.text.splitlines(keepends=True), f"a/{shown}", f"b/{shown}"
        )
        for line in lines:
            yield line.rstrip("\r\n")
            if not line.endswith(("\n", "\r")):
                yield "\\ No newline at end of file"

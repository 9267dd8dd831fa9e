"""Findings, verdicts and what readers expected -> precision, recall and the tables that show them. Reads no files.

A verdict fits a finding with its repository, rule, path and line whose message holds `about`. Precision is
right / (right + wrong), by finding and by distinct code (the five lines around a finding, so that copies count once);
arguable ones are counted apart. Recall is over the handlers of tests/ecosystem/recall.toml.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VERDICTS = ("right", "wrong", "arguable")
RECALLED = {"connection": "connection-in-handler", "effect": "non-idempotent-handler"}


class Finding(NamedTuple):
    """One finding as the JSON report has it. places: every (path, first line, last line) it names."""

    repository: str
    rule: str
    path: str
    line: int
    message: str
    places: frozenset[tuple[str, int, int]] = frozenset()
    handlers: frozenset[tuple[str, str]] = frozenset()  # (path, name) of the functions it is about
    code: str = ""  # the lines around it, blanks dropped: what copies have in common

    def __str__(self) -> str:
        return f"{self.repository} {self.path}:{self.line} {self.rule}: {self.message}"


class Verdict(NamedTuple):
    """What a reader of the code said of one finding; see `fits`."""

    repository: str
    rule: str
    path: str
    line: int
    about: str
    verdict: str
    reason: str


class Expected(NamedTuple):
    """One finding that the reader of a drawn handler expects."""

    repository: str
    rule: str
    path: str
    line: int
    what: str
    arguable: bool


class Drawn(NamedTuple):
    """One handler of the recall sample. handler: (path, name)."""

    sample: str
    repository: str
    handler: tuple[str, str]
    expected: tuple[Expected, ...]


# ---------------------------------------------------------------------------------------------------------- tables


def read_verdicts(text: str) -> list[Verdict]:
    """The verdicts of a TOML text; `also` lists further "path:line" of the same repository with the same code."""
    verdicts = []
    for row in tomli.loads(text).get("verdict", []):
        if row["verdict"] not in VERDICTS or not row.get("reason"):
            raise SystemExit(f"verdicts: {row['repository']} {row['path']}:{row['line']} needs a verdict and a reason")
        places = [(row["path"], row["line"])]
        for other in row.get("also", []):
            path, _, line = other.rpartition(":")
            places.append((path, int(line)))
        for path, line in places:
            verdicts.append(
                Verdict(row["repository"], row["rule"], path, line, row.get("about", ""), row["verdict"], row["reason"])
            )
    return verdicts


def read_drawn(text: str) -> list[Drawn]:
    """The drawn handlers and what their reader expects of each."""
    return [
        Drawn(
            row["sample"],
            row["repository"],
            (row["path"], row["name"]),
            tuple(
                Expected(
                    row["repository"],
                    rule,
                    entry["path"],
                    entry["line"],
                    entry.get("callee") or entry["effect"],
                    entry.get("arguable", False),
                )
                for kind, rule in RECALLED.items()
                for entry in row.get(kind, [])
            ),
        )
        for row in tomli.loads(text)["handler"]
    ]


# -------------------------------------------------------------------------------------------------------- judging


def compare(old: Iterable[Finding], new: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """(added, removed), by repository, rule, path, line and message."""

    def count(findings: Iterable[Finding]) -> Counter[Finding]:
        return Counter(Finding(*finding[:5]) for finding in findings)

    before, after = count(old), count(new)
    return sorted((after - before).elements()), sorted((before - after).elements())


def fits(verdict: Verdict, finding: Finding) -> bool:
    """Whether a verdict is about a finding."""
    return verdict[:4] == finding[:4] and verdict.about in finding.message


def judge(findings: Iterable[Finding], verdicts: Iterable[Verdict]) -> list[tuple[Finding, Verdict | None]]:
    """Each finding with its verdict; the verdict with the longest `about` wins."""
    by_place: dict[tuple[Any, ...], list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda item: -len(item.about)):
        by_place.setdefault(verdict[:4], []).append(verdict)
    judged = []
    for finding in findings:
        held = [verdict for verdict in by_place.get(finding[:4], []) if fits(verdict, finding)]
        judged.append((finding, held[0] if held else None))
    return judged


class Score(NamedTuple):
    """The count of each verdict for one rule."""

    right: int
    wrong: int
    arguable: int
    open: int

    @property
    def precision(self) -> float | None:
        """right / (right + wrong), None when nothing was judged."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None


def scores(judged: Iterable[tuple[Finding, Verdict | None]], distinct: bool = False) -> dict[str, Score]:
    """A Score by rule; distinct: copies of the same code with the same verdict count once."""
    counted: dict[str, Counter[str]] = {}
    seen = set()
    for finding, verdict in judged:
        name = verdict.verdict if verdict else "open"
        key = (finding.rule, finding.code or finding, name)
        if distinct and key in seen:
            continue
        seen.add(key)
        counted.setdefault(finding.rule, Counter())[name] += 1
    return {rule: Score(*(counts[name] for name in (*VERDICTS, "open"))) for rule, counts in sorted(counted.items())}


def found(entry: Expected, findings: Iterable[Finding]) -> bool:
    """Whether a finding of the rule names the place that the reader expects."""
    return any(
        finding.repository == entry.repository
        and finding.rule == entry.rule
        and any(path == entry.path and first <= entry.line <= last for path, first, last in finding.places)
        for finding in findings
    )


class Recall(NamedTuple):
    """How much of what was expected was found, for one sample and rule. Arguable entries are in neither number."""

    sample: str
    handlers: int
    rule: str
    hits: int
    expected: int
    missed: tuple[Expected, ...]
    arguable_hits: int
    arguable: int


def recall(findings: Sequence[Finding], drawn: Sequence[Drawn]) -> list[Recall]:
    """The recall of each sample and rule; a place that two handlers share counts for each of them."""
    results = []
    samples = sorted({handler.sample for handler in drawn})
    for sample, rule in [(sample, rule) for sample in samples for rule in RECALLED.values()]:
        handlers = [handler for handler in drawn if handler.sample == sample]
        expected = [entry for handler in handlers for entry in handler.expected if entry.rule == rule]
        sure = [entry for entry in expected if not entry.arguable]
        missed = tuple(entry for entry in sure if not found(entry, findings))
        unsure = [entry for entry in expected if entry.arguable]
        hits = sum(found(entry, findings) for entry in unsure)
        results.append(
            Recall(sample, len(handlers), rule, len(sure) - len(missed), len(sure), missed, hits, len(unsure))
        )
    return results


def unexpected(findings: Sequence[Finding], drawn: Sequence[Drawn]) -> list[Finding]:
    """The findings of the sampled rules about a drawn handler that its reader did not expect, arguable or not."""
    return [
        finding
        for handler in drawn
        for finding in findings
        if finding.repository == handler.repository
        and finding.rule in RECALLED.values()
        and handler.handler in finding.handlers
        and not any(found(entry, [finding]) for entry in handler.expected)
    ]


# ------------------------------------------------------------------------------------------------------- showing


def percent(value: float | None) -> str:
    """A ratio as people read it."""
    return "-" if value is None else f"{value:.1%}"


def table(
    heading: str, findings: Sequence[Finding], judged: Sequence[tuple[Finding, Verdict | None]], drawn: Sequence[Drawn]
) -> str:
    """The numbers as Markdown: precision by rule, by finding and by distinct code, then recall and what is missed."""
    by_code = scores(judged, distinct=True)
    lines = [
        heading,
        "",
        "| rule | findings | right | wrong | arguable | no verdict | precision | distinct code | precision |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for rule, score in scores(judged).items():
        other = by_code[rule]
        row = [sum(score), *score, percent(score.precision), sum(other), percent(other.precision)]
        lines.append(f"| `{rule}` | " + " | ".join(map(str, row)) + " |")
    lines += ["", "| sample | handlers | rule | expected | found | recall | arguable found |"]
    lines.append("|---|---:|---|---:|---:|---:|---:|")
    results = recall(findings, drawn)
    for item in results:
        ratio = item.hits / item.expected if item.expected else None
        counts = f"{item.expected} | {item.hits} | {percent(ratio)} | {item.arguable_hits} of {item.arguable}"
        lines.append(f"| {item.sample} | {item.handlers} | `{item.rule}` | {counts} |")
    for title, places in (
        ("Missed", [(*entry[:5],) for item in results for entry in item.missed]),
        ("Found on a drawn handler but not expected", [(*item[:5],) for item in unexpected(findings, drawn)]),
    ):
        if places:
            lines += ["", f"{title}:", ""]
            shown = [f"- {name} `{path}:{line}` {what} ({rule})" for name, rule, path, line, what in places]
            lines += dict.fromkeys(shown)
    return "\n".join(lines) + "\n"

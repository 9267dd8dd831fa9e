"""Findings and directives in, the findings that stay out, with one for each directive that silences nothing.

A directive counts at a finding's primary or any related location, on the first or last line of either.
"""

from __future__ import annotations

from lambdalint.model import Finding
from lambdalint.nearest import nearest
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lambdalint.model import Directive, Span


class Outcome(NamedTuple):
    """kept: findings that stay. ignored: those that were silenced. own: what is wrong with the directives."""

    kept: list[Finding]
    ignored: list[Finding]
    own: list[Finding]


def suppress(
    findings: Iterable[Finding],
    directives: Sequence[Directive],
    declared: Mapping[str, tuple[tuple[str, Span], ...]],
    known: Collection[str],
    ran: Collection[str],
    complete: bool,
) -> Outcome:
    """Apply directives.

    declared: function id -> the rules its declaration ignores, and where that is written. known: names of all rules.
    ran: those that were asked; only they can make a directive unused. complete: all that run by default were asked.
    """
    by_path: dict[str, list[Directive]] = {}
    for directive in directives:
        by_path.setdefault(directive.span.path, []).append(directive)
    used: set[tuple[str, Span]] = set()  # (rule, where it is ignored); rule "" for a directive without names
    kept: list[Finding] = []
    ignored: list[Finding] = []
    for finding in findings:
        marks = set(_silencing(finding, by_path)) | set(_declared(finding, declared))
        used |= marks
        (ignored if marks else kept).append(finding)
    own = [*_complaints(directives, used, known, ran, complete)]
    seen: set[tuple[str, Span]] = set()
    for names in declared.values():
        for name, span in names:
            if (name, span) not in seen:
                seen.add((name, span))
                own.extend(_complaint(name, span, (name, span) in used, known, ran))
    stay: list[Finding] = []
    for finding in own:
        named = any(mark[0] for mark in _silencing(finding, by_path)) or any(
            finding.span.line == directive.span.line and finding.rule in (name for name, _ in directive.rules)
            for directive in by_path.get(finding.span.path, ())
        )
        (ignored if named else stay).append(finding)
    return Outcome(kept, ignored, stay)


def _silencing(finding: Finding, by_path: Mapping[str, Sequence[Directive]]) -> Iterable[tuple[str, Span]]:
    for span in (finding.span, *(place.span for place in finding.related)):
        for directive in by_path.get(span.path, ()):
            if not _covers(directive, span):
                continue
            if not directive.rules:
                yield "", directive.span
            for name, at in directive.rules:
                if name == finding.rule:
                    yield name, at


def _declared(finding: Finding, declared: Mapping[str, tuple[tuple[str, Span], ...]]) -> Iterable[tuple[str, Span]]:
    for function in finding.functions:
        for name, span in declared.get(function, ()):
            if name == finding.rule:
                yield name, span


def _covers(directive: Directive, span: Span) -> bool:
    if directive.lines is None:
        return True
    first, last = directive.lines
    end = span.end_line - 1 if span.end_column == 1 and span.end_line > span.line else span.end_line
    return first <= span.line <= last or first <= end <= last


def _complaints(
    directives: Sequence[Directive],
    used: Collection[tuple[str, Span]],
    known: Collection[str],
    ran: Collection[str],
    complete: bool,
) -> Iterable[Finding]:
    for directive in directives:
        if not directive.rules and complete and ("", directive.span) not in used:
            yield Finding("this directive silences nothing", directive.span, rule="unused-ignore", fixable="safe")
        for name, span in directive.rules:
            yield from _complaint(name, span, (name, span) in used, known, ran)


def _complaint(name: str, span: Span, used: bool, known: Collection[str], ran: Collection[str]) -> Iterable[Finding]:
    if name not in known:
        yield Finding(f"no rule is named `{name}`{nearest(name, known)}", span, rule="unknown-ignore", fixable="safe")
    elif not used and name in ran and name != "unused-ignore":
        yield Finding(f"`{name}` is ignored here but finds nothing", span, rule="unused-ignore", fixable="safe")

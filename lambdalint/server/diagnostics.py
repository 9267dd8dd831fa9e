"""An outcome in, diagnostics by path out: findings with all places they rest on, and what could not be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Position,
    Range,
)

from lambdalint.catalog import rules_folder
from lambdalint.model import Problem
from lambdalint.server.positions import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Finding
    from lambdalint.server.positions import Texts
    from lambdalint.server.roots import Outcome

SOURCE = "lambdalint"
SEVERITY = {
    "error": DiagnosticSeverity.Error,
    "warning": DiagnosticSeverity.Warning,
    "info": DiagnosticSeverity.Information,
}


def page_uri(rule: str) -> str:
    """The rule's page, which every installation has."""
    return uri_of(os.path.join(rules_folder(), f"{rule}.md"))


Kept = dict[str, tuple[Any, list[Diagnostic]]]


def diagnostics(outcome: Outcome, kept: Kept, only: str = "") -> dict[str, list[Diagnostic]]:
    """All diagnostics of a root by path, or those of one file; files with none are left out.

    kept: by path, what they were made of and what was made, for the next time: a keystroke changes those of few files.
    """
    told: dict[str, list[Finding | Problem]] = {}
    for finding in outcome.report.findings:
        if finding.span.path and (not only or finding.span.path == only):
            told.setdefault(finding.span.path, []).append(finding)
    for problem in outcome.report.problems:
        if problem.path and (not only or problem.path == only):
            told.setdefault(problem.path, []).append(problem)
    for path in [path for path in kept if path not in told and not only]:
        del kept[path]
    for path, items in told.items():
        made_of = (items, [outcome.texts.state(name) for name in sorted(set(_rests(items)))])
        if path not in kept or kept[path][0] != made_of:
            kept[path] = (made_of, [_told(item, outcome.texts) for item in items])
    return {path: kept[path][1] for path in told}


def _rests(items: list[Finding | Problem]) -> Iterator[str]:
    """The files whose text says where these are."""
    for item in items:
        if isinstance(item, Problem):
            yield item.path
        else:
            yield item.span.path
            yield from (place.span.path for place in (*item.code_flow, *item.related))


def _told(item: Finding | Problem, texts: Texts) -> Diagnostic:
    return of_problem(item, texts) if isinstance(item, Problem) else of_finding(item, texts)


def of_finding(finding: Finding, texts: Texts) -> Diagnostic:
    """One finding; the way to it and the places it rests on are its related information."""
    flow = finding.code_flow if len(finding.code_flow) > 1 else ()
    way = [
        (hop.span, f"calls {hop.message}" if number else f"starts in {hop.message}") for number, hop in enumerate(flow)
    ]
    others = [(place.span, place.message) for place in finding.related if place not in flow]
    places = [(span, text) for span, text in dict.fromkeys((*way, *others)) if span != finding.span]
    return Diagnostic(
        range=texts.range(finding.span),
        message=finding.message,
        severity=SEVERITY.get(finding.severity, DiagnosticSeverity.Warning),
        code=finding.rule,
        code_description=CodeDescription(href=page_uri(finding.rule)),
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if finding.rule == "unused-ignore" else None,
        related_information=[DiagnosticRelatedInformation(texts.location(span), text) for span, text in places] or None,
        data={"rule": finding.rule, "functions": list(finding.functions), "fix": finding.fixable},
    )


def of_problem(problem: Problem, texts: Texts) -> Diagnostic:
    """What could not be read: not the code's fault for certain, so no more than a hint at where knowledge ends."""
    line = max(problem.line - 1, 0)
    text = texts.line(problem.path, problem.line) or ""
    start = len(text) - len(text.lstrip())
    at = Range(
        texts.position(problem.path, line + 1, start + 1) if text else Position(line, 0),
        texts.position(problem.path, line + 1, len(text.rstrip()) + 1) if text else Position(line, 0),
    )
    return Diagnostic(
        range=at, message=problem.message, severity=DiagnosticSeverity.Information, code="problem", source=SOURCE
    )

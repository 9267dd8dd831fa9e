"""An outcome in, diagnostics by path out: findings with all places they rest on, and what could not be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

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
from lambdalint.server.positions import uri_of

if TYPE_CHECKING:
    from lambdalint.model import Finding, Problem
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


def diagnostics(outcome: Outcome) -> dict[str, list[Diagnostic]]:
    """All diagnostics of a root by path; files with none are left out."""
    found: dict[str, list[Diagnostic]] = {}
    for finding in outcome.report.findings:
        if finding.span.path:
            found.setdefault(finding.span.path, []).append(of_finding(finding, outcome.texts))
    for problem in outcome.report.problems:
        if problem.path:
            found.setdefault(problem.path, []).append(of_problem(problem, outcome.texts))
    return found


def of_finding(finding: Finding, texts: Texts) -> Diagnostic:
    """One finding; the way to it and the places it rests on are its related information."""
    flow = finding.code_flow if len(finding.code_flow) > 1 else ()
    places = [place for place in dict.fromkeys((*flow, *finding.related)) if place.span != finding.span]
    return Diagnostic(
        range=texts.range(finding.span),
        message=finding.message,
        severity=SEVERITY.get(finding.severity, DiagnosticSeverity.Warning),
        code=finding.rule,
        code_description=CodeDescription(href=page_uri(finding.rule)),
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if finding.rule == "unused-ignore" else None,
        related_information=[
            DiagnosticRelatedInformation(texts.location(place.span), place.message) for place in places
        ]
        or None,
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

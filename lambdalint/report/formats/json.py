"""For programs: the report as data, a stable contract (docs/output.md, schema/lambdalint-report-1.json)."""

from __future__ import annotations

import json

from lambdalint.report.shown import level
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Related, Report
    from lambdalint.report import Context

SCHEMA = "lambdalint-report-1"


def render(report: Report, context: Context) -> str:
    """One JSON object; paths are relative to its root, with forward slashes."""
    data = {
        "schema": SCHEMA,
        "root": report.root.replace("\\", "/"),
        "functions": [_function(function) for function in report.functions],
        "findings": [_finding(finding) for finding in report.findings],
        "problems": [
            {"path": problem.path, "line": max(problem.line, 1), "message": problem.message}
            for problem in report.problems
        ],
        "ignored": report.ignored,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _function(function: Function) -> dict[str, Any]:
    declaration, handler = function.declaration, function.handler
    return {
        "id": function.id,
        "name": function.name,
        "dialect": declaration.dialect if declaration else None,
        "declared": {"path": declaration.span.path, "line": declaration.span.line} if declaration else None,
        "handler": {"path": handler.path, "line": handler.span.line, "name": handler.name} if handler else None,
        "runtime": declaration.runtime.known if declaration else None,
        "memory": declaration.memory.known if declaration else None,
        "timeout": declaration.timeout.known if declaration else None,
        "triggers": [
            {
                "kind": trigger.kind,
                "delivery": None if trigger.delivery == "unknown" else trigger.delivery,
                "path": trigger.span.path,
                "line": trigger.span.line,
            }
            for trigger in function.triggers
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "severity": level(finding),
        "message": finding.message,
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "related": [
            {
                "path": place.span.path,
                "line": place.span.line,
                "column": place.span.column,
                "message": place.message,
            }
            for place in (*finding.related, *_flow(finding))
        ],
        "functions": list(finding.functions),
        "fix": finding.fixable,
    }


def _flow(finding: Finding) -> list[Related]:
    """The hops on the way from the handler, as related places."""
    hops = finding.code_flow if len(finding.code_flow) > 1 else ()
    return [hop._replace(message=f"reached through {hop.message}") for hop in hops if hop not in finding.related]

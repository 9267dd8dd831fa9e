"""For reviewdog: its Diagnostic Format (rdjson), positions in UTF-8 bytes as reviewdog counts them."""

from __future__ import annotations

import json

from lambdalint.report.shown import level
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Finding, Report, Span
    from lambdalint.report import Context

SEVERITY = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, context: Context) -> str:
    """One DiagnosticResult."""
    data = {
        "source": {"name": "lambdalint"},
        "diagnostics": [_diagnostic(finding, context) for finding in report.findings],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(finding: Finding, context: Context) -> dict[str, Any]:
    code: dict[str, Any] = {"value": finding.rule}
    info = context.rules.get(finding.rule)
    if info and info.url.startswith(("https://", "http://")):
        code["url"] = info.url
    diagnostic: dict[str, Any] = {
        "message": finding.message,
        "location": _location(finding.span, context),
        "severity": SEVERITY[level(finding)],
        "code": code,
    }
    if finding.related:
        diagnostic["relatedLocations"] = [
            {"message": place.message, "location": _location(place.span, context)} for place in finding.related
        ]
    return diagnostic


def _location(span: Span, context: Context) -> dict[str, Any]:
    line, end_line = max(span.line, 1), max(span.end_line, span.line, 1)
    return {
        "path": context.path(span.path),
        "range": {
            "start": {"line": line, "column": _bytes(span.path, line, span.column, context)},
            "end": {"line": end_line, "column": _bytes(span.path, end_line, span.end_column, context)},
        },
    }


def _bytes(path: str, line: int, column: int, context: Context) -> int:
    """A column in characters as one in UTF-8 bytes; the same where the line cannot be had."""
    text = context.line(path, line)
    column = max(column, 1)
    return column if text is None else len(text[: column - 1].encode("utf-8", "replace")) + 1

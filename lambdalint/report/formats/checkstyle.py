"""For Jenkins and whatever else reads Checkstyle: XML, one `file` for each path."""

from __future__ import annotations

from itertools import groupby

from lambdalint.report.shown import level
from lambdalint.report.xml import tag
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Finding, Report
    from lambdalint.report import Context


def render(report: Report, context: Context) -> str:
    """The findings of each file under it, in the order of lines."""
    files = [
        tag(
            "file",
            {"name": context.path(path)},
            "\n" + "".join(f"    {_error(finding)}\n" for finding in group) + "  ",
        )
        for path, group in groupby(report.findings, key=lambda finding: finding.span.path)
    ]
    body = "".join(f"  {file}\n" for file in files)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<checkstyle version="4.3">\n{body}</checkstyle>\n'


def _error(finding: Finding) -> str:
    return tag(
        "error",
        {
            "line": max(finding.span.line, 1),
            "column": max(finding.span.column, 1),
            "severity": level(finding),
            "message": finding.message,
            "source": f"lambdalint.{finding.rule}",
        },
    )

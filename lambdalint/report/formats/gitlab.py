"""For GitLab merge requests: a Code Quality report."""

from __future__ import annotations

import json

from lambdalint.fingerprint import fingerprints
from lambdalint.report.shown import level
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Report
    from lambdalint.report import Context

# GitLab knows info, minor, major, critical and blocker.
SEVERITY = {"error": "critical", "warning": "major", "info": "minor"}


def render(report: Report, context: Context) -> str:
    """A JSON array, one entry a finding; GitLab tells new from old by the fingerprint."""
    prints = fingerprints(report.findings, context.line)
    entries: list[dict[str, Any]] = []
    for finding, fingerprint in zip(report.findings, prints, strict=True):
        begin = max(finding.span.line, 1)
        entries.append(
            {
                "description": finding.message,
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": SEVERITY[level(finding)],
                "location": {
                    "path": context.path(finding.span.path),
                    "lines": {"begin": begin, "end": max(finding.span.end_line, begin)},
                },
            }
        )
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"

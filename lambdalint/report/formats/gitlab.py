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
# GitLab reads a part of Code Climate's format; other readers of it ask for these as well.
CATEGORIES = {"performance": "Performance", "package": "Performance", "reliability": "Bug Risk", "security": "Security"}


def render(report: Report, context: Context) -> str:
    """A JSON array, one entry a finding; GitLab tells new from old by the fingerprint."""
    prints = fingerprints(report.findings, context.line)
    entries: list[dict[str, Any]] = []
    for finding, fingerprint in zip(report.findings, prints, strict=True):
        begin = max(finding.span.line, 1)
        rule = context.rules.get(finding.rule)
        entries.append(
            {
                "type": "issue",
                "description": finding.message,
                "check_name": finding.rule,
                "categories": [CATEGORIES.get(rule.topic if rule else "", "Clarity")],
                "fingerprint": fingerprint,
                "severity": SEVERITY[level(finding)],
                "location": {
                    "path": context.path(finding.span.path),
                    "lines": {"begin": begin, "end": max(finding.span.end_line, begin)},
                },
            }
        )
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"

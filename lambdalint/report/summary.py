"""A report in, its sums out: the last line, the table of rules (--statistics) and of stages (--timings)."""

from __future__ import annotations

from collections import Counter

from lambdalint.engine import merge
from lambdalint.report.shown import SEVERITIES, level
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Report


def counted(count: int, noun: str) -> str:
    """ "1 finding", "2 findings", "1,200 files"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def last_line(report: Report) -> str:
    """What was found and what was looked at, in one line."""
    severities = Counter(level(finding) for finding in report.findings)
    parts = [counted(len(report.findings), "finding") if report.findings else "no findings"]
    if len(severities) > 1 or "info" in severities or "error" in severities:
        detail = [
            f"{severities[name]} info" if name == "info" else counted(severities[name], name)
            for name in SEVERITIES
            if severities[name]
        ]
        parts[0] += f" ({', '.join(detail)})"
    looked_at = counted(len(report.functions), "function")
    if report.files:
        looked_at += f", {counted(report.files, 'file')} read"
    parts[0] += f" in {looked_at}"
    if report.ignored:
        parts.append(f"{report.ignored:,} ignored")
    if report.problems:
        parts.append(counted(len(report.problems), "problem"))
    safe = sum(finding.fixable == "safe" for finding in report.findings)
    if safe:
        parts.append(f"{safe:,} may be fixable with --fix")  # only the fix itself knows, which is slow to ask
    return "; ".join(parts)


def statistics(report: Report) -> str:
    """A line for each rule that found something, the most frequent first: count, severity, rule, files, functions."""
    findings = merge(report.findings)
    rules: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        rules.setdefault(finding.rule, []).append(index)
    rows = [("findings", "severity", "rule", "files", "functions", "fixable")]
    for rule, indexes in sorted(rules.items(), key=lambda item: (-len(item[1]), item[0])):
        those = [findings[index] for index in indexes]
        levels = {level(finding) for finding in those}
        rows.append(
            (
                f"{len(those):,}",
                "/".join(name for name in SEVERITIES if name in levels),
                rule,
                f"{len({finding.span.path for finding in those}):,}",
                f"{len({name for finding in those for name in finding.functions}):,}",
                f"{sum(finding.fixable is not None for finding in those):,}",
            )
        )
    return table(rows, right={0, 3, 4, 5}) if len(rows) > 1 else "no findings\n"


def timings(report: Report) -> str:
    """A line for each stage in the order they ran: milliseconds and share of the whole."""
    whole = sum(seconds for _, seconds in report.timings)
    rows = [("stage", "ms", "share")]
    for stage, seconds in (*report.timings, ("total", whole)):
        rows.append((stage, f"{seconds * 1000:,.1f}", f"{seconds / whole:.0%}" if whole else "-"))
    return table(rows, right={1, 2})


def table(rows: Sequence[tuple[str, ...]], right: set[int]) -> str:
    """Columns under their headings, two blanks apart; `right` names those that end together."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(widths[i]) if i in right else cell.ljust(widths[i]) for i, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"

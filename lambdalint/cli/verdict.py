"""Findings and --fail-on in, whether the run failed out: `warning`, or `error:1,warning:10`."""

from __future__ import annotations

from lambdalint.cli.arguments import SEVERITIES
from lambdalint.cli.check import UsageError
from lambdalint.nearest import nearest
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Finding


def limits(text: str) -> dict[str, int]:
    """How many findings of a severity, or graver ones, make a run fail; UsageError when the text says no such thing."""
    found: dict[str, int] = {}
    for part in text.split(","):
        severity, colon, count = (piece.strip() for piece in part.partition(":"))
        if severity not in SEVERITIES:
            near = nearest(severity, SEVERITIES)
            raise UsageError(f"--fail-on: `{severity}` is not one of {', '.join(SEVERITIES)}{near}")
        if severity in found:
            raise UsageError(f"--fail-on: `{severity}` is given twice")
        if colon and not (count.isdecimal() and count.isascii() and int(count)):
            raise UsageError(f"--fail-on: `{count}` is not a number from 1")
        found[severity] = int(count) if colon else 1
    return found


def failed(findings: Iterable[Finding], least: dict[str, int]) -> bool:
    """Is there a severity of which, or of graver ones, there are as many as were said?"""
    weights = [SEVERITIES.index(finding.severity) for finding in findings]
    return any(
        sum(weight <= SEVERITIES.index(severity) for weight in weights) >= count for severity, count in least.items()
    )

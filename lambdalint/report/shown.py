"""A report in, the report as it may be shown out: in order, equal findings joined, secrets covered, excerpts too."""

from __future__ import annotations

from lambdalint.engine import merge
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Finding, Related, Report
    from lambdalint.report import Context

SEVERITIES = ("error", "warning", "info")


def shown(report: Report, context: Context) -> tuple[Report, Context]:
    """The report and context to render. A secret of one finding is covered in all of them.

    Findings keep `secrets`, so that a format can tell where a line was covered; it must not print them.
    """
    secrets = frozenset(secret for finding in report.findings for secret in finding.secrets if secret)
    findings = merge(report.findings)
    if secrets:
        from lambdalint.mask import mask

        findings = [_masked(finding, secrets) for finding in findings]
        problems = tuple(problem._replace(message=mask(problem.message, secrets)) for problem in report.problems)
        report = report._replace(problems=problems)
    return report._replace(findings=tuple(findings)), context._replace(secrets=secrets)


def level(finding: Finding) -> str:
    """The severity, "warning" when an unknown one is given."""
    return finding.severity if finding.severity in SEVERITIES else "warning"


def _masked(finding: Finding, secrets: frozenset[str]) -> Finding:
    from lambdalint.mask import mask

    def places(related: tuple[Related, ...]) -> tuple[Related, ...]:
        return tuple(place._replace(message=mask(place.message, secrets)) for place in related)

    return finding._replace(
        message=mask(finding.message, secrets),
        related=places(finding.related),
        code_flow=places(finding.code_flow),
        fix=mask(finding.fix, secrets) if isinstance(finding.fix, str) else None,
    )

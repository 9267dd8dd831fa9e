"""Findings in, a file of those that are accepted for now out, and back: findings without the accepted ones.

An entry is a rule, a path, a digest of the finding's line (secrets covered, blanks around it dropped) and the function,
with how often it occurs. So it survives that lines move, and a new function that runs an accepted line is new.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256

from lambdalint.mask import mask
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambdalint.model import Finding

SCHEMA = 1
Key = tuple[str, str, str, str]  # path, rule, function, digest of the line


class BaselineError(Exception):
    """The file is not a baseline."""


def write(findings: Sequence[Finding], line: Callable[[str, int], str | None]) -> str:
    """The text of a baseline that accepts these findings."""
    counts = counted(findings, line)
    rows = [
        {"path": path, "rule": rule, "function": function, "line": digest, "count": count}
        for (path, rule, function, digest), count in sorted(counts.items())
    ]
    return json.dumps({"schema": SCHEMA, "findings": rows}, indent=1, ensure_ascii=False) + "\n"


def counted(findings: Sequence[Finding], line: Callable[[str, int], str | None]) -> Counter[Key]:
    """How often each finding is there."""
    return Counter(_keys(findings, line))


def read(text: str) -> Counter[Key]:
    """How often each finding is accepted; BaselineError when the text is something else."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise BaselineError(f"baseline of schema {data['schema']}, this version knows {SCHEMA}")
        return Counter(
            {(row["path"], row["rule"], row["function"], row["line"]): int(row["count"]) for row in data["findings"]}
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BaselineError("not a baseline that lambdalint wrote") from error


def split(
    findings: Sequence[Finding], accepted: Counter[Key], line: Callable[[str, int], str | None]
) -> tuple[list[Finding], list[Finding]]:
    """(new findings, accepted ones)."""
    left = Counter(accepted)
    new: list[Finding] = []
    old: list[Finding] = []
    for finding, key in zip(findings, _keys(findings, line), strict=True):
        if left[key] > 0:
            left[key] -= 1
            old.append(finding)
        else:
            new.append(finding)
    return new, old


def _keys(findings: Sequence[Finding], line: Callable[[str, int], str | None]) -> Iterable[Key]:
    secrets = {secret for finding in findings for secret in finding.secrets}
    for finding in findings:
        text = mask((line(finding.span.path, finding.span.line) or "").strip(), secrets)
        digest = sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        yield finding.span.path, finding.rule, finding.functions[0] if finding.functions else "", digest

"""Findings in, one stable identity each out: it survives that the lines above move, and holds no secret.

SARIF and GitLab compare findings of different runs by it.
"""

from __future__ import annotations

from hashlib import sha256

from lambdalint.mask import mask
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambdalint.model import Finding


def fingerprints(findings: Sequence[Finding], line: Callable[[str, int], str | None]) -> list[str]:
    """32 hexadecimal digits for each finding, in order; no two are equal.

    Made of the rule, the path and the text of the finding's line without the blanks around it (the message stands in
    where there is no such line); equal ones are told apart by their order in the file.
    """
    secrets = {secret for finding in findings for secret in finding.secrets}
    keys: list[str] = []
    for finding in findings:
        text = line(finding.span.path, finding.span.line)
        text = finding.message if text is None or not text.strip() else text.strip()
        keys.append("\0".join((finding.rule, finding.span.path, mask(text, secrets))))
    made = [""] * len(findings)
    seen: dict[str, int] = {}
    for index in sorted(range(len(findings)), key=lambda index: (findings[index].span, findings[index].message)):
        count = seen[keys[index]] = seen.get(keys[index], 0) + 1
        text = f"{keys[index]}\0{count}"
        made[index] = sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return made

"""Texts and the secrets that must not be shown in, the same texts with each secret covered out.

One place for every format, baseline and fingerprint. A cover has a fixed width: not even a secret's length is shown.
"""

from __future__ import annotations

from lambdalint.caching import lru_cache
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COVER = "********"
# A secret this short is covered only where it stands alone: "dev" inside "device" is no leak, and covering it there
# would garble every message.
SHORT = 6
# A long secret may be folded by YAML, so its words are covered too, but only those that cannot be prose.
WORD = 12


def mask(text: str, secrets: Iterable[str]) -> str:
    """The text with every occurrence of every secret covered, also as written with escapes or over several lines."""
    pattern = _pattern(tuple(sorted(set(secrets))))
    return pattern.sub(COVER, text) if pattern else text


def mask_columns(text: str, secrets: Iterable[str], columns: Sequence[int]) -> tuple[str, list[int]]:
    """The covered line, and where the given offsets (from 0) are in it; one inside a cover moves to its end."""
    pattern = _pattern(tuple(sorted(set(secrets))))
    if not pattern:
        return text, list(columns)
    pieces: list[str] = []
    moved = list(columns)
    at = 0
    for match in pattern.finditer(text):
        pieces += [text[at : match.start()], COVER]
        at = match.end()
        out = sum(map(len, pieces))
        for index, column in enumerate(columns):
            if match.start() < column < match.end():
                moved[index] = out
            elif column >= match.end():
                moved[index] = out + column - match.end()
    pieces.append(text[at:])
    return "".join(pieces), moved


@lru_cache(maxsize=64)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for all secrets, longest first; None when there is nothing to cover."""
    forms = {form for secret in secrets for form in _forms(secret)}
    if not forms:
        return None
    alternatives = [
        re.escape(form) if len(form) >= SHORT else rf"(?<!\w){re.escape(form)}(?!\w)"
        for form in sorted(forms, key=lambda form: (-len(form), form))
    ]
    return re.compile("|".join(alternatives))


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a file or a message: whole, by lines, by long words, escaped or quoted."""
    pieces = {secret, *secret.splitlines(), *(word for word in secret.split() if len(word) >= WORD)}
    if "%" in secret or "+" in secret:
        from urllib.parse import unquote

        pieces.add(unquote(secret))
    forms = set(pieces)
    for piece in pieces:
        escaped = piece.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
        forms |= {
            escaped,
            escaped.replace('"', '\\"'),  # JSON, YAML and HCL in double quotes, Python
            escaped.replace('"', '\\"').replace("/", "\\/"),  # JSON as PHP writes it
            escaped.replace("'", "\\'"),  # Python in single quotes
            piece.replace("'", "''"),  # YAML in single quotes
            piece.replace("'", "'\\''"),  # shell in single quotes
            piece.replace("${", "$${").replace("%{", "%%{"),  # HCL
            repr(piece)[1:-1],
        }
        if not piece.isascii():
            encoded = piece.encode("ascii", "backslashreplace").decode("ascii")
            forms |= {ascii(piece)[1:-1], encoded, encoded.replace("\\x", "\\u00")}
    return {form.strip() for form in forms if len(form.strip()) > 1}

"""The text of a value in, its variables taken apart out: literal stretches, sources, what kind of thing a source is."""

from __future__ import annotations

import re

from lambdalint.model import Reference
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import ReferenceKind, Span

SOURCE = re.compile(r"([A-Za-z][\w.-]*)(?:\((.*?)\))?(?::(.*))?$", re.DOTALL)
# What stands between the braces of a variable of the framework; `${Queue}` and `${AWS::Region}` are CloudFormation's.
_VARIABLE = re.compile(r"\s*(['\"]|[A-Za-z][\w.-]*(\(|:(?!:)))")
_NUMBER = re.compile(r"-?\d+(\.\d+)?$")


def parts(text: str, opening: str, close: str) -> Iterator[tuple[str, bool]]:
    """Literal stretches and, marked True, the inside of each variable."""
    position = begin = 0
    while True:
        start = text.find(opening, position)
        end = _closing(text, start + len(opening), opening, close) if start >= 0 else -1
        if end < 0:
            break
        inside = text[start + len(opening) : end]
        if not (_VARIABLE.match(inside) or opening in inside) or (start and text[start - 1] == "\\"):
            position = end  # it stays for CloudFormation
            continue
        if start > begin:
            yield text[begin:start], False
        yield inside, True
        position = begin = end + len(close)
    if begin < len(text) or not text:
        yield text[begin:], False


def _closing(text: str, position: int, opening: str, close: str) -> int:
    depth = 1
    while position < len(text):
        if text.startswith(opening, position):
            depth += 1
            position += len(opening)
        elif text.startswith(close, position):
            depth -= 1
            if not depth:
                return position
            position += len(close)
        else:
            position += 1
    return -1


def outside(match: re.Match[str], source: str, at: Span) -> Reference:
    """What a source that is not in the files refers to."""
    head, parameters, address = match[1].partition(".")[0], match[2] or "", match[3] or ""
    if head == "aws" and address.partition(":")[0] in ("ssm", "s3", "cf", "secretsmanager"):
        head, _, address = address.partition(":")
    kind: ReferenceKind = "expression"
    if head in ("opt", "param"):
        kind = "parameter"
    elif head == "env":
        kind = "environment"
    elif head == "ssm":
        secret = "~true" in address or "/aws/reference/secretsmanager/" in address
        kind = "secret-value" if secret and "noDecrypt" not in parameters else "stored-value"
    elif head in ("vault", "secrets", "doppler", "secretsmanager"):
        kind = "secret-value"
    elif head in ("cf", "aws", "output", "state", "terraform", "s3"):
        kind = "resource"
    elif head == "file":
        kind = "file"
    return Reference(kind, source[:200], at)


def sources(inside: str) -> list[str]:
    """`a:b, 'c, d', file(x):y` split at its own commas."""
    parts: list[str] = []
    depth, begin, quote = 0, 0, ""
    for position, character in enumerate(inside):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth <= 0:
            parts.append(inside[begin:position])
            begin = position + 1
    parts.append(inside[begin:])
    return parts


def literal(source: str) -> tuple[object] | None:
    """The value of a quoted text, number or constant, in a tuple; None for anything else."""
    if len(source) >= 2 and source[0] in "'\"" and source[-1] == source[0]:
        return (source[1:-1],)
    if _NUMBER.match(source) and len(source) < 40:
        return (float(source) if "." in source else int(source),)
    constants = {"true": True, "false": False, "null": None}
    return (constants[source],) if source in constants else None


def plain_text(value: object) -> str:
    """A value as it is put into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

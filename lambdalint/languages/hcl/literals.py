"""The text of a literal of HCL in, what it stands for out."""

from __future__ import annotations

import re

from lambdalint.typed import Any

_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def dedented(parts: list[Any]) -> list[Any]:
    """The parts of a `<<-` heredoc without the indent that all of its lines share."""
    indents: list[int] = []
    fresh = True
    for part in parts:
        if isinstance(part, str):
            for index, line in enumerate(part.split("\n")):
                starts_line = fresh if index == 0 else True
                if starts_line and (line.strip() or (index == part.count("\n") and part is not parts[-1])):
                    indents.append(len(line) - len(line.lstrip(" \t")))
            fresh = part.endswith("\n")
        else:
            if fresh:
                indents.append(0)
            fresh = False
    width = min(indents, default=0)
    if not width:
        return parts
    found: list[Any] = []
    fresh = True
    for part in parts:
        if isinstance(part, str):
            lines = part.split("\n")
            cut = [
                line[width:] if (fresh or index) and not line[:width].strip() else line
                for index, line in enumerate(lines)
            ]
            text = "\n".join(cut)
            fresh = part.endswith("\n")
            if text:
                found.append(text)
        else:
            fresh = False
            found.append(part)
    return found


def number(text: str) -> Any:
    """What a number is, None when the text is none."""
    try:
        return int(text) if text.isdigit() and len(text) < 400 else float(text)
    except ValueError:
        return None


def unescape(text: str) -> str:
    """The text between quotes without its escapes; one that names no character stays as it is."""

    def one(match: re.Match[str]) -> str:
        plain, short, long = match.groups()
        if plain:
            return _ESCAPES[plain]
        code = int(short or long, 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]

    return _ESCAPE.sub(one, text).replace("$${", "${").replace("%%{", "%{")

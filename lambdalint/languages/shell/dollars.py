"""What a dollar sign, a backquote or braces of a template start in, the part of a word that they stand for out."""

from __future__ import annotations

import re

from lambdalint.languages.shell import DEPTH, Part
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.shell import Command
    from lambdalint.languages.shell.scan import Scanner

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED = re.compile(
    r"([#!]?)([A-Za-z_][A-Za-z0-9_]*|[0-9@*?])(\[[^\]]*\])?(:?[-=+?]|##?|%%?|//?|\^\^?|,,?|:)?(.*)$", re.DOTALL
)
_MAKE_NAME = re.compile(r"[A-Za-z_][\w.-]*$")


def interpolation(scanner: Scanner, parts: list[Part], quoted: bool) -> None:
    """`{{ name }}` of a justfile, `${{ name }}` of a workflow."""
    begin = scanner.position
    opening = scanner.text.index("{{", begin) + 2
    stop = scanner.text.find("}}", opening, scanner.end)
    stop = scanner.end if stop < 0 else stop
    inner = scanner.text[opening:stop].strip()
    scanner.position = min(stop + 2, scanner.end)
    kind: Any = "variable" if scanner.flavour == "just" and _MAKE_NAME.match(inner) else "expression"
    parts.append(Part(kind, inner, scanner.place(begin, scanner.position), quoted))


def dollar(scanner: Scanner, parts: list[Part], quoted: bool) -> None:
    """What a dollar sign or a backquote starts."""
    begin = scanner.position
    if scanner.text[begin] == "`":
        stop = begin + 1
        while stop < scanner.end and scanner.text[stop] != "`":
            stop += 2 if scanner.text[stop] == "\\" else 1
        if stop >= scanner.end:
            scanner.never_closed(begin, "a backquote that is never closed")
        stop = min(stop, scanner.end)
        _command(scanner, parts, begin, begin + 1, stop, min(stop + 1, scanner.end), quoted)
        return
    make = scanner.flavour == "make"
    if make and scanner.text.startswith("$$", begin):
        begin += 1
        make = False
    rest = scanner.text[begin + 1 : begin + 3]
    if rest.startswith("{{") and scanner.flavour == "shell":
        interpolation(scanner, parts, quoted)
    elif rest == "((" and not make:
        stop = scanner.text.find("))", begin, scanner.end)
        scanner.position = scanner.end if stop < 0 else stop + 2
        inner = scanner.text[begin + 3 : scanner.position - 2]
        parts.append(Part("expression", inner, scanner.place(begin, scanner.position), quoted))
    elif make and rest[:1] in ("(", "{"):
        _make(scanner, parts, begin, quoted)
    elif rest.startswith("("):
        scanner.position = begin + 2
        commands = scanner.nested(")")
        source = scanner.text[begin + 2 : max(scanner.position - 1, begin + 2)]
        place = scanner.place(begin, scanner.position)
        parts.append(Part("command", source.strip(), place, quoted, commands=tuple(commands)))
    elif rest.startswith("{"):
        _braced(scanner, parts, begin, quoted)
    elif rest.startswith("'") and not quoted:
        scanner.position = begin + 1
        scanner.escaped(parts)
    else:
        match = _NAME.match(scanner.text, begin + 1, scanner.end)
        scanner.position = match.end() if match is not None else begin + 1
        place = scanner.place(begin, scanner.position)
        parts.append(Part("variable", match[0], place, quoted) if match else Part("text", "$", place, quoted))


def _braced(scanner: Scanner, parts: list[Part], begin: int, quoted: bool) -> None:
    stop = scanner.matching(begin + 1, "{", "}")
    if stop >= scanner.end:
        scanner.never_closed(begin, "a bracket ${ that is never closed")
    inner = scanner.text[begin + 2 : stop]
    scanner.position = min(stop + 1, scanner.end)
    place = scanner.place(begin, scanner.position)
    match = _BRACED.match(inner)
    if match is None or match[1]:
        parts.append(Part("expression", inner, place, quoted))
    else:
        parts.append(Part("variable", match[2] + (match[3] or ""), place, quoted, match[4] or "", match[5]))


def _make(scanner: Scanner, parts: list[Part], begin: int, quoted: bool) -> None:
    """`$(NAME)`, `$(shell command)` and other functions of make."""
    opening = scanner.text[begin + 1]
    stop = scanner.matching(begin + 1, opening, ")" if opening == "(" else "}")
    inner = scanner.text[begin + 2 : stop]
    after = min(stop + 1, scanner.end)
    place = scanner.place(begin, after)
    if inner.startswith("shell "):
        _command(scanner, parts, begin, begin + 8, stop, after, quoted)
    elif _MAKE_NAME.match(inner) or inner in ("@", "<", "*"):
        parts.append(Part("variable", inner, place, quoted))
    else:
        parts.append(Part("expression", inner, place, quoted))
    scanner.position = after


def _command(scanner: Scanner, parts: list[Part], begin: int, inner: int, stop: int, after: int, quoted: bool) -> None:
    commands: list[Command] = []
    if scanner.depth < DEPTH:
        commands = scanner.between(inner, stop).program()
    scanner.position = after
    source = scanner.text[inner:stop].strip()
    parts.append(Part("command", source, scanner.place(begin, after), quoted, commands=tuple(commands)))

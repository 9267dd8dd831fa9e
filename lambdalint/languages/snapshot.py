"""A Jest snapshot file's text in, one Node a snapshot out, with positions in the file.

Only objects and arrays are read (a template as a CDK test keeps it); snapshots of anything else are left out. Jest
writes one property a line and does not escape the quotes inside a text, so that this is read line by line and not by
a grammar: a text ends at the line's end, or at the first line after which the next property can follow.
"""

from __future__ import annotations

import re

from lambdalint.model import Node, Problem
from lambdalint.typed import Any

DEPTH = 200
_START = re.compile(r"exports\[`(?:[^`\\]|\\.)*`\] = `\s*$")
_LINE = re.compile(r'(\s*)(?:"((?:[^"\\]|\\.)*)": )?')
_OPEN = re.compile(r"(?:[A-Z]\w* )?([{\[])$")
_EMPTY = re.compile(r"(?:[A-Z]\w* )?(\{\}|\[\]),?$")
_CLOSE = re.compile(r"\s*[}\]],?$")
_PROPERTY = re.compile(r' *"(?:[^"\\]|\\.)*": ')
_ELEMENT = re.compile(r' *(?:"|[-\d]|[A-Z{\[]|true|false|null|undefined)')
_ESCAPED = re.compile(r"\\([`\\]|\$\{)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}


def parse(path: str, text: str) -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
    """Every snapshot of the file that is an object or an array."""
    lines = text.split("\n")
    found: list[Node] = []
    problems: list[Problem] = []
    number = 0
    while number < len(lines):
        if not _START.match(lines[number]):
            number += 1
            continue
        number += 1
        end = number
        while end < len(lines) and not lines[end].startswith("`;"):
            end += 1
        if number < end and _OPEN.match(lines[number].strip()):
            node = _read(lines, number, end)
            if node is None:
                problems.append(Problem(path, number + 1, "could not parse: not a snapshot of plain data"))
            else:
                found.append(node)
        number = end + 1
    return tuple(found), tuple(problems)


class _Frame:
    __slots__ = ("column", "items", "key", "line", "mapping")

    def __init__(self, mapping: bool, line: int, column: int, key: Node | None) -> None:
        self.mapping = mapping
        self.line = line
        self.column = column
        self.key = key
        self.items: list[Any] = []


def _read(lines: list[str], number: int, end: int) -> Node | None:
    """The value that starts at a line (from 0) and ends before another; None when the lines are of another kind."""
    older = lines[number].strip().startswith(("Object", "Array"))  # Jest before 29 escapes quotes and names prototypes
    frames: list[_Frame] = []
    while number < end:
        line = lines[number].rstrip("\r")
        number += 1
        if _CLOSE.match(line) and frames:
            frame = frames.pop()
            at = (frame.line, frame.column, number, len(line.rstrip(",")) + 1)
            kind = "mapping" if frame.mapping else "sequence"
            node = Node(kind, tuple(frame.items), at)  # type: ignore[arg-type]
            if not frames:
                return node
            _add(frames[-1], frame.key, node)
            continue
        head = _LINE.match(line)
        assert head is not None
        column = head.end() + 1
        rest = line[head.end() :]
        key = None
        if head.group(2) is not None:
            start, stop = head.span(2)
            key = Node("scalar", _text(head.group(2), older), (number, start, number, stop + 2))
        if frames and frames[-1].mapping != (key is not None):
            return None
        opened = _OPEN.match(rest)
        if opened:
            if len(frames) >= DEPTH:
                return None
            frames.append(_Frame(opened.group(1) == "{", number, column + opened.start(1), key))
            continue
        if not frames:
            return None
        empty = _EMPTY.match(rest)
        if empty:
            kind = "mapping" if empty.group(1) == "{}" else "sequence"
            place = (number, column + empty.start(1), number, column + empty.end(1))
            node = Node(kind, (), place)  # type: ignore[arg-type]
        elif rest.startswith('"'):
            first = number
            while not _ends(rest[1:] if number == first else lines[number - 1], lines[number : number + 1], frames):
                number += 1
                if number >= end:
                    return None
            last = lines[number - 1].rstrip("\r").removesuffix(",")
            raw = [rest, *lines[first:number]]
            raw[-1] = raw[-1].rstrip("\r").removesuffix(",").removesuffix('"')
            node = Node("scalar", _text("\n".join(raw)[1:], older), (first, column, number, len(last) + 1))
        else:
            plain = rest.rstrip(",")
            value = _WORDS.get(plain)
            if _NUMBER.match(plain):
                value = int(plain) if plain.lstrip("-").isdigit() and len(plain) < 40 else float(plain)
            node = Node("scalar", value, (number, column, number, column + len(plain)))
        _add(frames[-1], key, node)
    return None


def _ends(line: str, following: list[str], frames: list[_Frame]) -> bool:
    """Whether a text ends with this line: what follows must be the next property, or the end of what it stands in,
    at the very indentation (two blanks a level)."""
    if not line.rstrip("\r").endswith('",') or not following:
        return False
    after = following[0].rstrip("\r")
    indent = len(after) - len(after.lstrip(" "))
    if _CLOSE.match(after):
        return indent == 2 * len(frames) - 2
    return indent == 2 * len(frames) and bool((_PROPERTY if frames[-1].mapping else _ELEMENT).match(after))


def _add(frame: _Frame, key: Node | None, node: Node) -> None:
    frame.items.append((key, node) if frame.mapping else node)


def _text(raw: str, older: bool) -> str:
    """A text without what Jest escaped: backticks, backslashes and `${`; quotes, too, in older versions."""
    text = _ESCAPED.sub(r"\1", raw)
    return re.sub(r'\\(["\\])', r"\1", text) if older else text

"""JSON text in, a tuple of one Node out, with positions.

Not read as YAML, because YAML 1.1 disagrees with JSON: it knows no surrogate pairs, no key longer than 1024
characters, no key whose colon stands on the next line, and takes 1e3 for text. Reading it here is faster, too.
"""

from __future__ import annotations

import re

from lambdalint.model import Node, Problem
from lambdalint.typed import Any

DEPTH = 200

_TEXT = r'"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*"'
_KEY = re.compile(rf"\s*(?:({_TEXT})\s*:|(}}))")
_VALUE = re.compile(
    rf"\s*(?:({_TEXT})"
    r"|([{\[])"
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![\w.])"
    r"|(true|false|null)\b"
    r"|(\])"
    r"|(\$\{[^{}\n]*\}))"  # a place to be filled in, as definitions of state machines have for numbers
)
_NEXT = re.compile(r"\s*([,}\]])")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_REST = re.compile(r"\s*\Z")


def parse(path: str, text: str) -> tuple[tuple[Node, ...] | None, tuple[Problem, ...]]:
    """Read a JSON text; comments and commas too many are let pass, as most readers of configuration do."""
    if text[:1] == "\ufeff":
        text = text[1:]
    try:
        node, problems = read(path, text)
        return (node,), problems
    except ValueError as error:
        from lambdalint.languages.yaml import compose

        message, line = error.args if len(error.args) == 2 else (str(error), 1)
        if not text.strip():
            return (), ()
        if "nested" not in message:
            facts, problems = compose(path, re.sub(r"(?m)^\s*//.*$", "", text))
            if facts is not None and not any(problem.message.startswith("could not") for problem in problems):
                return facts, problems
        return None, (Problem(path, line, message),)


def read(path: str, text: str) -> tuple[Node, tuple[Problem, ...]]:
    """The text's one value. Raises ValueError(message, line) where it is not JSON."""
    breaks = [match.end() for match in re.finditer("\r\n|\n|\r", text)]
    breaks.append(len(text) + 1)
    problems: list[Problem] = []
    find_key, find_value, find_next, make = _KEY.match, _VALUE.match, _NEXT.match, tuple.__new__
    line, line_start, next_break = 1, 0, breaks[0]
    position = 0
    # items of a mapping are keys and values by turns
    frames: list[tuple[list[Node], bool, int, int]] = []
    items: list[Node] = []
    mapping = fresh = False  # fresh: just opened, so that it may end at once
    while True:
        closing = False
        if mapping:
            token = find_key(text, position)
            group = 0 if token is None else token.lastindex or 0
            if token is None or (group == 2 and not fresh):
                raise ValueError("could not parse: expected a key", _line(breaks, text, position))
            start, end = token.span(group)
            position = token.end()
            while start >= next_break:
                line_start, next_break = next_break, breaks[line]
                line += 1
            if group == 2:
                closing = True
            else:
                column = start - line_start + 1
                at = (line, column, line, column + end - start)
                items.append(make(Node, ("scalar", _string(text[start:end]), at, "", 0, "")))
        if not closing:
            token = find_value(text, position)
            group = 0 if token is None else token.lastindex or 0
            if token is None or (group == 5 and (mapping or not fresh)):
                raise ValueError("could not parse: expected a value", _line(breaks, text, position))
            start, position = token.span(group)
            while start >= next_break:
                line_start, next_break = next_break, breaks[line]
                line += 1
            column = start - line_start + 1
            if group == 2:
                if len(frames) >= DEPTH:
                    raise ValueError(f"nested deeper than {DEPTH} levels", line)
                frames.append((items, mapping, line, column))
                items, mapping, fresh = [], text[start] == "{", True
                continue
            if group == 5:
                closing = True
            else:
                value: Any = text[start:position]
                if group != 6:
                    value = _string(value) if group == 1 else _number(value) if group == 3 else _WORDS[value]
                node = make(Node, ("scalar", value, (line, column, line, column + position - start), "", 0, ""))
        fresh = False
        while True:
            if closing:
                content = _pairs(path, items, problems) if mapping else tuple(items)
                name = "mapping" if mapping else "sequence"
                items, mapping, first, first_column = frames.pop()
                at = (first, first_column, line, position - line_start + 1)
                node = make(Node, (name, content, at, "", 0, ""))
            if not frames:
                if not _REST.match(text, position):
                    raise ValueError("could not parse: text after the value's end", _line(breaks, text, position))
                return node, tuple(problems)
            items.append(node)
            token = find_next(text, position)
            if token is None:
                raise ValueError("could not parse: expected a comma or the end", _line(breaks, text, position))
            position = token.end()
            mark = text[position - 1]
            if mark == ",":
                break
            if mapping != (mark == "}"):
                raise ValueError(f"could not parse: {mark!r} closes nothing", _line(breaks, text, position - 1))
            while position > next_break:
                line_start, next_break = next_break, breaks[line]
                line += 1
            closing = True


def _pairs(path: str, items: list[Node], problems: list[Problem]) -> tuple[tuple[Node, Node], ...]:
    keys = items[::2]
    if len({key[1] for key in keys}) != len(keys):
        seen: dict[str, int] = {}
        for key in keys:
            if key.value in seen:
                message = f"duplicate key {key.value!r}, first on line {seen[key.value]}"
                problems.append(Problem(path, key.at[0], message))
            seen.setdefault(key.value, key.at[0])
    return tuple(zip(keys, items[1::2], strict=True))


def _string(raw: str) -> str:
    """A string's text; half a surrogate pair cannot be written out again and becomes U+FFFD."""
    if "\\" not in raw:
        return raw[1:-1]
    from json import loads

    made: str = loads(raw, strict=False)
    if "\\u" in raw and any("\ud800" <= character <= "\udfff" for character in made):
        return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return made


def _number(raw: str) -> Any:
    if len(raw) > 40:
        return raw  # thousands of digits take quadratic time to convert and mean nothing here
    return int(raw) if raw.lstrip("-").isdigit() else float(raw)


def _line(breaks: list[int], text: str, position: int) -> int:
    """The line of the first character that is no blank from a position on."""
    from bisect import bisect_right

    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return min(bisect_right(breaks, min(position, len(text))) + 1, len(breaks))

"""Terraform's functions over plain Python data: what is given is known, what is wrong raises and becomes unknown."""

from __future__ import annotations

import base64
import json
import math
import posixpath
import re

from lambdalint.dialects.terraform.terms import ITEMS, text_of
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SEARCHED = 500  # characters of the longest text that a regular expression is tried on


def number_of(data: Any) -> Any:
    """A number, or a text that Terraform takes for one; None for anything else."""
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        return data
    if isinstance(data, str) and re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", data):
        return float(data) if "." in data else int(data)
    return None


def _format(template: str, *arguments: Any) -> str:
    remaining = list(arguments)

    def one(match: re.Match[str]) -> str:
        flags, verb = match[1], match[2]
        if verb == "%":
            return "%"
        value = remaining.pop(0)
        if verb == "q":
            return json.dumps(value)
        if verb in "dbox":
            number = number_of(value)
            return f"%{flags}{verb}" % int(number) if verb != "b" else f"{int(number):b}"
        if verb in "fgeFGE":
            return f"%{flags}{verb}" % float(number_of(value))
        if verb == "v" and not isinstance(value, (str, int, float)):
            return json.dumps(value, separators=(",", ":"))
        text = text_of(value)
        if text is None:
            raise ValueError(verb)
        return f"%{flags}s" % text

    if re.search(r"%[^%a-zA-Z]*\[", template) or re.search(r"%[-+# 0]*(?:\d{4,}|\*)", template):
        raise ValueError(template)  # explicit argument indexes, and widths that would fill the memory
    return re.sub(r"%([-+# 0-9.]*)([a-zA-Z%])", one, template)


def _formatlist(template: str, *arguments: Any) -> list[str]:
    length = max((len(argument) for argument in arguments if isinstance(argument, list)), default=1)
    rows = [[part[index] if isinstance(part, list) else part for part in arguments] for index in range(length)]
    return [_format(template, *row) for row in rows]


def _join(separator: str, *lists: list[Any]) -> str:
    texts = [text_of(item) for items in lists for item in items]
    if None in texts:
        raise ValueError(separator)
    return separator.join(text or "" for text in texts)


def _expression(pattern: str, text: str) -> re.Pattern[str]:
    # Go's engine takes linear time for any of these; in Python's, repeated groups and many stars can take for ever.
    if (
        len(text) > SEARCHED
        or len(pattern) > 200
        or re.search(r"\)[*+{]", pattern)
        or len(re.findall(r"[*+{]", pattern)) > 6
    ):
        raise ValueError(pattern)
    return re.compile(pattern)


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        new = re.sub(r"\$(?:\{(\w+)\}|(\w+)|(\$))", lambda m: "$" if m[3] else f"\\g<{m[1] or m[2]}>", new)
        return _expression(old[1:-1], text).sub(new, text)
    return text.replace(old, new)


def _regex(pattern: str, text: str) -> Any:
    found = _expression(pattern, text).search(text)
    if found is None:
        raise ValueError(pattern)
    return _groups(found)


def _groups(found: re.Match[str]) -> Any:
    if found.groupdict():
        return found.groupdict()
    return list(found.groups()) if found.groups() else found[0]


def _range(*bounds: Any) -> list[Any]:
    start, end, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    found = range(int(start), int(end), int(step) if start <= end else min(int(step), -int(step)))
    if len(found) > ITEMS:
        raise ValueError("range")
    return list(found)


def _setproduct(*sets: list[Any]) -> list[Any]:
    rows: list[list[Any]] = [[]]
    for items in sets:
        rows = [[*row, item] for row in rows for item in items]
        if len(rows) > ITEMS:
            raise ValueError("setproduct")
    return rows


def _dirname(path: str) -> str:
    return posixpath.dirname(path.rstrip("/")) or ("." if not path.startswith("/") else "/")


def _substr(text: str, offset: int, length: int) -> str:
    start = offset if offset >= 0 else max(len(text) + offset, 0)
    return text[start:] if length < 0 else text[start : start + length]


def _sort(items: list[Any]) -> list[str]:
    texts = [text_of(item) for item in items]
    return sorted(text or "" for text in texts)


def glob_pattern(pattern: str) -> re.Pattern[str]:
    """A fileset pattern (`**/*.py`, `{a,b}`) as an expression for a whole relative path."""
    found = ""
    index = 0
    while index < len(pattern):
        if pattern.startswith("**/", index):
            found, index = found + "(?:[^/]+/)*", index + 3
        elif pattern.startswith("**", index):
            found, index = found + ".*", index + 2
        else:
            character = pattern[index]
            found += {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}.get(character, re.escape(character))
            index += 1
    try:
        return re.compile(found)
    except re.error:
        return re.compile(r"(?!)")


def _capped(items: list[Any]) -> list[Any]:
    return items[:ITEMS]


PLAIN: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "max": lambda *numbers: max(number_of(number) for number in numbers),
    "min": lambda *numbers: min(number_of(number) for number in numbers),
    "parseint": lambda text, base: int(text, base),
    "signum": lambda number: (number > 0) - (number < 0),
    "chomp": lambda text: text.rstrip("\r\n"),
    "format": _format,
    "formatlist": _formatlist,
    "indent": lambda width, text: text.replace("\n", "\n" + " " * min(int(width), 100)),
    "join": _join,
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "title": lambda text: re.sub(r"\b\w", lambda match: match[0].upper(), text),
    "regex": _regex,
    "regexall": lambda pattern, text: [_groups(found) for found in _expression(pattern, text).finditer(text)],
    "replace": _replace,
    "split": lambda separator, text: text.split(separator) if separator else list(text),
    "startswith": lambda text, prefix: text.startswith(prefix),
    "endswith": lambda text, suffix: text.endswith(suffix),
    "strcontains": lambda text, part: part in text,
    "strrev": lambda text: text[::-1],
    "substr": _substr,
    "trim": lambda text, characters: text.strip(characters),
    "trimprefix": lambda text, prefix: text.removeprefix(prefix),
    "trimsuffix": lambda text, suffix: text.removesuffix(suffix),
    "trimspace": lambda text: text.strip(),
    "index": lambda items, item: items.index(item),
    "matchkeys": lambda values, keys, wanted: [v for v, k in zip(values, keys, strict=True) if k in wanted],
    "range": _range,
    "reverse": lambda items: items[::-1],
    "setproduct": _setproduct,
    "setunion": lambda *sets: _capped(list(dict.fromkeys(item for items in sets for item in items))),
    "setintersection": lambda first, *rest: [item for item in first if all(item in other for other in rest)],
    "setsubtract": lambda first, other: [item for item in first if item not in other],
    "slice": lambda items, start, end: items[int(start) : int(end)],
    "sort": _sort,
    "sum": lambda numbers: sum(number_of(number) for number in numbers),
    "chunklist": lambda items, size: [items[start : start + size] for start in range(0, len(items), size)],
    "alltrue": lambda items: all(item in (True, "true") for item in items),
    "anytrue": lambda items: any(item in (True, "true") for item in items),
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "base64decode": lambda text: base64.b64decode(text).decode(),
    "jsondecode": lambda text: json.loads(text),
    "urlencode": lambda text: re.sub(r"[^\w.~-]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), text),
    "abspath": lambda path: path,
    "pathexpand": lambda path: path,
    "basename": lambda path: posixpath.basename(path.rstrip("/")),
    "dirname": _dirname,
}

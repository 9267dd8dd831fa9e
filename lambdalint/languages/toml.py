"""TOML text in, one Node (the document) out, with positions.

tomli judges whether the text is TOML and what its values are; the scan below, which may then take the text for valid,
only finds where each key and value stands. Dates stay text, as facts are plain data.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from lambdalint.model import Node, Problem
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Place

BLANK = re.compile(r"[ \t]*")
GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
BARE_VALUE = re.compile(r"[^,\]}#\r\n]*[^,\]}#\r\n\s]")


def parse(path: str, text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read a TOML document. What tomli refuses is one problem with its line."""
    import tomli

    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        what = str(error).partition(" (at ")[0]
        line = int(found[1]) if found else text.rstrip().count("\n") + 1  # else at the end of the document
        return None, (Problem(path, line, f"could not parse: {what}"),)
    except RecursionError:
        return None, (Problem(path, 1, "could not parse: nested too deeply"),)
    try:
        return _Scan(text).document(data), ()
    except RecursionError:
        return None, (Problem(path, 1, "could not parse: nested too deeply"),)


class _Table:
    """A table while its lines are still coming in: offsets, what tomli read, and (key place, child) by name."""

    __slots__ = ("data", "end", "entries", "start")

    def __init__(self, data: dict[str, Any], start: int, end: int) -> None:
        self.data = data
        self.start = start
        self.end = end
        self.entries: dict[str, tuple[Place, Any]] = {}


class _Scan:
    """One walk over a valid TOML text; `position` is the offset of what comes next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 1 if text.startswith("\ufeff") else 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def document(self, data: dict[str, Any]) -> Node:
        text, root = self.text, _Table(data, 0, len(self.text))
        table = root
        while True:
            self.position = GAP.match(text, self.position).end()  # type: ignore[union-attr]
            if self.position >= len(text):
                return self.frozen(root)
            if text[self.position] == "[":
                table = self.header(root)
            else:
                self.pair(table)

    def header(self, root: _Table) -> _Table:
        """`[a.b]` or `[[a.b]]`: the table that the lines below it fill."""
        start = self.position
        many = self.text.startswith("[[", start)
        self.position += 2 if many else 1
        keys = self.keys()
        self.position += 2 if many else 1
        table = self.inner(root, keys[:-1], start, self.position)
        name, first, last = keys[-1]
        place = self.place(first, last)
        if not many:
            return self.inner(table, keys[-1:], start, self.position)
        found = table.entries.get(name)
        rows: list[_Table] = found[1] if found else []
        table.entries[name] = (found[0] if found else place, rows)
        rows.append(_Table(table.data[name][len(rows)], start, self.position))
        return rows[-1]

    def pair(self, table: _Table) -> None:
        """`key = value`, where the key may be dotted."""
        start = self.position
        keys = self.keys()
        self.position = BLANK.match(self.text, self.position + 1).end()  # type: ignore[union-attr]
        owner = self.inner(table, keys[:-1], start, start)
        name, first, last = keys[-1]
        value = self.value(owner.data[name])
        owner.entries[name] = (self.place(first, last), value)
        table.end = owner.end = self.position
        inner = table
        for key, _, _ in keys[:-1]:
            inner = inner.entries[key][1]
            inner.end = self.position

    def inner(self, table: _Table, keys: list[tuple[str, int, int]], start: int, end: int) -> _Table:
        """The table that a path leads to, made where it is not there yet; the last one of an array of tables."""
        for name, first, last in keys:
            found = table.entries.get(name)
            if found is None:
                made = _Table(table.data[name], start, end)
                table.entries[name] = (self.place(first, last), made)
                table = made
            else:
                table = found[1][-1] if isinstance(found[1], list) else found[1]
        return table

    def keys(self) -> list[tuple[str, int, int]]:
        """A dotted key: its names with their offsets; stops at the character that ends it."""
        found = []
        while True:
            start = BLANK.match(self.text, self.position).end()  # type: ignore[union-attr]
            match = BARE_KEY.match(self.text, start) or STRING.match(self.text, start)
            assert match is not None
            found.append((_name(match[0]), start, match.end()))
            self.position = BLANK.match(self.text, match.end()).end()  # type: ignore[union-attr]
            if self.text[self.position] != ".":
                return found
            self.position += 1

    def value(self, data: Any) -> Node:
        text, start = self.text, self.position
        if text[start] == "[":
            return self.array(data)
        if text[start] == "{":
            return self.inline(data)
        found = STRING.match(text, start) or BARE_VALUE.match(text, start)
        assert found is not None
        self.position = found.end()
        plain = data if isinstance(data, str | int | float) else found[0]
        return Node("scalar", plain, self.place(start, self.position))

    def array(self, data: list[Any]) -> Node:
        start, nodes = self.position, []
        self.position += 1
        for item in data:
            self.skip()
            nodes.append(self.value(item))
            self.skip()
        self.skip()
        self.position += 1
        return Node("sequence", tuple(nodes), self.place(start, self.position))

    def inline(self, data: dict[str, Any]) -> Node:
        table = _Table(data, self.position, self.position)
        self.position += 1
        while True:
            self.skip()
            if self.text[self.position] == "}":
                self.position += 1
                table.end = self.position
                return self.frozen(table)
            self.pair(table)

    def skip(self) -> None:
        """Over blanks, comments, line ends and commas, between the elements of an array or inline table."""
        self.position = GAP.match(self.text, self.position).end()  # type: ignore[union-attr]
        while self.text[self.position] == ",":
            self.position = GAP.match(self.text, self.position + 1).end()  # type: ignore[union-attr]

    def frozen(self, table: _Table) -> Node:
        pairs = []
        for name, (place, child) in table.entries.items():
            if isinstance(child, _Table):
                child = self.frozen(child)
            elif isinstance(child, list):
                rows = tuple(self.frozen(row) for row in child)
                child = Node("sequence", rows, self.place(child[0].start, child[-1].end))
            pairs.append((Node("scalar", name, place), child))
        return Node("mapping", tuple(pairs), self.place(table.start, table.end))

    def place(self, start: int, end: int) -> Place:
        first = bisect_right(self.starts, start)
        last = bisect_right(self.starts, end)
        return (first, start - self.starts[first - 1] + 1, last, end - self.starts[last - 1] + 1)


def _name(text: str) -> str:
    """A key as it reads: quotes and escapes resolved."""
    if text[0] == "'":
        return text[1:-1]
    if text[0] != '"':
        return text
    if "\\" not in text:
        return text[1:-1]
    import tomli

    return next(iter(tomli.loads(text + "=0")))

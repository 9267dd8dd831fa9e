"""Python text of a newer version in, text that an older parser reads out, every token at its old line and column.

A hook often runs under an older Python than the function it lints. Where `ast` refuses a file and libcst's parser
(which knows newer grammar than the interpreter) accepts it, the new syntax is overwritten in place, blank for blank:
type parameters (PEP 695) vanish, `type X = ...` becomes an assignment, t-strings (PEP 750) become f-strings, quotes
that an f-string uses again (PEP 701) are exchanged, `except A, B:` (PEP 758) gets its brackets.
"""

from __future__ import annotations

import re

from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_python2(text: str) -> bool:
    """True for text that only Python 2 reads: print and exec statements, `except X, e:`, `raise X, "text"`."""
    return bool(_PYTHON2.search(text))


_PYTHON2 = re.compile(
    r"""^[ \t]*(?:print[ \t]+(?!(?:in|and|or|is|if|not|else)\b)["'%\w]
    |print[ \t]*>>
    |exec[ \t]+["'\w]
    |except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:
    |except[ \t]*\([\w., \t]+\)[ \t]*,[ \t]*\w+[ \t]*:
    |raise[ \t]+[\w.]+[ \t]*,[ \t]*\S)""",
    re.MULTILINE | re.VERBOSE,
)


def downgrade(text: str) -> str | None:
    """The text in older syntax, position for position; None when libcst does not accept it either."""
    import libcst
    from libcst import metadata

    try:
        tree = libcst.parse_module(text)
    except Exception:  # its native parser raises more than ParserSyntaxError on odd input
        return None
    wrapper = metadata.MetadataWrapper(tree, unsafe_skip_copy=True)
    positions = wrapper.resolve(metadata.PositionProvider)
    lines = [list(line) for line in text.split("\n")]
    later: list[tuple[int, int, str]] = []
    for node, place in positions.items():
        change = _CHANGES.get(type(node).__name__)
        if change is not None:
            change(node, place, lines, positions, later)
    for line, column, inserted in sorted(later, reverse=True):
        lines[line].insert(column, inserted)
    return "\n".join("".join(line) for line in lines)


def _blank(place: Any, lines: list[list[str]]) -> None:
    for number in range(place.start.line - 1, place.end.line):
        first = place.start.column if number == place.start.line - 1 else 0
        last = place.end.column if number == place.end.line - 1 else len(lines[number])
        lines[number][first:last] = " " * (last - first)


def _type_parameters(node: Any, place: Any, lines: list[list[str]], positions: Mapping[Any, Any], later: Any) -> None:
    if place.start.line == place.end.line:
        _blank(place, lines)


def _type_alias(node: Any, place: Any, lines: list[list[str]], positions: Mapping[Any, Any], later: Any) -> None:
    name = positions[node.name]
    start, end = place.start.column, name.end.column
    row = lines[place.start.line - 1]
    row[start:end] = node.name.value.ljust(end - start)


def _template(node: Any, place: Any, lines: list[list[str]], positions: Mapping[Any, Any], later: Any) -> None:
    row, column = lines[place.start.line - 1], place.start.column
    for position in range(column, column + len(node.start)):
        if row[position] in "tT":
            row[position] = "f"


def _nested_quotes(node: Any, place: Any, lines: list[list[str]], positions: Mapping[Any, Any], later: Any) -> None:
    """Inside the braces of an f-string, older parsers take neither its own quotes nor a backslash."""
    quote = node.start[-1]
    if len(node.start.lstrip("fFrRtT")) == 3:
        return
    other = "'" if quote == '"' else '"'
    for part in node.parts:
        if type(part).__name__.endswith("Expression"):
            inner = positions[part]
            if inner.start.line != inner.end.line:
                continue
            row = lines[inner.start.line - 1]
            for position in range(inner.start.column, inner.end.column):
                if row[position] == quote:
                    row[position] = other
                elif row[position] == "\\":
                    row[position] = " "


def _except(node: Any, place: Any, lines: list[list[str]], positions: Mapping[Any, Any], later: Any) -> None:
    if node.type is None or type(node.type).__name__ != "Tuple" or node.type.lpar:
        return
    inner = positions[node.type]
    row = lines[inner.start.line - 1]
    if inner.start.line == inner.end.line and row[inner.start.column - 1] == " ":
        row[inner.start.column - 1] = "("
        later.append((inner.end.line - 1, inner.end.column, ")"))


_CHANGES = {
    "TypeParameters": _type_parameters,
    "TypeAlias": _type_alias,
    "TemplatedString": _template,
    "FormattedString": _nested_quotes,
    "ExceptHandler": _except,
    "ExceptStarHandler": _except,
}

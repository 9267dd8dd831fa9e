"""What is gathered while a tree is lowered, and which function makes what of a node: the other rooms fill the tables.

A node's place is that of the file the code stands in, which may hold it as a part (inline code of a template).
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import _ast as ast
    from collections.abc import Callable, Iterable, Sequence

    from lambdalint.languages.python.facts import Assignment, Body, Definition, Import, Tuple
    from lambdalint.model import Place

    Make = Callable[["Lowering", Any], Tuple]


class Lowering:
    """starts: for text that stands in another file, the (line, column) there of each line. pack: what makes of a
    function's statements what is kept of them."""

    def __init__(self, text: str, starts: Sequence[tuple[int, int]], pack: Callable[[Tuple], Body]) -> None:
        self.starts = starts
        self.pack = pack
        # ast counts columns in UTF-8 bytes; only lines beyond ASCII differ from characters.
        self.lines = None if text.isascii() else [line.encode() for line in text.split("\n")]
        self.place: Callable[[Any], Place] = self._placed if starts or self.lines is not None else _place
        self.yields = [False]  # for each function around: whether it yields
        self.scope = "module"
        self.depth = 0  # functions and classes around
        self.first = ""  # first parameter of the function at the top of the module
        self.keys: set[str] = set()
        self.imports: list[Import] = []
        self.definitions: list[Definition] = []
        self.assignments: list[Assignment] = []
        self.rebound: set[str] = set()

    def block(self, statements: Iterable[ast.stmt]) -> Tuple:
        """Statements as tuples."""
        lowered = []
        for statement in statements:
            make = STATEMENTS.get(type(statement))
            if make is not None:
                lowered.append(make(self, statement))
        return tuple(lowered)

    def optional(self, node: Any) -> Tuple | None:
        """An expression, or None where there is none."""
        return None if node is None else EXPRESSIONS[type(node)](self, node)

    def expression(self, node: Any) -> Tuple:
        """An expression as a tuple."""
        return EXPRESSIONS[type(node)](self, node)

    def expressions(self, nodes: Sequence[Any]) -> Tuple:
        """Expressions as tuples."""
        return tuple([EXPRESSIONS[type(node)](self, node) for node in nodes]) if nodes else ()

    def _placed(self, node: Any) -> Place:
        line, column, end_line, end_column = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        if self.lines is not None:
            column = self._characters(line, column)
            end_column = self._characters(end_line, end_column)
        if self.starts:
            last = len(self.starts) - 1
            line, first = self.starts[min(line - 1, last)]
            end_line, end_first = self.starts[min(end_line - 1, last)]
            return (line, column + first, end_line, end_column + end_first)
        return (line, column + 1, end_line, end_column + 1)

    def _characters(self, line: int, column: int) -> int:
        raw = self.lines[line - 1] if self.lines and line <= len(self.lines) else b""
        return column if raw.isascii() else len(raw[:column].decode("utf-8", "replace"))


def _place(node: Any) -> Place:
    return (node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1)


class _Others(dict[type, "Make"]):
    """An expression of a kind that nothing is known of is a constant that nothing is known of."""

    def __missing__(self, kind: type) -> Make:
        return _unknown


def _unknown(lowering: Lowering, node: Any) -> Tuple:
    return ("k", None)


# By the class of the node. A statement that says nothing here is not among them.
STATEMENTS: dict[type, Make] = {}
EXPRESSIONS: dict[type, Make] = _Others()

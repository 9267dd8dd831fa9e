"""Python text in, `Module` facts out: CPython's own `ast` reads it, `lower` turns the tree into plain tuples."""

from __future__ import annotations

from lambdalint.model import Problem
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.languages.python.facts import Module

LINTED = "<linted>"  # what all that is parsed here is called for warnings, and nothing else is
_UNSAID: Any = ("ignore", None, Warning, LINTED, 0)
DEPTH = 150  # of brackets: beyond any code a person writes, within what the parser's own stack takes


def parse(path: str, text: str, packed: bool = True) -> tuple[Module | None, tuple[Problem, ...]]:
    """Read a Python module. What neither CPython's parser nor libcst accepts is one problem with its line.

    packed: whether its facts are to be kept or sent, rather than used by this process alone, and once."""
    from lambdalint.languages.python.lower import lower

    try:
        return lower(path, tree_of(text), text, packed=packed), ()
    except SyntaxError as error:
        return _parse_newer(path, text, error)
    except (ValueError, RecursionError, MemoryError) as error:
        return None, (Problem(path, 1, f"could not parse: {_why(error)}"),)


def tree_of(text: str) -> Any:
    """What `ast.parse` gives, without that module, of which nothing else is needed here; and without its warnings: the
    escapes of linted code are not our user's concern."""
    import warnings
    from _ast import PyCF_ONLY_AST

    # Once for all files, as what sets filters for a while takes a tenth of the time that parsing does.
    filters: Any = warnings.filters
    if not filters or filters[0] is not _UNSAID:
        filters.insert(0, _UNSAID)
    return compile(text, LINTED, "exec", PyCF_ONLY_AST, dont_inherit=True)


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error) or type(error).__name__


def parse_inline(path: str, text: str, starts: Sequence[tuple[int, int]]) -> tuple[Module | None, tuple[Problem, ...]]:
    """Read Python that stands in another file. starts: the (line, column) there of each of its lines, as many as are
    known; further lines count as standing where the last of them does."""
    from lambdalint.languages.python.lower import lower

    try:
        tree = tree_of(text)
    except SyntaxError as error:
        line = starts[min(max(error.lineno or 1, 1), len(starts)) - 1][0]
        return None, (Problem(path, line, f"could not parse the inline code: {error.msg}"),)
    except (ValueError, RecursionError, MemoryError) as error:
        return None, (Problem(path, starts[0][0], f"could not parse the inline code: {_why(error)}"),)
    return lower(path, tree, text, starts), ()


def _parse_newer(path: str, text: str, error: SyntaxError) -> tuple[Module | None, tuple[Problem, ...]]:
    """The file may be written for a Python newer than the one that runs us, or for Python 2."""
    from lambdalint.languages.python.lower import lower
    from lambdalint.languages.python.newer import downgrade, is_python2

    older = downgrade(text) if _is_flat(text) else None
    if older is not None:
        try:
            return lower(path, tree_of(older), text), ()
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    line = error.lineno or 1
    if is_python2(text):
        return None, (Problem(path, line, "could not parse: this is Python 2"),)
    return None, (Problem(path, line, f"could not parse: {error.msg}"),)


def _is_flat(text: str) -> bool:
    """False for text so deep that libcst's parser would overflow the stack of the process; it has no limit itself."""
    depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            if depth > DEPTH:
                return False
        elif character in ")]}" and depth:
            depth -= 1
    return max(map(len, text.split("\n"))) < 5_000 and text.count("elif") < 500

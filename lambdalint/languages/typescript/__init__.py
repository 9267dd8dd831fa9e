"""TypeScript and JavaScript text in; a `facts.Module` of plain data out, with positions in characters.

tree-sitter reads (it is loaded here, so only when such a file is wanted), lower.py drops the tree. A file with errors
gives one problem for the first of them and facts for all that could be read. `evaluate` runs such facts.
"""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.model import Problem
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.terms.facts import Module

LIMIT = 4_000_000  # characters: more than that is a bundle, not something a person wrote


def parse(path: str, text: str) -> tuple[Module | None, tuple[Problem, ...]]:
    """Read one module. The grammar is chosen by the path's extension; what cannot be read becomes a problem."""
    from lambdalint.languages.typescript.lower import lower

    if len(text) > LIMIT:
        return None, (Problem(path, 1, f"longer than {LIMIT} characters"),)
    data = text.encode("utf-8", "surrogatepass")
    try:
        tree = _parser(_grammar(path)).parse(data)
        return lower(path, text, data, tree.root_node)
    except (ValueError, RecursionError) as error:
        return None, (Problem(path, 1, f"could not parse: {' '.join(str(error).split())[:200]}"),)


def _grammar(path: str) -> str:
    extension = path.rpartition(".")[2].lower()
    if extension in ("js", "mjs", "cjs", "jsx"):
        return "javascript"
    return "tsx" if extension == "tsx" else "typescript"


@cache
def _parser(grammar: str) -> Any:
    from lambdalint.languages.grammars import parser

    return (
        parser("tree_sitter_javascript")
        if grammar == "javascript"
        else parser("tree_sitter_typescript", f"language_{grammar}")
    )

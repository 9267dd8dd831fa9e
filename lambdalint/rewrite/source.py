"""Python source in, its tree with places and the names each scope binds out: what a rewrite must know before it moves
anything."""

from __future__ import annotations

import sys

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from lambdalint.caching import lru_cache
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from libcst.metadata import CodeRange


class Source(NamedTuple):
    """One file as a tree. places: where each node stands; lines from 1, columns from 0."""

    text: str
    module: cst.Module
    places: Mapping[cst.CSTNode, CodeRange]
    parents: Mapping[cst.CSTNode, cst.CSTNode]
    lines: tuple[str, ...]

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, innermost first, the module last."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def code(self, node: cst.CSTNode) -> str:
        """A node as it would be written at module scope."""
        return self.module.code_for_node(node)


@lru_cache(maxsize=4)
def source(text: str) -> Source | None:
    """The tree of a text, None when it is no Python that libcst reads."""
    import re

    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        places = wrapper.resolve(PositionProvider)
        parents = {child: node for node in below(wrapper.module) for child in children(node)}
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None
    if wrapper.module.code != text:
        return None
    return Source(text, wrapper.module, places, parents, tuple(re.split(r"\r\n|\r|\n", text)))


def call_at(found: Source, start: tuple[int, int], end: tuple[int, int]) -> cst.Call | None:
    """The call that stands there; lines and columns from 1, the end exclusive."""
    for node, place in found.places.items():
        if isinstance(node, cst.Call):
            at = (place.start.line, place.start.column + 1), (place.end.line, place.end.column + 1)
            if at == (start, end):
                return node
    return None


class Bound(NamedTuple):
    """One binding of a name. kind: "import", "assign", "def", "class" or "other" (loops, `with`, `del`, ...). top: the
    index in the module's body of the statement it stands in. plain: not below a condition, a loop or a handler."""

    kind: str
    top: int
    node: cst.CSTNode
    plain: bool


class Scope(NamedTuple):
    """The names that one scope binds. declared: by `global` and `nonlocal`, in nested scopes too. star: it imports
    names that cannot be told."""

    bound: Mapping[str, list[Bound]]
    declared: frozenset[str]
    star: bool


_CONDITIONS = (cst.If, cst.For, cst.While, cst.Match, cst.ExceptHandler)


def scope_of_module(found: Source) -> Scope:
    """What module scope binds."""
    return _of_module(found.module)


def scope_of_function(found: Source, function: cst.FunctionDef) -> Scope:
    """What a function binds, its parameters among it."""
    return _of_function(function)


@lru_cache(maxsize=8)
def _of_module(module: cst.Module) -> Scope:
    return _scope(list(enumerate(module.body)), ())


@lru_cache(maxsize=256)
def _of_function(function: cst.FunctionDef) -> Scope:
    given = [(name, Bound("other", 0, function, True)) for name in parameters(function)]
    return _scope([(0, function.body)], given)


def _scope(roots: Sequence[tuple[int, cst.CSTNode]], given: Sequence[tuple[str, Bound]]) -> Scope:
    bound: dict[str, list[Bound]] = {}
    for name, one in given:
        bound.setdefault(name, []).append(one)
    declared: set[str] = set()
    star = False
    waiting = [(top, node, True, False) for top, node in reversed(roots)]
    while waiting:
        top, node, plain, nested = waiting.pop()
        if isinstance(node, (cst.Global, cst.Nonlocal)):
            declared |= {item.name.value for item in node.names}
        elif isinstance(node, cst.ImportFrom) and isinstance(node.names, cst.ImportStar):
            star = star or not nested
        elif not nested:
            for kind, name in _binds(node):
                bound.setdefault(name, []).append(Bound(kind, top, node, plain))
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            continue
        inner = nested or isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda))
        under = plain and not isinstance(node, _CONDITIONS)
        waiting += ((top, child, under, inner) for child in reversed(children(node)))
    return Scope(bound, frozenset(declared), star)


def _binds(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """The kind and the name of each binding that a node itself makes."""
    if isinstance(node, cst.FunctionDef):
        yield "def", node.name.value
    elif isinstance(node, cst.ClassDef):
        yield "class", node.name.value
    elif isinstance(node, cst.Assign):
        for target in node.targets:
            yield from _targets(target.target, "assign" if len(node.targets) == 1 else "other")
    elif isinstance(node, cst.AnnAssign):
        if node.value is not None:
            yield from _targets(node.target, "assign")
    elif isinstance(node, (cst.AugAssign, cst.NamedExpr, cst.Del, cst.For)):
        yield from _targets(node.target, "other")
    elif isinstance(node, cst.AsName):
        yield from _targets(node.name, "other")
    elif isinstance(node, (cst.MatchAs, cst.MatchStar)):
        if node.name is not None:
            yield "other", node.name.value
    elif isinstance(node, cst.MatchMapping):
        if node.rest is not None:
            yield "other", node.rest.value
    elif isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            yield "import", imported(alias)


def _targets(node: cst.CSTNode, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, cst.Name):
        yield kind, node.value
    elif isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from _targets(element.value, "other")


def imported(alias: cst.ImportAlias) -> str:
    """The name that an import binds."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    name: cst.BaseExpression = alias.name
    while isinstance(name, cst.Attribute):
        name = name.value
    return name.value if isinstance(name, cst.Name) else ""


def is_standard(found: Source, one: cst.BaseSmallStatement) -> bool:
    """Whether an import is of the standard library, so that ours belongs to its group."""
    if isinstance(one, cst.Import):
        name = found.code(one.names[0].name)
    else:
        name = found.code(one.module) if isinstance(one, cst.ImportFrom) and one.module is not None else ""
    return name.split(".")[0] in sys.stdlib_module_names


def parameters(node: cst.FunctionDef) -> Iterator[str]:
    """The names of a function's parameters."""
    given = node.params
    for parameter in (*given.params, *given.posonly_params, *given.kwonly_params):
        yield parameter.name.value
    for star in (given.star_arg, given.star_kwarg):
        if isinstance(star, cst.Param):
            yield star.name.value


def loads(node: cst.CSTNode) -> list[cst.Name]:
    """Every name below a node that stands for a value: no attributes, keywords, parameters or imports."""
    found: list[cst.Name] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, cst.Name):
            found.append(one)
        elif isinstance(one, (cst.Attribute, cst.Arg)):
            waiting.append(one.value)
        elif isinstance(one, cst.Param):
            waiting += [child for child in (one.annotation, one.default) if child is not None]
        elif not isinstance(one, (cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal)):
            waiting += reversed(children(one))
    return found


def below(node: cst.CSTNode) -> list[cst.CSTNode]:
    """A node and all that it is made of, in the order of the text."""
    found: list[cst.CSTNode] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += reversed(children(one))
    return found


@lru_cache(maxsize=1 << 16)
def children(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """What a node is made of. libcst copies all of them each time it is asked."""
    return node.children


def same(one: str, other: str) -> bool:
    """Whether two expressions are equal but for layout, quotes and comments."""
    import ast

    try:
        return ast.dump(ast.parse(one.strip(), mode="eval")) == ast.dump(ast.parse(other.strip(), mode="eval"))
    except SyntaxError:
        return False

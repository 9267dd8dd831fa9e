"""A call's place in, what stands around it out: the site that a rewrite works on, and what may be asked of it."""

from __future__ import annotations

import builtins
import re

import libcst as cst

from lambdalint.model import Span
from lambdalint.rewrite.source import Scope, Source, below, call_at, scope_of_function, scope_of_module, source
from lambdalint.typed import NamedTuple

CHANGES = frozenset("close events headers mount register hooks auth cookies params proxies verify shutdown".split())


class Site(NamedTuple):
    """Where the call stands. above: the compound statements between it and its function, innermost first.

    outermost: the function at module scope or in a class that `function` stands in, mostly itself.
    """

    found: Source
    path: str
    call: cst.Call
    statement: cst.SimpleStatementLine
    function: cst.FunctionDef
    above: tuple[cst.CSTNode, ...]
    names: Scope  # of the module
    local: Scope  # of the function and those around it
    outermost: cst.FunctionDef


def site_of(text: str, span: Span) -> Site | None:
    """The site of the call at a span; None where there is no such call, or it stands where no statement can go
    before it."""
    found = source(text)
    if found is None:
        return None
    call = call_at(found, (span.line, span.column), (span.end_line, span.end_column))
    if call is None:
        return None
    statement: cst.SimpleStatementLine | None = None
    function: cst.FunctionDef | None = None
    between: list[cst.CSTNode] = []
    for node in found.above(call):
        if isinstance(node, (cst.Lambda, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp, cst.Decorator)):
            return None
        if isinstance(node, (cst.Param, cst.Parameters)) and statement is None:
            return None
        if isinstance(node, cst.SimpleStatementLine) and statement is None:
            statement = node
        elif isinstance(node, cst.FunctionDef):
            function = node
            break
        elif isinstance(node, cst.ClassDef):
            return None
        elif statement is not None:
            between.append(node)
    if statement is None or function is None:
        return None
    outer = [node for node in found.above(function) if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda))]
    around = [node for node in outer if isinstance(node, cst.FunctionDef)]
    if around and any(not isinstance(node, cst.FunctionDef) for node in outer[: outer.index(around[-1])]):
        return None  # a class in a function
    local = scope_of_function(found, function)
    for one in around:
        local = _joined(local, scope_of_function(found, one))
    names = scope_of_module(found)
    outermost = around[-1] if around else function
    return Site(found, span.path, call, statement, function, tuple(between), names, local, outermost)


def _joined(one: Scope, other: Scope) -> Scope:
    bound = {name: [*one.bound.get(name, ()), *other.bound.get(name, ())] for name in {**one.bound, **other.bound}}
    return Scope(bound, one.declared | other.declared, one.star or other.star)


def conditional(site: Site) -> bool:
    """Whether the call is made on some paths only, as far as its own function tells."""
    inner = (cst.If, cst.For, cst.While, cst.Match, cst.ExceptHandler, cst.Else, cst.Finally)
    if any(isinstance(node, inner) for node in site.above):
        return True
    for node in site.found.above(site.call):
        if node is site.statement:
            return False
        if isinstance(node, (cst.IfExp, cst.BooleanOperation, cst.Await, cst.Yield)):
            return True
    return True


def in_method(site: Site) -> bool:
    """Whether the call stands in a class."""
    return any(isinstance(node, cst.ClassDef) for node in site.found.above(site.function))


def is_free(site: Site, name: str) -> bool:
    """Whether a name can be bound at module scope: nothing else there or in other functions would notice."""
    if name in site.names.bound or name in site.names.declared or hasattr(builtins, name) or site.names.star:
        return False
    return not any(
        isinstance(node, cst.Name)
        and node.value == name
        and not inside(site, node, site.function)
        and not is_local(site, node)
        for node in below(site.found.module)
    )


def is_unused(site: Site, name: str) -> bool:
    """Whether a name can be bound at module scope and be used in the function; others may have it for their own."""
    inner = below(site.outermost)
    return is_free(site, name) and not any(isinstance(node, cst.Name) and node.value == name for node in inner)


def is_local(site: Site, node: cst.Name) -> bool:
    """Whether a name is an attribute, a keyword or bound in the function it stands in."""
    if not is_name(site, node):
        return True
    for above in site.found.above(node):
        if isinstance(above, cst.FunctionDef) and node.value in scope_of_function(site.found, above).bound:
            return True
    return False


def inside(site: Site, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
    """Whether one node stands in another."""
    return any(above is outer for above in site.found.above(node))


def fresh(site: Site, wish: str) -> str:
    """A name near the wish that no scope of the file uses."""
    used = {node.value for node in below(site.found.module) if isinstance(node, cst.Name) and is_name(site, node)}
    used |= set(dir(builtins))
    count = 1
    name = wish
    while name in used:
        count += 1
        name = f"{wish}_{count}"
    return name


def is_name(site: Site, node: cst.Name) -> bool:
    """Whether it is a name of its own: no attribute and no keyword."""
    parent = site.found.parents.get(node)
    if isinstance(parent, cst.Attribute):
        return parent.attr is not node
    return not (isinstance(parent, cst.Arg) and parent.keyword is node)


def changed(site: Site, name: str) -> bool:
    """Whether the function changes or ends the object that it made, so that it must be its own.

    An attribute is set, something is registered, mounted or put into its headers, it is closed or returned.
    """
    for node in below(site.function.body):
        if isinstance(node, cst.Return) and isinstance(node.value, cst.Name) and node.value.value == name:
            return not is_aws(site)
        if not isinstance(node, cst.Attribute):
            continue
        inner: cst.BaseExpression = node
        while isinstance(inner, cst.Attribute):
            inner = inner.value
        if not isinstance(inner, cst.Name) or inner.value != name:
            continue
        if node.attr.value in CHANGES or isinstance(site.found.parents.get(node), (cst.AssignTarget, cst.AugAssign)):
            return True
    return False


def shared(site: Site) -> bool:
    """Whether the statement is `self.name = CALL` and the object behind the name is changed or ended somewhere."""
    only = site.statement.body[0]
    if not isinstance(only, cst.Assign) or not isinstance(only.targets[0].target, cst.Attribute):
        return False
    name = re.escape(only.targets[0].target.attr.value)
    return re.search(rf"\.{name}\.(?:({'|'.join(sorted(CHANGES))})\b|\w+\s*=[^=])", site.found.text) is not None


def is_aws(site: Site) -> bool:
    return re.search(r"\b(client|resource|Session)$", site.found.code(site.call.func)) is not None and (
        "boto" in site.found.text
    )


def span_of(site: Site, node: cst.CSTNode) -> Span:
    """Where a node stands."""
    place = site.found.places[node]
    return Span(site.path, place.start.line, place.start.column + 1, place.end.line, place.end.column + 1)

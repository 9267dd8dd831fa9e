"""A value in a function in, the local constants out that would have to move with it to module scope.

`region = "eu-west-1"` or `table = os.environ["TABLE"]` above the call that takes it: what a person would write once, at
the top. The statement moves when its name is free there; a name there that is given the same value is used instead.
"""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.rewrite.site import Site, is_free
from lambdalint.rewrite.source import below, loads, same
from lambdalint.typed import NamedTuple

READS = ("os.getenv", "os.environ.get", "getenv", "environ.get")


class Carried(NamedTuple):
    """A local constant. known: what it is called at module scope already, "" when its statement moves there."""

    name: str
    value: cst.BaseExpression
    statement: cst.SimpleStatementLine
    known: str


def carried(site: Site, value: cst.BaseExpression) -> tuple[Carried, ...] | None:
    """The local constants that a value takes, in order; None when it takes something else that is local."""
    found: dict[str, Carried] = {}
    for name in loads(value):
        if name.value in site.local.bound and name.value not in found:
            one = _constant(site, name.value)
            if one is None:
                return None
            found[name.value] = one
    return tuple(sorted(found.values(), key=lambda one: site.found.places[one.statement].start.line))


def _constant(site: Site, name: str) -> Carried | None:
    bound = site.local.bound[name]
    node = bound[0].node
    if len(bound) != 1 or name in site.local.declared or not isinstance(node, cst.Assign) or len(node.targets) != 1:
        return None
    statement = site.found.parents.get(node)
    if not isinstance(node.targets[0].target, cst.Name) or not isinstance(statement, cst.SimpleStatementLine):
        return None
    place = site.found.places[statement].end.line
    if site.found.parents.get(statement) is not site.function.body or len(statement.body) != 1:
        return None
    if place >= site.found.places[site.statement].start.line or not _is_constant(site, node.value):
        return None
    if any(one.value == name and site.found.places[one].start.line < place for one in loads(site.function.body)):
        return None  # asked for before it is given
    known = made_alike(site, site.found.code(node.value))
    if known.lower() != name.lower():
        known = ""  # that two things are called "eu-west-1" does not make them one
    if not known and not is_free(site, name):
        return None
    return Carried(name, node.value, statement, known)


def _is_constant(site: Site, value: cst.BaseExpression) -> bool:
    """Whether it can be made once: a literal, a setting from the environment, a configuration of botocore."""
    if any(one.value in site.local.bound for one in loads(value)):
        return False
    kinds = (cst.Dict, cst.List, cst.Set, cst.BaseComp, cst.Lambda, cst.NamedExpr, cst.Await, cst.Yield)
    for node in below(value):
        if isinstance(node, cst.Call):
            code = site.found.code(node.func)
            if code not in READS and not re.fullmatch(r"(\w+\.)*Config", code):
                return False
        elif isinstance(node, kinds) and not _is_argument(site, node, value):
            return False
    return True


def _is_argument(site: Site, node: cst.CSTNode, value: cst.BaseExpression) -> bool:
    """Whether it stands in a call, which keeps it to itself: `Config(retries={...})`."""
    for above in site.found.above(node):
        if isinstance(above, cst.Call):
            return isinstance(node, (cst.Dict, cst.List))
        if above is value:
            return False
    return False


def made_alike(site: Site, wanted: str) -> str:
    """The name of what module scope makes by the same code, "" when there is none."""
    for name, bound in site.names.bound.items():
        if len(bound) != 1 or bound[0].kind != "assign" or not bound[0].plain or name in site.names.declared:
            continue
        node = bound[0].node
        if isinstance(node, (cst.Assign, cst.AnnAssign)) and node.value is not None:
            top = site.found.module.body[bound[0].top]
            if isinstance(top, cst.SimpleStatementLine) and same(site.found.code(node.value), wanted):
                return name
    return ""

"""A call in a function in, the edits that make it once for each set of its arguments out: a function with a cache.

For what is opened on first use, is needed on some paths only, or takes arguments that only the function knows.
"""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.hoist import NEVER
from lambdalint.rewrite.imports import cache_decorator
from lambdalint.rewrite.lift import code_of, removed
from lambdalint.rewrite.place import below_header
from lambdalint.rewrite.site import changed, fresh, shared, site_of, span_of
from lambdalint.rewrite.source import below, loads, same
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.rewrite.site import Site

MUTABLE = (cst.Dict, cst.List, cst.Set, cst.DictComp, cst.ListComp, cst.SetComp)


def keep(text: str, span: Span, wish: str) -> tuple[Edit, ...] | None:
    """Make a call in a cached function of its own. wish: what to call it."""
    site = site_of(text, span)
    if (
        site is None
        or _is_changed(site)
        or NEVER & {name.value for name in loads(site.function.body)}
        or _used_up(site)
    ):
        return None
    if any(isinstance(node, (cst.NamedExpr, cst.Await, cst.Yield)) for node in below(site.call)):
        return None
    session = _session(site)
    if session is None and any(name.value in site.local.bound for name in loads(site.call.func)):
        return None
    made = _parameters(site, session)
    if made is None:
        return None
    parameters, arguments, call = made
    first = site.call.args[0].value if site.call.args else None
    if isinstance(site.call.func, cst.Attribute) and first is not None and not isinstance(first, cst.SimpleString):
        wish = f"_{site.call.func.attr.value}" if site.call.func.attr.value in ("client", "resource") else wish
    known = _known(site, parameters, call)
    known = "" if known in site.local.bound else known
    name = known or fresh(site, wish)
    edits = [Edit(span_of(site, site.call), f"{name}({', '.join(arguments)})")]
    if session is not None:
        edits += _unused(site, session)
    if known:
        return tuple(edits)
    decorator, imports = cache_decorator(site.found, site.path)
    if decorator is None:
        return None
    edits += imports
    used = {name.value for name in loads(site.call)} if session is None else {site.found.code(session.func)}
    caches = _caches(site)
    spot = below_header(site.found, max((site.names.bound[one][0].top for one in used & caches.keys()), default=0))
    if '"""' not in call and "'''" not in call:
        call = call.replace("\n", "\n    ")
    body = f"{decorator}\ndef {name}({', '.join(parameters)}):\n    return {call}"
    return (*edits, spot.function(site.path, body))


def _is_changed(site: Site) -> bool:
    """Whether the function changes or ends what it makes."""
    only = site.statement.body[0]
    if isinstance(only, cst.Assign) and isinstance(only.targets[0].target, cst.Name):
        return changed(site, only.targets[0].target.value)
    return shared(site)


def _used_up(site: Site) -> bool:
    """Whether the object is closed at the end of a `with`."""
    return any(isinstance(node, cst.WithItem) for node in site.found.above(site.call))


def _session(site: Site) -> cst.Call | None:
    """The call that makes the session of `session.client("s3")`, when the function made it just for that."""
    func = site.call.func
    if not isinstance(func, cst.Attribute) or func.attr.value not in ("client", "resource"):
        return None
    receiver = site.found.code(func.value)
    if not re.fullmatch(r"(self\.)?\w+", receiver) or receiver == "self":
        return None
    assigned = [
        node
        for node in below(site.function.body)
        if isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For, cst.AsName))
        and any(site.found.code(target) == receiver for target in _targets(node))
    ]
    only = assigned[0] if len(assigned) == 1 else None
    statement = site.found.parents.get(only) if isinstance(only, cst.Assign) and len(only.targets) == 1 else None
    if not isinstance(only, cst.Assign) or statement is None or not isinstance(only.value, cst.Call):
        return None
    if site.found.parents.get(statement) is not site.found.parents.get(site.statement):
        return None
    if site.found.places[statement].end.line >= site.found.places[site.statement].start.line:
        return None
    code = site.found.code(only.value.func)
    made = re.search(r"(^|\.)Session$", code) is not None or code in _caches(site)
    return only.value if made and (receiver.startswith("self.") or len(site.local.bound[receiver]) == 1) else None


def _targets(node: cst.CSTNode) -> list[cst.CSTNode]:
    if isinstance(node, cst.Assign):
        return [target.target for target in node.targets]
    if isinstance(node, cst.AsName):
        return [node.name]
    return [node.target] if isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.For)) else []


def _unused(site: Site, session: cst.Call) -> list[Edit]:
    """Delete the statement that made a session which nothing asks for now."""
    assign = site.found.parents[session]
    statement = site.found.parents[assign]
    if not isinstance(assign, cst.Assign) or not isinstance(statement, cst.SimpleStatementLine):
        return []
    target = assign.targets[0].target
    if not isinstance(target, cst.Name) or len(statement.body) != 1:
        return []
    uses = [one for one in loads(site.function.body) if one.value == target.value and one is not target]
    return removed(site, [statement], ()) or [] if len(uses) == 1 else []


def _parameters(site: Site, session: cst.Call | None) -> tuple[list[str], list[str], str] | None:
    """The accessor's parameters, what the function gives it, and the call it makes of them."""
    given: dict[str, str] = {}
    call = site.call
    if session is not None:
        inner = _given(site, session, given)
        if inner is None or not isinstance(call.func, cst.Attribute):
            return None
        call = call.with_changes(func=call.func.with_changes(value=session.with_changes(args=inner)))
    arguments = _given(site, site.call, given)
    if arguments is None:
        return None
    call = call.with_changes(args=arguments)
    free = {name.value for name in loads(call)}
    if free & site.local.bound.keys() - given.keys():
        return None
    return list(given), list(given.values()), code_of(site, call, {})


def _given(site: Site, call: cst.Call, given: dict[str, str]) -> list[cst.Arg] | None:
    """The arguments of a call with names for what only the function knows, which are added to `given`."""
    arguments: list[cst.Arg] = []
    accessor = _caches(site).get(site.found.code(call.func))
    positions = [parameter.name.value for parameter in accessor.params.params] if accessor is not None else []
    for index, argument in enumerate(call.args):
        names = {name.value for name in loads(argument.value)} & site.local.bound.keys()
        if not names:
            arguments.append(argument)
            continue
        if argument.star or any(isinstance(node, MUTABLE) for node in below(argument.value)):
            return None
        if any(_is_mutable(site, name) for name in names):
            return None
        if isinstance(argument.value, cst.Name) and argument.value.value != "self":
            name = argument.value.value
        elif argument.keyword is not None:
            name = argument.keyword.value
        elif index < len(positions):
            name = positions[index]
        elif isinstance(argument.value, cst.Attribute):
            name = argument.value.attr.value
        else:
            return None
        code = code_of(site, argument.value, {})
        if given.setdefault(name, code) != code or _holds(name):
            return None
        arguments.append(argument.with_changes(value=cst.Name(name)))
    return arguments


def _is_mutable(site: Site, name: str) -> bool:
    """Whether a local name is given a dict, a list or a set, which no cache takes as a key."""
    for bound in site.local.bound[name]:
        value = bound.node.value if isinstance(bound.node, (cst.Assign, cst.AnnAssign)) else None
        if isinstance(value, MUTABLE):
            return True
        if isinstance(value, cst.Call) and site.found.code(value.func) in ("dict", "list", "set", "json.loads"):
            return True
    return _holds(name)


def _holds(name: str) -> bool:
    """Whether a name is one of settings: an object that is new each time makes a cache that never answers."""
    return name.endswith(("kwargs", "_args", "options", "headers", "settings", "config"))


def _known(site: Site, parameters: list[str], call: str) -> str:
    """A cached function that is there already and does the same, "" when there is none."""
    for name, function in _caches(site).items():
        body = function.body.body
        names = [parameter.name.value for parameter in function.params.params]
        if len(body) != 1 or not isinstance(body[0], cst.SimpleStatementLine) or names != parameters:
            continue
        only = body[0].body[0]
        if isinstance(only, cst.Return) and only.value is not None and same(site.found.code(only.value), call):
            return name
    return ""


def _caches(site: Site) -> dict[str, cst.FunctionDef]:
    """The functions at module scope that keep what they return."""
    return {
        statement.name.value: statement
        for statement in site.found.module.body
        if isinstance(statement, cst.FunctionDef)
        and len(statement.decorators) == 1
        and site.found.code(statement.decorators[0].decorator).partition("(")[0]
        in ("cache", "functools.cache", "lru_cache", "functools.lru_cache")
    }

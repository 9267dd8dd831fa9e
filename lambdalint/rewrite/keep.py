"""A call in a function in, the edits that make it once for each set of its arguments out: a function with a cache.

For what is opened on first use, is needed on some paths only, or takes arguments that only the function knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.hoist import NEVER
from lambdalint.rewrite.place import below_header
from lambdalint.rewrite.site import changed, dedented, fresh, shared, site_of, span_of
from lambdalint.rewrite.source import below, is_standard, loads, same

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
    if any(name.value in site.local.bound for name in loads(site.call.func)):
        return None
    made = _parameters(site)
    if made is None:
        return None
    parameters, arguments, call = made
    known = _known(site, parameters, call)
    known = "" if known in site.local.bound else known
    name = known or fresh(site, wish)
    edits = [Edit(span_of(site, site.call), f"{name}({', '.join(arguments)})")]
    if known:
        return tuple(edits)
    decorator, imports = _cache(site)
    if decorator is None:
        return None
    edits += imports
    spot = below_header(site.found, 0)
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


def _parameters(site: Site) -> tuple[list[str], list[str], str] | None:
    """The accessor's parameters, what the function gives it, and the call it makes of them."""
    parameters: list[str] = []
    given: list[str] = []
    arguments: list[cst.Arg] = []
    for argument in site.call.args:
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
        else:
            return None
        if name not in parameters:
            parameters.append(name)
            given.append(dedented(site, argument.value))
        elif given[parameters.index(name)] != dedented(site, argument.value):
            return None
        arguments.append(argument.with_changes(value=cst.Name(name)))
    free = {name.value for argument in arguments for name in loads(argument.value)}
    if len(parameters) != len(set(parameters)) or free & site.local.bound.keys() - set(parameters):
        return None
    return parameters, given, dedented(site, site.call.with_changes(args=arguments))


def _is_mutable(site: Site, name: str) -> bool:
    """Whether a local name is given a dict, a list or a set, which no cache takes as a key."""
    for bound in site.local.bound[name]:
        value = bound.node.value if isinstance(bound.node, (cst.Assign, cst.AnnAssign)) else None
        if isinstance(value, MUTABLE):
            return True
        if isinstance(value, cst.Call) and site.found.code(value.func) in ("dict", "list", "set", "json.loads"):
            return True
    return name.endswith(("kwargs", "_args", "options", "headers", "settings", "config"))


def _known(site: Site, parameters: list[str], call: str) -> str:
    """A cached function that is there already and does the same, "" when there is none."""
    for statement in site.found.module.body:
        if not isinstance(statement, cst.FunctionDef) or len(statement.decorators) != 1:
            continue
        decorator = site.found.code(statement.decorators[0].decorator)
        names = [parameter.name.value for parameter in statement.params.params]
        if decorator.partition("(")[0] not in ("cache", "functools.cache", "lru_cache", "functools.lru_cache"):
            continue
        body = statement.body.body
        if len(body) != 1 or not isinstance(body[0], cst.SimpleStatementLine) or names != parameters:
            continue
        only = body[0].body[0]
        if isinstance(only, cst.Return) and only.value is not None and same(site.found.code(only.value), call):
            return statement.name.value
    return ""


def _cache(site: Site) -> tuple[str | None, list[Edit]]:
    """How to write the decorator here, and the import that it takes."""
    imports = [
        (index, statement.body[0])
        for index, statement in enumerate(site.found.module.body)
        if isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], (cst.Import, cst.ImportFrom))
    ]
    for _, one in imports:
        code = site.found.code(one)
        if isinstance(one, cst.Import) and code == "import functools":
            return "@functools.cache", []
        if (
            isinstance(one, cst.ImportFrom)
            and code.startswith("from functools import")
            and not isinstance(one.names, cst.ImportStar)
        ):
            names = [site.found.code(alias).strip(" ,") for alias in one.names]
            if "cache" in names:
                return "@cache", []
    used = {node.value for node in below(site.found.module) if isinstance(node, cst.Name)}
    first = next(((index, one) for index, one in imports if not _is_future(one)), None)
    if first is None:
        return None, []
    line = site.found.places[site.found.module.body[first[0]]].start.line
    at = Span(site.path, line, 1, line, 1)
    gap = "" if is_standard(site.found, first[1]) else "\n"
    if "cache" not in used:
        return "@cache", [Edit(at, f"from functools import cache\n{gap}")]
    if "functools" not in used:
        return "@functools.cache", [Edit(at, f"import functools\n{gap}")]
    return None, []


def _is_future(one: cst.BaseSmallStatement) -> bool:
    return isinstance(one, cst.ImportFrom) and isinstance(one.module, cst.Name) and one.module.value == "__future__"

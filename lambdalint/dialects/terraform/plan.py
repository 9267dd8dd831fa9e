"""A plan or state as JSON (`terraform show -json`) in, a module instance out, as if its resources were one module's.

What the plan knows is written out in it; what it will only know after the apply is a reference, from `configuration`.
"""

from __future__ import annotations

import posixpath
import re

from lambdalint.dialects.terraform import json_syntax
from lambdalint.dialects.terraform.folders import Module, Placed
from lambdalint.dialects.terraform.instances import Instance
from lambdalint.languages.hcl import Attribute, Block, Body, Expression
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.dialects.terraform.instances import Run
    from lambdalint.model import Node

DEPTH = 12  # modules in modules
_INDEX = re.compile(r'\[(?:"[^"]*"|\d+)\]')


def instances(run: Run, paths: Sequence[str]) -> Iterator[tuple[Instance, dict[str, str]]]:
    """An instance for each plan, and the address of each resource by the name it has in it."""
    for path in paths:
        document = run.project.document(path, "json")
        root = document.facts[0] if document is not None and document.facts else None
        if root is None or root.kind != "mapping":
            continue
        module = Module(posixpath.dirname(path), {}, {}, {}, {}, {}, {})
        addresses: dict[str, str] = {}
        configured = dict(_configured(_below(root, "configuration", "root_module"), "", 0))
        for values, data_only in (("planned_values", False), ("prior_state", True)):
            start = _below(root, values, "root_module") or _below(root, values, "values", "root_module")
            for resource in _resources(start, 0):
                _add(module, addresses, resource, configured, path, data_only)
        _variables(module, root, path)
        yield Instance(run, module), addresses


def _below(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if node is not None else None
    return node


def _text(node: Node | None, key: str) -> str:
    found = node.get(key) if node is not None else None
    return found.value if found is not None and isinstance(found.value, str) else ""


def _listed(node: Node | None, key: str) -> tuple[Node, ...]:
    found = node.get(key) if node is not None else None
    return found.elements() if found is not None else ()


def _resources(module: Node | None, depth: int) -> Iterator[Node]:
    yield from _listed(module, "resources")
    for child in _listed(module, "child_modules") if depth < DEPTH else ():
        yield from _resources(child, depth + 1)


def _configured(module: Node | None, prefix: str, depth: int) -> Iterator[tuple[str, tuple[Node, str]]]:
    """The expressions of each resource by its address without indexes, and the address of its module."""
    for resource in _listed(module, "resources"):
        expressions = resource.get("expressions")
        if expressions is not None:
            yield prefix + _text(resource, "address"), (expressions, prefix)
    calls = module.get("module_calls") if module is not None else None
    for name, call in calls.items() if calls is not None and depth < DEPTH else ():
        yield from _configured(call.get("module"), f"{prefix}module.{name.value}.", depth + 1)


def _add(
    module: Module,
    addresses: dict[str, str],
    resource: Node,
    configured: dict[str, tuple[Node, str]],
    path: str,
    data_only: bool,
) -> None:
    kind, mode, address = _text(resource, "type"), _text(resource, "mode"), _text(resource, "address")
    values = resource.get("values")
    if not kind or not address or values is None or (data_only and mode != "data"):
        return
    name = _name(address, kind)
    bare = _INDEX.sub("", address)
    expressions, prefix = configured.get(bare, (None, ""))
    place = resource.get("address") or resource
    body = _completed(json_syntax.inner(values), expressions, prefix, place)
    block = Block("resource", (kind, name), body, place.at, resource.at[2])
    module.resources.setdefault((mode or "managed", kind, name), Placed(block, path))
    addresses[f"{kind}.{name}"] = address


def _name(address: str, kind: str) -> str:
    """A resource's name with its module and index: `f`, `f["a"]`, `module.m.f`."""
    return address.removeprefix("data.").replace(f"{kind}.", "", 1).replace("data.", "")


def _completed(body: Body, expressions: Node | None, prefix: str, place: Node) -> Body:
    """The values with a reference for each that is known only after the apply."""
    attributes = dict(body.attributes)
    blocks = list(body.blocks)
    for key, expression in expressions.items() if expressions is not None else ():
        name = str(key.value)
        if expression.kind == "sequence" or expression.get("references") is None:
            entries = expression.elements() or (expression,)
            same = [index for index, block in enumerate(blocks) if block.type == name]
            for index, entry in zip(same, entries, strict=False):
                blocks[index] = blocks[index]._replace(body=_completed(blocks[index].body, entry, prefix, place))
            continue
        reference = _reference(expression, prefix, key)
        known = attributes.get(name)
        if reference is None or (known is not None and known.value.kind == "literal" and known.value.value is not None):
            continue
        if known is not None and known.value.kind == "object":
            reference = Expression("call", known.value.at, ("merge", (reference, known.value), False))
        elif known is not None and known.value.kind != "literal":
            continue
        attributes[name] = Attribute(name, reference, key.at)
    return Body(attributes, tuple(blocks))


def _reference(expression: Node, prefix: str, key: Node) -> Expression | None:
    """The first reference of an expression as a path, in the names that the resources have here."""
    for node in _listed(expression, "references"):
        parts = str(node.value).split(".")
        data = parts[0] == "data"
        parts = parts[1:] if data else parts
        if parts[0] in ("each", "count", "self", "path", "local", "module") or len(parts) < 2:
            continue
        if parts[0] == "var":
            return Expression("path", node.at, ("var", (("attr", parts[1]),)))
        index = _INDEX.search(parts[1])
        name = f"{prefix}{_INDEX.sub('', parts[1])}{index[0] if index else ''}"
        steps: list[tuple[str, Any]] = [("attr", name), *(("attr", part) for part in parts[2:3])]
        root = ("data", (("attr", parts[0]), *steps)) if data else (parts[0], tuple(steps))
        return Expression("path", node.at, root)
    found = expression.get("references")
    return Expression("unknown", found.at if found is not None else key.at)


def _variables(module: Module, root: Node, path: str) -> None:
    variables = _below(root, "configuration", "root_module", "variables")
    for key, value in variables.items() if variables is not None else ():
        block = Block("variable", (str(key.value),), json_syntax.inner(value), key.at, value.at[2])
        module.variables.setdefault(str(key.value), Placed(block, path))

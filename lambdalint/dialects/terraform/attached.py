"""Functions and the module instances around them in, the same functions with their triggers and settings out."""

from __future__ import annotations

import re

from lambdalint.dialects.terraform.copies import copies
from lambdalint.dialects.terraform.evaluate import argument
from lambdalint.dialects.terraform.folders import called_folder, source_of
from lambdalint.dialects.terraform.module_triggers import PUBLIC, allowed, of_calls, of_module
from lambdalint.dialects.terraform.reading import at, block_of, everything
from lambdalint.dialects.terraform.terms import Term, canonical, number, string
from lambdalint.dialects.terraform.triggers import TYPES, permissions, triggers
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambdalint.dialects.terraform.folders import Placed
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.dialects.terraform.lambdas import Deployed
    from lambdalint.model import Declaration, Trigger, Value

# A permission for the first is explained by a trigger of any of the others.
_SAME: dict[str, set[str]] = {
    "apigateway-rest": {"apigateway-rest", "apigateway-http", "apigateway-websocket", "apigateway-authorizer"},
    "eventbridge": {"eventbridge", "schedule", "s3-eventbridge"},
    "schedule": {"eventbridge", "schedule"},
    "s3-eventbridge": {"eventbridge", "s3-eventbridge"},
    "s3": {"s3", "s3-batch"},
}
_ARN = re.compile(r":function:([^:/]+)")
_SETTINGS: dict[str, tuple[str, dict[str, tuple[str, Callable[[Term], Value[Any]]]]]] = {
    "aws_lambda_function_event_invoke_config": (
        "function_name",
        {
            "async_retries": ("maximum_retry_attempts", number),
            "async_max_age": ("maximum_event_age_in_seconds", number),
            "on_failure": ("destination_config.on_failure.destination", string),
            "on_success": ("destination_config.on_success.destination", string),
        },
    ),
    "aws_lambda_function_url": ("function_name", {"function_url": ("authorization_type", string)}),
    "aws_lambda_provisioned_concurrency_config": (
        "function_name",
        {"provisioned_concurrency": ("provisioned_concurrent_executions", number)},
    ),
    "aws_lambda_function_recursion_config": ("function_name", {"recursive_loop": ("recursive_loop", string)}),
    "aws_cloudwatch_log_group": ("name", {"log_retention": ("retention_in_days", number)}),
}
# Types that mention a function without making anything invoke it.
_HARMLESS = frozenset(_SETTINGS) | {
    "aws_lambda_alias",
    "aws_lambda_permission",
    "aws_cloudwatch_log_metric_filter",
    "aws_cloudwatch_dashboard",
    "aws_api_gateway_deployment",
    "aws_api_gateway_stage",
    "aws_apigatewayv2_route",
    "aws_apigatewayv2_stage",
    "aws_appautoscaling_target",
    "aws_appautoscaling_policy",
    "aws_codedeploy_deployment_group",
    "aws_iam_role_policy",
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_sqs_queue_policy",
    "aws_sns_topic_policy",
}


class _Index:
    """The functions of a tree by what names them."""

    def __init__(self, deployed: Sequence[Deployed]) -> None:
        self.handles: dict[tuple[int, str], list[int]] = {}
        self.names: dict[str, list[int]] = {}
        for number_of, one in enumerate(deployed):
            self.handles.setdefault((id(one.instance), one.address), []).append(number_of)
            name = canonical(argument(one.body, "function_name", one.frame))
            if name:
                self.names.setdefault(name, []).append(number_of)
        self.deployed = deployed

    def find(self, term: Term, depth: int = 0) -> list[int]:
        """The functions that a term is the ARN, the name or another attribute of."""
        found: dict[int, None] = {}
        for handle in term.handles:
            listed = self.handles.get((id(handle.instance), handle.address), ())
            exact = [index for index in listed if self.deployed[index].key == handle.key]
            found.update(dict.fromkeys(exact if handle.key is not None and exact else listed))
            if handle.address.startswith(("aws_lambda_alias.", "data.aws_lambda_", "aws_lambda_function_url.")):
                block = block_of(handle)
                if block is not None and depth < 3:
                    found.update(dict.fromkeys(self.find(argument(block[0], "function_name", block[1]), depth + 1)))
        if not found:
            text = canonical(term)
            arn = _ARN.search(text)
            name = arn[1] if arn else text
            found.update(dict.fromkeys(self.names.get(name, ()) or self.names.get(name.partition(":")[0], ())))
        if isinstance(term.data, tuple):
            for item in term.data:
                found.update(dict.fromkeys(self.find(item, depth + 1) if depth < 3 else ()))
        return list(found)


def attach(tree: Sequence[Instance], deployed: Sequence[Deployed]) -> Iterator[tuple[Deployed, Declaration]]:
    """Each function with what invokes it, and the settings that other resources give it."""
    if not deployed:
        return
    index = _Index(deployed)
    found: list[list[Trigger]] = [[] for _ in deployed]
    settings: list[dict[str, Value[Any]]] = [dict(one.declaration.settings) for one in deployed]
    for instance in tree:
        for term, trigger in (*triggers(instance), *of_calls(instance)):
            for each in index.find(term):
                if trigger not in found[each]:
                    found[each].append(trigger)
        for each, name, value in _settings(instance, index):
            settings[each][name] = value
    for each, one in enumerate(deployed):
        if one.is_module:
            found[each] += of_module(one.body, one.frame, one.address)
            _permit(found[each], allowed(one.body, one.frame, one.address))
    for instance in tree:
        for term, trigger in permissions(instance):
            for each in index.find(term):
                _permit(found[each], iter((trigger,)))
    escaped = _escaped(tree, index) if any(found) else set()
    for each, one in enumerate(deployed):
        known = bool(found[each]) and each not in escaped
        yield one, one.declaration._replace(triggers=tuple(found[each]), triggers_known=known, settings=settings[each])


def _permit(found: list[Trigger], permitted: Iterator[Trigger]) -> None:
    """Add what a permission tells, unless a trigger explains it already."""
    for trigger in permitted:
        kinds = {one.kind for one in found}
        if not kinds & _SAME.get(trigger.kind, {trigger.kind}):
            found.append(trigger)


def _settings(instance: Instance, index: _Index) -> Iterator[tuple[int, str, Value[Any]]]:
    for kind, _, placed in instance.module.of(*_SETTINGS):
        where, places = _SETTINGS[kind]
        for _, frame in copies(placed.block.body, instance.frame(placed.path)):
            target = argument(placed.block.body, where, frame)
            if kind == "aws_cloudwatch_log_group":
                text = canonical(target)
                if not text.startswith("/aws/lambda/"):
                    continue
                named = Term(text.removeprefix("/aws/lambda/"), None, (), target.handles)
                functions = index.find(named)
            else:
                functions = index.find(target)
            for setting, (place, read) in places.items() if functions else ():
                value = read(at(placed.block.body, place, frame))
                if value.written:
                    yield from ((each, setting, value) for each in functions)


def _escaped(tree: Sequence[Instance], index: _Index) -> set[int]:
    """The functions that something we do not understand gets hold of: an output of the root, a resource of another
    type, a module from elsewhere, another function's settings."""
    escaped: set[int] = set()
    known: dict[int, set[str]] = {}
    for instance in tree:
        names = _names(instance, index, known)
        if not names:
            continue
        for (mode, kind, name), placed in instance.module.resources.items():
            if mode == "data" or kind in TYPES or kind in _HARMLESS or kind.startswith("aws_iam_"):
                continue
            if not names.isdisjoint(placed.block.uses):
                own = f"{kind}.{name}"
                escaped.update(each for each in _held(placed, instance, index) if index.deployed[each].address != own)
        for placed in instance.module.outputs.values() if instance.parent is None else ():
            if not names.isdisjoint(placed.block.uses):
                escaped.update(_held(placed, instance, index))
        for name, placed in instance.module.calls.items():
            source = source_of(placed.block)
            local = called_folder(instance.module.folder, source) is not None
            if local or any(part in source for part in PUBLIC) or names.isdisjoint(placed.block.uses):
                continue
            own = f"module.{name}"
            escaped.update(each for each in _held(placed, instance, index) if index.deployed[each].address != own)
    return escaped


def _held(placed: Placed, instance: Instance, index: _Index) -> Iterator[int]:
    for term in everything(placed.block.body, instance.frame(placed.path)):
        yield from index.find(_handles_only(term))


def _names(instance: Instance, index: _Index, known: dict[int, set[str]]) -> set[str]:
    """The names in a module that may stand for a function: the functions themselves, aliases, calls of modules that
    give one out, and the variables and locals that are made of such names."""
    if id(instance) in known:
        return known[id(instance)]
    names = _own(instance, index)
    for (name, _), child in instance.children.items():
        if child is not None and f"module.{name}" not in names:
            inner = _own(child, index)
            if inner and any(not inner.isdisjoint(output.block.uses) for output in child.module.outputs.values()):
                names.add(f"module.{name}")
    if instance.parent is not None and instance.call is not None:
        above = _names(instance.parent, index, known)
        for name, found in instance.call[0].attributes.items() if above else ():
            if not above.isdisjoint(_uses(found.value)):
                names.add(f"var.{name}")
    known[id(instance)] = names | {f"local.{name}" for name in _locals(instance, names)}
    return known[id(instance)]


def _own(instance: Instance, index: _Index) -> set[str]:
    names = {address for owner, address in index.handles if owner == id(instance)}
    return names | {f"{kind}.{name}" for kind, name, _ in instance.module.of("aws_lambda_alias")}


def _locals(instance: Instance, names: set[str]) -> set[str]:
    """The locals whose expressions refer to any of the names, directly or by another local."""
    module = instance.module
    if names and len(module.uses) != len(module.locals):
        module.uses.update((name, frozenset(_uses(placed.block.value))) for name, placed in module.locals.items())
    uses = module.uses
    found: set[str] = set()
    grown = bool(names)
    while grown:
        wanted = names | {f"local.{name}" for name in found}
        new = {name for name, used in uses.items() if name not in found and not wanted.isdisjoint(used)}
        found |= new
        grown = bool(new)
    return found


def _uses(value: Any) -> Iterator[str]:
    """Every `name.attribute` in an expression."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            kind = getattr(part, "kind", "")
            if kind == "literal":
                continue
            if kind == "path":
                name, steps = part.value  # type: ignore[attr-defined]
                if steps and steps[0][0] == "attr":
                    yield f"{name}.{steps[0][1]}"
            stack.extend(item for item in part if isinstance(item, tuple))


def _handles_only(term: Term) -> Term:
    return Term(handles=term.handles) if not isinstance(term.data, tuple) else term._replace(text="")

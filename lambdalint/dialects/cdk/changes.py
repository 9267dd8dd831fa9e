"""A declaration and later calls on its function in (addEnvironment, escape hatches), what it is after them out."""

from __future__ import annotations

import re

from lambdalint.dialects.cdk import code as codes
from lambdalint.dialects.cdk.constructs import (
    argument,
    name_of,
    plain,
    props_of,
)
from lambdalint.dialects.cdk.reading import (
    architecture,
    member,
    named,
    nothing,
    number,
    of_entry,
    read,
    setting,
    text,
)
from lambdalint.dialects.cdk.settings import SETTINGS, variable_of
from lambdalint.dialects.cdk.targets import function_behind
from lambdalint.languages.terms.facts import Term
from lambdalint.languages.terms.values import Instance, Item, Made
from lambdalint.model import ABSENT, Code, Declaration, Layer, Value, Variable
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.dialects.cdk.program import Ran


def changes_of(ran: Ran) -> dict[int, list[Made]]:
    """The calls that change a function, by the function."""
    found: dict[int, list[Made]] = {}
    for number_of, made in enumerate(ran.run.made):
        target: Made | None = None
        name = name_of(made)
        if name.startswith((".", "=")):
            added = argument(made, 0, "function") if name == ".addfunction" else None
            target = function_behind(made.receiver if added is None else added.value)
        elif name == "aws_lambda:alias" or name == "aws_lambda:eventinvokeconfig":
            props = props_of(made)
            target = function_behind(props.value("version", "function"))
        if target is not None and not (number_of >= ran.reached > target.order):
            found.setdefault(id(target), []).append(made)
    return found


_OVERRIDES = {
    "Timeout": ("timeout", number),
    "MemorySize": ("memory", number),
    "Runtime": ("runtime", text),
    "Handler": ("handler", text),
    "FunctionName": ("name", text),
}


_OVERRIDDEN_SETTINGS = {
    "ReservedConcurrentExecutions": ("reserved_concurrency", number),
    "DurableConfig": ("durable", nothing),
    "TracingConfig": ("tracing", nothing),
    "TracingConfig.Mode": ("tracing", text),
    "SnapStart": ("snapstart", nothing),
    "SnapStart.ApplyOn": ("snapstart", text),
    "Architectures": ("architecture", architecture),
    "EphemeralStorage": ("ephemeral_storage", nothing),
    "EphemeralStorage.Size": ("ephemeral_storage", number),
    "LoggingConfig": ("logging", nothing),
    "LoggingConfig.LogFormat": ("logging", text),
    "DeadLetterConfig": ("dead_letter_queue", nothing),
    "VpcConfig": ("vpc", nothing),
    "CapacityProviderConfig": ("capacity_provider", nothing),
    "TenancyConfig": ("tenancy", nothing),
    "RecursiveLoop": ("recursive_loop", text),
}


def changed(declared: Declaration, change: Made, place: codes.Place, doubtful: bool) -> Declaration:
    """The declaration after a call such as `fn.addEnvironment(...)`. doubtful: it may not happen to this function."""
    name = name_of(change)
    settings = dict(declared.settings)
    if name == ".addenvironment":
        key, value = argument(change, 0, "key"), argument(change, 1, "value")
        written = text(key.value) if key is not None else None
        if key is None or value is None or written is None:
            return declared._replace(environment_known=False)
        variable = Variable(written, variable_of(value.value, value.span), key.span)
        kept = tuple(other for other in declared.environment if other.name != written)
        return declared._replace(environment=(*kept, variable))
    if name == ".addlayers":
        more = codes.layers_of([(item.value, item.span) for item in change.args], place)
        return declared._replace(layers=declared.layers + more)
    if name in (".configureasyncinvoke", "aws_lambda:eventinvokeconfig"):
        props = props_of(change, 0 if name.startswith(".") else 2)
        for setting_id in ("on_failure", "async_retries", "async_max_age"):
            convert, spelled = SETTINGS[setting_id]
            value_of = setting(props, convert, *spelled)
            if value_of is not ABSENT:
                settings[setting_id] = value_of
        return declared._replace(settings=settings)
    if name in (".addalias", "aws_lambda:alias"):
        props = props_of(change, 1 if name.startswith(".") else 2)
        value_of = setting(props, number, "provisionedConcurrentExecutions")
        if value_of.written:
            settings["provisioned_concurrency"] = value_of
        return declared._replace(settings=settings)
    if name == ".addfunction":
        if isinstance(change.receiver, Made) and name_of(change.receiver).startswith("aws_lambda:capacityprovider"):
            settings["capacity_provider"] = read(change.receiver, change.header, named)
        return declared._replace(settings=settings)
    if name == ".addfunctionurl":
        props = props_of(change, 0)
        given = props.get("authType")
        auth = of_entry(given, member) if given is not None else Value("AWS_IAM" if props.whole else None, None, False)
        settings["function_url"] = Value(auth.known, auth.span or change.header, True)
        return declared._replace(settings=settings)
    if name in (".addpropertyoverride", ".addoverride", ".addpropertydeletionoverride", ".adddeletionoverride"):
        return _overridden(declared, change, doubtful)
    if name.startswith("="):
        prop = "".join(part[:1].upper() + part[1:] for part in change.callee[1:].split("_"))
        return _override(declared, prop, change.args[0], doubtful)
    return declared


def _overridden(declared: Declaration, change: Made, doubtful: bool) -> Declaration:
    """The declaration after an escape hatch of the template."""
    path, value = argument(change, 0, "propertyPath", "path"), argument(change, 1, "value")
    written = text(path.value) if path is not None else None
    if path is None or written is None:
        unknown: Value[Any] = Value(None, change.header)
        return declared._replace(
            timeout=unknown, memory=unknown, runtime=unknown, handler=unknown, environment_known=False
        )
    prop = re.sub(r"^Properties\.", "", written)
    return _override(declared, prop, value or Item(None, change.header), doubtful)


def _override(declared: Declaration, prop: str, item: Item, doubtful: bool) -> Declaration:
    def value(convert: Callable[[Any], Any]) -> Value[Any]:
        known = read(item.value, item.span, convert) if item.value is not None else ABSENT
        return Value(None, item.span, True, known.references) if doubtful else known

    if prop in _OVERRIDES:
        field, convert = _OVERRIDES[prop]
        changed: dict[str, Any] = {field: value(convert)}
        return declared._replace(**changed)
    if prop in _OVERRIDDEN_SETTINGS:
        name, convert = _OVERRIDDEN_SETTINGS[prop]
        return declared._replace(settings={**declared.settings, name: value(convert)})
    match = re.fullmatch(r"Environment\.Variables\.(\w+)", prop)
    if match and item.value is not None:
        variable = Variable(match[1], variable_of(item.value, item.span), item.span)
        kept = tuple(other for other in declared.environment if other.name != match[1])
        return declared._replace(environment=(*kept, variable))
    if prop.startswith("Environment"):
        return declared._replace(environment_known=False)
    if prop.startswith("Layers"):
        return declared._replace(layers=(*declared.layers, Layer(Value(None, item.span), None, item.span)))
    if prop.startswith("Code"):
        return declared._replace(code=Code("unknown", span=item.span))
    return declared


def reached_by_aspects(ran: Ran) -> frozenset[str]:
    """The properties that aspects of the project name: an aspect visits every construct and may change them there.

    Names are without case and underscores; which constructs an aspect really changes is not followed.
    """
    words: set[str] = set()
    for made in ran.run.made:
        if name_of(made) == ".add" and isinstance(made.receiver, Made) and name_of(made.receiver) == "core:aspects.of":
            for item in made.args:
                if isinstance(item.value, Instance):
                    for kind in item.value.kind.lineage():
                        for method in kind.facts.methods:
                            _words(method.body, words)
    return frozenset(words)


def _words(terms: tuple[Any, ...], words: set[str]) -> None:
    for term in terms:
        if not isinstance(term, Term):
            continue
        if term.kind == "attribute" or (term.kind == "constant" and isinstance(term.value, str)):
            words.update(plain(part) for part in term.value.split("."))
        _words(term.parts, words)


def doubted(declared: Declaration, words: frozenset[str]) -> Declaration:
    """The declaration with what aspects may have changed unknown."""
    fields = {"memory": "memorysize", "timeout": "timeout", "runtime": "runtime", "handler": "handler"}
    changed: dict[str, Any] = {
        field: Value(None, getattr(declared, field).span) for field, prop in fields.items() if prop in words
    }
    settings = dict(declared.settings)
    for name, (_, spelled) in SETTINGS.items():
        if any(plain(prop) in words for prop in spelled) or plain(name) in words:
            settings[name] = Value(None, declared.setting(name).span)
    if {"environment", "addenvironment"} & words:
        changed["environment_known"] = False
    return declared._replace(settings=settings, **changed)

"""A finished run in; every function it makes as a Declaration out, with what later calls add to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambdalint.dialects.cdk import code as codes
from lambdalint.dialects.cdk.constructs import (
    Props,
    argument,
    as_props,
    construct,
    elements,
    full_path,
    id_of,
    name_of,
    path_of,
    props_of,
)
from lambdalint.dialects.cdk.reading import (
    architecture,
    megabytes,
    member,
    named,
    nothing,
    number,
    of_entry,
    or_default,
    read,
    retention,
    runtime,
    seconds,
    setting,
    text,
)
from lambdalint.dialects.cdk.targets import function_behind, kind_of
from lambdalint.dialects.cdk.triggers import Triggers
from lambdalint.dialects.plain import USUAL
from lambdalint.languages.terms.values import Either, Item, Known, Made, Record
from lambdalint.model import ABSENT, Build, Code, Declaration, Layer, Reference, Span, Value, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdalint.dialects.cdk.apps import App
    from lambdalint.dialects.cdk.program import Ran
    from lambdalint.model import Project

SETTINGS: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "vpc": (nothing, ("vpc", "vpcConfig")),
    "ephemeral_storage": (megabytes, ("ephemeralStorageSize",)),
    "architecture": (architecture, ("architecture", "architectures")),
    "tracing": (member, ("tracing",)),
    "dead_letter_queue": (named, ("deadLetterQueue", "deadLetterTopic")),
    "on_failure": (nothing, ("onFailure",)),
    "async_retries": (number, ("retryAttempts",)),
    "async_max_age": (seconds, ("maxEventAge",)),
    "reserved_concurrency": (number, ("reservedConcurrentExecutions",)),
    "role": (named, ("role",)),
    "kms_key": (named, ("environmentEncryption", "kmsKeyArn")),
    "log_retention": (retention, ("logRetention",)),
    "logging": (member, ("loggingFormat", "logFormat")),
    "snapstart": (member, ("snapStart",)),
    "file_system": (nothing, ("filesystem", "fileSystemConfigs")),
    "recursive_loop": (member, ("recursiveLoop",)),
    "durable": (nothing, ("durableConfig",)),
    "tenancy": (nothing, ("tenancyConfig",)),
    "capacity_provider": (nothing, ("capacityProviderConfig",)),
}
ADDED_LAYERS = ("insightsVersion", "paramsAndSecrets", "adotInstrumentation")


def declarations(project: Project, app: App, ran: Ran) -> Iterator[Declaration]:
    """Every function of an app; one that several stacks make alike is one."""
    place = codes.Place(app, project.inventory)
    made = ran.run.made
    changes = _changes(ran)
    triggers = Triggers(ran)
    found: dict[tuple[Any, ...], tuple[Made, Declaration]] = {}
    order: list[tuple[Any, ...]] = []
    for one in made:
        declared = _declaration(one, place, changes.get(id(one), []))
        if declared is None:
            continue
        declared = declared._replace(triggers=triggers.of(one))
        stack, ids = path_of(one)
        key = (declared.span, stack, ids)
        if key in found:
            declared = _merged(found[key][1], declared)
        else:
            order.append(key)
        found[key] = (one, declared)
    sites = {found[key][0].header for key in order if found[key][0].order < ran.reached}
    kept = [key for key in order if found[key][0].order < ran.reached or found[key][0].header not in sites]
    yield from _with_unique_ids([(found[key][0], found[key][1]) for key in kept])


def _with_unique_ids(pairs: list[tuple[Made, Declaration]]) -> Iterator[Declaration]:
    """The construct's id, with the class or path before it where a file has the id twice."""
    taken: dict[tuple[str, str], int] = {}
    for _, declared in pairs:
        key = (declared.span.path, declared.id)
        taken[key] = taken.get(key, 0) + 1
    used: set[tuple[str, str]] = set()
    for made, declared in pairs:
        name = declared.id
        if taken[declared.span.path, name] > 1:
            stack, ids = path_of(made)
            name = "/".join(part for part in (stack, *ids) if part)
        number_of = 2
        unique = name
        while (declared.span.path, unique) in used:
            unique = f"{name}#{number_of}"
            number_of += 1
        used.add((declared.span.path, unique))
        yield declared._replace(id=unique)


def _declaration(made: Made, place: codes.Place, changes: list[Made]) -> Declaration | None:
    known = kind_of(made)
    if known is None:
        return None
    kind, props = known
    span = made.instance.header if made.instance is not None else made.header
    code, handler, own_runtime = _code(made, kind, props, place)
    settings = dict(_settings(props, kind))
    if kind == "image" or code.kind == "image":
        settings["package_type"] = Value("Image", code.span, written=code.span is not None)
    if kind == "wrapped" or not props.whole:
        for name in USUAL:
            settings.setdefault(name, Value(None, None, written=not props.whole))
    else:
        settings.update({name: Value(usual, None, False) for name, usual in USUAL.items() if name not in settings})
    environment, complete = _environment(props)
    memory, timeout = setting(props, number, "memorySize"), setting(props, seconds, "timeout")
    path = full_path(made)
    if path is not None:
        settings["construct_path"] = Value((path,), None, written=False)
    if name_of(made) == "aws_lambda:singletonfunction":
        settings["singleton"] = setting(props, text, "uuid")
    declared = Declaration(
        id=id_of(made) or "function",
        dialect="cdk",
        span=span,
        name=setting(props, text, "functionName"),
        handler=handler,
        runtime=own_runtime,
        memory=or_default(memory, None if kind == "wrapped" else 128),
        timeout=or_default(timeout, None if kind == "wrapped" else 3),
        code=code,
        layers=codes.layers_of([(item.value, item.span) for item in elements(props.value("layers"))], place)
        + _added_layers(props),
        environment=environment,
        environment_known=complete and props.whole and kind != "wrapped",
        settings=settings,
    )
    for change in changes:
        declared = _changed(declared, change, place)
    return declared._replace(code=codes.located(declared.code, declared.handler, place))


def _code(made: Made, kind: str, props: Props, place: codes.Place) -> tuple[Code, Value[str], Value[str]]:
    """The code, the handler and the runtime."""
    file = made.unit.path
    own_runtime = setting(props, runtime, "runtime")
    handler = setting(props, text, "handler")
    if kind == "python":
        code = codes.python_entry(props.get("entry"), place, file, as_props(props.value("bundling")))
        return code, _python_handler(props), own_runtime
    if kind == "node":
        code = codes.node_entry(made, props, place) if props.get("code") is None else Code("unknown")
        name = or_default(handler, "handler" if props.whole else None)
        if name.known is not None and "." not in name.known:
            name = Value(f"index.{name.known}", name.span, name.written, name.references)
        return code, name, or_default(own_runtime, None)
    if kind == "image":
        entry = props.get("code")
        return codes.code_of(entry, place, file, props.whole), codes.command_of(entry), ABSENT
    if kind == "template":
        code = _template_code(props, place, file)
        return code, handler, own_runtime
    if kind in ("wrapped", "other"):
        return Code("unknown"), handler, own_runtime
    code = codes.code_of(props.get("code"), place, file, props.whole)
    if code.kind == "image":
        return code, codes.command_of(props.get("code")), ABSENT
    return code, handler, own_runtime


def _python_handler(props: Props) -> Value[str]:
    """The `handler` (default "handler") in the `index` (default "index.py") of a PythonFunction."""
    index, handler = setting(props, text, "index"), setting(props, text, "handler")
    module = "index.py" if index is ABSENT else index.known
    name = "handler" if handler is ABSENT else handler.known
    span = handler.span or index.span
    known = None if module is None or name is None else f"{module[:-3].replace('/', '.')}.{name}"
    return Value(known, span, handler.written or index.written, handler.references + index.references)


def _template_code(props: Props, place: codes.Place, file: str) -> Code:
    """The code of a CfnFunction: `code: {zipFile, s3Bucket, imageUri}`, for SAM `codeUri` and `inlineCode`."""
    local = props.get("codeUri")
    if local is not None:
        path = place.path(local.value, file)
        if path is not None and place.exists(path):
            return Code("directory", Value(path, local.span), local.span, build=Build("copy", ()))
        return Code("bucket", span=local.span)
    inline = props.get("inlineCode")
    entry = props.get("code")
    inner = as_props(entry.value) if entry is not None else Props(None, True)
    inline = inline or inner.get("zipFile")
    if inline is not None:
        return codes.code_of(inline, place, file, True)
    if inner.get("imageUri") is not None:
        return Code("image", span=entry.span if entry else None, build=Build("docker"))
    if inner.get("s3Bucket", "s3Key") is not None:
        return Code("bucket", span=entry.span if entry else None)
    return Code("unknown")


def _settings(props: Props, kind: str) -> Iterator[tuple[str, Value[Any]]]:
    for name, (convert, spelled) in SETTINGS.items():
        value = setting(props, convert, *spelled)
        if value is not ABSENT:
            yield name, value
    if props.value("deadLetterQueueEnabled") == Known(True) and props.get("deadLetterQueue") is None:
        entry = props.get("deadLetterQueueEnabled")
        yield "dead_letter_queue", Value("DeadLetterQueue", entry.span if entry else None)
    dead = as_props(props.value("deadLetterConfig")).get("targetArn")
    if dead is not None:
        yield "dead_letter_queue", of_entry(dead, named)
    mode = as_props(props.value("tracingConfig")).get("mode")
    if mode is not None:
        yield "tracing", of_entry(mode, text)
    storage = as_props(props.value("ephemeralStorage")).get("size")
    if storage is not None:
        yield "ephemeral_storage", of_entry(storage, number)
    snap = as_props(props.value("snapStart")).get("applyOn")
    if snap is not None:
        yield "snapstart", of_entry(snap, text)
    group = construct(props.value("logGroup"))
    if group is not None and name_of(group) == "aws_logs:loggroup":
        inner = props_of(group)
        kept = setting(inner, retention, "retention")
        yield "log_retention", or_default(kept, 731 if inner.whole else None)
    options = as_props(props.value("currentVersionOptions")).get("provisionedConcurrentExecutions")
    if options is not None:
        yield "provisioned_concurrency", of_entry(options, number)


def _environment(props: Props) -> tuple[tuple[Variable, ...], bool]:
    entry = props.get("environment")
    if entry is None:
        return (), props.whole
    value = entry.value
    inner = as_props(value).get("variables") if isinstance(value, (Record, Made)) else None
    if inner is not None and isinstance(inner.value, Record):
        value = inner.value  # a template's `environment: {variables: {...}}`
    records = value.options if isinstance(value, Either) else (value,)
    found: dict[str, Variable] = {}
    complete = entry.certain
    for record in records:
        if not isinstance(record, Record):
            complete = complete and isinstance(record, Known)
            continue
        complete = complete and record.complete
        for name, variable in record.entries.items():
            if variable.value != Known(None):
                found[name] = Variable(name, _variable(variable.value, variable.span), variable.key_span)
    return tuple(found.values()), complete


def _variable(value: Any, span: Span) -> Value[str]:
    """An environment variable's value. A text that holds a secret beside known parts is that secret, too."""
    return read(value, span, text)


def _added_layers(props: Props) -> tuple[Layer, ...]:
    """Layers that the CDK adds for a prop."""
    found = []
    for name in ADDED_LAYERS:
        entry = props.get(name)
        if entry is not None:
            found.append(
                Layer(Value(None, entry.span, True, (Reference("expression", name, entry.span),)), None, entry.span)
            )
    return tuple(found)


# -------------------------------------------------------------------------------------------------- later changes


def _changes(ran: Ran) -> dict[int, list[Made]]:
    """The calls that change a function, by the function."""
    found: dict[int, list[Made]] = {}
    for number_of, made in enumerate(ran.run.made):
        target: Made | None = None
        name = name_of(made)
        if name.startswith((".", "=")):
            target = function_behind(made.receiver)
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


def _changed(declared: Declaration, change: Made, place: codes.Place) -> Declaration:
    """The declaration after a call such as `fn.addEnvironment(...)`."""
    name = name_of(change)
    settings = dict(declared.settings)
    if name == ".addenvironment":
        key, value = argument(change, 0, "key"), argument(change, 1, "value")
        written = text(key.value) if key is not None else None
        if key is None or value is None or written is None:
            return declared._replace(environment_known=False)
        variable = Variable(written, _variable(value.value, value.span), key.span)
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
    if name == ".addfunctionurl":
        props = props_of(change, 0)
        given = props.get("authType")
        auth = of_entry(given, member) if given is not None else Value("AWS_IAM" if props.whole else None, None, False)
        settings["function_url"] = Value(auth.known, auth.span or change.header, True)
        return declared._replace(settings=settings)
    if name in (".addpropertyoverride", ".addoverride", ".addpropertydeletionoverride", ".adddeletionoverride"):
        return _overridden(declared, change)
    if name.startswith("="):
        prop = "".join(part[:1].upper() + part[1:] for part in change.callee[1:].split("_"))
        return _override(declared, prop, change.args[0], change.doubtful)
    return declared


def _overridden(declared: Declaration, change: Made) -> Declaration:
    """The declaration after an escape hatch of the template."""
    path, value = argument(change, 0, "propertyPath", "path"), argument(change, 1, "value")
    written = text(path.value) if path is not None else None
    if path is None or written is None:
        unknown: Value[Any] = Value(None, change.header)
        return declared._replace(
            timeout=unknown, memory=unknown, runtime=unknown, handler=unknown, environment_known=False
        )
    prop = re.sub(r"^Properties\.", "", written)
    return _override(declared, prop, value or Item(None, change.header), change.doubtful)


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
        variable = Variable(match[1], _variable(item.value, item.span), item.span)
        kept = tuple(other for other in declared.environment if other.name != match[1])
        return declared._replace(environment=(*kept, variable))
    if prop.startswith("Environment"):
        return declared._replace(environment_known=False)
    if prop.startswith("Layers"):
        return declared._replace(layers=(*declared.layers, Layer(Value(None, item.span), None, item.span)))
    if prop.startswith("Code"):
        return declared._replace(code=Code("unknown", span=item.span))
    return declared


# --------------------------------------------------------------------------------------------------------- merging


def _merged(one: Declaration, two: Declaration) -> Declaration:
    """One source, made twice (for two stages): what differs is not known."""
    environment = {variable.name: variable for variable in one.environment}
    for variable in two.environment:
        held = environment.get(variable.name)
        environment[variable.name] = (
            variable if held is None else variable._replace(value=_same(held.value, variable.value))
        )
    names = {variable.name for variable in one.environment} == {variable.name for variable in two.environment}
    settings = dict(one.settings)
    for name, value in two.settings.items():
        settings[name] = _same(settings[name], value) if name in settings else value
    paths = (one.setting("construct_path").known or ()) + (two.setting("construct_path").known or ())
    if paths:
        settings["construct_path"] = Value(tuple(dict.fromkeys(paths)), None, written=False)
    triggers = list(one.triggers)
    triggers += [trigger for trigger in two.triggers if all(trigger.span != other.span for other in triggers)]
    return one._replace(
        name=_same(one.name, two.name),
        handler=_same(one.handler, two.handler),
        runtime=_same(one.runtime, two.runtime),
        memory=_same(one.memory, two.memory),
        timeout=_same(one.timeout, two.timeout),
        code=one.code if one.code == two.code else Code("unknown", span=one.code.span),
        layers=one.layers if one.layers == two.layers else _either_layers(one.layers, two.layers),
        environment=tuple(environment.values()),
        environment_known=one.environment_known and two.environment_known and names,
        settings=settings,
        triggers=tuple(triggers),
    )


def _same(one: Value[Any], two: Value[Any]) -> Value[Any]:
    if one.known == two.known and one.written == two.written:
        return one
    references_of = tuple(dict.fromkeys((*one.references, *two.references)))
    return Value(None, one.span or two.span, True, references_of)


def _either_layers(one: tuple[Layer, ...], two: tuple[Layer, ...]) -> tuple[Layer, ...]:
    longer = one if len(one) >= len(two) else two
    return tuple(Layer(Value(None, layer.span), None, layer.span) for layer in longer)

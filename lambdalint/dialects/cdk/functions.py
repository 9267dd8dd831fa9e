"""A finished run in; every function it makes as a Declaration out, with what later calls add to it."""

from __future__ import annotations

from lambdalint.dialects.cdk import changes
from lambdalint.dialects.cdk import code as codes
from lambdalint.dialects.cdk.changes import changes_of
from lambdalint.dialects.cdk.constructs import (
    Props,
    as_props,
    elements,
    full_path,
    id_of,
    name_of,
    path_of,
)
from lambdalint.dialects.cdk.reading import (
    number,
    or_default,
    runtime,
    seconds,
    setting,
    text,
)
from lambdalint.dialects.cdk.settings import added_layers, environment_of, settings_of
from lambdalint.dialects.cdk.targets import kind_of
from lambdalint.dialects.cdk.triggers import Triggers
from lambdalint.dialects.plain import USUAL
from lambdalint.model import ABSENT, Build, Code, Declaration, Layer, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cdk.apps import App
    from lambdalint.dialects.cdk.program import Ran
    from lambdalint.languages.terms.values import Made
    from lambdalint.model import Project


def declarations(project: Project, app: App, ran: Ran) -> Iterator[Declaration]:
    """Every function of an app; one that several stacks make alike is one."""
    place = codes.Place(app, project.inventory)
    made = ran.run.made
    changed_by = changes_of(ran)
    aspects = changes.reached_by_aspects(ran)
    triggers = Triggers(ran, place, project)
    found: dict[tuple[Any, ...], tuple[Made, Declaration]] = {}
    order: list[tuple[Any, ...]] = []
    for one in made:
        declared = _declaration(one, place, changed_by.get(id(one), []))
        if declared is None:
            continue
        if aspects:
            declared = changes.doubted(declared, aspects)
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


def _declaration(made: Made, place: codes.Place, changed_by: list[Made]) -> Declaration | None:
    known = kind_of(made)
    if known is None:
        return None
    kind, props = known
    span = made.instance.header if made.instance is not None else made.header
    code, handler, own_runtime = _code(made, kind, props, place)
    settings = dict(settings_of(props, kind))
    if kind == "image" or code.kind == "image":
        settings["package_type"] = Value("Image", code.span, written=code.span is not None)
    if kind == "wrapped" or not props.whole:
        for name in USUAL:
            settings.setdefault(name, Value(None, None, written=not props.whole))
    else:
        settings.update({name: Value(usual, None, False) for name, usual in USUAL.items() if name not in settings})
    environment, complete = environment_of(props)
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
        + added_layers(props),
        environment=environment,
        environment_known=complete and props.whole and kind != "wrapped",
        settings=settings,
    )
    for change in changed_by:
        declared = changes.changed(declared, change, place, change.doubtful > made.doubtful)
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


# -------------------------------------------------------------------------------------------------- later changes


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

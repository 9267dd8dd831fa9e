"""Functions in, what rules see of them out: the page to read first when a finding surprises."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap

from lambdalint.knowledge.operations import operation, resource_operation
from lambdalint.report.excerpt import plain
from lambdalint.report.phrases import where
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdalint.model import Call, Declaration, Function, Package, Trigger, Value
    from lambdalint.report import Context

LABEL = 13
WRAP = 100  # columns of a list of names
PARTS = 5  # largest parts of a package
REPEATS = {
    "idempotent": "repeats safely",
    "idempotent_by_name": "repeats safely by name",
    "token": "repeats the effect without a token",
    "depends_on_arguments": "may repeat the effect",
    "not_idempotent": "repeats the effect",
    "side_effect_free": "",
}


def render_functions(functions: Iterable[Function], context: Context) -> str:
    """One block a function. Values of environment variables are left out: they may be secrets."""
    return "\n".join(render_function(function, context) for function in functions)


def render_function(function: Function, context: Context) -> str:
    """The name, then what is known under labels; what is only a default is shown with `-v`."""
    lines = [f"{_style(plain(function.name), '1', context)}  {_style(plain(function.id), '2', context)}"]
    for label, values in _sections(function, context):
        for index, value in enumerate(values):
            head = (label if index == 0 else "").ljust(LABEL)
            lines.append(f"  {_style(head, '36', context)}{plain(value)}")
    return "\n".join(lines) + "\n"


def _sections(function: Function, context: Context) -> Iterator[tuple[str, Sequence[str]]]:
    declaration, handler = function.declaration, function.handler
    if declaration:
        made = f", built from {declaration.build_of}" if declaration.build_of else ""
        yield "declared", [f"{where(declaration.span, context)} ({declaration.dialect}{made})"]
    else:
        yield "declared", ["nowhere that was found"]
    if handler:
        notes = [f"event is {handler.annotation}"] if handler.annotation else []
        notes += [handler.evidence] if handler.evidence else []
        notes += [f"under @{name}" for name in handler.decorators]
        yield "handler", [f"{where(handler.span, context)} {handler.name}{_notes(notes)}"]
    elif declaration and declaration.handler.known:
        yield "handler", [f"{declaration.handler.known}, not found in the code at hand"]
    else:
        yield "handler", ["not found"]
    if declaration:
        yield "settings", _settings(declaration, context)
        yield "code", [_code(declaration)]
        yield "layers", [described(layer.name) for layer in declaration.layers]
        yield "variables", _variables(declaration)
    yield "triggers", _triggers(function, context)
    yield "start-up", _calls(function.startup, context)
    yield "invocation", _calls(function.steps, context)
    if function.event_keys:
        keys = ", ".join(sorted(function.event_keys))
        yield "event", wrap(keys, WRAP, break_long_words=False, break_on_hyphens=False)
    if function.package:
        yield "package", _package(function.package, context)
    if function.reaches and context.verbose > 0:
        yield "reads", [context.path(path) for path in sorted(function.reaches)]
    yield "unknown", function.opaque
    yield "note", function.notes


def described(value: Value[Any]) -> str:
    """A setting as a person says it: the value, what it is taken from, or that it cannot be told."""
    if value.known is not None:
        text = str(value.known) if isinstance(value.known, str | int | float) else "set"
        return text if value.written else f"{text} (default)"
    if value.references:
        return " + ".join(f"{reference.kind} {reference.target}".strip() for reference in value.references)
    return "cannot be told" if value.written else "not set"


def _settings(declaration: Declaration, context: Context) -> list[str]:
    units = (("runtime", declaration.runtime, ""), ("memory", declaration.memory, " MB"))
    lines = []
    main = []
    elsewhere: dict[str, list[str]] = {}  # what says where -> the settings that are set there
    for name, value, unit in (*units, ("timeout", declaration.timeout, " s")):
        if value.known is not None:
            main.append(f"{value.known}{unit}{'' if value.written else ' (default)'}")
        elif _elsewhere(value):
            elsewhere.setdefault(_elsewhere(value), []).append(name)
        elif value.written:
            main.append(f"{name} {described(value)}")
    if main:
        lines.append(", ".join(main))
    for name, value in sorted(declaration.settings.items()):
        if _elsewhere(value):
            elsewhere.setdefault(_elsewhere(value), []).append(name)
        elif value.written or (context.verbose > 0 and value.known is not None):
            at = f"  {where(value.span, context)}" if value.span else ""
            lines.append(f"{name} {described(value)}{at}")
    for place, names in elsewhere.items():
        lines += wrap(f"{place}: {', '.join(names)}", WRAP, break_long_words=False, break_on_hyphens=False)
    return lines


def _elsewhere(value: Value[Any]) -> str:
    """ "set where the function is created" of a setting that says so and nothing else."""
    if value.known is not None or len(value.references) != 1 or value.references[0].kind != "expression":
        return ""
    return value.references[0].target if value.references[0].target.startswith("set where ") else ""


def _code(declaration: Declaration) -> str:
    code = declaration.code
    if code.kind == "inline":
        return "inline, in the configuration itself"
    tool = "" if code.build.tool == "unknown" else f", built by {code.build.tool}"
    path = described(code.path)
    if code.kind == "unknown" and code.path.known:
        return f"{code.path.known}, which is not in the repository{tool}"
    if code.kind == "unknown":
        return f"cannot be told{tool}"
    return f"{code.kind} {path or '.'}{tool}"


def _variables(declaration: Declaration) -> list[str]:
    names = []
    for variable in declaration.environment:
        kinds = sorted({reference.kind for reference in variable.value.references})
        names.append(f"{variable.name} ({', '.join(kinds)})" if kinds else variable.name)
    if not declaration.environment_known:
        names.append("others that cannot be told")
    return wrap(", ".join(names), WRAP, break_long_words=False, break_on_hyphens=False)


def _triggers(function: Function, context: Context) -> list[str]:
    lines = [_trigger(trigger, context) for trigger in function.triggers]
    if function.declaration and not function.declaration.triggers_known:
        lines.append("others may be declared elsewhere" if lines else "none in the files at hand; others may exist")
    return lines


def _trigger(trigger: Trigger, context: Context) -> str:
    parts = [f"{trigger.kind} ({trigger.delivery})", where(trigger.span, context)]
    if trigger.source.known is not None or trigger.source.references:
        parts.append(described(trigger.source))
    for name, value in sorted(trigger.settings.items()):
        if value.written or (context.verbose > 0 and value.known is not None):
            parts.append(f"{name} {described(value)}")
    return "  ".join(parts[:2]) + _notes(parts[2:])


def _calls(calls: Sequence[Call], context: Context) -> list[str]:
    """Calls in their order, gathered under the way that leads to them."""
    lines: list[str] = []
    ways = any(len(call.chain) > 1 for call in calls)
    for chain, group in groupby(calls, key=lambda call: tuple(hop.name for hop in call.chain)):
        rows = list(dict.fromkeys((where(call.span, context), f"{named(call)}{_notes(_said(call))}") for call in group))
        if ways:
            lines.append(" -> ".join(chain) or "module scope")
        width = max(len(place) for place, _ in rows)
        lines += [f"{'  ' if ways else ''}{place.ljust(width)}  {text}" for place, text in rows]
    return lines


def named(call: Call) -> str:
    """The call in a few words: `boto3.client('sqs')`, `sqs send_message`; literals of its own are left out."""
    service, resource, method = aws_call(call)
    if method:
        return f"{service} {resource + ' ' if resource else ''}{method}"
    if call.callee in ("boto3.client", "boto3.resource", "boto3.Session().client", "boto3.Session().resource"):
        given = call.argument("service_name", 0)
        if given is not None and isinstance(given.constant, str):
            return f"{call.callee}({given.constant!r})"
    return call.callee


def aws_call(call: Call) -> tuple[str, str, str]:
    """(service, resource type, method) of a call on a boto3 client or resource, three times "" for any other."""
    way = call.callee.split("().")
    maker = next((i for i, name in enumerate(way) if name.rpartition(".")[2] in ("client", "resource")), None)
    if maker is None or "boto3" not in way[0] or not way[-1].isidentifier():
        return "", "", ""
    depth = len(way) - 1 - maker
    of_resource = way[maker].endswith("resource")
    if depth not in ((1, 2) if of_resource else (1,)):
        return "", "", ""
    made = call.receiver.made_by if call.receiver else None
    if made is not None and depth == 2:
        made = made.receiver.made_by if made.receiver else None
    name = made.argument("service_name", 0) if made else None
    if name is None or not isinstance(name.constant, str):
        return "", "", ""
    return name.constant, way[-2] if depth == 2 else "", way[-1]


def _said(call: Call) -> list[str]:
    said = []
    service, resource, method = aws_call(call)
    if method:
        effect = resource_operation(service, resource, method) if resource else operation(service, method)
        if effect and REPEATS[effect.repeat]:
            said.append(REPEATS[effect.repeat])
    if call.cached:
        said.append(f"kept by {call.cached}")
    if call.imitation:
        said.append(f"not kept: {call.imitation}")
    if call.loops:
        said.append("for each record" if call.per_record else "in a loop")
    if call.branch:
        said.append("on some path")
    return said


def _package(package: Package, context: Context) -> list[str]:
    said = [f"{len(package.files):,} {'file' if len(package.files) == 1 else 'files'}"]
    if package.unzipped is not None:
        said.append(f"{'at least ' if package.unpriced else ''}{size(package.unzipped)} unzipped")
    if package.zipped is not None:
        said.append(f"{size(package.zipped)} zipped")
    if not package.known:
        said.append("contents cannot be told for certain")
    lines = [f"{context.path(package.root)}: {', '.join(said)}"]
    if package.parts:
        shown = "  ".join(f"{name} {size(count)}" for name, count in package.parts[:PARTS])
        lines.append(f"largest: {shown}")
    shipped = [requirement for requirement in package.requirements if requirement.direct]
    for requirement in shipped:
        ships = {True: "ships", False: "does not ship", None: "may ship"}[requirement.ships]
        place = where(requirement.span, context)
        lines.append(f"{requirement.name}{requirement.specifier}  {ships}  {place}")
    if package.unpriced:
        lines.append(f"size unknown: {', '.join(package.unpriced)}")
    return lines


def size(count: int) -> str:
    """Bytes as a person reads them, in powers of 1,024 as Lambda's limits are: "84.2 MB"."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


def _notes(parts: Sequence[str]) -> str:
    return f"  {', '.join(parts)}" if parts else ""


def _style(text: str, style: str, context: Context) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if context.color else text

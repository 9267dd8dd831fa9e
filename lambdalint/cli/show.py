"""Paths in, the Functions as the rules see them out: what to look at first when a finding surprises."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lambdalint.cache import Cache
from lambdalint.cli.check import UsageError, place, write_out
from lambdalint.engine import Settings, remembered, run
from lambdalint.settings import SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.model import Call, Declaration, Function, Span, Value


def show(paths: Sequence[str], output_format: str, no_cache: bool) -> int:
    """Print the functions; the exit code."""
    try:
        where = place(paths)
        cache = Cache(None if no_cache else where.root)
        rules = remembered(cache)
        own = load(where.root, rules, cache=cache)
    except (UsageError, SettingsError) as error:
        print(f"lambdalint: {error}", file=sys.stderr)
        return 2
    settings = Settings(exclude=own.exclude, knowledge=own.knowledge)
    report = run(where.root, where.paths, settings, where.overlay, cache, rules)
    cache.close()
    if output_format == "json":
        from lambdalint import __version__
        from lambdalint.report import Context, renderer

        write_out(renderer("json")(report, Context(root=where.root, version=__version__)))
    else:
        write_out("\n".join("\n".join(described(function)) + "\n" for function in report.functions))
        if not report.functions:
            print("no functions found", file=sys.stderr)
    for problem in report.problems:
        print(f"{problem.path}:{problem.line}: problem: {problem.message}", file=sys.stderr)
    for path in where.missing:
        print(f"{path}: problem: no such file or folder", file=sys.stderr)
    return 2 if where.missing else 0


def described(function: Function) -> Iterator[str]:
    """One function as lines. Values of environment variables are left out: they may be secrets."""
    yield f"{function.name}  ({function.id})"
    if function.declaration:
        yield from _declaration(function.declaration)
    else:
        yield "  declared   nowhere that was found"
    if function.handler:
        handler = function.handler
        because = f", {handler.evidence}" if handler.evidence else ""
        event = f", event is {handler.annotation}" if handler.annotation else ""
        yield f"  handler    {handler.name} in {_at(handler.span)}{event}{because}"
    else:
        yield "  handler    not found"
    for trigger in function.triggers:
        source = trigger.source.known or (trigger.source.references[0].target if trigger.source.references else "")
        settings = ", ".join(f"{name}={_value(value)}" for name, value in trigger.settings.items())
        details = ", ".join(part for part in (source, settings) if part)
        tail = f": {details}" if details else ""
        yield f"  trigger    {trigger.kind} ({trigger.delivery}) in {_at(trigger.span)}{tail}"
    for title, calls in (("startup", function.startup), ("invocation", function.steps)):
        for call in calls:
            yield f"  {title:10} {_call(call)}"
    package = function.package
    if package:
        sizes = [f"{len(package.files)} files"]
        if package.unzipped is not None:
            sizes.append(f"{package.unzipped / 1e6:.1f} MB unzipped")
        if package.zipped is not None:
            sizes.append(f"{package.zipped / 1e6:.1f} MB zipped")
        certain = "" if package.known else ", contents cannot be told for certain"
        yield f"  package    {package.root or '.'}: {', '.join(sizes)}{certain}"
        for name, size in package.parts[:5]:
            yield f"             {size / 1e6:8.1f} MB  {name}"
        for requirement in package.requirements:
            ships = {True: "ships", False: "does not ship", None: "may ship"}[requirement.ships]
            yield f"  requires   {requirement.name}{requirement.specifier} ({ships}) in {_at(requirement.span)}"
    for path in function.reaches:
        yield f"  reaches    {path}"
    for reason in function.opaque:
        yield f"  opaque     {reason}"
    for note in function.notes:
        yield f"  note       {note}"


def _declaration(declaration: Declaration) -> Iterator[str]:
    yield f"  declared   {declaration.dialect} in {_at(declaration.span)}"
    values: tuple[tuple[str, Value[Any]], ...] = (
        ("handler", declaration.handler),
        ("runtime", declaration.runtime),
        ("memory", declaration.memory),
        ("timeout", declaration.timeout),
        *declaration.settings.items(),
    )
    said = ", ".join(f"{name}={_value(value)}" for name, value in values if value.written or value.known is not None)
    if said:
        yield f"  settings   {said}"
    code = declaration.code
    where = _value(code.path) if code.kind != "inline" else _at(code.span) if code.span else ""
    yield f"  code       {code.kind} {where} (built by {code.build.tool})".replace("  ", " ").replace(
        " code ", "  code       "
    )
    for layer in declaration.layers:
        yield f"  layer      {_value(layer.name)}"
    if declaration.environment or not declaration.environment_known:
        more = [] if declaration.environment_known else ["and others that cannot be told"]
        yield f"  variables  {', '.join([variable.name for variable in declaration.environment] + more)}"
    if not declaration.triggers_known:
        yield "  trigger    there may be others, declared elsewhere"


def _call(call: Call) -> str:
    notes = []
    if call.chain:
        notes.append("through " + " -> ".join(hop.name for hop in call.chain))
    if call.cached:
        notes.append(f"kept by {call.cached}")
    if call.imitation:
        notes.append(f"not kept: {call.imitation}")
    if call.loops:
        notes.append("for each record" if call.per_record else "in a loop")
    if call.branch:
        notes.append("on some path")
    return f"{call.callee} in {_at(call.span)}{': ' if notes else ''}{', '.join(notes)}"


def _value(value: Value[Any]) -> str:
    if value.known is not None:
        plain = value.known if isinstance(value.known, str | int | float | bool) else "(set)"
        return f"{plain}" if value.written else f"{plain} (default)"
    if value.references:
        return " + ".join(f"<{reference.kind} {reference.target}>" for reference in value.references)
    return "<unknown>" if value.written else "-"


def _at(span: Span) -> str:
    return f"{span.path}:{span.line}"

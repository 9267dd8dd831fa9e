"""Findings' places in, the phrases that formats for people share out."""

from __future__ import annotations

from lambdalint.patterns import re
from lambdalint.report.excerpt import plain
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model import Finding, Function, Related, Span
    from lambdalint.report import Context

NAMED = 4  # functions named before "and 9 more", unless asked for all
PLACES = 6  # related places shown, likewise


def where(span: Span, context: Context) -> str:
    """ "services/api/app.py:12"."""
    return f"{plain(context.path(span.path))}:{span.line}"


def followed(path: str, context: Context) -> str:
    """A path as a command's property: exact, but for characters that a terminal would obey."""
    return re.sub(r"[^\r\n]+", lambda part: plain(part[0]), context.path(path))


def sentence(place: Related, context: Context) -> str:
    """A related location as a phrase: "declared as Orders (template.yaml:12)"."""
    message = plain(place.message).rstrip()
    for ending in (" here", " in", " at"):
        message = message.removesuffix(ending)
    found = where(place.span, context)
    return f"see {found}" if message in ("", "here") else f"{message} ({found})"


def chain(flow: tuple[Related, ...]) -> str:
    """ "reached through handler -> process -> get_client"; nothing for a call in the handler itself."""
    if len(flow) < 2:
        return ""
    return "reached through " + " -> ".join(plain(hop.message) for hop in flow)


def places(finding: Finding, functions: Mapping[str, Function]) -> list[Related]:
    """The related places that say more than the finding, its chain and the list of its functions do."""
    declared = set()
    if len(finding.functions) > 1:
        found = (functions.get(name) for name in finding.functions)
        declared = {function.declaration.span for function in found if function and function.declaration}
    hops = finding.code_flow if len(finding.code_flow) > 1 else ()
    return [
        place
        for place in finding.related
        if place.span != finding.span and place.span not in declared and place not in hops
    ]


def shared_by(finding: Finding, functions: Mapping[str, Function], context: Context) -> str:
    """ "in 7 functions: Orders (template.yaml:12), ... and 3 more"; nothing for one, which its places show."""
    if len(finding.functions) < 2:
        return ""
    found = [_named(name, functions, context) for name in finding.functions]
    places = {place for _, place in found}
    one = places.pop() if len(places) == 1 else ""  # a class or a loop makes them all
    names = sorted(f"{name} ({place})" if place and not one else name for name, place in found)
    if one:
        names = _apart(names)
    limit = len(names) if context.verbose > 0 or len(names) <= NAMED + 1 else NAMED
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return f"in {len(names)} functions{f' of {one}' if one else ''}: {', '.join(names[:limit])}{rest}"


def notes(finding: Finding, functions: Mapping[str, Function], context: Context) -> list[str]:
    """All that is said of a finding below its message, a line each."""
    related = places(finding, functions)
    limit = len(related) if context.verbose > 0 or len(related) <= PLACES + 1 else PLACES
    lines = [chain(finding.code_flow), *(sentence(place, context) for place in related[:limit])]
    if len(related) > limit:
        lines.append(f"and {len(related) - limit} more places")
    return [line for line in (*lines, shared_by(finding, functions, context)) if line]


def advice(finding: Finding, context: Context) -> str:
    """ "help: build it once, at module scope"; nothing for a rule that gives none."""
    rule = context.rules.get(finding.rule)
    return f"help: {plain(rule.advice)}" if rule is not None and rule.advice else ""


def _named(name: str, functions: Mapping[str, Function], context: Context) -> tuple[str, str]:
    """A function's name, and where it is declared or written."""
    function = functions.get(name)
    if function is None:
        return plain(name), ""
    span = function.declaration.span if function.declaration else function.handler.span if function.handler else None
    return plain(function.name), where(span, context) if span else ""


def _apart(names: list[str]) -> list[str]:
    """Paths of constructs without the parts that all of them begin and end with."""
    parts = [name.split("/") for name in names]
    while all(len(one) > 1 and one[0] == parts[0][0] for one in parts):
        parts = [one[1:] for one in parts]
    while all(len(one) > 1 and one[-1] == parts[0][-1] for one in parts):
        parts = [one[:-1] for one in parts]
    return ["/".join(one) for one in parts]

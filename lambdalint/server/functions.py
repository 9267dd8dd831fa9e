"""An outcome and a place in, the functions there out, and what they are deployed as, in a line: code lenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import CodeLens, Command

from lambdalint.report.show import size
from lambdalint.server.positions import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambdalint.model import Function, Span, Value
    from lambdalint.server.roots import Outcome

MEGABYTE = 1_048_576
SHOW_DECLARATIONS = "lambdalint.showDeclarations"


def functions_at(outcome: Outcome, path: str, line: int, column: int) -> list[tuple[Function, Span]]:
    """The functions whose handler, or whose declaration's handler setting, stands at a place; each with where."""
    found = []
    for function in outcome.report.functions:
        handler, declaration = function.handler, function.declaration
        if handler is not None and holds(handler.span, path, line, column):
            found.append((function, handler.span))
            continue
        at = declaration.handler.span if declaration is not None else None
        if at is not None and holds(at, path, line, column):
            found.append((function, at))
    return found


def lenses(outcome: Outcome, path: str) -> Iterator[CodeLens]:
    """One lens above each handler of a file: what it is deployed as."""
    by_handler: dict[Span, list[Function]] = {}
    for function in outcome.report.functions:
        if function.handler is not None and function.handler.span.path == path and function.handler.path == path:
            by_handler.setdefault(function.handler.span, []).append(function)
    for span, functions in sorted(by_handler.items()):
        title = summary(functions)
        if title:
            places = [item.declaration.span for item in functions if item.declaration is not None]
            arguments = [[outcome.texts.uri(at.path), at.line, at.column] for at in places]
            command = Command(title=title, command=SHOW_DECLARATIONS, arguments=[arguments])
            yield CodeLens(range=outcome.texts.range(span), command=command)


def summary(functions: Sequence[Function]) -> str:
    """ "3 functions · python3.13 · 512 MB · 30 s · sqs, schedule · 84 MB package"; what is not known is left out."""
    declared = [item.declaration for item in functions if item.declaration is not None]
    parts = [f"{len(functions)} functions"] if len(functions) > 1 else []
    if not declared:
        evidence = next((item.handler.evidence for item in functions if item.handler is not None), "")
        return "not declared" + (f" · {evidence}" if evidence else "")
    parts += _settings((item.runtime for item in declared), "")
    parts += _settings((item.memory for item in declared), " MB")
    parts += _settings((item.timeout for item in declared), " s")
    kinds = sorted({trigger.kind for item in functions for trigger in item.triggers})
    if kinds:
        parts.append(", ".join(kinds))
    sizes = {item.package.unzipped for item in functions if item.package is not None and item.package.unzipped}
    if sizes:
        parts.append(f"{_extent(sorted(sizes), _rounded)} package")
    return " · ".join(parts) or "declared"


def _rounded(count: int) -> str:
    return f"{count / MEGABYTE:.0f} MB" if count >= 10 * MEGABYTE else size(count)


def _settings(values: Iterable[Value[str] | Value[int]], unit: str) -> list[str]:
    """The values of one setting over several functions, with the unit once."""
    known = {value.known for value in values if value.known is not None}
    if not known:
        return []
    numbers = [item for item in known if isinstance(item, int | float)]
    if len(numbers) == len(known):
        return [_extent(sorted(numbers), str) + unit]
    return [", ".join(sorted(map(str, known))) + unit]


def _extent(values: list[int] | list[int | float], shown: object) -> str:
    text = [shown(value) for value in (values[0], values[-1])]  # type: ignore[operator]
    return text[0] if text[0] == text[1] else f"{text[0]} to {text[1]}"

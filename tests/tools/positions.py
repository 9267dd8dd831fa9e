"""Checkouts in, 200 settings drawn at random and what stands at their spans out.

    python -m tests.tools.positions CHECKOUT [CHECKOUT ...] [--seed 20261123] [--count 200]

Drawn are names, handlers, runtimes, memory sizes, timeouts, environment variables (their names, and their values),
layers and the settings by id, of every declaration, where the value is written, known and a plain text, number or
boolean; each dialect gives an equal number, as far as it has as many. By rule a span is the value as it is written,
quotes included, and what is between the quotes (escapes undone) is the value: "the same". Where a value is computed
(`Duration.minutes(1)`, `var.size`, `!Sub ...`) the span is the expression, or the place where the expression got the
value from: "expression" when that text is no literal. Everything else is "wrong" and printed.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdalint.engine import Settings, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Span, Value

FIELDS = ("name", "handler", "runtime", "memory", "timeout")
SEED = 20261123


class Drawn(NamedTuple):
    """One setting: whose it is, its value, and the text at its span."""

    dialect: str
    place: str
    setting: str
    known: Any
    text: str


def settings_of(declaration: Declaration) -> Iterator[tuple[str, Any, Span]]:
    """Every written, known, plain value of a declaration with its span; environment variables by name and by value."""
    values: list[tuple[str, Value[Any]]] = [(name, getattr(declaration, name)) for name in FIELDS]
    values += declaration.settings.items()
    values += [(f"layer {index}", layer.name) for index, layer in enumerate(declaration.layers)]
    for variable in declaration.environment:
        values.append((f"value of {variable.name}", variable.value))
        yield f"variable {variable.name}", variable.name, variable.span
    for trigger in declaration.triggers:
        values.append((f"{trigger.kind}.source", trigger.source))
        values += [(f"{trigger.kind}.{name}", value) for name, value in trigger.settings.items()]
    for name, value in values:
        if value.written and value.span is not None and isinstance(value.known, (str, int, float, bool)):
            yield name, value.known, value.span


def text_at(span: Span, lines: list[str]) -> str:
    """What stands at a span; lines and columns count from 1, the end is exclusive."""
    chosen = lines[span.line - 1 : span.end_line]
    if not chosen:
        return ""
    chosen[-1] = chosen[-1][: span.end_column - 1]
    chosen[0] = chosen[0][span.column - 1 :]
    return "\n".join(chosen)


def verdict(drawn: Drawn) -> str:
    """Whether the text at the span is the value: "same", "expression" or "wrong"."""
    text, known = drawn.text.strip(), drawn.known
    for plain in readings(text):
        if plain == known or str(plain) == str(known) or str(plain).lower() == str(known).lower():
            return "same"
    literal = re.fullmatch(r"""[-+]?[\d.]+|"[^"$\\{!]*"|'[^'$\\{!]*'|[\w./:@-]+""", text)
    if not text or (literal and not re.fullmatch(r"[A-Za-z_][\w.]*\.[\w.]+|[A-Za-z_]\w*", text)):
        return "wrong"
    return "expression"


def readings(text: str) -> Iterator[Any]:
    """What a piece of configuration can mean as a literal: as it stands, without quotes, with escapes undone."""
    yield text
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        yield text[1:-1]
        yield text[1:-1].replace("''", "'")
    try:
        yield ast.literal_eval(text.lstrip("frb") if text[:2] in ("f'", 'f"') else text)
    except (ValueError, SyntaxError):
        pass
    if re.fullmatch(r"[>|][-+]?\d*\s*\n.*", text, re.DOTALL):
        folded = [line.strip() for line in text.splitlines()[1:]]
        yield "\n".join(folded)
        yield "\n".join(folded) + "\n"
        yield " ".join(folded)


def main(arguments: list[str]) -> int:
    """Draw, compare, and print the numbers and what is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("checkouts", nargs="+")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--all", action="store_true", help="compare every setting, not only those drawn")
    parser.add_argument("--expressions", action="store_true", help="print what counts as an expression, too")
    options = parser.parse_args(arguments)
    by_dialect: dict[str, dict[tuple[str, Span, str], tuple[Any, str]]] = {}
    for root in options.checkouts:
        for function in run(root, settings=Settings()).functions:
            declaration = function.declaration
            for name, known, span in settings_of(declaration) if declaration is not None else ():
                assert declaration is not None
                by_dialect.setdefault(declaration.dialect, {})[(root, span, name)] = (known, name)
    generator = random.Random(options.seed)
    share = options.count // max(len(by_dialect), 1) + 1
    chosen = [
        (dialect, *pair)
        for dialect, values in sorted(by_dialect.items())
        for pair in generator.sample(
            sorted(values.items(), key=repr), len(values) if options.all else min(share, len(values))
        )
    ]
    rest = (
        [
            (dialect, *pair)
            for dialect, values in sorted(by_dialect.items())
            for pair in sorted(values.items(), key=repr)
            if (dialect, *pair) not in chosen
        ]
        if len(chosen) < options.count
        else []
    )
    chosen += generator.sample(rest, min(len(rest), options.count - len(chosen))) if rest else []
    texts: dict[str, list[str]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for dialect, (root, span, _), (known, name) in chosen if options.all else chosen[: max(options.count, len(chosen))]:
        path = os.path.join(root, span.path)
        if path not in texts:
            texts[path] = re.split(r"\r\n|\r|\n", Path(path).read_text(encoding="utf-8-sig", errors="replace"))
        drawn = Drawn(dialect, f"{path}:{span.line}:{span.column}", name, known, text_at(span, texts[path]))
        told = verdict(drawn)
        counts[dialect, told] += 1
        if told == "wrong" or (told == "expression" and options.expressions):
            print(f"{told}: {dialect} {drawn.place} {name}: {str(known)[:60]!r} at {drawn.text[:80]!r}")
    print("| dialect | drawn | same | expression | wrong |\n|---|---:|---:|---:|---:|")
    for dialect in [*sorted(by_dialect), "all"]:
        row = [
            sum(n for (one, told), n in counts.items() if dialect in (one, "all") and (not kind or told == kind))
            for kind in ("", "same", "expression", "wrong")
        ]
        print(f"| {dialect} | " + " | ".join(map(str, row)) + " |")
    return 1 if any(told == "wrong" for _, told in counts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

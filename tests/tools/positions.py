"""Checkouts in, 200 settings drawn at random and what stands at their spans out.

    python -m tests.tools.positions CHECKOUT [CHECKOUT ...] [--seed 20261123] [--count 200]

Drawn are names, handlers, runtimes, memory sizes, timeouts, environment variables (their names, and their values),
layers, triggers and the settings by id, of every declaration, where the value is written, known and a plain text,
number or boolean; each dialect gives an equal number, as far as it has as many. By rule a span is the value as it is
written, quotes included, and what is between the quotes (escapes undone) is the value: "same". Where a value is
computed (`Duration.minutes(1)`, `var.size`, `!Sub ...`) the span is that "expression". A literal that holds the value
among others ("GET /orders"), or a part of it (the last step of a path), is "part". Everything else is "other", printed.
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
DERIVED = ("upload", "base_runtime")  # told by a file's or an image's name, which is what stands there


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
    """Whether the text at the span is the value: "same", "expression", "part" or "other"."""
    text, known = drawn.text.strip(), drawn.known
    for plain in readings(text):
        if plain == known or str(plain) == str(known) or str(plain).lower() == str(known).lower():
            return "same"
    if isinstance(known, bool) and text.strip("\"'").upper() == ("ENABLED" if known else "DISABLED"):
        return "same"  # in the word that a rule's State has for it
    if drawn.setting in DERIVED:
        return "expression"
    literal = re.fullmatch(r"""[-+]?[\d.]+|"[^"$\\{!]*"|'[^'$\\{!]*'|[\w./:@-]+""", text)
    if not text or (literal and not re.fullmatch(r"[A-Za-z_][\w.]*\.[\w.]+|[A-Za-z_]\w*", text)):
        bare = text.strip("\"'`")
        return "part" if bare and (str(known) in bare or bare in str(known)) else "other"
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


def pool(roots: list[str]) -> dict[str, list[tuple[str, Span, str, Any]]]:
    """Every setting of every declaration by its dialect: (checkout, span, name, value), each place once."""
    found: dict[str, dict[tuple[str, Span, str], Any]] = {}
    for root in roots:
        for function in run(root, settings=Settings()).functions:
            declaration = function.declaration
            if declaration is not None:
                for name, known, span in settings_of(declaration):
                    found.setdefault(declaration.dialect, {})[root, span, name] = known
    return {
        dialect: sorted(((*place, known) for place, known in values.items()), key=repr)
        for dialect, values in sorted(found.items())
    }


def draw(values: dict[str, list[Any]], count: int, seed: int) -> Iterator[tuple[str, Any]]:
    """As many of each dialect, and the rest from those that have more."""
    generator = random.Random(seed)
    shuffled = {dialect: generator.sample(listed, len(listed)) for dialect, listed in values.items()}
    while count > 0 and any(shuffled.values()):
        for dialect, listed in shuffled.items():
            if listed and count > 0:
                yield dialect, listed.pop()
                count -= 1


def main(arguments: list[str]) -> int:
    """Draw, compare, and print the numbers and what is not accounted for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("checkouts", nargs="+")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--all", action="store_true", help="compare every setting, not only those drawn")
    parser.add_argument("--expressions", action="store_true", help="print what counts as an expression, too")
    options = parser.parse_args(arguments)
    values = pool(options.checkouts)
    texts: dict[str, list[str]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for dialect, (root, span, name, known) in draw(values, 10**9 if options.all else options.count, options.seed):
        path = os.path.join(root, span.path)
        if path not in texts:
            texts[path] = re.split(r"\r\n|\r|\n", Path(path).read_text(encoding="utf-8-sig", errors="replace"))
        drawn = Drawn(dialect, f"{path}:{span.line}:{span.column}", name, known, text_at(span, texts[path]))
        told = verdict(drawn)
        counts[dialect, told] += 1
        if told == "other" or (told == "expression" and options.expressions):
            print(f"{told}: {dialect} {drawn.place} {name}: {str(known)[:60]!r} at {drawn.text[:80]!r}")
    print("| dialect | drawn | same | expression | part | other |\n|---|---:|---:|---:|---:|---:|")
    for dialect in [*values, "all"]:
        row = [
            sum(n for (one, told), n in counts.items() if dialect in (one, "all") and (not kind or told == kind))
            for kind in ("", "same", "expression", "part", "other")
        ]
        print(f"| {dialect} | " + " | ".join(map(str, row)) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

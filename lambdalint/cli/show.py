"""Paths in, the Functions as the rules see them out: what to look at first when a finding surprises."""

from __future__ import annotations

import sys

from lambdalint.cache import Cache
from lambdalint.cli.check import UsageError, context, place, write_out
from lambdalint.engine import Settings, remembered, run
from lambdalint.settings import SettingsError, load
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def show(paths: Sequence[str], output_format: str, color: str, verbose: int, no_cache: bool) -> int:
    """Print the functions; the exit code."""
    try:
        where = place(paths)
        cache = Cache(None if no_cache else where.root)
        rules = remembered(cache)
        own = load(where.root, rules, cache=cache)
    except (UsageError, SettingsError) as error:
        print(f"lambdalint: {error}", file=sys.stderr)
        return 2
    # Asking no rule at all: what is wrong with the functions is for `check`.
    settings = Settings(exclude=own.exclude, knowledge=own.knowledge)
    report = run(where.root, where.paths, settings, overlay=where.overlay, cache=cache, rules=rules)
    cache.close()
    shown = context(where, rules, color, verbose)
    if output_format == "json":
        from lambdalint.report import renderer

        write_out(renderer("json")(report, shown))
    else:
        from lambdalint.report.show import render_functions

        write_out(render_functions(report.functions, shown))
        if not report.functions:
            print("no functions found", file=sys.stderr)
    for problem in report.problems:
        print(f"{shown.path(problem.path)}:{problem.line}: problem: {problem.message}", file=sys.stderr)
    for path in where.missing:
        print(f"{path}: problem: no such file or folder", file=sys.stderr)
    return 2 if where.missing else 0

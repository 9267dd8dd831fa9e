"""Arguments in, an exit code out: 0 clean, 1 findings, 2 a usage or internal error.

A plain `check` is parsed from the table of `options` without click, whose import takes longer than linting a function
does; click gets everything else: help, completion, the other commands, and every usage error, from the same table.
"""

from __future__ import annotations

import gc
import sys


def main(arguments: list[str] | None = None) -> None:
    """The console script."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # What a run makes lives until its end, so looking for garbage all the time finds none: 5 to 15 % of a run.
    gc.set_threshold(200_000, 50, 1000)
    from lambdalint.cli.arguments import parse

    parsed = parse(arguments)
    if parsed is None:
        from lambdalint.cli.commands import lambdalint

        lambdalint.main(args=arguments, prog_name="lambdalint")
        return
    from lambdalint.cli.check import check

    sys.exit(check(parsed))

"""Arguments in, an exit code out: 0 clean, 1 findings, 2 a usage or internal error.

A plain `check` is parsed from the table of `options` without click, whose import takes longer than linting a function
does; click gets everything else: help, completion, the other commands, and every usage error, from the same table.
"""

from __future__ import annotations

import gc
import os
import sys


def main(given: list[str] | None = None) -> None:
    """The console script, when no arguments are given; with them, SystemExit says how it went."""
    arguments = sys.argv[1:] if given is None else given
    gc.set_threshold(200_000, 50, 1000)  # what runs make lives long, so looking for garbage all the time finds none
    if given is None:
        from lambdalint.modules import install

        install()
    from lambdalint.cli.arguments import parse

    parsed = parse(arguments)
    if parsed is None:
        from lambdalint.cli.commands import lambdalint

        lambdalint.main(args=arguments, prog_name="lambdalint")
        return
    from lambdalint.cli.check import check

    if given is None and not parsed.watch:
        gc.disable()  # the process ends with the run: looking takes up to a tenth of it, to find some megabytes
    code = check(parsed)
    if given is None:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End the process as it stands: taking apart what a run has made, piece by piece, takes a twentieth of it."""
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code)

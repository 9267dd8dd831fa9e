"""Trees in, declarations and triggers out; knows no rules. The folder is the registry: one module or package each."""

from __future__ import annotations

import os

from lambdalint.caching import cache


@cache
def dialects() -> tuple[str, ...]:
    """The names of all dialects: the modules and packages of the folder that say what they want; the others are what
    several dialects share, and are not imported to find that out."""
    names = []
    with os.scandir(os.path.dirname(__file__)) as entries:
        for entry in entries:
            if entry.name.startswith(("_", ".")):
                continue
            path = entry.path if entry.name.endswith(".py") else os.path.join(entry.path, "__init__.py")
            try:
                with open(path, "rb") as file:
                    if b"\ndef wanted(" in file.read():
                        names.append(entry.name.removesuffix(".py"))
            except OSError:
                continue
    return tuple(sorted(names))

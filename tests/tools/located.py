"""Checkouts in, the share of declared Python functions whose handler is found out, with every one that is not.

    python -m tests.tools.located CHECKOUT [CHECKOUT ...]

Only functions count whose code is in the repository. Whether it is, is decided here and not by the join: a file that
the handler's module names exists and holds the function's name as a word, below the folder that the configuration
points at ("folder") or anywhere else in the repository ("elsewhere": a build may take it from there); inline code
counts when it holds the name. Such a file may have nothing to do with the function: each one not found was read, and
those whose code is not in the repository after all are listed with the reason in tests/ecosystem/located.toml
("absent"). The share is given with and without them. The note of the others is the one `lambdalint show` prints.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.engine import Settings, run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Declaration, Function

SKIPPED = {".git", "node_modules", ".venv", "venv", "__pycache__"}


class Asked(NamedTuple):
    """One function whose code is in the repository: where its module is, and whether its handler was found."""

    checkout: str
    dialect: str
    id: str
    handler: str
    where: str  # "inline", "folder" or "elsewhere"
    found: bool
    note: str


def modules(root: str) -> list[str]:
    """Every Python file below the root, as a path relative to it."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED]
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if inside == "." else f"{inside}/"
        found += [prefix + name for name in names if name.endswith(".py")]
    return found


def judged() -> list[tuple[str, str, str]]:
    """(checkout, id, why the code is not in the repository), by reading."""
    import tomli

    data = tomli.loads((Path(__file__).parents[1] / "ecosystem" / "located.toml").read_text())
    return [(entry["checkout"], one, entry["reason"]) for entry in data["absent"] for one in entry["ids"]]


def where(declaration: Declaration, root: str, files: Iterable[str]) -> str:
    """Where the handler's module is; "" when the repository has no file of its name that speaks of the function."""
    code = declaration.code
    handler = declaration.handler.known
    if not isinstance(handler, str) or "." not in handler:
        return ""
    module, _, name = handler.strip().replace("::", ".").rpartition(".")
    module = module.removeprefix("./").removeprefix("/")
    word = re.compile(rf"\b{re.escape(name)}\b")
    if code.kind == "inline":
        return "inline" if word.search(code.text or "") else ""
    ends = (f"/{module.replace('.', '/')}.py", f"/{module.replace('.', '/')}/__init__.py")
    named = [path for path in files if f"/{path}".endswith(ends)]
    fitting = [path for path in named if word.search(Path(root, path).read_text(errors="replace"))]
    home = code.path.known
    if home is not None and any(not home or path.startswith(f"{home}/") or path == home for path in fitting):
        return "folder"
    return "elsewhere" if fitting else ""


def asked(root: str) -> list[Asked]:
    """The functions of one checkout that count."""
    files = modules(root)
    report = run(root, settings=Settings())
    return [one for function in report.functions if (one := _asked(root, function, files)) is not None]


def _asked(root: str, function: Function, files: list[str]) -> Asked | None:
    declaration = function.declaration
    if declaration is None:
        return None
    runtime = declaration.runtime.known
    if not (isinstance(runtime, str) and runtime.startswith("python")) and declaration.code.kind != "image":
        return None
    place = where(declaration, root, files)
    if not place:
        return None
    handler = str(declaration.handler.known)
    checkout = os.path.basename(os.path.normpath(root))
    note = "; ".join(function.notes)
    return Asked(checkout, declaration.dialect, function.id, handler, place, function.handler is not None, note)


def main(roots: list[str]) -> int:
    """Print the shares by dialect, then every function whose handler was not found."""
    every = [one for root in roots for one in asked(root)]
    absent = judged()
    reasons = {
        one: next((why for at, ids, why in absent if (at, ids) == (one.checkout, one.id)), "")
        for one in every
        if not one.found
    }
    print("| dialect | functions | found | share | code absent | share of the rest |")
    print("|---|---:|---:|---:|---:|---:|")
    counts = Counter(one.dialect for one in every)
    for dialect in [*sorted(counts), "all"]:
        group = [one for one in every if dialect in (one.dialect, "all")]
        found = sum(one.found for one in group)
        without = sum(bool(reasons.get(one)) for one in group)
        shares = f"{found / max(len(group), 1):.3f} | {without} | {found / max(len(group) - without, 1):.3f}"
        print(f"| {dialect} | {len(group)} | {found} | {shares} |")
    for title, wanted in (("not found", False), ("not in the repository", True)):
        print(f"\n{title}:")
        for one, why in reasons.items():
            if bool(why) == wanted:
                print(f"{one.checkout}: {one.id}: {one.handler} ({one.where}): {why or one.note}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

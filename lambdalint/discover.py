"""A root folder in, what the project asks about it out: sizes, stat marks, and which files a dialect may want.

`tree` walks; here it is said what that means. Folders that were not walked are remembered: they may ship. What
.gitignore names exists too, but is not looked at for declarations: build outputs and copies would double them.
"""

from __future__ import annotations

import os

from lambdalint.model import Inventory, Problem
from lambdalint.tree import tree
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdalint.gitignore import Ignore
    from lambdalint.tree import Tree

ASSET = len("asset.") + 64  # a copy of sources in a CDK cloud assembly: what ships, and read only for its function
KEPT = frozenset({"cdk.out"})  # read although .gitignore names it: what an app deploys is known only from here

_SUFFIXES = frozenset(
    ".py .yaml .yml .json .template .toml .tf .tofu .hcl .tfvars .sh .bash .zsh .ts .mts .js .mjs .cjs .snap "
    ".dockerfile .mk .cfn .cft .tpl .tmpl .jsn .tsx .jsx .cts".split()
)
_NAMES = frozenset("Dockerfile Containerfile Makefile makefile GNUmakefile justfile Justfile Pipfile".split())

_HANDLER_WORDS = (
    b"lambda_handler",
    b"app.resolve",
    b"Mangum",
    b"lambda_context",
    b"LambdaContext",
    b"event_source",
    b"event_parser",
    b"log_metrics",
    b"idempotent",
    b"batch_processor",
    b"datadog_lambda_wrapper",
)
_SIGNATURE = rb"def\s+\w+\s*\(\s*(?:\w*event\w*|evt)\b[^()]{0,300}?,\s*(?:_+|_c|\w*ctxt?|\w*context\w*)\b"

Mark = tuple[int, int, int]  # size, mtime in ns, inode: a file is taken as unchanged while these are


class Found(NamedTuple):
    """What a walk saw. plausible: files to look at, because a dialect may be interested in files of that name.
    listed: fills with the skipped folders that a join asked for."""

    inventory: Inventory
    marks: Mapping[str, Mark]
    plausible: Sequence[str]
    problems: tuple[Problem, ...]
    listed: Mapping[str, Mapping[str, int]] = {}


def find_root(paths: Sequence[str]) -> str:
    """The folder that everything is relative to: the nearest one above all paths that holds settings or .git."""
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]
    try:
        start = os.path.commonpath(folders) if folders else os.getcwd()
    except ValueError:  # different drives
        start = folders[0]
    folder = start
    while True:
        if os.path.exists(os.path.join(folder, ".git")) or settings_file(folder):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above


def settings_file(folder: str) -> str | None:
    """The file of a folder that holds lambdalint's settings."""
    own = os.path.join(folder, "lambdalint.toml")
    if os.path.isfile(own):
        return own
    shared = os.path.join(folder, "pyproject.toml")
    try:
        with open(shared, "rb") as file:
            return shared if b"[tool.lambdalint" in file.read() else None
    except OSError:
        return None


def discover(
    root: str,
    exclude: Sequence[str] = (),
    overlay: Mapping[str, bytes] | None = None,
    seen: Tree | None = None,
) -> Found:
    """What lies below the root. exclude: patterns as in .gitignore; what they name exists but is not looked at.
    seen: the walk, when it has been made."""
    seen = tree(root) if seen is None else seen
    files: dict[str, int] = {}
    marks: dict[str, Mark] = {}
    wanted: list[str] = []
    problems: list[Problem] = []
    excluded: Ignore | None = None
    if exclude:
        from lambdalint.gitignore import ignore

        excluded = ignore(list(exclude))
    # Of the folders to come: the patterns that hold there, and whether nothing below is looked at.
    holding: dict[str, tuple[list[tuple[int, Ignore]], bool]] = {"": ([], False)}
    for prefix, there, below, failed in seen.folders:
        ignores, wild = holding.pop(prefix)
        for name, why in failed:
            verb = "look at" if name else "list"
            problems.append(
                Problem(prefix + name if name else prefix.rstrip("/") or ".", 0, f"could not {verb}: {why}")
            )
        if not wild and any(file[0] == ".gitignore" for file in there):
            ignores = [*ignores, (len(prefix), _read_ignores(os.path.join(root, prefix)))]
        for name, size, changed, inode, is_link in there:
            path = prefix + name
            files[path] = size
            marks[path] = (size, changed, inode)
            if not wild and not is_link and plausible(name) and not _decided(path, False, excluded, ignores):
                wanted.append(path)
        installed = any(name.endswith(".dist-info") for name, _ in below)
        for name, is_link in below:
            out = wild or installed or name == "site-packages" or (name.startswith("asset.") and len(name) == ASSET)
            out = out or _decided(prefix + name, True, excluded, ignores)
            # What a link leads to is read where it is; twice would double its functions.
            holding[f"{prefix}{name}/"] = (ignores, is_link or (out and name not in KEPT))
    listed: dict[str, Mapping[str, int]] = {}
    inventory = Inventory(root, files, tuple(seen.skipped), _lister(root, listed))
    found = Found(inventory, marks, sorted(wanted), tuple(problems), listed)
    return with_unsaved(found, {path: len(data) for path, data in (overlay or {}).items() if path not in files})


def with_unsaved(found: Found, new: Mapping[str, int]) -> Found:
    """The walk with files (path, size) that are not on the disk. What is there keeps its size: an unsaved text has none
    yet, what would be deployed is what was saved."""
    if not new:
        return found
    before = found.inventory
    inventory = Inventory(before.root, {**before.files, **new}, before.skipped, before.listing)
    return found._replace(inventory=inventory, plausible=sorted({*found.plausible, *filter(plausible, new)}))


def plausible(path: str) -> bool:
    """Could a dialect want a file of this name?"""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return (dot >= 0 and name[dot:].lower() in _SUFFIXES) or name in _NAMES or name.startswith("Dockerfile")


def may_hold_handler(data: bytes) -> bool:
    """A cheap look at Python source: could there be a Lambda handler that no configuration names? It sees whatever
    link/undeclared.py may take for one: a name, an adapter, a decorator, or an event and a context as parameters."""
    if any(word in data for word in _HANDLER_WORDS):
        return True
    if b"def " not in data or (b"event" not in data and b"evt" not in data):
        return False
    if b"(event, context)" in data:
        return True
    import re

    return re.search(_SIGNATURE, data) is not None


def _decided(path: str, folder: bool, exclude: Ignore | None, ignores: list[tuple[int, Ignore]]) -> bool:
    """Do settings or the innermost .gitignore that has a say name this path?"""
    if exclude and exclude.decide(path, folder):
        return True
    for start, patterns in reversed(ignores):
        decided = patterns.decide(path[start:], folder)
        if decided is not None:
            return decided
    return False


def _read_ignores(folder: str) -> Ignore:
    from lambdalint.gitignore import ignore

    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
            return ignore(file.readlines())
    except OSError:
        return ignore([])


def _lister(root: str, known: dict[str, Mapping[str, int]]) -> Callable[[str], Mapping[str, int]]:
    """Counts the files of a skipped folder when asked."""

    def listing(skipped: str) -> Mapping[str, int]:
        if skipped not in known:
            known[skipped] = dict(contents(root, skipped))
        return known[skipped]

    return listing


def contents(root: str, skipped: str) -> Iterable[tuple[str, int]]:
    """The files in a skipped folder, their sizes in bytes; links are not followed."""
    waiting = [(os.path.join(root, skipped), skipped)]
    while waiting:
        at, path = waiting.pop()
        try:
            with os.scandir(at) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, f"{path}/{entry.name}"))
                    elif entry.is_file(follow_symlinks=False):
                        yield f"{path}/{entry.name}", entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue

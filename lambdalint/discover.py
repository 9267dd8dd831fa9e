"""A root folder in, what exists below it out: sizes, stat marks, and which dialects want which file.

One walk with os.scandir. No link is followed out of the root, and none inside a linked folder, so that no loop exists.
Folders that hold no source of the project (SKIPPED, virtual environments) are not walked but remembered: they may ship.
What .gitignore names exists too, but is not looked at for declarations: build outputs and copies would double them.
"""

from __future__ import annotations

import os

from lambdalint.model import Inventory, Problem
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdalint.gitignore import Ignore

CACHE_FOLDER = ".lambdalint_cache"
SKIPPED = frozenset(
    ".git .hg .svn .bzr node_modules bower_components __pycache__ .tox .nox .mypy_cache .pytest_cache .ruff_cache "
    ".hypothesis .terraform .terragrunt-cache .serverless .aws-sam .venv venv .eggs .idea .vscode "
    ".ipynb_checkpoints .gradle .bundle .yarn".split()
)
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


def discover(root: str, exclude: Sequence[str] = (), overlay: Mapping[str, bytes] | None = None) -> Found:
    """Walk the root once. exclude: patterns as in .gitignore; what they name exists but is not looked at."""
    walk = _Walk(root, exclude)
    if root and os.path.isdir(root):
        walk.folder(root, "", [], False, False)
    listed: dict[str, Mapping[str, int]] = {}
    inventory = Inventory(root, walk.files, tuple(sorted(walk.skipped)), _lister(root, listed))
    found = Found(inventory, walk.marks, sorted(set(walk.plausible)), tuple(walk.problems), listed)
    new = {path: len(data) for path, data in (overlay or {}).items() if path not in walk.files}
    return with_unsaved(found, new)


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


class _Walk:
    """The state of one walk."""

    def __init__(self, root: str, exclude: Sequence[str]) -> None:
        self.root = root
        self.real = os.path.realpath(root)
        self.files: dict[str, int] = {}
        self.marks: dict[str, Mark] = {}
        self.plausible: list[str] = []
        self.skipped: list[str] = []
        self.problems: list[Problem] = []
        self.exclude: Ignore | None = None
        if exclude:
            from lambdalint.gitignore import ignore

            self.exclude = ignore(list(exclude))

    def folder(self, folder: str, prefix: str, ignores: list[tuple[int, Ignore]], wild: bool, linked: bool) -> None:
        """One folder and all below it. prefix: its relative path with a slash at the end. wild: nothing below is
        looked at. linked: a link was followed on the way."""
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            self.problems.append(Problem(prefix.rstrip("/") or ".", 0, f"could not list: {error.strerror}"))
            return
        names = {entry.name for entry in found}
        if "pyvenv.cfg" in names and prefix:
            self.skipped.append(prefix[:-1])
            return
        if ".gitignore" in names and not wild:
            ignores = [*ignores, (len(prefix), _read_ignores(folder))]
        installed = any(name.endswith(".dist-info") for name in names)
        below: list[tuple[str, str, bool, bool]] = []
        for entry in found:
            name = entry.name
            path = prefix + name
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
                is_link = entry.is_symlink()
                if is_link:
                    target = os.path.realpath(entry.path)
                    if linked or not _inside(target, self.real) or not os.path.exists(target):
                        continue
                    is_folder = os.path.isdir(target)
                    if is_folder and _inside(os.path.realpath(folder), target):
                        continue
                if is_folder:
                    if name == CACHE_FOLDER:
                        continue  # what a run leaves behind must not change what the next one sees
                    if name in SKIPPED:
                        self.skipped.append(path)
                        continue
                    out = wild or name == "site-packages" or installed or self.ignored(path, True, ignores)
                    out = out or (name.startswith("asset.") and len(name) == ASSET)
                    # What a link leads to is read where it is; twice would double its functions.
                    below.append((entry.path, path + "/", is_link or (out and name not in KEPT), linked or is_link))
                    continue
                stat = entry.stat()
            except OSError as error:
                self.problems.append(Problem(path, 0, f"could not look at: {error.strerror}"))
                continue
            if not _regular(stat.st_mode):
                continue
            self.files[path] = stat.st_size
            self.marks[path] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
            if not wild and not is_link and plausible(name) and not self.ignored(path, False, ignores):
                self.plausible.append(path)
        for inner, inner_prefix, inner_wild, inner_linked in below:
            self.folder(inner, inner_prefix, ignores, inner_wild, inner_linked)

    def ignored(self, path: str, folder: bool, ignores: list[tuple[int, Ignore]]) -> bool:
        """Do settings or the innermost .gitignore that has a say name this path?"""
        if self.exclude and self.exclude.decide(path, folder):
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


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _regular(mode: int) -> bool:
    return mode & 0o170000 == 0o100000


def _lister(root: str, known: dict[str, Mapping[str, int]]) -> Callable[[str], Mapping[str, int]]:
    """Counts the files of a skipped folder when asked; links are not followed."""

    def listing(skipped: str) -> Mapping[str, int]:
        if skipped not in known:
            known[skipped] = dict(_sizes(os.path.join(root, skipped), skipped))
        return known[skipped]

    return listing


def _sizes(folder: str, prefix: str) -> Iterable[tuple[str, int]]:
    waiting = [(folder, prefix)]
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

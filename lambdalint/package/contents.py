"""Where a function's code is, and what exists -> the files that ship, and the distributions among them.

Nothing is claimed of folders that were not walked (node_modules, .git, virtual environments), except where a tool
packs a folder exactly as it is.
"""

from __future__ import annotations

import posixpath

from lambdalint.caching import lru_cache
from lambdalint.gitignore import glob
from lambdalint.languages.requirements import normalized
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.model import Code, Inventory, Pattern

# What a tool leaves out of its own accord: names of files and folders at any depth, with a star at one end at most.
LEFT_OUT = {
    "sam": (
        ".aws-sam", ".chalice", ".git", ".gitignore", "*.pyc", "__pycache__", "*.so", ".Python", "*.egg-info", "*.egg",
        "pip-log.txt", "pip-delete-this-directory.txt", "htmlcov", ".tox", ".nox", ".coverage", ".cache",
        ".pytest_cache",
        ".python-version", ".mypy_cache", ".dmypy.json", ".pyre", ".env", ".venv", "env", "venv", "ENV", "env.bak",
        "venv.bak", ".vscode", ".idea",
    ),
    "serverless": (".git", ".serverless", "node_modules", ".DS_Store", "npm-debug.log"),
    "python-requirements": (
        ".git", ".serverless", "node_modules", ".DS_Store", "npm-debug.log", "__pycache__", "*.pyc",
    ),
    "chalice": (".chalice", "__pycache__", "*.pyc", "tests", "venv", ".venv", "requirements.txt"),
    "zappa": ("*.exe", "*.DS_Store", "*.Python", "*.git", ".git", "*.zip", "*.tar.gz", "*.hg", "pip", "docutils*",
              "__pycache__", "boto3*", "botocore*", "s3transfer*", "concurrent"),
    "cdk": ("cdk.out", ".git", "node_modules"),
}  # fmt: skip
TESTS = frozenset({"test", "tests", "testing", "__tests__"})
PACKED = (".zip", ".whl", ".gz", ".bz2", ".xz", ".zst", ".jar", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3",
          ".mp4", ".woff2", ".parquet", ".npz", ".br", ".7z", ".pdf")  # fmt: skip


def shipped(code: Code, inventory: Inventory) -> Iterator[tuple[str, int]]:
    """The files (path below the linted root, bytes) that land in the package, patterns applied in order."""
    root = code.path.known
    if root is None:
        return
    if code.kind in ("file", "archive"):
        if root in inventory.files:
            yield root, inventory.files[root]
        return
    if code.kind != "directory":
        return
    tool = code.build.tool.removesuffix("-zip")
    for folder in (root, *code.roots):
        start = len(folder) + 1 if folder else 0
        everything = [(path, inventory.files[path]) for path in inventory.under(folder)]
        if code.build.tool == "copy" and not code.patterns:
            for skipped in inventory.skipped:
                if not folder or skipped.startswith(folder + "/"):
                    everything += inventory.listing(skipped).items()
        for path, size in everything:
            inner = path[start:]
            if not _is_left_out(inner, tool) and ships(inner, code.patterns):
                yield path, size


def ships(path: str, patterns: Sequence[Pattern]) -> bool:
    """Whether a file (relative to the package's folder) ships: the last pattern that matches decides, else yes."""
    for pattern in reversed(patterns):
        if _matches(path, pattern.pattern, not pattern.include):
            return pattern.include
    return True


def vendored(paths: Sequence[str]) -> dict[str, str]:
    """The distributions that lie in the package, by their metadata: name (PEP 503) -> version."""
    found = {}
    for path in paths:
        if path.endswith(".dist-info/METADATA"):
            name, _, version = path.removesuffix(".dist-info/METADATA").rpartition("/")[2].rpartition("-")
            found[normalized(name)] = version
    return found


def is_test(path: str) -> bool:
    """Whether a file is a test by its place or name: nothing that an invocation imports."""
    *folders, name = path.split("/")
    return not TESTS.isdisjoint(folders) or name.startswith("test_") or name.endswith(("_test.py", "conftest.py"))


def packed(path: str, size: int) -> int:
    """The least that a file adds to a zip: all of it when it is compressed already, a tenth otherwise."""
    return size if path.lower().endswith(PACKED) else size // 10


def largest(files: Sequence[tuple[str, int]], root: str) -> dict[str, int]:
    """Bytes by what stands at the top of the package: a folder, a file, all folders of one vendored distribution."""
    start = len(root) + 1 if root else 0
    sums: dict[str, int] = {}
    for path, size in files:
        inner = path[start:] if path.startswith(root) else path
        top = inner.partition("/")[0]
        name = top.removesuffix(".libs")
        if top.endswith((".dist-info", ".data")):
            name = top.removesuffix(".dist-info").removesuffix(".data").rpartition("-")[0]
        sums[name] = sums.get(name, 0) + size
    return sums


@lru_cache(maxsize=len(LEFT_OUT))
def _names(tool: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """What a tool leaves out: whole names, ends of names, beginnings."""
    names = LEFT_OUT.get(tool, ())
    return (
        frozenset(name for name in names if "*" not in name),
        tuple(name[1:] for name in names if name[0] == "*"),
        tuple(name[:-1] for name in names if name[-1] == "*"),
    )


def _is_left_out(path: str, tool: str) -> bool:
    """Whether a file or a folder above it has a name that the tool leaves out."""
    whole, ends, beginnings = _names(tool)
    parts = path.split("/")
    if not whole.isdisjoint(parts):
        return True
    return any(part.endswith(ends) or part.startswith(beginnings) for part in parts)


def _matches(path: str, pattern: str, generous: bool) -> bool:
    """Whether a pattern names a file. generous: a folder's name alone stands for all below it, as some tools take it:
    right for what is left out (it claims less), wrong for what is taken in."""
    text = posixpath.normpath(pattern) if pattern not in ("", "/") else "**"
    text = text.removeprefix("./").removeprefix("/")
    if text in (".", "**", "**/*", "*/**"):
        return True
    if pattern.endswith("/"):
        text += "/**"
    plain = text.removesuffix("/**")
    if not any(sign in plain for sign in "*?[{\\"):
        if path.startswith(plain + "/"):
            return generous or text != plain
        return text == plain and (path == plain or (generous and "/" not in plain and plain in path.split("/")))
    for one in _braces(text):
        compiled = glob(one if generous else "/" + one)
        if compiled is None:
            continue
        if compiled.match(path):
            return True
        if generous:
            folder = path.rpartition("/")[0]
            while folder:
                if compiled.match(folder):
                    return True
                folder = folder.rpartition("/")[0]
    return False


@lru_cache(maxsize=1024)
def _braces(pattern: str) -> tuple[str, ...]:
    """`{a,b}` written out, at most 64 patterns."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None or "," not in found[1]:
        return (pattern,)
    made = [pattern[: found.start()] + part + pattern[found.end() :] for part in found[1].split(",")]
    return tuple(inner for one in made for inner in _braces(one))[:64]

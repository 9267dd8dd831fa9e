"""A root folder in, what lies below it out: names, sizes and times, nothing of what it means.

One walk with os.scandir, the same whatever settings say, so that a tree which has not changed since the last run is
known by one number before anything else is done. No link is followed out of the root, and none inside a linked folder,
so that no loop exists. Folders that hold no source of the project (SKIPPED, virtual environments) are named and not
walked.
"""

from __future__ import annotations

import os

from lambdalint.typed import NamedTuple

CACHE_FOLDER = ".lambdalint_cache"  # what a run leaves behind must not change what the next one sees
SKIPPED = frozenset(
    ".git .hg .svn .bzr node_modules bower_components __pycache__ .tox .nox .mypy_cache .pytest_cache .ruff_cache "
    ".hypothesis .terraform .terragrunt-cache .serverless .aws-sam .venv venv .eggs .idea .vscode "
    ".ipynb_checkpoints .gradle .bundle .yarn".split()
)
KIND, LINK, REGULAR = 0o170000, 0o120000, 0o100000  # of st_mode

File = tuple[str, int, int, int, bool]  # name, size, time of the last change in ns, inode, whether a link leads to it
# Its path below the root with a slash at the end, files, folders (name, whether it is a link), and what could not be
# looked at (name, why; the folder itself is ""). Plain tuples, so that they can be written as they are.
Folder = tuple[str, list[File], list[tuple[str, bool]], list[tuple[str, str]]]


class Tree(NamedTuple):
    """Folders before those in them. skipped: paths of folders not walked. newest: time of the last change of a file,
    at: time when the walk began, both in ns."""

    folders: list[Folder]
    skipped: list[str]
    newest: int
    at: int


def tree(root: str) -> Tree:
    """Walk a root, which need not exist."""
    from time import time_ns

    at = time_ns()
    folders: list[Folder] = []
    skipped: list[str] = []
    newest = 0
    real = os.path.realpath(root)
    waiting = [(root, "", False)] if root and os.path.isdir(root) else []
    while waiting:
        folder, prefix, linked = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            folders.append((prefix, [], [], [("", error.strerror or "")]))
            continue
        files: list[File] = []
        below: list[tuple[str, bool]] = []
        problems: list[tuple[str, str]] = []
        for entry in found:
            name = entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if name != CACHE_FOLDER:
                        below.append((name, False))
                    continue
                stat = entry.stat(follow_symlinks=False)
                kind = stat.st_mode & KIND
                is_link = kind == LINK
                if is_link:
                    target = os.path.realpath(entry.path)
                    if linked or not _inside(target, real) or not os.path.exists(target):
                        continue
                    if os.path.isdir(target):
                        if not _inside(os.path.realpath(folder), target):
                            below.append((name, True))
                        continue
                    stat = entry.stat()
                    kind = stat.st_mode & KIND
            except OSError as error:
                problems.append((name, error.strerror or ""))
                continue
            if kind == REGULAR:
                changed = stat.st_mtime_ns
                if changed > newest:
                    newest = changed
                files.append((name, stat.st_size, changed, stat.st_ino, is_link))
        if prefix and any(file[0] == "pyvenv.cfg" for file in files):
            skipped.append(prefix[:-1])
            continue
        files.sort()
        below.sort()
        folders.append((prefix, files, below, problems))
        for name, is_link in reversed(below):
            if name in SKIPPED:
                skipped.append(prefix + name)
            else:
                waiting.append((os.path.join(folder, name), f"{prefix}{name}/", linked or is_link))
    return Tree(folders, sorted(skipped), newest, at)


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)

"""A git revision in, how often each finding was there before the change out; the work tree is only read.

The tree before is not exported: it is the work tree with what the change touched put back, so that files git does not
keep (build outputs, installed packages) are the same on both sides, and the price is that of the change.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter

from lambdalint.cli.check import UsageError
from lambdalint.discover import discover, plausible, with_unsaved
from lambdalint.model import Inventory
from lambdalint.read import LIMIT, language_of
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdalint.baseline import Key
    from lambdalint.cache import Cache
    from lambdalint.catalog import Rule
    from lambdalint.discover import Found
    from lambdalint.engine import Settings
    from lambdalint.memory import Memory
    from lambdalint.model import Finding

_FILES = ("100644", "100755")  # modes of what can be linted: neither links nor submodules


class Before(NamedTuple):
    """What a change touched, as it was. texts: of files that may be read. sizes: of all that were there. gone: paths
    that were not, with a slash at the end for a folder. renamed: old path -> new path."""

    texts: Mapping[str, bytes]
    sizes: Mapping[str, int]
    gone: frozenset[str]
    renamed: Mapping[str, str]


def accepted_before(
    root: str, revision: str, settings: Settings, cache: Cache, rules: Mapping[str, Rule], memory: Memory
) -> Counter[Key]:
    """How often each finding was there before the change, under today's settings; UsageError when git cannot tell.

    The memory is that of the run to come, which takes from it whatever the change did not touch.
    """
    from lambdalint.baseline import counted
    from lambdalint.engine import Accepted, run

    before = before_change(root, revision)
    counts: Counter[Key] = Counter()

    def keep(findings: list[Finding], line: Callable[[str, int], str | None]) -> None:
        for (path, rule, function, digest), count in counted(findings, line).items():
            owner, mark, name = function.partition("#")
            function = before.renamed.get(owner, owner) + mark + name
            counts[before.renamed.get(path, path), rule, function, digest] += count

    memory.moved(put_back(discover(root, settings.exclude), before))
    accepted = Accepted(write=keep)
    run(root, settings=settings, overlay=before.texts, cache=cache, rules=rules, accepted=accepted, memory=memory)
    memory.moved()
    return counts


def put_back(found: Found, before: Before) -> Found:
    """A walk of the work tree, as it would have seen the tree before."""
    folders = tuple(path for path in before.gone if path.endswith("/"))

    def there(path: str) -> bool:
        return path not in before.gone and not path.startswith(folders)

    now = found.inventory
    files = {path: before.sizes.get(path, size) for path, size in now.files.items() if there(path)}
    inventory = Inventory(now.root, files, now.skipped, now.listing)
    marks = {path: mark for path, mark in found.marks.items() if path in files and path not in before.sizes}
    left = found._replace(inventory=inventory, marks=marks, plausible=[path for path in found.plausible if there(path)])
    return with_unsaved(left, {path: size for path, size in before.sizes.items() if path not in files})


def before_change(root: str, revision: str) -> Before:
    """What differs between the work tree (staged or not, untracked too) and where it left the revision."""
    commit = _left(root, revision)
    changed = _git(root, "diff", "--raw", "-z", "-M", "--no-abbrev", "--relative", "--no-ext-diff", commit, "--")
    old: dict[str, str] = {}  # path -> object
    gone: set[str] = set()
    renamed: dict[str, str] = {}
    fields = iter(changed.split(b"\0"))
    for head in fields:
        if not head:
            break
        mode, _, blob, _, status = head.decode("ascii").lstrip(":").split()
        path = os.fsdecode(next(fields))
        if status[0] in "RC":
            new = os.fsdecode(next(fields))
            gone.add(new)
            if status[0] == "C":
                continue
            renamed[path] = new
        elif status[0] == "A":
            gone.add(path)
        if mode in _FILES:
            old[path] = blob
    untracked = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    gone.update(os.fsdecode(path) for path in untracked.split(b"\0") if path)
    sizes, texts = _contents(root, old)
    return Before(texts, sizes, frozenset(gone - old.keys()), renamed)


def _left(root: str, revision: str) -> str:
    """The commit at which the branch at hand left the revision: what was done there since is not our change."""
    if revision.startswith("-"):
        raise UsageError(f"--diff-base: `{revision}` is no revision")
    _git(root, "rev-parse", "--is-inside-work-tree")
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    except UsageError:
        shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
        hint = "; this clone is shallow: fetch it first" if shallow else ""
        raise UsageError(f"--diff-base: git knows no revision `{revision}`{hint}") from None
    try:
        return _git(root, "merge-base", commit, "HEAD").decode().split()[0]
    except (UsageError, IndexError):
        return commit  # no common past in sight, as in a shallow clone


def _contents(root: str, blobs: Mapping[str, str]) -> tuple[dict[str, int], dict[str, bytes]]:
    """The sizes of some objects by path, and the bytes of those that may be read."""
    if not blobs:
        return {}, {}
    asked = "".join(f"{blob}\n" for blob in blobs.values()).encode()
    lines = _git(root, "cat-file", "--batch-check=%(objecttype) %(objectsize)", given=asked).decode().splitlines()
    sizes: dict[str, int] = {}
    for path, line in zip(blobs, lines, strict=True):
        kind, _, size = line.partition(" ")
        if kind == "blob":
            sizes[path] = int(size)
    wanted = [path for path, size in sizes.items() if size <= LIMIT and (language_of(path) or plausible(path))]
    return sizes, dict(_texts(root, blobs, wanted)) if wanted else {}


def _texts(root: str, blobs: Mapping[str, str], paths: Sequence[str]) -> Iterable[tuple[str, bytes]]:
    out = _git(root, "cat-file", "--batch=%(objectsize)", given="".join(f"{blobs[path]}\n" for path in paths).encode())
    at = 0
    for path in paths:
        end = out.index(b"\n", at)
        size = int(out[at:end])
        yield path, out[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _git(root: str, *arguments: str, given: bytes = b"") -> bytes:
    """What git says; it neither waits for anybody nor writes its index."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(["git", *arguments], cwd=root, input=given, capture_output=True, env=environment)
    except OSError as error:
        raise UsageError(f"--diff-base needs git: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"git {arguments[0]} failed"
        raise UsageError(f"--diff-base: {why.removeprefix('fatal: ')}")
    return done.stdout

"""Lines of a .gitignore in, a test out: is this path ignored? Patterns are also those of settings.

Git's own rules: the last match wins, `!` takes back, a slash anchors, a slash at the end is for folders, `**` spans
folders. Not supported: $GIT_DIR/info/exclude and the user's global file, which say what one person ignores.

The files that generators write hold hundreds of patterns, nearly all of them a name, a path or one star: those are
looked up or compared, because compiling them all would take longer than the walk.
"""

from __future__ import annotations

from lambdalint.caching import lru_cache
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import re

SPECIAL = frozenset("*?[]\\")


class Pattern(NamedTuple):
    """One line: its place in the file, whether it is for folders only, and whether it ignores or takes back."""

    order: int
    only_folders: bool
    ignores: bool


class Ignore:
    """One file of patterns, by how they are compared.

    starts and ends tell of nearly every name in one comparison that no star matches it.
    """

    __slots__ = ("ends", "globs", "names", "paths", "stars", "starts")

    def __init__(self) -> None:
        self.names: dict[str, list[Pattern]] = {}  # `build`
        self.paths: dict[str, list[Pattern]] = {}  # `/build`, `docs/build`
        self.stars: list[tuple[str, str, Pattern]] = []  # `*.log`, `.env*`: start and end of a name
        self.globs: list[tuple[str, str, str, Pattern]] = []  # what paths that match begin and end with, the whole
        self.starts: tuple[str, ...] = ()  # of names that a star may match; of a star that has no start,
        self.ends: tuple[str, ...] = ()  # the end

    def decide(self, path: str, folder: bool) -> bool | None:
        """True for ignored, False for taken back, None when nothing here matches."""
        name = path.rpartition("/")[2]
        best: Pattern | None = None
        if name in self.names or path in self.paths:
            for pattern in (*self.names.get(name, ()), *self.paths.get(path, ())):
                if (folder or not pattern.only_folders) and (best is None or pattern.order > best.order):
                    best = pattern
        for start, end, pattern in self.stars if name.startswith(self.starts) or name.endswith(self.ends) else ():
            if (
                name.endswith(end)
                and name.startswith(start)
                and (folder or not pattern.only_folders)
                and (best is None or pattern.order > best.order)
                and len(name) >= len(start) + len(end)
            ):
                best = pattern
        for head, tail, text, pattern in self.globs:
            if (
                path.endswith(tail)
                and path.startswith(head)
                and (folder or not pattern.only_folders)
                and (best is None or pattern.order > best.order)
            ):
                compiled = glob(text)
                if compiled and compiled.match(path):
                    best = pattern
        return best.ignores if best else None


def ignore(lines: list[str]) -> Ignore:
    """The patterns of a file."""
    found = Ignore()
    for order, line in enumerate(lines):
        text = line.rstrip("\r\n")
        text = text.rstrip(" ") if not text.endswith("\\ ") else text
        if not text or text.startswith("#"):
            continue
        ignores = not text.startswith("!")
        text = text if ignores else text[1:]
        pattern = Pattern(order, text.endswith("/"), ignores)
        text = text.rstrip("/")
        special = not SPECIAL.isdisjoint(text)
        if not text:
            continue
        if not special and "/" not in text:
            found.names.setdefault(text, []).append(pattern)
        elif not special:
            found.paths.setdefault(text.removeprefix("/"), []).append(pattern)
        elif text == "*.py[cod]":  # in nearly every file of a Python project
            found.stars += [("", end, pattern) for end in (".pyc", ".pyo", ".pyd")]
        elif "/" not in text and text.count("*") == 1 and SPECIAL.isdisjoint(text.replace("*", "")):
            start, _, end = text.partition("*")
            found.stars.append((start, end, pattern))
        else:
            found.globs.append((*_plain(text), text, pattern))
    found.starts = tuple(start for start, _, _ in found.stars if start)
    found.ends = tuple(end for start, end, _ in found.stars if not start)
    return found


def _plain(text: str) -> tuple[str, str]:
    """What every path begins with that a glob matches, "" where it may match at any depth, and what it ends with."""
    head = text.removeprefix("/") if "/" in text else ""
    tail = text
    for character in SPECIAL:
        head = head.partition(character)[0]
        tail = tail.rpartition(character)[2]
    return head, tail.removeprefix("/")  # `**/` may stand for no folder at all


@lru_cache(maxsize=4096)
def glob(text: str) -> re.Pattern[str] | None:
    """A pattern for whole relative paths; None when it cannot match anything."""
    import re  # most trees have no use for it here

    anchored = "/" in text
    text = text.removeprefix("/")
    if not text:
        return None
    made = "" if anchored else "(?:.*/)?"
    at = 0
    while at < len(text):
        character = text[at]
        if text.startswith("**/", at) and (at == 0 or text[at - 1] == "/"):
            made += "(?:.*/)?"
            at += 3
            continue
        if text.startswith("/**", at) and at + 3 == len(text):
            made += "/.+"
            at += 3
            continue
        if character == "*":
            made += "[^/]*"
            while at + 1 < len(text) and text[at + 1] == "*":
                at += 1
        elif character == "?":
            made += "[^/]"
        elif character == "[" and "]" in text[at + 2 :]:
            end = text.index("]", at + 2)
            inside = text[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            made += f"[^/{inside[1:]}]" if inside.startswith(("!", "^")) else f"[{inside}]"
            at = end
        elif character == "\\" and at + 1 < len(text):
            at += 1
            made += re.escape(text[at])
        else:
            made += re.escape(character)
        at += 1
    try:
        return re.compile(made + r"\Z", re.DOTALL)
    except re.error:
        return None

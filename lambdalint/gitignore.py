"""Lines of a .gitignore in, a test out: is this path ignored? Patterns are also those of settings and --exclude.

Git's own rules: the last match wins, `!` takes back, a slash anchors, a slash at the end is for folders, `**` spans
folders. Not supported: $GIT_DIR/info/exclude and the user's global file, which say what one person ignores.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Ignore(NamedTuple):
    """One file of patterns: (pattern that matches a path below its folder, is a folder asked for, ignores)."""

    rules: tuple[tuple[re.Pattern[str], bool, bool], ...]

    def decide(self, path: str, folder: bool) -> bool | None:
        """True for ignored, False for taken back, None when nothing here matches."""
        for pattern, only_folders, ignores in self.rules:
            if (folder or not only_folders) and pattern.match(path):
                return ignores
        return None


def ignore(lines: list[str]) -> Ignore:
    """The patterns of a file, the last one first."""
    rules = []
    for line in reversed(lines):
        text = line.rstrip("\r\n")
        text = text.rstrip(" ") if not text.endswith("\\ ") else text
        if not text or text.startswith("#"):
            continue
        ignores = not text.startswith("!")
        text = text if ignores else text[1:]
        folders = text.endswith("/")
        compiled = glob(text.rstrip("/"))
        if compiled:
            rules.append((compiled, folders, ignores))
    return Ignore(tuple(rules))


@lru_cache(maxsize=4096)
def glob(text: str) -> re.Pattern[str] | None:
    """A pattern for whole relative paths; None when it cannot match anything."""
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
            inside = text[at + 1 : end].replace("\\", "\\\\")
            inside = "^" + inside[1:] if inside.startswith(("!", "^")) else inside
            made += f"[{inside}]".replace("[^", "[^/", 1) if inside.startswith("^") else f"[{inside}]"
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

"""The text of a rule's page in, its example projects out: files, the findings they mark, and what fixes make of them.

docs/rules.md describes the format for authors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = re.compile(r"\s*(?:#|//|--)\s*finding:\s*(.*?)\s*(?=(?:(?:#|//|--)\s*finding:)|$)")
BESIDE = re.compile(r"<!--\s*finding:\s*(\S+?):(\d+)\s+(.*?)\s*-->")
SIZED = re.compile(r"<!--\s*file:\s*(\S+)\s+([\d.]+)\s*(kB|MB|GB)\s*-->")
UNITS = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


class Example(NamedTuple):
    """One example project of a page. marks: (path, line, part of the message). sized: files of which only the size
    matters. fixed: the files after the fix. unsafe: it takes --unsafe-fixes."""

    rule: str
    kind: str  # "Bad" or "Good"
    title: str
    files: dict[str, str]
    marks: tuple[tuple[str, int, str], ...]
    sized: dict[str, int]
    fixed: dict[str, str]
    unsafe: bool


def examples(rule: str, text: str) -> Iterator[Example]:
    """Every example of a page: a second heading `Bad: title` or `Good: title` and the fences below it."""
    for heading, body in sections(text):
        kind, colon, title = heading.partition(":")
        if kind not in ("Bad", "Good") or not colon:
            assert not [info for info, _ in fences(body) if len(info.split()) > 1], f"{rule}: no example: {heading}"
            continue
        yield _example(rule, kind, title.strip(), body)


def lay_out(example: Example, root: Path) -> None:
    """Write an example's files below a folder; those of which only the size matters hold nothing but zeros."""
    for path, text in example.files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for path, size in example.sized.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            file.truncate(size)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """(heading, body) of every second heading, in order."""
    heading = ""
    body: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if fenced or not line.startswith("## "):
            body.append(line)
            continue
        yield heading, "\n".join(body)
        heading, body = line[3:].strip(), []
    yield heading, "\n".join(body)


def _example(rule: str, kind: str, title: str, body: str) -> Example:
    files: dict[str, str] = {}
    fixed: dict[str, str] = {}
    unsafe = False
    for info, content in fences(body):
        words = info.split()
        if len(words) == 2:
            assert words[1] not in files, f"{rule}: {title}: {words[1]} twice"
            files[words[1]] = content
        elif words[2:] in (["fixed"], ["fixed", "unsafe"]):
            fixed[words[1]] = content
            unsafe = unsafe or len(words) == 4
        else:
            assert len(words) < 2, f"{rule}: {title}: what is a fence `{info}`?"
    marks = [
        (path, number, mark[1])
        for path, content in files.items()
        for number, line in enumerate(content.split("\n"), 1)
        for mark in MARK.finditer(line)
    ]
    marks += [(path, int(line), message) for path, line, message in BESIDE.findall(body)]
    sized = {path: int(float(size) * UNITS[unit]) for path, size, unit in SIZED.findall(body)}
    assert files or sized, f"{rule}: {title}: no files"
    return Example(rule, kind, title, files, tuple(marks), sized, fixed, unsafe)


def fences(body: str) -> Iterator[tuple[str, str]]:
    """(info, content) of every fence."""
    for match in re.finditer(r"^```([^\n]+)\n(.*?)^```[ ]*$", body, re.MULTILINE | re.DOTALL):
        yield match[1].strip(), match[2]

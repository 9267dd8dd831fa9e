"""The text of a requirements file (pip's format), or of a single dependency (PEP 508) -> its entries, with positions.

Follows pip's own reading: lines joined by a backslash, comments after blanks, options, hashes, includes, editables,
URLs, paths. Nothing here evaluates a marker or opens an include: see package/markers and package/dependencies.
"""

from __future__ import annotations

from lambdalint.model import Place, Problem
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Patterns are text: facts that come from the cache need this module, but nothing compiled.
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
EXTRAS = r"\s*\[([^\]\[]*)\]"
SPECIFIER = r"\s*\(?\s*((?:(?:~=|===?|!=|<=?|>=?)\s*[^\s,;()]+\s*,?\s*)*)\)?"
PINNED = r"={2,3}\s*([^\s,*]+)$"
COMMENT = r"(?:^|\s)#.*$"
OPTION = r"(--[a-z][a-z-]*|-[a-zA-Z])(?:[\s=]+(.*))?$"
PER_REQUIREMENT = r"(?s)\s--(?:hash|global-option|config-settings?|install-option)\b.*$"
EGG = r"[#&]egg=([A-Za-z0-9._-]+)"
ELSEWHERE = r"\s*(?:\+|:/|/|\\)"  # goes on like a URL or a path
ARCHIVE = r"\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)$"
LOCATION = r"\.|(?:[^\s<>{}\"|]*[/\\][^\s<>{}\"|]*|[^\s<>{}\"|]+(?:\.whl|\.zip|\.tar\.\w+|\.tgz))"
WHEEL = r"(?:^|/)([A-Za-z0-9._]+)-([^-/]+)-(?:[^/]+-)?[^-/]+-[^-/]+-[^-/]+\.whl"
VIA = r"#\s*via\b\s*(.*)$"
LONGEST = 2000  # characters of a requirement, hashes left out: no URL of a package is longer
LONG = {"-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url", "-f": "--find-links"}


class Entry(NamedTuple):
    """One line of a requirements file.

    kind: "requirement" (name, extras, specifier, marker, perhaps url), "include" or "constraint" (target is the path as
    written), "editable" or "path" (target; name when an egg or wheel name says it), "option" (name is the option).
    name: PEP 503 normalised; raw as written. pinned: the exact version. via: what a compiled file says asked for it, ()
    when it says nothing: a package that only others ask for is no choice of the author's. at: without the comment.
    """

    kind: Literal["requirement", "include", "constraint", "editable", "path", "option"]
    at: Place
    name: str = ""
    raw: str = ""
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str = ""
    url: str = ""
    pinned: str = ""
    target: str = ""
    hashes: int = 0
    via: tuple[str, ...] = ()


def normalized(name: str) -> str:
    """A distribution's name the way PEP 503 compares it: lower case, runs of -_. are one -."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def parse(path: str, text: str) -> tuple[tuple[Entry, ...] | None, tuple[Problem, ...]]:
    """Read a requirements file. The first line that pip would refuse is a problem; the others are read all the same.

    None when there are more such lines than requirements: a web page saved under that name, for example.
    """
    entries: list[Entry] = []
    refused: list[Problem] = []
    for place, line, comments in _logical_lines(text):
        entry = _option(line, place) if line.startswith("-") else requirement(line, place)
        if entry is None:
            refused.append(Problem(path, place[0], f"could not parse: {line[:60]!r} is not a requirement"))
        elif comments and (found := _via(comments)):
            entries.append(entry._replace(via=found))
        else:
            entries.append(entry)
    return None if len(refused) > len(entries) else tuple(entries), tuple(refused[:1])


def requirement(text: str, place: Place) -> Entry | None:
    """One dependency as PEP 508 or pip writes it; None when it is neither."""
    plain, equals, version = text.partition("==")
    simple = plain.replace("-", "").isalnum() and plain.isascii() and plain[0] != "-" != plain[-1]
    if simple and (not equals or (version.replace(".", "").isdigit() and version.isascii())):  # as nearly all are
        return Entry("requirement", place, normalized(plain), plain, (), equals + version, pinned=version)
    body = re.sub(PER_REQUIREMENT, "", text).strip()
    if len(body) > LONGEST:
        return None
    hashes = text.count("--hash")
    marker = ""
    found = re.match(NAME, body)
    after = body[found.end() :] if found else ""
    named = after.lstrip().startswith("@")
    if found is None or (
        not named and (re.match(ELSEWHERE, after) or re.search(ARCHIVE, body.partition(";")[0].strip()))
    ):
        return _located(body, place, "path")
    extras: tuple[str, ...] = ()
    listed = re.match(EXTRAS, after)
    if listed:
        extras = tuple(part.strip() for part in listed[1].split(",") if part.strip())
        after = after[listed.end() :]
    name, raw = normalized(found[0]), found[0]
    after = after.strip()
    if after.startswith("@"):
        url, _, marker = after[1:].partition(" ;")
        return Entry("requirement", place, name, raw, extras, "", marker.strip(), url.strip(), hashes=hashes)
    specifier = re.match(SPECIFIER, after)
    assert specifier is not None
    rest = after[specifier.end() :].strip()
    if rest.startswith(";"):
        marker = rest[1:].strip()
    elif rest:
        return None
    wanted = ",".join(part.strip() for part in specifier[1].split(",") if part.strip())
    pinned = re.match(PINNED, wanted)
    return Entry(
        "requirement", place, name, raw, extras, wanted, marker, "", pinned[1] if pinned else "", hashes=hashes
    )


def _option(line: str, place: Place) -> Entry | None:
    """A line that starts with a dash: an include, a constraint, an editable, or an option for pip."""
    found = re.match(OPTION, line)
    if found is None:
        short = line[:2]
        if short not in LONG or len(line) < 3:  # -rfile is one word for pip
            return None
        option, value = LONG[short], line[2:]
    else:
        option, value = LONG.get(found[1], found[1]), found[2] or ""
    value = value.strip().strip("\"'")
    if option == "--requirement":
        return Entry("include", place, target=value)
    if option == "--constraint":
        return Entry("constraint", place, target=value)
    if option == "--editable":
        return _located(value, place, "editable")
    return Entry("option", place, option, option, target=value)


def _located(text: str, place: Place, kind: Literal["editable", "path"]) -> Entry | None:
    """A requirement given by where it is: a folder, an archive, a URL, a repository."""
    target, _, marker = text.partition(" ;")
    target = target.strip()
    if len(target) > LONGEST or not re.fullmatch(LOCATION, target):
        return None
    egg = re.search(EGG, target)
    wheel = re.search(WHEEL, target)
    name = egg[1] if egg else wheel[1] if wheel else ""
    return Entry(
        kind,
        place,
        normalized(name),
        name,
        marker=marker.strip(),
        url=target if "://" in target else "",
        pinned=wheel[2] if wheel else "",
        target=target,
    )


def _logical_lines(text: str) -> Iterator[tuple[Place, str, list[str]]]:
    """Lines joined at backslashes, comments taken off: (place, text, the comments on and right below the line)."""
    lines = text.removeprefix("\ufeff").split("\n")
    index = 0
    held: tuple[Place, str, list[str]] | None = None
    while index < len(lines):
        first = index
        parts: list[str] = []
        comments: list[str] = []
        end = (first + 1, 1)
        while index < len(lines):
            line = lines[index].rstrip("\r")
            index += 1
            comment = re.search(COMMENT, line) if "#" in line else None
            if comment:
                comments.append(comment[0].strip())
                line = line[: comment.start()]
            joined = comment is None and line.endswith("\\")
            body = line[:-1] if joined else line
            if body.strip():
                end = (index, len(body.rstrip()) + 1)
            parts.append(body)
            if not joined:
                break
        whole = " ".join(part.strip() for part in parts).strip()
        if not whole:
            if held is not None and comments:
                held[2].extend(comments)
            elif held is not None:
                yield held
                held = None
            continue
        if held is not None:
            yield held
        start = next(number for number, part in enumerate(parts) if part.strip())
        column = len(parts[start]) - len(parts[start].lstrip()) + 1
        held = ((first + start + 1, column, *end), whole, comments)
    if held is not None:
        yield held


def _via(comments: list[str]) -> tuple[str, ...]:
    """What the `# via` comments of pip-compile and uv name: ("-r requirements.in", "moto")."""
    for index, comment in enumerate(comments):
        found = re.match(VIA, comment)
        if found:
            if found[1]:
                return tuple(part.strip() for part in found[1].split(",") if part.strip())
            return tuple(line.lstrip("# ").strip() for line in comments[index + 1 :] if line.lstrip("# ").strip())
    return ()

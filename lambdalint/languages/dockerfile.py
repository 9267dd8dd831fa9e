"""A Dockerfile's text in, its instructions with positions out; variables are not filled in."""

from __future__ import annotations

import re

from lambdalint.languages.shell import Assignment, Command, Part, Word, read
from lambdalint.model import Problem
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Place


class Instruction(NamedTuple):
    """One instruction. name: in capitals. words: its arguments (of the list, when json is True), without flags.

    assignments: of ENV, ARG and LABEL. commands: of RUN, CMD and ENTRYPOINT in shell form. at covers the whole of it.
    """

    name: str
    at: Place
    words: tuple[Word, ...] = ()
    flags: tuple[tuple[str, Word], ...] = ()
    assignments: tuple[Assignment, ...] = ()
    commands: tuple[Command, ...] = ()
    json: bool = False
    broken: tuple[int, str] | None = None  # of RUN: the line and what is never closed


NAMES = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME"
    " WORKDIR".split()
)
_FRONTEND = re.compile(r"#\s*syntax\s*=\s*(?!docker/dockerfile\b)\S", re.IGNORECASE)  # it may know other instructions
_FLAG = re.compile(r"--([a-z][a-z-]*)=")
_LIST = re.compile(r"\[\s*[\"']|\[[^\s\[\]]+\]$")  # what is meant as one, and no test of a shell
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_]\w*)\1")


def parse(path: str, text: str) -> tuple[tuple[Instruction, ...], tuple[Problem, ...]]:
    """Read a Dockerfile."""
    lines = text.replace("\r\n", "\n").split("\n")
    escape = "\\"
    made: list[Instruction] = []
    problem: Problem | None = None
    number = 0
    directives = True
    while number < len(lines):
        line = lines[number]
        stripped = line.strip()
        directive = re.match(r"#\s*escape\s*=\s*(\S)", stripped) if directives else None
        if directive is not None:
            escape = directive[1]
        directives = directives and stripped.startswith("#")
        if not stripped or stripped.startswith("#"):
            number += 1
            continue
        taken = [number]
        last = number
        while lines[last].rstrip().endswith(escape) and last + 1 < len(lines):
            last += 1
            while last + 1 < len(lines) and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
                last += 1  # comments and blanks between the lines of one instruction
            taken.append(last)
        documents = _HEREDOC.findall(lines[number]) if stripped[:4].upper() in ("RUN ", "COPY") else []
        for _, delimiter in documents:
            while last + 1 < len(lines):
                last += 1
                taken.append(last)
                if lines[last].strip() == delimiter:
                    break
            else:
                what = f"could not parse: the here-document has no line {delimiter} that ends it"
                problem = problem or Problem(path, number + 1, what)
        instruction = _instruction(lines, taken, escape)
        problem = problem or _wrong(path, instruction, made, stripped, _FRONTEND.match(text) is None)
        made.append(instruction)
        number = last + 1
    return tuple(made), (problem,) if problem is not None else ()


def _wrong(path: str, instruction: Instruction, before: list[Instruction], line: str, known: bool) -> Problem | None:
    """What Docker would refuse, or run otherwise than it is meant; the first of it says enough.

    known: whether all instructions there are are those of Docker's own frontend.
    """
    name, at, what = instruction.name, instruction.at[0], ""
    if name not in NAMES:
        cause = "the line before may lack a backslash at its end"
        what = f"no instruction is called {line.split()[0][:40]}; {cause}" if known else ""
    elif name not in ("FROM", "ARG") and not any(one.name == "FROM" for one in before):
        what = f"{name} comes before FROM" if known else ""
    elif name in ("CMD", "ENTRYPOINT") and not instruction.json and _LIST.match(line[len(name) :].strip()):
        what = f"{name} is no JSON list of texts in double quotes, a shell would run it"
    elif instruction.broken is not None and not any(one.name == "SHELL" for one in before):
        at, what = instruction.broken
    return Problem(path, at, f"could not parse: {what}") if what else None


def _instruction(lines: list[str], taken: list[int], escape: str) -> Instruction:
    first = lines[taken[0]]
    begin = len(first) - len(first.lstrip())
    name = re.match(r"[A-Za-z]+", first[begin:])
    after = begin + (name.end() if name is not None else 0)
    pieces: list[str] = []
    origins: list[tuple[int, int]] = []
    for position, number in enumerate(taken):
        cut = after if position == 0 else 0
        content = lines[number][cut:].rstrip()
        if content.endswith(escape) and position + 1 < len(taken):
            content = content[:-1] + "\\"
        pieces.append(content)
        origins.append((number + 1, cut + 1))
    last = taken[-1]
    at = (taken[0] + 1, begin + 1, last + 1, len(lines[last].rstrip()) + 1)
    text = "\n".join(pieces)
    command = (name[0] if name is not None else "?").upper()
    rest = text.lstrip()
    flags: list[tuple[str, Word]] = []
    if command in ("RUN", "COPY", "ADD", "FROM", "HEALTHCHECK"):
        while (flag := _FLAG.match(rest)) is not None:
            begins = len(text) - len(rest)
            inner = _words(text[: begins + len(rest)], begins, origins)
            if not inner:
                break
            word = inner[0]
            flags.append((flag[1], _without(word, len(flag[0]))))
            length = re.match(r"(?:\\\n|\S)*", rest)
            rest = rest[length.end() if length is not None else len(rest) :].lstrip(" \t\\\n")
    offset = len(text) - len(rest)
    if rest.startswith("["):
        items = tuple(_items(text, offset, origins))
        if items or re.match(r"\[\s*\]\s*$", rest):
            return Instruction(command, at, items, tuple(flags), json=True)
    if command in ("ENV", "ARG", "LABEL"):
        return _variables(command, at, text, offset, origins)
    script = read(_blank(text, offset), origins)
    commands = script.commands
    words = commands[0].words if commands and command not in ("RUN", "CMD", "ENTRYPOINT") else ()
    broken = script.broken if command == "RUN" and escape == "\\" and not rest.startswith("<<") else None
    return Instruction(command, at, words, tuple(flags), commands=commands, broken=broken)


def _variables(command: str, at: Place, text: str, offset: int, origins: list[tuple[int, int]]) -> Instruction:
    """`ENV a=b c="d e"`, `ENV a the rest of the line`, `ARG a`."""
    found = read(_blank(text, offset), origins).commands
    if not found:
        return Instruction(command, at)
    assignments = list(found[0].assignments)
    words = found[0].words
    if command == "ENV" and not assignments and len(words) > 1:
        parts = tuple(part for word in words[1:] for part in (*word.parts, Part("text", " ", word.at)))[:-1]
        value = Word(parts, (*words[1].at[:2], *words[-1].at[2:]))
        assignments = [Assignment(words[0].literal or "?", value, (*words[0].at[:2], *words[-1].at[2:]))]
        words = ()
    for word in words:  # `LABEL a.b=c`, which is no name in a shell
        literal = word.literal or ""
        name, equals, _ = literal.partition("=")
        if equals:
            assignments.append(Assignment(name, _without(word, len(name) + 1), word.at))
    return Instruction(command, at, words, assignments=tuple(assignments))


def _items(text: str, offset: int, origins: list[tuple[int, int]]) -> list[Word]:
    """The texts of a JSON list."""
    found: list[Word] = []
    for match in _ITEM.finditer(text, offset):
        inner = re.sub(r"\\(.)", r"\1", match[1])
        begin, end = _point(text, match.start(), origins), _point(text, match.end(), origins)
        at = (begin[0], begin[1] + 1, end[0], end[1] - 1)
        found.append(Word((Part("text", inner, at, True),), (*begin, *end)))
    return found


def _words(text: str, offset: int, origins: list[tuple[int, int]]) -> tuple[Word, ...]:
    commands = read(_blank(text, offset), origins).commands
    return commands[0].words if commands else ()


def _blank(text: str, offset: int) -> str:
    """The text with what comes before the offset blanked out, so that positions stay."""
    return "".join(one if one == "\n" else " " for one in text[:offset]) + text[offset:]


def _without(word: Word, count: int) -> Word:
    """A word without its first characters, which are literal."""
    if not word.parts:
        return word
    first = word.parts[0]
    line, column, end_line, end_column = first.at
    cut = first._replace(text=first.text[count:], at=(line, column + count, end_line, end_column))
    return Word((cut, *word.parts[1:]) if cut.text else word.parts[1:], (line, column + count, *word.at[2:]))


def _point(text: str, offset: int, origins: list[tuple[int, int]]) -> tuple[int, int]:
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return origins[line][0], origins[line][1] + offset - start

"""A Makefile's text in, a shell Script out: the commands of its recipes, the variables set outside them.

Every line of a recipe runs in a shell of its own (`Command.shells` differ); `Command.function` is the target.
"""

from __future__ import annotations

import re

from lambdalint.languages.shell import Assignment, Command, Script, Word, problems, read, word
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Problem

_VARIABLE = re.compile(r"(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(\+|\?|::?:?|!)?=[ \t]*")
_TARGET = re.compile(r"([^\s:#=][^:#=]*?)\s*::?(?!=)")
_SPACES = re.compile(
    r" +[@\-]*(?:aws|zip|pip3?|sam|docker)\s+[\w-]"
)  # a command that matters here, not indented by a tab
_PREFIX = re.compile(r"\t[@\-+ \t]*")


def parse(path: str, text: str) -> tuple[Script, tuple[Problem, ...]]:
    """Read a Makefile."""
    lines = text.replace("\r\n", "\n").split("\n")
    commands: list[Command] = []
    variables: list[Assignment] = []
    target = ""
    broken: tuple[int, str] | None = None
    number = 0
    while number < len(lines):
        last = number
        while lines[last].endswith("\\") and last + 1 < len(lines):
            last += 1
        chunk, line = lines[number : last + 1], lines[number]
        if line.startswith("\t"):
            prefix = _PREFIX.match(line)
            cut = prefix.end() if prefix is not None else 1
            whole = "\n".join([chunk[0][cut:], *chunk[1:]])
            origins = [(number + 1, cut + 1), *((number + 1 + n, 1) for n in range(1, len(chunk)))]
            found = read(whole, origins, "make")
            broken = broken or found.broken
            commands += [one._replace(function=target, shells=(number + 1, *one.shells)) for one in found.commands]
        else:
            match = _VARIABLE.match(line)
            if match is not None:
                value = _value(chunk, number + 1, match.end())
                at = (number + 1, 1, last + 1, len(lines[last]) + 1)
                variables.append(Assignment(match[1], value, at, appends=match[2] == "+"))
            else:
                if _SPACES.match(line) and target and broken is None and "\n.RECIPEPREFIX" not in f"\n{text}":
                    broken = number + 1, "a line of a recipe starts with spaces, make wants a tab"
                rule = _TARGET.match(line)
                target = rule[1] if rule is not None else target
        number = last + 1
    script = Script(tuple(commands), tuple(variables), broken)
    return script, problems(path, script)


def _value(chunk: list[str], line: int, begin: int) -> Word:
    """What is assigned: the rest of the line as one word, its comment cut off."""
    first = re.split(r"(?<!\\)\s+#", chunk[0][begin:])[0].rstrip()
    return word(
        "\n".join([first, *chunk[1:]]), [(line, begin + 1), *((line + n, 1) for n in range(1, len(chunk)))], "make"
    )

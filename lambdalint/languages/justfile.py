"""A justfile's text in, a shell Script out: the commands of its recipes, the variables set outside them.

Every line of a recipe runs in a shell of its own, except in a recipe that starts with `#!`.
"""

from __future__ import annotations

import re

from lambdalint.languages.shell import Assignment, Command, Script, problems, read, word
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.model import Problem

_VARIABLE = re.compile(r"(?:export\s+)?([A-Za-z_][\w-]*)\s*:=[ \t]*")
_RECIPE = re.compile(r"@?([A-Za-z_][\w-]*)[^:=]*:(?!=)")
_SHELLS = re.compile(r"\b(?:ba|z|da|k)?sh\b")
_STRING = re.compile(r"(['\"])(.*?)\1\s*(?:#.*)?$")


def parse(path: str, text: str) -> tuple[Script, tuple[Problem, ...]]:
    """Read a justfile."""
    lines = text.replace("\r\n", "\n").split("\n")
    commands: list[Command] = []
    variables: list[Assignment] = []
    recipe = ""
    broken: tuple[int, str] | None = None
    number = 0
    while number < len(lines):
        line = lines[number]
        last = number
        if line[:1] in (" ", "\t") and line.strip():
            script = line.lstrip().startswith("#!")
            while last + 1 < len(lines) and (
                lines[last].endswith("\\")
                or (script and (not lines[last + 1].strip() or lines[last + 1][:1] in (" ", "\t")))
            ):
                last += 1
            chunk = lines[number : last + 1]
            cut = len(line) - len(line.lstrip(" \t@-"))
            whole = "\n".join([line[cut:], *chunk[1:]])
            origins = [(number + 1, cut + 1), *((number + 1 + n, 1) for n in range(1, len(chunk)))]
            found = read(whole, origins, "just")
            # What `#!` names may be no shell at all.
            broken = broken or (None if script and not _SHELLS.search(line) else found.broken)
            commands += [one._replace(function=recipe, shells=(number + 1, *one.shells)) for one in found.commands]
        else:
            match = _VARIABLE.match(line)
            header = _RECIPE.match(line)
            if match is not None:
                quoted = _STRING.match(line, match.end())
                begin, end = quoted.span(2) if quoted is not None else (match.end(), len(line))
                at = (number + 1, 1, number + 1, len(line) + 1)
                inner = line[begin:end] if quoted is not None else "{{" + line[begin:end] + "}}"
                variables.append(Assignment(match[1], word(inner, [(number + 1, begin + 1)], "just"), at))
            elif header is not None:
                recipe = header[1]
        number = last + 1
    made = Script(tuple(commands), tuple(variables), broken)
    return made, problems(path, made)

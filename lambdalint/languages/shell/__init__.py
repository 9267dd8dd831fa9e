"""Shell text (bash, sh, zsh) in, a Script out: its simple commands in order, with words, positions and what is around.

Not a shell: nothing is evaluated. Control structures are remembered as what a command stands in (loops, conditions,
functions, subshells). The same scanner reads the recipes of Makefiles and justfiles and the steps of CI files, each of
which writes its own variables into the text (`flavour`).
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Place, Problem

Flavour = Literal["shell", "make", "just"]
DEPTH = 40  # substitutions inside substitutions


class Part(NamedTuple):
    """A piece of a word.

    kind: "text" (a stretch of one line, as it will be), "variable" (text is its name; operator and rest are those of
    `${NAME:-rest}`), "command" (a substitution; text is its source), "expression" (`${{ x }}`, `$((1))`).
    """

    kind: Literal["text", "variable", "command", "expression"]
    text: str
    at: Place
    quoted: bool = False
    operator: str = ""
    rest: str = ""
    commands: tuple[Command, ...] = ()


class Word(NamedTuple):
    """One word of a command, quotes taken off. at covers the quotes."""

    parts: tuple[Part, ...]
    at: Place

    @property
    def literal(self) -> str | None:
        """The text, if nothing in it is filled in."""
        if len(self.parts) == 1 and self.parts[0].kind == "text":
            return self.parts[0].text
        if all(part.kind == "text" for part in self.parts):
            return "".join(part.text for part in self.parts)
        return None


class Assignment(NamedTuple):
    """`name=value`; elements for an array, appends for `+=`."""

    name: str
    value: Word
    at: Place
    elements: tuple[Word, ...] | None = None
    appends: bool = False


class Loop(NamedTuple):
    """`for name in words`; words is None for a loop over the arguments."""

    name: str
    words: tuple[Word, ...] | None


class Command(NamedTuple):
    """A simple command. conditional: it may not run (if, case, while, after `||`). shells: the
    subshells around it, outermost first. documents: here-documents. redirects: (operator, target)."""

    words: tuple[Word, ...]
    at: Place
    assignments: tuple[Assignment, ...] = ()
    documents: tuple[Word, ...] = ()
    redirects: tuple[tuple[str, Word], ...] = ()
    loops: tuple[Loop, ...] = ()
    conditional: bool = False
    function: str = ""
    shells: tuple[int, ...] = ()


class Script(NamedTuple):
    """Commands in the order of the text; variables: what a Makefile or justfile sets outside its recipes.

    broken: the line and the reason why the rest could not be read as it is meant.
    """

    commands: tuple[Command, ...]
    variables: tuple[Assignment, ...] = ()
    broken: tuple[int, str] | None = None


def parse(path: str, text: str) -> tuple[Script, tuple[Problem, ...]]:
    """Read a shell script."""
    script = read(text)
    return script, problems(path, script)


def problems(path: str, script: Script) -> tuple[Problem, ...]:
    """What is wrong with a script, the first of it only: what follows may well be a consequence."""
    from lambdalint.model import Problem

    loose = next((one for one in script.commands if _is_option(one)), None)
    if script.broken is not None and (loose is None or script.broken[0] <= loose.at[0]):
        return (Problem(path, script.broken[0], f"could not parse: {script.broken[1]}"),)
    if loose is not None:
        option = loose.words[0].literal
        cut = "the line before does not end in a backslash"
        return (Problem(path, loose.at[0], f"could not parse: {option} starts a command of its own, {cut}"),)
    return ()


def _is_option(command: Command) -> bool:
    """Whether a command starts with an option of the one before, which lost it with its line's continuation."""
    literal = command.words[0].literal if command.words and not command.assignments else None
    return literal is not None and literal.startswith("--") and literal[2:3].isalpha() and len(command.words) > 1


def read(text: str, origins: Sequence[tuple[int, int]] | None = None, flavour: Flavour = "shell") -> Script:
    """Read shell text that stands in a file. origins: line and column at which each of its lines starts there."""
    from lambdalint.languages.shell.scan import Scanner

    text = text.replace("\r\n", "\n")  # a line's end: no position changes
    scanner = Scanner(text, 0, len(text), origins, flavour)
    return Script(tuple(scanner.program()), (), scanner.open)


def word(text: str, origins: Sequence[tuple[int, int]], flavour: Flavour) -> Word:
    """Text that is one word whatever stands in it: the value of a variable of a Makefile."""
    from lambdalint.languages.shell.scan import Scanner

    scanner = Scanner(text, 0, len(text), origins, flavour)
    return scanner.whole()

"""A script in, its calls of `aws` out with every word as far as it can be told, and what it packs on the way.

Commands are taken in the order of the text, those of a function where it is called. A condition is not decided: a
variable that only some run sets keeps the value it had, as a default that whoever runs the script may change.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase

from lambdalint.dialects.awscli.archives import Archives
from lambdalint.dialects.awscli.filling import text_of, unknown
from lambdalint.dialects.awscli.scripts import source, started
from lambdalint.dialects.awscli.texts import HERE, OPEN, Text, cut, joined, literal
from lambdalint.model import Reference, Span
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.dialects.awscli.scripts import Source
    from lambdalint.languages.shell import Command, Word
    from lambdalint.model import Place, Project

LIMIT = 5_000  # commands run a script: loops in functions in loops
_WRAPPERS = frozenset(("sudo", "time", "command", "exec", "nohup", "eval", "builtin"))
_RUNNERS = {"poetry": 2, "uv": 2, "pipenv": 2, "npx": 1, "aws-vault": 4}
_DECLARERS = frozenset(("export", "local", "declare", "readonly", "typeset"))


class Call(NamedTuple):
    """One call of the AWS CLI: `aws <service> <operation>` with its options (without dashes) and their values."""

    service: str
    operation: str
    options: dict[str, tuple[Text, ...]]
    span: Span
    folder: str | None


class Run:
    """The state of one script while its commands are gone through."""

    def __init__(self, project: Project, start: Source) -> None:
        self.project = project
        self.start = start
        self.path = start.path
        self.home = start.path.rpartition("/")[0]
        self.folder: str | None = start.folder
        self.variables: dict[str, Text] = {}
        self.files: dict[str, Text] = {}  # what here-documents and echo write
        self.archives = Archives(project, start.path)
        self.calls: list[Call] = []
        self.bodies: dict[str, list[Command]] = {}
        self.called: set[str] = set()
        self._shells: list[tuple[int, str | None, dict[str, Text]]] = []
        self._stack: list[str | None] = []
        self._frame = ""
        self.previous: str | None = None
        self._depth = 0
        self._budget = LIMIT

    def go(self) -> None:
        """Run the whole script, then the functions that nothing called."""
        script = self.start.script
        self.folder = started(self.start, self.project)
        for one in script.variables:
            self._assign(one.name, self.text(one.value), None, False, one.appends)
        if self.start.functions:
            for command in script.commands:
                if command.function:
                    self.bodies.setdefault(command.function, []).append(command)
        self._block(script.commands, 0)
        for name in list(self.bodies):
            if name not in self.called:
                self._call(name, [])

    # --------------------------------------------------------------------------------------------- commands

    def _block(self, commands: Sequence[Command], depth: int) -> None:
        position = 0
        while position < len(commands):
            command = commands[position]
            if self.start.functions and command.function != self._frame:
                position += 1
                continue
            if len(command.loops) <= depth:
                self._command(command)
                position += 1
                continue
            loop = command.loops[depth]
            stop = position
            while stop < len(commands) and len(commands[stop].loops) > depth and commands[stop].loops[depth] is loop:
                stop += 1
            for value in self._loop_values(loop.words, command.at, loop.name):
                self.variables[loop.name] = value
                self._block(commands[position:stop], depth + 1)
            position = stop

    def _loop_values(self, words: Sequence[Word] | None, at: Place, name: str) -> list[Text]:
        untold = [unknown(self, name, "expression", f"${name}", at)]
        if words is None:
            return untold
        values: list[Text] = []
        for word in words:
            text = self.text(word)
            if text.known is None:
                return untold
            parts = [text]
            filled = any(part.kind != "text" for part in word.parts)
            if _each(word) or (filled and not any(part.quoted for part in word.parts)):
                parts = [literal(one, self.path, word.at) for one in text.text.split()]
            for part in parts:
                if "*" in part.text:
                    values += [literal(found, self.path, word.at) for found in self.glob(part.text)]
                else:
                    values.append(part)
        return values[:100] or untold

    def glob(self, pattern: str) -> list[str]:
        """What a pattern names in the folder at hand."""
        folders = pattern.endswith("/")
        whole = self.local(pattern.rstrip("/"))
        if whole is None:
            return []
        depth = whole.count("/")
        names = self.project.inventory.folders if folders else self.project.inventory.files
        found = sorted(one for one in names if one.count("/") == depth and fnmatchcase(one, whole))
        base = f"{self.folder}/" if self.folder else ""
        return [one.removeprefix(base) + ("/" if folders else "") for one in found]

    def _command(self, command: Command) -> None:
        self._budget -= 1
        if self._budget < 0:
            return
        self._enter(command.shells)
        for word in (*command.words, *(one.value for one in command.assignments)):
            for part in word.parts:
                if part.commands:
                    self._nested(part.commands)
        if not command.words:
            for one in command.assignments:
                if one.elements is not None:
                    value = joined([self.text(word) for word in one.elements], self.path, " ")
                else:
                    value = self.text(one.value)
                self._assign(one.name, value, command, command.conditional, one.appends)
            return
        words = [self.text(word) for word in command.words]
        names = [text.known or "" for text in words]
        start = 0
        while start < len(names) - 1 and (
            names[start] in _WRAPPERS or names[start] in _RUNNERS or names[start] == "env"
        ):
            step = _RUNNERS.get(names[start], 1)
            start += step
            while start < len(names) - 1 and (names[start].startswith("-") or "=" in names[start]):
                start += 1
        self._simple(command, words[start:], names[start:])

    def _nested(self, commands: Sequence[Command]) -> None:
        if self._depth > 20:
            return
        self._depth += 1
        folder = self.folder
        for command in commands:
            self._command(command._replace(shells=(), function=self._frame))
        self.folder = folder
        self._depth -= 1

    def _enter(self, shells: tuple[int, ...]) -> None:
        """Leave the subshells that the next command is not in, with what they changed; enter its own."""
        while self._shells and tuple(one[0] for one in self._shells) != shells[: len(self._shells)]:
            _, self.folder, self.variables = self._shells.pop()
        for shell in shells[len(self._shells) :]:
            self._shells.append((shell, self.folder, dict(self.variables)))

    def _simple(self, command: Command, words: list[Text], names: list[str]) -> None:
        name = posixpath.basename(names[0]) if names and names[0] else ""
        if name in ("pushd", "popd") and command.conditional:
            return  # the script goes on elsewhere only in some runs
        if name in ("cd", "pushd"):
            self._change(words[1] if len(words) > 1 else None, name == "pushd")
        elif name == "popd":
            self.folder = self._stack.pop() if self._stack else None
        elif name in ("source", "."):
            self._source(words[1:2])
        elif name in _DECLARERS:
            for text in words[1:]:
                key, equals, _ = text.text.partition("=")
                if equals and key.isidentifier():
                    self._assign(key, cut(text, len(key) + 1), command, command.conditional, False)
        elif name == "read":
            for given in names[1:]:
                if given.isidentifier():
                    self.variables[given] = unknown(self, given, "parameter", f"${given}", command.at)
        elif name in self.bodies and self.start.functions:
            self._call(name, words[1:])
        elif name in ("aws", "awslocal"):
            self._aws(words, names)
        elif name in ("sam", "samlocal") and len(words) > 1:
            self._called(words, "sam", names[1], 1, 2)
        else:
            self.archives.command(name, words, self)
            self._written(command, name, words)

    def _change(self, target: Text | None, push: bool) -> None:
        if push:
            self._stack.append(self.folder)
        previous, self.previous = self.previous, self.folder
        if target is None or target.text == "-":
            self.folder = None if target is None else previous
            return
        found = self.local(target.text)
        if found is not None and found and found not in self.project.inventory.folders:
            # A script in a folder of its own is often run from the root of the repository.
            other = posixpath.normpath(target.text)
            if other in self.project.inventory.folders:
                found = other
                self.previous = "" if self.folder == self.start.folder else self.previous
        self.folder = found

    def _source(self, words: list[Text]) -> None:
        if not words or self._depth > 5:
            return
        name = words[0].text
        tail = name.rpartition("/")[2] if OPEN in name else name
        for candidate in (self.local(name), self._beside(tail), self.local(HERE + tail)):
            if candidate is None or candidate not in self.project.inventory.files:
                continue
            found = source(self.project, candidate)
            if found is None or not found.functions:
                return
            self._depth += 1
            path, self.path = self.path, candidate
            for command in found.script.commands:
                if command.function:
                    self.bodies.setdefault(command.function, []).append(command)
            self._block(found.script.commands, 0)
            self.path = path
            self._depth -= 1
            return

    def _beside(self, name: str) -> str | None:
        whole = posixpath.normpath(f"{self.home}/{name}" if self.home else name)
        return None if whole.startswith(("..", "/")) else whole

    def _call(self, name: str, arguments: list[Text]) -> None:
        if self._depth > 8:
            return
        self.called.add(name)
        saved = {key: self.variables.pop(key, None) for key in "123456789"}
        saved["@"] = self.variables.pop("@", None)
        for number, text in enumerate(arguments[:9], 1):
            self.variables[str(number)] = text
        if arguments:
            self.variables["@"] = joined(arguments, self.path, " ")
        frame, self._frame = self._frame, name
        self._depth += 1
        shells, self._shells = self._shells, []
        self._block([one._replace(shells=()) for one in self.bodies[name]], 0)
        self._shells = shells
        self._depth -= 1
        self._frame = frame
        for key, value in saved.items():
            self.variables.pop(key, None)
            if value is not None:
                self.variables[key] = value

    def _aws(self, words: list[Text], names: list[str]) -> None:
        position = 1
        plain: list[int] = []
        while position < len(words) and len(plain) < 2:
            if names[position].startswith("--"):
                takes = "=" not in names[position] and not names[position].startswith(("--no-", "--debug"))
                position += 2 if takes else 1
            else:
                plain.append(position)
                position += 1
        if len(plain) < 2:
            return
        self._called(words, names[plain[0]], names[plain[1]], plain[1], position)

    def _called(self, words: list[Text], service: str, operation: str, last: int, position: int) -> None:
        """Note a call whose options start at a position."""
        first, end = words[0].span(), words[last].span()
        span = Span(self.path, first.line, first.column, end.end_line, end.end_column)
        options: dict[str, list[Text]] = {}
        positional: list[Text] = []
        option = ""
        for text in words[position:]:
            name, equals, _ = text.text.partition("=")
            if text.text.startswith("--") or text.text == "-t":
                option = name.lstrip("-")
                options[option] = [cut(text, len(name) + 1)] if equals else []
            elif option and (not options[option] or option not in ("recursive", "publish", "no-publish", "dryrun")):
                options[option].append(text)
            else:
                positional.append(text)
        options[""] = positional
        call = Call(service, operation, {key: tuple(found) for key, found in options.items()}, span, self.folder)
        self.calls.append(call)
        self.archives.upload(call, self)

    def _written(self, command: Command, name: str, words: list[Text]) -> None:
        """`cat > file <<EOF` and `echo ... > file`: what the file holds."""
        for operator, target in command.redirects:
            path = self.local(self.text(target).text)
            if operator not in (">", ">|") or path is None:
                continue
            if name == "cat" and command.documents:
                self.files[path] = self.text(command.documents[-1])
            elif name in ("echo", "printf"):
                self.files[path] = joined(words[1:], self.path, " ")

    # ----------------------------------------------------------------------------------------------- values

    def text(self, word: Word) -> Text:
        """A word with everything in it filled in that can be told."""
        return text_of(self, word)

    def _assign(self, name: str, value: Text, command: Command | None, conditional: bool, appends: bool) -> None:
        before = self.variables.get(name)
        if conditional and before is not None and before.known is not None and command is not None:
            own = Reference("parameter", f"${name}", Span(self.path, *command.at))
            spots = tuple(spot._replace(references=(*spot.references, own)) for spot in before.spots)
            self.variables[name] = before._replace(spots=spots)
        elif appends and before is not None:
            self.variables[name] = joined([before, value], self.path, " " if command is None else "")
        else:
            self.variables[name] = value

    def local(self, name: str) -> str | None:
        """A path written in the script as a path below the linted root; None when it is elsewhere or cannot be told."""
        if OPEN in name or not name or name.startswith(("~", "s3:")):
            return None
        if name.startswith(HERE):
            whole = posixpath.normpath(name[len(HERE) :].lstrip("/") or ".")
        elif name.startswith("/") or self.folder is None:
            return None
        else:
            whole = posixpath.normpath(f"{self.folder}/{name}" if self.folder else name)
        return None if whole.startswith("..") else ("" if whole == "." else whole)


def _each(word: Word) -> bool:
    """Whether a word is `"$@"` or `"${LIST[@]}"`, which comes to one word for each element even in quotes."""
    return len(word.parts) == 1 and word.parts[0].kind == "variable" and word.parts[0].text.endswith(("@", "[@]"))

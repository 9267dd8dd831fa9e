"""Shell text in, its commands out: one pass over the characters, called again for what stands in a substitution."""

from __future__ import annotations

import re
from bisect import bisect_right

from lambdalint.languages.shell import DEPTH, Assignment, Part, Word
from lambdalint.languages.shell.documents import documents, merged
from lambdalint.languages.shell.dollars import dollar, interpolation
from lambdalint.languages.shell.state import State
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.languages.shell import Command, Flavour
    from lambdalint.model import Place


CLOSING = {"if": "fi", "for": "done", "while": "done", "case": "esac"}
_BARE = re.compile(r"[^\s'\"\\$`|&;<>()#{}]+|[#{}]")
_QUOTED = re.compile(r"[^\"\\$`\n{]+|\{")
_ASSIGN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?=)")


class Scanner:
    """Goes over the text once; `program` is called again for what stands in a substitution."""

    def __init__(
        self,
        text: str,
        begin: int,
        end: int,
        origins: Sequence[tuple[int, int]] | None,
        flavour: Flavour,
        depth: int = 0,
        starts: list[int] | None = None,
    ) -> None:
        self.text = text
        self.position = begin
        self.end = end
        self.origins = origins
        self.flavour = flavour
        self.depth = depth
        self.starts = starts or [0, *(match.end() for match in re.finditer("\n", text))]
        self.shell = 0
        self.open: tuple[int, str] | None = None  # the first thing that is never closed: its line, what it is

    def between(self, begin: int, end: int) -> Scanner:
        """A scanner of a part of the same text."""
        return Scanner(self.text, begin, end, self.origins, self.flavour, self.depth + 1, self.starts)

    # ---------------------------------------------------------------------------------------------- positions

    def point(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of a place in the text."""
        line = bisect_right(self.starts, offset) - 1
        column = offset - self.starts[line]
        if self.origins is None:
            return line + 1, column + 1
        if line >= len(self.origins):
            return (self.origins[-1][0], self.origins[-1][1]) if self.origins else (1, 1)
        return self.origins[line][0], self.origins[line][1] + column

    def place(self, begin: int, end: int) -> Place:
        """A stretch of the text as a place in the file."""
        return (*self.point(begin), *self.point(end))

    def never_closed(self, offset: int, what: str) -> None:
        """Remember what hides the rest of the text."""
        self.open = self.open or (self.point(offset)[0], what)

    # ----------------------------------------------------------------------------------------------- commands

    def program(self, until: str = "") -> list[Command]:
        """Every command up to `until` (not consumed) or the end."""
        state = State()
        while self.position < self.end:
            character = self.text[self.position]
            if until and character == until and not state.open_case():
                break
            if character in " \t\r":
                self.position += 1
            elif self.text.startswith("\\\n", self.position):
                self.position += 2
            elif character == "\n":
                self.position += 1
                state.finish()
                state.either = False
                documents(self, state)
            elif character == "#":
                stop = self.text.find("\n", self.position, self.end)
                self.position = self.end if stop < 0 else stop
            elif character in ";&|":
                self._operator(state, character)
            elif character == "(":
                self._open(state)
            elif character == ")":
                self.position += 1
                state.finish(pattern=state.open_case())
                state.close("shell")
            elif character in "<>":
                self._redirect(state)
            else:
                self._word_of(state)
        state.finish()
        documents(self, state)
        if not until and state.stack and self.open is None and self.flavour == "shell":
            kind, _, line = state.stack[0]
            self.open = line, f"{kind} without {CLOSING[kind]}" if kind in CLOSING else "a brace that is never closed"
        return [*state.commands]

    def _operator(self, state: State, character: str) -> None:
        double = self.text.startswith(character * 2, self.position)
        if self.text.startswith("&>", self.position):
            self.position += 1
            self._redirect(state)
            return
        self.position += 2 if double else 1
        state.finish()
        state.either = character == "|" and double
        if character == ";" and double:
            state.pattern = True

    def _open(self, state: State) -> None:
        begin = self.position
        if self.text.startswith("((", begin) and not state.words:
            stop = self.matching(begin + 1, "(", ")")
            if self.text.startswith("))", stop):  # arithmetic, and no subshell in a subshell
                self.position = stop + 2
                return
        self.position += 1
        if len(state.words) == 1 or state.waiting:
            closing = re.compile(r"[ \t]*\)").match(self.text, self.position, self.end)
            if closing is not None:
                self.position = closing.end()
                state.waiting = state.waiting or state.words[0].literal or "?"
                state.words.clear()
                return
        if not state.pattern:
            state.finish()
            self.shell += 1
            state.stack.append(("shell", self.shell, self.point(begin)[0]))

    def _redirect(self, state: State) -> None:
        begin = self.position
        match = re.compile(r"<<<|<<-?|>>|>&|<&|>\||<>|[<>]").match(self.text, begin, self.end)
        assert match is not None
        self.position = match.end()
        if match[0] in ("<", ">") and self.text.startswith("(", self.position):  # process substitution
            self.position += 1
            self.nested(")")
            return
        self._blanks()
        target = self.word()
        if target is None:
            return
        if match[0] in ("<<", "<<-"):
            quoted = any(part.quoted for part in target.parts)
            state.pending.append((target.literal or "", match[0] == "<<-", quoted, begin))
        else:
            state.redirects.append((match[0], target))
            if state.words and state.words[-1].literal in ("1", "2") and state.words[-1].at[3] == self.point(begin)[1]:
                state.words.pop()  # the 2 of `2>`

    def _blanks(self) -> None:
        while self.position < self.end and (
            self.text[self.position] in " \t" or self.text.startswith("\\\n", self.position)
        ):
            self.position += 2 if self.text[self.position] == "\\" else 1

    def _word_of(self, state: State) -> None:
        """One more word of the command at hand: a keyword, an assignment, an argument."""
        begin = self.position
        if not state.words:
            match = _ASSIGN.match(self.text, begin, self.end)
            if match is not None and not state.expects:
                self._assignment(state, match)
                return
        word = self.word()
        if word is None:
            self.position += 1
            return
        if not state.words and not state.assignments:
            literal = word.literal if len(word.parts) == 1 and not word.parts[0].quoted else None
            if literal is not None and state.keyword(literal, word.at[0]):
                return
        if state.expects == "function":
            state.waiting, state.expects = word.literal or "?", ""
            return
        state.start = state.start or word.at
        state.words.append(word)

    def _assignment(self, state: State, match: re.Match[str]) -> None:
        begin = self.position
        self.position = match.end()
        elements: tuple[Word, ...] | None = None
        if self.text.startswith("(", self.position):
            self.position += 1
            listed: list[Word] = []
            while self.position < self.end and self.text[self.position] != ")":
                if self.text[self.position].isspace():
                    self.position += 1
                    continue
                word = self.word()
                if word is None:
                    self.position += 1
                else:
                    listed.append(word)
            self.position = min(self.position + 1, self.end)
            elements = tuple(listed)
            value = Word((), self.place(match.end(), self.position))
        else:
            found = None if self.position >= self.end or self.text[self.position] in " \t\n;&|)" else self.word()
            value = found or Word((), self.place(match.end(), match.end()))
        place = self.place(begin, self.position)
        state.start = state.start or place
        state.assignments.append(Assignment(match[1], value, place, elements, match[3] == "+="))

    # -------------------------------------------------------------------------------------------------- words

    def word(self) -> Word | None:
        """The word that starts here; None when none does."""
        begin = self.position
        parts: list[Part] = []
        while self.position < self.end:
            character = self.text[self.position]
            if character in " \t\r\n|&;<>()":
                break
            if character == "'":
                self.single(parts)
            elif character == '"':
                self._double(parts)
            elif character == "\\":
                self._escape(parts)
            elif character in "$`":
                dollar(self, parts, False)
            elif self.flavour == "just" and self.text.startswith("{{", self.position):
                interpolation(self, parts, False)
            else:
                match = _BARE.match(self.text, self.position, self.end)
                stop = match.end() if match is not None else self.position + 1
                if self.flavour == "just" and "{{" in self.text[self.position : stop + 1]:
                    stop = self.text.index("{{", self.position) or stop
                parts.append(self._text(self.position, stop, False))
                self.position = stop
        if self.position == begin:
            return None
        return Word(tuple(merged(parts)), self.place(begin, self.position))

    def _text(self, begin: int, end: int, quoted: bool) -> Part:
        return Part("text", self.text[begin:end], self.place(begin, end), quoted)

    def single(self, parts: list[Part]) -> None:
        stop = self.text.find("'", self.position + 1, self.end)
        if stop < 0:
            self.never_closed(self.position, "a quote ' that is never closed")
            stop = self.end
        self.lines(parts, self.position + 1, stop)
        if stop == self.position + 1:
            parts.append(Part("text", "", self.place(stop, stop), True))
        self.position = min(stop + 1, self.end)

    def escaped(self, parts: list[Part]) -> None:
        """`$'text'`, in which a backslash takes the quote after it along."""
        stop = self.position + 1
        while stop < self.end and self.text[stop] != "'":
            stop += 2 if self.text[stop] == "\\" else 1
        if stop >= self.end:
            self.never_closed(self.position, "a quote ' that is never closed")
            stop = self.end
        self.lines(parts, self.position + 1, stop)
        self.position = min(stop + 1, self.end)

    def lines(self, parts: list[Part], begin: int, end: int) -> None:
        """Literal text, one part a line."""
        while begin < end:
            stop = self.text.find("\n", begin, end)
            stop = end if stop < 0 else stop + 1
            parts.append(self._text(begin, stop, True))
            begin = stop

    def _escape(self, parts: list[Part]) -> None:
        if self.position + 1 < self.end and self.text[self.position + 1] != "\n":
            place = self.place(self.position, self.position + 2)
            parts.append(Part("text", self.text[self.position + 1], place, True))
        self.position = min(self.position + 2, self.end)

    def _double(self, parts: list[Part]) -> None:
        begin = self.position
        self.position += 1
        self.inside(parts, '"')
        if self.position >= self.end:
            self.never_closed(begin, 'a quote " that is never closed')
        if len(parts) == 0 or self.position == begin + 1:
            parts.append(Part("text", "", self.place(begin + 1, begin + 1), True))
        self.position = min(self.position + 1, self.end)

    def whole(self) -> Word:
        """All of the text as one word."""
        parts: list[Part] = []
        self.inside(parts, "")
        return Word(tuple(merged(parts)), self.place(0, self.end))

    def inside(self, parts: list[Part], stop: str) -> None:
        """What stands in double quotes or in a here-document, up to the quote or the end."""
        while self.position < self.end:
            character = self.text[self.position]
            if stop and character == stop:
                return
            if character == "\\" and self.position + 1 < self.end:
                follows = self.text[self.position + 1]
                if follows == "\n":
                    self.position += 2
                elif follows in '$`"\\':
                    place = self.place(self.position, self.position + 2)
                    parts.append(Part("text", follows, place, True))
                    self.position += 2
                else:
                    parts.append(self._text(self.position, self.position + 1, True))
                    self.position += 1
            elif character in "$`":
                dollar(self, parts, True)
            elif self.flavour == "just" and self.text.startswith("{{", self.position):
                interpolation(self, parts, True)
            elif character == "\n" or (not stop and character == '"'):
                parts.append(self._text(self.position, self.position + 1, True))
                self.position += 1
            else:
                match = _QUOTED.match(self.text, self.position, self.end)
                end = match.end() if match is not None else self.position + 1
                parts.append(self._text(self.position, end, True))
                self.position = end

    def nested(self, until: str) -> list[Command]:
        """The commands up to a closing parenthesis, which is consumed."""
        if self.depth >= DEPTH:
            self.position = self.matching(self.position - 1, "(", ")")
            self.position = min(self.position + 1, self.end)
            return []
        begin = self.position - 1
        self.depth += 1
        commands = self.program(until)
        self.depth -= 1
        if self.position >= self.end:
            self.never_closed(begin, "a bracket ( that is never closed")
        self.position = min(self.position + 1, self.end)
        return commands

    def matching(self, position: int, opening: str, closing: str) -> int:
        """Where the bracket that opens at position closes; the end when it does not."""
        depth = 0
        while position < self.end:
            character = self.text[position]
            if character == "\\":
                position += 1
            elif character == opening:
                depth += 1
            elif character == closing:
                depth -= 1
                if depth == 0:
                    return position
            position += 1
        return self.end

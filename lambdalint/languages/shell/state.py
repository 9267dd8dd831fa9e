"""Words as they are scanned in, finished commands out, with the structures that they stand in."""

from __future__ import annotations

from lambdalint.languages.shell import Assignment, Command, Loop, Word
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Place

_OPENING = frozenset(("if", "while", "until", "elif", "then", "else", "do", "!", "time", "{"))


class State:
    """The command at hand and what it stands in."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.words: list[Word] = []
        self.assignments: list[Assignment] = []
        self.redirects: list[tuple[str, Word]] = []
        self.pending: list[tuple[str, bool, bool, int]] = []
        self.stack: list[tuple[str, Any, int]] = []  # kind, what, line
        self.start: Place | None = None
        self.either = False  # after `||`
        self.waiting = ""  # the name of a function whose body comes
        self.pattern = False  # in the patterns of a case
        self.expects = ""  # "for", "case": what the words are
        self.line = 0  # of the last keyword

    def open_case(self) -> bool:
        """Whether a closing parenthesis ends a pattern."""
        return self.pattern and any(kind == "case" for kind, *_ in self.stack)

    def close(self, kind: str) -> None:
        """Leave the innermost structure of a kind, and what was left open in it."""
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index][0] == kind:
                del self.stack[index:]
                return

    def keyword(self, word: str, line: int) -> bool:
        """Take a reserved word that starts a command."""
        if self.expects:
            return False
        self.line = line
        if word in ("for", "select", "case", "function"):
            self.expects = "for" if word == "select" else word
            return True
        if word in ("if", "while", "until"):
            self.stack.append(("if" if word == "if" else "while", None, line))
        elif word == "{":
            self.stack.append(("function", self.waiting, line) if self.waiting else ("brace", None, line))
            self.waiting = ""
        elif word in ("fi", "done", "esac", "}"):
            if word == "done":
                last = next((kind for kind, *_ in reversed(self.stack) if kind in ("for", "while")), "for")
                self.close(last)
            elif word == "}":
                last = next((kind for kind, *_ in reversed(self.stack) if kind in ("function", "brace")), "brace")
                self.close(last)
            else:
                self.close({"fi": "if", "esac": "case"}[word])
                self.pattern = False if word == "esac" else self.pattern
            return True
        return word in _OPENING

    def finish(self, pattern: bool = False) -> None:
        """The command at hand is complete."""
        words, self.words = self.words, []
        assignments, self.assignments = self.assignments, []
        redirects, self.redirects = self.redirects, []
        start, self.start = self.start, None
        if pattern:
            self.pattern = False
            return
        if self.expects == "for" and words:
            name = words[0].literal or "?"
            given = tuple(words[2:]) if len(words) > 1 and words[1].literal == "in" else None
            self.stack.append(("for", Loop(name, given), self.line))
            self.expects = ""
            return
        if self.expects == "case" and words:
            self.stack.append(("case", None, self.line))
            self.pattern = True
            self.expects = ""
            return
        if not (words or assignments) or start is None:
            return
        end = max([word.at[2:] for word in words] + [one.at[2:] for one in assignments])
        self.commands.append(
            Command(
                tuple(words),
                (start[0], start[1], end[0], end[1]),
                tuple(assignments),
                (),
                tuple(redirects),
                tuple(what for kind, what, _ in self.stack if kind == "for"),
                self.either or any(kind in ("if", "while", "case") for kind, *_ in self.stack),
                next((what for kind, what, _ in reversed(self.stack) if kind == "function"), ""),
                tuple(what for kind, what, _ in self.stack if kind == "shell"),
            )
        )

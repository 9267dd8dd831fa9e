"""The line that opened here-documents in, those read and given to the command before them out."""

from __future__ import annotations

from lambdalint.languages.shell import DEPTH, Part, Word
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.shell.scan import Scanner
    from lambdalint.languages.shell.state import State


def documents(scanner: Scanner, state: State) -> None:
    """The here-documents of the line that just ended; they belong to the last command."""
    for delimiter, tabs, quoted, opened in state.pending:
        begin = scanner.position
        stop = begin
        while stop < scanner.end:
            line_end = scanner.text.find("\n", stop, scanner.end)
            line_end = scanner.end if line_end < 0 else line_end
            line = scanner.text[stop:line_end]
            if (line.lstrip("\t") if tabs else line).rstrip("\r").strip(" " if scanner.origins else "") == delimiter:
                break
            stop = min(line_end + 1, scanner.end)
        else:
            scanner.never_closed(opened, f"the here-document has no line {delimiter} that ends it")
        parts: list[Part] = []
        if quoted:
            scanner.lines(parts, begin, stop)
        else:
            if scanner.depth < DEPTH:
                scanner.between(begin, stop).inside(parts, "")
        after = scanner.text.find("\n", stop, scanner.end)
        scanner.position = scanner.end if after < 0 else after + 1
        document = Word(tuple(merged(parts)), scanner.place(begin, stop))
        if state.commands:
            last = state.commands[-1]
            state.commands[-1] = last._replace(documents=(*last.documents, document))
    state.pending.clear()


def merged(parts: list[Part]) -> list[Part]:
    """Neighbouring texts of one line that touch, put together."""
    made: list[Part] = []
    for part in parts:
        last = made[-1] if made else None
        if (
            last is not None
            and last.kind == part.kind == "text"
            and last.quoted == part.quoted
            and last.at[2:] == part.at[:2]
            and last.at[3] - last.at[1] == len(last.text)
            and part.at[3] - part.at[1] == len(part.text)
            and not last.text.endswith("\n")
        ):
            made[-1] = last._replace(text=last.text + part.text, at=(*last.at[:2], *part.at[2:]))
        else:
            made.append(part)
    return made

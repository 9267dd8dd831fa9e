"""A line up to the cursor in, what may follow out: rule names in ignore comments, handler strings in configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import CompletionItem, CompletionItemKind, Range, TextEdit

from lambdalint.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.catalog import Rule
    from lambdalint.model import Declaration
    from lambdalint.server.positions import Texts
    from lambdalint.server.roots import Outcome
    from lambdalint.session import Session

RULE = re.compile(r"lambdalint:\s*ignore(?:-file)?\s*\[(?:[^\]]*,)?\s*(?P<typed>[\w-]*)$")
WORD = re.compile(r"(?:^|\s)(?:#+|//+|/\*)\s*lambdalint:\s*(?P<typed>[\w-]*)$")
HANDLER = re.compile(r"""(?:^|[\s{,"'])["']?[Hh]andler["']?\s*[:=]\s*["']?(?P<typed>[\w./-]*)$""")


def names(texts: Texts, rules: Mapping[str, Rule], path: str, line: int, column: int) -> list[CompletionItem] | None:
    """What may be typed in an ignore comment; None where there is none."""
    before = _before(texts, path, line, column)
    match = RULE.search(before)
    if match:
        at = _typed(texts, path, line, column, match["typed"])
        given = set(re.findall(r"[\w-]+", before.rpartition("[")[2])) - {match["typed"]}
        return [_rule(name, rule, at) for name, rule in rules.items() if name not in given]
    match = WORD.search(before)
    if match:
        at = _typed(texts, path, line, column, match["typed"])
        return [
            CompletionItem(
                label=word, kind=CompletionItemKind.Keyword, detail=f"for {meaning}", text_edit=TextEdit(at, word)
            )
            for word, meaning in (("ignore[]", "this line"), ("ignore-file[]", "the whole file"))
        ]
    return None


def asks_for_handler(texts: Texts, path: str, line: int, column: int) -> bool:
    """Is a handler string typed there?"""
    return not path.endswith(".py") and HANDLER.search(_before(texts, path, line, column)) is not None


def handler_names(outcome: Outcome, session: Session, path: str, line: int, column: int) -> Iterator[CompletionItem]:
    """The handlers that a handler string may name."""
    match = HANDLER.search(_before(outcome.texts, path, line, column))
    at = _typed(outcome.texts, path, line, column, match["typed"] if match else "")
    for handler, where in handlers(outcome, session, path, line):
        yield CompletionItem(
            label=handler,
            kind=CompletionItemKind.Function,
            detail=where,
            filter_text=handler,
            text_edit=TextEdit(at, handler),
        )


def _before(texts: Texts, path: str, line: int, column: int) -> str:
    return (texts.line(path, line) or "")[: column - 1]


def handlers(outcome: Outcome, session: Session, path: str, line: int) -> Iterator[tuple[str, str]]:
    """(handler string, file) of every handler in the code folder of the declaration around a line; of all code below
    the configuration's folder when that folder cannot be told."""
    declaration = _around(outcome, path, line)
    root = declaration.code.path.known if declaration and declaration.code.kind == "directory" else None
    if root is None:
        root = path.rpartition("/")[0]
    start = f"{root}/" if root else ""
    for file, name in session.handlers():
        if file.startswith(start):
            yield f"{file[len(start) : -len('.py')]}.{name}", file


def _around(outcome: Outcome, path: str, line: int) -> Declaration | None:
    """The declaration that a line belongs to: the last to begin at or above it."""
    found: Declaration | None = None
    for function in outcome.report.functions:
        declaration = function.declaration
        if declaration is None or declaration.span.path != path or declaration.span.line > line:
            continue
        if found is None or found.span.line <= declaration.span.line:
            found = declaration
    return found


def _typed(texts: Texts, path: str, line: int, column: int, typed: str) -> Range:
    return texts.range(Span(path, line, column - len(typed), line, column))


def _rule(name: str, rule: Rule, at: Range) -> CompletionItem:
    return CompletionItem(
        label=name,
        kind=CompletionItemKind.Value,
        detail=f"{rule.severity}, {rule.topic}",
        documentation=rule.summary,
        text_edit=TextEdit(at, name),
    )

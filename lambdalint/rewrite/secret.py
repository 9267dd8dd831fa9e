"""A variable that is given a secret's value in, the edits that give it the secret's name and fetch it in the code out.

All or nothing: the configuration gives the name wherever it gave the value, and every read of the variable fetches the
secret. None as soon as anything else speaks of the variable: another configuration, another language, a read with a
default, a settings class.
"""

from __future__ import annotations

import re

from lambdalint.rewrite.permission import permitted
from lambdalint.rewrite.reads import fetched
from lambdalint.rewrite.stored import turned
from lambdalint.rewrite.tested import is_test
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambdalint.model import Edit, Sources, Span

PROSE = (".md", ".rst", ".txt", ".html", ".lock", ".csv", ".svg", ".png", ".jpg", ".zip", ".ipynb", ".snap")
LARGE = 2_000_000  # characters of a file that nobody writes by hand


class Fetched(NamedTuple):
    """variable: the name it has now. permission: what the role must allow, "" when the edits see to it. tests: files
    of tests that set the variable and must be changed by hand."""

    edits: tuple[Edit, ...]
    kind: str
    variable: str
    permission: str
    tests: tuple[str, ...]


def fetched_when_needed(
    sources: Sources, span: Span, variable: str, reaches: Collection[str], powertools: bool
) -> Fetched | None:
    """Give the variable at a span, which covers its name, the secret's name. reaches: the files its function runs."""
    text = sources.text(span.path)
    found = turned(text, span.path, span.line, variable) if text is not None else None
    if text is None or found is None:
        return None
    edits = list(found.edits)
    mention = re.compile(rf"(?<![\w-]){re.escape(variable)}(?![\w-])")
    tests: list[str] = []
    read = False
    for path in sorted(sources.paths):
        if path == span.path or path.endswith(PROSE):
            continue
        other = sources.text(path)
        if other is None or len(other) > LARGE or variable not in other or not mention.search(other):
            continue
        if path.endswith(".py") and is_test(path):
            tests.append(path)
            continue
        more = fetched(other, path, variable, found.stored, powertools) if path.endswith(".py") else None
        if more is None:
            return None
        read = read or (bool(more) and path in reaches)
        edits += more
    if not read:
        return None
    action = "secretsmanager:GetSecretValue" if found.stored.kind == "secret" else "ssm:GetParameter"
    allowed = permitted(text, span.path, found.lines, found.stored)
    edits += allowed or ()
    return Fetched(tuple(edits), found.stored.kind, found.stored.variable, "" if allowed else action, tuple(tests))

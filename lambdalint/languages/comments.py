"""A file's text in, its `lambdalint: ignore[...]` comments out, with the lines they cover.

`# lambdalint: ignore[rule, rule] reason` covers the logical line it stands in (any line of a Python statement), or,
alone on its line, the next one that is no comment; `ignore` without brackets is for all rules; `ignore-file` for the
whole file. The comment sign is that of the language: `#`, or `//` in JavaScript, TypeScript and HCL.
"""

from __future__ import annotations

import re

from lambdalint.model import Directive, Span

MARK = "lambdalint:"
_SIGNS = {"javascript": r"//|/\*|\*", "typescript": r"//|/\*|\*", "hcl": r"#|//|/\*"}
_NO_COMMENTS = frozenset({"json", "snapshot"})
_DIRECTIVE = r"lambdalint:\s*(?P<word>ignore(?:-file)?)\b(?:\s*\[(?P<rules>[^\]]*)\])?[^\n]*"  # then the reason
_LINE_END = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"[^\s,]+")


def directives(path: str, language: str, text: str) -> tuple[Directive, ...]:
    """Every directive of a file, in order."""
    if MARK not in text or language in _NO_COMMENTS:
        return ()
    sign = _SIGNS.get(language, "#")
    pattern = re.compile(rf"(?:^|(?<=\s)|(?<=[;)\]}}\"'])|(?<=#))(?:{sign})+\s*{_DIRECTIVE}")
    lines = _LINE_END.split(text)
    comments = _python_comments(text) if language in ("python", "python_terms") else None
    found: list[Directive] = []
    for index, line in enumerate(lines):
        if MARK not in line:
            continue
        for match in pattern.finditer(line):
            if comments is not None and not any(
                number == index + 1 and start <= match.start() for number, start in comments.starts
            ):
                continue  # it stands in a string
            number = index + 1
            span = Span(path, number, match.start() + 1, number, len(line.rstrip()) + 1)
            covered: tuple[int, int] | None = None
            if match["word"] == "ignore":
                alone = not line[: match.start()].strip()
                covered = _next(lines, index, sign, comments) if alone else _around(number, comments)
            found.append(Directive(_rules(path, number, match), span, covered))
    return tuple(found)


def _rules(path: str, number: int, match: re.Match[str]) -> tuple[tuple[str, Span], ...]:
    if match["rules"] is None:
        return ()
    start = match.start("rules") + 1
    return tuple(
        (name[0], Span(path, number, start + name.start(), number, start + name.end()))
        for name in _NAME.finditer(match["rules"])
    )


class _Comments:
    """Where a Python file's comments start, and the first and last line of the logical line that each line is in."""

    def __init__(self) -> None:
        self.starts: list[tuple[int, int]] = []  # (line, column from 0)
        self.logical: dict[int, tuple[int, int]] = {}


def _python_comments(text: str) -> _Comments | None:
    """What the tokenizer sees; None (take every match) when the text cannot be tokenized."""
    import tokenize
    from io import StringIO

    found = _Comments()
    first = 0
    decorated = 0
    decorator = False
    try:
        for token in tokenize.generate_tokens(StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found.starts.append(token.start)
            elif token.type == tokenize.NEWLINE:
                # A comment above a decorator is meant for the function below it too.
                start = decorated or first
                for number in range(first, token.start[0] + 1):
                    found.logical[number] = (first, token.start[0])
                if start != first:
                    for number in range(start, first):
                        found.logical[number] = (start, token.start[0])
                decorated = start if decorator else 0
                first = 0
            elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT) and not first:
                first = token.start[0]
                decorator = token.string == "@"
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return found


def _around(number: int, comments: _Comments | None) -> tuple[int, int]:
    return comments.logical.get(number, (number, number)) if comments else (number, number)


def _next(lines: list[str], index: int, sign: str, comments: _Comments | None) -> tuple[int, int]:
    """The next logical line after a comment that stands alone, past further comments and blanks."""
    skip = re.compile(rf"\s*(?:$|{sign})")
    for number in range(index + 2, len(lines) + 1):
        if not skip.match(lines[number - 1]):
            return _around(number, comments)
    return (index + 1, index + 1)

"""A word of a script in, its text out with everything filled in that can be told, and references for the rest."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.awscli.texts import CLOSE, HERE, OPEN, Spot, Text, joined, literal
from lambdalint.model import Reference, Span
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.awscli.evaluate import Run
    from lambdalint.languages.shell import Part, Word
    from lambdalint.model import Place, ReferenceKind

LENGTH = 100_000  # characters a word may come to
_ROOTS = frozenset(
    ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "CODEBUILD_SRC_DIR", "BITBUCKET_CLONE_DIR", "github.workspace")
)
_SECRETS = frozenset(("vault", "op", "doppler", "gopass", "pass", "bw", "sops", "chamber"))


def text_of(run: Run, word: Word) -> Text:
    """A word with everything in it filled in that can be told."""
    made = joined(list(_parts(run, word)), run.path)
    if len(made.text) > LENGTH:  # `A=$A$A` again and again
        return unknown(run, "long", "expression", "a text too long to write out", word.at)
    return made


def _parts(run: Run, word: Word) -> Iterator[Text]:
    for part in word.parts:
        if part.kind == "text":
            yield Text(part.text, run.path, (Spot(0, len(part.text), part.at, _straight(part)),))
        elif part.kind == "variable":
            yield _filled(run, _variable(run, part), part)
        elif part.kind == "command":
            yield _filled(run, _substituted(run, part), part)
        else:
            yield _expression(run, part)


def _filled(run: Run, value: Text, part: Part) -> Text:
    """A value where it is put: it stands at the variable's name."""
    return Text(value.text, run.path, (Spot(0, len(value.text), part.at, False, value.references),))


def _variable(run: Run, part: Part) -> Text:
    name = part.text
    found = run.variables.get(name.removesuffix("[@]").removesuffix("[*]"))
    if name in ("PWD", "CURDIR") and found is None:
        found = _place(run, run.folder, part)
    elif name == "OLDPWD" and found is None:
        found = _place(run, run.previous, part)
    elif name in _ROOTS and found is None:
        found = literal(HERE, run.path, part.at)
    elif name in ("BASH_SOURCE", "BASH_SOURCE[0]", "0"):
        found = literal(HERE + run.start.path, run.path, part.at)
    operator, rest = part.operator, part.rest
    if operator in (":-", "-", ":=", "=") and OPEN not in rest and not any(one in rest for one in "$`"):
        if found is None:
            default = literal(rest.strip("\"'"), run.path, part.at)
            own = (Reference("environment", f"${name}", Span(run.path, *part.at)),)
            found = Text(default.text, run.path, (Spot(0, len(default.text), part.at, False, own),))
            if operator in (":=", "="):
                run.variables[name] = found
        return found
    if found is None:
        kind: ReferenceKind = "parameter" if name.isdigit() or name in "@*" else "environment"
        return unknown(run, name, kind, f"${name}", part.at)
    if operator in ("##", "#", "%", "%%") and found.known is not None:
        trimmed = _trimmed(found.text, operator, rest)
        if trimmed is not None:
            return Text(trimmed, run.path, (Spot(0, len(trimmed), part.at, False, found.references),))
    if operator in ("", ":-", ":=", "-", "=", ":?", "?"):
        return found
    return unknown(run, name, "expression", f"${{{name}{operator}{rest}}}", part.at)


def _place(run: Run, folder: str | None, part: Part) -> Text:
    if folder is None:
        return unknown(run, "PWD", "expression", "$PWD", part.at)
    return literal(HERE + folder, run.path, part.at)


def _substituted(run: Run, part: Part) -> Text:
    """`$(command)`: folders and names as far as they can be told, and what kind of thing others give."""
    last = part.commands[-1] if part.commands else None
    words = [text_of(run, word) for word in last.words] if last is not None else []
    names = [text.known or text.text for text in words]
    name = names[0] if names else ""
    if name == "pwd" and len(part.commands) == 1:
        return _place(run, run.folder, part)
    if name == "pwd" and len(part.commands) == 2 and part.commands[0].words[:1]:
        change = [text_of(run, word) for word in part.commands[0].words]
        if change[0].text == "cd" and len(change) > 1:
            return _place(run, run.local(change[1].text), part)
    if name in ("dirname", "basename") and len(words) > 1 and words[1].known is not None and len(part.commands) == 1:
        given = words[1].text.rstrip("/")
        made = posixpath.dirname(given) or "." if name == "dirname" else posixpath.basename(given)
        if name == "basename" and len(names) > 2:
            made = made.removesuffix(names[2])
        if given.startswith(HERE) and name == "dirname" and len(made) < len(HERE):
            made = HERE
        return literal(made, run.path, part.at)
    if "git rev-parse --show-toplevel" in part.text:
        return literal(HERE, run.path, part.at)
    if name == "echo" and len(words) == 2 and len(part.commands) == 1:
        return words[1]
    return unknown(run, part.text[:40], _kind(part), part.text[:200], part.at)


def _expression(run: Run, part: Part) -> Text:
    inner = part.text
    if inner in _ROOTS:
        return literal(HERE, run.path, part.at)
    head, _, rest = inner.partition(".")
    if head == "env" and rest in run.variables:
        return _filled(run, run.variables[rest], part)
    kinds: dict[str, ReferenceKind] = {"secrets": "secret-value", "vars": "parameter", "inputs": "parameter"}
    return unknown(run, inner, kinds.get(head, "expression"), inner[:200], part.at)


def unknown(run: Run, name: str, kind: ReferenceKind, target: str, at: Place) -> Text:
    """What cannot be told: its name between marks, with the reference that it stands for."""
    text = f"{OPEN}{name}{CLOSE}".replace("\n", " ")
    reference = Reference(kind, target, Span(run.path, *at))
    return Text(text, run.path, (Spot(0, len(text), at, False, (reference,)),))


def _straight(part: Part) -> bool:
    """Whether each character of a literal part stands for itself, on one line."""
    return part.at[0] == part.at[2] and part.at[3] - part.at[1] == len(part.text)


def _trimmed(text: str, operator: str, pattern: str) -> str | None:
    """`${X##*/}` and the like: less the shortest or longest beginning or end that fits; None when it is not told.

    Source: POSIX.1-2024, Shell Command Language, 2.6.2."""
    from fnmatch import fnmatchcase

    pattern = pattern.strip("\"'")
    if OPEN in pattern or any(sign in pattern for sign in "$`\\("):
        return None
    places = range(len(text) + 1)
    for cut in reversed(places) if operator in ("##", "%") else places:
        before, after = text[:cut], text[cut:]
        if fnmatchcase(before if operator[0] == "#" else after, pattern):
            return after if operator[0] == "#" else before
    return text


def _kind(part: Part) -> ReferenceKind:
    """What the output of a substitution is."""
    for command in part.commands:
        words = [word.literal or "" for word in command.words]
        if "get-secret-value" in words or (words and words[0] in _SECRETS):
            return "secret-value"
        if "get-parameter" in words or "get-parameters" in words:
            return "secret-value" if "--with-decryption" in words else "stored-value"
        if words[:1] == ["terraform"] or "cloudformation" in words or words[:1] == ["aws"]:
            return "resource"
        if words[:1] in (["cat"], ["jq"]):
            return "expression"
    return "expression"

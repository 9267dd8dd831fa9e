"""A file's path and bytes in, its Document out; pure, so it can be cached and sent to another process.

What cannot be read is a problem of the Document, never an exception.
"""

from __future__ import annotations

from lambdalint.model import Directive, Document, Problem
from lambdalint.typed import Any

LIMIT = 5_000_000  # bytes; larger than any source or template a person keeps, and than CloudFormation takes by far

_SUFFIXES = {
    "py": "python",
    "yaml": "yaml",
    "yml": "yaml",
    "template": "yaml",
    "cfn": "yaml",
    "cft": "yaml",
    "tpl": "yaml",
    "tmpl": "yaml",
    "jsn": "json",
    "json": "json",
    "toml": "toml",
    "tf": "hcl",
    "tofu": "hcl",
    "hcl": "hcl",
    "tfvars": "hcl",
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "txt": "requirements",
    "in": "requirements",
    "ts": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "tsx": "typescript",
    "js": "typescript",
    "mjs": "typescript",
    "cjs": "typescript",
    "jsx": "typescript",
    "snap": "snapshot",
    "lock": "toml",
}
_NAMES = {
    "Dockerfile": "dockerfile",
    "Containerfile": "dockerfile",
    "Makefile": "makefile",
    "makefile": "makefile",
    "GNUmakefile": "makefile",
    "justfile": "justfile",
    "Justfile": "justfile",
    "Pipfile": "toml",
    "Pipfile.lock": "json",
    ".terraform.lock.hcl": "hcl",
}


def language_of(path: str) -> str | None:
    """The language a file is read as, by its name; None for a file that is never read."""
    name = path.rpartition("/")[2]
    known = _NAMES.get(name) or _SUFFIXES.get(name.rpartition(".")[2].lower() if "." in name else "")
    if known is None and (name.startswith("Dockerfile.") or name.lower().endswith(".dockerfile")):
        return "dockerfile"
    return known


def read(path: str, data: bytes, language: str, digest: str = "", packed: bool = True) -> Document:
    """The facts, problems and directives of one file. packed: see `languages.python`."""
    if len(data) > LIMIT:
        size = f"{len(data) / 1_000_000:.1f} MB, the limit is {LIMIT // 1_000_000} MB"
        return _unread(path, language, digest, Problem(path, 1, f"too large to read: {size}"))
    text, problem = decode(path, data, language)
    if problem:
        return _unread(path, language, digest, problem)
    facts, problems = parse(path, text, language, packed)
    return Document(path, language, digest, facts, problems, _directives(path, text, language))


def parse(path: str, text: str, language: str, packed: bool = True) -> tuple[Any, tuple[Problem, ...]]:
    """What the language's reader makes of the text; a reader that fails is a problem of this file alone."""
    from importlib import import_module

    name = f"lambdalint.languages.{language}"
    try:
        reader = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None, (Problem(path, 1, f"no reader for {language}"),)
    try:
        given = (path, text) if packed or language != "python" else (path, text, False)
        facts, problems = reader.parse(*given)
        return facts, tuple(problems)
    except RecursionError:
        return None, (Problem(path, 1, "could not parse: nested too deeply"),)
    except Exception as error:  # one file must not stop the rest
        return None, (Problem(path, 1, f"could not parse: {type(error).__name__} in the {language} reader: {error}"),)


def decode(path: str, data: bytes, language: str) -> tuple[str, Problem | None]:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, a Python file's own declaration; a character
    for each byte of an archive."""
    if language == "archive":
        return data.decode("latin-1"), None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), None
        except UnicodeDecodeError:
            return "", Problem(path, 1, "could not decode: not valid UTF-16")
    try:
        text = data.decode("utf-8")
        return text.removeprefix("\ufeff"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = data[error.start]
    declared = _declared(data) if language == "python" else None
    if declared and declared.lower().replace("_", "-") not in ("utf-8", "utf8"):
        try:
            return data.decode(declared), None
        except (LookupError, UnicodeDecodeError, ValueError):
            return "", Problem(path, line, f"could not decode: not valid {declared}, which the file declares")
    return "", Problem(path, line, f"could not decode: byte 0x{wrong:02x} is not UTF-8")


def _declared(data: bytes) -> str | None:
    """The encoding a Python file declares in its first two lines (PEP 263)."""
    import re

    for line in data.split(b"\n", 2)[:2]:
        match = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if match:
            return match[1].decode("ascii")
    return None


def _directives(path: str, text: str, language: str) -> tuple[Directive, ...]:
    if "lambdalint:" not in text:
        return ()
    from lambdalint.languages.comments import directives

    return directives(path, language, text)


def _unread(path: str, language: str, digest: str, problem: Problem) -> Document:
    return Document(path, language, digest, None, (problem,))

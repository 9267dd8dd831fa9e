"""A project's files and a module in, what other files hold the module to out: tests that put something in place of
what it makes, code that calls a function which would go."""

from __future__ import annotations

import re

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Sources

REPLACES = re.compile(r"\b(mock|moto|patch|Stubber|placebo|monkeypatch|localstack|vcr|responses)|mock_", re.I)
AT_IMPORT = re.compile(r"^\w+(?:\s*:[^=\n]+)?\s*=\s*[^\n]*\bboto3\.(client|resource|Session|session)", re.M)
_TEST_FOLDERS = frozenset(("test", "tests", "testing", "unit", "integration", "spec", "specs"))


def held(sources: Sources, path: str) -> str:
    """Why a move to module scope may break a test of a module; "" when no test imports it, or none could tell."""
    names = _names(path)
    alternatives = "|".join(map(re.escape, names))
    mention = re.compile(
        rf"^\s*(?:from|import)\s[^\n]*\b(?:{alternatives})\b|[\"'][^\"'\n]*\b(?:{alternatives})\b", re.M
    )
    bare = not AT_IMPORT.search(sources.text(path) or "")
    for test, text in _tests(sources):
        if test == path or not mention.search(text):
            continue
        if REPLACES.search(text):
            return f"{test} imports the module and puts something in place of what it makes"
        if bare:
            return f"{test} imports the module, which needs no region for that so far"
    return ""


def is_private(sources: Sources, path: str, name: str) -> bool:
    """Whether no other file speaks of a name of a module."""
    if name.startswith("__"):
        return False
    mention = re.compile(rf"\b{re.escape(name)}\b")
    return not any(
        mention.search(sources.text(other) or "") for other in sources.paths if other != path and other.endswith(".py")
    )


def _names(path: str) -> tuple[str, ...]:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    return (folder.rpartition("/")[2] or stem,) if stem == "__init__" else (stem,)


def _tests(sources: Sources) -> Iterator[tuple[str, str]]:
    for path in sorted(sources.paths):
        if path.endswith(".py") and is_test(path):
            text = sources.text(path)
            if text is not None:
                yield path, text


def is_test(path: str) -> bool:
    """Whether a file is there for tests, by its name."""
    *folders, name = path.split("/")
    if name == "conftest.py" or name.startswith("test_") or name.endswith(("_test.py", "_tests.py", "test.py")):
        return True
    return any(folder.lower() in _TEST_FOLDERS or folder.lower().startswith(("test_", "tests_")) for folder in folders)

"""A Project in memory, from a dict of path -> text: what a dialect's tests join over without a disk or an engine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lambdalint.model import Document, Inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lambdalint.model import Declaration, Problem, Span

LANGUAGES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".template": "yaml",
    ".snap": "snapshot",
    ".json": "json",
    ".toml": "toml",
    ".py": "python",
    ".tf": "hcl",
    ".tofu": "hcl",
    ".hcl": "hcl",
    ".tfvars": "hcl",
    ".sh": "shell",
    ".txt": "requirements",
    ".ts": "typescript",
    ".js": "javascript",
}
NAMES = {"Dockerfile": "dockerfile", "Makefile": "makefile", "justfile": "justfile", "Pipfile": "toml"}


class MemoryProject:
    """The Project protocol over texts; `problems` gathers what could not be read."""

    def __init__(self, texts: Mapping[str, str | bytes]) -> None:
        self.bytes = {path: text.encode() if isinstance(text, str) else text for path, text in texts.items()}
        self.inventory = Inventory("", {path: len(text) for path, text in self.bytes.items()})
        self.problems: list[Problem] = []
        self.scratch: dict[str, Any] | None = {}
        self.documents: dict[tuple[str, str], Document] = {}

    def document(self, path: str, language: str | None = None) -> Document | None:
        if path not in self.bytes:
            return None
        language = language or language_of(path)
        if language is None:
            return None
        if (path, language) not in self.documents:
            text = self.bytes[path].decode("utf-8", "replace")
            facts, problems = import_module(f"lambdalint.languages.{language}").parse(path, text)
            self.problems += problems
            self.documents[path, language] = Document(path, language, "", facts, tuple(problems))
        return self.documents[path, language]

    def recall(self, key: Any, subject: Any, make: Callable[..., Any], *given: Any) -> Any:
        return make(*given)

    def candidates(self, dialect: str) -> Sequence[str]:
        if dialect == "python":
            return [path for path in sorted(self.bytes) if path.endswith(".py")]
        wanted = import_module(f"lambdalint.dialects.{dialect}").wanted
        return [path for path in sorted(self.bytes) if wanted(path, self.bytes[path])]

    def prefetch(self, paths: Iterable[str]) -> None:
        pass

    def imports(self, path: str) -> Sequence[Any] | None:
        document = self.document(path, "python")
        return document.facts.imports if document is not None and document.facts is not None else None

    def light(self, path: str, language: str) -> Document | None:
        return self.documents.get((path, language))

    def learning(self) -> Callable[[], Any]:
        return lambda: ()

    def offer(self, documents: Any) -> None:
        pass

    def use(self, path: str, language: str) -> None:
        self.document(path, language)

    def fresh(self, document: Document) -> bool:
        return False

    def aside(self) -> Callable[[], None]:
        return lambda: None


def language_of(path: str) -> str | None:
    """The language a file is read as, by its name."""
    name = path.rpartition("/")[2]
    if name in NAMES:
        return NAMES[name]
    return next((language for suffix, language in LANGUAGES.items() if name.endswith(suffix)), None)


def project(texts: Mapping[str, str | bytes]) -> MemoryProject:
    """A project that holds these files."""
    return MemoryProject(texts)


def declared(dialect: str, texts: Mapping[str, str | bytes]) -> dict[str, Declaration]:
    """What a dialect declares over these files, by id (with the path before it when an id comes twice)."""
    found: dict[str, Any] = {}
    for declaration in import_module(f"lambdalint.dialects.{dialect}").declare(project(texts)):
        key = declaration.id if declaration.id not in found else f"{declaration.span.path}#{declaration.id}"
        found[key] = declaration
    return found


def text_at(text: str, span: Span | None) -> str:
    """What stands at a span of a file's text, in one line or more."""
    assert span is not None
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)

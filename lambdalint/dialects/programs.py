"""The path of a module or data file in, its facts or values out, for an abstract run (of a CDK app, serverless.ts)."""

from __future__ import annotations

import posixpath

from lambdalint.languages.terms import access
from lambdalint.languages.terms.facts import Module
from lambdalint.languages.terms.values import Array, Entry, Item, Known, Opaque, Record
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Node, Project

_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")


class Files:
    """Modules of one program, found in the project's inventory. started: the folder in which it is started."""

    def __init__(self, project: Project, started: str) -> None:
        self.project = project
        self.started = started
        self.folder = f"{access.ROOT}/{started}".rstrip("/")
        self._aliases: list[tuple[str, str]] | None = None

    def facts(self, path: str) -> Module | None:
        """The module at a path."""
        document = self.project.document(path, "python_terms" if path.endswith(".py") else "typescript")
        facts = document.facts if document is not None else None
        return facts if isinstance(facts, Module) else None

    def data(self, path: str) -> Any:
        """A JSON or YAML file as a value."""
        document = self.project.document(path, "json" if path.endswith(".json") else "yaml")
        nodes = document.facts if document is not None else None
        return _value(nodes[0], path) if nodes else Opaque(path)

    def data_at(self, text: str, path: str) -> Any:
        """A JSON or YAML file by a path that the app opens."""
        if not text.endswith((".json", ".yaml", ".yml")):
            return None
        written = text[len(access.ROOT) :].lstrip("/") if text.startswith(access.ROOT) else None
        if written is None and text.startswith("/"):
            return None
        for folder in (self.started, posixpath.dirname(path)):
            found = posixpath.normpath(written if written is not None else posixpath.join(folder, text))
            if found in self.project.inventory.files:
                return self.data(found)
        return None

    def resolve(self, module: str, level: int, path: str) -> str | None:
        """The path of the module that an import means."""
        return self._python(module, level, path) if path.endswith(".py") else self._script(module, path)

    def _script(self, module: str, path: str) -> str | None:
        if module.startswith("."):
            bases = [posixpath.normpath(posixpath.join(posixpath.dirname(path), module))]
        elif module.startswith(("aws-cdk-lib", "constructs", "node:", "/")):
            return None
        else:
            bases = self._named(module)
            if "/" in module and not module.startswith("@"):
                bases.append(posixpath.normpath(posixpath.join(self.started, module)))
        files = self.project.inventory.files
        for base in bases:
            if base.startswith(".."):
                continue
            if base in files and base.endswith((*_SUFFIXES, ".json")):
                written = re.sub(r"\.([mc]?)js$", r".\1ts", base)
                return written if written in files else base
            for candidate in (*(base + suffix for suffix in (*_SUFFIXES, ".json")), re.sub(r"\.js$", ".ts", base)):
                if candidate in files and candidate.endswith((*_SUFFIXES, ".json")):
                    return candidate
            inner = "" if base == "." else base + "/"
            for suffix in _SUFFIXES:
                if f"{inner}index{suffix}" in files:
                    return f"{inner}index{suffix}"
        return None

    def _named(self, module: str) -> list[str]:
        """Where the `paths` of tsconfig.json lead."""
        if self._aliases is None:
            self._aliases = self._paths(posixpath.join(self.started, "tsconfig.json"), 0)
        found = []
        for start, target in self._aliases:
            if start.endswith("*") and module.startswith(start[:-1]):
                found.append(target.replace("*", module[len(start) - 1 :]))
            elif start == module:
                found.append(target)
        return found

    def _paths(self, path: str, depth: int) -> list[tuple[str, str]]:
        if path not in self.project.inventory.files or depth > 5:
            return []
        document = self.project.document(path, "json")
        root = document.facts[0] if document is not None and document.facts else None
        if root is None:
            return []
        folder = posixpath.dirname(path)
        options = root.get("compilerOptions")
        written = options.get("paths") if options is not None else None
        below = options.get("baseUrl") if options is not None else None
        start = posixpath.join(folder, str(below.value)) if below is not None and below.kind == "scalar" else folder
        found = [
            (str(key.value), posixpath.normpath(posixpath.join(start, str(target.value))))
            for key, value in (written.items() if written is not None else ())
            for target in value.elements()
        ]
        extended = root.get("extends")
        if not found and extended is not None and isinstance(extended.value, str) and extended.value.startswith("."):
            name = extended.value if extended.value.endswith(".json") else extended.value + ".json"
            return self._paths(posixpath.normpath(posixpath.join(folder, name)), depth + 1)
        return found

    def _python(self, module: str, level: int, path: str) -> str | None:
        files = self.project.inventory.files
        inner = module.replace(".", "/")
        if level:
            folder = posixpath.dirname(path)
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            bases = [folder]
        elif module.startswith(("aws_cdk", "constructs", "os", "typing")) and module.split(".")[0] in _OUTSIDE:
            return None
        else:
            bases = [self.started]
            folder = posixpath.dirname(path)
            while folder and len(folder) > len(self.started):
                bases.append(folder)
                folder = posixpath.dirname(folder)
        for base in bases:
            stem = posixpath.join(base, inner) if inner else base
            for candidate in (f"{stem}.py", f"{stem}/__init__.py"):
                if candidate in files:
                    return candidate
        return None


_OUTSIDE = {"aws_cdk", "constructs", "os", "typing"}


def _value(node: Node, path: str) -> Any:
    """A data file's node as a value."""
    if node.kind == "mapping":
        return Record({
            str(key.value): Entry(_value(value, path), value.span(path), key.span(path)) for key, value in node.items()
        })  # fmt: skip
    if node.kind == "sequence":
        return Array([Item(_value(value, path), value.span(path)) for value in node.elements()])
    return Known(node.value)

"""A script, Makefile, justfile or CI file in, the shell Script that it holds and the folder it runs in out."""

from __future__ import annotations

import posixpath

from lambdalint.languages.shell import Assignment, Command, Script, read, word
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Node, Project

_SHELL = frozenset(("shell", "makefile", "justfile"))
_LISTS = frozenset(("script", "before_script", "after_script", "commands"))


class Source(NamedTuple):
    """A script with the folder that its relative paths start from. functions: its `function` fields are functions of
    the shell (and not targets), which run when they are called."""

    path: str
    script: Script
    folder: str
    functions: bool


def source(project: Project, path: str) -> Source | None:
    """What a file runs; None when it is not a script."""
    language = "makefile" if path.endswith(".mk") else None
    document = project.document(path, language)
    if document is None or document.facts is None:
        return None
    folder = path.rpartition("/")[0]
    if document.language in _SHELL and isinstance(document.facts, Script):
        return Source(path, document.facts, folder, document.language == "shell")
    if document.language == "yaml":
        steps = _Steps()
        for root in document.facts:
            steps.gather(root, (), 0)
        return Source(path, Script(tuple(steps.commands), tuple(steps.variables)), "", False)
    return None


_PLACES = frozenset(("cd", "pushd", "zip", "cp", "rsync", "pip", "pip3", "aws", "docker", "sam"))


def started(start: Source, project: Project) -> str:
    """The folder that a script is started in: its own, or the root when what it names first is there and only there."""
    if not start.folder or not start.functions:
        return start.folder
    here = above = 0
    known = (project.inventory.files, project.inventory.folders)
    for command in start.script.commands:
        name = command.words[0].literal if command.words else None
        if name not in _PLACES:
            continue
        for named in command.words[1:]:
            first = named.parts[0].text if named.parts and named.parts[0].kind == "text" else ""
            path = first if named.literal is not None else first.rpartition("/")[0]
            path = posixpath.normpath(path.removeprefix("fileb://").removeprefix("file://")) if path else ""
            if path and path[0] not in "-/.~" and "://" not in path:
                here += any(f"{start.folder}/{path}" in listed for listed in known)
                above += any(path in listed for listed in known)
        if name in ("cd", "pushd"):
            break
    return "" if above and not here else start.folder


class _Steps:
    """The steps of a CI file: each `run:` is a shell of its own, a list under `script:` or `commands:` is one shell."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.variables: list[Assignment] = []

    def gather(self, node: Node, folders: tuple[Node, ...], depth: int) -> None:
        if depth > 40:
            return
        for child in node.elements():
            self.gather(child, folders, depth + 1)
        if node.kind != "mapping":
            return
        default = node.get("defaults")
        run_default = default.get("run") if default is not None else None
        for home in (run_default, node):
            folder = home.get("working-directory") if home is not None else None
            if folder is not None and isinstance(folder.value, str):
                folders = (*folders, folder)
        for key in ("env", "variables"):
            self._environment(node.get(key))
        for name, child in node.items():
            if name.value == "run" and child.kind == "mapping" and child.get("command") is not None:
                child = child.get("command") or child
            if name.value == "run" and isinstance(child.value, str):
                self._step((child,), folders)
            elif name.value in _LISTS and (isinstance(child.value, str) or child.elements()):
                self._step(child.elements() or (child,), folders)
            else:
                self.gather(child, folders, depth + 1)

    def _environment(self, node: Node | None) -> None:
        for name, child in node.items() if node is not None else ():
            if isinstance(name.value, str) and child.kind == "scalar" and child.value is not None:
                content, origins = _content(child)
                made = word(content, origins, "shell")
                self.variables.append(Assignment(name.value, made, name.at))

    def _step(self, nodes: tuple[Node, ...], folders: tuple[Node, ...]) -> None:
        text: list[str] = []
        origins: list[tuple[int, int]] = []
        for node in nodes:
            if not isinstance(node.value, str):
                continue
            content, starts = _content(node)
            text.append(content.rstrip("\n"))
            origins += starts[: text[-1].count("\n") + 1]
        if not text:
            return
        shell = nodes[0].at[0] * 1000 + nodes[0].at[1]
        if folders:
            last = folders[-1]
            content, starts = _content(last)
            target = word(content, starts, "shell")
            change = word("cd", [(last.at[0], last.at[1])], "shell")
            self.commands.append(Command((change, target), last.at, shells=(shell,)))
        for command in read("\n".join(text), origins).commands:
            self.commands.append(command._replace(shells=(shell, *command.shells)))


def _content(node: Node) -> tuple[str, list[tuple[int, int]]]:
    """The text of a scalar and where each of its lines starts in the file, as far as that can be told."""
    text = node.value if isinstance(node.value, str) else str(node.value)
    lines = text.rstrip("\n").count("\n") + 1
    if node.indent and lines == node.at[2] - node.at[0]:
        return text, [(node.at[0] + 1 + n, node.indent) for n in range(lines)]
    length = node.at[3] - node.at[1]
    quoted = 1 if node.at[0] == node.at[2] and length == len(text) + 2 else 0
    return text, [(node.at[0], node.at[1] + quoted)] * lines

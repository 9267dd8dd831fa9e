"""A Dockerfile in, what its image holds for a function out: handler, variables, folders, requirements."""

from __future__ import annotations

import itertools
import posixpath
import re

from lambdalint.model import ABSENT, Reference, Span, Value, Variable
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.languages.dockerfile import Instruction
    from lambdalint.languages.shell import Word
    from lambdalint.model import Document, Project

LENGTH = 10_000  # characters a value may come to
TASK_ROOT = "/var/task"  # where the images of AWS look for code; their working directory
_BASE = re.compile(r"(?:lambda/|aws-lambda-|lambda-)(python|nodejs|java|dotnet|ruby|go|provided)(?::([\w.-]+))?(?:@|$)")
_HANDLER = re.compile(r"[\w./-]+\.[A-Za-z_]\w*$")
_LOCKED = {
    "poetry": ("pyproject.toml", "poetry.lock"),
    "pipenv": ("Pipfile.lock",),
    "uv": ("pyproject.toml", "uv.lock"),
}
_TOOLS = frozenset(
    ("awslambdaric", "pip", "setuptools", "wheel", "uv", "poetry", "poetry-plugin-export", "pipenv", "virtualenv")
)


class ImageFacts(NamedTuple):
    """What an image holds. for_lambda: it has Lambda's runtime interface. python: its Python is what runs the handler,
    None when the base does not tell. base: the last stage's image. roots: folders of the build context whose files
    land where modules are looked for. requirements: as in model.Build."""

    for_lambda: bool
    python: bool | None
    base: Value[str]
    runtime: Value[str]
    handler: Value[str]
    environment: tuple[Variable, ...]
    environment_known: bool
    roots: tuple[str, ...]
    requirements: tuple[str, ...] | None


class _Copy(NamedTuple):
    """Something of the build context and where it lands in the image."""

    source: str
    target: str
    folder: bool


class _Stage:
    """One stage while its instructions are gone through."""

    def __init__(self, base: str, parent: _Stage | None) -> None:
        self.base = base
        self.workdir: str = parent.workdir if parent is not None else ("" if not _BASE.search(base) else TASK_ROOT)
        self.copies: list[_Copy] = list(parent.copies) if parent is not None else []
        self.environment: dict[str, Variable] = dict(parent.environment) if parent is not None else {}
        self.requirements: list[str] = list(parent.requirements) if parent is not None else []
        # What `poetry export` and its like write: the file in the image -> the files of the context it is made from.
        self.exports: dict[str, tuple[str, ...]] = dict(parent.exports) if parent is not None else {}
        self.known: bool = parent.known if parent is not None else True
        self.command: Instruction | None = parent.command if parent is not None else None
        self.entry: Instruction | None = parent.entry if parent is not None else None
        self.lambda_marks: bool = parent.lambda_marks if parent is not None else _BASE.search(base) is not None
        self.root: str = parent.root if parent is not None else base


def describe(
    document: Document, context: str, project: Project, root: str | None = None, stage: str = ""
) -> ImageFacts:
    """What a stage of a Dockerfile holds, the last one unless another is named, when it is built in a folder
    (relative to the linted root).

    root: where in the image the modules are, when that is not where the base image looks: a bundling image that leaves
    the package in "/asset", say.
    """
    reader = _Reader(document.path, context, project, root)
    for instruction in document.facts:
        reader.take(instruction)
    return reader.facts(stage)


class _Reader:
    """The stages of one Dockerfile."""

    def __init__(self, path: str, context: str, project: Project, root: str | None) -> None:
        self.root = root
        self.path = path
        self.context = context
        self.project = project
        self.arguments: dict[str, str] = {}
        self.stages: dict[str, _Stage] = {}
        self.stage: _Stage | None = None
        self.base: Value[str] = ABSENT

    def take(self, instruction: Instruction) -> None:
        """Go over one more instruction."""
        name = instruction.name
        if name == "FROM":
            self._from(instruction)
            return
        if name == "ARG":
            for one in instruction.assignments:
                self.arguments[one.name] = self._text(one.value) or ""
            return
        stage = self.stage
        if stage is None:
            return
        if name == "ENV":
            for one in instruction.assignments:
                value = self._value(one.value)
                place = (one.at[0], one.at[1], one.at[0], one.at[1] + len(one.name))
                stage.environment[one.name] = Variable(one.name, value, Span(self.path, *place))
        elif name == "WORKDIR" and instruction.words:
            given = self._text(instruction.words[0])
            stage.workdir = "" if given is None else posixpath.normpath(posixpath.join(stage.workdir or "/", given))
        elif name in ("COPY", "ADD"):
            self._copy(stage, instruction)
        elif name == "RUN":
            for command in instruction.commands:
                words = [self._text(word) or "" for word in command.words]
                self._export(stage, words, [self._text(target) or "" for _, target in command.redirects])
                self._run(stage, words)
        elif name == "CMD":
            stage.command = instruction
        elif name == "ENTRYPOINT":
            stage.entry = instruction
            stage.command = None

    def facts(self, name: str = "") -> ImageFacts:
        """What the named stage came to, else the last one."""
        stage = self.stages.get(name.lower()) or self.stage or _Stage("", None)
        match = _BASE.search(stage.root)
        plain = re.search(r"(?:^|/)python:(\d+\.\d+)", stage.root)
        runtime: Value[str] = ABSENT
        if match is not None and match[1] == "python":
            version = re.match(r"\d+\.\d+", match[2] or "")
            runtime = Value(f"python{version[0]}" if version else None, self.base.span)
        elif plain is not None:
            runtime = Value(f"python{plain[1]}", self.base.span)
        python = (
            True if runtime.written or plain else (match[1] in ("python", "provided") if match is not None else None)
        )
        entry = [self._text(word) or "" for word in (stage.entry.words if stage.entry is not None else ())]
        for_lambda = stage.lambda_marks or any("awslambdaric" in word or "lambda-entrypoint" in word for word in entry)
        return ImageFacts(
            for_lambda,
            python,
            self.base,
            runtime,
            self._handler(stage),
            tuple(stage.environment.values()),
            True,
            self._roots(stage),
            tuple(dict.fromkeys(stage.requirements)) if stage.known or stage.requirements else None,
        )

    # ------------------------------------------------------------------------------------------- instructions

    def _from(self, instruction: Instruction) -> None:
        words = [self._text(word) for word in instruction.words]
        if not words:
            return
        base = words[0] or ""
        parent = self.stages.get(base.lower())
        self.stage = _Stage(base, parent)
        if parent is None:
            self.base = Value(words[0], Span(self.path, *instruction.words[0].at))
        names = [(word or "").lower() for word in words]
        if "as" in names[1:-1]:
            self.stages[names[names.index("as", 1) + 1]] = self.stage
        self.stages[str(len([one for one in self.stages if one.isdigit()]))] = self.stage

    def _copy(self, stage: _Stage, instruction: Instruction) -> None:
        words = [self._text(word) for word in instruction.words]
        origin = next((self._text(word) for name, word in instruction.flags if name == "from"), None)
        if len(words) < 2 or words[-1] is None:
            return
        end = words[-1]
        target = posixpath.normpath(posixpath.join(stage.workdir or "/", end))
        into = end.endswith(("/", ".")) or len(words) > 2 or target in (stage.workdir, TASK_ROOT, self.root)
        if origin is not None:
            self._copy_of_stage(stage, origin, [word for word in words[:-1] if word is not None], target)
            return
        for source in words[:-1]:
            if source is None or source.startswith("http"):
                continue
            path = posixpath.normpath(posixpath.join(self.context, source.strip("/") or ".")) if source else ""
            path = "" if path == "." else path
            if "*" in path:
                stage.copies.append(_Copy(path.rpartition("/")[0], target, True))
            elif path in self.project.inventory.folders:
                stage.copies.append(_Copy(path, target, True))
            elif path in self.project.inventory.files:
                where = posixpath.join(target, posixpath.basename(path)) if into else target
                stage.copies.append(_Copy(path, where, False))

    def _copy_of_stage(self, stage: _Stage, origin: str, sources: list[str], target: str) -> None:
        other = self.stages.get(origin.lower())
        if other is None:
            stage.lambda_marks = stage.lambda_marks or "lambda-adapter" in origin
            return
        stage.lambda_marks = stage.lambda_marks or other.lambda_marks
        roots = [posixpath.normpath(posixpath.join("/", source)) for source in sources]
        if not all(root in other.exports for root in roots):  # a list of packages brings none of them along
            stage.requirements += other.requirements
            stage.known = stage.known and other.known
        for source in sources:
            root = posixpath.normpath(posixpath.join("/", source)).rstrip("*").rstrip("/") or "/"
            for path, made_from in other.exports.items():
                if path == root:
                    stage.exports[target] = made_from
                    stage.exports[posixpath.join(target, posixpath.basename(path))] = made_from
                elif path.startswith(root.rstrip("/") + "/"):
                    stage.exports[posixpath.normpath(posixpath.join(target, path[len(root) :].lstrip("/")))] = made_from
            for one in other.copies:
                if one.target == root or one.target.startswith(root.rstrip("/") + "/"):
                    inner = one.target[len(root) :].lstrip("/")
                    stage.copies.append(one._replace(target=posixpath.normpath(posixpath.join(target, inner))))

    def _export(self, stage: _Stage, words: list[str], redirects: list[str]) -> None:
        """Note the requirements that a tool writes from its lock file."""
        tool = posixpath.basename(words[0]) if words else ""
        names = _LOCKED.get(tool, ())
        if not names or not {"export", "requirements"} & set(words[1:3]):
            return
        written = [after for word, after in itertools.pairwise(words) if word in ("-o", "--output", "--output-file")]
        written += [word.partition("=")[2] for word in words if word.startswith(("--output=", "--output-file="))]
        made_from = tuple(path for name in names if (path := self._listed(stage, name)) is not None)
        for target in (written or redirects)[:1]:
            if made_from and target:
                stage.exports[posixpath.normpath(posixpath.join(stage.workdir or "/", target))] = made_from

    def _run(self, stage: _Stage, words: list[str]) -> None:
        if "awslambdaric" in words or any("awslambdaric" in word for word in words):
            stage.lambda_marks = True
        if "install" not in words and "sync" not in words:
            return
        tool = posixpath.basename(words[0])
        if tool in ("poetry", "pipenv") or (tool == "uv" and "sync" in words):
            found = [path for name in _LOCKED[tool] if (path := self._listed(stage, name)) is not None]
            stage.requirements += found
            stage.known = stage.known and bool(found)
            return
        if not any(posixpath.basename(word).startswith("pip") for word in words[:3]) and tool != "uv":
            return
        position = words.index("install") + 1 if "install" in words else len(words)
        files = 0
        others = False
        while position < len(words):
            word = words[position]
            if word in ("-r", "--requirement", "-c", "--constraint") and position + 1 < len(words):
                whole = posixpath.normpath(posixpath.join(stage.workdir or "/", words[position + 1]))
                listed = self._listed(stage, words[position + 1])
                exported = stage.exports.get(whole)
                if word in ("-r", "--requirement"):
                    files += 1
                    if exported is not None:
                        stage.requirements += exported
                    elif listed is None:
                        stage.known = False
                    else:
                        stage.requirements.append(listed)
                position += 1
            elif word in ("-t", "--target", "--index-url", "-i", "--extra-index-url", "--platform", "--python-version"):
                position += 1
            elif not word.startswith("-") and re.split(r"[=<>~\[]", word)[0] not in _TOOLS:
                others = True
            position += 1
        if others and not files:
            stage.known = False

    def _listed(self, stage: _Stage, name: str) -> str | None:
        """The file of the build context that a requirement file in the image is a copy of."""
        whole = posixpath.normpath(posixpath.join(stage.workdir or "/", name))
        for one in reversed(stage.copies):
            if not one.folder and one.target == whole:
                return one.source
            if one.folder and whole.startswith(one.target.rstrip("/") + "/"):
                inner = whole[len(one.target.rstrip("/")) + 1 :]
                path = f"{one.source}/{inner}" if one.source else inner
                if path in self.project.inventory.files:
                    return path
        last = posixpath.basename(name)
        same = [one.source for one in stage.copies if posixpath.basename(one.source) == last]
        return same[-1] if same else None

    # ------------------------------------------------------------------------------------------------ results

    def _handler(self, stage: _Stage) -> Value[str]:
        """The last argument of CMD, or of ENTRYPOINT when there is no CMD."""
        command = stage.command or stage.entry
        if command is None:
            return ABSENT
        words = command.words or (command.commands[-1].words if command.commands else ())
        if not words:
            return ABSENT
        value = self._value(words[-1])
        span = value.span
        if command.json and words[-1].parts:
            span = Span(self.path, *words[-1].parts[0].at)
        if value.known is None or not _HANDLER.match(value.known) or value.known.endswith((".sh", ".py", ".jar")):
            return ABSENT
        return Value(value.known, span, True, value.references)

    def _roots(self, stage: _Stage) -> tuple[str, ...]:
        """The folders whose files land where the runtime looks for modules."""
        root = self.root or (TASK_ROOT if _BASE.search(stage.root) else (stage.workdir or TASK_ROOT))
        places = [root]
        path = stage.environment.get("PYTHONPATH")
        if path is not None and path.value.known:
            places += [posixpath.normpath(one) for one in path.value.known.split(":") if one.startswith("/")]
        found: list[str] = []
        for one in stage.copies:
            if not one.folder and not one.source.endswith(".py"):
                continue
            folder = one.target if one.folder else posixpath.dirname(one.target)
            origin = one.source if one.folder else posixpath.dirname(one.source)
            for place in places:
                inner = folder[len(place) :].strip("/") if folder.startswith(place) else None
                if inner == "":
                    found.append(origin)
                elif inner and (origin == inner or origin.endswith(f"/{inner}")):
                    found.append(origin[: -len(inner)].rstrip("/"))
        return tuple(dict.fromkeys(found))

    # ------------------------------------------------------------------------------------------------- values

    def _text(self, word: Word) -> str | None:
        """A word with arguments and variables filled in; None when one of them cannot be told."""
        return self._value(word).known

    def _value(self, word: Word) -> Value[str]:
        made: list[str] = []
        references: list[Reference] = []
        known = True
        for part in word.parts:
            if part.kind == "text":
                made.append(part.text)
                continue
            span = Span(self.path, *part.at)
            found = self._variable(part.text)
            if found is not None and part.text in self.arguments and found == self.arguments[part.text]:
                references.append(Reference("parameter", part.text, span))
            if found is None and part.operator in (":-", "-"):
                found = part.rest
            if found is None or (found == "" and part.text in self.arguments):
                known = False
                if part.text not in [one.target for one in references]:
                    references.append(Reference("parameter", part.text, span))
                continue
            made.append(found)
        span = Span(self.path, *word.at)
        known = known and sum(map(len, made)) < LENGTH
        return Value("".join(made) if known else None, span, True, tuple(references))

    def _variable(self, name: str) -> str | None:
        if name in ("LAMBDA_TASK_ROOT",) and (self.stage is None or name not in self.stage.environment):
            return TASK_ROOT
        if self.stage is not None and name in self.stage.environment:
            return self.stage.environment[name].value.known
        return self.arguments.get(name)

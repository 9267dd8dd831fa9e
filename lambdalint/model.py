"""The nouns of lambdalint: frozen data that every layer passes on; imports nothing of ours but how records are made.

Facts are named tuples, not dataclasses: a frozen slotted dataclass costs 0.8 ms of start-up to define and four times
as long to read back from the cache (benchmarks/startup.py), and a linter in a hook starts more often than it works.

Positions: lines and columns count from 1, columns in characters (code points), the end is exclusive.
Paths: relative to the linted root, with forward slashes.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import NamedTuple
else:
    from lambdalint.records import NamedTuple

T = TypeVar("T", covariant=True)

Severity = Literal["error", "warning", "info"]
Delivery = Literal["sync", "async", "poll", "unknown"]
Safety = Literal["safe", "unsafe"]


class Span(NamedTuple):
    """A stretch of one file's text: from (line, column) up to, not including, (end_line, end_column)."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Problem(NamedTuple):
    """Something that could not be read, and where; the rest is linted all the same."""

    path: str
    line: int
    message: str


# ---------------------------------------------------------------------------------------------- configuration


ReferenceKind = Literal[
    "parameter",  # a deploy-time input whose value is not in the files (template parameter, Terraform variable, opt:)
    "secret-parameter",  # the same, marked as secret (NoEcho, sensitive)
    "secret-value",  # resolves to the plain text of a stored secret ({{resolve:secretsmanager..}}, secret_string)
    "stored-value",  # resolves to a plain parameter ({{resolve:ssm..}}, ${ssm:..})
    "secret-name",  # the ARN, name or path of a secret: not the secret
    "resource",  # name, ARN or other attribute of a resource; target is "Type.attribute" where known
    "environment",  # the environment of whoever deploys (${env:X})
    "file",  # the content of a file, target is its path
    "expression",  # anything else that cannot be told
]


class Reference(NamedTuple):
    """What a setting's value is taken from, when it is not written out."""

    kind: ReferenceKind
    target: str
    span: Span | None = None
    name: str = ""  # of a resource: its logical id, where the target does not hold it


class Value(Generic[T]):
    """A setting's value as far as files tell.

    known: the value, or None when it cannot be told. span: where it is written. written: False when the value is the
    dialect's default (or nothing at all). references: what it is made of, when not (only) literals.
    `Value(None, written=True)` is "set to something we cannot tell"; `ABSENT` is "not set, no default".
    """

    __slots__ = ("known", "references", "span", "written")

    known: T | None
    span: Span | None
    written: bool
    references: tuple[Reference, ...]

    def __init__(
        self,
        known: T | None = None,
        span: Span | None = None,
        written: bool = True,
        references: tuple[Reference, ...] = (),
    ) -> None:
        self.known = known
        self.span = span
        self.written = written
        self.references = references

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.span, self.written, self.references))

    def __repr__(self) -> str:
        state = "" if self.written else ", default"
        return f"Value({self.known!r}{state}{', ' + repr(self.references) if self.references else ''})"

    def _key(self) -> tuple[Any, ...]:
        return (self.known, self.span, self.written, self.references)


ABSENT: Value[Any] = Value(None, None, written=False)


class Variable(NamedTuple):
    """One environment variable of a function; span covers the name."""

    name: str
    value: Value[str]
    span: Span


class Build(NamedTuple):
    """How a code folder becomes a package.

    tool: "copy" (shipped as it is), "sam", "serverless", "python-requirements", "pip", "chalice", "zappa", "cdk",
    "docker", "terraform-module", "esbuild", "makefile", "script", or "unknown".
    requirements: the requirement files (requirements.txt, pyproject.toml, lock files) whose packages the tool installs
    into the package; () = none is installed; None = cannot be told.
    """

    tool: str
    requirements: tuple[str, ...] | None = None
    span: Span | None = None


class Pattern(NamedTuple):
    """One include or exclude pattern of a package, applied in order: the last match wins."""

    pattern: str
    include: bool
    span: Span | None = None


class Code(NamedTuple):
    """Where a function's code is. path is relative to the linted root.

    kind: "directory" (path is the folder that becomes the package root), "file" (one source file), "archive" (a zip
    in the tree), "inline" (text, at span), "image" (path is the build context or Dockerfile folder; dockerfile names
    the file), "bucket" (already uploaded), "unknown".
    lines: of inline text, (line, column) in span's file at which each of its lines starts; () when it stands at span as
    one unbroken stretch. Lines beyond the last pair stand where that one does.
    """

    kind: Literal["directory", "file", "archive", "inline", "image", "bucket", "unknown"]
    path: Value[str] = ABSENT
    span: Span | None = None
    text: str | None = None
    patterns: tuple[Pattern, ...] = ()
    build: Build = Build("unknown")
    dockerfile: str | None = None
    roots: tuple[str, ...] = ()  # further folders that land at the package root
    lines: tuple[tuple[int, int], ...] = ()


class Layer(NamedTuple):
    """A layer of a function: an ARN or name, and the folder or archive in the tree it is made of, where known."""

    name: Value[str]
    code: Code | None = None
    span: Span | None = None


class Trigger(NamedTuple):
    """What invokes a function. kind is an id of knowledge/event_sources.toml; settings by the ids of config_map
    (batch_size, batching_window, report_batch_item_failures, bisect, stream_retries, record_age, on_failure,
    parallelization, maximum_concurrency, starting_position, filter), plus "retries", "fifo", "content_deduplication",
    "redrive", "visibility_timeout", "schedule", "method", "path" where they are known."""

    kind: str
    delivery: Delivery
    span: Span
    name: str = ""  # logical id or key in the configuration
    source: Value[str] = ABSENT  # ARN, name or logical id of the queue, bucket, topic, ...
    settings: Mapping[str, Value[Any]] = {}


class Declaration(NamedTuple):
    """A function as configuration declares it.

    settings: by the ids of knowledge/config_map.toml, besides those with a field of their own: package_type, vpc,
    ephemeral_storage, architecture, tracing, dead_letter_queue, on_failure, async_retries, async_max_age,
    reserved_concurrency, provisioned_concurrency, role, kms_key, log_retention, logging, snapstart, file_system,
    function_url, recursive_loop, durable, capacity_provider, tenancy. A setting that is missing here is ABSENT.
    """

    id: str  # logical id or key, unique within its file
    dialect: str  # "cloudformation", "sam", "serverless", "terraform", "cdk", "chalice", "zappa", "awscli", ...
    span: Span  # the declaring key or header, for "declared in"
    name: Value[str] = ABSENT
    handler: Value[str] = ABSENT
    runtime: Value[str] = ABSENT
    memory: Value[int] = ABSENT  # MB
    timeout: Value[int] = ABSENT  # seconds
    code: Code = Code("unknown")
    layers: tuple[Layer, ...] = ()
    environment: tuple[Variable, ...] = ()
    environment_known: bool = True  # False when further variables may be set that cannot be told
    triggers: tuple[Trigger, ...] = ()
    triggers_known: bool = False  # True when the files show every trigger the function has
    settings: Mapping[str, Value[Any]] = {}
    build_of: str | None = None  # path of the source template or app this is a build output of, where known
    ignores: tuple[tuple[str, Span], ...] = ()  # rules named in Metadata.lambdalint.ignore, where there are no comments

    def setting(self, name: str) -> Value[Any]:
        """The setting with this id, ABSENT when it is not written and has no default."""
        return self.settings.get(name, ABSENT)


# ------------------------------------------------------------------------------------------------- what is read


Place = tuple[int, int, int, int]  # (line, column, end_line, end_column) in a file that is known from the context


class Node(NamedTuple):
    """One node of a data file (YAML, JSON, TOML).

    kind: "mapping", "sequence" or "scalar". value: for a scalar the Python value by the file's own rules (str, int,
    float, bool, None); for a sequence its nodes; for a mapping its (key, value) pairs in order, merge keys resolved.
    tag: a local YAML tag such as "!Sub", else "". at: the text of the value, quotes included. indent: for a block
    scalar the column at which its lines start in the file, else 0: line i of the value stands at
    (at.line + 1 + i, indent).
    """

    kind: Literal["mapping", "sequence", "scalar"]
    value: Any
    at: Place
    tag: str = ""
    indent: int = 0

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping (the last one wins), or None."""
        if self.kind == "mapping":
            for name, value in reversed(self.value):
                if name.value == key:
                    return value  # type: ignore[no-any-return]
        return None

    def key(self, key: str) -> Node | None:
        """The key's own node, for its position."""
        if self.kind == "mapping":
            for name, _ in reversed(self.value):
                if name.value == key:
                    return name  # type: ignore[no-any-return]
        return None

    def items(self) -> tuple[tuple[Node, Node], ...]:
        """The pairs of a mapping; nothing for other kinds."""
        return self.value if self.kind == "mapping" else ()

    def elements(self) -> tuple[Node, ...]:
        """The nodes of a sequence; nothing for other kinds."""
        return self.value if self.kind == "sequence" else ()

    def span(self, path: str) -> Span:
        """Where the value stands in the file at path."""
        return Span(path, *self.at)

    def plain(self) -> Any:
        """The node as plain Python data, positions and tags dropped."""
        if self.kind == "mapping":
            return {key.plain() if key.kind == "scalar" else None: value.plain() for key, value in self.value}
        if self.kind == "sequence":
            return [node.plain() for node in self.value]
        return self.value


class Document(NamedTuple):
    """One file as read: plain data that can be cached and sent between processes.

    language: "python", "yaml", "json", "toml", "hcl", "shell", "dockerfile", "requirements", "typescript", ...
    facts: what languages/<language>.parse made of the text (yaml, json: a tuple of Node, one a document; toml: a Node;
    python: languages.python.Module; ...), None when it could not be read.
    """

    path: str
    language: str
    digest: str
    facts: Any = None
    problems: tuple[Problem, ...] = ()
    directives: tuple[Directive, ...] = ()


class Inventory:
    """Which files exist below the root (sizes in bytes), so that joins ask this and never the disk.

    skipped: folders that exist but were not walked (.git, node_modules, a virtual environment); they are neither in
    `files` nor in `folders`. What is in them is counted only when a join asks `listing`, because it may ship.
    """

    __slots__ = ("_list", "_sorted", "files", "folders", "root", "skipped")

    def __init__(
        self,
        root: str,
        files: Mapping[str, int],
        skipped: tuple[str, ...] = (),
        listing: Callable[[str], Mapping[str, int]] | None = None,
    ) -> None:
        self.root = root
        self.files = files
        self.skipped = skipped
        self._list = listing
        self._sorted: list[str] | None = None
        folders = {""}
        for path in files:
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        self.folders = folders

    def under(self, folder: str) -> list[str]:
        """Paths of all files below a folder ("" is the root), sorted."""
        if self._sorted is None:
            self._sorted = sorted(self.files)
        if not folder:
            return self._sorted
        start = bisect_left(self._sorted, folder + "/")
        end = bisect_left(self._sorted, folder + "0")  # "0" is the character after "/"
        return self._sorted[start:end]

    def listing(self, skipped: str) -> Mapping[str, int]:
        """The files (path, size) of a folder that was skipped; walked when first asked for."""
        return self._list(skipped) if self._list and skipped in self.skipped else {}


class Project(Protocol):
    """What a join may ask of the files: which exist, and what one of them says."""

    inventory: Inventory
    problems: list[Problem]  # what could not be read so far; a join may add to it

    def document(self, path: str, language: str | None = None) -> Document | None:
        """The file as read, None when it does not exist, is excluded or could not be read."""

    def candidates(self, dialect: str) -> Sequence[str]:
        """The files in which a dialect's `wanted` saw something of its own, sorted; "python": those that may hold a
        handler."""

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read many files at once (in several processes, where that is worth it) for `document` calls to come."""

    def recall(self, key: Any, subject: Any, make: Callable[..., Any], *given: Any) -> Any:
        """What `make(*given)` gives, or gave in an earlier run of an editor's session, when neither the subject nor
        anything that was asked of the project meanwhile has changed. For what a dialect can tell one file at a time."""


# ------------------------------------------------------------------------------------------------------- code


class Symbol(NamedTuple):
    """A value in the code as the rules see it.

    kind: "constant" (constant holds it), "environment" (os.environ[path]), "text" (a string made of parts), "list",
    "dict", "function", "class", "object" (an instance of a project class; path names the class), "external" (path is
    a dotted expression over names from outside the project, calls marked "()": `boto3.client().get_paginator()`),
    "choice" (one of parts), "unknown".
    depends: what the value depends on, any of "event", "context", "request-id", "time", "random", "credentials",
    "loop"; empty for a value that is the same at each invocation, as far as can be told: see `fixed`.
    fixed: True only if the value is known to be the same at each invocation.
    made_by: for an external, the call that returned it (or the call whose result it is an attribute of).
    calls: the orders (Call.order) of the external calls whose results flow into the value.
    """

    kind: str
    path: str = ""
    constant: Any = None
    depends: frozenset[str] = frozenset()
    fixed: bool = False
    made_by: Call | None = None
    calls: frozenset[int] = frozenset()
    parts: tuple[Symbol, ...] = ()  # of text, list, choice
    entries: tuple[tuple[Symbol, Symbol], ...] = ()  # of dict; an unknown key has kind "unknown"
    key: str = ""  # for an event-derived external: its path in the event, such as "Records[].body"


class Hop(NamedTuple):
    """One step on the way from the entry point to a call: the function entered, and where it is called from."""

    name: str
    span: Span


class Guard(NamedTuple):
    """A condition under which a call runs: the test as text, whether it must be false, and what it depends on.

    calls: the orders of the external calls whose results the test reads. ended: True when the other branch returned
    or raised before (an early exit), False when the call stands inside the branch.
    """

    text: str
    negated: bool
    symbol: Symbol
    span: Span
    ended: bool = False


class Try(NamedTuple):
    """A `try` around a call: the exception names caught, each with whether its handler ends the path (returns,
    raises, continues) or goes on to what follows."""

    catches: tuple[tuple[str, bool], ...]
    span: Span


class Within(NamedTuple):
    """A decorator or context manager from outside the project that a call runs inside of."""

    path: str
    args: tuple[Symbol, ...]
    keywords: Mapping[str, Symbol]
    span: Span


class Call(NamedTuple):
    """One call to something outside the project, as it happens on a walk from the entry point.

    callee: dotted path, aliases resolved, calls on the way marked "()": `boto3.resource().Table().put_item`.
    phase: "init" (once per environment, at import) or "invocation".
    cached: why the result outlives the invocation and is reused ("global", "attribute", "dict", "functools.cache",
    ...), "" when the call happens anew. imitation: a cache that does not work, and why, "" when there is none.
    loops: how many loops around it; per_record: a loop runs over something of the event. branch: only on some path.
    """

    order: int
    callee: str
    span: Span
    phase: Literal["init", "invocation"]
    args: tuple[Symbol, ...] = ()
    keywords: Mapping[str, Symbol] = {}
    receiver: Symbol | None = None
    chain: tuple[Hop, ...] = ()
    cached: str = ""
    imitation: str = ""
    loops: int = 0
    per_record: bool = False
    branch: bool = False
    guards: tuple[Guard, ...] = ()
    tries: tuple[Try, ...] = ()
    within: tuple[Within, ...] = ()
    statement: Span | None = None  # the whole statement the call stands in
    target: str = ""  # the local name or attribute it is assigned to
    awaited: bool = False
    entered: bool = False  # used as a context manager
    closed: bool = False  # `.close()` or the like is called on the result
    loop_bound: bool = False  # runs inside asyncio.run(...) or the like of this invocation
    recovering: bool = False  # runs in an `except` block
    text: str = ""  # the call as source text, shortened

    def inputs(self) -> list[Symbol]:
        """Everything that goes into the call: the receiver, positional and keyword arguments."""
        # Built step by step: mypy (2.4) overflows its stack on a display that joins records which hold themselves.
        found: list[Symbol] = [] if self.receiver is None else [self.receiver]
        found.extend(self.args)
        found.extend(self.keywords.values())
        return found

    def argument(self, name: str, position: int | None = None) -> Symbol | None:
        """The argument given by keyword, else by position; None when it is not given (or hidden in * or **)."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None


class Handler(NamedTuple):
    """The code that serves an invocation. evidence says why we think it is a handler, when no configuration does."""

    path: str
    name: str
    span: Span  # the name in its definition
    annotation: str = ""  # dotted type of the event parameter
    evidence: str = ""
    decorators: tuple[str, ...] = ()


class Package(NamedTuple):
    """What would be deployed, as far as files tell. Sizes in bytes."""

    root: str
    files: tuple[tuple[str, int], ...] = ()  # (path relative to the linted root, size)
    requirements: tuple[Requirement, ...] = ()
    unpriced: tuple[str, ...] = ()  # distributions whose size is not known
    unzipped: int | None = None  # files plus priced dependencies, a lower bound when something is unpriced
    zipped: int | None = None
    parts: tuple[tuple[str, int], ...] = ()  # largest parts (name, unzipped bytes), largest first
    known: bool = False  # the contents can be told: nothing is built by a script we cannot read


class Requirement(NamedTuple):
    """A dependency that a package ships: its PEP 503 name, its specifier, the line that asks for it."""

    name: str
    specifier: str
    span: Span
    ships: bool | None  # None when it cannot be told
    group: str = ""  # extra or dependency group
    pinned: str = ""  # exact version, where one is given
    direct: bool = True
    imported: tuple[Span, ...] = ()  # where shipped code imports it at run time
    imported_for_types: tuple[Span, ...] = ()  # where it is imported under TYPE_CHECKING only


class Function(NamedTuple):
    """A Lambda function as deployed: the one subject of every rule."""

    id: str  # "template.yaml#Name" or, without a declaration, "app.py#handler"
    name: str
    declaration: Declaration | None = None
    handler: Handler | None = None
    triggers: tuple[Trigger, ...] = ()
    steps: tuple[Call, ...] = ()  # what an invocation runs, in order
    startup: tuple[Call, ...] = ()  # what an import runs
    package: Package | None = None
    event_keys: frozenset[str] = frozenset()  # paths read from the event: "Records[].body"
    reaches: tuple[str, ...] = ()  # files of the project that the handler's import closure holds
    opaque: tuple[str, ...] = ()  # why something that runs cannot be followed
    notes: tuple[str, ...] = ()  # what `show` says about it: why no handler was found, ...


# --------------------------------------------------------------------------------------------------- findings


class Related(NamedTuple):
    """A further place that a finding rests on, and what it has to do with it."""

    span: Span
    message: str


class Finding(NamedTuple):
    """What a rule says. A check gives message, span and related; the engine adds rule, severity and functions.

    severity: left empty by a check for the rule's own; set for a case that weighs less. secret: a text that must be
    masked wherever the finding is shown. fix: data that the rule's `fix` needs; fixable says how safe it is.
    code_flow: the chain from the handler, outermost first.
    """

    message: str
    span: Span
    related: tuple[Related, ...] = ()
    code_flow: tuple[Related, ...] = ()
    rule: str = ""
    severity: str = ""
    functions: tuple[str, ...] = ()
    fixable: Safety | None = None
    fix: Any = None
    secrets: tuple[str, ...] = ()


class Edit(NamedTuple):
    """A replacement of one span's text (an empty span inserts)."""

    span: Span
    text: str


class Fix(NamedTuple):
    """What makes a finding go away: edits of one or more files, applied all or not at all.

    safety: "safe" when the deployed function behaves as before; `Finding.fixable` is the best a finding can hope for,
    this is what the files allow. title: what it does, as a command: "build s3 once, at module scope".
    """

    edits: tuple[Edit, ...]
    safety: Safety
    title: str


class Sources(Protocol):
    """The files of a run as a fix sees them: unsaved text, and what earlier fixes made of them."""

    @property
    def paths(self) -> Collection[str]:
        """Every file below the root."""

    def text(self, path: str) -> str | None:
        """A file's text, None when it does not exist or is no text."""


class Directive(NamedTuple):
    """A `lambdalint: ignore[...]` comment. rules is empty for all. lines: the lines it covers, None for the file."""

    rules: tuple[tuple[str, Span], ...]
    span: Span
    lines: tuple[int, int] | None
    reason: str = ""


class Report(NamedTuple):
    """The outcome of a run: what every format shows."""

    root: str
    functions: tuple[Function, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    ignored: int = 0
    timings: tuple[tuple[str, float], ...] = ()  # (stage, seconds)
    files: int = 0

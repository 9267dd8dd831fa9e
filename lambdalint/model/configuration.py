"""What deployment configuration says of a function: settings with their places, code, layers, triggers."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model.places import Delivery, Span

T = TypeVar("T", covariant=True)

ReferenceKind = Literal[
    "parameter",  # a deploy-time input whose value is not in the files (template parameter, Terraform variable, opt:)
    "secret-parameter",  # the same, marked as secret (NoEcho, sensitive)
    "secret-value",  # resolves to the plain text of a stored secret ({{resolve:secretsmanager..}}, secret_string)
    "stored-value",  # resolves to a plain parameter ({{resolve:ssm..}}, ${ssm:..})
    "secret-name",  # the ARN, name or path of a secret: not the secret
    "resource",  # name, ARN or other attribute of a resource; target is "Type.attribute" where known
    "environment",  # the environment of whoever deploys (${env:X})
    "file",  # the content of a file, target is its path
    "absent-file",  # a value in a data file that is not in the tree, target is "path:key"
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
    stage: of an image, the stage of its Dockerfile that is built, "" for the last one.
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
    stage: str = ""


class Layer(NamedTuple):
    """A layer of a function: an ARN or name, and the folder or archive in the tree it is made of, where known."""

    name: Value[str]
    code: Code | None = None
    span: Span | None = None


class Trigger(NamedTuple):
    """What invokes a function. kind is an id of knowledge/event_sources.tsv; settings are those of an event source
    mapping (batch_size, batching_window, report_batch_item_failures, bisect, stream_retries, record_age,
    on_failure, parallelization, maximum_concurrency, starting_position, filter), plus "retries", "retry_errors"
    (after which a state machine does so, joined by ", "), "fifo", "content_deduplication", "redrive",
    "visibility_timeout", "schedule", "method", "path" where they are known."""

    kind: str
    delivery: Delivery
    span: Span
    name: str = ""  # logical id or key in the configuration
    source: Value[str] = ABSENT  # ARN, name or logical id of the queue, bucket, topic, ...
    settings: Mapping[str, Value[Any]] = {}


class Declaration(NamedTuple):
    """A function as configuration declares it.

    settings: those without a field of their own, by the same ids in every dialect: package_type, vpc,
    ephemeral_storage, architecture, tracing, dead_letter_queue, on_failure, async_retries, async_max_age,
    reserved_concurrency, provisioned_concurrency, role, kms_key, log_retention, logging, snapstart, file_system,
    function_url, recursive_loop, durable, capacity_provider, tenancy; besides, what one tool alone has
    (construct_path of the CDK, slim and no_deploy of serverless-python-requirements, wsgi_app of Zappa, upload of
    Terraform and the AWS CLI). A setting that is missing here is ABSENT.
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

"""What rules say and what fixes do; the outcome of a run."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambdalint.model.functions import Function
    from lambdalint.model.places import Problem, Safety, Span


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


class Report(NamedTuple):
    """The outcome of a run: what every format shows."""

    root: str
    functions: tuple[Function, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    ignored: int = 0
    timings: tuple[tuple[str, float], ...] = ()  # (stage, seconds)
    files: int = 0

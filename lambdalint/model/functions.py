"""What rules are asked about: the function as deployed, with its package."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model.code import Call, Handler
    from lambdalint.model.configuration import Declaration, Trigger
    from lambdalint.model.places import Span


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
    layer: str = ""  # the layer that brings it, "" for the package itself


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
    cut: bool = False  # the walk met its limit: what an invocation runs after the last of steps is not told
    notes: tuple[str, ...] = ()  # what `show` says about it: why no handler was found, ...

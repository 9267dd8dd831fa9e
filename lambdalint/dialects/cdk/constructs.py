"""Calls of a run in; what they are to the CDK out: one name in both languages, props, ids, paths in the tree."""

from __future__ import annotations

import re

from lambdalint.caching import cache
from lambdalint.languages.terms.values import (
    Array,
    Either,
    Entry,
    External,
    Instance,
    Item,
    Known,
    Made,
    Member,
    Opaque,
    Record,
    Text,
    text_of,
)
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def canonical(path: str) -> str:
    """One spelling for a dotted path of either language and any version: "aws_lambda:code.fromasset".

    A path that is not of the CDK keeps its own package: "@guardian/cdk:gulambdafunction".
    """
    path = path.replace("/lib/", "/") if path.startswith("aws-cdk-lib/") else path
    match = re.match(r"(aws-cdk-lib|@aws-cdk|aws_cdk|monocdk)(?:[/.]|$)(.*)", path)
    if not match:
        package = re.match(r"(@[\w.-]+/[\w-]+|[\w-]+)", path)
        name = path.rpartition("/")[2]
        parts = name.split(".")[1:] if "/" in path or "." in name else [name]
        return f"{package[1] if package else ''}:{'.'.join(map(plain, parts))}"
    parts = match[2].replace("/", ".").split(".")
    module = parts[0].replace("-", "_")
    if (
        module.startswith("aws_")
        or module in ("custom_resources", "triggers", "pipelines", "core", "assertions")
        or match[1] == "@aws-cdk"
    ):
        rest = parts[1:]
    else:
        module, rest = "core", parts
    module = re.sub(r"_alpha$", "", module)
    return f"{module}:{'.'.join(map(plain, rest))}"


def plain(name: str) -> str:
    """A name without case and underscores: `fromAsset` and `from_asset` are one."""
    return name.replace("_", "").lower()


def name_of(made: Made) -> str:
    """The canonical name of what a call calls; for a method "." and its name."""
    if made.callee.startswith((".", "=")):
        return made.callee[0] + plain(made.callee[1:])
    return canonical(made.callee)


def constant(value: Any) -> tuple[str, str]:
    """An enumeration's member: canonical name of the enumeration, name of the member; ("", "") for anything else."""
    if isinstance(value, External):
        owner, _, name = value.path.rpartition(".")
        return canonical(owner), name
    return "", ""


# --------------------------------------------------------------------------------------------------------- props


class Props:
    """The props of a construct or the options of a call, by their TypeScript names.

    whole: nothing else may be among them. A prop that is not here and could be is unknown, not absent.
    """

    __slots__ = ("record", "whole")

    def __init__(self, record: Record | None, whole: bool) -> None:
        self.record = record
        self.whole = whole and (record is None or record.complete)

    def get(self, *names: str) -> Entry | None:
        """The first of these props that is given."""
        if self.record is None:
            return None
        for name in names:
            for spelled in (name, _snake(name)):
                entry = self.record.entries.get(spelled)
                if entry is not None and entry.value != Known(None):
                    return entry
        return None

    def value(self, *names: str) -> Any:
        """The value of a prop, None when it is not given."""
        entry = self.get(*names)
        return None if entry is None else entry.value

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All that are given, by their names without case and underscores."""
        for name, entry in self.record.entries.items() if self.record is not None else ():
            yield plain(name), entry


@cache
def _snake(name: str) -> str:
    return re.sub(r"([A-Z]+)", lambda match: "_" + match[1].lower(), name)


def props_of(made: Made, position: int = 2) -> Props:
    """The props of a construct (scope, id, props), or the options of a call at this position."""
    if made.keywords is not None:
        return Props(made.keywords, True)
    if position < len(made.args):
        item = made.args[position]
        return as_props(item.value) if not item.spread else Props(None, False)
    return Props(None, not any(item.spread for item in made.args))


def as_props(value: Any) -> Props:
    """A value that stands for props: an object, an instance of a props class, a struct of the CDK."""
    if isinstance(value, Record):
        return Props(value, True)
    if isinstance(value, Made) and value.keywords is not None and value.receiver is None:
        return Props(value.keywords, True)
    if isinstance(value, Made) and value.receiver is None and value.new and not value.args:
        return Props(Record(), True)
    if value is None or (isinstance(value, Known) and value.value is None):
        return Props(None, True)
    if isinstance(value, Either):
        records = [option for option in value.options if isinstance(option, Record)]
        if len(records) == 1 and all(isinstance(option, (Record, Known)) for option in value.options):
            doubtful = {name: entry._replace(certain=False) for name, entry in records[0].entries.items()}
            return Props(Record(doubtful, records[0].complete), True)
    return Props(None, False)


def argument(made: Made, position: int, *names: str) -> Item | None:
    """An argument by its position, else by one of its keywords."""
    if position < len(made.args) and not made.args[position].spread:
        return made.args[position]
    if made.keywords is not None:
        entry = Props(made.keywords, True).get(*names)
        if entry is not None:
            return Item(entry.value, entry.span)
    return None


def elements(value: Any) -> list[Item]:
    """The elements of a list that are known."""
    return value.items if isinstance(value, Array) else []


def strings(value: Any) -> tuple[str, ...]:
    """The elements of a list that are known strings."""
    return tuple(
        item.value.value
        for item in elements(value)
        if isinstance(item.value, Known) and isinstance(item.value.value, str)
    )


# ------------------------------------------------------------------------------------------------------ the tree


def construct(value: Any) -> Made | None:
    """The construct that a value is: the call that made it, for an object of a project class the one it extends."""
    if isinstance(value, Instance):
        return value.made
    if isinstance(value, Made):
        return value
    if isinstance(value, Either):
        options = {id(made): made for option in value.options if (made := construct(option)) is not None}
        return next(iter(options.values())) if len(options) == 1 else None
    return None


def id_of(made: Made) -> str:
    """The construct's id as a person would write it; "" when a call makes no construct with an id."""
    item = argument(made, 1 if made.receiver is None else 0, "id")
    if item is None or not isinstance(item.value, (Known, Text, Opaque, Member)):
        return ""
    return (
        text_of(item.value) if isinstance(item.value, Text) or isinstance(getattr(item.value, "value", ""), str) else ""
    )


def is_named(made: Made) -> bool:
    """Whether the construct's id is known."""
    item = argument(made, 1, "id")
    return item is not None and isinstance(item.value, Known)


def scope_of(made: Made) -> Any:
    """What the construct is in."""
    item = argument(made, 0, "scope")
    return item.value if item is not None else None


def is_stack(made: Made) -> bool:
    """Whether paths in the tree start here: at a stack."""
    name = name_of(made)
    return name.endswith("stack") and not name.endswith("nestedstack")


def path_of(made: Made) -> tuple[str, tuple[str, ...]]:
    """The class of the stack that a construct is in, and the ids from there to it."""
    ids: list[str] = []
    current: Made | None = made
    for _ in range(40):
        if current is None:
            break
        if is_stack(current) and current is not made:
            return (current.instance.kind.facts.name if current.instance else id_of(current)), tuple(reversed(ids))
        ids.append(id_of(current))
        current = construct(scope_of(current))
    return "", tuple(reversed(ids))


def full_path(made: Made) -> str | None:
    """The construct's path in the tree, as `aws:cdk:path` has it; None when an id on the way is not known."""
    ids: list[str] = []
    current: Made | None = made
    for _ in range(40):
        if current is None:
            return None
        if name_of(current) in ("core:app", "core:construct.app") or (
            current.instance is not None and name_of(current).endswith(":app")
        ):
            return "/".join(reversed(ids))
        if not is_named(current):
            return None
        ids.append(id_of(current))
        current = construct(scope_of(current))
    return None

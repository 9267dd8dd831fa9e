"""A value that something keeps and another one in, what it is with that added or taken off out, if it can be told."""

from __future__ import annotations

from lambdalint.languages.python.interpret.combine import gather
from lambdalint.languages.python.interpret.values import Const, Ext, Text, Union, Unknown, Value, options
from lambdalint.typed import Any

Tuple = tuple[Any, ...]

MAPPERS = (
    *("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.", "django.db.models.", "peewee.", "tortoise."),
    *("pynamodb.", "mongoengine.", "beanie."),
)
COLUMNS = ("Column()", "mapped_column()", "Field()", "Attribute()", ".F()")


def raised(left: Value, right: Value, node: Tuple) -> Value | None:
    """What something keeps plus or minus something: "orders.c.total+", "boto3.resource().Table().get_item()[][].n+".

    A column of a table, of which the database works it out, or what a call has answered with, whose name is the last
    one of the path; None when it is neither."""
    found = next((option for option in options(left) if isinstance(option, Ext)), None)
    if found is None and node[0] == "a":
        return _of_object(left, right, node[2])
    if found is None or found.key is not None or found.role:
        return None
    deps, orders = gather([left, right])
    if found.path.startswith(MAPPERS):
        name = node[2] if node[0] == "a" else ""
        if found.path.endswith(".F()") and found.made_by is not None and found.made_by.args:
            first = found.made_by.args[0]
            name = first.value if isinstance(first, Const) and isinstance(first.value, str) else ""
        if name and (found.path.endswith(COLUMNS) or ".c." in found.path):
            return Ext(f"{found.path.removesuffix(f'.{name}')}.{name}+", deps, orders, found.made_by, found)
    if not found.calls or not found.calls.isdisjoint(gather([right])[1]):
        return None  # what is left of a quota, and the like
    if is_raised(found):
        return Ext(found.path, deps, orders, found.made_by, found)
    typed = found.member in TYPES and isinstance(found.base, Ext)
    member = found.base.member if typed and isinstance(found.base, Ext) else found.member
    return Ext(f"{found.path}{'' if member is None else f'.{member}'}+", deps, orders, found.made_by, found)


def _of_object(left: Value, right: Value, name: str) -> Value | None:
    """The same of an attribute of an object that was made of an answer: `Account(**item).balance`."""
    held = next((option for option in options(left) if isinstance(option, Unknown) and option.calls), None)
    if held is None or not held.calls.isdisjoint(gather([right])[1]):
        return None
    deps, orders = gather([left, right])
    return Ext(f"?.{name}+", deps, orders)


TYPES = frozenset({"N", "S"})  # what a client of DynamoDB writes around a value


def is_raised(value: Value) -> bool:
    """Whether a value is what was kept, plus or minus something."""
    return isinstance(value, Ext) and value.path.endswith("+")


def is_answer(value: Value) -> bool:
    """Whether a value is, where it is given at all, what a call has answered with."""
    return any(isinstance(option, Ext) and option.key is None and option.calls for option in options(value))


NUMBERS = (Ext, Const, Text, Unknown, Union)  # what a number may be; `int(x)` of the event is a text of one part

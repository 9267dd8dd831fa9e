"""An object of the project in, the dict out that `asdict`, `model_dump` or `vars` makes of it."""

from __future__ import annotations

from lambdalint.languages.python.interpret import classes
from lambdalint.languages.python.interpret.combine import gather
from lambdalint.languages.python.interpret.values import Const, Map, Obj, Seq, Unknown
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.calls import Arguments
    from lambdalint.languages.python.interpret.values import Value

# What makes a dict of an object of a library's model, and how it may leave fields out or name them otherwise.
METHODS = frozenset({"model_dump", "dict"})
MODELS = ("pydantic.", "sqlmodel.")
CHANGING = frozenset({"include", "exclude", "exclude_unset", "exclude_defaults", "by_alias", "dict_factory", "filter"})
DEPTH = 3


def makes_dict(instance: Obj, name: str) -> bool:
    """Whether a method of a model makes a dict of its fields."""
    return name in METHODS and instance.outer is not None and instance.outer.path.startswith(MODELS)


def as_dict(instance: Obj, given: Arguments) -> Value:
    """The fields of an object of a data class or a model by name; unknown where only some of them are asked for."""
    if CHANGING & given.keywords.keys() or not instance.attributes:
        outer = [instance.outer] if instance.outer is not None else []
        return Unknown(*gather([instance, *outer, *given.values()]))
    return _fields(instance, classes.fields(instance.cls))


def attributes(instance: Obj) -> Value:
    """What `vars(instance)` holds."""
    return _fields(instance, list(instance.attributes))


def _fields(instance: Obj, names: list[str], depth: int = 0) -> Map:
    made = Map()
    for name in names:
        value = instance.attributes.get(name, Unknown())
        made.entries[name] = _plain(value, depth + 1)
        made.keys.append(Const(name))
    return made


def _plain(value: Value, depth: int) -> Value:
    if depth > DEPTH:
        return Unknown(*gather([value]))
    if isinstance(value, Obj):
        return _fields(value, list(value.attributes), depth)
    if isinstance(value, Seq):
        return Seq([_plain(item, depth + 1) for item in value.items[:20]], value.kind, False, value.open)
    return value

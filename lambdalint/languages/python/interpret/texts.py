"""A text and a method of it in, what the method returns out: known where the text is, else with what it depends on."""

from __future__ import annotations

from lambdalint.languages.python.interpret.combine import gather, text
from lambdalint.languages.python.interpret.values import Const, EnvVar, Ext, Seq, Text, Unknown, Value
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.calls import Arguments

KEEPS_TEXT = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "encode",
        "decode",
        "replace",
        "removeprefix",
        "removesuffix",
    }
)
SPLITS = frozenset({"split", "splitlines", "rsplit", "partition", "rpartition"})
FIELDS = pattern(r"\{(?P<index>\d*)(?::(?P<spec>[^{}]*))?\}")


def method(owner: Const | Text | EnvVar, name: str, given: Arguments) -> Value:
    """What a method of a text returns."""
    values = given.values()
    if name == "join" and values:
        parts = values[0].items if isinstance(values[0], Seq) else [values[0]]
        return text([piece for part in parts for piece in (owner, part)][1:])
    if name == "format":
        return Text((owner, *_timed(owner, values)))
    if isinstance(owner, Const) and isinstance(owner.value, (str, bytes)) and not values:
        asked = getattr(owner.value, name, None)
        if callable(asked) and name in KEEPS_TEXT:
            try:
                return Const(asked(), owner.deps, owner.calls)
            except (ValueError, TypeError):
                return owner
    if name in KEEPS_TEXT:
        return owner
    if name in SPLITS:
        return _split(owner, name, values)
    if isinstance(owner, Const) and isinstance(owner.value, (dict, list)):
        return Unknown(owner.deps, owner.calls)
    deps, orders = gather([owner, *values])
    return Unknown(deps, orders)


def _split(owner: Const | Text | EnvVar, name: str, values: list[Value]) -> Value:
    by = [value.value for value in values if isinstance(value, Const)]
    if isinstance(owner, Const) and isinstance(owner.value, str) and len(by) == len(values):
        try:
            found = getattr(owner.value, name)(*by)
        except (TypeError, ValueError):
            return Unknown(owner.deps, owner.calls)
        return Seq([Const(part, owner.deps, owner.calls) for part in found], "list", False, len(found) > 20)
    return Seq([owner], "list", False, True)


def _timed(owner: Const | Text | EnvVar, values: list[Value]) -> list[Value]:
    """The values of `"{:%Y-%m-%d}".format(now)`: a time is as fine as it is asked for."""
    if not isinstance(owner, Const) or not isinstance(owner.value, str) or "%" not in owner.value:
        return values
    found = list(values)
    for place, field in enumerate(FIELDS.finditer(owner.value)):
        index = int(field["index"] or place)
        value = found[index] if index < len(found) else None
        if isinstance(value, Ext) and "%" in (field["spec"] or "")[:-1]:
            path = f"{value.path}.strftime({field['spec']!r})"
            found[index] = Ext(path, value.deps, value.calls, value.made_by, value)
    return found

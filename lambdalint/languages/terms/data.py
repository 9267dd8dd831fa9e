"""Values in, the same as JSON, as a copy, or read from a file of the project out."""

from __future__ import annotations

from lambdalint.languages.terms import paths
from lambdalint.languages.terms.values import ITEMS, Array, Known, Made, Opaque, Path, Record, Text
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.terms.calls import Site
    from lambdalint.languages.terms.run import Run
    from lambdalint.languages.terms.values import Item

Answer = Any  # a value, or None for "not ours"


def json_text(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """What JSON.stringify and json.dumps give."""
    value = paths.first_of(args)
    plain, known = _plain(value)
    if known:
        separators = (", ", ": ") if site.frame.unit.python else (",", ":")
        from json import dumps

        return Known(dumps(plain, separators=separators))
    return Text(tuple(_leaves(value)) or (Opaque("JSON"),))


def _plain(value: Any, depth: int = 0, budget: list[int] | None = None) -> tuple[Any, bool]:
    """The value as plain data, and whether all of it is known."""
    budget = [ITEMS] if budget is None else budget
    budget[0] -= 1
    if isinstance(value, Known):
        return value.value, True
    if budget[0] < 0:
        return None, False
    if isinstance(value, Array) and value.complete and depth < 20:
        parts = [_plain(item.value, depth + 1, budget) for item in value.items]
        return [part for part, _ in parts], all(known for _, known in parts)
    if isinstance(value, Record) and value.complete and depth < 20:
        pairs = {name: _plain(entry.value, depth + 1, budget) for name, entry in value.entries.items()}
        return {name: part for name, (part, _) in pairs.items()}, all(known for _, known in pairs.values())
    return None, False


def _leaves(value: Any, depth: int = 0) -> list[Any]:
    """The parts of a value that are not known."""
    if isinstance(value, Known) or depth > 4:
        return []
    if isinstance(value, Array):
        found = [leaf for item in value.items for leaf in _leaves(item.value, depth + 1)]
        return found if value.complete else [*found, Opaque("...")]
    if isinstance(value, Record):
        found = [leaf for entry in value.entries.values() for leaf in _leaves(entry.value, depth + 1)]
        return found if value.complete else [*found, Opaque("...")]
    return [value]


def load(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """`yaml.safe_load(open(x))`, `JSON.parse(fs.readFileSync(x))`: a file of the project as a value."""
    value = paths.first_of(args)
    for _ in range(4):
        if not isinstance(value, Made):
            return None
        if value.callee in ("open", "fs.readFileSync", "io.open", "pathlib.Path.open"):
            name = paths.first_of(value.args)
            text = name.text if isinstance(name, Path) else name.value if isinstance(name, Known) else None
            return run.loader.data_at(text, site.frame.unit.path) if isinstance(text, str) else None
        value = value.receiver
    return None


def deep_copy(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """A list or object of its own, with the same items."""
    value = paths.first_of(args)
    if isinstance(value, Record):
        return Record(dict(value.entries), value.complete)
    return Array(list(value.items), value.complete) if isinstance(value, Array) else value

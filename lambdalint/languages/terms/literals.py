"""Lists and objects as they are written in, their values out; a pattern and a value in, its names bound."""

from __future__ import annotations

from lambdalint.languages.terms import access, operators
from lambdalint.languages.terms.values import (
    ITEMS,
    NOTHING,
    Array,
    Closure,
    Either,
    Entry,
    External,
    Held,
    Instance,
    Item,
    Kind,
    Known,
    Opaque,
    Record,
    Scope,
    brief,
    join,
    text_of,
)
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.terms.facts import Term
    from lambdalint.languages.terms.run import Frame, Run


def bind(run: Run, pattern: Term, value: Any, frame: Frame, declare: bool, span: Span) -> None:
    """Take a value apart along a pattern."""
    kind = pattern.kind
    if kind == "name":
        if declare and not frame.scope.outer:
            run.store(frame.scope.names, pattern.value, value)
            return
        names = None
        if not frame.unit.python or pattern.value in frame.scope.outer:
            names = frame.scope.holder(pattern.value)
        run.store(frame.scope.names if names is None else names, pattern.value, value)
    elif kind == "attribute":
        owner = run.evaluate(pattern.parts[0], frame)
        access.put(run, owner, pattern.value, value, span, run.span(pattern, frame))
    elif kind == "index":
        _put_item(run, pattern, value, frame, span)
    elif kind == "default":
        empty = value == NOTHING
        bind(run, pattern.parts[0], run.evaluate(pattern.parts[1], frame) if empty else value, frame, declare, span)
    elif kind == "object-pattern":
        _bind_entries(run, pattern, value, frame, declare, span)
    elif kind in ("array-pattern", "array"):
        _bind_elements(run, pattern, value, frame, declare, span)


def _put_item(run: Run, pattern: Term, value: Any, frame: Frame, span: Span) -> None:
    """`owner[key] = value`"""
    owner, key = run.evaluate(pattern.parts[0], frame), run.evaluate(pattern.parts[1], frame)
    if isinstance(key, Known):
        if isinstance(owner, Array) and isinstance(key.value, int) and 0 <= key.value < len(owner.items):
            items = list(owner.items)
            items[key.value] = Item(value, span)
            run.store_items(owner, items, owner.complete)
        else:
            access.put(run, owner, str(key.value), value, span, run.span(pattern.parts[1], frame))
    elif isinstance(owner, Record):
        name = text_of(key) if not isinstance(key, External) else "${" + text_of(key) + "}"
        access.put(run, owner, name, value, span, run.span(pattern.parts[1], frame))
        owner.complete = False


def _bind_entries(run: Run, pattern: Term, value: Any, frame: Frame, declare: bool, span: Span) -> None:
    """`{ a, b: c, ...rest } = value`"""
    taken = set()
    for part in pattern.parts:
        if part.kind == "pair":
            key = run.evaluate(part.parts[0], frame)
            name = text_of(key)
            taken.add(name)
            entry = value.entries.get(name) if isinstance(value, Record) else None
            inner = entry.span if entry is not None else span
            bind(run, part.parts[1], access.get_item(run, value, key, frame), frame, declare, inner)
        elif part.kind == "rest":
            rest: Any = Opaque("...", access.origin_of(value))
            if isinstance(value, Record):
                rest = Record({k: v for k, v in value.entries.items() if k not in taken}, value.complete)
            bind(run, part.parts[0], rest, frame, declare, span)


def _bind_elements(run: Run, pattern: Term, value: Any, frame: Frame, declare: bool, span: Span) -> None:
    """`[a, , b, ...rest] = value`"""
    items, complete = iterate(run, value, frame)
    if not complete and not isinstance(value, Array):
        items = []
    for number, part in enumerate(pattern.parts):
        if part.kind in ("rest", "spread"):
            bind(run, part.parts[0], Array(items[number:], complete), frame, declare, span)
            break
        if part.kind == "hole":
            continue
        if number < len(items):
            bind(run, part, items[number].value, frame, declare, items[number].span)
        else:
            missing = NOTHING if complete else Opaque(f"{brief(value)}[{number}]", access.origin_of(value))
            bind(run, part, missing, frame, declare, span)


def record(run: Run, terms: tuple[Term, ...], frame: Frame) -> Record:
    """An object literal."""
    built = Record()
    for term in terms:
        if term.kind == "spread":
            if term.parts:
                spread(run, run.evaluate(term.parts[0], frame), built, frame)
            continue
        if term.kind != "pair":
            continue
        key = run.evaluate(term.parts[0], frame)
        value = run.evaluate(term.parts[1], frame)
        if isinstance(value, Closure) and value.function.kind in ("method", "getter"):
            value.this = built
        if isinstance(key, Known):
            name = str(key.value)
        else:
            name = "${" + text_of(key) + "}"
            if not isinstance(key, External):
                built.complete = False
                continue
        built.entries[name] = Entry(value, run.span(term.parts[1], frame), run.span(term.parts[0], frame))
    return built


def spread(run: Run, value: Any, into: Record, frame: Frame) -> None:
    """`...value` in an object literal, `**value` in a dict or a call."""
    if isinstance(value, Record):
        for name, entry in value.entries.items():
            old = into.entries.get(name)
            if not entry.certain and old is not None:
                entry = entry._replace(value=join([old.value, entry.value]), certain=old.certain)
            into.entries[name] = entry
        into.complete = into.complete and value.complete
        if not value.complete:
            _cover(into, value)
    elif isinstance(value, Either):
        for option in value.options:
            if isinstance(option, Known):
                continue
            if isinstance(option, Record):
                doubtful = {name: entry._replace(certain=False) for name, entry in option.entries.items()}
                spread(run, Record(doubtful, option.complete), into, frame)
            else:
                into.complete = False
                _cover(into, option)
    elif isinstance(value, Instance):
        at = value.span
        into.entries.update({name: Entry(held, at, at) for name, held in value.fields.items()})
        into.complete = into.complete and value.kind.outside() is None
    elif not (isinstance(value, Known) and not value.value):
        into.complete = False
        _cover(into, value)


def _cover(into: Record, value: Any) -> None:
    """What comes before an unknown spread may be overwritten by it."""
    held = set(value.entries) if isinstance(value, Record) else set()
    for name, entry in into.entries.items():
        if name not in held:
            into.entries[name] = entry._replace(value=join([entry.value, Opaque(f"...{brief(value)}.{name}")]))


def elements(run: Run, terms: tuple[Term, ...], frame: Frame) -> tuple[list[Item], bool]:
    """The elements of a list literal or the arguments of a call; False when there may be more."""
    items: list[Item] = []
    complete = True
    for term in terms:
        if term.kind == "spread":
            inner, whole = iterate(run, run.evaluate(term.parts[0], frame), frame) if term.parts else ([], False)
            if whole and len(items) + len(inner) <= ITEMS:
                items.extend(inner)
            else:
                complete = False
        elif term.kind == "hole":
            items.append(Item(NOTHING, run.span(term, frame)))
        else:
            items.append(Item(run.evaluate(term, frame), run.span(term, frame)))
    return items, complete


def iterate(run: Run, value: Any, frame: Frame, keys: bool = False) -> tuple[list[Item], bool]:
    """What a loop over a value goes through; False when that cannot be told: then one element stands for all."""
    at = Span(frame.unit.path, 1, 1, 1, 1)
    if isinstance(value, Array):
        if keys:
            return [Item(Known(str(number)), item.span) for number, item in enumerate(value.items)], value.complete
        rest = [] if value.complete else [Item(Opaque("element"), at)]
        return [*value.items, *rest], value.complete
    if isinstance(value, Record) and (frame.unit.python or keys):
        items = [Item(Known(name), entry.key_span) for name, entry in value.entries.items()]
        rest = [] if value.complete else [Item(Opaque("key"), at)]
        return items + rest, value.complete
    if isinstance(value, Known) and isinstance(value.value, str):
        return [Item(Known(letter), at) for letter in value.value[:100]], True
    if isinstance(value, Known) and value.value is None:
        return [], True
    if isinstance(value, Kind):  # an enumeration
        return [Item(held, at) for held in value.fields.values()], True
    return [Item(Opaque(f"{brief(value)}[]", access.origin_of(value)), at)], False


def comprehend(run: Run, term: Term, frame: Frame) -> Any:
    """A comprehension: its element for each turn of its loops."""
    from lambdalint.languages.terms.run import Frame
    from lambdalint.languages.terms.statements import TURNS

    found = Array([])
    built = Record()

    def turn(loops: tuple[Term, ...], inner: Frame) -> None:
        if not loops:
            if term.value == "dict":
                part = record(run, (term.parts[0],), inner)
                spread(run, part, built, inner)
            else:
                found.items.append(Item(run.evaluate(term.parts[0], inner), run.span(term.parts[0], inner)))
            return
        pattern, iterated, *tests = loops[0].parts
        items, complete = iterate(run, run.evaluate(iterated, inner), inner)
        for item in items[:TURNS]:
            bind(run, pattern, item.value, inner, declare=True, span=item.span)
            truths = [operators.truth(run.evaluate(test, inner), True) for test in tests]
            if False in truths:
                continue
            if not complete or None in truths:
                found.state["held"] = Held(found.items, False)
                built.complete = False
            turn(loops[1:], inner)

    turn(term.parts[1:], Frame(frame.unit, Scope(frame.scope), frame.this, frame.home))
    return built if term.value == "dict" else found


def cut(run: Run, owner: Any, bounds: list[Any]) -> Any:
    """`owner[from:to:step]`"""
    if not all(isinstance(bound, Known) and (bound.value is None or isinstance(bound.value, int)) for bound in bounds):
        return Opaque(f"{brief(owner)}[:]")
    part = slice(*(bound.value for bound in bounds))
    if isinstance(owner, Known) and isinstance(owner.value, str):
        return Known(owner.value[part])
    if isinstance(owner, Array) and owner.complete:
        return Array(owner.items[part])
    return Opaque(f"{brief(owner)}[:]")

"""Reading and writing of values: names, attributes, elements, patterns, tests and operators."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from lambdalint.languages.terms import calls, library
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
    Made,
    Member,
    Method,
    Opaque,
    Path,
    Record,
    Scope,
    Text,
    Unit,
    brief,
    concatenate,
    join,
    text_of,
)
from lambdalint.model import Span

if TYPE_CHECKING:
    from lambdalint.languages.terms.facts import Import, Term
    from lambdalint.languages.terms.run import Frame, Run

ROOT = "/:root:"  # absolute paths of the project start so: nothing here knows where it lies on the disk


# ------------------------------------------------------------------------------------------------------ modules


def provide(run: Run, frame: Frame) -> None:
    """The names that a module finds without an import."""
    path = f"{ROOT}/{frame.unit.path}"
    names = frame.scope.names
    at = Span(frame.unit.path, 1, 1, 1, 1)
    if frame.unit.python:
        names["__file__"] = Known(path)
        names["__name__"] = Known("__main__") if len(run.units) == 1 else Known(frame.unit.path[:-3].replace("/", "."))
        return
    names["__dirname__"] = names["__dirname"] = Known(posixpath.dirname(path))
    names["__filename"] = Known(path)
    names["import.meta"] = Record({
        "url": Entry(Known(path), at, at),
        "dirname": Entry(Known(posixpath.dirname(path)), at, at),
        "filename": Entry(Known(path), at, at),
    })  # fmt: skip
    exports = Record()
    names["exports"] = exports
    names["module"] = Record({"exports": Entry(exports, at, at)})


def exported(run: Run, unit: Unit, name: str) -> Any:
    """What a module of the project gives under a name."""
    if unit.python:
        return calls.settled(run, unit.scope.names[name]) if name in unit.scope.names else Opaque(name)
    if unit.exported is not None:
        whole = unit.exported
        return whole if name == "default" else _entry(whole, name) or Opaque(name)
    if name in unit.exports:
        return unit.exports[name]
    for export in unit.gives:
        if export.exported != name:
            continue
        if not export.module:
            found = unit.scope.names.get(export.local)
            return Opaque(name) if found is None else calls.settled(run, found)
        inner = _other_unit(run, unit, export.module)
        if inner is None:
            return External(f"{export.module}.{export.local}")
        return inner if export.local == "*" else exported(run, inner, export.local)
    module = unit.scope.names.get("module")
    whole = _entry(module, "exports")
    found = _entry(whole, name)
    if found is not None:
        return found
    if name == "default" and isinstance(whole, (Record, Closure, Kind)):
        return whole
    for export in unit.gives:
        if export.exported == "*":
            inner = _other_unit(run, unit, export.module)
            if inner is not None and inner is not unit and inner.state != "running":
                found = exported(run, inner, name)
                if not isinstance(found, Opaque):
                    return found
    return Opaque(name)


def _other_unit(run: Run, unit: Unit, module: str) -> Unit | None:
    path = run.loader.resolve(module, 0, unit.path)
    return run.load(path) if path is not None and not path.endswith(".json") else None


def _entry(value: Any, name: str) -> Any:
    if isinstance(value, Record) and name in value.entries:
        return value.entries[name].value
    return None


def bind_python(run: Run, entry: Import, path: str | None, frame: Frame) -> None:
    """`import a.b`, `import a.b as c`, `from a import b`, where it stands."""
    names = frame.scope.names
    if entry.imported == "*" and entry.local != "*":  # import a.b / import a.b as c
        if path is None:
            top = entry.module.split(".")[0]
            run.store(names, entry.local, External(entry.module if entry.local != top else top))
            return
        unit = run.load(path)
        if unit is not None and entry.local == entry.module.split(".")[0] and "." in entry.module:
            bind_dotted(run, entry.module.split("."), unit, frame)
            return
        run.store(names, entry.local, unit if unit is not None else Opaque(entry.local))
        return
    within = run.loader.resolve(f"{entry.module}.{entry.imported}".strip("."), entry.level, frame.unit.path)
    unit = run.load(path) if path is not None else None
    if entry.local == "*":
        for name, value in unit.scope.names.items() if unit is not None else ():
            if not name.startswith("_"):
                run.store(names, name, value)
        return
    if unit is not None and entry.imported in unit.scope.names:
        run.store(names, entry.local, unit.scope.names[entry.imported])
    elif within is not None:
        inner = run.load(within)
        run.store(names, entry.local, inner if inner is not None else Opaque(entry.local))
    elif unit is not None:
        waiting = calls.Later(unit, entry.imported) if unit.state == "running" else Opaque(entry.imported)
        run.store(names, entry.local, waiting)
    elif path is None and not entry.level:
        run.store(names, entry.local, External(f"{entry.module}.{entry.imported}"))
    else:
        run.store(names, entry.local, Opaque(entry.imported))


def bind_dotted(run: Run, parts: list[str], unit: Unit, frame: Frame) -> None:
    """`import a.b` of project packages: `a` is an object that has `b`."""
    at = Span(frame.unit.path, 1, 1, 1, 1)
    held = frame.scope.names.get(parts[0])
    record = held if isinstance(held, Record) else Record(complete=False)
    run.store(frame.scope.names, parts[0], record)
    for part in parts[1:-1]:
        inner = _entry(record, part)
        if not isinstance(inner, Record):
            inner = Record(complete=False)
            record.entries[part] = Entry(inner, at, at)
        record = inner
    record.entries[parts[-1]] = Entry(unit, at, at)


def of_language(run: Run, name: str, frame: Frame) -> Any:
    """A name that nothing in the module binds."""
    if name in ("undefined", "NaN"):
        return NOTHING
    return External(name) if name in library.GLOBALS else Opaque(name)


# ------------------------------------------------------------------------------------------------- attributes


def get(run: Run, owner: Any, name: str, frame: Frame) -> Any:
    """`owner.name`"""
    owner = calls.settled(run, owner)
    python = frame.unit.python
    if isinstance(owner, Record):
        if name in owner.entries:
            return owner.entries[name].value
        if name in library.RECORD_METHODS:
            return Method(name, owner)
        return NOTHING if owner.complete else Opaque(name, "parameter")
    if isinstance(owner, Instance):
        return get_of_instance(run, owner, name, frame)
    if isinstance(owner, Kind):
        return get_of_kind(run, owner, name)
    if isinstance(owner, calls.Above):
        base = owner.home.base if owner.home is not None else None
        if name == "__init__":
            return owner
        found = base.method(name) if isinstance(base, Kind) else None
        if found is not None:
            return Closure(found[0], found[1].scope, found[1].unit, owner.this, found[1])
        return Member(owner.this, name)
    if isinstance(owner, Unit):
        return exported(run, owner, name)
    if isinstance(owner, External):
        if (owner.path, name) in (("os", "environ"), ("process", "env")):
            return Opaque(f"{owner.path}.{name}", "environment")
        return External(f"{owner.path}.{name}")
    if isinstance(owner, (Known, Text)) and not (isinstance(owner, Known) and owner.value is None):
        if name == "length" and isinstance(owner, Known) and isinstance(owner.value, str):
            return Known(len(owner.value))
        if name in ("value", "name") and python:  # of an enumeration's member
            return owner
        return Method(name, owner)
    if isinstance(owner, Array):
        if name == "length":
            return Known(len(owner.items)) if owner.complete else Opaque("length")
        return Method(name, owner)
    if isinstance(owner, Path):
        return library.path_attribute(owner, name)
    if isinstance(owner, Made):
        return owner.fields[name] if name in owner.fields else Member(owner, name)
    if isinstance(owner, Member):
        return Member(owner, name)
    if isinstance(owner, Either):
        options = [option for option in owner.options if option != NOTHING]
        return join([get(run, option, name, frame) for option in options]) if options else NOTHING
    if isinstance(owner, Opaque):
        if owner.text == "os.environ" and name in ("get", "setdefault"):
            return External("os.getenv")
        return Opaque(f"{owner.text}.{name}", owner.origin)
    if isinstance(owner, Closure) and name in ("bind", "call", "apply"):
        return Method(name, owner)
    if isinstance(owner, Method):
        return Opaque(name)
    return NOTHING if owner == NOTHING else Opaque(name)


def get_of_instance(run: Run, owner: Instance, name: str, frame: Frame) -> Any:
    """An attribute of an object of the project: a field, a property, a method, else of the outside class it extends."""
    if name in owner.fields:
        return calls.settled(run, owner.fields[name])
    found = owner.kind.method(name, ("getter",))
    if found is not None:
        closure = Closure(found[0], found[1].scope, found[1].unit, owner, found[1])
        return calls.invoke(run, closure, [], None, calls.Site(_at(found[0].name_at), frame), owner)
    found = owner.kind.method(name, ("method", "class-method"))
    if found is not None:
        return Closure(found[0], found[1].scope, found[1].unit, owner, found[1])
    for kind in owner.kind.lineage():
        if name in kind.fields:
            return kind.fields[name]
    if owner.kind.outside() is not None:
        return Member(owner, name)
    declared = any(field.name == name for kind in owner.kind.lineage() for field in kind.facts.fields)
    return NOTHING if declared and not frame.unit.python else Opaque(f"{owner.kind.facts.name}.{name}")


def _at(place: Any) -> Term:
    from lambdalint.languages.terms.facts import Term

    return Term("other", place)


def get_of_kind(run: Run, owner: Kind, name: str) -> Any:
    """An attribute of a class: a static field or method, else of what it extends."""
    for kind in owner.lineage():
        if name in kind.fields:
            return kind.fields[name]
    found = owner.method(name, ("method", "class-method", "getter"))
    if found is not None:
        this = owner if found[0].static or found[0].kind == "class-method" else None
        return Closure(found[0], found[1].scope, found[1].unit, this, found[1])
    if name == "__init__":
        return Method(name, owner)
    if name in ("name", "__name__"):
        return Known(owner.facts.name)
    outside = owner.outside()
    if isinstance(outside, External):
        return External(f"{outside.path}.{name}")
    return Opaque(f"{owner.facts.name}.{name}")


def get_item(run: Run, owner: Any, key: Any, frame: Frame) -> Any:
    """`owner[key]`"""
    if isinstance(key, Known):
        if isinstance(key.value, str):
            if isinstance(owner, Kind) and key.value in owner.fields:
                return owner.fields[key.value]
            if not (frame.unit.python and isinstance(owner, (Instance, Made, Member))):
                return get(run, owner, key.value, frame)
        if isinstance(key.value, (int, float)) and isinstance(owner, Array):
            position = int(key.value)
            if -len(owner.items) <= position < len(owner.items) and (owner.complete or position >= 0):
                return owner.items[position].value
            return NOTHING if owner.complete else Opaque(f"[{position}]")
        if isinstance(owner, Record):
            return _entry(owner, str(key.value)) or Opaque(str(key.value))
        if isinstance(owner, Opaque):
            return Opaque(f"{owner.text}[{key.value}]", owner.origin)
        if isinstance(owner, Method) and owner.name == "parents" and isinstance(owner.owner, Path):
            text = owner.owner.text
            for _ in range(int(key.value) + 1 if isinstance(key.value, int) else 1):
                text = posixpath.dirname(text)
            return Path(text)
        return Opaque(f"{brief(owner)}[{key.value}]")
    if isinstance(key, External) and isinstance(owner, Record):
        return _entry(owner, "${" + text_of(key) + "}") or Opaque(text_of(key))
    if isinstance(owner, Record) and owner.entries and owner.complete and not isinstance(key, Known):
        return join([*(entry.value for entry in owner.entries.values()), Opaque(f"[{brief(key)}]", _origin(key))])
    return Opaque(f"{brief(owner)}[{brief(key)}]", _origin(key))


def _origin(key: Any) -> str:
    return key.origin if isinstance(key, Opaque) else "expression"


def put(run: Run, owner: Any, name: str, value: Any, span: Span, key_span: Span) -> None:
    """`owner.name = value`"""
    if isinstance(owner, (Instance, Made)):
        run.store(owner.fields, name, value)
        if isinstance(owner, Made) or owner.made is not None:
            calls.assign(run, owner, name, value, span)
    elif isinstance(owner, Kind):
        run.store(owner.fields, name, value)
    elif isinstance(owner, Record):
        run.store(owner.entries, name, Entry(value, span, key_span))
    elif isinstance(owner, Unit):
        run.store(owner.scope.names, name, value)
    elif isinstance(owner, Member):
        calls.assign(run, owner, name, value, span)


# -------------------------------------------------------------------------------------------------- patterns


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
        put(run, owner, pattern.value, value, span, run.span(pattern, frame))
    elif kind == "index":
        owner, key = run.evaluate(pattern.parts[0], frame), run.evaluate(pattern.parts[1], frame)
        if isinstance(key, Known):
            if isinstance(owner, Array) and isinstance(key.value, int) and 0 <= key.value < len(owner.items):
                items = list(owner.items)
                items[key.value] = Item(value, span)
                run.store_items(owner, items, owner.complete)
            else:
                put(run, owner, str(key.value), value, span, run.span(pattern.parts[1], frame))
        elif isinstance(owner, Record):
            name = text_of(key) if not isinstance(key, External) else "${" + text_of(key) + "}"
            put(run, owner, name, value, span, run.span(pattern.parts[1], frame))
            owner.complete = False
    elif kind == "default":
        empty = value == NOTHING
        bind(run, pattern.parts[0], run.evaluate(pattern.parts[1], frame) if empty else value, frame, declare, span)
    elif kind == "object-pattern":
        taken = set()
        for part in pattern.parts:
            if part.kind == "pair":
                key = run.evaluate(part.parts[0], frame)
                name = text_of(key)
                taken.add(name)
                entry = value.entries.get(name) if isinstance(value, Record) else None
                inner = entry.span if entry is not None else span
                bind(run, part.parts[1], get_item(run, value, key, frame), frame, declare, inner)
            elif part.kind == "rest":
                rest: Any = Opaque("...", _origin(value))
                if isinstance(value, Record):
                    rest = Record({k: v for k, v in value.entries.items() if k not in taken}, value.complete)
                bind(run, part.parts[0], rest, frame, declare, span)
    elif kind in ("array-pattern", "array"):
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
                missing = NOTHING if complete else Opaque(f"{brief(value)}[{number}]", _origin(value))
                bind(run, part, missing, frame, declare, span)


# ------------------------------------------------------------------------------------------------ collections


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
    return [Item(Opaque(f"{brief(value)}[]", _origin(value)), at)], False


def comprehend(run: Run, term: Term, frame: Frame) -> Any:
    """A comprehension: its element for each turn of its loops."""
    from lambdalint.languages.terms.run import TURNS, Frame

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
            truths = [truth(run.evaluate(test, inner), True) for test in tests]
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


# ---------------------------------------------------------------------------------------------------- operators


def truth(value: Any, python: bool) -> bool | None:
    """Whether a test passes; None when it cannot be told."""
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Either):
        truths = {truth(option, python) for option in value.options}
        return truths.pop() if len(truths) == 1 else None
    if isinstance(value, Text):
        return True if any(isinstance(part, Known) for part in value.parts) else None
    if isinstance(value, (Array, Record)):
        held = value.items if isinstance(value, Array) else value.entries
        return True if held or not python else (False if value.complete else None)
    if isinstance(value, Made):
        return True if value.new and not value.receiver else None
    if isinstance(value, (Instance, Closure, Kind, Unit, Path)):
        return True
    if isinstance(value, External):
        return True
    return None


def present(value: Any) -> bool | None:
    """Whether a value is neither null nor undefined."""
    if isinstance(value, Known):
        return value.value is not None
    if isinstance(value, Either):
        presence = {present(option) for option in value.options}
        return presence.pop() if len(presence) == 1 else None
    if isinstance(value, (Text, Array, Record, Instance, Closure, Kind, External)):
        return True
    if isinstance(value, Made) and value.new and not value.receiver:
        return True
    return None


def operate(operator: str, left: Any, right: Any, python: bool) -> Any:
    """A binary operator that is neither `&&`, `||` nor `??`."""
    if operator == "+" and (_is_text(left) or _is_text(right)):
        return concatenate([left, right])
    if operator == "+" and isinstance(left, Array) and isinstance(right, Array):
        items = [*left.items, *right.items]
        return Array(items[:ITEMS], left.complete and right.complete and len(items) <= ITEMS)
    if operator == "/" and isinstance(left, Path):
        return library.join_paths([left, right], wrap=True)
    if operator == "|" and isinstance(left, Record) and isinstance(right, Record):
        both = Record(dict(left.entries), left.complete and right.complete)
        both.entries.update(right.entries)
        return both
    if operator in ("%",) and isinstance(left, Known) and isinstance(left.value, str):
        return library.format_percent(left.value, right)
    if operator in ("in", "not in"):
        return _contains(left, right, operator == "in")
    if isinstance(left, External) and isinstance(right, External) and operator in ("==", "===", "!=", "!=="):
        return Known((left == right) is not operator.startswith("!")) if left == right else Opaque("==")
    if not (isinstance(left, Known) and isinstance(right, Known)):
        if operator in ("===", "!==", "==", "!=") and _never_nothing(left, right):
            return Known(operator.startswith("!"))
        if operator == "??":
            return join([left, right])
        return Opaque(f"{brief(left)} {operator} {brief(right)}", _either_origin(left, right))
    one, two = left.value, right.value
    try:
        if operator in _COMPARE:
            return Known(_COMPARE[operator](one, two))
        if isinstance(one, (int, float)) and isinstance(two, (int, float)) and operator in _ARITHMETIC:
            if operator == "**" and (abs(one) > 1000 or abs(two) > 100):
                return Opaque("**")
            result = _ARITHMETIC[operator](one, two)
            if abs(result) > 1e30:
                return Opaque("...")
            return Known(int(result) if isinstance(result, float) and result.is_integer() and not python else result)
        if operator == "*" and isinstance(one, str) and isinstance(two, int) and len(one) * two < 10_000:
            return Known(one * two)
    except (TypeError, ZeroDivisionError, OverflowError, ValueError):
        pass
    return Opaque(f"{one} {operator} {two}")


def _is_text(value: Any) -> bool:
    return isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str))


def _never_nothing(left: Any, right: Any) -> bool:
    """One side is null or undefined and the other cannot be."""
    if left == NOTHING:
        return present(right) is True
    return right == NOTHING and present(left) is True


def _either_origin(left: Any, right: Any) -> str:
    for value in (left, right):
        if isinstance(value, Opaque) and value.origin != "expression":
            return value.origin
    return "expression"


def _contains(left: Any, right: Any, positive: bool) -> Any:
    if isinstance(left, Known):
        if isinstance(right, Record) and (right.complete or str(left.value) in right.entries):
            return Known((str(left.value) in right.entries) is positive)
        if isinstance(right, Array) and right.complete and all(isinstance(item.value, Known) for item in right.items):
            return Known(any(item.value == left for item in right.items) is positive)
        if isinstance(right, Known) and isinstance(right.value, str) and isinstance(left.value, str):
            return Known((left.value in right.value) is positive)
    return Opaque("in")


_COMPARE: dict[str, Any] = {
    "===": lambda one, two: one == two and isinstance(one, bool) == isinstance(two, bool),
    "!==": lambda one, two: one != two or isinstance(one, bool) != isinstance(two, bool),
    "==": lambda one, two: one == two,
    "!=": lambda one, two: one != two,
    "is": lambda one, two: one is two or (one == two and isinstance(one, (str, int))),
    "is not": lambda one, two: not (one is two or (one == two and isinstance(one, (str, int)))),
    "<": lambda one, two: one < two,
    ">": lambda one, two: one > two,
    "<=": lambda one, two: one <= two,
    ">=": lambda one, two: one >= two,
}
_ARITHMETIC: dict[str, Any] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
    "//": lambda one, two: one // two,
    "%": lambda one, two: one % two,
    "**": lambda one, two: one**two,
}

"""A name, attribute or element and its holder in, its value out, or stored; what modules give each other."""

from __future__ import annotations

import posixpath

from lambdalint.languages.terms import calls, library, methods
from lambdalint.languages.terms.values import (
    NOTHING,
    Array,
    Closure,
    Either,
    Entry,
    External,
    Instance,
    Kind,
    Known,
    Made,
    Member,
    Method,
    Opaque,
    Path,
    Record,
    Text,
    Unit,
    brief,
    join,
    text_of,
)
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any

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
        return whole if name == "default" else entry_of(whole, name) or Opaque(name)
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
    whole = entry_of(module, "exports")
    found = entry_of(whole, name)
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


def entry_of(value: Any, name: str) -> Any:
    """The value under a name of an object, None when there is none."""
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
        inner = entry_of(record, part)
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
        return methods.path_attribute(owner, name)
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
            return entry_of(owner, str(key.value)) or Opaque(str(key.value))
        if isinstance(owner, Opaque):
            return Opaque(f"{owner.text}[{key.value}]", owner.origin)
        if isinstance(owner, Method) and owner.name == "parents" and isinstance(owner.owner, Path):
            text = owner.owner.text
            for _ in range(int(key.value) + 1 if isinstance(key.value, int) else 1):
                text = posixpath.dirname(text)
            return Path(text)
        return Opaque(f"{brief(owner)}[{key.value}]")
    if isinstance(key, External) and isinstance(owner, Record):
        return entry_of(owner, "${" + text_of(key) + "}") or Opaque(text_of(key))
    if isinstance(owner, Record) and owner.entries and owner.complete and not isinstance(key, Known):
        values = [entry.value for entry in owner.entries.values()]
        if not frame.unit.python or len(values) > 8:  # Python raises for any other key, and `join` keeps eight
            values.append(Opaque(f"[{brief(key)}]", origin_of(key)))
        return join(values)
    return Opaque(f"{brief(owner)}[{brief(key)}]", origin_of(key))


def origin_of(key: Any) -> str:
    """Where a value that is not known comes from."""
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

"""Functions of the two languages and their standard libraries in; what they answer on values out."""

from __future__ import annotations

from lambdalint.languages.terms import access, calls, data, literals, operators, paths
from lambdalint.languages.terms.values import (
    NOTHING,
    Array,
    Closure,
    Entry,
    Instance,
    Item,
    Kind,
    Known,
    Opaque,
    Partial,
    Path,
    Record,
    brief,
    concatenate,
    join,
)
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.terms.calls import Site
    from lambdalint.languages.terms.run import Run

_OF_JAVASCRIPT = """process Object Array JSON Math Number String Boolean Promise Map Set Error Date Symbol RegExp
console parseInt parseFloat require encodeURIComponent fileURLToPath URL Buffer structuredClone"""
_OF_PYTHON = """str int float bool len range enumerate zip list dict tuple set frozenset sorted reversed isinstance
issubclass getattr setattr hasattr print open super map filter any all min max sum abs repr format type iter next vars
staticmethod classmethod property object Exception ValueError KeyError RuntimeError NotImplementedError"""
GLOBALS = frozenset((_OF_JAVASCRIPT + " " + _OF_PYTHON).split())
RECORD_METHODS = frozenset(["get", "items", "keys", "values", "update", "copy", "pop", "setdefault", "hasOwnProperty"])

Answer = Any  # a value, or None for "not ours"


def call_external(run: Run, path: str, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """What a function of the language or its library returns; None when the path is not one of those known here."""
    handler = _FUNCTIONS.get(path) or _FUNCTIONS.get(path.replace("path.posix.", "path."))
    if handler is None:
        return None
    return handler(run, args, keywords, site)


def _same(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return paths.first_of(args)


def _environment(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    name = Opaque(f"os.environ.{brief(paths.first_of(args))}", "environment")
    return name if len(args) < 2 else join([name, paths.first_of(args, 1)])


def keys_of(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """The keys of an object as a list."""
    return _listed(paths.first_of(args), lambda name, entry: Item(Known(name), entry.key_span))


def entries_of(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """The pairs of an object as a list."""
    return _listed(paths.first_of(args), _pair)


def _pair(name: str, entry: Entry) -> Item:
    return Item(Array([Item(Known(name), entry.key_span), Item(entry.value, entry.span)]), entry.span)


def all_values_of(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """The values of an object as a list."""
    return _listed(paths.first_of(args), lambda name, entry: Item(entry.value, entry.span))


def _listed(value: Any, make: Callable[[str, Entry], Item]) -> Any:
    if isinstance(value, Record):
        return Array([make(name, entry) for name, entry in value.entries.items()], value.complete)
    return Opaque(f"{brief(value)}[]", value.origin if isinstance(value, Opaque) else "expression")


def _assign(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    into = paths.first_of(args)
    if not isinstance(into, Record):
        return Opaque("Object.assign()")
    for item in args[1:]:
        literals.spread(run, item.value, into, site.frame)
    return into


def _from_entries(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    pairs = paths.first_of(args)
    built = Record()
    if not isinstance(pairs, Array):
        return Record(complete=False)
    built.complete = pairs.complete
    for item in pairs.items:
        parts = item.value.items if isinstance(item.value, Array) else []
        if len(parts) == 2 and isinstance(parts[0].value, Known):
            built.entries[str(parts[0].value.value)] = Entry(parts[1].value, parts[1].span, parts[0].span)
        else:
            built.complete = False
    return built


def _text(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = paths.first_of(args)
    if isinstance(value, Path):
        return Known(value.text)
    if isinstance(value, Known) and site.frame.unit.python:
        return Known(str(value.value))
    return concatenate([value])


def _number(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = paths.first_of(args)
    if isinstance(value, Known):
        try:
            return Known(int(float(value.value)) if float(value.value).is_integer() else float(value.value))
        except (TypeError, ValueError, OverflowError):
            return Opaque("number")
    return value


def _boolean(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    truth = operators.truth(paths.first_of(args), site.frame.unit.python)
    return Opaque(brief(paths.first_of(args))) if truth is None else Known(truth)


def _length(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = paths.first_of(args)
    if isinstance(value, Array) and value.complete:
        return Known(len(value.items))
    if isinstance(value, Record) and value.complete:
        return Known(len(value.entries))
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(len(value.value))
    return Opaque("len")


def _range(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    bounds = [item.value.value for item in args if isinstance(item.value, Known) and isinstance(item.value.value, int)]
    if len(bounds) != len(args) or not bounds or (len(bounds) == 3 and bounds[2] == 0):
        return Array([], False)
    return Array([Item(Known(number), site.span()) for number in list(range(*bounds)[:200])])


def _enumerate(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    items, complete = literals.iterate(run, paths.first_of(args), site.frame)
    pairs = [
        Item(Array([Item(Known(number) if complete else Opaque("index"), item.span), item]), item.span)
        for number, item in enumerate(items)
    ]
    return Array(pairs if complete else [], complete) if complete else Array(pairs, False)


def _zip(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    columns = [literals.iterate(run, item.value, site.frame) for item in args]
    if not columns or not all(complete for _, complete in columns):
        return Array([], False)
    rows = zip(*(items for items, _ in columns), strict=False)
    return Array([Item(Array(list(row)), row[0].span) for row in rows])


def _list(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    if not args:
        return Array([])
    value = paths.first_of(args)
    if isinstance(value, (Array, Record, Kind)) or (isinstance(value, Known) and isinstance(value.value, str)):
        items, complete = literals.iterate(run, value, site.frame)
        return Array(items, complete) if complete else Array(items[:-1], False)
    return Array([], False)


def _array_from(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _list(run, args[:1], keywords, site)


def _dict(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    built = Record()
    value = paths.first_of(args)
    if isinstance(value, Array):
        made = _from_entries(run, args, None, site)
        literals.spread(run, made, built, site.frame)
    elif args:
        literals.spread(run, value, built, site.frame)
    if keywords is not None:
        literals.spread(run, keywords, built, site.frame)
    return built


def _isinstance(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value, kind = paths.first_of(args), paths.first_of(args, 1)
    if isinstance(value, Instance) and isinstance(kind, Kind):
        return Known(kind in value.kind.lineage())
    return Opaque("isinstance()")


def _getattr(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    name = paths.first_of(args, 1)
    if isinstance(name, Known) and isinstance(name.value, str):
        return access.get(run, paths.first_of(args), name.value, site.frame)
    return Opaque(f"{brief(paths.first_of(args))}[{brief(name)}]")


def _setattr(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    name = paths.first_of(args, 1)
    if isinstance(name, Known) and isinstance(name.value, str) and len(args) == 3:
        access.put(run, paths.first_of(args), name.value, args[2].value, args[2].span, args[1].span)
    return NOTHING


def _super(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return calls.Above(site.frame.this, site.frame.home)


def _require(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    from lambdalint.languages.terms.facts import Import

    name = paths.first_of(args)
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return Opaque("require()")
    run.bind_import(Import(name.value, "*", "\0required", site.term.at), site.frame)
    value = site.frame.scope.names.pop("\0required")
    module = access.entry_of(value.scope.names.get("module"), "exports") if hasattr(value, "scope") else None
    return module if isinstance(module, (Closure, Kind)) or (isinstance(module, Record) and module.entries) else value


def _nothing(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return NOTHING


def _map(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = args[1] if len(args) > 1 else Item(Array([], False), site.span())
    items, complete = literals.iterate(run, value.value, site.frame)
    results = [Item(calls.call(run, paths.first_of(args), [item], None, site), item.span) for item in items[:100]]
    return Array(results, complete)


def _dedent(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = paths.first_of(args)
    if isinstance(value, Known) and isinstance(value.value, str):
        from textwrap import dedent  # compiles expressions for half as long as it takes to read an app

        return Known(dedent(value.value))
    return value


def _partial(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """`functools.partial(f, *args, **keywords)`"""
    if not args or args[0].spread:
        return None
    return Partial(args[0].value, tuple(args[1:]), keywords or Record())


def _field(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """The default of a field of a dataclass or a model, where there is one: `field(default_factory=dict)`."""
    given = keywords.entries if keywords is not None else {}
    if args:  # pydantic's Field(30, gt=0); its `...` for "required" is nothing that is known
        return args[0].value
    for name in ("default_factory", "factory"):
        if name in given:
            return calls.call(run, given[name].value, [], None, site)
    return given["default"].value if "default" in given else None


_FUNCTIONS: dict[str, Callable[[Run, list[Item], Record | None, Site], Answer]] = {
    "path.join": paths.join,
    "path.resolve": paths.resolve,
    "path.dirname": paths.dirname,
    "path.basename": paths.basename,
    "path.normalize": paths.normalise,
    "url.fileURLToPath": _same,
    "process.cwd": paths.folder,
    "os.path.join": paths.python_join,
    "os.path.dirname": paths.dirname,
    "os.path.basename": paths.basename,
    "os.path.abspath": paths.absolute,
    "os.path.realpath": paths.absolute,
    "os.path.normpath": paths.normalise,
    "os.getcwd": paths.folder,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "pathlib.Path": paths.path,
    "pathlib.PurePath": paths.path,
    "pathlib.PosixPath": paths.path,
    "pathlib.Path.cwd": paths.path_cwd,
    "Object.keys": keys_of,
    "Object.entries": entries_of,
    "Object.values": all_values_of,
    "Object.assign": _assign,
    "Object.fromEntries": _from_entries,
    "Object.freeze": _same,
    "Array.from": _array_from,
    "Promise.all": _same,
    "Promise.resolve": _same,
    "JSON.stringify": data.json_text,
    "json.dumps": data.json_text,
    "textwrap.dedent": _dedent,
    "inspect.cleandoc": _dedent,
    "yaml.safe_load": data.load,
    "yaml.load": data.load,
    "json.load": data.load,
    "json.loads": data.load,
    "JSON.parse": data.load,
    "structuredClone": data.deep_copy,
    "functools.partial": _partial,
    "dataclasses.field": _field,
    "attrs.field": _field,
    "attr.ib": _field,
    "pydantic.Field": _field,
    "copy.copy": data.deep_copy,
    "copy.deepcopy": data.deep_copy,
    "String": _text,
    "Number": _number,
    "parseInt": _number,
    "parseFloat": _number,
    "Boolean": _boolean,
    "console.log": _nothing,
    "require": _require,
    "str": _text,
    "int": _number,
    "float": _number,
    "bool": _boolean,
    "len": _length,
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "list": _list,
    "tuple": _list,
    "set": _list,
    "sorted": _list,
    "dict": _dict,
    "isinstance": _isinstance,
    "getattr": _getattr,
    "setattr": _setattr,
    "super": _super,
    "print": _nothing,
    "map": _map,
}

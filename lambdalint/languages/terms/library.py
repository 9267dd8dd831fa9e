"""What the two languages' own functions and methods answer on values: texts, lists, objects, paths, JSON."""

from __future__ import annotations

import json
import posixpath
import re
import textwrap
from typing import TYPE_CHECKING, Any

from lambdalint.languages.terms import access, calls
from lambdalint.languages.terms.values import (
    ITEMS,
    LENGTH,
    NOTHING,
    Array,
    Closure,
    Entry,
    Instance,
    Item,
    Kind,
    Known,
    Made,
    Method,
    Opaque,
    Path,
    Record,
    Regex,
    Text,
    brief,
    concatenate,
    join,
    shown_text,
)

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


# ------------------------------------------------------------------------------------------- functions by path


def call_external(run: Run, path: str, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """What a function of the language or its library returns; None when the path is not one of those known here."""
    handler = _FUNCTIONS.get(path) or _FUNCTIONS.get(path.replace("path.posix.", "path."))
    if handler is None:
        return None
    return handler(run, args, keywords, site)


def _values(args: list[Item]) -> list[Any]:
    return [item.value for item in args]


def _first(args: list[Item], position: int = 0) -> Any:
    return args[position].value if position < len(args) else NOTHING


def _join(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return join_paths(_values(args))


def join_paths(parts: list[Any], wrap: bool = False, absolute: str = "") -> Any:
    """The path that the parts make: a later absolute part begins anew only for resolve and in Python."""
    texts: list[Any] = [Known(part.text) if isinstance(part, Path) else part for part in parts]
    if not all(isinstance(part, Known) and isinstance(part.value, str) for part in texts):
        whole: list[Any] = []
        for part in texts:
            whole += [part, Known("/")]
        return concatenate(whole[:-1])
    values = [part.value for part in texts]
    if wrap or absolute:
        text = posixpath.join(absolute, *values) if values else absolute
    else:
        text = "/".join(value for value in values if value)
    text = posixpath.normpath(text) if text else "."
    return Path(text) if wrap else Known(text)


def _resolve(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return join_paths(_values(args), absolute=run.loader.folder)


def _python_join(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    joined = join_paths(_values(args), wrap=True)
    return Known(joined.text) if isinstance(joined, Path) else joined


def _dirname(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _on_path(args, posixpath.dirname)


def _basename(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _on_path(args, posixpath.basename)
    suffix = _first(args, 1)
    if isinstance(value, Known) and isinstance(suffix, Known) and isinstance(suffix.value, str):
        return Known(value.value.removesuffix(suffix.value))
    return value


def _normalise(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _on_path(args, posixpath.normpath)


def _absolute(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _on_path(args, lambda text: posixpath.normpath(posixpath.join(run.loader.folder, text)))


def _on_path(args: list[Item], change: Callable[[str], str]) -> Any:
    value = _first(args)
    if isinstance(value, Path):
        return Known(change(value.text))
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(change(value.value))
    return Opaque(brief(value))


def _folder(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return Known(run.loader.folder)


def _path(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return join_paths(_values(args) or [Known(".")], wrap=True)


def _path_cwd(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return Path(run.loader.folder)


def _same(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _first(args)


def _environment(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    name = Opaque(f"os.environ.{brief(_first(args))}", "environment")
    return name if len(args) < 2 else join([name, _first(args, 1)])


def _keys(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _listed(_first(args), lambda name, entry: Item(Known(name), entry.key_span))


def _entries(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _listed(_first(args), _pair)


def _pair(name: str, entry: Entry) -> Item:
    return Item(Array([Item(Known(name), entry.key_span), Item(entry.value, entry.span)]), entry.span)


def _all_values(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _listed(_first(args), lambda name, entry: Item(entry.value, entry.span))


def _listed(value: Any, make: Callable[[str, Entry], Item]) -> Any:
    if isinstance(value, Record):
        return Array([make(name, entry) for name, entry in value.entries.items()], value.complete)
    return Opaque(f"{brief(value)}[]", value.origin if isinstance(value, Opaque) else "expression")


def _assign(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    into = _first(args)
    if not isinstance(into, Record):
        return Opaque("Object.assign()")
    for item in args[1:]:
        access.spread(run, item.value, into, site.frame)
    return into


def _from_entries(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    pairs = _first(args)
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


def _json_text(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _first(args)
    plain, known = plain_data(value)
    if known:
        separators = (", ", ": ") if site.frame.unit.python else (",", ":")
        return Known(json.dumps(plain, separators=separators))
    return Text(tuple(_leaves(value)) or (Opaque("JSON"),))


def plain_data(value: Any, depth: int = 0, budget: list[int] | None = None) -> tuple[Any, bool]:
    """The value as plain data, and whether all of it is known."""
    budget = [ITEMS] if budget is None else budget
    budget[0] -= 1
    if isinstance(value, Known):
        return value.value, True
    if budget[0] < 0:
        return None, False
    if isinstance(value, Array) and value.complete and depth < 20:
        parts = [plain_data(item.value, depth + 1, budget) for item in value.items]
        return [part for part, _ in parts], all(known for _, known in parts)
    if isinstance(value, Record) and value.complete and depth < 20:
        pairs = {name: plain_data(entry.value, depth + 1, budget) for name, entry in value.entries.items()}
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


def _text(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _first(args)
    if isinstance(value, Path):
        return Known(value.text)
    if isinstance(value, Known) and site.frame.unit.python:
        return Known(str(value.value))
    return concatenate([value])


def _number(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _first(args)
    if isinstance(value, Known):
        try:
            return Known(int(float(value.value)) if float(value.value).is_integer() else float(value.value))
        except (TypeError, ValueError, OverflowError):
            return Opaque("number")
    return value


def _boolean(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    truth = access.truth(_first(args), site.frame.unit.python)
    return Opaque(brief(_first(args))) if truth is None else Known(truth)


def _length(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _first(args)
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
    items, complete = access.iterate(run, _first(args), site.frame)
    pairs = [
        Item(Array([Item(Known(number) if complete else Opaque("index"), item.span), item]), item.span)
        for number, item in enumerate(items)
    ]
    return Array(pairs if complete else [], complete) if complete else Array(pairs, False)


def _zip(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    columns = [access.iterate(run, item.value, site.frame) for item in args]
    if not columns or not all(complete for _, complete in columns):
        return Array([], False)
    rows = zip(*(items for items, _ in columns), strict=False)
    return Array([Item(Array(list(row)), row[0].span) for row in rows])


def _list(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    if not args:
        return Array([])
    value = _first(args)
    if isinstance(value, (Array, Record, Kind)) or (isinstance(value, Known) and isinstance(value.value, str)):
        items, complete = access.iterate(run, value, site.frame)
        return Array(items, complete) if complete else Array(items[:-1], False)
    return Array([], False)


def _array_from(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return _list(run, args[:1], keywords, site)


def _dict(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    built = Record()
    value = _first(args)
    if isinstance(value, Array):
        made = _from_entries(run, args, None, site)
        access.spread(run, made, built, site.frame)
    elif args:
        access.spread(run, value, built, site.frame)
    if keywords is not None:
        access.spread(run, keywords, built, site.frame)
    return built


def _isinstance(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value, kind = _first(args), _first(args, 1)
    if isinstance(value, Instance) and isinstance(kind, Kind):
        return Known(kind in value.kind.lineage())
    return Opaque("isinstance()")


def _getattr(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    name = _first(args, 1)
    if isinstance(name, Known) and isinstance(name.value, str):
        return access.get(run, _first(args), name.value, site.frame)
    return Opaque(f"{brief(_first(args))}[{brief(name)}]")


def _setattr(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    name = _first(args, 1)
    if isinstance(name, Known) and isinstance(name.value, str) and len(args) == 3:
        access.put(run, _first(args), name.value, args[2].value, args[2].span, args[1].span)
    return NOTHING


def _super(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return calls.Above(site.frame.this, site.frame.home)


def _require(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    from lambdalint.languages.terms.facts import Import

    name = _first(args)
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return Opaque("require()")
    run.bind_import(Import(name.value, "*", "\0required", site.term.at), site.frame)
    value = site.frame.scope.names.pop("\0required")
    module = access._entry(value.scope.names.get("module"), "exports") if hasattr(value, "scope") else None
    return module if isinstance(module, (Closure, Kind)) or (isinstance(module, Record) and module.entries) else value


def _nothing(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    return NOTHING


def _map(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = args[1] if len(args) > 1 else Item(Array([], False), site.span())
    items, complete = access.iterate(run, value.value, site.frame)
    results = [Item(calls.call(run, _first(args), [item], None, site), item.span) for item in items[:100]]
    return Array(results, complete)


def _dedent(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _first(args)
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(textwrap.dedent(value.value))
    return value


def _load(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    """`yaml.safe_load(open(x))`, `JSON.parse(fs.readFileSync(x))`: a file of the project as a value."""
    value = _first(args)
    for _ in range(4):
        if not isinstance(value, Made):
            return None
        if value.callee in ("open", "fs.readFileSync", "io.open", "pathlib.Path.open"):
            name = _first(value.args)
            text = name.text if isinstance(name, Path) else name.value if isinstance(name, Known) else None
            return run.loader.data_at(text, site.frame.unit.path) if isinstance(text, str) else None
        value = value.receiver
    return None


def _deep_copy(run: Run, args: list[Item], keywords: Record | None, site: Site) -> Answer:
    value = _first(args)
    if isinstance(value, Record):
        return Record(dict(value.entries), value.complete)
    return Array(list(value.items), value.complete) if isinstance(value, Array) else value


_FUNCTIONS: dict[str, Callable[[Run, list[Item], Record | None, Site], Answer]] = {
    "path.join": _join,
    "path.resolve": _resolve,
    "path.dirname": _dirname,
    "path.basename": _basename,
    "path.normalize": _normalise,
    "url.fileURLToPath": _same,
    "process.cwd": _folder,
    "os.path.join": _python_join,
    "os.path.dirname": _dirname,
    "os.path.basename": _basename,
    "os.path.abspath": _absolute,
    "os.path.realpath": _absolute,
    "os.path.normpath": _normalise,
    "os.getcwd": _folder,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.Path.cwd": _path_cwd,
    "Object.keys": _keys,
    "Object.entries": _entries,
    "Object.values": _all_values,
    "Object.assign": _assign,
    "Object.fromEntries": _from_entries,
    "Object.freeze": _same,
    "Array.from": _array_from,
    "Promise.all": _same,
    "Promise.resolve": _same,
    "JSON.stringify": _json_text,
    "json.dumps": _json_text,
    "textwrap.dedent": _dedent,
    "inspect.cleandoc": _dedent,
    "yaml.safe_load": _load,
    "yaml.load": _load,
    "json.load": _load,
    "json.loads": _load,
    "JSON.parse": _load,
    "structuredClone": _deep_copy,
    "copy.copy": _deep_copy,
    "copy.deepcopy": _deep_copy,
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


# ------------------------------------------------------------------------------------------------------ methods


def call_method(run: Run, method: Method, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """A method of a constant, text, list, object or path."""
    owner, name = method.owner, method.name
    if isinstance(owner, Kind):
        return calls.construct(run, _first(args), owner, args[1:], keywords, site)
    if isinstance(owner, Closure):
        if name == "bind":
            return owner
        return calls.invoke(run, owner, args[1:] if name == "call" else [], None, site, _first(args) or None)
    if isinstance(owner, Path):
        return _path_method(run, owner, name, args, site)
    if isinstance(owner, Array):
        return _array_method(run, owner, name, args, site)
    if isinstance(owner, Record):
        return _record_method(run, owner, name, args, keywords, site)
    if isinstance(owner, Known) and isinstance(owner.value, str):
        answer = _text_method(owner.value, name, args, keywords, site)
        if answer is not None:
            return answer
    if name in ("toString", "valueOf"):
        return Known(shown_text(owner.value)) if isinstance(owner, Known) else owner
    if isinstance(owner, Text) and name in ("trim", "strip", "lower", "upper", "toLowerCase", "toUpperCase"):
        return owner
    if isinstance(owner, (Text, Known)) and name in ("concat",):
        return concatenate([owner, *_values(args)])
    calls.hand_over(run, args, keywords, site)
    return Opaque(f"{brief(owner)}.{name}()")


def _path_method(run: Run, owner: Path, name: str, args: list[Item], site: Site) -> Any:
    if name in ("open", "read_text", "read_bytes"):
        return calls.make(run, "open", None, [Item(owner, site.span())], None, site)
    if name in ("resolve", "absolute"):
        return Path(posixpath.normpath(posixpath.join(run.loader.folder, owner.text)))
    if name == "joinpath":
        return join_paths([owner, *_values(args)], wrap=True)
    if name in ("as_posix", "__str__"):
        return Known(owner.text)
    if name == "with_suffix" and isinstance(_first(args), Known):
        return Path(posixpath.splitext(owner.text)[0] + str(_first(args).value))
    return Opaque(f"{owner.text}.{name}()")


def path_attribute(owner: Path, name: str) -> Any:
    """`parent`, `name` and the like of a path."""
    if name == "parent":
        return Path(posixpath.dirname(owner.text) or ".")
    if name == "name":
        return Known(posixpath.basename(owner.text))
    if name == "stem":
        return Known(posixpath.splitext(posixpath.basename(owner.text))[0])
    if name == "suffix":
        return Known(posixpath.splitext(owner.text)[1])
    return Method(name, owner)


def _text_method(text: str, name: str, args: list[Item], keywords: Record | None, site: Site) -> Any:
    given = [item.value.value if isinstance(item.value, Known) else None for item in args]
    first = given[0] if given else None
    if name in ("toLowerCase", "lower"):
        return Known(text.lower())
    if name in ("toUpperCase", "upper"):
        return Known(text.upper())
    if name in ("trim", "strip"):
        return Known(text.strip(first) if isinstance(first, str) else text.strip())
    if name in ("title", "capitalize"):
        return Known(text.title() if name == "title" else text.capitalize())
    if name in ("startsWith", "startswith") and isinstance(first, str):
        return Known(text.startswith(first))
    if name in ("endsWith", "endswith") and isinstance(first, str):
        return Known(text.endswith(first))
    if name == "includes" and isinstance(first, str):
        return Known(first in text)
    if name in ("replace", "replaceAll") and len(given) > 1 and isinstance(first, str) and isinstance(given[1], str):
        if not first or text.count(first) * len(given[1]) > LENGTH:
            return None
        once = name == "replace" and not site.frame.unit.python
        return Known(text.replace(first, given[1], 1 if once else -1))
    if name in ("replace", "replaceAll") and args and isinstance(args[0].value, Regex) and isinstance(given[-1], str):
        return _substitute(text, args[0].value, given[-1])
    if name == "charAt" and isinstance(first, int):
        return Known(text[first : first + 1])
    if name in ("slice", "substring") and all(isinstance(bound, int) for bound in given):
        return Known(text[slice(*given)] if len(given) > 1 else text[first:])
    if name == "split" and (isinstance(first, str) or not given):
        return Array([Item(Known(part), site.span()) for part in text.split(first or None)])
    if name == "join" and site.frame.unit.python and isinstance(_first(args), Array):
        return _joined(_first(args), text)
    if name == "format":
        return _format(text, args, keywords)
    if name == "concat":
        return concatenate([Known(text), *_values(args)])
    if name in ("removeprefix", "removesuffix") and isinstance(first, str):
        return Known(getattr(text, name)(first))
    return None


def _substitute(text: str, regex: Regex, replacement: str) -> Any:
    """Only expressions without repetition: they take time in proportion to the text."""
    if re.search(r"[*+{]|\\\d|\(\?", regex.pattern.replace("\\\\", "")) or "$" in replacement or len(text) > 5000:
        return None
    try:
        flags = re.IGNORECASE if "i" in regex.flags else 0
        count = 0 if "g" in regex.flags else 1
        return Known(re.sub(regex.pattern, lambda _: replacement, text, count=count, flags=flags))
    except (re.error, OverflowError):
        return None


def _format(text: str, args: list[Item], keywords: Record | None) -> Any:
    parts: list[Any] = []
    position = 0
    for literal, field in re.findall(r"([^{]*)(?:\{(\w*)(?:[:!][^}]*)?\})?", text):
        parts.append(Known(literal))
        if field == "" and "{" + "}" not in text and "{:" not in text:
            continue
        if field.isdigit() or field == "":
            number = int(field) if field else position
            position += not field
            if number < len(args):
                parts.append(args[number].value)
        elif keywords is not None and field in keywords.entries:
            parts.append(keywords.entries[field].value)
        else:
            parts.append(Opaque(field))
    return concatenate(parts)


def format_percent(text: str, right: Any) -> Any:
    """`text % values`"""
    values = _values(right.items) if isinstance(right, Array) else [right]
    pieces = re.split(r"%[sdr]", text)
    if len(pieces) != len(values) + 1 or "%" in "".join(pieces):
        return Opaque(text)
    parts: list[Any] = [Known(pieces[0])]
    for value, piece in zip(values, pieces[1:], strict=True):
        parts += [value, Known(piece)]
    return concatenate(parts)


def _joined(owner: Array, separator: str) -> Any:
    parts: list[Any] = []
    for number, item in enumerate(owner.items):
        if number:
            parts.append(Known(separator))
        parts.append(Known("") if item.value == NOTHING else item.value)
    if not owner.complete:
        parts.append(Opaque("..."))
    return concatenate(parts)


def _array_method(run: Run, owner: Array, name: str, args: list[Item], site: Site) -> Any:
    first = _first(args)
    if name in ("map", "forEach", "filter", "flatMap", "find", "some", "every", "reduce"):
        return _array_walk(run, owner, name, args, site)
    if name in ("push", "append", "add", "unshift", "insert"):
        added = args[1:] if name == "insert" else args
        run.store_items(owner, [*owner.items, *added], owner.complete)
        return NOTHING
    if name in ("extend", "update"):
        items, complete = access.iterate(run, first, site.frame)
        run.store_items(owner, owner.items + (items if complete else items[:-1]), owner.complete and complete)
        return NOTHING
    if name == "concat":
        items = list(owner.items)
        complete = owner.complete
        for item in args:
            inner = item.value
            items += inner.items if isinstance(inner, Array) else [item]
            complete = complete and (inner.complete if isinstance(inner, Array) else not isinstance(inner, Opaque))
        return Array(items[:ITEMS], complete and len(items) <= ITEMS)
    if name == "join":
        separator = first.value if isinstance(first, Known) and isinstance(first.value, str) else ","
        return _joined(owner, separator)
    if name in ("slice", "copy", "sort", "reverse", "flat"):
        bounds = [item.value.value for item in args if isinstance(item.value, Known)]
        if name == "slice" and owner.complete and all(isinstance(bound, int) for bound in bounds):
            return Array(owner.items[slice(*bounds)] if len(bounds) > 1 else owner.items[(bounds or [0])[0] :])
        if name == "flat":
            return _flat(owner)
        return Array(list(owner.items), owner.complete)
    if name == "includes":
        return access.operate("in", first, owner, False)
    if name in ("pop", "shift") and owner.items and owner.complete:
        item = owner.items[-1 if name == "pop" else 0]
        run.store_items(owner, owner.items[:-1] if name == "pop" else owner.items[1:], True)
        return item.value
    if name in ("entries", "keys", "values"):
        return Array([Item(Array([Item(Known(number), item.span), item]), item.span) if name == "entries" else item
                      for number, item in enumerate(owner.items)], owner.complete)  # fmt: skip
    calls.hand_over(run, args, None, site)
    return Opaque(f"[].{name}()")


def _flat(owner: Array) -> Array:
    items: list[Item] = []
    complete = owner.complete
    for item in owner.items:
        if isinstance(item.value, Array):
            items += item.value.items
            complete = complete and item.value.complete
        else:
            items.append(item)
    return Array(items[:ITEMS], complete and len(items) <= ITEMS)


def _array_walk(run: Run, owner: Array, name: str, args: list[Item], site: Site) -> Any:
    items, complete = access.iterate(run, owner, site.frame)
    if name == "reduce":
        return _reduce(run, items, complete, args, site)
    outcomes: list[Item] = []
    kept: list[Item] = []
    sure = complete
    for number, element in enumerate(items[:100]):
        index = Item(Known(number) if complete else Opaque("index"), element.span)
        result = calls.call(run, _first(args), [element, index], None, site)
        outcomes.append(Item(result, element.span))
        truth = access.truth(result, False)
        if truth is not False:
            kept.append(element)
        sure = sure and truth is not None
    if name in ("map", "flatMap"):
        mapped = Array(outcomes, complete)
        return _flat(mapped) if name == "flatMap" else mapped
    if name == "filter":
        return Array(kept, sure)
    if name == "find":
        return (kept[0].value if kept else NOTHING) if sure else join([item.value for item in kept] + [NOTHING])
    if name in ("some", "every") and sure:
        return Known(bool(kept) if name == "some" else len(kept) == len(items))
    return NOTHING if name == "forEach" else Opaque(f"{name}()")


def _reduce(run: Run, items: list[Item], complete: bool, args: list[Item], site: Site) -> Any:
    if not complete or not args:
        calls.hand_over(run, args, None, site)
        return _first(args, 1) if isinstance(_first(args, 1), Record) else Opaque("reduce()")
    rest = items if len(args) > 1 else items[1:]
    held = args[1] if len(args) > 1 else (items[0] if items else Item(NOTHING, site.span()))
    for item in rest[:100]:
        held = Item(calls.call(run, args[0].value, [held, item], None, site), item.span)
    return held.value


def _record_method(run: Run, owner: Record, name: str, args: list[Item], keywords: Record | None, site: Site) -> Any:
    key = _first(args)
    if name in ("items", "keys", "values"):
        listed = {"items": _entries, "keys": _keys, "values": _all_values}[name]
        return listed(run, [Item(owner, site.span())], None, site)
    if name in ("get", "setdefault", "pop") and isinstance(key, Known):
        entry = owner.entries.get(str(key.value))
        default = _first(args, 1)
        if entry is not None:
            return entry.value if entry.certain else join([entry.value, default])
        if name == "setdefault":
            access.put(run, owner, str(key.value), default, site.span(), site.span())
        return default if owner.complete else join([default, Opaque(str(key.value), "parameter")])
    if name == "get" and owner.complete:
        return access.get_item(run, owner, key, site.frame)
    if name == "update":
        before = dict(owner.entries)
        changed = Record(before, owner.complete)
        for item in args:
            access.spread(run, item.value, changed, site.frame)
        if keywords is not None:
            access.spread(run, keywords, changed, site.frame)
        for changed_name, entry in changed.entries.items():
            run.store(owner.entries, changed_name, entry)
        owner.complete = changed.complete
        return NOTHING
    if name == "copy":
        return Record(dict(owner.entries), owner.complete)
    if name == "hasOwnProperty" and isinstance(key, Known):
        return Known(True) if str(key.value) in owner.entries else (Known(False) if owner.complete else Opaque(name))
    return Opaque(f"{{}}.{name}()")

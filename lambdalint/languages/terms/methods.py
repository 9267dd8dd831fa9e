"""A text, list, object or path and its method in, what the method returns out, as the two languages have it."""

from __future__ import annotations

import posixpath

from lambdalint.languages.terms import access, calls, library, literals, operators, paths
from lambdalint.languages.terms.values import (
    ITEMS,
    LENGTH,
    NOTHING,
    Array,
    Closure,
    Item,
    Kind,
    Known,
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
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.terms.calls import Site
    from lambdalint.languages.terms.run import Run


def call_method(run: Run, method: Method, args: list[Item], keywords: Record | None, site: Site) -> Any:
    """A method of a constant, text, list, object or path."""
    owner, name = method.owner, method.name
    if isinstance(owner, Kind):
        return calls.construct(run, paths.first_of(args), owner, args[1:], keywords, site)
    if isinstance(owner, Closure):
        if name == "bind":
            return owner
        return calls.invoke(run, owner, args[1:] if name == "call" else [], None, site, paths.first_of(args) or None)
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
        return concatenate([owner, *paths.values_of(args)])
    calls.hand_over(run, args, keywords, site)
    return Opaque(f"{brief(owner)}.{name}()")


def _path_method(run: Run, owner: Path, name: str, args: list[Item], site: Site) -> Any:
    if name in ("open", "read_text", "read_bytes"):
        return calls.make(run, "open", None, [Item(owner, site.span())], None, site)
    if name in ("resolve", "absolute"):
        return Path(posixpath.normpath(posixpath.join(run.loader.folder, owner.text)))
    if name == "joinpath":
        return paths.join_paths([owner, *paths.values_of(args)], wrap=True)
    if name in ("as_posix", "__str__"):
        return Known(owner.text)
    if name == "with_suffix" and isinstance(paths.first_of(args), Known):
        return Path(posixpath.splitext(owner.text)[0] + str(paths.first_of(args).value))
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
    if name == "join" and site.frame.unit.python and isinstance(paths.first_of(args), Array):
        return _joined(paths.first_of(args), text)
    if name == "format":
        return _format(text, args, keywords)
    if name == "concat":
        return concatenate([Known(text), *paths.values_of(args)])
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
    values = paths.values_of(right.items) if isinstance(right, Array) else [right]
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
    first = paths.first_of(args)
    if name in ("map", "forEach", "filter", "flatMap", "find", "some", "every", "reduce"):
        return _array_walk(run, owner, name, args, site)
    if name in ("push", "append", "add", "unshift", "insert"):
        added = args[1:] if name == "insert" else args
        run.store_items(owner, [*owner.items, *added], owner.complete)
        return NOTHING
    if name in ("extend", "update"):
        items, complete = literals.iterate(run, first, site.frame)
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
        return operators.operate("in", first, owner, False)
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
    items, complete = literals.iterate(run, owner, site.frame)
    if name == "reduce":
        return _reduce(run, items, complete, args, site)
    outcomes: list[Item] = []
    kept: list[Item] = []
    sure = complete
    for number, element in enumerate(items[:100]):
        index = Item(Known(number) if complete else Opaque("index"), element.span)
        result = calls.call(run, paths.first_of(args), [element, index], None, site)
        outcomes.append(Item(result, element.span))
        truth = operators.truth(result, False)
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
        return paths.first_of(args, 1) if isinstance(paths.first_of(args, 1), Record) else Opaque("reduce()")
    rest = items if len(args) > 1 else items[1:]
    held = args[1] if len(args) > 1 else (items[0] if items else Item(NOTHING, site.span()))
    for item in rest[:100]:
        held = Item(calls.call(run, args[0].value, [held, item], None, site), item.span)
    return held.value


def _record_method(run: Run, owner: Record, name: str, args: list[Item], keywords: Record | None, site: Site) -> Any:
    key = paths.first_of(args)
    if name in ("items", "keys", "values"):
        listed = {"items": library.entries_of, "keys": library.keys_of, "values": library.all_values_of}[name]
        return listed(run, [Item(owner, site.span())], None, site)
    if name in ("get", "setdefault", "pop") and isinstance(key, Known):
        entry = owner.entries.get(str(key.value))
        default = paths.first_of(args, 1)
        if entry is not None:
            return entry.value if entry.certain else join([entry.value, default])
        if name == "setdefault":
            access.put(run, owner, str(key.value), default, site.span(), site.span())
        return default if owner.complete else join([default, Opaque(str(key.value), "parameter")])
    if name == "get" and owner.complete:
        return join([access.get_item(run, owner, key, site.frame), paths.first_of(args, 1)])
    if name == "update":
        before = dict(owner.entries)
        changed = Record(before, owner.complete)
        for item in args:
            literals.spread(run, item.value, changed, site.frame)
        if keywords is not None:
            literals.spread(run, keywords, changed, site.frame)
        for changed_name, entry in changed.entries.items():
            run.store(owner.entries, changed_name, entry)
        owner.complete = changed.complete
        return NOTHING
    if name == "copy":
        return Record(dict(owner.entries), owner.complete)
    if name == "hasOwnProperty" and isinstance(key, Known):
        return Known(True) if str(key.value) in owner.entries else (Known(False) if owner.complete else Opaque(name))
    return Opaque(f"{{}}.{name}()")

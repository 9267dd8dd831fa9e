"""A settings file and the command line in, Settings out; a key or name that does not exist is an error that says which
is nearest. The file is `lambdalint.toml`, or `[tool.lambdalint]` of `pyproject.toml`, in the linted root."""

from __future__ import annotations

import os

from lambdalint.discover import settings_file
from lambdalint.engine import WEIGHT, Settings
from lambdalint.nearest import nearest, nearest_or_all
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lambdalint.cache import Cache
    from lambdalint.catalog import Rule

KEYS = {
    "select": "rules, topics, `default` or `all`: the ones to ask",
    "extend-select": "rules or topics to ask besides",
    "ignore": "rules or topics not to ask",
    "exclude": "patterns, as in .gitignore, of files not to look at",
    "min-severity": "error, warning or info: report findings from this weight on",
    "per-path-ignores": "table: pattern -> rules or topics not reported there",
    "severity": "table: rule -> error, warning or info",
    "rules": "table: rule -> its options",
    "knowledge": "table: what the project has of its own",
}
KNOWLEDGE = {
    "constructors": "dotted names of classes and functions that open a connection",
    "guards": "dotted names of decorators and functions that make an invocation idempotent",
    "dev-packages": "distributions that are for development only",
}


class SettingsError(Exception):
    """A settings file or option that cannot be used; the message names the place."""


class Chosen(NamedTuple):
    """What the command line says over the file."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: str = ""
    config: str | None = None
    isolated: bool = False


NOTHING = Chosen()


def load(root: str, rules: Mapping[str, Rule], chosen: Chosen = NOTHING, cache: Cache | None = None) -> Settings:
    """The settings of a root, the command line's choices applied over the file's."""
    path = chosen.config or (None if chosen.isolated else settings_file(root))
    table = _table(path, cache) if path else {}
    return settings(table, path or "", rules, chosen)


def settings(table: Mapping[str, Any], where: str, rules: Mapping[str, Rule], chosen: Chosen = NOTHING) -> Settings:
    """Settings from a table of a file (its path is for messages)."""
    _known_keys(table, KEYS, where, "")
    own_options = _options(table.get("rules", {}), rules, where)
    severities = _severities(table.get("severity", {}), rules, where)
    select = chosen.select or _names(table, "select", where) or ("default",)
    extend = (*_names(table, "extend-select", where), *chosen.extend_select)
    ignore = (*_names(table, "ignore", where), *chosen.ignore)
    asked = _resolve((*select, *extend), rules, where) - _resolve(ignore, rules, where)
    standard = {name for name, rule in rules.items() if rule.default}
    knowledge = _table_of(table, "knowledge", where)
    _known_keys(knowledge, KNOWLEDGE, where, "knowledge.")
    least = chosen.min_severity or table.get("min-severity", "info")
    if not isinstance(least, str) or least not in WEIGHT:
        raise SettingsError(f"{where}: min-severity is error, warning or info, not {_shown(least)}")
    per_path = _table_of(table, "per-path-ignores", where)
    return Settings(
        rules=frozenset(asked),
        options=own_options,
        severities=severities,
        exclude=_names(table, "exclude", where),
        ignores=tuple(
            (pattern, tuple(sorted(_resolve(_names(per_path, pattern, where), rules, where)))) for pattern in per_path
        ),
        knowledge={name: _names(knowledge, name, where) for name in knowledge},
        min_severity=least,
        complete=standard <= asked,
    )


def _table(path: str, cache: Cache | None) -> Mapping[str, Any]:
    """The settings of a file, from the cache when it has not changed."""
    try:
        stat = os.stat(path)
        mark = (os.path.abspath(path), stat.st_size, stat.st_mtime_ns)
        known = cache.extra.get("settings") if cache else None
        if known and known[0] == mark:
            return known[1]  # type: ignore[no-any-return]
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    import tomli

    try:
        table = tomli.loads(data.decode("utf-8-sig"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    if os.path.basename(path) == "pyproject.toml":
        tool = table.get("tool", {})
        table = tool.get("lambdalint", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: tool.lambdalint is not a table")
    if cache and _is_plain(table):
        cache.extra["settings"] = (mark, table)
        cache.changed = True
    return table


def _is_plain(value: object) -> bool:
    """Nothing that the cache would refuse: TOML dates are objects."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float | bool)


def _known_keys(table: Mapping[str, Any], known: Collection[str], where: str, prefix: str) -> None:
    for key in table:
        if key not in known:
            raise SettingsError(f"{where}: unknown key `{prefix}{key}`{nearest_or_all(key, known)}")


def _names(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise SettingsError(f"{where}: `{key}` is a list of strings")
    return tuple(value)


def _table_of(table: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise SettingsError(f"{where}: `{key}` is a table")
    return value


def _resolve(names: Iterable[str], rules: Mapping[str, Rule], where: str) -> set[str]:
    """Rules from names of rules and topics, `default` and `all`."""
    topics = {rule.topic for rule in rules.values()}
    found: set[str] = set()
    for name in names:
        if name == "all":
            found |= set(rules)
        elif name == "default":
            found |= {rule.name for rule in rules.values() if rule.default}
        elif name in topics:
            found |= {rule.name for rule in rules.values() if rule.topic == name}
        elif name in rules:
            found.add(name)
        else:
            lead = f"{where}: " if where else ""
            raise SettingsError(f"{lead}no rule or topic is named `{name}`{nearest_or_all(name, {*rules, *topics})}")
    return found


def _options(tables: Any, rules: Mapping[str, Rule], where: str) -> dict[str, dict[str, Any]]:
    if not isinstance(tables, dict):
        raise SettingsError(f"{where}: `rules` is a table")
    found: dict[str, dict[str, Any]] = {}
    for name, options in tables.items():
        if name not in rules:
            raise SettingsError(f"{where}: no rule is named `{name}`{nearest_or_all(name, rules)}")
        if not isinstance(options, dict):
            raise SettingsError(f"{where}: `rules.{name}` is a table")
        standard = rules[name].options
        _known_keys(options, standard, where, f"rules.{name}.")
        for key, value in options.items():
            if not _same_kind(value, standard[key]):
                kind = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
                wanted = kind.get(type(standard[key]), "a table")
                raise SettingsError(f"{where}: `rules.{name}.{key}` is {wanted}")
        found[name] = options
    return found


def _same_kind(value: object, standard: object) -> bool:
    if isinstance(standard, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(standard, bool)
    if isinstance(standard, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(standard))


def _severities(table: Any, rules: Mapping[str, Rule], where: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise SettingsError(f"{where}: `severity` is a table")
    for name, severity in table.items():
        if name not in rules:
            raise SettingsError(f"{where}: no rule is named `{name}`{nearest_or_all(name, rules)}")
        if not isinstance(severity, str) or severity not in WEIGHT:
            raise SettingsError(f"{where}: severity of `{name}` is error, warning or info, not {_shown(severity)}")
    return table


def _shown(severity: object) -> str:
    return f"{severity!r}{nearest(severity, WEIGHT) if isinstance(severity, str) else ''}"


def template(rules: Mapping[str, Sequence[tuple[str, str, str]]]) -> str:
    """The text of a commented `[tool.lambdalint]`, everything at its default. rules: by name, their options as
    catalog.options gives them."""
    lines = ["[tool.lambdalint]"]
    for key, meaning in KEYS.items():
        if meaning.startswith("table"):
            continue
        default = {"select": '["default"]', "min-severity": '"info"'}.get(key, "[]")
        lines += [f"# {meaning}", f"# {key} = {default}"]
    lines += ["", "[tool.lambdalint.per-path-ignores]", f"# {KEYS['per-path-ignores'][7:]}"]
    lines += ['# "legacy/**" = ["connection-in-handler"]']
    lines += ["", "[tool.lambdalint.severity]", f"# {KEYS['severity'][7:]}", '# unused-ignore = "error"']
    lines += ["", "[tool.lambdalint.knowledge]"]
    for key, meaning in KNOWLEDGE.items():
        lines += [f"# {meaning}", f"# {key} = []"]
    for rule, options in rules.items():
        if options:
            lines += ["", f"[tool.lambdalint.rules.{rule}]"]
        for option, default, meaning in options:
            lines += [f"# {meaning}", f"# {option} = {default}"]
    return "\n".join(lines) + "\n"

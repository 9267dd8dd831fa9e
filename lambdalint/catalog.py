"""The rule book's pages and the checks beside them in, Rules out. The folder of pages is the registry.

A page is found by its name, its check is the module of that name with underscores; a page without a check belongs to
the engine (ENGINE_RULES). Only the page's head is read here: title, summary, the first `toml` fence.
"""

from __future__ import annotations

import os

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lambdalint.model import Finding, Function

ENGINE_RULES = frozenset({"crashed-rule", "unused-ignore", "unknown-ignore"})


class Rule(NamedTuple):
    """One rule. options: the names with their defaults. fix: how safe its fix is, "" when there is none. advice: one
    clause or two on what it costs and what to do, for a reader who sees only the finding."""

    name: str
    summary: str
    topic: str
    severity: str
    default: bool
    options: Mapping[str, Any]
    fix: str
    advice: str = ""


def rules_folder() -> str:
    """Where the pages are: in the package when installed, beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "rules")


def stamp(folder: str | None = None) -> tuple[tuple[str, int, int], ...]:
    """What the pages looked like: (file, size, mtime in ns), to tell if a remembered catalog still holds."""
    with os.scandir(folder or rules_folder()) as entries:
        return tuple(
            sorted(
                (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
                for entry in entries
                if entry.name.endswith(".md")
            )
        )


def catalog(folder: str | None = None) -> dict[str, Rule]:
    """All rules by name, sorted. A page that is not as it should be raises ValueError with its path."""
    folder = folder or rules_folder()
    found: dict[str, Rule] = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".md"):
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                rule = parse_page(path, file.read())
            if rule.name != name[:-3]:
                raise ValueError(f"{path}: the title says {rule.name!r}")
            found[rule.name] = rule
    return found


def page(name: str) -> str:
    """The text of a rule's page; OSError when there is none."""
    with open(os.path.join(rules_folder(), f"{name}.md"), encoding="utf-8") as file:
        return file.read()


def options(name: str) -> list[tuple[str, str, str]]:
    """(option, default, meaning) of a rule as its page has them: TOML, and the comment behind it."""
    table = page(name).partition("\n```toml\n")[2].partition("\n```")[0].partition("\n[options]\n")[2]
    found = []
    for line in table.split("\n"):
        option, equals, rest = line.partition(" = ")
        if equals:
            default, _, meaning = rest.partition("  # ")
            found.append((option, default, meaning))
    return found


def parse_page(path: str, text: str) -> Rule:
    """The head of one page."""
    title, _, rest = text.partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"{path}: the first line is no title")
    before, fence, after = rest.partition("\n```toml\n")
    if not fence:
        raise ValueError(f"{path}: no toml fence with the rule's metadata")
    metadata = after.partition("\n```")[0]
    head = _plain(metadata)
    if head is None:
        import tomli

        try:
            head = tomli.loads(metadata)
        except tomli.TOMLDecodeError as error:
            raise ValueError(f"{path}: {error}") from error
    unknown = set(head) - {"topic", "severity", "advice", "default", "options", "fix"}
    if unknown or "topic" not in head or head.get("severity") not in ("error", "warning", "info"):
        raise ValueError(f"{path}: metadata needs topic and severity; not known: {', '.join(sorted(unknown)) or '-'}")
    options = {
        name: option["default"] if isinstance(option, dict) and "default" in option else option
        for name, option in head.get("options", {}).items()
    }
    summary = " ".join(before.strip().split("\n\n")[0].split())
    return Rule(
        title[2:].strip(),
        summary,
        head["topic"],
        head["severity"],
        head.get("default", True),
        options,
        head.get("fix", ""),
        head.get("advice", ""),
    )


_WORDS: dict[str, Any] = {"true": True, "false": False, "[]": ()}


def _plain(text: str) -> dict[str, Any] | None:
    """TOML that says no more than most pages do: words, texts, numbers and empty lists in one table or two.

    None for any other. Importing a reader of TOML takes longer than reading the whole rule book.
    """
    head: dict[str, Any] = {}
    table = head
    for line in text.split("\n"):
        name, equals, value = line.partition(" = ")
        value = value.partition("  #")[0].rstrip()
        if line == "[options]" and "options" not in head:
            table = head["options"] = {}
        elif not line:
            continue
        elif not equals or name in table or not name.replace("-", "").isalpha():
            return None
        elif value in _WORDS:
            table[name] = list(_WORDS[value]) if value == "[]" else _WORDS[value]
        elif value[:1] == '"' and value.find('"', 1) == len(value) - 1 > 0 and "\\" not in value:
            table[name] = value[1:-1]
        elif value.replace(".", "", 1).isdecimal() and value[0] not in "0." and value[-1] != ".":
            table[name] = float(value) if "." in value else int(value)
        elif value.startswith("0.") and value[2:].isdecimal():
            table[name] = float(value)
        else:
            return None
    return head


def check_of(name: str) -> Callable[[Function, Mapping[str, Any]], Iterator[Finding]] | None:
    """A rule's check, None for one of the engine's own."""
    from importlib import import_module

    if name in ENGINE_RULES:
        return None
    check: Callable[[Function, Mapping[str, Any]], Iterator[Finding]]
    check = import_module(f"lambdalint.checks.{name.replace('-', '_')}").check
    return check

"""The rule pages and the settings' own tables in, what lists them out: docs/settings.md, the README's table of rules.

python -m tests.tools.rule_lists            # writes both; tests/test_rule_lists.py says when they are old
"""

from __future__ import annotations

import re
from pathlib import Path

from lambdalint.catalog import ENGINE_RULES, catalog, options
from lambdalint.settings import KEYS, KNOWLEDGE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"
README = ROOT / "README.md"
HEAD = """\
# Settings

In `lambdalint.toml`, or under `[tool.lambdalint]` of `pyproject.toml` (there `tool.lambdalint.` stands before the name
of each table below). The folder that holds either is the root: everything below it is read together. `lambdalint init`
writes all of this, commented out. A key, rule or option that does not exist ends the run with exit code 2 and the name
of the nearest one. Made by `python -m tests.tools.rule_lists`.

```toml lambdalint.toml
select = ["default"]
ignore = ["dev-dependency"]
exclude = ["vendor/", "examples/**"]
min-severity = "warning"

[per-path-ignores]
"legacy/**" = ["connection-in-handler"]

[severity]
non-idempotent-handler = "error"

[rules.secret-in-environment]
allow = ["DD_API_KEY"]

[knowledge]
constructors = ["shop.db.Pool", "shop.clients.ledger"]
guards = ["shop.events.once"]
dev-packages = ["shop-fakes"]
```
"""
DEFAULTS = {"select": '`["default"]`', "min-severity": '`"info"`'}
COMMAND = {
    "select": "`--select`",
    "extend-select": "`--extend-select`",
    "ignore": "`--ignore`",
    "min-severity": "`--min-severity`",
}
TABLE = re.compile(r"^\| Rule \| What it finds \|\n(?:\|.*\n)+", re.MULTILINE)
TAIL = """\
`select`, `extend-select` and `ignore` take names of rules and of topics. `--config FILE` takes another file,
`--isolated` none. What `exclude` and `.gitignore` name is not searched for functions, and still counted where it ships.
To silence one finding, see the [README](../README.md#silencing-a-finding).
"""


def page() -> str:
    """The whole page."""
    lines = [
        HEAD,
        "## Keys",
        "",
        "| Key | Default | What it holds | On the command line |",
        "| --- | --- | --- | --- |",
    ]
    for key, meaning in KEYS.items():
        standard = DEFAULTS.get(key, "empty" if meaning.startswith("table") else "`[]`")
        meaning = meaning.removeprefix("table: ").replace("->", "→")
        lines.append(f"| `{key}` | {standard} | {meaning} | {COMMAND.get(key, '')} |")
    lines += ["", TAIL, "## Options of rules", "", "Under `[rules.<rule>]`; the rule's page says what each is for.", ""]
    lines += ["| Rule | Option | Default | What it is |", "| --- | --- | --- | --- |"]
    for rule in catalog():
        for index, (name, standard, meaning) in enumerate(options(rule)):
            shown = f"[`{rule}`](../rules/{rule}.md)" if not index else ""
            lines.append(f"| {shown} | `{name}` | `{standard}` | {meaning} |")
    lines += ["", "## What the project has of its own", "", "Under `[knowledge]`: lists of names, for all rules.", ""]
    lines += ["| Key | What it names |", "| --- | --- |"]
    lines += [f"| `{key}` | {meaning} |" for key, meaning in KNOWLEDGE.items()]
    return "\n".join(lines) + "\n"


def readme() -> str:
    """The whole README, its table of rules made of the summaries of their pages."""
    lines = ["| Rule | What it finds |", "| --- | --- |"]
    for name, rule in catalog().items():
        if name not in ENGINE_RULES:
            summary = rule.summary.removesuffix(".")
            lines.append(f"| [`{name}`](rules/{name}.md) | {summary[0].lower()}{summary[1:]} |")
    return TABLE.sub(lambda _: "\n".join(lines) + "\n", README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")

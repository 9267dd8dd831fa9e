"""Settings files and choices: what they mean, and that a wrong one says where and what is nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.catalog import Rule
from lambdalint.settings import Chosen, SettingsError, load, settings, template

if TYPE_CHECKING:
    from pathlib import Path

RULES = {
    rule.name: rule
    for rule in (
        Rule("slow-import", "Slow.", "speed", "warning", True, {"share": 0.8, "names": ["a"], "strict": False}, ""),
        Rule("open-bucket", "Open.", "security", "error", True, {}, ""),
        Rule("odd-name", "Odd.", "style", "info", False, {"style": "snake"}, ""),
    )
}


@pytest.mark.parametrize(
    ("table", "chosen", "asked"),
    [
        ({}, Chosen(), {"slow-import", "open-bucket"}),
        ({"select": ["all"]}, Chosen(), set(RULES)),
        ({"select": ["speed"]}, Chosen(), {"slow-import"}),
        ({"extend-select": ["odd-name"]}, Chosen(), set(RULES)),
        ({"extend-select": ["style"], "ignore": ["security"]}, Chosen(), {"slow-import", "odd-name"}),
        ({"select": ["speed"]}, Chosen(select=("odd-name",)), {"odd-name"}),
        ({"ignore": ["speed"]}, Chosen(ignore=("open-bucket",)), set()),
        ({"ignore": ["default"]}, Chosen(select=("all",)), {"odd-name"}),
    ],
)
def test_which_rules_are_asked(table: dict[str, object], chosen: Chosen, asked: set[str]) -> None:
    assert settings(table, "lambdalint.toml", RULES, chosen).rules == asked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "unknown key `selct`, the nearest is `select`"),
        ("select = ['slow-imports']", "no rule or topic is named `slow-imports`, the nearest is `slow-import`"),
        ("select = 'all'", "`select` is a list of strings"),
        ("min-severity = 'eror'", "min-severity is error, warning or info, not 'eror', the nearest is `error`"),
        ("min-severity = []", "min-severity is error, warning or info, not []"),
        ("[severity]\nodd-name = ['info']", "severity of `odd-name` is error, warning or info, not ['info']"),
        ("min-severity = 'fatal'", "min-severity is error, warning or info, not 'fatal'"),
        ("[rules.slow-import]\nshares = 1", "unknown key `rules.slow-import.shares`, the nearest is `share`"),
        ("[rules.slow-import]\nshare = 'x'", "`rules.slow-import.share` is a number"),
        ("[rules.slow-import]\nstrict = 1", "`rules.slow-import.strict` is true or false"),
        ("[rules.slow-import]\nnames = 'a'", "`rules.slow-import.names` is a list"),
        ("[rules.slow-impor]\nshare = 1", "no rule is named `slow-impor`, the nearest is `slow-import`"),
        ("[severity]\nodd-name = 'loud'", "severity of `odd-name` is error, warning or info, not 'loud'"),
        ("[severity]\nodd-nam = 'info'", "no rule is named `odd-nam`, the nearest is `odd-name`"),
        ("[knowledge]\nconstructor = []", "unknown key `knowledge.constructor`, the nearest is `constructors`"),
        ("[per-path-ignores]\n'a/**' = ['odd']", "no rule or topic is named `odd`, the nearest is `odd-name`"),
        ("select = [", "Invalid value (at end of document)"),
        ("rules = 1", "`rules` is a table"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "lambdalint.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(str(tmp_path), RULES)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_both_files_and_no_file(tmp_path: Path) -> None:
    assert load(str(tmp_path), RULES).rules == {"slow-import", "open-bucket"}
    (tmp_path / "pyproject.toml").write_text("[tool.lambdalint]\nselect = ['speed']\n")
    assert load(str(tmp_path), RULES).rules == {"slow-import"}
    (tmp_path / "lambdalint.toml").write_text("select = ['style']\n")
    assert load(str(tmp_path), RULES).rules == {"odd-name"}
    assert load(str(tmp_path), RULES, Chosen(isolated=True)).rules == {"slow-import", "open-bucket"}
    (tmp_path / "other.toml").write_text("select = ['security']\n")
    assert load(str(tmp_path), RULES, Chosen(config=str(tmp_path / "other.toml"))).rules == {"open-bucket"}


def test_values_arrive() -> None:
    made = settings(
        {
            "exclude": ["vendor/"],
            "min-severity": "warning",
            "severity": {"odd-name": "error"},
            "rules": {"slow-import": {"share": 1}},
            "knowledge": {"constructors": ["mine.Client"]},
            "per-path-ignores": {"legacy/**": ["speed"]},
        },
        "f",
        RULES,
    )
    assert made.exclude == ("vendor/",)
    assert made.min_severity == "warning"
    assert made.severities == {"odd-name": "error"}
    assert made.options == {"slow-import": {"share": 1}}
    assert made.knowledge == {"constructors": ("mine.Client",)}
    assert made.ignores == (("legacy/**", ("slow-import",)),)
    assert made.complete
    assert not settings({"ignore": ["speed"]}, "f", RULES).complete


def test_the_template_is_valid_and_says_what_is_the_case(tmp_path: Path) -> None:
    """Commented or not: every key exists, every value is the default."""
    share, names = ("share", "0.8", "from this share on"), ("names", '["a"]', "further names")
    told = {"slow-import": [share, names, ("strict", "false", "more")], "odd-name": [("style", '"snake"', "which one")]}
    text = template({name: told.get(name, []) for name in RULES})
    (tmp_path / "pyproject.toml").write_text(text)
    bare = load(str(tmp_path), RULES)
    assert not any(bare.options.values())
    assert bare._replace(options={}) == load(str(tmp_path), RULES, Chosen(isolated=True))
    opened = "\n".join(line[2:] if " = " in line else line for line in text.split("\n"))
    (tmp_path / "pyproject.toml").write_text(
        opened.replace('"connection-in-handler"', '"slow-import"').replace("unused-ignore", "odd-name")
    )
    made = load(str(tmp_path), RULES)
    assert made.rules == {"slow-import", "open-bucket"}
    assert made.options == {name: dict(rule.options) for name, rule in RULES.items() if rule.options}

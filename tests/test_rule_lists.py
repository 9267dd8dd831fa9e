"""docs/settings.md names every key and option there is, the README every rule; the example of settings works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomli

from lambdalint.catalog import catalog, options
from lambdalint.settings import KEYS, settings
from tests.rulebook import fences
from tests.tools.rule_lists import PAGE, README, page, readme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Ran


def test_the_pages_are_of_today() -> None:
    made = (page(), readme())
    assert (PAGE.read_text("utf-8"), README.read_text("utf-8")) == made, "run `python -m tests.tools.rule_lists`"


def test_the_options_are_those_of_the_rules() -> None:
    for name, rule in catalog().items():
        assert [option for option, _, _ in options(name)] == list(rule.options), name
        for option, standard, meaning in options(name):
            assert tomli.loads(f"x = {standard}")["x"] == rule.options[option], f"{name}: {option}"
            assert meaning, f"rules/{name}.md: no comment behind `{option}` says what it is"


def test_the_example_is_taken(tree: Callable[[Mapping[str, str | bytes]], Path], run_in: Callable[..., Ran]) -> None:
    """Each extension of the example changes what is found."""
    (example,) = [text for info, text in fences(PAGE.read_text(encoding="utf-8")) if info.startswith("toml")]
    made = settings(tomli.loads(example), "lambdalint.toml", catalog())
    assert set(tomli.loads(example)) <= set(KEYS) and "dev-dependency" not in made.rules
    template = (
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n"
        "      Handler: app.handler\n      Runtime: python3.13\n      Events:\n        Q:\n          Type: SQS\n"
        "          Properties:\n            Queue: !GetAtt Jobs.Arn\n"
    )
    code = (
        "import boto3\nfrom shop import clients, events\n\nsns = boto3.client('sns')\n\n\n@events.once\n"
        "def handler(event, context):\n    ledger = clients.ledger()\n    sns.publish(TopicArn='t', Message='m')\n"
        "    return ledger\n"
    )
    files = {"template.yaml": template, "src/app.py": code, "src/requirements.txt": "shop-fakes\n"}
    settled = example.replace('ignore = ["dev-dependency"]\n', "")
    with_it = run_in(tree({**files, "lambdalint.toml": settled}), "check", "-q", "--no-cache").out
    without = run_in(tree({**files, "lambdalint.toml": ""}), "check", "-q", "--no-cache").out
    assert "src/app.py:9:14: warning connection-in-handler" in with_it and "connection-in-handler" not in without
    assert "src/requirements.txt:1:1: warning dev-dependency: shop-fakes" in with_it and "shop-fakes" not in without
    assert "sns.publish repeats" in without and "sns.publish" not in with_it

"""docs/integrations.md says what the tests say, and leaves out no output format and no hook."""

from __future__ import annotations

import yaml

from lambdalint.catalog import catalog
from lambdalint.report import format_names
from tests.tools.integrations import PAGE, ROOT, held, page


def test_the_page_is_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.tools.integrations`"


def test_everything_is_held_by_something() -> None:
    named = {what for what, _, _ in held()}
    assert set(format_names()) <= named
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {f"hook {hook['id']}" for hook in hooks} <= named
    fixes = {f"fix of {name}" for name, rule in catalog().items() if rule.fix}
    assert fixes <= named, "a fix that no test marks: @pytest.mark.holds('fix of <rule>', '<by what>')"
    assert {"--fix", "--diff", "--add-ignore"} <= named
    others = {"GitHub action", "GitLab template", "Dockerfile", "VS Code extension", "lambdalint server", "wheel"}
    assert others <= named

"""What a walk sees: .gitignore as git itself reads it, skipped folders, the root, and the files that are looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lambdalint.discover import discover, find_root, may_hold_handler
from lambdalint.gitignore import ignore

Tree = Callable[[Mapping[str, str | bytes]], Path]

PATTERNS = [
    "build", "/top", "docs/out", "*.log", "!keep.log", ".env*", "a/**", "**/deep", "x/**/y", "*.py[cod]", "[!a]bc",
    "fol/", "sp\\ ace", "\\#hash", "\\!bang", "q?z", "*~", "", "# comment", "mid*dle", "a*b*c", "trail   ", "/*.cfg",
    "doc/*.txt", "**", "*", "!*/", "[]]x", "one/two/", "***", "/", "!", "foo/*", "!foo/bar", "[a-c]1",
]  # fmt: skip
PATHS = [
    "build", "src/build", "top", "src/top", "docs/out", "x/docs/out", "a.log", "keep.log", "s/keep.log", ".env",
    ".env.x",
    "a/b", "a", "x/y", "x/1/2/y", "d/deep", "deep", "m.pyc", "m.py", "abc", "bbc", "fol", "fol/in", "sp ace", "#hash",
    "!bang", "qxz", "f~", "middle", "midddle", "axbyc", "trail", "a.cfg", "s/a.cfg", "doc/a.txt", "doc/s/a.txt", "]x",
    "one/two", "foo/bar", "foo/baz", "b1", "d1",
]  # fmt: skip


@pytest.mark.parametrize(
    "lines", [[p] for p in PATTERNS] + [PATTERNS[:14], ["*", "!*.log", "build/"], ["*.log", "!a.log"]]
)
def test_gitignore_is_read_as_git_reads_it(lines: list[str], tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("\n".join(lines) + "\n")
    patterns = ignore([f"{line}\n" for line in lines])
    for path in PATHS:
        told = subprocess.run(
            ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "-q", path], capture_output=True, check=False
        )
        parts = path.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        ours = any(patterns.decide(step, step != path) for step in above)
        assert ours == (told.returncode == 0), f"{path} by {lines}"


def test_skipped_folders_are_counted_only_when_asked(tree: Tree) -> None:
    root = tree(
        {
            "node_modules/left/index.js": "x" * 10,
            "env/pyvenv.cfg": "",
            "env/lib/a.py": "x" * 20,
            ".git/HEAD": "",
            "src/app.py": "",
        }
    )
    found = discover(str(root))
    assert set(found.inventory.files) == {"lambdalint.toml", "src/app.py"}
    assert found.inventory.skipped == (".git", "env", "node_modules")
    assert found.inventory.listing("node_modules") == {"node_modules/left/index.js": 10}
    assert found.inventory.listing("src") == {}
    assert found.listed == {"node_modules": {"node_modules/left/index.js": 10}}


def test_what_is_ignored_exists_but_is_not_looked_at(tree: Tree) -> None:
    root = tree(
        {
            ".gitignore": "dist/\ngenerated.*\ncdk.out\n",
            "dist/app.py": "",
            "generated.yaml": "",
            "cdk.out/Stack.template.json": "{}",
            "lib/python/site-packages/x.py": "",
            "vendor/boto3-1.0.dist-info/METADATA": "",
            "vendor/boto3/session.py": "",
            "vendor/app.py": "",
            "sub/.gitignore": "!generated.yaml\n/only\n",
            "sub/generated.yaml": "",
            "sub/only/app.py": "",
            "legacy/app.py": "",
        }
    )
    found = discover(str(root), ["legacy/"])
    assert set(found.plausible) == {
        "cdk.out/Stack.template.json",
        "lambdalint.toml",
        "sub/generated.yaml",
        "vendor/app.py",
    }
    assert {"dist/app.py", "vendor/boto3/session.py", "legacy/app.py"} <= set(found.inventory.files)


def test_the_root_is_the_nearest_folder_with_settings_or_git(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    service = tmp_path / "repo" / "service"
    (service / "src").mkdir(parents=True)
    (service / "src" / "app.py").touch()
    (tmp_path / "repo" / "other").mkdir()
    assert find_root([str(service / "src" / "app.py")]) == str(tmp_path / "repo")
    (service / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find_root([str(service / "src")]) == str(tmp_path / "repo")
    (service / "pyproject.toml").write_text("[tool.lambdalint]\n")
    assert find_root([str(service / "src")]) == str(service)
    assert find_root([str(service / "src"), str(tmp_path / "repo" / "other")]) == str(tmp_path / "repo")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def lambda_handler(e, c): pass", True),
        ("def main(event, context): pass", True),
        ("def handler(event, _): pass", True),
        ("def f(evt, ctx): pass", True),
        ("def f(data, c: LambdaContext): pass", True),
        ("def f(\n    event: dict[str, object],\n    _: LambdaContext,\n): pass", True),
        ("from mangum import Mangum\nhandler = Mangum(app)", True),
        ("handler = make_lambda_handler(app)", True),
        ("def f(event, data):\n    return Context(event)", False),
        ("class Event: pass", False),
        ("def on_click(event): pass", False),
        ("", False),
    ],
)
def test_the_cheap_look_at_python(source: str, expected: bool) -> None:
    assert may_hold_handler(source.encode()) is expected

"""What users install: the wheel lists its rules and lints, the hook runs under pre-commit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lambdalint.catalog import catalog

ROOT = Path(__file__).parents[1]
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:  # lambdalint: ignore[crash-rule]
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
APP = "def handler(event, context):\n    return event['id']  # lambdalint: ignore[crash-rule]\n"


def command(*arguments: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "PRE_COMMIT"))}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert not check or done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done


def source_files() -> list[str]:
    """What a commit of the tree as it is now would hold."""
    listed = command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the sources, as a repository with one commit."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in source_files():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
    repository(folder)
    return folder


def repository(folder: Path) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    command("git", "init", "-q", cwd=folder)
    command("git", "add", "-A", cwd=folder)
    command("git", *identity, "commit", "-qm", "all", cwd=folder)


def test_the_wheel_lists_its_rules_and_lints(checkout: Path, tmp_path: Path) -> None:
    command(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", cwd=checkout)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"lambdalint/rules/{name}.md" for name in catalog()} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "rules/", "docs/"))]
    assert {Path(name).suffix for name in names if name.startswith("lambdalint/knowledge/")} <= {".py", ".tsv", ".toml"}

    # The dependencies are those of the interpreter that runs the tests: what is tested is what the wheel holds.
    command(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command(sys.executable, "-m", "pip", "--python", python, "install", "-q", wheel, cwd=tmp_path)
    lambdalint = python.with_name("lambdalint")
    rows = json.loads(command(lambdalint, "rules", "--output-format", "json", cwd=tmp_path).stdout)
    assert [row["name"] for row in rows] == list(catalog())
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "lambdalint.toml").touch()
    (tmp_path / "project" / "template.yaml").write_text(TEMPLATE)
    ran = command(lambdalint, "check", cwd=tmp_path / "project", check=False)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.startswith("template.yaml:3:33: warning unknown-ignore")
    assert command(lambdalint, "explain", "unused-ignore", cwd=tmp_path).stdout.startswith("# unused-ignore")
    where = command(python, "-c", "import lambdalint; print(lambdalint.__file__)", cwd=tmp_path).stdout
    assert str(tmp_path / "venv") in where


def test_the_pre_commit_hook(checkout: Path, tmp_path: Path) -> None:
    """It reports on the files handed over, and reads the template that was not."""
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "template.yaml").write_text(TEMPLATE)
    (project / "src" / "app.py").write_text(APP)
    repository(project)
    home = tmp_path / "cache"
    environment = f"PRE_COMMIT_HOME={home}"

    def try_repo(*files: str) -> subprocess.CompletedProcess[str]:
        hook = ("try-repo", str(checkout), "lambdalint", "--verbose", "--files", *files)
        return command("env", environment, sys.executable, "-m", "pre_commit", *hook, cwd=project, check=False)

    ran = try_repo("src/app.py")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "src/app.py:2:" in ran.stdout and "template.yaml:3:" not in ran.stdout
    assert "1 finding in 1 function" in ran.stdout
    ran = try_repo("src/app.py", "template.yaml")
    assert "src/app.py:2:" in ran.stdout and "template.yaml:3:" in ran.stdout
    (project / "src" / "app.py").write_text(APP.replace("  # lambdalint: ignore[crash-rule]", ""))
    ran = try_repo("src/app.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr

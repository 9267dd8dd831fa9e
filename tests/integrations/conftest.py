"""What tests with other programs need: a clean checkout of the sources, repositories, packages of npm, commands.

They run once, on one Python (nox's session `integrations`), because they install things: every test here is marked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
BIN = Path(sys.executable).parent

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
CLEAN = "import boto3\n\ns3 = boto3.client('s3')\n\n\ndef handler(event, context):\n    return s3.list_buckets()\n"
SLOW = "import boto3\n\n\ndef handler(event, context):\n    s3 = boto3.client('s3')\n    return s3.list_buckets()\n"
Done = subprocess.CompletedProcess[str]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark what is below this folder."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker("integration")


def command(*arguments: str | Path, cwd: Path, check: bool = True, **environment: str) -> Done:
    """Run a program as from a shell that knows neither this test run nor its user's git."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "PRE_COMMIT"))}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "NO_COLOR": "1", **environment}
    for who in ("AUTHOR", "COMMITTER"):
        clean |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@example.com"}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=clean,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert not check or done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done


def repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A folder as a repository with one commit of all its files."""
    for path, text in (files or {}).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    command("git", "init", "-q", "-b", "main", cwd=folder)
    command("git", "add", "-A", cwd=folder)
    command("git", "commit", "-qm", "all", cwd=folder)
    return folder


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a commit of the tree as it is now would hold, as a repository."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
    for path in listed.split("\0"):
        if path and (ROOT / path).is_file():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, target)
    return repository(folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one function that makes a client at each invocation."""
    (tmp_path / "project").mkdir()
    files = {"template.yaml": TEMPLATE, "src/app.py": SLOW, ".gitignore": ".lambdalint_cache\n", "lambdalint.toml": ""}
    return repository(tmp_path / "project", files)


@pytest.fixture(scope="session")
def npm(pytestconfig: pytest.Config) -> Callable[[str], Path]:
    """Install a package of npm once, kept between runs; the folder that holds node_modules."""

    def install(package: str) -> Path:
        if not shutil.which("npm"):
            pytest.skip("needs npm")
        name = package.replace("/", "+").replace("@", "_")
        folder = Path(pytestconfig.cache.mkdir(f"npm-{name}")) if pytestconfig.cache else Path(name)
        if not (folder / "done").exists():
            command(
                "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, package, cwd=folder
            )
            (folder / "done").touch()
        return folder

    return install

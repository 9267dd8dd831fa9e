"""The three hooks, run by pre-commit (and one by prek) at commits of a repository."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.integrations.conftest import BIN, CLEAN, ROOT, SLOW, Done, command

if TYPE_CHECKING:
    from pathlib import Path

PRE_COMMIT = (sys.executable, "-m", "pre_commit")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs: once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


class Hooked:
    """A repository with a hook at its commits."""

    def __init__(self, folder: Path, checkout: Path, home: Path, hook: str) -> None:
        self.folder = folder
        self.home = home
        revision = command("git", "rev-parse", "HEAD", cwd=checkout).stdout.strip()
        config = f"repos:\n- repo: {checkout}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n    verbose: true\n"
        (folder / ".pre-commit-config.yaml").write_text(config)
        self.git("add", ".pre-commit-config.yaml")
        self.git("commit", "-qm", "hook", "--no-verify")
        command(*PRE_COMMIT, "install", cwd=folder, PRE_COMMIT_HOME=str(home))

    def git(self, *arguments: str) -> str:
        return command("git", *arguments, cwd=self.folder).stdout

    def commit(self, **environment: str) -> Done:
        """A commit of what is staged, as pre-commit lets it through or not."""
        home = {"PRE_COMMIT_HOME": str(self.home), **environment}
        return command("git", "commit", "-m", "try", cwd=self.folder, check=False, **home)

    def write(self, text: str) -> None:
        (self.folder / "src" / "app.py").write_text(text)

    @property
    def text(self) -> str:
        return (self.folder / "src" / "app.py").read_text()


@pytest.mark.holds("pre-commit hooks", "pre-commit validate-manifest")
def test_the_manifest() -> None:
    command(*PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT)


@pytest.mark.holds("hook lambdalint", "pre-commit, at a commit")
def test_it_reports_on_what_is_committed_and_reads_the_rest(project: Path, checkout: Path, home: Path) -> None:
    hooked = Hooked(project, checkout, home, "lambdalint")
    hooked.write("# touched\n" + SLOW)
    (project / "src" / "more.py").write_text(SLOW)  # not staged: no part of this commit
    hooked.git("add", "src/app.py")
    ran = hooked.commit()
    assert ran.returncode == 1, ran.stderr
    assert "src/app.py:6:10: warning connection-in-handler" in ran.stderr
    assert "declared as Report (template.yaml:3)" in ran.stderr, "the template was not handed over"
    assert "1 finding in 1 function" in ran.stderr
    hooked.write(CLEAN)
    hooked.git("add", "src/app.py")
    ran = hooked.commit()
    assert ran.returncode == 0, ran.stderr
    (project / "notes.md").write_text("nothing to lint\n")
    hooked.git("add", "notes.md")
    assert "(no files to check)Skipped" in hooked.commit().stderr


@pytest.mark.holds("hook lambdalint", "pre-commit, with some lines staged and others not")
def test_what_is_staged_counts(project: Path, checkout: Path, home: Path) -> None:
    hooked = Hooked(project, checkout, home, "lambdalint")
    hooked.write("# staged\n" + SLOW)
    hooked.git("add", "src/app.py")
    hooked.write(CLEAN)
    ran = hooked.commit()
    assert ran.returncode == 1 and "src/app.py:6:10" in ran.stderr
    assert hooked.text == CLEAN, "what was not staged is back"
    hooked.git("add", "src/app.py")
    hooked.write("# not staged\n" + SLOW)
    ran = hooked.commit()
    assert ran.returncode == 0, ran.stderr
    assert hooked.text == "# not staged\n" + SLOW
    assert hooked.git("show", "HEAD:src/app.py") == CLEAN


@pytest.mark.holds("hook lambdalint-fix", "pre-commit, at a commit")
def test_the_fix_hook(project: Path, checkout: Path, home: Path) -> None:
    hooked = Hooked(project, checkout, home, "lambdalint-fix")
    hooked.write("# touched\n" + SLOW)
    hooked.git("add", "src/app.py")
    ran = hooked.commit()
    assert ran.returncode == 1 and "files were modified by this hook" in ran.stderr
    assert "1 finding fixed in 1 file" in ran.stderr
    assert hooked.text == "# touched\n" + CLEAN
    hooked.git("add", "src/app.py")
    ran = hooked.commit()
    assert ran.returncode == 0, ran.stderr


@pytest.mark.holds("hook lambdalint-fix", "pre-commit, with some lines staged and others not")
def test_the_fix_hook_and_lines_that_are_not_staged(project: Path, checkout: Path, home: Path) -> None:
    """The fix lands in the work tree beside them; what was not staged is neither lost nor committed."""
    hooked = Hooked(project, checkout, home, "lambdalint-fix")
    far = "".join(f"# {number}\n" for number in range(20))
    hooked.write(SLOW + far)
    hooked.git("add", "src/app.py")
    hooked.write(SLOW + far + "# not staged\n")
    ran = hooked.commit()
    assert ran.returncode == 1 and "1 finding fixed in 1 file" in ran.stderr
    assert hooked.text == CLEAN + far + "# not staged\n"
    assert hooked.git("show", ":src/app.py") == SLOW + far
    # What was not staged stands where the fix goes: pre-commit takes the fix back.
    hooked.write(SLOW + far)
    hooked.git("add", "src/app.py")
    mine = SLOW.replace("import boto3\n\n\n", "import boto3\nimport json\n\n\n").replace("'s3'", "'s3', verify=False")
    hooked.write(mine + far)
    ran = hooked.commit()
    assert ran.returncode == 1 and "Rolling back fixes" in ran.stderr
    assert hooked.text == mine + far


@pytest.mark.holds("hook lambdalint-system", "pre-commit, at a commit")
def test_the_hook_of_the_system(project: Path, checkout: Path, home: Path, tmp_path: Path) -> None:
    hooked = Hooked(project, checkout, home, "lambdalint-system")
    hooked.write("# touched\n" + SLOW)
    hooked.git("add", "src/app.py")
    ran = hooked.commit(PATH=os.pathsep.join((str(BIN), os.environ["PATH"])))
    assert ran.returncode == 1 and "src/app.py:6:10: warning connection-in-handler" in ran.stderr
    (tmp_path / "bin").mkdir()
    for name in ("git", "sh", "bash", "env"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    ran = hooked.commit(PATH=str(tmp_path / "bin"))
    assert ran.returncode == 1 and "Executable `lambdalint` not found" in ran.stderr


@pytest.mark.holds("hook lambdalint-system", "prek")
def test_prek(project: Path, checkout: Path, home: Path, tmp_path: Path) -> None:
    """The same files serve prek: what is staged counts there too."""
    hooked = Hooked(project, checkout, home, "lambdalint-system")
    hooked.write("# touched\n" + SLOW)
    hooked.git("add", "src/app.py")
    hooked.write(CLEAN)
    path = os.pathsep.join((str(BIN), os.environ["PATH"]))
    ran = command(BIN / "prek", "run", cwd=project, check=False, PATH=path, PREK_HOME=str(tmp_path / "prek"))
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "src/app.py:6:10: warning connection-in-handler" in ran.stdout + ran.stderr
    assert hooked.text == CLEAN

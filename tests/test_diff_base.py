"""What a change introduces: the findings of a tree against those of a commit, on repositories made here."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.test_ci_options import CLEAN, FOUND, RULE, SLOW, TEMPLATE, Run, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OTHER = "    boto3.client('sqs').send_message(QueueUrl='q', MessageBody=event['id'])\n"


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def repository(tree: Tree) -> Callable[[Mapping[str, str | bytes]], Path]:
    """A root that is a repository with one commit of these files, tagged `base`."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tree(files)
        git(root, "init", "-q", "-b", "main")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "base")
        git(root, "tag", "base")
        return root

    return make


def changed(root: Path, run_in: Run, *arguments: str) -> list[str]:
    """The places (path:line) of what the change since `base` introduces; the work tree and the index stay."""
    before = git(root, "status", "--porcelain=v2", "--untracked-files=all", "--ignored")
    index = (root / ".git" / "index").read_bytes()
    ran = run_in(root, "check", *RULE, "--no-cache", "--diff-base", "base", *arguments)
    assert ran.err == "" and ran.code == bool(ran.out), ran
    assert git(root, "status", "--porcelain=v2", "--untracked-files=all", "--ignored") == before
    assert (root / ".git" / "index").read_bytes() == index
    return [":".join(line.split(":")[:2]) for line in ran.out.splitlines()]


def test_nothing_is_new_without_a_change(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    assert run_in(root, "check", *RULE).code == 1
    assert changed(root, run_in) == []


@pytest.mark.holds("--diff-base", "git, on repositories made in the tests")
def test_moved_lines_are_not_new_and_added_ones_are(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    app = root / "src" / "app.py"
    app.write_text("# more\n\n" + SLOW.replace("return boto3", "if 1:\n        return boto3"))
    assert changed(root, run_in) == []
    app.write_text("# more\n" + SLOW.replace("    return", OTHER + "    return"))
    assert changed(root, run_in) == ["src/app.py:6"]
    git(root, "add", "-A")
    assert changed(root, run_in) == ["src/app.py:6"], "staged"
    app.write_text(SLOW)
    assert changed(root, run_in) == [], "the work tree counts, not the index"
    git(root, "reset", "-q", "--hard")
    app.write_text(SLOW.replace("    return", OTHER + "    return"))
    git(root, "commit", "-qam", "more")
    assert changed(root, run_in) == ["src/app.py:5"], "committed"


def test_the_same_line_once_more_is_new(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    line = SLOW.splitlines(keepends=True)[-1]
    (root / "src" / "app.py").write_text(SLOW.replace(line, "    if event:\n    " + line + line))
    assert len(changed(root, run_in)) == 1


def test_a_change_of_the_configuration_makes_old_code_a_finding(repository: Tree, run_in: Run) -> None:
    """The line of the finding is untouched: what is new is that a function runs it."""
    root = repository({"template.yaml": "Resources: {}\n", "src/app.py": SLOW.replace("def handler", "def other")})
    assert changed(root, run_in) == []
    (root / "template.yaml").write_text(TEMPLATE.replace("app.handler", "app.other"))
    assert changed(root, run_in) == ["src/app.py:5"]


def test_untracked_files_are_part_of_the_change(repository: Tree, run_in: Run) -> None:
    root = repository({".gitignore": "built/\n"})
    (root / "template.yaml").write_text(TEMPLATE)
    (root / "src").mkdir()
    (root / "src" / "app.py").write_text(SLOW)
    assert changed(root, run_in) == ["src/app.py:5"]


def test_what_git_ignores_is_not(repository: Tree, run_in: Run) -> None:
    """A build output exists on both sides: it is no part of any change."""
    root = repository({**FOUND, ".gitignore": "src/shared.py\n", "src/app.py": "from shared import handler\n"})
    (root / "src" / "shared.py").write_text(SLOW)
    assert run_in(root, "check", *RULE).out.startswith("src/shared.py:5:")
    (root / "template.yaml").write_text(TEMPLATE + "      MemorySize: 512\n")
    assert changed(root, run_in) == []


def test_renamed_files_keep_their_findings(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    git(root, "mv", "src/app.py", "src/main.py")
    (root / "template.yaml").write_text(TEMPLATE.replace("app.handler", "main.handler"))
    assert run_in(root, "check", *RULE).out.startswith("src/main.py:5:")
    assert changed(root, run_in) == []
    bare = git(root, "rev-parse", "HEAD").strip()
    assert run_in(root, "check", *RULE, "--diff-base", bare[:10]).code == 0


def test_deleted_files(repository: Tree, run_in: Run) -> None:
    root = repository({**FOUND, "src/more.py": SLOW})
    (root / "src" / "more.py").unlink()
    assert changed(root, run_in) == []
    (root / "src" / "app.py").unlink()
    (root / "template.yaml").unlink()
    assert changed(root, run_in) == []


def test_what_others_did_since_is_not_our_change(repository: Tree, run_in: Run) -> None:
    """main fixed a finding after the branch began: the branch, which still has it, did not introduce it."""
    root = repository(FOUND)
    git(root, "checkout", "-qb", "topic")
    git(root, "commit", "-qm", "topic", "--allow-empty")
    git(root, "checkout", "-q", "main")
    (root / "src" / "app.py").write_text(CLEAN)
    git(root, "commit", "-qam", "fixed")
    git(root, "checkout", "-q", "topic")
    assert run_in(root, "check", *RULE, "--diff-base", "main").code == 0


def test_a_root_below_the_top_of_the_repository(repository: Tree, run_in: Run) -> None:
    service = {f"service/{path}": text for path, text in FOUND.items()}
    root = repository({**service, "service/lambdalint.toml": "", "other/app.py": SLOW})
    (root / "other" / "app.py").write_text(CLEAN)
    app = root / "service" / "src" / "app.py"
    app.write_text(SLOW.replace("    return", OTHER + "    return"))
    ran = run_in(root / "service", "check", *RULE, "--diff-base", "base")
    assert ran.out.startswith("src/app.py:5:") and ran.out.count("\n") == 1
    assert run_in(root, "check", "service", *RULE, "--diff-base", "base").out.startswith("service/src/app.py:5:")


def test_names_that_need_quoting_and_bytes_that_are_no_text(repository: Tree, run_in: Run) -> None:
    odd = 'src/é "x"\n.py'
    root = repository({**FOUND, odd: SLOW, "src/data.bin": bytes(range(256)) * 40})
    (root / odd).write_text(CLEAN)
    (root / "src" / "data.bin").write_bytes(b"\0" * 10)
    (root / "src" / "link.py").symlink_to("app.py")
    assert changed(root, run_in) == []


def test_a_baseline_and_a_base(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    (root / "src" / "app.py").write_text(SLOW.replace("    return", OTHER + "    return"))
    assert run_in(root, "check", "--write-baseline", "known.json").code == 0
    (root / "src" / "app.py").write_text(
        SLOW.replace("    return", OTHER + OTHER.replace("sqs", "sns").replace("send_message", "x") + "    return")
    )
    assert changed(root, run_in, "--baseline", "known.json") == ["src/app.py:6"]


def test_the_cache_serves_both_sides(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    (root / ".gitignore").write_text(".lambdalint_cache\n")
    app = root / "src" / "app.py"
    app.write_text(SLOW.replace("    return", OTHER + "    return"))
    seen = {run_in(root, "check", *RULE, "--diff-base", "base") for _ in range(3)}
    assert [ran.out.count("\n") for ran in seen] == [1]
    assert run_in(root, "check", *RULE).out.count("\n") == 2
    app.write_text(CLEAN)
    assert run_in(root, "check", *RULE).code == 0
    assert run_in(root, "check", *RULE, "--diff-base", "base").code == 0


def test_errors_of_git_are_clear(repository: Tree, run_in: Run, tmp_path: Path) -> None:
    root = repository(FOUND)
    ran = run_in(root, "check", "--diff-base", "origin/main")
    assert (ran.code, ran.err) == (2, "lambdalint: --diff-base: git knows no revision `origin/main`\n")
    assert "is no revision" in run_in(root, "check", "--diff-base=--output=x").err
    ran = run_in(root, "check", "--diff-base", "base", PATH=str(tmp_path / "nothing"))
    assert ran.code == 2 and ran.err.startswith("lambdalint: --diff-base needs git")
    git(root, "commit", "-qm", "more", "--allow-empty")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    ran = run_in(tmp_path / "shallow", "check", "--diff-base", "main~1")
    assert ran.code == 2 and "this clone is shallow" in ran.err


def test_it_fixes_only_what_is_new(repository: Tree, run_in: Run) -> None:
    before = SLOW.replace("return boto3.client('s3')", "s3 = boto3.client('s3')\n    return s3")
    root = repository({**FOUND, "src/app.py": before})
    new = "    sqs = boto3.client('sqs')\n    sqs.send_message(QueueUrl='q', MessageBody=event['id'])\n    return"
    (root / "src" / "app.py").write_text(before.replace("    return", new))
    every = run_in(root, "check", *RULE, "--diff").out
    assert "-    s3 = boto3.client('s3')" in every and "-    sqs = boto3.client('sqs')" in every
    shown = run_in(root, "check", *RULE, "--diff", "--diff-base", "base").out
    assert "-    s3 = boto3.client('s3')" not in shown and "-    sqs = boto3.client('sqs')" in shown

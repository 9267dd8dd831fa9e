"""Trees and files that want to stop a run: endless texts, links, what cannot be opened, names that are no text."""

from __future__ import annotations

import os
import sys
from time import process_time
from typing import TYPE_CHECKING

import pytest

import lambdalint.contents
import lambdalint.looks
import lambdalint.sources
from lambdalint.cache import Cache
from lambdalint.dialects import dialects
from lambdalint.discover import discover
from lambdalint.model import Problem
from lambdalint.project import Disk
from lambdalint.read import read
from tests.test_bad_input import APP, GOOD, MARKED, TEMPLATE, Tree, lint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_generated_file_of_50_mb(tree: Tree) -> None:
    root = tree(GOOD)
    with (root / "generated.yaml").open("wb") as file:
        file.write(MARKED.encode())
        file.truncate(50_000_000)
    with (root / "data.json").open("wb") as file:
        file.write(b'{"rows": [')
        file.truncate(50_000_000)
    report = lint(root)
    assert [(p.path, p.line) for p in report.problems] == [("generated.yaml", 1)]
    assert "50.0 MB, the limit is 5 MB" in report.problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 50_000,
        "a: " + "{a: " * 50_000,
        "- " * 50_000 + "a",
        "".join(" " * i + f"k{i}:\n" for i in range(2_000)),
        "a: &a " + " ".join(f"&b{i}" for i in range(10_000)),
        "? " * 20_000,
        "a: " + "1" * 100_000,
        "a: '" + "''" * 500_000,
        "a: " + "!x " * 20_000,
        "\n".join(f"k{i}: &a{i} *a{i - 1}" for i in range(1, 5_000)),
        "a: |\n" + " \n" * 200_000,
        "#" * 1_000_000,
        "a: " + ":" * 500_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_pathological_yaml_ends_in_a_second(text: str) -> None:
    started = process_time()
    read("x.yaml", text.encode(), "yaml")
    assert process_time() - started < 2  # of the processor; one second on a machine that is not shared


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 20_000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "not " * 20_000 + "1",
        "x = " + "a." * 20_000 + "b",
        "x = " + "a + " * 20_000 + "b",
        "x = " + "f(" * 90 + ")" * 90,
        "x = " + "lambda: " * 5_000 + "1",
        "x = " + "9" * 100_000,
        "x = f'" + "{" * 5_000,
        "x = " + "a if b else " * 5_000 + "c",
        "".join(" " * i + "if a:\n" for i in range(99)) + " " * 99 + "pass",
        "if a: pass\n" + "elif a: pass\n" * 5_000,
        "x = [" + "1, " * 100_000 + "]",
        "@d\n" * 5_000 + "def f(): pass",
        "#" * 1_000_000,
        "\\\n" * 50_000,
        "x = '" + "\\N{x}" * 1000 + "'",
    ],
    ids=lambda text: repr(text[:14]),
)
def test_pathological_python_ends_in_a_second(text: str) -> None:
    started = process_time()
    document = read("x.py", text.encode(), "python")
    assert process_time() - started < 2
    assert document.facts is not None or document.problems


def test_links_are_not_followed_out_of_the_root_nor_in_circles(tree: Tree, tmp_path: Path) -> None:
    root = tree(GOOD)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "template.yaml").write_text(TEMPLATE.replace("Good", "Outside"))
    (root / "away").symlink_to(outside)
    (root / "away.yaml").symlink_to(outside / "template.yaml")
    (root / "loop").symlink_to(root)
    (root / "src" / "up").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "dangling.yaml").symlink_to(root / "nothing")
    (root / "shared.py").symlink_to(root / "src" / "app.py")
    for name in "abcdefgh":
        (root / name).mkdir()
        for other in "abcdefgh":
            (root / name / other).symlink_to(root / other)
    started = process_time()
    report = lint(root)
    assert process_time() - started < 5
    assert {function.name for function in report.functions} == {"Good"}
    files = discover(str(root)).inventory.files
    assert "shared.py" in files
    assert not [path for path in files if path.startswith(("away", "loop", "self", "src/up"))]


def test_unreadable_files_and_folders(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by a stand-in, not by permissions: whoever runs the tests as root may read everything."""
    root = tree({**GOOD, "secret/a.yaml": TEMPLATE, "closed.yaml": TEMPLATE})
    scandir, read_bytes = os.scandir, lambdalint.sources.load

    def refuse_folder(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    def refuse_file(path: str) -> bytes:
        if path.endswith("closed.yaml"):
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(os, "scandir", refuse_folder)
    monkeypatch.setattr(lambdalint.contents, "load", refuse_file)
    monkeypatch.setattr(lambdalint.looks, "load", refuse_file)
    assert lint(root).problems == (
        Problem("closed.yaml", 1, "could not read: Permission denied"),
        Problem("secret", 0, "could not list: Permission denied"),
    )


def test_a_file_that_disappears_while_being_read(tree: Tree) -> None:
    root = tree({**GOOD, "gone.yaml": TEMPLATE})
    found = discover(str(root))
    (root / "gone.yaml").unlink()
    project = Disk(found, Cache(None), {}, dialects())
    assert project.candidates("cloudformation") == ["template.yaml"]
    assert project.document("gone.yaml") is None
    assert {(problem.path, problem.message) for problem in project.problems} == {
        ("gone.yaml", "could not read: No such file or directory")
    }


def test_names_that_are_not_unicode(tree: Tree, run_in: Callable[..., object]) -> None:
    root = tree(GOOD)
    try:
        (root / os.fsdecode(b"caf\xe9.yaml")).write_text(TEMPLATE.replace("Good", "Odd"))
    except OSError:  # a file system that takes only Unicode names holds no such file
        return
    report = lint(root)
    assert {function.name for function in report.functions} == {"Good", "Odd"}
    for output in ("text", "json", "sarif", "github"):
        ran = run_in(root, "check", "--output-format", output)
        assert ran.code == 0, ran  # type: ignore[attr-defined]


def test_nothing_of_the_project_is_imported_or_run(tree: Tree, run_in: Callable[..., object]) -> None:
    """Not by being named like a module of ours or of the standard library, either."""
    bomb = "raise SystemExit('the linted code was run')\n"
    root = tree(
        {
            **GOOD,
            "src/app.py": bomb + APP,
            "tomli.py": bomb,
            "yaml.py": bomb,
            "sitecustomize.py": bomb,
            "setup.py": bomb,
            "conftest.py": bomb,
        }
    )
    import subprocess
    from shutil import which

    command = which("lambdalint", path=os.path.dirname(sys.executable))
    assert command, "the console script is installed beside the interpreter"
    done = subprocess.run([command, "check"], cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")

"""What the cache may and may not change: the same report from less work, and no harm from a bad one."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from binascii import crc32
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambdalint.cache import Cache, restore
from lambdalint.engine import run
from lambdalint.languages.python.interpret.trace import trace
from lambdalint.model import Document, Problem, Report, Span, Value
from lambdalint.pickles import pack
from lambdalint.tree import CACHE_FOLDER
from tests.test_engine import APP, FILES, FUNCTION, TEMPLATE, Tree

if TYPE_CHECKING:
    from collections.abc import Callable


def settled(root: Path) -> None:
    """Make files look as if they had been there for a while."""
    for path in root.rglob("*"):
        if path.is_file() and CACHE_FOLDER not in path.parts:
            past = time.time_ns() - 60_000_000_000
            os.utime(path, ns=(past, past))


def cached(root: Path) -> tuple[Report, Cache]:
    cache = Cache(str(root))
    report = run(str(root), cache=cache)
    cache.close()
    return report, cache


def test_a_warm_run_says_the_same_and_opens_no_source(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    settled(root)
    cold, _ = cached(root)
    monkeypatch.setattr("lambdalint.contents.load", lambda path: pytest.fail(f"{path} was read"))
    warm, cache = cached(root)
    assert warm._replace(timings=()) == cold._replace(timings=())
    assert cache._entries is None  # the walk was enough: what is known of each file was not even read
    assert [function.name for function in warm.functions] == ["One", "Two"]


@pytest.mark.parametrize("settle", [True, False])
def test_any_change_is_seen(tree: Tree, settle: bool) -> None:
    root = tree(FILES)
    if settle:
        settled(root)
    cached(root)
    cached(root)
    (root / "template.yaml").write_text(TEMPLATE.replace("Two", "Six"))  # of the same size
    assert [function.name for function in cached(root)[0].functions] == ["One", "Six"]
    (root / "more.yaml").write_text(TEMPLATE.replace("One", "Ten").replace("Two", "Tow"))
    assert len(cached(root)[0].functions) == 4
    (root / "template.yaml").unlink()
    assert [function.name for function in cached(root)[0].functions] == ["Ten", "Tow"]
    (root / "src" / "app.py").write_text("def other(event, context): pass\n")
    report = cached(root)[0]
    assert all(function.handler is None for function in report.functions if function.declaration)


SHIPS = {**FILES, "src/node_modules/left/index.js": "1;", "src/package.json": "{}"}


def _moved(root: Path) -> None:
    (root / "src" / "app.py").rename(root / "src" / "other.py")


def _ignored(root: Path) -> None:
    (root / ".gitignore").write_text("template.yaml\n")


def _rewritten(root: Path) -> None:
    (root / "template.yaml").write_text(TEMPLATE.replace("Two", "Six"))


def _linked(root: Path) -> None:
    (root / "again").symlink_to("src")


@pytest.mark.parametrize("many", [1, 1000])
@pytest.mark.parametrize("change", [_moved, _ignored, _rewritten, _linked])
def test_a_tree_that_only_looks_settled_is_joined_anew(
    change: Callable[[Path], None], many: int, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changed long ago, as its time has it, and after the last run; walked here or by a second process."""
    monkeypatch.setattr("lambdalint.joined.MANY", many)
    root = tree(SHIPS)
    settled(root)
    cached(root)
    assert cached(root)[1]._entries is None
    change(root)
    settled(root)
    report, cache = cached(root)
    assert cache._entries is not None
    assert report._replace(timings=()) == run(str(root))._replace(timings=())
    assert cached(root)[1]._entries is None


def test_after_an_edit_only_what_it_touches_is_followed(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    template = "Resources:\n" + "".join(FUNCTION.format(name=name) for name in ("one", "two", "three"))
    files = {
        f"{name}/app.py": f"import own\n\ndef handler(event, context):\n    own.{name}()\n"
        for name in ("one", "two", "three")
    } | {
        f"{name}/own.py": f"import boto3\ndef {name}():\n    return boto3.client('s3')  # lambdalint: ignore\n"
        for name in ("one", "two", "three")
    }
    undeclared = "import boto3\n\ndef handler(event, context):\n    boto3.client('sqs')\n"
    root = tree(
        {**files, "t.yaml": template, "lone/main.py": undeclared, "bad/main.py": "def handler(event, context)\n"}
    )
    followed: list[str] = []

    def counted(world: Any, located: Any, name: str) -> Any:
        followed.append(located.path)
        return trace(world, located, name)

    monkeypatch.setattr("lambdalint.link.reach.trace", counted)

    def same() -> list[str]:
        followed.clear()
        warm = cached(root)[0]._replace(timings=())
        did = sorted(followed)
        assert warm == run(str(root))._replace(timings=())
        return did

    assert same() == ["lone/main.py", "one/app.py", "three/app.py", "two/app.py"]
    (root / "two" / "own.py").write_text("import boto3\ndef two():\n    return boto3.client('sns')\n")
    assert same() == ["two/app.py"]
    (root / "t.yaml").write_text(template.replace("Resources:", "Globals: {}\nResources:"))
    assert same() == []
    (root / "bad" / "main.py").write_text(undeclared)
    assert same() == ["bad/main.py"]
    (root / "two" / "own.py").unlink()
    assert len(same()) == 5, "an import may find another file now"
    (root / "lone" / "main.py").write_text(undeclared + "\ndef more(event, context):\n    event['Records']\n")
    assert same() == ["lone/main.py", "lone/main.py"]


def test_a_checkout_anew_is_known_by_its_contents(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    settled(root)
    cold, _ = cached(root)
    for path in FILES:
        os.utime(root / path, ns=(10**18, 10**18))
    monkeypatch.setattr("lambdalint.link.link", lambda *given: pytest.fail("joined again"))
    assert cached(root)[0]._replace(timings=()) == cold._replace(timings=())
    assert cached(root)[1]._entries is None


@pytest.mark.parametrize("system", ["posix", "nt"])
def test_one_cache_serves_several_runs(system: str, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run may save it, and the next one still reads from it what the file held before."""
    root = tree(FILES)
    settled(root)
    cached(root)
    monkeypatch.setattr("lambdalint.cache._SYSTEM", system)
    cache = Cache(str(root))
    for name in ("Six", "Ten", "Six"):
        (root / "template.yaml").write_text(TEMPLATE.replace("Two", name))
        assert [function.name for function in run(str(root), cache=cache).functions] == ["One", name]
        assert not cache.changed
    cache.close()
    assert [function.name for function in cached(root)[0].functions] == ["One", "Six"]


def test_a_change_within_the_clock_s_tick_is_seen(tree: Tree) -> None:
    """The same size, the same inode, the same time: only its content tells."""
    root = tree(FILES)
    cached(root)
    before = (root / "template.yaml").stat()
    with (root / "template.yaml").open("r+") as file:
        file.write(TEMPLATE.replace("Two", "Six"))
    os.utime(root / "template.yaml", ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert [function.name for function in cached(root)[0].functions] == ["One", "Six"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-10],
        lambda data: b"x" * len(data),
        lambda data: data[:30] + b"\xff" * 40 + data[70:],
        lambda data: data[:19] + (10**15).to_bytes(8, "little") + data[27:],
        lambda data: data.replace(b"Document", b"Dokument"),
        lambda data: data.replace(b"Function", b"Fonction"),
    ],
)
def test_a_damaged_cache_is_made_anew(damage: Callable[[bytes], bytes], tree: Tree) -> None:
    root = tree(FILES)
    settled(root)
    good, _ = cached(root)
    (path,) = (root / CACHE_FOLDER).glob("facts-*")
    path.write_bytes(damage(path.read_bytes()))
    again, _ = cached(root)
    assert again._replace(timings=()) == good._replace(timings=())
    assert cached(root)[0]._replace(timings=()) == good._replace(timings=())


class Bomb:
    """What a stranger's cache could hold."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, ("run-by-a-cache",))


def test_a_stranger_s_cache_runs_nothing(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    monkeypatch.chdir(root)
    for content in (Bomb(), [Bomb()], os.system, print, Cache, subprocess.Popen, Path("x"), getattr):
        with pytest.raises(Exception, match="is not plain data"):
            restore(pickle.dumps(content, 5))
    cached(root)
    (path,) = (root / CACHE_FOLDER).glob("facts-*")
    data = path.read_bytes()
    start = int.from_bytes(data[19:27], "little")
    index = pickle.dumps({"key": Bomb()}, 5)
    path.write_bytes(data[:27] + crc32(index).to_bytes(8, "little") + data[35:start] + index)
    assert len(cached(root)[0].functions) == 2
    assert not (root / "run-by-a-cache").exists()


def test_what_facts_are_made_of_survives() -> None:
    content = (
        Value("x", Span("a", 1, 1, 1, 2), False),
        Document("a", "python", "d", (frozenset({"event"}), {"a": ...}, 1j, b"x", None), (Problem("a", 1, "m"),)),
    )
    assert restore(pack(content)) == content


def test_the_folder_is_marked_and_a_closed_one_is_left_alone(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    cached(root)
    assert (root / CACHE_FOLDER / ".gitignore").read_text() == "*\n"
    assert (root / CACHE_FOLDER / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert sorted(path.name for path in (root / CACHE_FOLDER).iterdir())[2:] == [
        f"facts-{sys.version_info[0]}{sys.version_info[1]}"
    ], "no temporary file is left"

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    (root / "src" / "more.py").write_text("x = 1\n")
    monkeypatch.setattr("lambdalint.cache._make", refuse)
    assert len(cached(root)[0].functions) == 2


def test_runs_at_once_do_not_disturb_each_other(tree: Tree) -> None:
    root = tree({**FILES, **{f"src/m{i}.py": f"x = {i}\n" for i in range(30)}})
    command = [sys.executable, "-m", "lambdalint", "check", "--output-format", "json"]
    running = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(6)
    ]
    outputs = [process.communicate(timeout=120) for process in running]
    assert {process.returncode for process in running} == {0}
    assert len({out for out, _ in outputs}) == 1
    assert {err for _, err in outputs} == {""}


def test_what_ships_from_a_skipped_folder_is_remembered_too(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """node_modules is not walked for code, but it is in a package that is a copy of its folder."""
    template = FUNCTION.format(name="one")
    root = tree({"t.yaml": f"Resources:\n{template}", "one/app.py": APP, "one/node_modules/left/index.js": "x" * 1000})
    settled(root)

    def shipped() -> dict[str, int]:
        (function,) = cached(root)[0].functions
        assert function.package is not None
        return dict(function.package.files)

    before = shipped()
    assert before["one/node_modules/left/index.js"] == 1000
    with monkeypatch.context() as patch:
        patch.setattr("lambdalint.link.link", lambda *_: pytest.fail("joined again"))
        assert shipped() == before
    (root / "one" / "node_modules" / "left" / "index.js").write_text("x" * 2000)
    (root / "one" / "node_modules" / "more.js").write_text("y")
    assert shipped() == {**before, "one/node_modules/left/index.js": 2000, "one/node_modules/more.js": 1}

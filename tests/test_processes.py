"""Work that is spread over processes: the same outcome as in one, whatever fails."""

from __future__ import annotations

import os
import shutil
import sys
from threading import Event, Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from lambdalint import forks
from lambdalint.cache import Cache
from lambdalint.catalog import catalog
from lambdalint.dialects import dialects
from lambdalint.discover import discover
from lambdalint.engine import defaults, run
from lambdalint.link import ahead
from lambdalint.project import Disk
from lambdalint.tree import CACHE_FOLDER
from tests.test_engine import FILES, FUNCTION, Tree

if TYPE_CHECKING:
    from pathlib import Path


def test_many_files_are_read_by_several_processes(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """And their documents are the same as those of one."""
    files = {f"src/m{i}.py": f"def f{i}():\n    return {i}\n" for i in range(40)} | {"src/bad.py": "def (\n"}
    root = tree({**FILES, **files})
    monkeypatch.setattr("lambdalint.project.POOL_BYTES", 100)
    monkeypatch.setattr("lambdalint.pool.WORTH", 100)
    found = discover(str(root))
    documents = []
    for count in ("1", "3"):
        monkeypatch.setenv("LAMBDALINT_WORKERS", count)
        cache = Cache(str(root))
        project = Disk(found, cache, {}, dialects())
        project.prefetch([*files, "src/none.py", "template.yaml"])
        assert ("python" in cache.entries["src/m1.py"].blobs if "src/m1.py" in cache.entries else False) is (
            count == "3" and (os.cpu_count() or 1) > 1
        )
        documents.append([project.document(path) for path in files])
        assert [problem.path for problem in project.problems] == ["src/bad.py"]
    assert documents[0] == documents[1]


def test_a_process_that_cannot_start_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    from lambdalint import pool

    def broken() -> int:
        raise BlockingIOError("no further process")

    monkeypatch.setattr(os, "fork", broken)
    work = [("a.py", "python", b"x = 1\n", "d"), ("b.py", "python", b"", "d")]
    assert [document.path for document in pool.read_all(work)] == ["a.py", "b.py"]


def test_work_is_spread_over_processes_and_comes_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "workers", lambda: 3)
    mine = os.getpid()

    def takes_a_while(index: int) -> tuple[int, int]:
        sleep(0.05)
        return index, os.getpid()

    done = forks.spread([5, 1, 4, 3, 2], takes_a_while)
    assert [index for index, _ in done] == [0, 1, 2, 3, 4]
    if sys.platform == "linux":
        assert len({process for _, process in done}) == 3
    assert forks.spread([], lambda index: index) == []
    alone = forks.spread([5, 1, 4, 3, 2], takes_a_while, 100)
    assert {process for _, process in alone} == {mine}, "there is too little to do for a further process"

    def fails_elsewhere(index: int) -> int:
        if os.getpid() != mine:
            raise ValueError("in a process of its own")
        return index

    assert forks.spread([1, 1, 1, 1], fails_elsewhere) == [0, 1, 2, 3], "what a process fails to do is done here"
    unsendable = forks.spread([1, 1, 1], lambda index: lambda: index)
    assert [make() for make in unsendable] == [0, 1, 2]

    assert forks.spread([1] * 5000, abs) == list(range(5000))

    def fails(index: int) -> int:
        raise KeyError(index)

    with pytest.raises(KeyError):
        forks.spread([1, 1], fails)


def test_work_beside_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for count in (1, 2):
        monkeypatch.setattr(forks, "workers", lambda count=count: count)
        answer = forks.beside(os.getpid)
        assert (answer() != os.getpid()) is (count == 2 and sys.platform == "linux")
    unsendable = forks.beside(lambda: lambda: 3)
    assert unsendable()() == 3, "what cannot be sent back is made here"


def test_one_process_where_threads_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDALINT_WORKERS", "1")
    assert forks.workers() == 1
    monkeypatch.delenv("LAMBDALINT_WORKERS")
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1, 2}, raising=False)
    assert forks.workers(forking=False) == 3
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    assert forks.workers() == 1
    done.set()
    thread.join()


WORLDS = ("one", "two", "three", "four")


def worlds(tree: Tree) -> Path:
    """Four functions in folders of their own, one of them broken, and two handlers that no configuration names."""
    template = "Resources:\n"
    files = {}
    for name in WORLDS:
        template += FUNCTION.format(name=name)
        files[f"{name}/app.py"] = f"import own\nimport boto3\ndef handler(event, context):\n    own.{name}()\n"
        files[f"{name}/own.py"] = f"import boto3\ndef {name}():\n    return boto3.client('s3')\n"
    for name in ("five", "six"):
        files[f"{name}/main.py"] = "import boto3, shared\ndef handler(event, context):\n    boto3.client('sqs')\n"
    broken = {"four/bad.py": "def (\n", "four/own.py": "import bad\ndef four(): pass\n", "shared.py": "x = 1\n"}
    return tree({**files, **broken, "t.yaml": template})


@pytest.mark.parametrize("shared", [-1, 20_000])
def test_many_worlds_are_followed_by_several_processes(
    shared: int, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And looked at; the report is that of one process, problems included. shared: what handlers may have in common."""
    root = worlds(tree)
    monkeypatch.setattr("lambdalint.link.ahead.SHARED", shared)
    for name in ("project.POOL_BYTES", "pool.WORTH", "looks.LOOK_BYTES", "link.ahead.WORTH", "link.reach.FORK_BYTES"):
        monkeypatch.setattr(f"lambdalint.{name}", 10)
    started: list[int] = []
    fork = os.fork

    def counted() -> int:
        started.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    reports = []
    for count in (1, 3):
        set_workers(monkeypatch, count)
        for cache in (Cache(None), Cache(str(root)), Cache(str(root))):
            reports.append(run(str(root), cache=cache)._replace(timings=()))
            cache.close()
            assert bool(started) is (count > 1 and sys.platform == "linux")
        shutil.rmtree(root / CACHE_FOLDER)
    assert all(report == reports[0] for report in reports)
    assert [finding.span.path for finding in reports[0].findings] == [
        *("five/main.py", "one/own.py", "six/main.py", "three/own.py", "two/own.py")
    ]
    assert [problem.path for problem in reports[0].problems] == ["four/bad.py"]


def test_processes_that_went_ahead_and_broke_are_done_without(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = worlds(tree)
    monkeypatch.setattr("lambdalint.link.ahead.WORTH", 10)
    set_workers(monkeypatch, 1)
    alone = run(str(root), cache=Cache(None))._replace(timings=())
    set_workers(monkeypatch, 3)
    this, look = os.getpid(), ahead._look

    def breaks(reach: Any, paths: Any) -> int:
        if os.getpid() != this:
            raise ValueError("in a process of its own")
        sleep(0.05)  # so that the others come to something
        return look(reach, paths)

    monkeypatch.setattr(ahead, "_look", breaks)
    assert run(str(root), cache=Cache(None))._replace(timings=()) == alone


def test_those_that_begin_early_see_what_this_process_does(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = worlds(tree)
    (root / ".gitignore").write_text("five/\n")
    monkeypatch.setattr("lambdalint.link.ahead.WORTH", 10)
    settings = defaults(catalog())._replace(exclude=("six/",))
    unsaved = {"one/own.py": "def one():\n    pass\n", "seven/main.py": (root / "six" / "main.py").read_text()}
    reports: list[Any] = []
    begun: list[Any] = []
    early = ahead.early

    def noted(*given: Any) -> Any:
        begun.append(early(*given))
        return begun[-1]

    monkeypatch.setattr(ahead, "early", noted)
    for count in (1, 3):
        set_workers(monkeypatch, count)
        reports.append(run(str(root), settings=settings, overlay=unsaved)._replace(timings=()))
    assert [one is not None for one in begun] == [False, sys.platform == "linux"]
    assert reports[0] == reports[1]
    assert [finding.span.path for finding in reports[0].findings] == ["seven/main.py", "three/own.py", "two/own.py"]


def set_workers(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    for module in ("forks", "link.reach", "link.ahead"):
        monkeypatch.setattr(f"lambdalint.{module}.workers", lambda forking=True: count)

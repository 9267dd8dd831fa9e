"""Work that is spread over processes: the same outcome as in one, whatever fails."""

from __future__ import annotations

import os
import sys
from threading import Event, Thread

import pytest

from lambdalint import forks
from lambdalint.cache import Cache
from lambdalint.dialects import dialects
from lambdalint.discover import discover
from lambdalint.engine import run
from lambdalint.project import Disk
from tests.test_engine import FILES, FUNCTION, Tree


def test_many_files_are_read_by_several_processes(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """And their documents are the same as those of one."""
    files = {f"src/m{i}.py": f"def f{i}():\n    return {i}\n" for i in range(40)} | {"src/bad.py": "def (\n"}
    root = tree({**FILES, **files})
    monkeypatch.setattr("lambdalint.project.POOL_BYTES", 100)
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
    done = forks.spread([5, 1, 4, 3, 2], lambda index: (index, os.getpid()))
    assert [index for index, _ in done] == [0, 1, 2, 3, 4]
    if sys.platform == "linux":
        assert len({process for _, process in done}) == 3
    assert forks.spread([], lambda index: index) == []

    def fails_elsewhere(index: int) -> int:
        if os.getpid() != mine:
            raise ValueError("in a process of its own")
        return index

    assert forks.spread([1, 1, 1, 1], fails_elsewhere) == [0, 1, 2, 3], "what a process fails to do is done here"
    unsendable = forks.spread([1, 1, 1], lambda index: lambda: index)
    assert [make() for make in unsendable] == [0, 1, 2]

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


def test_many_worlds_are_followed_by_several_processes(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """And looked at; the report is that of one process, problems included."""
    template = "Resources:\n"
    files = {}
    for name in ("one", "two", "three", "four"):
        template += FUNCTION.format(name=name)
        files[f"{name}/app.py"] = f"import own\nimport boto3\ndef handler(event, context):\n    own.{name}()\n"
        files[f"{name}/own.py"] = f"import boto3\ndef {name}():\n    return boto3.client('s3')\n"
    root = tree(
        {**files, "four/bad.py": "def (\n", "four/own.py": "import bad\ndef four(): pass\n", "t.yaml": template}
    )
    for name in ("lambdalint.project.POOL_BYTES", "lambdalint.project.LOOK_BYTES", "lambdalint.link.reach.FORK_BYTES"):
        monkeypatch.setattr(name, 10)
    started: list[int] = []
    fork = os.fork

    def counted() -> int:
        started.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    reports = []
    for count in (1, 3):
        monkeypatch.setattr(forks, "workers", lambda forking=True, count=count: count)
        monkeypatch.setattr("lambdalint.link.reach.workers", lambda count=count: count)
        reports.append(run(str(root), cache=Cache(None))._replace(timings=()))
    assert reports[0] == reports[1]
    assert [finding.span.path for finding in reports[0].findings] == ["one/own.py", "three/own.py", "two/own.py"]
    assert [problem.path for problem in reports[0].problems] == ["four/bad.py"]
    assert started or sys.platform != "linux"

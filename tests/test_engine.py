"""The way through: crashing rules, overlays, merging, what the cache may and may not change, several processes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from binascii import crc32
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

import lambdalint.engine
from lambdalint import forks
from lambdalint.cache import FOLDER, Cache, restore
from lambdalint.catalog import Rule, catalog
from lambdalint.dialects import dialects
from lambdalint.discover import discover
from lambdalint.engine import Settings, defaults, merge, run
from lambdalint.model import Document, Finding, Function, Problem, Related, Report, Span, Value
from lambdalint.project import Disk

if TYPE_CHECKING:
    from tests.conftest import Ran

Tree = Callable[[Mapping[str, str | bytes]], Path]

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
  Two:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
FUNCTION = """\
  {name}:
    Type: AWS::Lambda::Function
    Properties: {{Runtime: python3.13, Handler: app.handler, Code: {name}/}}
"""
APP = "def handler(event, context):\n    return event['id']\n"
FILES = {"template.yaml": TEMPLATE, "src/app.py": APP}
RULES = {**catalog(), "test-rule": Rule("test-rule", "A test.", "test", "warning", True, {"depth": 3}, "")}
SETTINGS = Settings(frozenset({"test-rule", "crashed-rule", "unused-ignore", "unknown-ignore"}))

Check = Callable[[Function, Mapping[str, Any]], Iterator[Finding]]


@pytest.fixture
def with_check(monkeypatch: pytest.MonkeyPatch) -> Callable[[Check], None]:
    """Put a function in the place of test-rule's check."""

    def put(check: Check) -> None:
        monkeypatch.setattr(lambdalint.engine, "check_of", lambda name: check)

    return put


def at_handler(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    assert function.handler and function.declaration
    declared = Related(function.declaration.span, "declared here")
    yield Finding(f"handler is {options['depth']} deep", function.handler.span, (declared,))


def lint(root: Path, **more: Any) -> Report:
    return run(str(root), rules=RULES, settings=more.pop("settings", SETTINGS), **more)


def test_a_rule_that_raises_is_one_finding(tree: Tree, with_check: Callable[[Check], None]) -> None:
    def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
        if function.name == "One":
            raise LookupError("no such thing")
        yield from at_handler(function, options)

    with_check(check)
    report = lint(tree({**FILES, "src/app.py": APP + "# lambdalint: ignore-file[test-rule]\n"}))
    (crash,) = report.findings
    assert (crash.rule, crash.severity) == ("crashed-rule", "error")
    assert crash.message == "rule `test-rule` raised LookupError: no such thing"
    assert (crash.span.path, crash.span.line) == ("src/app.py", 1)
    assert "Traceback" in crash.fix and 'raise LookupError("no such thing")' in crash.fix
    assert report.ignored == 1, "the other function was still asked, and its directive is not called unused"


def test_the_traceback_is_shown_only_when_asked(tree: Tree, tmp_path: Path) -> None:
    root = tree(FILES)
    code = (
        "import sys\n"
        "import lambdalint.engine as engine\n"
        "def check(function, options):\n"
        "    raise LookupError('no such thing')\n"
        "engine.check_of = lambda name: check\n"
        "from lambdalint.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, "check", *more],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        for more in ([], ["-v"])
    ]
    assert [done.returncode for done in runs] == [1, 1]
    assert "raised LookupError" in runs[0].stdout and runs[0].stderr == ""
    assert "Traceback" in runs[1].stderr


def test_findings_of_one_place_are_one_that_names_the_functions(
    tree: Tree, with_check: Callable[[Check], None]
) -> None:
    with_check(at_handler)
    (finding,) = lint(tree(FILES)).findings
    assert finding.functions == ("template.yaml#One", "template.yaml#Two")
    assert [place.span.line for place in finding.related] == [3, 9]
    assert finding.message == "handler is 3 deep"
    assert finding.severity == "warning"


def test_a_directive_in_one_template_silences_one_function(tree: Tree, with_check: Callable[[Check], None]) -> None:
    with_check(at_handler)
    text = TEMPLATE.replace("  Two:", "  Two:  # lambdalint: ignore[test-rule]")
    report = lint(tree({**FILES, "template.yaml": text}))
    assert [finding.functions for finding in report.findings] == [("template.yaml#One",)]
    assert report.ignored == 1


def test_options_severities_and_paths(tree: Tree, with_check: Callable[[Check], None]) -> None:
    with_check(at_handler)
    root = tree(FILES)
    told = SETTINGS._replace(options={"test-rule": {"depth": 9}}, severities={"test-rule": "error"})
    assert [(f.message, f.severity) for f in lint(root, settings=told).findings] == [("handler is 9 deep", "error")]
    assert lint(root, settings=SETTINGS._replace(min_severity="error")).findings == ()
    for pattern in ("src/", "src/**", "*.py", "/src/app.py"):
        silent = SETTINGS._replace(ignores=((pattern, ("test-rule",)),))
        assert lint(root, settings=silent).findings == (), pattern
    assert len(lint(root, settings=SETTINGS._replace(ignores=(("app/", ("test-rule",)),))).findings) == 1


def test_a_finding_counts_where_it_or_what_it_rests_on_is_asked_for(
    tree: Tree, with_check: Callable[[Check], None]
) -> None:
    with_check(at_handler)
    root = tree({**FILES, "other/x.py": "", "broken.yaml": "Resources: {AWS::Lambda::Function: [\n"})
    assert len(lint(root, paths=["src"]).findings) == 1
    assert len(lint(root, paths=["template.yaml"]).findings) == 1
    nowhere = lint(root, paths=["other", "sr", "src/app"])
    assert (nowhere.findings, nowhere.functions, nowhere.problems) == ((), (), ())
    assert [problem.path for problem in lint(root).problems] == ["broken.yaml"]


def test_an_overlay_goes_the_same_way_as_files(tree: Tree, with_check: Callable[[Check], None]) -> None:
    with_check(at_handler)
    root = tree({"README.md": ""})
    from_files = lint(tree(FILES))
    for path in FILES:
        (root / path).unlink()
    from_overlay = lint(root, overlay=FILES)
    assert from_overlay.findings == from_files.findings
    assert from_overlay.functions == from_files.functions


def test_the_project_s_own_knowledge_reaches_the_rules(tree: Tree) -> None:
    """Its constructors, its development packages, its guards."""
    app = (
        "import boto3\nimport mylib\n\nqueue = boto3.client('sqs')\n\n\n"
        "def handler(event, context):\n    mylib.once(event['id'])\n    mylib.Client('x')\n"
        "    queue.send_message(QueueUrl='q', MessageBody='m')\n"
    )
    template = TEMPLATE.partition("  Two:")[0] + (
        "      Events:\n        Changed:\n          Type: EventBridgeRule\n          Properties:\n"
        "            Pattern: {source: [mine]}\n"
    )
    root = tree({"template.yaml": template, "src/app.py": app, "src/requirements.txt": "mylib\nour-test-kit\n"})
    asked = frozenset({"connection-in-handler", "dev-dependency", "non-idempotent-handler"})

    def found(**knowledge: tuple[str, ...]) -> set[tuple[str, str, int]]:
        own = {name.replace("_", "-"): names for name, names in knowledge.items()}
        report = run(str(root), settings=Settings(asked, knowledge=own))
        return {(finding.rule, finding.span.path, finding.span.line) for finding in report.findings}

    bare = found()
    assert {rule for rule, _, _ in bare} == {"non-idempotent-handler"}
    assert found(constructors=("mylib.Client",)) - bare == {("connection-in-handler", "src/app.py", 9)}
    assert found(dev_packages=("our-test-kit",)) - bare == {("dev-dependency", "src/requirements.txt", 2)}
    assert found(guards=("mylib.once",)) == set()


def test_merge_keeps_everything_once() -> None:
    place = Span("a.py", 1, 1, 1, 2)
    one = Finding("m", place, (Related(place, "x"),), rule="r", functions=("f",), secrets=("s",))
    assert merge([one, one._replace(functions=("g",)), one]) == [one._replace(functions=("f", "g"))]
    assert merge([one, one._replace(message="l", functions=("g",))]) == [one._replace(functions=("f", "g"))]
    other = one._replace(rule="s")
    assert merge([other, one]) == [one, other]


# ------------------------------------------------------------------------------------------------------ cache


def settled(root: Path) -> None:
    """Make files look as if they had been there for a while."""
    for path in root.rglob("*"):
        if path.is_file() and FOLDER not in path.parts:
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
    monkeypatch.setattr("lambdalint.project._bytes", lambda path: pytest.fail(f"{path} was read"))
    warm, _ = cached(root)
    assert warm._replace(timings=()) == cold._replace(timings=())
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
    (path,) = (root / FOLDER).glob("facts-*")
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
    (path,) = (root / FOLDER).glob("facts-*")
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
    assert restore(pickle.dumps(content, 5)) == content


def test_the_folder_is_marked_and_a_closed_one_is_left_alone(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(FILES)
    cached(root)
    assert (root / FOLDER / ".gitignore").read_text() == "*\n"
    assert (root / FOLDER / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert sorted(path.name for path in (root / FOLDER).iterdir())[2:] == [
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


# ------------------------------------------------------------------------------------------- several processes


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
    assert [restore(blob).path for blob in pool.read_all(work)] == ["a.py", "b.py"]


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


def test_a_run_is_the_same_each_time(tree: Tree, run_in: Callable[..., Ran]) -> None:
    root = tree(
        {
            **FILES,
            "b.yaml": TEMPLATE.replace("One", "B1").replace("Two", "B2"),
            "x.py": "# lambdalint: ignore-file[a, b, c]\n" + APP.replace("handler", "lambda_handler"),
        }
    )
    outputs = {
        run_in(root, "check", "--output-format", "json", *more, PYTHONHASHSEED=seed).out
        for seed in ("1", "2")
        for more in ((), ("--no-cache",))
    }
    assert len(outputs) == 1


def test_defaults_ask_what_the_pages_say() -> None:
    assert defaults(RULES).rules == {name for name, rule in RULES.items() if rule.default}

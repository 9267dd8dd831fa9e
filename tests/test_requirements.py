"""languages/requirements, languages/lockfile and package/markers: pip's grammar, what lock files pin, what installs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.languages import lockfile
from lambdalint.languages.requirements import Entry, normalized, parse, requirement
from lambdalint.package.markers import holds

SAMPLE = """\
# a comment
--index-url https://example.org/simple
Requests[socks, security]>=2.0,<3 ; python_version < "4"   # why
boto3==1.34.0 \\
    --hash=sha256:00 \\
    --hash=sha256:11
  -r common.txt
--requirement=other.txt
-c constraints.txt
-e ./libs/shared
-e git+https://example.org/a.git@v1#egg=Some_Lib
./wheels/helper_lib-1.2.3-py3-none-any.whl
name @ https://example.org/name-1.0.zip
pytest
    # via -r requirements.in
pluggy==1.0  # via pytest, tox
iniconfig==2.0
    # via
    #   pytest
    #   tox

zope.interface (>=5.0)
"""


def read(text: str) -> tuple[Entry, ...]:
    entries, problems = parse("requirements.txt", text)
    assert entries is not None and problems == ()
    return entries


def test_every_kind_of_line() -> None:
    entries = {entry.name or entry.target: entry for entry in read(SAMPLE)}
    requests = entries["requests"]
    assert (requests.raw, requests.extras, requests.specifier) == ("Requests", ("socks", "security"), ">=2.0,<3")
    assert requests.marker == 'python_version < "4"' and requests.pinned == ""
    assert requests.at == (3, 1, 3, 57)
    boto3 = entries["boto3"]
    assert (boto3.pinned, boto3.hashes, boto3.at) == ("1.34.0", 2, (4, 1, 6, 21))
    assert [entries[name].kind for name in ("common.txt", "other.txt")] == ["include", "include"]
    assert entries["common.txt"].at == (7, 3, 7, 16)
    assert entries["constraints.txt"].kind == "constraint"
    assert entries["./libs/shared"].kind == "editable"
    assert (entries["some-lib"].kind, entries["some-lib"].url[:4]) == ("editable", "git+")
    assert (entries["helper-lib"].kind, entries["helper-lib"].pinned) == ("path", "1.2.3")
    assert entries["name"].url == "https://example.org/name-1.0.zip"
    assert entries["--index-url"].kind == "option"
    assert entries["zope-interface"].specifier == ">=5.0"


def test_compiled_lists_say_who_asked() -> None:
    entries = {entry.name: entry for entry in read(SAMPLE) if entry.name}
    assert entries["pytest"].via == ("-r requirements.in",)
    assert entries["pluggy"].via == ("pytest", "tox")
    assert entries["iniconfig"].via == ("pytest", "tox")
    assert entries["requests"].via == ()


@pytest.mark.parametrize(
    ("specifier", "pinned"),
    [("==1.0", "1.0"), ("===1.0", "1.0"), ("== 1.0.post1", "1.0.post1"), ("==1.*", ""), (">=1", ""), ("==1,!=2", "")],
)
def test_pins(specifier: str, pinned: str) -> None:
    assert read(f"a{specifier}\n")[0].pinned == pinned


def test_a_line_pip_refuses_is_one_problem() -> None:
    entries, problems = parse("r.txt", "boto3\nthis is prose\nanother line of it\nrequests==2\n\npytest\n")
    assert entries is not None and [entry.name for entry in entries] == ["boto3", "requests", "pytest"]
    assert [(problem.path, problem.line) for problem in problems] == [("r.txt", 2)]
    entries, problems = parse("r.txt", "<!DOCTYPE html>\n<html>\n<p>hello you</p>\n")
    assert entries is None and len(problems) == 1


def test_long_lines_are_read_in_linear_time() -> None:
    start = time.perf_counter()
    for line in ("a/" * 50_000 + "<", "a-" * 50_000 + ".whl", "a" * 99_999, "==1" * 30_000, "a" + "==1" * 30_000):
        parse("r.txt", line)
        parse("r.txt", f"a {line}")
        parse("r.txt", f"-e {line}")
    parse("r.txt", "a" + " " * 99_999 + "#")
    assert time.perf_counter() - start < 2


def test_includes_and_names() -> None:
    assert read("-rcommon.txt\n")[0].target == "common.txt"
    assert read('-r "my file.txt"\n')[0].target == "my file.txt"
    assert normalized("Zope.Interface__x") == "zope-interface-x"
    assert requirement("not a requirement at all", (1, 1, 1, 1)) is None


@given(st.text(alphabet=st.sampled_from("ab1=<>~![];,'\"@#-\\ \n\t./:$()"), max_size=80) | st.text(max_size=60))
def test_no_text_crashes_and_places_are_inside(text: str) -> None:
    entries, _ = parse("r.txt", text)
    lines = text.removeprefix("\ufeff").split("\n")
    for entry in entries or ():
        line, column, end_line, end_column = entry.at
        assert 1 <= line <= end_line <= len(lines)
        assert column >= 1 and end_column <= len(lines[end_line - 1]) + 1


@given(st.lists(st.sampled_from(["a==1", "b>=2", "-r c.txt", "# via x", "", "d ; python_version<'3'"]), max_size=8))
def test_each_requirement_is_read_once_and_stands_at_its_place(parts: list[str]) -> None:
    text = "\n".join(parts)
    entries = read(text)
    lines = text.split("\n")
    assert len(entries) == sum(1 for part in parts if part and not part.startswith("#"))
    for entry in entries:
        line, column, _, end = entry.at
        assert lines[line - 1][column - 1 : end - 1] == lines[line - 1]


@pytest.mark.parametrize(
    ("marker", "python", "expected"),
    [
        ('python_version < "3.8"', "3.12", False),
        ('python_version >= "3.12" and python_version < "4.0"', "3.12", True),
        ('python_version < "3.10"', "3.9", True),  # numbers, not text
        ('sys_platform == "win32"', "", False),
        ('sys_platform != "darwin"', "", True),
        ('platform_system == "Windows" or python_version < "3.9"', "3.13", False),
        ('python_version < "3.9"', "", None),
        ("extra == 'dev'", "", False),
        ('python_full_version >= "3.11.4"', "3.11", None),
        ('python_full_version >= "3.11.0"', "3.11", True),
        ('python_full_version < "3.11.0"', "3.11", False),
        ('python_full_version < "3.11.4"', "3.12", False),
        ('(python_version == "3.12") and sys_platform != "darwin"', "3.12", True),
        ('python_version ~= "3.10"', "3.12", True),
        ('python_version == "3.*"', "3.12", True),
        ('platform_machine == "aarch64"', "", None),
        ('"linux" in sys_platform', "", True),
        ("python_version not in '2.7 3.6'", "3.12", True),
        ('sys_platform == "win32" and unheard_of == "x"', "", False),
        ("bad ((", "3.1", None),
        ("", "", None),
        ("(" * 5000, "", None),
    ],
)
def test_markers(marker: str, python: str, expected: bool | None) -> None:
    assert holds(marker, python) is expected


@given(st.text(alphabet="python_version<>=!'\"3.19 andor()", max_size=60))
def test_no_marker_crashes(marker: str) -> None:
    assert holds(marker, "3.12") in (True, False, None)


def test_poetry_lock() -> None:
    text = """\
[[package]]
name = "Requests"
version = "2.32.3"
groups = ["main", "dev"]

[package.dependencies]
idna = ">=2.5"
PySocks = {version = ">=1.5.6", optional = true}
colorama = {version = "*", markers = "sys_platform == 'win32'"}

[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
"""
    lock, problems = lockfile.parse("poetry.lock", text)
    assert lock is not None and not problems and lock.kind == "poetry"
    first, second = lock.packages
    assert (first.name, first.version, first.line, first.ships) == ("requests", "2.32.3", 1, True)
    assert [(need.name, need.marker) for need in first.needs] == [("idna", ""), ("colorama", "sys_platform == 'win32'")]
    assert (second.name, second.line, second.ships) == ("pytest", 11, False)


def test_uv_lock_gives_the_sizes_of_wheels() -> None:
    text = """\
[[package]]
name = "orders"
version = "0.1"
source = { virtual = "." }
dependencies = [{ name = "numpy", marker = "python_full_version < '3.14'" }]

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://example.org/simple" }
wheels = [
  { url = "https://example.org/numpy-2.1.0-cp312-cp312-macosx_11_0_arm64.whl", size = 5 },
  { url = "https://example.org/numpy-2.1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", size = 16000 },
  { url = "https://example.org/numpy-2.1.0-cp312-cp312-musllinux_1_1_x86_64.whl", size = 17000 },
]
"""
    lock, _ = lockfile.parse("service/uv.lock", text)
    assert lock is not None and lock.kind == "uv"
    assert lock.packages[0].project and lock.packages[0].needs[0].name == "numpy"
    assert lock.packages[1].wheel == 16000 and not lock.packages[1].project


def test_pdm_and_pipfile_locks() -> None:
    lock, _ = lockfile.parse(
        "pdm.lock",
        '[[package]]\nname = "a"\nversion = "1"\ngroups = ["default"]\ndependencies = ["b>=1; x == \'1\'"]\n',
    )
    assert lock is not None and lock.packages[0].ships and lock.packages[0].needs[0].marker == "x == '1'"
    lock, _ = lockfile.parse(
        "Pipfile.lock", '{"default": {"six": {"version": "==1.16.0"}},\n "develop": {"pytest": {"version": "==8"}}}'
    )
    assert lock is not None
    assert [(one.name, one.version, one.ships, one.line) for one in lock.packages] == [
        ("six", "1.16.0", True, 1),
        ("pytest", "8", False, 2),
    ]


@given(
    st.text(max_size=60) | st.sampled_from(["[[package]]\nname = 3\n", '{"default": 1}', "package = 1", "[package]"])
)
def test_no_lock_crashes(text: str) -> None:
    for name in ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock"):
        lock, problems = lockfile.parse(name, text)
        assert (lock is None) == bool(problems)

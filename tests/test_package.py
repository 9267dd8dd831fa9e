"""The package of a function: which files ship, what is installed, what is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambdalint.knowledge.packages import releases, weight
from lambdalint.model import Build, Code, Declaration, Inventory, Layer, Package, Pattern, Span, Value
from lambdalint.package import describe
from lambdalint.package.contents import ships
from lambdalint.package.sizes import MARGIN
from tests.dialects.project import MemoryProject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Span("template.yaml", 1, 1, 1, 2)
MB = 1_048_576


def declared(
    path: str = "src",
    tool: str = "sam",
    requirements: Sequence[str] | None = ("src/requirements.txt",),
    runtime: str = "python3.12",
    **more: Any,
) -> Declaration:
    code = Code(
        "directory",
        Value(path, HERE),
        HERE,
        build=Build(tool, None if requirements is None else tuple(requirements)),
        **more,
    )
    return Declaration("F", "sam", HERE, runtime=Value(runtime), code=code)


def packed(
    files: Mapping[str, str],
    declaration: Declaration,
    sizes: Mapping[str, int] | None = None,
    reached: Sequence[str] = (),
) -> Package:
    project = MemoryProject(files)
    project.inventory = Inventory("", {**project.inventory.files, **(sizes or {})})
    found = describe(declaration, project, reached)
    assert found is not None
    return found


def names(package: Package, ships: bool | None = True) -> list[str]:
    return sorted(one.name for one in package.requirements if one.ships is ships)


# ------------------------------------------------------------------------------------------------------- contents


@pytest.mark.parametrize(
    ("path", "patterns", "expected"),
    [
        ("app.py", [], True),
        ("tests/test_app.py", ["!tests/**"], False),
        ("tests/test_app.py", ["!tests"], False),  # some tools take a folder's name for all below it
        ("tests/deep/x.py", ["!tests/"], False),
        ("demo/app.py", ["!./**", "demo/**"], True),  # leave everything out, take a folder in again
        ("other/app.py", ["!./**", "demo/**"], False),
        ("demo/app.pyc", ["!**", "demo/**", "!**/*.pyc"], False),
        ("lib/data.csv", ["!**/*.{csv,tsv}"], False),
        ("lib/data.json", ["!**/*.{csv,tsv}"], True),
        ("lib/app.py", ["!**", "*.py"], False),  # an allow list is taken at its word
        ("node_modules/a/b.js", ["!node_modules/**"], False),
    ],
)
def test_the_last_pattern_that_matches_decides(path: str, patterns: list[str], expected: bool) -> None:
    made = [Pattern(text.removeprefix("!"), not text.startswith("!")) for text in patterns]
    assert ships(path, made) is expected


def test_what_ships_is_below_the_code_root() -> None:
    sizes = {"src/app.py": 10, "src/lib/a.so": 20, "src/data.bin": 30, "other/x.py": 99, "src/__pycache__/app.pyc": 7}
    package = packed({}, declared(requirements=()), sizes)
    assert dict(package.files) == {"src/app.py": 10, "src/data.bin": 30}  # sam build leaves .so and caches out
    assert package.unzipped == 40 and package.known
    package = packed({}, declared(tool="copy", requirements=()), sizes)
    assert package.unzipped == 67 and package.root == "src"


def test_further_roots_and_local_layers_count() -> None:
    layer = Layer(Value("shared"), Code("directory", Value("layer"), build=Build("copy", ())))
    declaration = declared(tool="copy", requirements=(), roots=("vendor",))._replace(layers=(layer,))
    package = packed({}, declaration, {"src/a.py": 1, "vendor/b.py": 2, "layer/python/c.py": 4, "layerx/d.py": 8})
    assert package.unzipped == 7
    assert ("layer layer", 4) in package.parts


def test_what_cannot_be_told_is_not_known() -> None:
    assert not packed({"src/app.py": ""}, declared(tool="makefile", requirements=None)).known
    assert not packed({"src/app.py": ""}, declared(requirements=None)).known
    assert not packed({"lib/app.py": ""}, declared(requirements=())).known  # the folder is not there
    project = MemoryProject({"src/app.py": ""})
    assert describe(None, project) is None
    assert describe(declared()._replace(code=Code("bucket")), project) is None
    assert describe(declared()._replace(code=Code("directory", Value(None))), project) is None


def test_what_is_compiled_or_packed_by_npm_is_not_known() -> None:
    """`sam build` installs what the runtime's language asks for; a requirements.txt beside Node.js is for people."""
    files = {"src/app.js": "", "src/requirements.txt": "pytest\n"}
    for runtime in ("nodejs22.x", "java21", "provided.al2023"):
        package = packed(files, declared(runtime=runtime))
        assert package.requirements == () and not package.known
    unsaid = declared()._replace(runtime=Value(None))
    assert names(packed(files, unsaid)) == []
    assert names(packed({**files, "src/app.py": ""}, unsaid, reached=["src/app.py"])) == ["pytest"]


# --------------------------------------------------------------------------------------------------- requirements


def test_requirements_ship_only_when_the_tool_installs_them() -> None:
    files = {"requirements.txt": "pytest\n", "src/app.py": "", "src/requirements.txt": "boto3\npytest\n"}
    assert names(packed(files, declared())) == ["boto3", "pytest"]
    copied = packed(files, declared(tool="cdk", requirements=()))
    assert names(copied) == [] and names(copied, None) == ["boto3", "pytest"]  # the one beside it may, or may not
    assert (
        packed({"requirements.txt": "pytest\n", "src/a.py": ""}, declared(tool="cdk", requirements=())).requirements
        == ()
    )


def test_includes_markers_and_options() -> None:
    files = {
        "src/requirements.txt": "-r common.txt\n-c pins.txt\n--pre\n"
        "win; sys_platform == 'win32'\nmaybe; platform_release == '5'\n",
        "src/common.txt": "requests\n-r requirements.txt\n",
        "src/pins.txt": "urllib3==1.0\n",
    }
    package = packed(files, declared())
    assert (names(package), names(package, False), names(package, None)) == (["requests"], ["win"], ["maybe"])
    assert package.requirements[0].span == Span("src/common.txt", 1, 1, 1, 9)


def test_old_pythons_get_what_their_markers_say() -> None:
    files = {"src/requirements.txt": "dataclasses; python_version < '3.7'\ntomli; python_version < '3.11'\n"}
    assert names(packed(files, declared(runtime="python3.10"))) == ["tomli"]
    assert names(packed(files, declared(runtime="python3.12"))) == []


PYPROJECT = """\
[project]
dependencies = ["requests>=2", "boto3==1.34"]
[project.optional-dependencies]
plot = ["matplotlib"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.uv]
dev-dependencies = ["mypy"]
"""


def test_pyproject_groups_stay_at_home() -> None:
    package = packed({"pyproject.toml": PYPROJECT, "src/a.py": ""}, declared(requirements=("pyproject.toml",)))
    assert names(package) == ["boto3", "requests"]
    assert names(package, None) == ["matplotlib"]
    assert names(package, False) == ["mypy", "pytest", "ruff"]
    boto3 = next(one for one in package.requirements if one.name == "boto3")
    assert (boto3.pinned, boto3.span) == ("1.34", Span("pyproject.toml", 2, 32, 2, 45))


POETRY = """\
[tool.poetry.dependencies]
python = "^3.12"
Requests = "2.32.3"
extra = {version = "^1", optional = true}
old = {version = "1", markers = "python_version < '3.8'"}
[tool.poetry.group.dev.dependencies]
pytest = "^8"
[tool.poetry.dev-dependencies]
black = "*"
"""
POETRY_LOCK = """\
[[package]]
name = "requests"
version = "2.32.3"
groups = ["main"]
[package.dependencies]
idna = "*"
[[package]]
name = "idna"
version = "3.7"
groups = ["main"]
[[package]]
name = "pytest"
version = "8.1"
groups = ["dev"]
"""


def test_poetry_with_its_lock() -> None:
    files = {"pyproject.toml": POETRY, "poetry.lock": POETRY_LOCK, "src/a.py": ""}
    package = packed(files, declared(requirements=("pyproject.toml",)))
    assert names(package) == ["idna", "requests"]
    assert names(package, False) == ["black", "old", "pytest"] and names(package, None) == ["extra"]
    found = {one.name: one for one in package.requirements}
    assert found["requests"].pinned == "2.32.3" and found["requests"].direct
    assert not found["idna"].direct and found["idna"].span.path == "poetry.lock" and found["idna"].span.line == 7


def test_uv_follows_what_ships_and_prices_its_wheels() -> None:
    lock = """\
[[package]]
name = "app"
source = { virtual = "." }
[[package]]
name = "requests"
version = "2.32.3"
dependencies = [{ name = "idna" }, { name = "win", marker = "sys_platform == 'win32'" }]
wheels = [{ url = "https://e.org/requests-2.32.3-py3-none-any.whl", size = 60000 }]
[[package]]
name = "idna"
version = "3"
wheels = [{ url = "https://e.org/idna-3-py3-none-any.whl", size = 40000 }]
[[package]]
name = "win"
version = "1"
[[package]]
name = "boto3"
version = "1.34"
[[package]]
name = "pytest"
version = "8"
"""
    files = {"pyproject.toml": PYPROJECT, "uv.lock": lock, "src/a.py": ""}
    package = packed(files, declared(requirements=("pyproject.toml", "uv.lock")))
    assert names(package) == ["boto3", "idna", "requests"]
    known = weight("boto3")
    least = min(one.wheel for one in releases("boto3") if (1, 26) < one.version < (1, 35))
    assert known is not None and package.zipped == 100_000 + int(least * MARGIN)  # 1.34 was not measured itself


def test_pipfile_and_its_lock() -> None:
    files = {
        "Pipfile": '[packages]\nsix = "==1.16.0"\n[dev-packages]\npytest = "*"\n',
        "Pipfile.lock": '{"default": {"six": {"version": "==1.16.0"}, "idna": {"version": "==3"}}, "develop": {}}',
        "src/a.py": "",
    }
    package = packed(files, declared(requirements=("Pipfile.lock",)))
    found = {one.name: one for one in package.requirements}
    assert names(package) == ["idna", "six"] and names(package, False) == ["pytest"]
    assert found["six"].direct and found["six"].span.path == "Pipfile" and not found["idna"].direct


def test_what_a_tool_is_told_to_leave_out_does_not_ship() -> None:
    declaration = declared(tool="python-requirements")._replace(settings={"no_deploy": Value(("Pytest",))})
    package = packed({"src/requirements.txt": "pytest\nsix\n"}, declaration)
    assert names(package) == ["six"] and names(package, False) == ["pytest"]


def test_imports_of_the_whole_package_count_and_guarded_ones_apart() -> None:
    files = {
        "src/requirements.txt": "pytest\nfaker\nboto3-stubs[s3]\npython-dotenv\nmoto\n",
        "src/app.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mypy_boto3_s3 import S3Client\n",
        "src/other.py": "import faker.providers\nfrom . import pytest\n",
        "src/dot.py": "def load():\n    import dotenv\n",
        "src/tests/test_app.py": "import pytest, moto\n",
    }
    found = {one.name: one for one in packed(files, declared(), reached=["src/app.py"]).requirements}
    assert [span.path for span in found["faker"].imported] == ["src/other.py"]
    assert [span.path for span in found["python-dotenv"].imported] == ["src/dot.py"]
    assert found["pytest"].imported == () and found["moto"].imported == ()
    assert found["boto3-stubs"].imported == ()
    assert [span.line for span in found["boto3-stubs"].imported_for_types] == [3]


def test_a_file_that_cannot_be_read_leaves_tools_open() -> None:
    files = {"src/requirements.txt": "pytest\nsix\n", "src/app.py": "", "src/old.py": "print 'x'\n"}
    package = packed(files, declared())
    assert names(package) == ["six"] and names(package, None) == ["pytest"]

"""What makes a start quick: records made cheaply, expressions compiled when used, PyYAML loaded in part."""

from __future__ import annotations

import collections
import copy
import functools
import os
import pickle
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import tomli

import lambdalint
from lambdalint import caching
from lambdalint.catalog import _plain, catalog, rules_folder
from lambdalint.languages.python import parse
from lambdalint.model import Span
from lambdalint.patterns import pattern
from lambdalint.typed import NamedTuple


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Point(NamedTuple):
    """A place on a map."""

    x: int
    y: int
    label: str = ""

    @property
    def far(self) -> bool:
        """Is it beyond the edge?"""
        return self.x > 9


def same(one: Any, other: Any) -> None:
    """One record is to the other as a named tuple to its like."""
    assert one == other == (1, 2, "") and repr(one) == repr(other)
    assert one._replace(label="a") == other._replace(label="a") and type(one._replace(x=3)) is type(one)
    assert one._asdict() == other._asdict() and one._make([3, 4, "b"]) == other._make([3, 4, "b"])
    for name in ("_fields", "_field_defaults", "__match_args__"):
        assert getattr(type(one), name) == getattr(type(other), name)
    with pytest.raises(ValueError, match="Point has no z"):
        one._replace(z=1)
    for name in ("x", "z"):
        with pytest.raises(AttributeError):
            setattr(one, name, 3)
    for copied in (pickle.loads(pickle.dumps(one, 5)), copy.copy(one), copy.deepcopy(one)):
        assert copied == one and type(copied) is type(one)


def test_a_record_is_what_collections_would_make_of_it() -> None:
    make: Any = collections.namedtuple
    same(Point(1, y=2), make("Point", ["x", "y", "label"], defaults=[""])(1, y=2))
    assert (Point.__name__, Point.__qualname__, Point.__doc__) == ("Point", "Point", "A place on a map.")
    assert Point(10, 0).far
    with pytest.raises(TypeError, match=r"Point.__new__\(\) missing 1 required positional argument: 'y'"):
        Point(1)  # type: ignore[call-arg]


def test_records_of_equally_many_fields_keep_their_own_names() -> None:
    class Other(NamedTuple):
        a: int
        b: int
        c: int

    assert Other(c=1, a=2, b=3) == (2, 3, 1) and Point(label="c", x=1, y=2) == (1, 2, "c")
    assert Span("a.py", 1, 2, 3, 4).path == "a.py"


def test_an_expression_is_compiled_once_it_is_used() -> None:
    late = pattern(r"(\w+)=(\d+)")
    assert "search" not in vars(late)
    found = late.search("size=12")
    assert found is not None and found.groups() == ("size", "12")
    assert late.search is vars(late)["search"]
    assert late.pattern == r"(\w+)=(\d+)"
    assert [match[2] for match in late.finditer("a=1 b=2")] == ["1", "2"]
    assert pattern(rb"(?i)A").match(b"a") is not None


def test_results_are_remembered_as_functools_does() -> None:
    asked: list[int] = []

    def double(number: int) -> int:
        """Twice the number."""
        asked.append(number)
        return 2 * number

    for kept, real in (
        (caching.cache(double), functools.cache(double)),
        (caching.lru_cache(maxsize=2)(double), functools.lru_cache(maxsize=2)(double)),
    ):
        for one in (kept, real):
            asked.clear()
            assert [one(number) for number in (1, 2, 1, 3, 2)] == [2, 4, 2, 6, 4]
            assert asked == ([1, 2, 3] if one.cache_info().maxsize is None else [1, 2, 3, 2])
        assert kept.cache_info() == real.cache_info() and kept.cache_info().currsize == real.cache_info().currsize
        assert (kept.__name__, kept.__doc__, kept.__module__) == (real.__name__, real.__doc__, real.__module__)
        assert kept.__wrapped__ is double
        kept.cache_clear()
        assert kept.cache_info().currsize == 0


PROBE = """
import sys
from lambdalint.modules import Beside, install
install(); install()
assert sum(isinstance(one, Beside) for one in sys.meta_path) == {installed}, sys.meta_path
import lambdalint.inner, lambdalint.inner.leaf as leaf
from lambdalint.some import value
print(value, *(type(module.__spec__.loader).__name__ for module in (lambdalint.some, lambdalint.inner, leaf)))
"""


def test_modules_are_found_beside_their_package_as_the_interpreter_would(tmp_path: Path) -> None:
    package = tmp_path / "lambdalint"
    (package / "inner").mkdir(parents=True)
    for name in ("__init__", "modules", "typed", "records"):
        shutil.copy(Path(lambdalint.__file__).parent / f"{name}.py", package)
    (package / "some.py").write_text("value = 1\n")
    (package / "inner" / "__init__.py").write_text("from lambdalint.inner import leaf\n")
    (package / "inner" / "leaf.py").write_text("from lambdalint.some import value\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def probe(installed: int = 1, *options: str, **more: str) -> str:
        command = [sys.executable, *options, "-c", PROBE.format(installed=installed)]
        given = {**environment, "PYTHONPATH": str(tmp_path), **more}
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=given)
        assert not done.returncode, done.stderr
        return done.stdout.strip()

    usual = "SourceFileLoader"
    assert probe() == f"1 {usual} {usual} {usual}", "nothing is compiled yet"
    assert probe() == "1 Beside Beside Beside"
    (package / "some.py").write_text("value = 23\n")
    assert probe() == f"23 {usual} Beside Beside", "the source has changed"
    assert probe() == "23 Beside Beside Beside"
    compiled = next((package / "inner" / "__pycache__").glob("leaf.*"))
    compiled.write_bytes(b"\0" * 4 + compiled.read_bytes()[4:])
    assert probe() == f"23 Beside Beside {usual}", "compiled by another interpreter"
    assert probe(0, "-O") == f"23 {usual} {usual} {usual}", "kept under another name"
    assert probe(0, PYTHONPYCACHEPREFIX=str(tmp_path / "elsewhere")) == f"23 {usual} {usual} {usual}"


def test_a_module_from_beside_its_package_looks_like_any_other() -> None:
    tell = (
        "{}import lambdalint.model.places as places, lambdalint.model as model\n"
        "for one in (places, model):\n"
        "    print(one.__name__, one.__file__, one.__cached__, one.__package__, getattr(one, '__path__', None),\n"
        "          one.__spec__.origin, one.__spec__.parent, one.__spec__.has_location)\n"
    )
    install = "from lambdalint.modules import install; install()\n"
    assert run(tell.format(install)) == run(tell.format(""))
    missing = install + "import lambdalint.nothing"
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run(missing)
    assert "No module named 'lambdalint.nothing'" in raised.value.stderr


def test_what_python_warns_of_in_linted_code_is_not_said() -> None:
    text = 'pattern = "\\d"\nnumber = 1if pattern else 2\n'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse("app.py", text) == parse("app.py", text) and parse("app.py", text)[1] == ()
        with pytest.raises(SyntaxError, match="invalid"):
            compile(text, "own.py", "exec")


def test_reading_yaml_loads_libyaml_and_no_parser_written_in_python() -> None:
    code = (
        "import sys; from lambdalint.languages.yaml import parse; nodes, problems = parse('a', 'b: [1, 2]\\n');"
        "assert nodes[0].value[0][1].value[1].value == 2 and not problems, nodes;"
        "assert 'yaml._yaml' in sys.modules;"
        "print(sorted(name for name in sys.modules if name.startswith('yaml.')))"
    )
    assert run(code) == str(["yaml._yaml", "yaml.error", "yaml.events", "yaml.nodes", "yaml.tokens"])


def test_the_rest_of_pyyaml_is_there_for_who_asks() -> None:
    code = (
        "from lambdalint.languages.yaml import parse\n"
        "assert parse('a', 'b: [1')[1][0].message.startswith('could not parse: did not find expected')\n"
        "assert parse('a', 'b: \\x07')[1][0].message == 'could not parse: control characters are not allowed'\n"
        "import yaml, yaml.scanner\n"
        "assert yaml.safe_load('a: 1') == {'a': 1} and yaml.safe_dump([1]) == '- 1\\n'\n"
        "for text, error in (('a: [', yaml.parser.ParserError), ('a: \\x07', yaml.reader.ReaderError),\n"
        "                    ('@', yaml.scanner.ScannerError), ('*a', yaml.composer.ComposerError)):\n"
        "    try:\n"
        "        yaml.load(text, Loader=yaml.CSafeLoader)\n"
        "    except error as raised:\n"
        "        assert isinstance(raised, yaml.YAMLError), raised\n"
        "    else:\n"
        "        raise AssertionError(text)\n"
        "assert parse('a', 'b: [1')[1]\n"
        "print('ok')"
    )
    assert run(code) == "ok"


def test_of_a_grammar_only_what_is_compiled_is_loaded() -> None:
    code = (
        "import sys; from lambdalint.languages import hcl, typescript\n"
        "assert hcl.parse('a.tf', 'a = 1')[0].attributes\n"
        "for name in ('a.ts', 'a.tsx', 'a.js'):\n"
        "    assert len(typescript.parse(name, 'const a = 1')[0].body) == 1, name\n"
        "print(sorted(name for name in sys.modules if name.startswith(('tree_sitter', 'typing', 'importlib.res'))))\n"
        "import tree_sitter, tree_sitter_typescript, tree_sitter_hcl\n"
        "language = tree_sitter.Language(tree_sitter_hcl.language())\n"
        "assert tree_sitter.Parser(language).parse(b'a = 1').root_node.child_count == 1\n"
        "assert tree_sitter_typescript.TAGS_QUERY"
    )
    grammars = ("hcl", "javascript", "typescript")
    assert run(code) == str(["tree_sitter._binding", *(f"tree_sitter_{name}._binding" for name in grammars)])


def test_the_rule_book_is_read_without_a_reader_of_toml() -> None:
    for name in catalog():
        with open(f"{rules_folder()}/{name}.md", encoding="utf-8") as file:
            metadata = file.read().partition("\n```toml\n")[2].partition("\n```")[0]
        assert _plain(metadata) == tomli.loads(metadata)


def test_toml_that_says_more_is_left_to_the_reader() -> None:
    for text in (
        'a = "b\\n"',
        "a = [1]",
        "a = 1e3",
        "a = 007",
        '[tool]\na = "b"',
        "a = { b = 1 }",
        "a = 1\na = 2",
        "a",
    ):
        assert _plain(text) is None
    assert _plain('a = "b # c"  # d\n\n[options]\ne = 0.5\nf = 12') == {"a": "b # c", "options": {"e": 0.5, "f": 12}}


def test_a_small_project_is_checked_without_what_takes_long_to_load(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import boto3\n\ndef handler(event, context):\n    return boto3.client('s3').list_buckets()\n"
    )
    (tmp_path / "requirements.txt").write_text("boto3==1.34.0\n")
    (tmp_path / "template.yaml").write_text(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      Runtime: python3.12\n      Handler: app.handler\n      CodeUri: .\n      Timeout: 10\n"
    )
    code = (
        "import os, sys\n"
        "UNUSED = 're enum typing click functools collections bisect binascii select yaml'.split()\n"
        "def leave(code):\n"
        "    print(code, sorted(set(UNUSED) & set(sys.modules)), file=sys.stderr)\n"
        "    os.write(2, b'')\n"
        "    raise SystemExit\n"
        "os._exit = leave\n"
        f"sys.argv = ['lambdalint', 'check', '--no-cache', '-q', {str(tmp_path)!r}]\n"
        "from lambdalint.cli import main; main()\n"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "boto3.client('s3')" in process.stdout
    assert process.stderr == "1 ['yaml']\n"

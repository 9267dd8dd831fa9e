"""Files that cannot be read as they are: one clear problem each, the rest is linted, nothing crashes or hangs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time

import pytest

import lambdalint.contents
import lambdalint.looks
import lambdalint.sources
from lambdalint.cache import Cache
from lambdalint.dialects import dialects
from lambdalint.discover import discover
from lambdalint.engine import run
from lambdalint.model import Problem, Report
from lambdalint.project import Disk
from lambdalint.read import read

Tree = Callable[[Mapping[str, str | bytes]], Path]

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Good:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
APP = "def handler(event, context):\n    return event['id']\n"
GOOD = {"template.yaml": TEMPLATE, "src/app.py": APP}
CREATE = b"aws lambda create-function --function-name f"
BASE = b"FROM public.ecr.aws/lambda/python:3.12\n"
MARKED = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"


def lint(root: Path) -> Report:
    """A run that must see the good function whatever stands beside it."""
    report = run(str(root))
    good = [function for function in report.functions if function.name == "Good"]
    assert len(good) == 1 and good[0].handler is not None
    assert not [finding for finding in report.findings if finding.rule == "crashed-rule"]
    return report


BAD: dict[str, tuple[str, bytes, str, int, str]] = {
    "placeholders": (
        "bad.template",
        (MARKED + "    Properties:\n      Runtime: %%RUNTIME%%\n").encode(),
        "bad.template",
        6,
        "could not parse",
    ),
    "jinja": ("bad.yaml", (MARKED + "{% if x %}\n  G: 1\n{% endif %}\n").encode(), "bad.yaml", 5, "could not parse"),
    "tabs": ("bad.yaml", (MARKED + "\tProperties: 1\n").encode(), "bad.yaml", 5, "could not parse"),
    "duplicate keys": ("bad.yaml", (MARKED + "    Type: Other\n").encode(), "bad.yaml", 5, "duplicate key"),
    "not utf-8": ("bad.yaml", MARKED.encode() + b"    # caf\xe9\n", "bad.yaml", 5, "byte 0xe9 is not UTF-8"),
    "half of utf-16": ("bad.yaml", b"\xff\xfe" + MARKED.encode("utf-16-le") + b"x", "bad.yaml", 1, "UTF-16"),
    "broken json": (
        "bad.json",
        b'{"Resources": {"F": {"Type": "AWS::Lambda::Function",\n"Properties": ]}}}',
        "bad.json",
        2,
        "could not parse",
    ),
    "deep json": (
        "bad.json",
        b'{"Resources": {"F": {"Type": "AWS::Lambda::Function", "X": ' + b"[" * 100_000 + b"}}}",
        "bad.json",
        1,
        "deep",
    ),
    "alias bomb": (
        "bad.yaml",
        (
            MARKED
            + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))
        ).encode(),
        "bad.yaml",
        1,
        "aliases repeat more than",
    ),
    "alias of itself": ("bad.yaml", (MARKED + "    X: &x [*x]\n").encode(), "bad.yaml", 1, "alias"),
    "python 2": ("src/old.py", b"def lambda_handler(event, context):\n    print event\n", "src/old.py", 2, "Python 2"),
    "python that does not parse": (
        "src/bad.py",
        b"def lambda_handler(event, context):\n    return (\n",
        "src/bad.py",
        2,
        "could not parse",
    ),
    "python with a null byte": (
        "src/bad.py",
        b"def lambda_handler(event, context):\n    return '\x00'\n",
        "src/bad.py",
        1,
        "could not parse",
    ),
    "python nested deeply": (
        "src/bad.py",
        b"def lambda_handler(event, context):\n    return " + b"(" * 5000 + b")" * 5000,
        "src/bad.py",
        1,
        "could not parse",
    ),
    "python of another encoding": (
        "src/bad.py",
        b"# -*- coding: no-such -*-\ndef lambda_handler(event, context):\n    return '\xff'\n",
        "src/bad.py",
        3,
        "not valid no-such",
    ),
    "script with an open quote": (
        "bad.sh",
        b'set -e\naws lambda create-function --function-name f \\\n  --description "a \\\n  --handler app.handler\n',
        "bad.sh",
        3,
        'a quote " that is never closed',
    ),
    "script with an open here-document": (
        "bad.sh",
        b"aws lambda create-function --function-name f\ncat > env.json <<EOF\n{}\n",
        "bad.sh",
        2,
        "the here-document has no line EOF that ends it",
    ),
    "script with an open substitution": (
        "bad.sh",
        b"ROLE=$(aws iam get-role --role-name r\naws lambda create-function --function-name f --role $ROLE\n",
        "bad.sh",
        1,
        "a bracket ( that is never closed",
    ),
    "script with an open condition": (
        "bad.sh",
        b"if true; then\naws lambda create-function --function-name f --role r\n",
        "bad.sh",
        1,
        "if without fi",
    ),
    "script with a space after the backslash": (
        "bad.sh",
        b"aws lambda create-function --function-name f \\ \n  --runtime python3.12 \\\n  --handler app.handler\n",
        "bad.sh",
        2,
        "--runtime starts a command of its own, the line before does not end in a backslash",
    ),
    "makefile with an open quote": (
        "bad.mk",
        b"NAME = f\ndeploy:\n\taws lambda create-function --function-name '$(NAME)\n",
        "bad.mk",
        3,
        "a quote ' that is never closed",
    ),
    "makefile with spaces for a tab": (
        "Makefile",
        b"deploy: build\n    aws lambda create-function --function-name f --handler app.handler\n",
        "Makefile",
        2,
        "a line of a recipe starts with spaces",
    ),
    "justfile with an open quote": (
        "justfile",
        b'deploy:\n  aws lambda create-function --function-name "f --handler app.handler\n',
        "justfile",
        2,
        'a quote " that is never closed',
    ),
    "dockerfile without a base": (
        "image/Dockerfile",
        b'# of lambda/python\nARG V=3.12\nCOPY app.py ./\nCMD ["app.handler"]\n',
        "image/Dockerfile",
        3,
        "COPY comes before FROM",
    ),
    "dockerfile with a misspelt instruction": (
        "image/Dockerfile",
        b'FROM public.ecr.aws/lambda/python:3.12\nCOPPY app.py ./\nCMD ["app.handler"]\n',
        "image/Dockerfile",
        2,
        "no instruction is called COPPY",
    ),
    "dockerfile with a lost continuation": (
        "image/Dockerfile",
        b'FROM public.ecr.aws/lambda/python:3.12\nRUN pip install \\\n  boto3\n  requests\nCMD ["app.handler"]\n',
        "image/Dockerfile",
        4,
        "no instruction is called requests; the line before may lack a backslash",
    ),
    "dockerfile with an open quote": (
        "image/Dockerfile",
        b'FROM public.ecr.aws/lambda/python:3.12\nRUN echo "a\nCMD ["app.handler"]\n',
        "image/Dockerfile",
        2,
        'a quote " that is never closed',
    ),
    "dockerfile with a command in single quotes": (
        "image/Dockerfile",
        b"FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py ./\nCMD ['app.handler']\n",
        "image/Dockerfile",
        3,
        "CMD is no JSON list of texts in double quotes",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_one_clear_problem(name: str, tree: Tree) -> None:
    path, data, where, line, message = BAD[name]
    started = process_time()
    report = lint(tree({**GOOD, path: data}))
    assert process_time() - started < 5
    problems = [problem for problem in report.problems if problem.path == where]
    assert len(problems) == 1, problems
    assert message in problems[0].message
    assert len(problems[0].message) < 200 and "\n" not in problems[0].message
    if "nested" not in name and "deep" not in name and "alias" not in name:
        assert problems[0].line == line
    assert [problem for problem in report.problems if problem.path != where] == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("empty.yaml", b""),
        ("src/__init__.py", b""),
        ("bom.json", b"\xef\xbb\xbf{}"),
        ("latin.py", b"# -*- coding: latin-1 -*-\ndef lambda_handler(event, context):\n    return '\xe9'\n"),
        ("windows.yaml", TEMPLATE.replace("Good", "Other").replace("\n", "\r\n").encode("utf-16")),
        ("merge.yaml", (MARKED + "x: &x {A: 1}\ny:\n  <<: *x\n").encode()),
        ("image.png", b"\x89PNG\r\n\x1a\n\x00"),
        ("docs.yaml", b"{{ not: [a template\n"),
        ("x.sh", b"case $1 in a) " + CREATE + b";; esac\n[ \"it's\" ] && { echo $'\\'' ; }\n"),
        ("x.sh", b"# it's\n" + CREATE + b" --description 'a\nb' # \"\necho $(( 1 << 2 ))\n"),
        ("x.sh", b'x=${1:-"a b"}\n' + CREATE + b" <<'E'\n\"'`\nE\n"),
        ("x.sh", b"command -- --flag\n" + CREATE + b"\n"),
        ("Makefile", b"A = it's\nall:\n\t@echo $(subst ','',$(A)) # don't\n\t" + CREATE + b"\n"),
        ("Makefile", b".RECIPEPREFIX = >\nall:\n> " + CREATE + b"\n"),
        ("justfile", b"all:\n  #!/usr/bin/env python3\n  print(\"it's\" '')\n\nb:\n  " + CREATE + b"\n"),
        ("i/Dockerfile", b"# syntax=docker/dockerfile:1\nARG T=3.12\n" + BASE + b"RUN <<EOF\necho it's\nEOF\n"),
        ("i/Dockerfile", BASE + b"RUN a \\\n# b\n\n  && c\nCMD [ -f x ] && exec y\nMAINTAINER me\n"),
        ("i/Dockerfile", b"# syntax=other/frontend\nINCLUDE base\n" + BASE),
        ("i/Dockerfile.dockerignore", b"**/lambda/python\n*.md\n"),
    ],
)
def test_what_is_no_problem(path: str, data: bytes, tree: Tree) -> None:
    assert lint(tree({**GOOD, path: data})).problems == ()


def test_a_template_with_a_byte_order_mark_is_read(tree: Tree) -> None:
    report = lint(tree({**GOOD, "other/t.yaml": b"\xef\xbb\xbf" + TEMPLATE.replace("Good", "Marked").encode()}))
    assert "Marked" in {function.name for function in report.functions}


def test_a_template_in_utf_16_is_read(tree: Tree) -> None:
    text = TEMPLATE.replace("Good", "Wide").replace("\n", "\r\n")
    report = lint(tree({**GOOD, "windows.yaml": text.encode("utf-16")}))
    assert "Wide" in {function.name for function in report.functions}


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

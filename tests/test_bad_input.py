"""Files that cannot be read as they are: one clear problem each, and the rest is linted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run

if TYPE_CHECKING:
    from lambdalint.model import Report

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

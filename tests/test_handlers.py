"""Which file a handler named by configuration is: where it points, where a build takes it from, or none."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from lambdalint.engine import Settings, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambdalint.model import Function

    Tree = Callable[[Mapping[str, str | bytes]], Path]

PLAIN = "def handler(event, context):\n    return 1\n"
OTHER = "def other(event, context):\n    return 1\n"


def template(handler: str, code: str) -> str:
    """A template with one function."""
    return f"""Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: {handler}
      CodeUri: {code}
"""


def declared(tree: Tree, files: Mapping[str, str | bytes]) -> Function:
    """The one function that configuration declares."""
    functions = run(str(tree(dict(files))), settings=Settings()).functions
    (found,) = [function for function in functions if function.declaration is not None]
    return found


def where(tree: Tree, files: Mapping[str, str | bytes]) -> str | None:
    """The file of its handler."""
    handler = declared(tree, files).handler
    return handler.path if handler else None


def test_the_file_where_the_configuration_points(tree: Tree) -> None:
    files = {"template.yaml": template("app.handler", "src"), "src/app.py": PLAIN, "other/app.py": PLAIN}
    assert where(tree, files) == "src/app.py"


def test_of_several_files_the_one_that_defines_the_handler(tree: Tree) -> None:
    """The code folder is what a build makes: its file is one of those with the same name."""
    files = {"template.yaml": template("app.handler", "dist"), "one/app.py": OTHER, "two/app.py": PLAIN}
    found = declared(tree, files)
    assert found.handler is not None and found.handler.path == "two/app.py"
    assert found.notes == ("two/app.py is the only app.py below the configuration that defines handler",)


@pytest.mark.parametrize(
    "text",
    [
        "from .x import handler\n",
        "from x import y as handler\n",
        "from x import *\n",
        "handler = 1\n",
        "handler: object = 1\n",
        "one, handler = 1, 2\n",
        "if 1:\n    handler = print\n",
        "class handler:\n    pass\n",
    ],
)
def test_what_binds_a_name(text: str, tree: Tree) -> None:
    files = {"template.yaml": template("app.handler", "dist"), "one/app.py": OTHER, "two/app.py": text}
    notes = declared(tree, files).notes
    assert any("two/app.py" in note for note in notes), notes


def test_two_files_that_define_it_are_left_open(tree: Tree) -> None:
    files = {"template.yaml": template("app.handler", "dist"), "one/app.py": PLAIN, "two/app.py": PLAIN}
    found = declared(tree, files)
    assert found.handler is None
    where = "dist is not in the repository, and nothing here tells what it is made from"
    assert found.notes == (f"{where}; 2 files could be it: one/app.py, two/app.py",)


def test_a_file_that_does_not_define_it_is_not_taken(tree: Tree) -> None:
    files = {"template.yaml": template("resolver.handler", "dist"), "lib/resolver.py": OTHER}
    found = declared(tree, files)
    assert found.handler is None
    where = "dist is not in the repository, and nothing here tells what it is made from"
    assert found.notes == (f"{where}; lib/resolver.py defines no handler",)


def test_a_file_that_cannot_be_read_is_still_meant(tree: Tree) -> None:
    files = {"template.yaml": template("worker.handler", "dist"), "lib/worker.py": "def handler(:\n"}
    assert declared(tree, files).notes[-1].startswith("lib/worker.py:1: could not parse: invalid syntax")


def test_the_folder_beside_the_deployment_s(tree: Tree) -> None:
    """`infra` is of the project beside it, not of the other ones."""
    files = {
        "shop/infra/template.yaml": template("app.handler", "../build"),
        "shop/orders/app.py": PLAIN,
        "mail/app.py": PLAIN,
    }
    assert where(tree, files) == "shop/orders/app.py"


def test_a_common_name_far_away_is_not_taken(tree: Tree) -> None:
    files = {"shop/template.yaml": template("app.handler", "build"), "mail/app.py": PLAIN}
    assert where(tree, files) is None


def test_a_telling_function_name_is_enough(tree: Tree) -> None:
    text = "def resize_picture(event, context):\n    return 1\n"
    files = {
        "shop/template.yaml": template("app.resize_picture", "build"),
        "mail/app.py": text,
        "other/app.py": PLAIN,
    }
    assert where(tree, files) == "mail/app.py"
    # Even in a folder that is named like one of tests: the handlers of operators that exist to be tested.
    files = {"shop/template.yaml": template("test.resize_picture", "build"), "operators/test/test.py": text}
    assert where(tree, files) == "operators/test/test.py"
    files = {"shop/template.yaml": template("app.handler", "build"), "shop/tests/app.py": PLAIN}
    assert where(tree, files) is None


def test_a_package_that_is_elsewhere_is_named_in_the_note(tree: Tree) -> None:
    text = template("app.handler", "s3://bucket/key.zip")
    found = declared(tree, {"template.yaml": text, "one/app.py": PLAIN, "two/app.py": PLAIN})
    where = "the package is s3://bucket/key.zip in a bucket, which nothing here uploads"
    assert found.notes == (f"{where}; 2 files could be it: one/app.py, two/app.py",)


MAKEFILE = """\
package:
\trm -rf build && mkdir -p build
\tcp -r services/orders/* build/
\tpip install -r services/orders/requirements.txt -t build
\tcd build && zip -qr ../dist/orders.zip .
"""
SERVICE = """\
service: shop
provider: {name: aws, runtime: python3.12}
package: {artifact: dist/orders.zip}
functions:
  orders: {handler: app.handler}
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("template.yaml", template("app.handler", "dist/orders.zip")),
        ("template.yaml", template("app.handler", "build")),
        ("serverless.yml", SERVICE),
    ],
)
def test_a_package_that_a_script_makes(path: str, text: str, tree: Tree) -> None:
    files = {
        path: text,
        "Makefile": MAKEFILE,
        "services/orders/app.py": PLAIN,
        "services/orders/requirements.txt": "requests\n",
        "services/mail/app.py": PLAIN,
    }
    found = declared(tree, files)
    assert found.handler is not None and found.handler.path == "services/orders/app.py"
    assert found.notes == ()
    assert found.package is not None and [one.name for one in found.package.requirements] == ["requests"]


def zipped(**files: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(name.replace("DOT", "."), text)
    return made.getvalue()


LONG = PLAIN + "# what makes it unlike the others\n"


def test_a_zip_in_the_tree_tells_which_file_it_holds(tree: Tree) -> None:
    files: dict[str, str | bytes] = {
        "template.yaml": template("app.handler", "dist/app.zip"),
        "dist/app.zip": zipped(appDOTpy=LONG, otherDOTpy=""),
        "one/app.py": PLAIN,
        "two/app.py": LONG,
    }
    found = declared(tree, files)
    assert found.handler is not None and found.handler.path == "two/app.py"
    assert found.notes == ("two/app.py is the app.py that dist/app.zip holds, by its name and size",)


@pytest.mark.parametrize(
    ("archive", "others", "expected"),
    [
        (
            zipped(appDOTpy=LONG),
            {"one/app.py": PLAIN, "two/app.py": PLAIN},
            "holds app.py, and the source of it is not told; 2 files could be it: one/app.py, two/app.py",
        ),
        (
            zipped(appDOTpy=LONG),
            {"one/app.py": LONG, "two/app.py": LONG},
            "holds app.py, and the source of it is not told; one/app.py, two/app.py are as large as it",
        ),
        (zipped(mainDOTpy=LONG), {}, "holds no app.py; no other app.py is in the repository"),
        (b"version https://git-lfs.github.com/spec/v1\n", {}, "is a zip, and nothing here tells what it is made from"),
        (b"PK\x03\x04 broken", {}, "is a zip, and nothing here tells what it is made from"),
    ],
)
def test_a_zip_in_the_tree_whose_source_is_not(
    archive: bytes, others: dict[str, str], expected: str, tree: Tree
) -> None:
    files: dict[str, str | bytes] = {
        "template.yaml": template("app.handler", "dist/app.zip"),
        "dist/app.zip": archive,
        **others,
    }
    (note,) = declared(tree, files).notes
    assert note.startswith(f"dist/app.zip {expected}")

"""Where the code and the layers of a CloudFormation or SAM function are, and how the package is made."""
# ruff: noqa: E501

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

import pytest

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Code, Declaration


def functions(resources: str, before: str = "", **files: str) -> dict[str, Declaration]:
    """The functions of app/template.yaml with these resources; files are given by path with `__` for `/`."""
    text = dedent(before) + "Resources:\n" + indent(dedent(resources), "  ")
    paths = {path.replace("__", "/").replace("DOT", "."): content for path, content in files.items()}
    return declared("cloudformation", {"app/template.yaml": text, **paths})


def code(resources: str, before: str = "", **files: str) -> Code:
    return functions(resources, before, **files)["F"].code


def sam(properties: str, metadata: str = "") -> str:
    text = "F:\n  Type: AWS::Serverless::Function\n"
    if metadata:
        text += f"  Metadata: {metadata}\n"
    return text + "  Properties:\n" + indent(dedent(properties), "    ")


@pytest.mark.parametrize(
    ("uri", "kind", "path"),
    [
        ("src/", "directory", "app/src"),
        ("./src", "directory", "app/src"),
        ("../lib", "directory", "lib"),
        (".", "directory", "app"),
        ("missing/", "directory", "app/missing"),
        ("src/app.py", "file", "app/src/app.py"),
        ("build/app.zip", "archive", "app/build/app.zip"),
        ("s3://bucket/key.zip", "bucket", "s3://bucket/key.zip"),
        ("{Bucket: b, Key: k.zip}", "bucket", "k.zip"),
        ("../../outside", "unknown", None),
        ("/abs", "unknown", None),
        ("!Ref Where", "unknown", None),
        ("!Ref WhereByDefault", "directory", "app/src"),
        ("!Sub '${WhereByDefault}'", "directory", "app/src"),
    ],
)
def test_code_uri(uri: str, kind: str, path: str | None) -> None:
    found = code(
        sam(f"CodeUri: {uri}"),
        "Parameters: {Where: {Type: String}, WhereByDefault: {Type: String, Default: src}}\n",
        app__src__appDOTpy="",
        app__buildx="",
        lib__xDOTpy="",
    )
    assert (found.kind, found.path.known) == (kind, path)
    assert found.span is not None and found.span.line == 6


def test_without_code_uri_sam_takes_the_templates_folder() -> None:
    found = code(sam("Handler: app.handler"), app__requirementsDOTtxt="x\n")
    assert (found.kind, found.path.known, found.path.written, found.span) == ("directory", "app", False, None)
    assert found.build.requirements == ("app/requirements.txt",)


def test_code_uri_of_the_globals() -> None:
    found = code(sam("Handler: app.handler"), "Globals: {Function: {CodeUri: src}}\n", app__src__appDOTpy="")
    assert (found.kind, found.path.known) == ("directory", "app/src")
    assert found.span is not None and found.span.line == 1


@pytest.mark.parametrize(
    ("metadata", "tool", "requirements"),
    [
        ("", "sam", ("app/src/requirements.txt",)),
        ("{BuildMethod: python3.12}", "sam", ("app/src/requirements.txt",)),
        ("{BuildMethod: python-uv}", "sam", ("app/src/pyproject.toml", "app/src/uv.lock", "app/src/requirements.txt")),
        ("{BuildMethod: makefile}", "makefile", None),
        ("{BuildMethod: esbuild}", "esbuild", ()),
        ("{BuildProperties: {ManifestName: pyproject.toml}}", "sam", ("app/src/pyproject.toml",)),
        ("{SkipBuild: true}", "copy", ()),
    ],
)
def test_how_sam_builds(metadata: str, tool: str, requirements: tuple[str, ...] | None) -> None:
    files = {"app__src__requirementsDOTtxt": "", "app__src__pyprojectDOTtoml": "", "app__src__uvDOTlock": ""}
    build = code(sam("CodeUri: src", metadata), **files).build
    assert (build.tool, build.requirements) == (tool, requirements)


def test_a_local_path_of_plain_cloudformation_is_copied() -> None:
    found = code("F: {Type: AWS::Lambda::Function, Properties: {Code: ./src}}", app__src__requirementsDOTtxt="")
    assert (found.kind, found.path.known, found.build.tool, found.build.requirements) == (
        "directory",
        "app/src",
        "copy",
        (),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{S3Bucket: b, S3Key: k.zip}", "bucket"),
        ("{S3Bucket: !Ref B, S3Key: !Sub '${V}/k.zip'}", "bucket"),
        ("{ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1}", "image"),
        ("{ZipFile: 'x = 1'}", "inline"),
        ("{}", "unknown"),
        ("!Ref Code", "unknown"),
    ],
)
def test_code_of_plain_cloudformation(text: str, kind: str) -> None:
    assert code(f"F: {{Type: AWS::Lambda::Function, Properties: {{Code: {text}}}}}").kind == kind


def test_images() -> None:
    found = functions(
        """
        F:
          Type: AWS::Serverless::Function
          Metadata: {Dockerfile: docker/Dockerfile.x, DockerContext: ./image, DockerTag: v1}
          Properties: {PackageType: Image}
        G: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: !Ref Repository}}
        """
    )
    image = found["F"].code
    assert (image.kind, image.path.known, image.dockerfile) == ("image", "app/image", "app/image/docker/Dockerfile.x")
    assert found["F"].setting("package_type").known == "Image"
    assert (found["G"].code.kind, found["G"].code.path.known) == ("image", None)


INLINE: dict[str, tuple[str, str | None]] = {
    "block": (
        """
        ZipFile: |
          import os

          def handler(event, context):
              return os.environ
        """,
        "import os\n\ndef handler(event, context):\n    return os.environ\n",
    ),
    "sub": (
        """
        ZipFile: !Sub |
          x = "${AWS::Region}"
          y = 2
        """,
        'x = "${AWS::Region}"\ny = 2\n',
    ),
    "join": (
        """
        ZipFile: !Join
          - "\\n"
          - - import os
            - ""
            - "def handler(event, context):"
            - "    return 1"
        """,
        "import os\n\ndef handler(event, context):\n    return 1",
    ),
    "join of lines with breaks": (
        """
        ZipFile:
          Fn::Join:
            - ""
            - - "x = 1\\n"
              - "y = "
              - !Ref AWS::Region
              - "\\n"
              - "z = 3\\n"
        """,
        "x = 1\ny = ${AWS::Region}\nz = 3\n",
    ),
}


@pytest.mark.parametrize("spelling", INLINE)
def test_lines_of_inline_code_are_where_they_are_said_to_be(spelling: str) -> None:
    text, known = INLINE[spelling]
    resources = "F:\n  Type: AWS::Lambda::Function\n  Properties:\n    Code:\n" + indent(dedent(text), "      ")
    found = code(resources)
    assert (found.kind, found.text) == ("inline", known)
    lines = ("Resources:\n" + indent(dedent(resources), "  ")).split("\n")
    shown = (known or "").split("\n")
    assert len(found.lines) >= len(shown) - 1
    for (line, column), content in zip(found.lines, shown, strict=False):
        start = content.partition("$")[0]
        assert lines[line - 1][column - 1 :].startswith(start)


def test_lines_of_inline_code_in_json() -> None:
    text = '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile":\n "x = 1\\ny = 2"}}}}}'
    found = declared("cloudformation", {"t.json": text})["F"].code
    assert (found.text, found.lines) == ("x = 1\ny = 2", ((2, 3), (2, 3)))


def test_inline_code_of_sam() -> None:
    found = code(sam("InlineCode: |\n  def handler(event, context):\n    pass\n"))
    assert (found.kind, found.text) == ("inline", "def handler(event, context):\n  pass\n")
    assert found.lines[0] == (6, 9)


def test_layers() -> None:
    found = functions(
        """
        Shared:
          Type: AWS::Serverless::LayerVersion
          Metadata: {BuildMethod: python3.12}
          Properties: {ContentUri: layer/}
        Copied: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: other}}
        Plain: {Type: AWS::Lambda::LayerVersion, Properties: {Content: layer}}
        Stored: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k.zip}}}
        F:
          Type: AWS::Serverless::Function
          Properties:
            Layers:
              - !Ref Shared
              - !Ref Copied
              - !Ref Plain
              - !Ref Stored
              - arn:aws:lambda:eu-west-1:123456789012:layer:x:1
              - !Sub 'arn:aws:lambda:${AWS::Region}:123456789012:layer:y:1'
              - !Ref AWS::NoValue
        """,
        app__layer__requirementsDOTtxt="",
        app__other__requirementsDOTtxt="",
    )["F"].layers
    told: list[Any] = [
        (layer.name.known, layer.code and (layer.code.kind, layer.code.path.known, layer.code.build[:2]))
        for layer in found
    ]
    assert told == [
        ("Shared", ("directory", "app/layer", ("sam", ("app/layer/requirements.txt",)))),
        ("Copied", ("directory", "app/other", ("copy", ()))),
        ("Plain", ("directory", "app/layer", ("copy", ()))),
        ("Stored", ("bucket", "k.zip", ("unknown", None))),
        ("arn:aws:lambda:eu-west-1:123456789012:layer:x:1", None),
        (None, None),
    ]


def test_an_image_has_none_of_the_handler_and_the_runtime_that_globals_give() -> None:
    text = """
    Globals: {Function: {Handler: app.handler, Runtime: python3.11}}
    Resources:
      F: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageConfig: {Command: [a.b.run]}}, Metadata: {Dockerfile: Dockerfile}}
      G: {Type: AWS::Serverless::Function, Properties: {PackageType: Image}, Metadata: {Dockerfile: Dockerfile}}
    """
    found = declared("cloudformation", {"template.yaml": text})
    assert (found["F"].handler.known, found["F"].runtime.written) == ("a.b.run", False)
    assert (found["G"].handler.written, found["G"].runtime.written) == (False, False)


def test_the_command_of_an_image_is_its_handler() -> None:
    found = functions(
        """
        F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: x}, ImageConfig: {Command: [app.main]}}}
        G: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: x}, ImageConfig: {Command: [sh, -c]}}}
        """
    )
    assert found["F"].handler.known == "app.main" and found["F"].handler.span is not None
    assert not found["G"].handler.written


def test_what_rain_puts_in() -> None:
    found = functions(
        """
        F: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: !Rain::Embed src/app.py}}}
        G: {Type: AWS::Lambda::Function, Properties: {Code: !Rain::S3 {Path: src, BucketProperty: S3Bucket}}}
        H: {Type: AWS::Lambda::Function, Properties: {Code: !Rain::S3 src, Environment: {Variables: {A: !Rain::Embed a.txt}}}}
        """,
        app__src__appDOTpy="",
    )
    assert [(made.code.kind, made.code.path.known) for made in found.values()] == [
        ("file", "app/src/app.py"),
        ("directory", "app/src"),
        ("directory", "app/src"),
    ]
    assert found["H"].environment[0].value.references[0].kind == "file"

"""Dockerfiles in, what a function's image holds out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.dialects.dockerfile import wanted
from lambdalint.dialects.dockerfile.functions import adopted, completed
from lambdalint.dialects.dockerfile.images import describe
from lambdalint.model import ABSENT, Build, Code, Declaration, Span, Value, Variable
from tests.dialects.project import declared, project

if TYPE_CHECKING:
    from lambdalint.dialects.dockerfile.images import ImageFacts

AWS = """\
FROM public.ecr.aws/lambda/python:3.12
COPY requirements.txt ${LAMBDA_TASK_ROOT}
RUN pip install -r requirements.txt
ENV TABLE=orders TOKEN=abc
COPY src/ ${LAMBDA_TASK_ROOT}
CMD [ "app.handler" ]
"""
FILES = {"fn/requirements.txt": "", "fn/src/app.py": "", "fn/lib/shared/x.py": "", "fn/main.py": ""}


def facts(text: str, files: dict[str, str] | None = None, root: str | None = None) -> ImageFacts:
    held = project({"fn/Dockerfile": text, **(FILES if files is None else files)})
    document = held.document("fn/Dockerfile")
    assert document is not None
    return describe(document, "fn", held, root)


def test_an_image_on_awss_base() -> None:
    found = facts(AWS)
    assert found.for_lambda
    assert found.python
    assert found.runtime.known == "python3.12"
    assert found.handler.known == "app.handler"
    assert found.handler.span == Span("fn/Dockerfile", 6, 8, 6, 19)
    assert [(one.name, one.value.known) for one in found.environment] == [("TABLE", "orders"), ("TOKEN", "abc")]
    assert found.environment[1].value.span == Span("fn/Dockerfile", 4, 24, 4, 27)
    assert found.requirements == ("fn/requirements.txt",)
    assert found.roots == ("fn/src",)


@pytest.mark.parametrize(
    ("base", "runtime", "python"),
    [
        ("public.ecr.aws/lambda/python:3.13-arm64", "python3.13", True),
        ("amazon/aws-lambda-python:3.9", "python3.9", True),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror/lambda/python:3.12.2024.01", "python3.12", True),
        ("public.ecr.aws/lambda/nodejs:20", None, False),
        ("public.ecr.aws/lambda/python", None, True),
        ("python:3.11-slim", "python3.11", True),
        ("debian", None, None),
    ],
)
def test_bases(base: str, runtime: str | None, python: bool | None) -> None:
    found = facts(f"FROM {base}\nCMD app.handler\n")
    assert (found.runtime.known, found.python) == (runtime, python)


def test_stages_arguments_and_the_runtime_interface_client() -> None:
    text = """\
ARG VERSION=3.12
ARG FUNCTION_DIR=/function
FROM python:${VERSION} AS build
ARG FUNCTION_DIR
RUN mkdir -p ${FUNCTION_DIR}
COPY . ${FUNCTION_DIR}
RUN pip install --target ${FUNCTION_DIR} awslambdaric -r ${FUNCTION_DIR}/requirements.txt
FROM python:${VERSION}-slim
WORKDIR /function
COPY --from=build /function /function
ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]
CMD ["main.handler"]
"""
    found = facts(text)
    assert found.for_lambda
    assert found.runtime.known == "python3.12"
    assert found.handler.known == "main.handler"
    assert found.roots == ("fn",)
    assert found.requirements == ("fn/requirements.txt",)


@pytest.mark.parametrize(
    ("lines", "requirements"),
    [
        ("RUN pip install requests", None),
        ("RUN pip install awslambdaric", ()),
        (
            "COPY requirements.txt /tmp/\nRUN python3 -m pip install --no-cache-dir -r /tmp/requirements.txt",
            ("fn/requirements.txt",),
        ),
        ("RUN pip install -r other.txt", None),
        ("COPY main.py ./", ()),
    ],
)
def test_requirements(lines: str, requirements: tuple[str, ...] | None) -> None:
    assert (
        facts(f'FROM public.ecr.aws/lambda/python:3.12\n{lines}\nCMD ["main.handler"]\n').requirements == requirements
    )


@pytest.mark.parametrize(
    "text",
    [
        # Exported and installed into a folder in the stage that builds, which is copied.
        "FROM python:3.12 AS build\nWORKDIR /build\nCOPY pyproject.toml poetry.lock ./\n"
        "RUN pip install poetry poetry-plugin-export && poetry export -f requirements.txt --output requirements.txt\n"
        "RUN pip install --no-cache-dir -r requirements.txt --target /deps\n"
        "FROM public.ecr.aws/lambda/python:3.12\nCOPY --from=build /deps ${LAMBDA_TASK_ROOT}\n",
        # Only the list is copied, and installed in the last stage.
        "FROM python:3.12 AS build\nWORKDIR /b\nCOPY . .\nRUN poetry export -o out/req.txt --without-hashes\n"
        "FROM public.ecr.aws/lambda/python:3.12\nCOPY --from=build /b/out/req.txt .\nRUN pip install -r req.txt\n",
        "FROM public.ecr.aws/lambda/python:3.12\nCOPY pyproject.toml poetry.lock ./\n"
        "RUN poetry export > requirements.txt && uv pip install --system -r requirements.txt\n",
    ],
)
def test_requirements_that_a_lock_file_is_exported_to(text: str) -> None:
    files = {"fn/pyproject.toml": "", "fn/poetry.lock": ""}
    assert facts(text, files).requirements == ("fn/pyproject.toml", "fn/poetry.lock")


@pytest.mark.parametrize(
    ("lines", "roots"),
    [
        ("COPY main.py ./", ("fn",)),
        ("COPY src/app.py ${LAMBDA_TASK_ROOT}/", ("fn/src",)),
        ("COPY src/app.py ${LAMBDA_TASK_ROOT}", ("fn/src",)),
        ("COPY src src", ("fn",)),
        ("COPY lib/shared ${LAMBDA_TASK_ROOT}/shared", ("fn/lib",)),
        ("COPY lib /opt/lib\nENV PYTHONPATH=/opt/lib", ("fn/lib",)),
        ("COPY src/*.py .", ("fn/src",)),
        ("COPY nothing .", ()),
    ],
)
def test_folders_that_land_at_the_root(lines: str, roots: tuple[str, ...]) -> None:
    assert facts(f"FROM public.ecr.aws/lambda/python:3.12\n{lines}\n").roots == roots


def test_a_bundling_image_leaves_the_package_elsewhere() -> None:
    text = "FROM public.ecr.aws/sam/build-python3.12\nWORKDIR /tmp\nCOPY src /asset\nCOPY main.py /asset/main.py\n"
    assert facts(text, root="/asset").roots == ("fn/src", "fn")


def test_values_that_an_argument_gives() -> None:
    found = facts("FROM public.ecr.aws/lambda/python:3.12\nARG SHA\nARG MODE=prod\nENV SHA=$SHA MODE=$MODE\n")
    values = {one.name: one.value for one in found.environment}
    assert values["SHA"].known is None
    assert [(one.kind, one.target) for one in values["SHA"].references] == [("parameter", "SHA")]
    assert values["MODE"].known == "prod"
    assert [one.kind for one in values["MODE"].references] == ["parameter"]


def test_an_image_is_declared_by_itself() -> None:
    found = declared("dockerfile", {"fn/Dockerfile": AWS, **FILES})["fn"]
    assert found.handler.known == "app.handler"
    assert (found.code.kind, found.code.path.known, found.code.dockerfile) == ("image", "fn", "fn/Dockerfile")
    assert found.code.roots == ("fn/src",)
    assert found.memory.written
    assert found.memory.known is None
    assert not found.environment_known
    assert declared("dockerfile", {"fn/Dockerfile": "FROM public.ecr.aws/lambda/python:3.12\n"}) == {}
    assert declared("dockerfile", {"Dockerfile": "FROM python:3.12\n# aws-lambda\nCMD app.handler\n"}) == {}


def test_what_the_declaration_says_is_kept() -> None:
    held = project({"fn/Dockerfile": AWS, **FILES})
    at = Span("t.yaml", 1, 1, 1, 2)
    code = Code("image", Value("fn", at), at, build=Build("docker"), dockerfile="fn/Dockerfile")
    own = (Variable("TABLE", Value("other", at), at),)
    declaration = Declaration("F", "sam", at, handler=Value("app.other", at), code=code, environment=own)
    found = completed(declaration, held)
    assert found.handler.known == "app.other"
    assert [(one.name, one.value.known) for one in found.environment] == [("TABLE", "other"), ("TOKEN", "abc")]
    assert found.code.build.requirements == ("fn/requirements.txt",)
    assert completed(declaration._replace(handler=ABSENT), held).handler.known == "app.handler"
    plain = Declaration("G", "sam", at, code=Code("directory"))
    assert completed(plain, held) is plain


def test_an_image_that_another_declaration_builds_is_not_declared_twice() -> None:
    (image,) = declared("dockerfile", {"fn/Dockerfile": AWS, **FILES}).values()
    at = Span("fn/template.yaml", 1, 1, 1, 2)
    naming = Declaration("F", "sam", at, code=Code("image", Value("fn", at), dockerfile="fn/Dockerfile"))
    assert adopted([image, naming]) == [naming]
    (found,) = adopted([image, naming._replace(code=Code("image", span=at))])
    assert (found.id, found.code.path.known, found.code.dockerfile) == ("F", "fn", "fn/Dockerfile")
    elsewhere = naming._replace(span=at._replace(path="other/template.yaml"), code=Code("image", span=at))
    assert [(one.id, one.code.dockerfile) for one in adopted([image, elsewhere])] == [("F", "fn/Dockerfile")]
    second = elsewhere._replace(id="G")
    assert adopted([image, elsewhere, second]) == [elsewhere, second, image]


def test_the_context_is_where_the_copied_files_are() -> None:
    text = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY fn/src/ ./\nCMD ["app.handler"]\n'
    found = declared("dockerfile", {"docker/Dockerfile": text, **FILES})["docker"]
    assert (found.code.path.known, found.code.roots) == ("", ("fn/src",))


def test_a_value_that_doubles_at_each_step_is_not_written_out() -> None:
    text = "FROM public.ecr.aws/lambda/python:3.12\nENV A=aaaaaaaa\n" + "ENV A=$A$A\n" * 60
    (variable,) = facts(text).environment
    assert variable.value.known is None


def test_wanted() -> None:
    assert wanted("a/Dockerfile", b"FROM public.ecr.aws/lambda/python:3.12")
    assert wanted("a/Dockerfile.prod", b"RUN pip install awslambdaric")
    assert not wanted("a/Dockerfile", b"FROM debian")
    assert not wanted("a/Dockerhub.py", b"lambda/")

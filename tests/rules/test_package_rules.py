"""oversized-package, dev-dependency, secret-in-environment on Functions made by hand: what a page is too short for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambdalint.checks import dev_dependency, oversized_package, secret_in_environment
from lambdalint.model import (
    Build,
    Call,
    Code,
    Declaration,
    Finding,
    Function,
    Layer,
    Package,
    Reference,
    Requirement,
    Span,
    Symbol,
    Value,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = Span("template.yaml", 7, 3, 7, 9)
LINE = Span("src/requirements.txt", 2, 1, 2, 7)
IMPORT = Span("src/app.py", 3, 1, 3, 20)
MB = 1_048_576


def function(declaration: Declaration, package: Package | None = None, steps: Sequence[Call] = ()) -> Function:
    return Function("template.yaml#F", "F", declaration, package=package, steps=tuple(steps))


def declared(dialect: str = "sam", kind: Any = "directory", tool: str = "sam", **more: Any) -> Declaration:
    return Declaration("F", dialect, AT, code=Code(kind, Value("src", AT), AT, build=Build(tool)), **more)


# ------------------------------------------------------------------------------------------------ oversized-package


def sized(unzipped: int, zipped: int, known: bool = True) -> Package:
    return Package("src", (("src/app.py", 1),), (), (), unzipped, zipped, (("model.bin", unzipped),), known)


def size_findings(declaration: Declaration, package: Package, **options: Any) -> list[Finding]:
    return list(oversized_package.check(function(declaration, package), {"share": 0.8, **options}))


@pytest.mark.parametrize(
    ("unzipped", "expected"),
    [
        (199 * MB, None),
        (200 * MB, "warning"),
        (250 * MB, "warning"),  # exactly the limit still deploys
        (250 * MB + 1, ""),
        (900 * MB, ""),
    ],
)
def test_sizes_against_the_limit(unzipped: int, expected: str | None) -> None:
    found = size_findings(declared(), sized(unzipped, 0))
    assert [one.severity for one in found] == ([] if expected is None else [expected])


def test_a_share_of_one_reports_only_what_fails() -> None:
    assert size_findings(declared(), sized(249 * MB, 0), share=1.0) == []
    assert len(size_findings(declared(), sized(251 * MB, 0), share=1.0)) == 1
    assert len(size_findings(declared(), sized(130 * MB, 0), share=0.5)) == 1


def test_the_zip_counts_only_where_it_is_sent_with_the_call() -> None:
    package = sized(120 * MB, 60 * MB)
    assert size_findings(declared("sam"), package) == []
    assert size_findings(declared("terraform"), package) == []  # may go through S3
    (found,) = size_findings(declared("chalice", tool="chalice"), package)
    assert found.message.startswith("the package is a zip of at least 60 MB, over the limit of 50 MB")
    (found,) = size_findings(declared("terraform", settings={"upload": Value("direct")}), package)
    assert found.severity == ""


def test_images_have_a_limit_of_their_own() -> None:
    assert size_findings(declared(kind="image", tool="docker"), sized(900 * MB, 0)) == []
    (found,) = size_findings(declared(kind="image", tool="docker"), sized(11_000 * MB, 0))
    assert "over the limit of 10 GB" in found.message


def test_what_is_not_known_is_never_too_large() -> None:
    assert size_findings(declared(), sized(900 * MB, 900 * MB, known=False)) == []
    assert list(oversized_package.check(Function("a", "a"), {})) == []


def test_the_lines_that_ask_for_the_largest_parts_are_related() -> None:
    package = sized(260 * MB, 0)._replace(
        requirements=(Requirement("torch", "", LINE, True),), parts=(("torch", 250 * MB), ("app.py", 100))
    )
    (found,) = size_findings(declared(), package)
    assert found.message.endswith(": torch 250 MB")
    assert [(one.span, one.message) for one in found.related][1] == (LINE, "torch: 250 MB")


# --------------------------------------------------------------------------------------------------- dev-dependency


def asked(name: str, **more: Any) -> Requirement:
    return Requirement(name, "", **{"span": LINE, "ships": True, **more})


def dev_findings(
    *requirements: Requirement, declaration: Declaration | None = None, steps: Sequence[Call] = (), **options: Any
) -> list[Finding]:
    package = Package("src", requirements=requirements, known=True)
    options.update(options.pop("options", {}))
    return list(dev_dependency.check(function(declaration or declared(), package, steps), options))


@pytest.mark.parametrize(
    ("requirement", "severity"),
    [
        (asked("pytest"), ""),
        (asked("types-requests"), ""),
        (asked("aws-cdk-lib"), ""),
        (asked("rich"), "info"),
        (asked("gunicorn"), "info"),
        (asked("mypy-boto3-s3", imported=(IMPORT,)), "info"),
        (asked("mypy-boto3-s3", ships=None, imported=(IMPORT,)), "info"),  # its import proves that it is there
        (asked("boto3-stubs", imported_for_types=(IMPORT,)), ""),
        (asked("pytest", imported=(IMPORT,)), None),
        (asked("rich", imported=(IMPORT,)), None),
        (asked("pytest", ships=None), None),
        (asked("pytest", ships=False), None),
        (asked("pytest", direct=False), None),
        (asked("pytest", span=Span("src/tests/requirements.txt", 1, 1, 1, 7)), None),
        (asked("boto3"), None),
        (asked("requests"), None),
        (asked("setuptools"), None),
    ],
)
def test_which_requirements_are_reported(requirement: Requirement, severity: str | None) -> None:
    assert [one.severity for one in dev_findings(requirement)] == ([] if severity is None else [severity])


def test_options() -> None:
    assert dev_findings(asked("pytest"), allow=["pytest"]) == []
    assert len(dev_findings(asked("our-fakes"), packages=["our-fakes"])) == 1
    assert len(dev_findings(asked("our-fakes"), options={"dev-packages": ["our-fakes"]})) == 1
    (found,) = dev_findings(asked("boto3"), options={"runtime-provided": True})
    assert found.severity == "info" and "the runtime brings it" in found.message


def started(callee: str, *arguments: Symbol) -> Call:
    return Call(1, callee, IMPORT, "invocation", arguments)


def constant(text: str) -> Symbol:
    return Symbol("constant", constant=text, fixed=True)


def test_programs_that_the_function_starts_are_needed() -> None:
    run = started("subprocess.run", Symbol("list", parts=(constant("/opt/bin/aws"), constant("s3"))))
    assert dev_findings(asked("awscli"), steps=[run]) == []
    assert len(dev_findings(asked("pytest"), steps=[run])) == 1
    assert dev_findings(asked("pytest"), steps=[started("os.system", constant("cd /tmp && pytest -q"))]) == []
    assert dev_findings(asked("awscli"), steps=[started("subprocess.run", Symbol("unknown"))]) == []  # could be aws


def test_a_frozen_list_is_no_choice() -> None:
    frozen = [
        asked(name, pinned="1") for name in ("boto3", "botocore", "idna", "tqdm", "troposphere", "zappa", "ipython")
    ]
    assert [one.message.split()[0] for one in dev_findings(*frozen)] == ["ipython"]


def test_servers_with_an_adapter_are_right() -> None:
    adapter = Layer(Value("arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:24"))
    assert dev_findings(asked("uvicorn"), declaration=declared(layers=(adapter,))) == []
    assert dev_findings(asked("uvicorn"), declaration=declared(layers=(Layer(Value(None)),))) == []
    wrapper = Variable("AWS_LAMBDA_EXEC_WRAPPER", Value("/opt/bootstrap"), AT)
    assert dev_findings(asked("uvicorn"), declaration=declared(environment=(wrapper,))) == []
    assert dev_findings(asked("uvicorn"), declaration=declared(kind="image", tool="docker")) == []


# --------------------------------------------------------------------------------------------- secret-in-environment


def secret_findings(name: str, value: Value[str], dialect: str = "sam", **options: Any) -> list[Finding]:
    options.update(options.pop("options", {}))
    declaration = declared(dialect, environment=(Variable(name, value, AT),), settings=options.pop("settings", {}))
    return list(secret_in_environment.check(function(declaration), options))


def taken(*kinds: str, target: str = "X", known: str | None = None) -> Value[str]:
    return Value(known, AT, True, tuple(Reference(kind, target, LINE) for kind in kinds))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "severity"),
    [
        ("DB_PASSWORD", taken("secret-value"), ""),
        ("SETTINGS", taken("secret-value"), ""),
        ("API_KEY", taken("secret-parameter"), ""),
        ("SETTINGS", taken("secret-parameter"), ""),
        ("DB_USERNAME", taken("secret-value"), None),
        ("X", taken("secret-value", target="secretsmanager:db:SecretString:username"), None),
        ("X", taken("secret-value", target="secretsmanager:db:SecretString:password"), ""),
        ("DB_PASSWORD", taken("secret-name"), None),
        ("DB_PASSWORD", taken("resource"), None),
        ("DB_PASSWORD", taken("expression"), None),
        ("DB_PASSWORD", taken("file"), None),
        ("DB_PASSWORD", Value(None), None),
        ("API_TOKEN", taken("parameter", target="var.api_token"), "info"),
        ("API_TOKEN", taken("environment", target="env:API_TOKEN"), "info"),
        ("API_TOKEN", taken("stored-value", target="ssm:/app/apiToken"), "info"),
        ("API_TOKEN", taken("stored-value", "parameter", target="ssm:/app/apiToken"), "info"),
        ("API_TOKEN", taken("parameter", target="var.api_token", known=""), "info"),
        ("API_TOKEN", taken("parameter", target="var.api_token", known="/app/token"), None),  # a default that is a name
        ("API_TOKEN", taken("parameter", "parameter", target="var.api_token"), None),  # put together
        ("API_TOKEN", taken("parameter", target="var.stage"), None),
        ("STAGE", taken("parameter", target="var.api_token"), None),
        ("API_TOKEN_ARN", taken("parameter", target="var.api_token_arn"), None),
        ("LOG_LEVEL", taken("parameter", target="var.log_level"), None),
    ],
)
def test_references(name: str, value: Value[str], severity: str | None) -> None:
    assert [one.severity for one in secret_findings(name, value)] == ([] if severity is None else [severity])


def test_what_went_into_a_merged_map_convicts_only_with_a_name() -> None:
    """A log level out of settings that hold a secret too was reported in a real repository."""
    mixed = taken("parameter", "secret-value", "expression")
    assert secret_findings("LOG_LEVEL", mixed, "terraform") == []
    assert secret_findings("ACCOUNT_NAMES_JSON", taken("secret-value"), "terraform") == []
    assert len(secret_findings("POSTGRES_PASSWORD", mixed, "terraform")) == 1
    assert len(secret_findings("SETTINGS", taken("secret-value"), "terraform")) == 1


def test_options_of_secrets() -> None:
    assert secret_findings("API_KEY", taken("secret-parameter"), allow=["API_KEY"]) == []
    token = taken("parameter", target="var.api_token")
    assert secret_findings("API_TOKEN", token, options={"by-name": False}) == []
    (found,) = secret_findings("API_KEY", taken("secret-parameter"), settings={"kms_key": Value("arn:aws:kms:x")})
    assert found.message.endswith("who may read the function's configuration and use its key")


def test_the_value_is_never_in_what_is_said() -> None:
    value = "ghp_" + "aB3dE5fG7hJ9" * 3
    (found,) = secret_findings("SETTINGS", Value(value, AT))
    assert found.severity == "error" and found.message.startswith("SETTINGS holds a GitHub token, in clear text")
    assert found.secrets == (value,)
    said = [found.message, *(one.message for one in found.related)]
    assert not any("aB3" in text for text in said)
    (found,) = secret_findings("API_KEY", taken("secret-parameter", known="kept-out-of-sight"))
    assert found.secrets == ("kept-out-of-sight",) and "sight" not in found.message
    assert found.related[0].span == LINE and "marked as a secret" in found.related[0].message


def test_defaults_that_are_not_written_say_nothing() -> None:
    assert secret_findings("API_KEY", Value("", AT)) == []
    assert secret_findings("RETRIES", Value(3, AT)) == []  # type: ignore[arg-type]
    assert list(secret_in_environment.check(Function("a", "a"), {})) == []

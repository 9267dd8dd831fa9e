"""Scripts that call the AWS CLI in, declarations out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects.awscli import declare, wanted
from tests.dialects.project import declared, project, text_at

if TYPE_CHECKING:
    from lambdalint.model import Declaration, Value

PIECES = ["aws lambda create-function --function-name f", "--environment", "Variables={A=b", '\'{"a":', "}'", "\\\n"]
PIECES += ["zip -r x.zip .", "\n", "$(cd", ")", "cd ..", "for x in a b; do", "done", "--layers", "file://x", "$x"]
PIECES += ["--vpc-config a=[b,{c=", "--zip-file fileb://x.zip", "if", "fi", "f() {", "}", "f", "<<E", "\nE\n"]
CREATE = """\
#!/bin/bash
set -euo pipefail
NAME=orders
REGION="eu-west-1"
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)

zip -r9 ../$NAME.zip . -x '*.git*' 'tests/*'
aws lambda create-function --region $REGION \\
  --function-name "$NAME" \\
  --runtime python3.12 \\
  --handler app.handler \\
  --role arn:aws:iam::$ACCOUNT:role/orders \\
  --timeout 30 --memory-size=512 \\
  --environment "Variables={TABLE=orders,TOKEN=${TOKEN},NOTE='a b'}" \\
  --vpc-config SubnetIds=subnet-1,subnet-2,SecurityGroupIds=sg-1 \\
  --dead-letter-config TargetArn=arn:aws:sqs:eu-west-1:123456789012:dead \\
  --tracing-config Mode=Active \\
  --ephemeral-storage '{"Size": 1024}' \\
  --layers arn:aws:lambda:eu-west-1:123456789012:layer:a:1 arn:aws:lambda:eu-west-1:123456789012:layer:b:2 \\
  --architectures arm64 \\
  --zip-file fileb://../$NAME.zip
"""


def scripts(text: str, files: dict[str, str] | None = None, path: str = "src/deploy.sh") -> dict[str, Declaration]:
    return declared("awscli", {path: text, "src/app.py": "", **(files or {})})


def kinds(value: Value[Any]) -> list[tuple[str, str]]:
    return [(one.kind, one.target) for one in value.references]


def test_create_function() -> None:
    found = scripts(CREATE)["orders"]
    assert (found.handler.known, found.runtime.known) == ("app.handler", "python3.12")
    assert (found.memory.known, found.timeout.known) == (512, 30)
    assert found.name.known == "orders"
    assert found.setting("role").known is None
    assert [kind for kind, _ in kinds(found.setting("role"))] == ["resource"]
    assert found.setting("vpc").known == {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    assert found.setting("dead_letter_queue").known == "arn:aws:sqs:eu-west-1:123456789012:dead"
    assert found.setting("tracing").known == "Active"
    assert found.setting("ephemeral_storage").known == 1024
    assert found.setting("architecture").known == "arm64"
    assert [layer.name.known for layer in found.layers] == [
        "arn:aws:lambda:eu-west-1:123456789012:layer:a:1",
        "arn:aws:lambda:eu-west-1:123456789012:layer:b:2",
    ]
    values = {one.name: one.value for one in found.environment}
    assert {name: value.known for name, value in values.items()} == {"TABLE": "orders", "TOKEN": None, "NOTE": "a b"}
    assert kinds(values["TOKEN"]) == [("environment", "$TOKEN")]
    assert found.environment_known


def test_positions_are_those_of_the_settings() -> None:
    found = scripts(CREATE)["orders"]
    assert text_at(CREATE, found.handler.span) == "app.handler"
    assert text_at(CREATE, found.timeout.span) == "30"
    assert text_at(CREATE, found.memory.span) == "512"
    assert text_at(CREATE, found.environment[0].span) == "TABLE"
    assert text_at(CREATE, found.environment[0].value.span) == "orders"
    assert text_at(CREATE, found.environment[1].value.span) == "${TOKEN}"
    assert text_at(CREATE, found.setting("tracing").span) == "Active"
    assert text_at(CREATE, found.setting("ephemeral_storage").span) == "1024"
    assert text_at(CREATE, found.layers[1].span) == "arn:aws:lambda:eu-west-1:123456789012:layer:b:2"
    assert text_at(CREATE, found.span) == "aws lambda create-function"


def test_the_zip_command_says_what_ships() -> None:
    code = scripts(CREATE)["orders"].code
    assert (code.kind, code.path.known) == ("directory", "src")
    assert [(one.pattern, one.include) for one in code.patterns] == [("**/*.git*", False), ("tests/**", False)]
    assert (code.build.tool, code.build.requirements) == ("copy", ())  # nothing was run that takes files away


@pytest.mark.parametrize(
    ("packing", "kind", "path", "patterns"),
    [
        ("zip f.zip app.py", "file", "src/app.py", []),
        ("zip -r f.zip *", "directory", "src", [("/.*", False)]),
        ("zip -r f.zip app.py lib", "directory", "src", [("**", False), ("app.py", True), ("lib/**", True)]),
        ("(cd lib && zip -qr ../f.zip .)", "directory", "src/lib", []),
        ("cd lib; zip -r ../f . ; cd ..", "directory", "src/lib", []),
        ("pushd lib\nzip -r ../f.zip .\npopd", "directory", "src/lib", []),
        ("mkdir build; cp -r lib/* build; cd build; zip -r ../f.zip .; cd ..", "directory", "src/lib", []),
        ('cd "$(dirname "$0")/lib" && zip -r ../f.zip . && cd -; cd $(dirname $0)', "directory", "src/lib", []),
        ("make package", "unknown", None, []),
    ],
)
def test_ways_to_pack(packing: str, kind: str, path: str | None, patterns: list[tuple[str, bool]]) -> None:
    text = f"{packing}\naws lambda create-function --function-name f --handler app.h --zip-file fileb://f.zip\n"
    code = scripts(text, {"src/lib/x.py": ""})["f"].code
    assert (code.kind, code.path.known) == (kind, path)
    assert [(one.pattern, one.include) for one in code.patterns] == patterns


CALL = "aws lambda update-function-code --function-name f --zip-file fileb://f.zip\n"


@pytest.mark.parametrize(
    ("packing", "kind", "path", "requirements"),
    [
        ("pip install -r requirements.txt --target .\nzip -r f.zip .\n", "directory", "src", ("src/requirements.txt",)),
        ("pip install requests -t .\nzip -r f.zip .\n", "directory", "src", None),
        ("pip install -r requirements.txt\nzip -r f.zip .\n", "directory", "src", ()),
        (
            "pip install -r requirements.txt -t package\ncd package && zip -r ../f.zip .\ncd ..\nzip -g f.zip app.py\n",
            "file",
            "src/app.py",
            ("src/requirements.txt",),
        ),
        (
            "pip3 install -r requirements.txt --target=pkg\ncp app.py pkg/\ncp -r lib pkg\n"
            "cd pkg\nzip -r ../f.zip .; cd ..\n",
            "directory",
            "src",
            None,
        ),
        (
            "cd venv/lib/python3.12/site-packages && zip -r9 $OLDPWD/f.zip .\ncd $OLDPWD\nzip -g f.zip app.py\n",
            "file",
            "src/app.py",
            None,
        ),
    ],
)
def test_what_is_installed_into_the_package(
    packing: str, kind: str, path: str, requirements: tuple[str, ...] | None
) -> None:
    found = scripts(packing + CALL, {"src/lib/x.py": "", "src/requirements.txt": ""})
    code = found["f"].code
    assert (code.kind, code.path.known, code.build.requirements) == (kind, path, requirements)


def test_an_archive_goes_through_a_bucket() -> None:
    text = """\
zip -r9 archive.zip .
aws s3 mv archive.zip s3://$BUCKET/lambda/f.zip
aws lambda update-function-code --function-name f --s3-bucket $BUCKET --s3-key lambda/f.zip
"""
    found = scripts(text)["f"]
    assert (found.code.kind, found.code.path.known) == ("directory", "src")
    assert found.timeout.written
    assert found.timeout.known is None  # set where the function is created, which is not here
    assert not found.environment_known


def test_calls_about_one_function_are_one_declaration() -> None:
    text = """\
source ./names.sh
aws lambda create-function --function-name $function --handler $function.$handler --runtime python3.12 --zip-file fileb://f.zip
aws lambda update-function-configuration --function-name $function --timeout 60
aws lambda put-function-concurrency --function-name $function --reserved-concurrent-executions 5
aws lambda put-function-event-invoke-config --function-name $function --maximum-retry-attempts 0 \\
  --destination-config '{"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:failed"}}'
"""
    other = "aws lambda update-function-configuration --function-name images --memory-size 256\n"
    files = {"src/names.sh": 'function="images"\nhandler="run"\n', "src/update.sh": other}
    found = scripts(text, files)
    assert list(found) == ["images"]
    images = found["images"]
    assert images.handler.known == "images.run"
    assert (images.timeout.known, images.memory.known) == (60, 256)
    assert images.setting("reserved_concurrency").known == 5
    assert images.setting("async_retries").known == 0
    assert images.setting("on_failure").known == "arn:aws:sqs:eu-west-1:123456789012:failed"


def test_defaults_are_not_written() -> None:
    found = scripts("aws lambda create-function --function-name f --handler a.b --runtime python3.12\n")["f"]
    assert (found.memory.known, found.timeout.known) == (128, 3)
    assert not (found.memory.written or found.timeout.written)
    assert found.environment_known


def test_loops_functions_and_arguments() -> None:
    text = """\
deploy() {
  aws lambda create-function --function-name "$1" --handler "$1.handler" --timeout ${2:-10}
}
for name in one two; do
  deploy $name 20
done
deploy three
"""
    found = scripts(text)
    assert {name: (one.handler.known, one.timeout.known) for name, one in found.items()} == {
        "one": ("one.handler", 20),
        "two": ("two.handler", 20),
        "three": ("three.handler", 10),
    }


def test_a_variable_that_an_argument_may_change_is_a_default() -> None:
    text = "NAME=usual\nif [ $# -eq 1 ]; then NAME=$1; fi\n"
    text += 'aws lambda create-function --function-name f --handler "$NAME.h"\n'
    handler = scripts(text)["f"].handler
    assert handler.known == "usual.h"
    assert kinds(handler) == [("parameter", "$NAME")]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("$(aws secretsmanager get-secret-value --secret-id x --query SecretString)", "secret-value"),
        ("$(aws ssm get-parameter --name x --with-decryption)", "secret-value"),
        ("$(aws ssm get-parameter --name x)", "stored-value"),
        ("$(terraform output -raw url)", "resource"),
        ("$FROM_OUTSIDE", "environment"),
        ("$1", "parameter"),
    ],
)
def test_where_a_value_comes_from(written: str, kind: str) -> None:
    text = f'V={written}\naws lambda create-function --function-name f --environment "Variables={{X=$V}}"\n'
    value = scripts(text)["f"].environment[0].value
    assert value.known is None
    assert [found for found, _ in kinds(value)] == [kind]


def test_environment_from_json_and_files() -> None:
    inline = 'aws lambda create-function --function-name f --environment \'{"Variables": {"A": "b"}}\'\n'
    found = scripts(inline)["f"].environment
    assert [(one.name, one.value.known) for one in found] == [("A", "b")]
    assert text_at(inline, found[0].value.span) == '"b"'
    files = {"src/env.json": '{"Variables":\n  {"C": "d"}}'}
    named = scripts("aws lambda create-function --function-name f --environment file://env.json\n", files)[
        "f"
    ].environment
    assert [(one.name, one.value.known) for one in named] == [("C", "d")]
    assert named[0].value.span is not None
    assert (named[0].value.span.path, named[0].value.span.line) == ("src/env.json", 2)
    here = 'cat > env.json <<EOF\n{"Variables": {"E": "$HOME_OF_X"}}\nEOF\n'
    made = scripts(here + "aws lambda create-function --function-name f --environment file://env.json\n")[
        "f"
    ].environment
    assert [(one.name, kinds(one.value)) for one in made] == [("E", [("environment", "$HOME_OF_X")])]
    gone = scripts("aws lambda create-function --function-name f --environment file://gone.json\n")["f"]
    assert not gone.environment_known


def test_input_as_json() -> None:
    files = {
        "src/input.json": '{"FunctionName": "f", "Runtime": "python3.12", "Handler": "a.b", "Timeout": 20,'
        ' "Environment": {"Variables": {"A": "1"}}, "TracingConfig": {"Mode": "Active"}}'
    }
    found = scripts("aws lambda create-function --cli-input-json file://input.json --memory-size 256\n", files)["f"]
    assert (found.handler.known, found.timeout.known, found.memory.known) == ("a.b", 20, 256)
    assert found.setting("tracing").known == "Active"
    assert [one.value.known for one in found.environment] == ["1"]


def test_triggers() -> None:
    text = """\
aws lambda create-function --function-name f --handler a.b
aws lambda create-event-source-mapping --function-name f --batch-size 5 --maximum-batching-window-in-seconds 3 \\
  --event-source-arn arn:aws:sqs:eu-west-1:123456789012:jobs.fifo --function-response-types ReportBatchItemFailures
aws lambda create-event-source-mapping --function-name arn:aws:lambda:eu-west-1:123456789012:function:f \\
  --event-source-arn arn:aws:kinesis:eu-west-1:123456789012:stream/s --starting-position LATEST \\
  --destination-config OnFailure={Destination=arn:aws:sqs:eu-west-1:123456789012:failed} \\
  --bisect-batch-on-function-error
aws lambda add-permission --function-name f --principal s3.amazonaws.com --source-arn arn:aws:s3:::$BUCKET
aws lambda create-function-url-config --function-name f --auth-type NONE
"""
    found = scripts(text)["f"]
    assert [(one.kind, one.delivery) for one in found.triggers] == [
        ("sqs", "poll"),
        ("kinesis", "poll"),
        ("s3", "async"),
        ("function-url", "sync"),
    ]
    queue, stream = found.triggers[:2]
    assert queue.source.known == "arn:aws:sqs:eu-west-1:123456789012:jobs.fifo"
    assert {name: queue.settings[name].known for name in ("batch_size", "batching_window", "fifo")} == {
        "batch_size": 5,
        "batching_window": 3,
        "fifo": True,
    }
    assert queue.settings["report_batch_item_failures"].known is True
    assert stream.settings["on_failure"].known == "arn:aws:sqs:eu-west-1:123456789012:failed"
    assert stream.settings["bisect"].known is True
    assert stream.settings["starting_position"].known == "LATEST"
    assert found.setting("function_url").known == "NONE"


def test_a_text_that_doubles_at_each_step_is_not_written_out() -> None:
    text = "A=aaaaaaaaaa\n" + "A=$A$A\n" * 60 + "aws lambda create-function --function-name f --handler $A\n"
    assert scripts(text)["f"].handler.known is None


def test_wanted() -> None:
    assert wanted("deploy.sh", b"aws lambda create-function")
    assert wanted("x.yml", b"run: aws lambda \\\n  update-function-code")
    assert not wanted("deploy.sh", b"aws lambda invoke")
    assert not wanted("notes.md", b"aws lambda create-function")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=12,
    )
)
def test_no_script_breaks_the_reader(words: list[str]) -> None:
    for found in declare(project({"deploy.sh": "aws lambda create-function --function-name z\n" + " ".join(words)})):
        assert found.span.path == "deploy.sh"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("${FILE##*/}", "orders-api.v2.zip"),
        ("${FILE#*/}", "lib/orders-api.v2.zip"),
        ("${FILE#build/}", "lib/orders-api.v2.zip"),
        ("${FILE%.zip}", "build/lib/orders-api.v2"),
        ("${FILE%.*}", "build/lib/orders-api.v2"),
        ("${FILE%%.*}", "build/lib/orders-api"),
        ("${FILE%%-*.zip}", "build/lib/orders"),
        ("${FILE##*[/-]}", "api.v2.zip"),
        ("${FILE%????}", "build/lib/orders-api.v2"),
        ('${FILE#"$PREFIX"}', None),
        ("${FILE%@(.zip|.jar)}", None),
    ],
)
def test_what_the_shell_cuts_off(written: str, name: str | None) -> None:
    text = f"FILE=build/lib/orders-api.v2.zip\naws lambda create-function --function-name f --role {written}\n"
    value = scripts(text)["f"].setting("role")
    assert value.known == name
    assert name is not None or [kind for kind, _ in kinds(value)] == ["expression"]

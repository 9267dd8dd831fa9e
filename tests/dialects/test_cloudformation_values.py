"""What the settings of a CloudFormation or SAM function are, as far as the template tells."""
# ruff: noqa: E501

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

import pytest

from lambdalint.model import ABSENT, Declaration, Value
from tests.dialects.project import declared


def function(properties: str, before: str = "", resources: str = "", **files: str) -> Declaration:
    """The function F of a template with these Properties, sections before Resources and further resources."""
    text = dedent(before) + "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n"
    text += indent(dedent(properties), " " * 6) + "\n" + indent(dedent(resources), "  ")
    return declared("cloudformation", {"template.yaml": text, **files})["F"]


def sam(properties: str, before: str = "", resources: str = "", metadata: str = "", **files: str) -> Declaration:
    text = dedent(before) + "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"
    text += indent(dedent(metadata), "    ")
    text += "    Properties:\n" + indent(dedent(properties), " " * 6) + "\n" + indent(dedent(resources), "  ")
    return declared("cloudformation", {"template.yaml": text, **files})["F"]


def kinds(value: Value[Any]) -> list[str]:
    return [reference.kind for reference in value.references]


@pytest.mark.parametrize("text", ["%%X%%", "%RUNTIME%", "@@X@@", "<%= x %>", "{{ x }}", "{% if x %}a{% endif %}"])
def test_what_another_program_fills_in_is_not_known(text: str) -> None:
    made = sam(
        f"""
        Runtime: '{text}'
        Handler: !Sub 'app-{text}.handler'
        MemorySize: '{text}'
        CodeUri: '{text}/src'
        Environment: {{Variables: {{A: '{text}', B: 'x/{text}', C: '100%', D: '%Y-%m-%d %H%M%S', E: '{{"a": {{"b": 1}}}}'}}}}
        """
    )
    assert (made.runtime.known, made.handler.known, made.memory.known, made.code.kind) == (None, None, None, "unknown")
    assert made.memory.written
    assert [one.value.known for one in made.environment] == [None, None, "100%", "%Y-%m-%d %H%M%S", '{"a": {"b": 1}}']


def test_inline_code_is_read_with_what_looks_like_a_placeholder() -> None:
    made = function(
        "Code: {ZipFile: \"def handler(event, context):\\n    return f'{{x}} %NAME%'\\n\"}\nHandler: index.handler"
    )
    assert made.code.text == "def handler(event, context):\n    return f'{{x}} %NAME%'\n"


def test_plain_settings_are_known_and_defaults_are_not_written() -> None:
    made = function(
        """
        FunctionName: orders
        Handler: app.handler
        Runtime: python3.12
        MemorySize: '256'
        Timeout: 30
        Role: arn:aws:iam::123456789012:role/r
        ReservedConcurrentExecutions: 5
        Architectures: [arm64]
        TracingConfig: {Mode: Active}
        EphemeralStorage: {Size: 1024}
        DeadLetterConfig: {TargetArn: !GetAtt Dead.Arn}
        SnapStart: {ApplyOn: PublishedVersions}
        LoggingConfig: {LogFormat: JSON}
        VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
        FileSystemConfigs: [{Arn: x, LocalMountPath: /mnt/data}]
        KmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/k
        RecursiveLoop: Allow
        """
    )
    assert (made.name.known, made.handler.known, made.runtime.known) == ("orders", "app.handler", "python3.12")
    assert (made.memory.known, made.timeout.known) == (256, 30)
    known = {name: value.known for name, value in made.settings.items() if value.written}
    assert known == {
        "role": "arn:aws:iam::123456789012:role/r",
        "reserved_concurrency": 5,
        "architecture": "arm64",
        "tracing": "Active",
        "ephemeral_storage": 1024,
        "dead_letter_queue": None,
        "snapstart": "PublishedVersions",
        "logging": "JSON",
        "vpc": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "file_system": "/mnt/data",
        "kms_key": "arn:aws:kms:eu-west-1:123456789012:key/k",
        "recursive_loop": "Allow",
    }
    bare = function("Handler: a.b")
    assert (bare.memory, bare.timeout) == (Value(128, None, False), Value(3, None, False))
    assert bare.setting("architecture") == Value("x86_64", None, False)
    assert bare.setting("async_retries") == Value(2, None, False)
    assert bare.setting("vpc") is ABSENT and bare.name is ABSENT


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("!Ref Memory", 512),
        ("{Ref: Memory}", 512),
        ("!FindInMap [M, prod, memory]", 1024),
        ("!FindInMap [M, !Ref 'AWS::Region', same]", 64),
        ("!FindInMap [M, !Ref 'AWS::Region', memory]", None),
        ("{'Fn::FindInMap': [M, none, memory, {DefaultValue: 99}]}", 99),
        ("!If [Never, 1, 2]", 2),
        ("!If [Always, 1, 2]", 1),
        ("!If [Asked, 7, 7]", 7),
        ("!If [Asked, 7, 8]", None),
        ("!If [Asked, 7, !Ref 'AWS::NoValue']", None),
        ("!Select [1, [10, 20]]", 20),
        ("!Select [0, !Split [',', '128,256']]", 128),
        ("!Select ['1', !Ref List]", 256),
        ("!Sub '${Memory}'", 512),
        ("!Join ['', [5, !Ref One]]", 51),
        ("!Length [a, b, c]", 3),
        ("!Ref Given", None),
        ("!Ref Stored", None),
        ("!GetAtt X.Memory", None),
        ("!ImportValue memory", None),
        ("!Sub '{{resolve:ssm:/memory}}'", None),
    ],
)
def test_intrinsics_over_known_values_are_known(text: str, known: int | None) -> None:
    made = function(
        f"MemorySize: {text}",
        """
        Parameters:
          Memory: {Type: Number, Default: 512}
          One: {Type: String, Default: '1'}
          List: {Type: CommaDelimitedList, Default: "128, 256"}
          Given: {Type: Number}
          Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /memory}
          Stage: {Type: String, Default: dev}
        Mappings:
          M:
            prod: {memory: 1024, same: 64}
            dev: {memory: 128, same: 64}
        Conditions:
          Never: !Equals [a, b]
          Always: !Not [!Condition Never]
          Asked: !Equals [!Ref Stage, prod]
        """,
    )
    assert made.memory.known == known
    assert made.memory.written


def test_no_value_is_the_default() -> None:
    assert function("MemorySize: !Ref AWS::NoValue").memory == Value(128, None, False)
    assert function("Layers: !Ref AWS::NoValue").layers == ()


def test_where_the_literal_of_a_parameter_stands() -> None:
    made = function("MemorySize: !Ref Memory", "Parameters:\n  Memory:\n    Type: Number\n    Default: 512\n")
    (reference,) = made.memory.references
    assert (reference.kind, reference.target) == ("parameter", "Memory")
    assert reference.span is not None and reference.span[1:] == (4, 14, 4, 17)
    assert made.memory.span is not None and made.memory.span[1:] == (9, 19, 9, 30)


SECRETS = """
Parameters:
  Hidden: {Type: String, NoEcho: true}
  HiddenDefault: {Type: String, NoEcho: 'true', Default: changeme}
  Open: {Type: String}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /path}
  Dynamic: {Type: String, Default: '{{resolve:secretsmanager:s:SecretString:k}}'}
"""
RESOURCES = """
Secret: {Type: AWS::SecretsManager::Secret}
Key: {Type: AWS::IAM::AccessKey}
Client: {Type: AWS::Cognito::UserPoolClient}
Table: {Type: AWS::DynamoDB::Table}
Database: {Type: AWS::RDS::DBInstance}
Own: {Type: Custom::Own}
"""


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("plain", "plain", []),
        ("12", "12", []),
        ("true", "true", []),
        ("!Ref Hidden", None, ["secret-parameter"]),
        ("!Ref HiddenDefault", "changeme", ["secret-parameter"]),
        ("!Sub '${Hidden}'", None, ["secret-parameter"]),
        ("!Sub 'x-${Hidden}'", None, ["secret-parameter", "expression"]),
        ("!Join [':', [user, !Ref Hidden]]", None, ["secret-parameter", "expression"]),
        ("!Ref Open", None, ["parameter"]),
        ("!Ref Stored", None, ["stored-value", "parameter"]),
        ("!Ref Dynamic", None, ["secret-value", "parameter"]),
        ("'{{resolve:secretsmanager:db:SecretString:password}}'", None, ["secret-value"]),
        ("'{{resolve:ssm-secure:/db/password:1}}'", None, ["secret-value"]),
        ("'{{resolve:ssm:/db/host}}'", None, ["stored-value"]),
        ("!Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'", None, ["secret-value"]),
        ("!Sub '{{resolve:secretsmanager:${Secret.Id}}}'", None, ["secret-value"]),
        (
            "!Join ['', ['{{resolve:secretsmanager:', !Ref Secret, ':SecretString:password}}']]",
            None,
            ["secret-value"],
        ),
        ("!Ref Secret", None, ["secret-name"]),
        ("!GetAtt Secret.Id", None, ["secret-name"]),
        ("!GetAtt [Database, MasterUserSecret.SecretArn]", None, ["secret-name"]),
        ("!GetAtt Key.SecretAccessKey", None, ["secret-value"]),
        ("!Ref Key", None, ["resource"]),
        ("!GetAtt Client.ClientSecret", None, ["secret-value"]),
        ("!Ref Client", None, ["resource"]),
        ("!Ref Table", None, ["resource"]),
        ("!GetAtt Own.Value", None, ["resource"]),
        ("!Ref AWS::Region", None, ["expression"]),
        ("!Sub 'https://${AWS::Region}.example.com'", None, ["expression", "expression"]),
        ("!If [Asked, !Ref Hidden, '']", None, ["secret-parameter"]),
        ("!Sub '${!Literal}'", "${Literal}", []),
        ("!Sub ['${a}-${b}', {a: x, b: y}]", "x-y", []),
        ("!ImportValue other", None, ["resource"]),
        ("!ToJsonString {a: 1}", '{"a":1}', []),
        ("!Base64 x", None, []),
        ("!Transform {Name: Own}", None, ["expression"]),
    ],
)
def test_variables_keep_what_they_are_made_of(text: str, known: str | None, expected: list[str]) -> None:
    before = SECRETS + "Conditions:\n  Asked: !Equals [!Ref Open, x]\n"
    made = function(f"Environment:\n  Variables:\n    V: {text}", before, RESOURCES)
    (variable,) = made.environment
    assert (variable.name, variable.value.known, kinds(variable.value)) == ("V", known, expected)
    assert variable.value.span is not None and variable.value.written


def test_a_text_that_cannot_be_told_is_shown_with_its_parts() -> None:
    made = function(
        "Environment: {Variables: {V: !Sub 'postgres://u:pw@${Host}/db'}}", "Parameters: {Host: {Type: String}}\n"
    )
    assert made.environment[0].value.references[-1][:2] == ("expression", "postgres://u:pw@${Host}/db")


@pytest.mark.parametrize(
    ("text", "names", "complete"),
    [
        ("Environment: {Variables: {A: 1, B: !Ref 'AWS::NoValue'}}", ["A"], True),
        ("Environment: {Variables: !Ref Unknown}", [], False),
        ("Environment: !If [C, {Variables: {A: 1}}, !Ref 'AWS::NoValue']", [], False),
        ("Environment: !If [Sure, {Variables: {A: 1}}, !Ref 'AWS::NoValue']", ["A"], True),
        ("Environment: {Variables: {'Fn::Transform': {Name: M}, A: 1}}", ["A"], False),
        ("Environment: {}", [], True),
        ("Handler: a.b", [], True),
    ],
)
def test_whether_all_variables_are_known(text: str, names: list[str], complete: bool) -> None:
    before = "Parameters: {P: {Type: String}}\nConditions:\n  C: !Equals [!Ref P, a]\n  Sure: !Equals [a, a]\n"
    made = function(text, before)
    assert [variable.name for variable in made.environment] == names
    assert made.environment_known is complete

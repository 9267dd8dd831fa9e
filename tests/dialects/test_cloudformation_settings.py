"""Where the settings of a CloudFormation or SAM function come from: globals, resources of their own, loops, metadata."""
# ruff: noqa: E501

from __future__ import annotations

from textwrap import dedent

import pytest

from lambdalint.model import ABSENT, Reference
from tests.dialects.project import declared
from tests.dialects.test_cloudformation_values import function, kinds, sam


def test_globals_merge_as_sam_merges_them() -> None:
    made = sam(
        """
        Handler: own.handler
        Architectures: [arm64]
        Layers: [own]
        Environment: {Variables: {B: own, C: own}}
        MemorySize: !Ref Memory
        """,
        """
        Parameters: {Memory: {Type: Number, Default: 256}}
        Globals:
          Function:
            Handler: shared.handler
            Runtime: python3.12
            Timeout: 20
            MemorySize: 1024
            Architectures: [x86_64]
            Layers: [shared]
            FunctionName: never
            Tracing: Active
            Environment: {Variables: {A: shared, B: shared}}
        """,
    )
    assert (made.handler.known, made.runtime.known, made.timeout.known) == ("own.handler", "python3.12", 20)
    assert made.memory.known == 256
    assert made.setting("architecture").known == "arm64"
    assert made.setting("tracing").known == "Active"
    assert [layer.name.known for layer in made.layers] == ["shared", "own"]
    assert {variable.name: variable.value.known for variable in made.environment} == {
        "A": "shared",
        "B": "own",
        "C": "own",
    }
    assert made.name is ABSENT
    assert made.timeout.span is not None and made.timeout.span.line == 7


@pytest.mark.parametrize(("ignored", "timeout", "memory"), [("'*'", 3, 128), ("[Timeout]", 3, 512)])
def test_globals_can_be_ignored(ignored: str, timeout: int, memory: int) -> None:
    before = "Globals: {Function: {Timeout: 60, MemorySize: 512}}\n"
    text = before + f"Resources:\n  F:\n    Type: AWS::Serverless::Function\n    IgnoreGlobals: {ignored}\n"
    made = declared("cloudformation", {"t.yaml": text + "    Properties: {Handler: a.b}\n"})["F"]
    assert (made.timeout.known, made.memory.known) == (timeout, memory)


def test_sam_spells_some_settings_in_its_own_way() -> None:
    made = sam(
        """
        Tracing: Active
        DeadLetterQueue: {Type: SQS, TargetArn: arn:aws:sqs:eu-west-1:123456789012:dead}
        FunctionUrlConfig: {AuthType: NONE}
        ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}
        EventInvokeConfig:
          MaximumRetryAttempts: 0
          MaximumEventAgeInSeconds: 60
          DestinationConfig: {OnFailure: {Type: SQS, Destination: arn:aws:sqs:eu-west-1:123456789012:failed}}
        """
    )
    assert made.setting("tracing").known == "Active"
    assert made.setting("dead_letter_queue").known == "arn:aws:sqs:eu-west-1:123456789012:dead"
    assert made.setting("function_url").known == "NONE"
    assert made.setting("provisioned_concurrency").known == 3
    assert (made.setting("async_retries").known, made.setting("async_max_age").known) == (0, 60)
    assert made.setting("on_failure").known == "arn:aws:sqs:eu-west-1:123456789012:failed"


def test_a_destination_that_sam_makes() -> None:
    made = sam("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}}}\nAutoPublishAlias: live")
    assert made.setting("on_failure").written and made.setting("on_failure").known is None
    assert made.setting("auto_publish_alias").known == "live"


def test_settings_in_resources_of_their_own() -> None:
    made = function(
        "Handler: a.b",
        resources="""
        Config:
          Type: AWS::Lambda::EventInvokeConfig
          Properties:
            FunctionName: !Ref F
            Qualifier: $LATEST
            MaximumRetryAttempts: 1
            DestinationConfig: {OnFailure: {Destination: !GetAtt Q.Arn}}
        Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
        Alias:
          Type: AWS::Lambda::Alias
          Properties:
            FunctionName: !GetAtt F.Arn
            ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}
        Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: AWS_IAM}}
        Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${F}', RetentionInDays: 7}}
        Other: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /ecs/x, RetentionInDays: 30}}
        Q: {Type: AWS::SQS::Queue}
        """,
    )
    assert made.setting("async_retries").known == 1
    assert made.setting("on_failure").written and kinds(made.setting("on_failure")) == ["resource"]
    assert made.setting("provisioned_concurrency").known == 2
    assert made.setting("function_url").known == "AWS_IAM"
    assert made.setting("log_retention").known == 7


def test_a_log_group_is_found_by_the_functions_name() -> None:
    made = function(
        "FunctionName: !Sub 'orders-${Stage}'",
        "Parameters: {Stage: {Type: String}}\n",
        "Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/orders-${Stage}', RetentionInDays: 14}}",
    )
    assert made.setting("log_retention").known == 14


def test_loops_are_written_out() -> None:
    text = dedent(
        """
        Transform: AWS::LanguageExtensions
        Parameters: {Names: {Type: CommaDelimitedList, Default: "two,three"}}
        Resources:
          Fn::ForEach::Functions:
            - Name
            - [one, !Ref Names]
            - ${Name}Function: {Type: AWS::Lambda::Function, Properties: {Handler: x.y}}
          Fn::ForEach::More:
            - Name
            - !Ref Names
            - ${Name}Function:
                Type: AWS::Lambda::Function
                Properties:
                  Handler: !Sub "${Name}.handler"
                  FunctionName: !Ref Name
        """
    )
    found = declared("cloudformation", {"t.yaml": text})
    assert {name: made.handler.known for name, made in found.items()} == {
        "twoFunction": "two.handler",
        "threeFunction": "three.handler",
    }
    assert found["twoFunction"].name.known == "two"


def test_ignores_of_the_metadata() -> None:
    text = (
        '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Metadata": {"lambdalint": {"ignore": '
        '["oversized-package", "secret-in-environment, dev-dependency"]}}, "Properties": {}}}}'
    )
    made = declared("cloudformation", {"t.json": text})["F"]
    assert [name for name, _ in made.ignores] == ["oversized-package", "secret-in-environment", "dev-dependency"]
    assert made.ignores[0][1].column == text.index('"oversized') + 1


def test_references_are_data_that_compares() -> None:
    first, second = (function("MemorySize: !Ref M", "Parameters: {M: {Type: Number}}\n") for _ in range(2))
    (found,) = first.memory.references
    assert (found.kind, found.target) == ("parameter", "M")
    assert first.memory.references == second.memory.references and found == Reference(*found)


@pytest.mark.parametrize(
    "text",
    [
        "Resources: {F: {Type: AWS::Lambda::Function}}",
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: null}}",
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: [1]}}",
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: !If [A, {}, {}]}}",
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: [], Layers: {}, Environment: 1}}}",
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Events: [], CodeUri: [1]}}}",
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Events: {A: 1, B: {Type: SQS}}}}}",
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {MemorySize: !Select [9, [1]], Timeout: !Join x}}}",
        "Conditions: {A: !Condition B, B: !Condition A}\n"
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {MemorySize: !If [A, 1, 2]}}}",
        "Parameters: [1]\nMappings: 2\nOutputs: x\n"
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {MemorySize: !FindInMap [a, b, c]}}}",
    ],
)
def test_odd_templates_declare_their_function_all_the_same(text: str) -> None:
    made = declared("cloudformation", {"t.yaml": text})["F"]
    assert made.memory.known in (128, None)


@pytest.mark.parametrize(
    "text",
    [
        "Resources: [AWS::Lambda::Function]",
        "Resources: {F: {Type: [AWS::Lambda::Function]}}",
        "- AWS::Lambda::Function",
        "AWS::Lambda::Function",
        "policy: {Resource: 'AWS::Lambda::Function'}",
        "provider: {name: aws}\nResources: AWS::Lambda::Function",
    ],
)
def test_what_is_no_template_declares_nothing(text: str) -> None:
    assert declared("cloudformation", {"t.yaml": text}) == {}

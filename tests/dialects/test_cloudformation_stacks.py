"""Several templates together: nested stacks, exports, parameters given by samconfig, build outputs."""
# ruff: noqa: E501

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from lambdalint.model import Span
from tests.dialects.project import declared, project

if TYPE_CHECKING:
    from lambdalint.model import Declaration


def templates(**texts: str) -> dict[str, str]:
    """Files by path, with `__` for `/` and DOT for `.` in the names."""
    return {name.replace("__", "/").replace("DOT", "."): dedent(text) for name, text in texts.items()}


def load(**texts: str) -> dict[str, Declaration]:
    return declared("cloudformation", templates(**texts))


CHILD = """
Parameters:
  Memory: {Type: Number, Default: 128}
  Queue: {Type: String}
  Names: {Type: CommaDelimitedList}
  Secret: {Type: String, NoEcho: true}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: !Ref Memory
      Timeout: !Select [1, !Ref Names]
      Environment: {Variables: {S: !Ref Secret}}
      Events: {E: {Type: SQS, Properties: {Queue: !Ref Queue}}}
Outputs:
  Arn: {Value: !GetAtt F.Arn}
"""


@pytest.mark.parametrize(
    ("kind", "key"), [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")]
)
def test_a_nested_stack_knows_what_its_parent_passes(kind: str, key: str) -> None:
    parent = f"""
    Parameters: {{Password: {{Type: String, NoEcho: true}}}}
    Resources:
      Q: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: 77}}}}
      Child:
        Type: {kind}
        Properties:
          {key}: nested/child.yaml
          Parameters: {{Memory: 512, Queue: !GetAtt Q.Arn, Names: '1,20', Secret: !Ref Password}}
      R:
        Type: AWS::Events::Rule
        Properties: {{ScheduleExpression: rate(1 day), Targets: [{{Id: a, Arn: !GetAtt Child.Outputs.Arn}}]}}
    """
    made = load(appDOTyaml=parent, nested__childDOTyaml=CHILD)["F"]
    assert (made.memory.known, made.memory.references) == (512, ())
    assert made.timeout.known == 20
    schedule, queue = sorted(made.triggers, key=lambda trigger: trigger.kind)
    assert (schedule.kind, schedule.span.path) == ("schedule", "app.yaml")
    assert (queue.kind, queue.span.path) == ("sqs", "nested/child.yaml")
    assert queue.settings["visibility_timeout"].known == 77
    assert "secret-parameter" in [reference.kind for reference in made.environment[0].value.references]


def test_a_literal_passed_for_a_hidden_parameter_is_found_where_it_stands() -> None:
    parent = """
    Resources:
      Child:
        Type: AWS::CloudFormation::Stack
        Properties:
          TemplateURL: child.yaml
          Parameters:
            Secret: hunter2
    """
    (variable,) = load(appDOTyaml=parent, childDOTyaml=CHILD)["F"].environment
    assert variable.value.known == "hunter2"
    reference = variable.value.references[0]
    assert (reference.kind, reference.span and reference.span[:3]) == ("secret-parameter", ("app.yaml", 8, 17))


def test_two_parents_that_disagree_leave_it_unknown() -> None:
    parent = """
    Resources:
      A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Memory: 256, Names: 'a,5'}}}
      B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Memory: 512, Names: 'b,5'}}}
    """
    made = load(appDOTyaml=parent, childDOTyaml=CHILD)["F"]
    assert made.memory.known is None and made.memory.written
    agreed = load(appDOTyaml=parent.replace("512", "256"), childDOTyaml=CHILD)["F"]
    assert agreed.memory.known == 256


def test_stacks_that_nest_each_other_end() -> None:
    text = """
    Parameters: {P: {Type: String}}
    Resources:
      N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s, Parameters: {P: !Ref P}}}
      F: {Type: AWS::Lambda::Function, Properties: {MemorySize: !Ref P, Handler: !GetAtt N.Outputs.X}}
    Outputs: {X: {Value: !GetAtt N.Outputs.X}}
    """
    found = load(aDOTyaml=text % "b.yaml", bDOTyaml=text % "a.yaml")
    assert all(made.memory.known is None for made in found.values())


STORES = """
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, RedrivePolicy: {maxReceiveCount: 7}}}
  QArn:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Name: !Sub '/${Stage}/queue/arn', Value: !GetAtt Q.Arn}
  G: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
  GArn: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: !Sub '/${AWS::StackName}/g', Value: !GetAtt G.Arn}}
"""


@pytest.mark.parametrize(
    "queue",
    [
        "!Ref QueueArn",
        "'{{resolve:ssm:/dev/queue/arn}}'",
        "'{{resolve:ssm:/dev/queue/arn:3}}'",
        "!Sub '{{resolve:ssm:/${Stage}/queue/arn}}'",
    ],
)
def test_a_stored_parameter_leads_to_what_another_template_puts_there(queue: str) -> None:
    takes = f"""
    Parameters:
      Stage: {{Type: String, Default: dev}}
      QueueArn: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: /dev/queue/arn}}
    Resources:
      F:
        Type: AWS::Serverless::Function
        Properties: {{Handler: a.b, Events: {{E: {{Type: SQS, Properties: {{Queue: {queue}}}}}}}}}
    """
    found = load(storesDOTyaml=STORES, takesDOTyaml=takes)
    (trigger,) = found["F"].triggers
    assert (trigger.kind, trigger.settings["fifo"].known, trigger.settings["redrive"].known) == ("sqs", True, 7)
    alone = load(takesDOTyaml=takes)["F"].triggers[0]
    assert (alone.kind, "redrive" in alone.settings) == ("sqs", False)


def test_a_function_whose_arn_is_stored_is_found_by_a_rule_elsewhere() -> None:
    takes = """
    Resources:
      R:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: rate(1 day)
          Targets: [{Id: '1', Arn: !Sub '{{resolve:ssm:/${AWS::StackName}/g}}'}]
      Other:
        Type: AWS::Events::Rule
        Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: '1', Arn: '{{resolve:ssm:/elsewhere/g}}'}]}
    """
    found = load(storesDOTyaml=STORES, takesDOTyaml=takes)
    assert [(one.kind, one.name) for one in found["G"].triggers] == [("schedule", "R")]


def test_a_layer_that_another_service_of_the_repository_makes() -> None:
    shared = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Common: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: src}, Metadata: {BuildMethod: python3.12}}
      CommonArn: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: /layers/common, Value: !Ref Common}}
    Outputs: {Layer: {Value: !Ref Common, Export: {Name: common-layer}}}
    """
    service = """
    Transform: AWS::Serverless-2016-10-31
    Parameters: {Layer: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /layers/common}}
    Globals: {Function: {Layers: [!Ref Layer]}}
    Resources:
      F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
      G: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Layers: [!ImportValue common-layer]}}
    """
    found = load(shared__templateDOTyaml=shared, orders__templateDOTyaml=service, shared__src__requirementsDOTtxt="x")
    assert [one.code and one.code.path.known for one in found["F"].layers] == ["shared/src"]
    assert [one.code and one.code.path.known for one in found["G"].layers] == ["shared/src", "shared/src"]


def test_parameters_that_take_themselves_from_each_other_end() -> None:
    text = """
    Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}}
    Resources:
      A: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Value: !Ref P}}
      B: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Value: '{{resolve:ssm:/a}}'}}
      F:
        Type: AWS::Serverless::Function
        Properties: {Handler: a.b, Events: {E: {Type: SQS, Properties: {Queue: !Ref P}}}}
    """
    assert [one.kind for one in load(aDOTyaml=text)["F"].triggers] == ["sqs"]


def test_exports_reach_the_stack_that_imports_them() -> None:
    queues = """
    Parameters: {Env: {Type: String}}
    Resources:
      Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 11}}
    Outputs:
      A: {Value: !GetAtt Q.Arn, Export: {Name: !Sub '${Env}-queue'}}
      B: {Value: !GetAtt Q.Arn, Export: {Name: !Sub '${AWS::StackName}-queue'}}
      M: {Value: 640, Export: {Name: memory}}
    """
    functions = """
    Parameters: {Env: {Type: String}}
    Resources:
      F:
        Type: AWS::Serverless::Function
        Properties:
          MemorySize: !ImportValue memory
          Events:
            E: {Type: SQS, Properties: {Queue: !ImportValue {'Fn::Sub': '${Env}-queue'}}}
    """
    made = load(queuesDOTyaml=queues, appDOTyaml=functions)["F"]
    assert made.memory.known == 640
    assert made.triggers[0].settings["visibility_timeout"].known == 11
    assert made.triggers[0].source.known == "Q"


PARAMETERS = """
Parameters:
  Memory: {Type: Number, Default: 128}
  Token: {Type: String, NoEcho: true}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: !Ref Memory
      Environment: {Variables: {T: !Ref Token}}
"""


@pytest.mark.parametrize(
    ("name", "text", "memory"),
    [
        ("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = "Memory=512 Token=abc"\n', 512),
        ("samconfig.toml", '[default.global.parameters]\nparameter_overrides = ["Memory=512", "Token=abc"]\n', 512),
        (
            "samconfig.toml",
            '[dev.deploy.parameters]\nparameter_overrides = "Memory=512 Token=abc"\n'
            '[prod.deploy.parameters]\nparameter_overrides = "Memory=\\"512\\" Token=abc"\n',
            512,
        ),
        (
            "samconfig.toml",
            '[dev.deploy.parameters]\nparameter_overrides = "Memory=512 Token=abc"\n'
            '[prod.deploy.parameters]\nparameter_overrides = "Memory=1024 Token=abc"\n',
            None,
        ),
        (
            "samconfig.toml",
            '[default.deploy.parameters]\ntemplate_file = "other.yaml"\nparameter_overrides = "Memory=512"\n',
            128,
        ),
        ("samconfig.yaml", "default: {deploy: {parameters: {parameter_overrides: [Memory=512, Token=abc]}}}\n", 512),
        ("samconfig.yaml", "version: 0.1\n", 128),
    ],
)
def test_samconfig_gives_parameters(name: str, text: str, memory: int | None) -> None:
    made = declared("cloudformation", {"app/template.yaml": PARAMETERS, f"app/{name}": text})["F"]
    assert made.memory.known == memory
    assert any(reference.kind == "parameter" for reference in made.memory.references)
    if memory == 512:
        token = made.environment[0].value
        assert token.known == "abc"
        assert token.references[0].kind == "secret-parameter"
        assert token.references[0].span is not None and token.references[0].span.path == f"app/{name}"


def test_a_local_include_is_put_in() -> None:
    text = """
    Resources:
      F:
        Type: AWS::Lambda::Function
        Properties:
          Handler: a.b
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: parts/shared.yaml}}
    """
    made = load(appDOTyaml=text, parts__sharedDOTyaml="MemorySize: 320\nEnvironment: {Variables: {A: b}}\n")["F"]
    assert made.memory.known == 320
    assert made.environment[0].span == Span("parts/shared.yaml", 2, 27, 2, 28)
    assert made.memory.span == Span("parts/shared.yaml", 1, 13, 1, 16)


def test_what_sam_built_names_its_source() -> None:
    text = "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: F}}}\n"
    found = declared("cloudformation", {"app/template.yaml": text, "app/.aws-sam/build/template.yaml": text})
    assert {made.span.path: made.build_of for made in found.values()} == {
        "app/.aws-sam/build/template.yaml": "app/template.yaml",
        "app/template.yaml": None,
    }


def test_a_synthesised_template_is_left_to_its_own_reader() -> None:
    text = '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {}}}}'
    files = {"cdk.out/S.template.json": text, "cdk.out/cdk.out": "{}", "cdk.out/manifest.json": "{}"}
    assert declared("cloudformation", files) == {}
    assert list(declared("cloudformation", {"S.template.json": text})) == ["F"]


def test_several_documents_in_one_file() -> None:
    one = "Resources: {%s: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}}\n"
    assert list(declared("cloudformation", {"t.yaml": one % "A" + "---\n" + one % "B"})) == ["A", "B"]


@pytest.mark.parametrize(
    "text",
    [
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Handler: %%HANDLER%%}}}",
        "Resources:\n\tF: {Type: AWS::Lambda::Function}",
        "{% for x in y %}\nResources: {F: {Type: AWS::Lambda::Function}}",
        '{"Resources": {"F": {"Type": "AWS::Lambda::Function"',
    ],
)
def test_what_cannot_be_read_is_a_problem_and_the_rest_is_declared(text: str) -> None:
    good = "Resources: {G: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}}\n"
    found = project({"bad.yaml": text, "good.yaml": good})
    from lambdalint.dialects.cloudformation import declare

    assert [made.id for made in declare(found)] == ["G"]
    assert [problem.path for problem in found.problems] == ["bad.yaml"]


def test_a_byte_order_mark_and_windows_line_ends() -> None:
    text = "\ufeffResources:\r\n  F:\r\n    Type: AWS::Lambda::Function\r\n    Properties:\r\n      MemorySize: 256\r\n"
    made = declared("cloudformation", {"t.yaml": text})["F"]
    assert made.memory.known == 256 and made.memory.span is not None and made.memory.span[1:] == (5, 19, 5, 22)

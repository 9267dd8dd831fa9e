"""Templates that are drawn at random, or written to do harm: spans cover what is written, and every reading ends."""
# ruff: noqa: E501

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialects.project import declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Span, Value


# -------------------------------------------------------------------------------------------------------- positions


SPELLINGS: list[tuple[str, Any]] = [
    ("{0}", None),
    ('"{0}"', None),
    ("'{0}'", None),
    ("!Sub {0}", None),
    ('!Sub "{0}"', None),
    ("!Join ['', ['{0}']]", None),
    ("&anchor{1} {0}", "{0}"),
    ("{0}  # 😀 comment", "{0}"),
]
SETTINGS = ("FunctionName", "Handler", "Runtime", "Role", "KmsKeyArn", "MemorySize", "Timeout")
OF = {"FunctionName": "name", "Handler": "handler", "Runtime": "runtime", "MemorySize": "memory", "Timeout": "timeout"}


def drawn(random_: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
    """Functions with settings in random spellings, and the text that each setting's span must cover."""
    for number in range(40):
        lines = [f"  F{number}:", "    Type: AWS::Lambda::Function", "    Properties:"]
        expected: dict[str, str] = {}
        names = [*SETTINGS, "Environment"]
        random_.shuffle(names)
        for name in names:
            if name == "Environment":
                lines += ["      Environment:", "        Variables:"]
                for key in ("ALPHA", "BETA", "WIDE"):
                    spelling, shown = random_.choice(SPELLINGS)
                    text = "ω😀 value" if key == "WIDE" else f"value-{random_.randrange(999)}"
                    mark = f"{number}{key}"
                    lines.append(f"          {key}: " + spelling.format(text, mark))
                    expected[key] = (shown or spelling).format(text, mark)
                continue
            spelling, shown = random_.choice(SPELLINGS)
            text = (
                str(random_.randrange(128, 900))
                if name in ("MemorySize", "Timeout")
                else f"text{random_.randrange(999)}.x"
            )
            mark = f"{number}{name}"
            lines.append(f"      {name}: " + spelling.format(text, mark))
            expected[name] = (shown or spelling).format(text, mark)
        yield "\n".join(lines), expected


@pytest.mark.parametrize("seed", range(5))
def test_the_span_of_a_setting_covers_its_text(seed: int) -> None:
    made = list(drawn(random.Random(seed)))
    text = "# ☃ 😀\nResources:\n" + "\n".join(part for part, _ in made) + "\n"
    found = declared("cloudformation", {"t.yaml": text})
    lines = text.split("\n")
    checked = 0
    for number, (_, expected) in enumerate(made):
        declaration = found[f"F{number}"]
        values: dict[str, Value[Any]] = {variable.name: variable.value for variable in declaration.environment}
        for name in SETTINGS:
            setting = {"Role": "role", "KmsKeyArn": "kms_key"}.get(name)
            values[name] = declaration.setting(setting) if setting else getattr(declaration, OF[name])
        for name, wanted in expected.items():
            span = values[name].span
            assert span is not None and span.line == span.end_line
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == wanted
            assert values[name].known is not None
            checked += 1
        for variable in declaration.environment:
            assert covered(lines, variable.span) == variable.name
        assert covered(lines, declaration.span) == f"F{number}"
    assert checked == 400


def covered(lines: list[str], span: Span) -> str:
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


# ------------------------------------------------------------------------------------------------------------- fuzz


NAMES = st.sampled_from(
    "Resources Parameters Conditions Mappings Globals Function F G Q Type Properties CodeUri Code ZipFile Events Layers "
    "Environment Variables Metadata Ref Fn::If Fn::Sub Fn::GetAtt Fn::Join Fn::FindInMap Fn::ImportValue Fn::Select "
    "Fn::ForEach::X Fn::Transform Outputs Export Name Value Default NoEcho FunctionName EventSourceArn Targets Arn "
    "States Definition Handler MemorySize Location Parameters Source Destination Id DeploymentPreference Hooks Auth "
    "Authorizers FunctionArn UpdatePolicy CodeDeployLambdaAliasUpdate BeforeAllowTrafficHook Retry MaxAttempts".split()
)
TEXTS = st.sampled_from(
    "AWS::Lambda::Function AWS::Serverless::Function AWS::Lambda::EventSourceMapping AWS::Events::Rule F F.Arn ${F.Arn} "
    "AWS::CloudFormation::Stack AWS::Lambda::Permission AWS::NoValue t.json ${ {{resolve:ssm:x}} Task SQS Api lambda "
    "AWS::Serverless::StateMachine AWS::SNS::Topic AWS::Serverless::Connector AWS::Serverless::Api AWS::SSM::Parameter "
    "AWS::SSM::Parameter::Value<String> AWS::Lambda::Alias %%X%% {{x}} {{resolve:ssm:F}} {{resolve:ssm:${F}:1}}".split()
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=40,
)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["F", "G", "Q"]),
        st.fixed_dictionaries({"Type": TEXTS}, optional={"Properties": TREES, "Metadata": TREES}),
        max_size=3,
    ),
    st.dictionaries(NAMES, TREES, max_size=4),
)
def test_no_template_crashes_the_dialect(resources: Any, rest: Any) -> None:
    text = json.dumps({**rest, "Resources": {**resources, "K": {"Type": "AWS::Lambda::Function"}}})
    found = declared("cloudformation", {"t.json": text})
    assert "K" in found


def doubling() -> str:
    conditions = ", ".join(f"C{n}: !And [!Condition C{n + 1}, !Condition C{n + 1}]" for n in range(50))
    return f"Conditions: {{{conditions}}}\nResources: {{F: {{Type: AWS::Lambda::Function, Properties: {{MemorySize: !If [C0, 1, 2]}}}}}}\n"


def loops() -> str:
    inner = "{'F${A}${B}${C}': {Type: AWS::Lambda::Function}}"
    for name in "ABC":
        inner = f"{{'Fn::ForEach::{name}': [{name}, [{', '.join(map(str, range(300)))}], {inner}]}}"
    return f"Resources: {inner}\n"


def nested() -> dict[str, str]:
    text = (
        "Parameters: {P: {Type: String, Default: x}}\nResources:\n"
        "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s.yaml, Parameters: {P: !Sub '${P}${P}${N.Outputs.O}'}}}\n"
        "  F: {Type: AWS::Lambda::Function, Properties: {Handler: !Ref P, Description: !GetAtt N.Outputs.O}}\n"
        "Outputs: {O: {Value: !Sub '${N.Outputs.O}${N.Outputs.O}${P}'}}\n"
    )
    return {f"{number}.yaml": text % (number + 1) for number in range(60)}


def alias_bomb() -> str:
    lines = ["a0: &a0 {Ref: x}", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 3)}]" for n in range(1, 10))]
    return "\n".join([*lines, "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Layers: *a9}}}"])


@pytest.mark.parametrize(
    "files",
    [{"t.yaml": doubling()}, {"t.yaml": loops()}, nested(), {"t.yaml": alias_bomb()}],
    ids=lambda files: str(len(files)),
)
def test_hostile_templates_are_done_within_seconds(files: dict[str, str]) -> None:
    import time

    start = time.process_time()
    declared("cloudformation", files)
    assert time.process_time() - start < 3

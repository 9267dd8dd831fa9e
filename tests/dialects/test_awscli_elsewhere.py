"""Calls of the AWS CLI outside of plain scripts: makefiles, workflows, images, parameters of templates, layers."""

from __future__ import annotations

from lambdalint.dialects.awscli.overrides import parameter_overrides
from tests.dialects.project import declared, project, text_at
from tests.dialects.test_awscli import CREATE, kinds, scripts


def test_a_layer_that_the_script_publishes_has_code() -> None:
    text = """\
cd shared && zip -r ../layer.zip python && cd ..
aws lambda publish-layer-version --layer-name shared --zip-file fileb://layer.zip
aws lambda create-function --function-name f --layers arn:aws:lambda:eu-west-1:123456789012:layer:shared:1
"""
    (layer,) = scripts(text, {"src/shared/python/x.py": ""})["f"].layers
    assert layer.code is not None
    assert (layer.code.kind, layer.code.path.known) == ("directory", "src/shared")


def test_makefiles_justfiles_and_steps_of_a_workflow() -> None:
    makefile = "NAME = made\ndeploy:\n\t@aws lambda create-function --function-name $(NAME) --handler a.b --timeout 7\n"
    just = "name := 'just'\n\ndeploy:\n  aws lambda create-function --function-name {{name}} --timeout 8\n"
    workflow = """\
env:
  NAME: flow
jobs:
  ship:
    defaults:
      run:
        working-directory: src
    steps:
      - run: zip -r f.zip .
      - name: create
        run: |
          aws lambda create-function \\
            --function-name $NAME --timeout 9 --zip-file fileb://f.zip \\
            --environment "Variables={T=${{ secrets.T }}}"
"""
    gitlab = "deploy:\n  script:\n    - NAME=lab\n    - aws lambda create-function --function-name $NAME --timeout 10\n"
    files = {
        "Makefile": makefile,
        "justfile": just,
        ".github/workflows/x.yml": workflow,
        ".gitlab-ci.yml": gitlab,
        "src/a.py": "",
    }
    found = declared("awscli", files)
    assert {name: one.timeout.known for name, one in found.items()} == {"made": 7, "just": 8, "flow": 9, "lab": 10}
    assert text_at(workflow, found["flow"].timeout.span) == "9"
    assert text_at(gitlab, found["lab"].timeout.span) == "10"
    assert text_at(makefile, found["made"].timeout.span) == "7"
    assert (found["flow"].code.kind, found["flow"].code.path.known) == ("directory", "src")
    assert [kind for kind, _ in kinds(found["flow"].environment[0].value)] == ["secret-value"]


def test_images() -> None:
    text = "aws lambda create-function --function-name f --package-type Image --code ImageUri=$REPO:latest\n"
    found = scripts(text)["f"]
    assert (found.code.kind, found.code.path.known) == ("image", None)
    assert found.setting("package_type").known == "Image"


def test_parameters_that_a_script_gives_a_template() -> None:
    template = """\
Parameters:
  Mode: {Type: String, Default: dev}
  Table: {Type: String}
  Other: {Type: String}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Environment: {Variables: {MODE: !Ref Mode, TABLE: !Ref Table, OTHER: !Ref Other}}
"""
    script = """\
aws cloudformation package --template-file template.yml --output-template-file out.yml --s3-bucket b
aws cloudformation deploy --template-file out.yml --stack-name s --parameter-overrides Mode=live Table=$TABLE
"""
    again = "sam deploy --parameter-overrides 'ParameterKey=Mode,ParameterValue=live' Table=$TABLE Other=once\n"
    files = {"src/template.yml": template, "src/deploy.sh": script, "src/again.sh": again}
    values = {one.name: one.value for one in declared("cloudformation", files)["F"].environment}
    assert values["MODE"].known == "live"
    assert values["TABLE"].known is None
    assert ("environment", "$TABLE") in kinds(values["TABLE"])
    assert values["OTHER"].known is None
    assert parameter_overrides(project(files))["src/template.yml"]["Mode"].known == "live"


def test_windows_line_ends() -> None:
    assert scripts(CREATE.replace("\n", "\r\n"))["orders"].timeout.known == 30

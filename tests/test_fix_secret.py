"""secret-in-environment: which references are turned round, what the code does instead, and what keeps all as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run
from lambdalint.fix import SAFE, UNSAFE, fix_of
from lambdalint.fix.files import Files
from lambdalint.rewrite.permission import permitted
from lambdalint.rewrite.stored import Stored, stored
from tests.test_fix import after

if TYPE_CHECKING:
    from pathlib import Path

    from lambdalint.model import Finding

SERVERLESS = """\
service: logs
provider:
  name: aws
  runtime: python3.12
  environment:
    GITHUB_TOKEN: ${ssm:/github/token}  # of the robot
functions:
  logs:
    handler: app.handler
"""
CODE = "import os\n\n\ndef handler(event, context):\n    return os.environ['GITHUB_TOKEN']\n"
FETCHED = """\
from functools import cache
import os

import boto3


@cache
def _parameter(name):
    return boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


def handler(event, context):
    return _parameter(os.environ["GITHUB_TOKEN_PARAMETER_NAME"])
"""


# ------------------------------------------------------------------------------------------------- references


@pytest.mark.parametrize(
    ("value", "path", "kind", "name", "key", "ending"),
    [
        ("'{{resolve:secretsmanager:db}}'", "t.yaml", "secret", "db", "", "SECRET_NAME"),
        ('"{{resolve:secretsmanager:a/db:SecretString:pw::}}"', "t.yml", "secret", "a/db", "pw", "SECRET_NAME"),
        ("'{{resolve:secretsmanager:db:SecretString:pw:AWSCURRENT}}'", "t.yaml", "secret", "db", "pw", "SECRET_NAME"),
        (
            "'{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:db-a:SecretString:pw}}'",
            "t.yaml",
            "secret",
            "arn:aws:secretsmanager:eu-west-1:1:secret:db-a",
            "pw",
            "SECRET_ARN",
        ),
        ('!Sub "{{resolve:secretsmanager:${Db}}}"', "t.yaml", "secret", "!Ref Db", "", "SECRET_ARN"),
        ("!Sub '{{resolve:secretsmanager:${Stage}/db}}'", "t.yaml", "secret", "!Sub '${Stage}/db'", "", "SECRET_NAME"),
        (
            "!Join ['', ['{{resolve:secretsmanager:', !Ref Db, ':SecretString:pw}}']]",
            "t.yaml",
            "secret",
            "!Ref Db",
            "pw",
            "SECRET_ARN",
        ),
        ("'{{resolve:ssm:/a/token:3}}'", "t.yaml", "parameter", "/a/token:3", "", "PARAMETER_NAME"),
        ('"{{resolve:ssm-secure:token}}"', "t.json", "parameter", '"token"', "", "PARAMETER_NAME"),
        ("${ssm:/a/token}", "s.yml", "parameter", "/a/token", "", "PARAMETER_NAME"),
        ("'${ssm:/a/${sls:stage}/t~true}'", "s.yml", "parameter", "'/a/${sls:stage}/t'", "", "PARAMETER_NAME"),
        ("${ssm:/aws/reference/secretsmanager/db.pw}", "s.yml", "secret", "db", "pw", "SECRET_NAME"),
        (
            "data.aws_secretsmanager_secret_version.x.secret_string",
            "m.tf",
            "secret",
            "data.aws_secretsmanager_secret_version.x.arn",
            "",
            "SECRET_ARN",
        ),
        (
            "jsondecode(aws_secretsmanager_secret_version.x[0].secret_string).pw",
            "m.tf",
            "secret",
            "aws_secretsmanager_secret_version.x[0].arn",
            "pw",
            "SECRET_ARN",
        ),
        (
            "nonsensitive(data.aws_ssm_parameter.x.value)",
            "m.tf",
            "parameter",
            "data.aws_ssm_parameter.x.name",
            "",
            "PARAMETER_NAME",
        ),
        ("db.secretValueFromJson('pw').unsafeUnwrap()", "a.ts", "secret", "db.secretArn", "pw", "SECRET_ARN"),
        ("self.db.secret_value.unsafe_unwrap()", "a.py", "secret", "self.db.secret_arn", "", "SECRET_ARN"),
        (
            "ssm.StringParameter.valueForStringParameter(this, '/a')",
            "a.ts",
            "parameter",
            "'/a'",
            "",
            "PARAMETER_NAME",
        ),
    ],
)
def test_what_a_reference_says(value: str, path: str, kind: str, name: str, key: str, ending: str) -> None:
    found = stored(value, "TOKEN", path)
    assert found is not None
    assert (found.kind, found.name, found.key, found.variable) == (kind, name, key, f"TOKEN_{ending}")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("'{{resolve:secretsmanager:db:SecretString:pw:AWSPREVIOUS}}'", "t.yaml"),
        ("'{{resolve:secretsmanager:db:SecretString:pw::v1}}'", "t.yaml"),
        ("'postgres://app:{{resolve:secretsmanager:db}}@host/db'", "t.yaml"),
        ("!Ref Password", "t.yaml"),
        ("${ssm:/a, 'b'}", "s.yml"),
        ("${ssm(us-east-1):/a}", "s.yml"),
        ("${env:TOKEN}", "s.yml"),
        ("var.password", "m.tf"),
        ('"postgres://${data.aws_ssm_parameter.x.value}"', "m.tf"),
        ("random_password.x.result", "m.tf"),
        ("process.env.TOKEN", "a.ts"),
        ("hunter22", "x.sh"),
    ],
)
def test_what_does_not_say_where_it_is(value: str, path: str) -> None:
    assert stored(value, "TOKEN", path) is None


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("CLIENT_SECRET", "CLIENT_SECRET_NAME"), ("API_KEY", "API_KEY_SECRET_NAME"), ("token", "token_secret_name")],
)
def test_what_the_variable_is_called(variable: str, expected: str) -> None:
    found = stored("'{{resolve:secretsmanager:db}}'", variable, "t.yaml")
    assert found is not None and found.variable == expected


# ------------------------------------------------------------------------------------------------ whole projects


@pytest.mark.holds("fix of secret-in-environment", "exact text of configuration and code")
def test_a_parameter_in_serverless(tmp_path: Path) -> None:
    made = after(tmp_path, {"serverless.yml": SERVERLESS, "app.py": CODE}, UNSAFE)
    assert made == {
        "serverless.yml": SERVERLESS.replace(
            "GITHUB_TOKEN: ${ssm:/github/token}", "GITHUB_TOKEN_PARAMETER_NAME: /github/token"
        ),
        "app.py": FETCHED,
    }


def test_it_is_never_safe(tmp_path: Path) -> None:
    assert after(tmp_path, {"serverless.yml": SERVERLESS, "app.py": CODE}, SAFE) == {}


def test_every_module_that_reads_it_changes(tmp_path: Path) -> None:
    files = {
        "serverless.yml": SERVERLESS,
        "app.py": "import lib\n" + CODE,
        "lib.py": "import os\nT = os.getenv('GITHUB_TOKEN')\n",
    }
    made = after(tmp_path, files, UNSAFE)
    assert made["lib.py"].endswith('\n\n\nT = _parameter(os.environ["GITHUB_TOKEN_PARAMETER_NAME"])\n')
    assert (
        made["lib.py"].index("def _parameter") < made["lib.py"].index("T = ") and "GITHUB_TOKEN'" not in made["app.py"]
    )


def test_powertools_is_used_where_it_is(tmp_path: Path) -> None:
    files = {"serverless.yml": SERVERLESS, "requirements.txt": "aws-lambda-powertools\n", "app.py": CODE}
    files["serverless.yml"] += "plugins: [serverless-python-requirements]\n"
    made = after(tmp_path, files, UNSAFE)["app.py"]
    assert made == (
        "import os\n\nfrom aws_lambda_powertools.utilities import parameters\n\n\ndef handler(event, context):\n"
        '    return parameters.get_parameter(os.environ["GITHUB_TOKEN_PARAMETER_NAME"], decrypt=True)\n'
    )


def test_powertools_is_not_used_where_it_may_not_be(tmp_path: Path) -> None:
    """Without the plugin, it cannot be told whether requirements.txt is installed."""
    files = {"serverless.yml": SERVERLESS, "requirements.txt": "aws-lambda-powertools\n", "app.py": CODE}
    assert after(tmp_path, files, UNSAFE)["app.py"] == FETCHED


@pytest.mark.parametrize(
    "more",
    [
        {"app.py": CODE.replace("['GITHUB_TOKEN']", ".get('GITHUB_TOKEN', '')")},  # a default
        {"app.py": CODE + "\nif 'GITHUB_TOKEN' in os.environ:\n    print(1)\n"},
        {"app.py": CODE + "\nos.environ['GITHUB_TOKEN'] = 'x'\n"},
        {"app.py": CODE + "\nNAMES = ['GITHUB_TOKEN']\n"},
        {"app.py": CODE + "\nfrom pydantic_settings import BaseSettings\n"},
        {"app.py": CODE + "\nsubprocess.run(['x'], env=dict(os.environ))\n"},
        {"app.py": "def handler(event, context):\n    return 1\n"},  # nobody reads it
        {"app.py": CODE.replace("import os", "import os\n_parameter = 1")},  # the name is taken
        {"worker.js": "process.env.GITHUB_TOKEN\n"},
        {"deploy.sh": "export GITHUB_TOKEN=$1\n"},
        {"other/serverless.yml": SERVERLESS},
        {"serverless.yml": SERVERLESS + "    environment:\n      GITHUB_TOKEN: ${ssm:/other}\n"},
        {
            "serverless.yml": SERVERLESS.replace(
                "GITHUB_TOKEN: ${ssm:/github/token}  #", "GITHUB_TOKEN: ${env:GITHUB_TOKEN}  #"
            )
        },
    ],
)
@pytest.mark.holds("fix of secret-in-environment", "what cannot be told keeps all as it is")
def test_all_or_nothing(more: dict[str, str], tmp_path: Path) -> None:
    assert after(tmp_path, {"serverless.yml": SERVERLESS, "app.py": CODE, **more}, UNSAFE) == {}


def findings(root: Path, files: dict[str, str]) -> list[Finding]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return [one for one in run(str(root)).findings if one.rule == "secret-in-environment"]


def test_the_title_says_what_is_left_to_do(tmp_path: Path) -> None:
    files = {"serverless.yml": SERVERLESS, "app.py": CODE, "tests/test_app.py": "os.environ['GITHUB_TOKEN'] = 'x'\n"}
    (finding,) = findings(tmp_path, files)
    fix = fix_of(finding, Files(str(tmp_path)))
    assert fix is not None and finding.fixable == fix.safety == "unsafe"
    assert "ssm:GetParameter" in fix.title and "tests/test_app.py still sets GITHUB_TOKEN" in fix.title
    assert {edit.span.path for edit in fix.edits} == {"serverless.yml", "app.py"}


def test_a_value_that_only_a_person_can_store(tmp_path: Path) -> None:
    written = SERVERLESS.replace("${ssm:/github/token}", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")
    (finding,) = findings(tmp_path, {"serverless.yml": written, "app.py": CODE})
    assert finding.fixable is None
    assert any(
        "it has to be renewed; the name of a secret in Secrets Manager" in other.message for other in finding.related
    )


# --------------------------------------------------------------------------------------------------- permission

TEMPLATE = """\
Resources:
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
{policies}      Environment:
        Variables:
          TOKEN: x
"""
NAMED = Stored("secret", "!Ref Db", "", "TOKEN_SECRET_ARN", True)


@pytest.mark.parametrize(
    ("policies", "line", "text"),
    [
        ("", 6, "      Policies:\n        - AWS"),
        ("      Policies:\n        - One\n        - Two:\n            A: b\n", 10, "        - AWS"),
        ("      Policies:\n      - One\n", 8, "      - AWS"),
    ],
)
def test_a_function_is_given_the_policy(policies: str, line: int, text: str) -> None:
    template = TEMPLATE.format(policies=policies)
    number = template.split("\n").index("          TOKEN: x") + 1
    edits = permitted(template, "t.yaml", (number,), NAMED)
    assert edits is not None and len(edits) == 1
    assert edits[0].span.line == line and edits[0].text.startswith(text)


@pytest.mark.parametrize(
    "policies", ["      Role: !GetAtt Role.Arn\n", "      Policies: [One]\n", "      Policies: One\n"]
)
def test_somebody_elses_role_stays(policies: str) -> None:
    template = TEMPLATE.format(policies=policies)
    number = template.split("\n").index("          TOKEN: x") + 1
    assert permitted(template, "t.yaml", (number,), NAMED) is None


def test_globals_have_no_policies() -> None:
    template = "Globals:\n  Function:\n    Environment:\n      Variables:\n        TOKEN: x\n"
    assert permitted(template, "t.yaml", (5,), NAMED) is None

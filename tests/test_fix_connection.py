"""connection-in-handler: where a constructor goes, what keeps it where it is, and which moves are safe."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run
from lambdalint.fix import UNSAFE
from tests.test_fix import after

if TYPE_CHECKING:
    from pathlib import Path

BODY = "    return s3.get_object(Bucket='b', Key=event['key'])\n"


def module(head: str, *statements: str, body: str = BODY) -> str:
    lines = "".join(f"    {one}".rstrip() + "\n" for one in statements)
    return f"{head}\n\ndef lambda_handler(event, context):\n{lines}{body}"


def safe(root: Path, text: str, **more: str) -> str:
    return after(root, {"app.py": text, **{path.replace("__", "/") + ".py": code for path, code in more.items()}}).get(
        "app.py", text
    )


def unsafe(root: Path, text: str) -> str:
    return after(root, {"app.py": text}, UNSAFE).get("app.py", text)


# ---------------------------------------------------------------------------------------------- where it goes


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("import boto3\n", "import boto3\n\ns3 = boto3.client('s3')\n"),
        ("import boto3\nNAME = 1\n", "import boto3\nNAME = 1\ns3 = boto3.client('s3')\n"),
        ("import boto3\n\n# about nothing\n", "import boto3\n\ns3 = boto3.client('s3')\n\n# about nothing\n"),
        ("try:\n    import boto3\nexcept ImportError:\n    raise\n",
         "try:\n    import boto3\nexcept ImportError:\n    raise\n\ns3 = boto3.client('s3')\n"),
        ('"""Doc."""\nimport boto3; import os\n', '"""Doc."""\nimport boto3; import os\n\ns3 = boto3.client(\'s3\')\n'),
    ],
)  # fmt: skip
def test_below_imports_and_constants(head: str, expected: str, tmp_path: Path) -> None:
    assert safe(tmp_path, module(head, "s3 = boto3.client('s3')")) == module(expected)


def test_below_a_constant_that_it_needs(tmp_path: Path) -> None:
    text = "import boto3\n\n\ndef one():\n    return 1\n\n\nREGION = 'eu-west-1'\n\n" + module(
        "", "s3 = boto3.client('s3', region_name=REGION)"
    )
    made = safe(tmp_path, text)
    assert "REGION = 'eu-west-1'\ns3 = boto3.client('s3', region_name=REGION)\n" in made


def test_comments_and_annotations_move_along(tmp_path: Path) -> None:
    text = module(
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nimport boto3\nif TYPE_CHECKING:\n"
        "    from mypy_boto3_s3 import S3Client\n",
        "key = event['key']",
        "",
        "# The client for pictures",
        "s3: S3Client = boto3.client('s3')  # one is enough",
        "",
    )
    made = safe(tmp_path, text)
    assert "\n# The client for pictures\ns3: S3Client = boto3.client('s3')  # one is enough\n" in made
    assert "    key = event['key']\n\n    return" in made


def test_an_annotation_that_cannot_be_evaluated_stays_with_its_statement(tmp_path: Path) -> None:
    head = "from typing import TYPE_CHECKING\nimport boto3\nif TYPE_CHECKING:\n    from mypy_boto3_s3 import S3Client\n"
    text = module(head, "s3: S3Client = boto3.client('s3')")
    assert safe(tmp_path, text) == text


def test_a_comment_about_what_follows_stays(tmp_path: Path) -> None:
    body = "    # Read the picture\n    s3 = boto3.client('s3')\n" + BODY
    made = safe(tmp_path, module("import boto3\n", body=body))
    assert "    # Read the picture\n    return" in made


def test_a_statement_of_several_lines(tmp_path: Path) -> None:
    body = "    s3 = boto3.client(\n        's3',\n        region_name='eu-west-1',  # home\n    )\n\n" + BODY
    made = safe(tmp_path, module("import boto3\n", body=body))
    assert made == module("import boto3\n\ns3 = boto3.client(\n    's3',\n    region_name='eu-west-1',  # home\n)\n")


def test_line_ends_stay(tmp_path: Path) -> None:
    text = module("import boto3\n", "s3 = boto3.client('s3')")
    (tmp_path / "app.py").write_bytes(text.replace("\n", "\r\n").encode())
    from tests.test_fix import fixed

    expected = module("import boto3\n\ns3 = boto3.client('s3')\n").replace("\n", "\r\n").encode()
    assert fixed(tmp_path).changed["app.py"][1] == expected


def test_an_equal_client_is_used_again(tmp_path: Path) -> None:
    text = module('import boto3\n\nstorage = boto3.client("s3")\n', "s3 = boto3.client('s3')")
    assert safe(tmp_path, text) == module('import boto3\n\nstorage = boto3.client("s3")\n').replace(
        "s3.get", "storage.get"
    )


def test_two_functions_share_one(tmp_path: Path) -> None:
    text = module("import boto3\n", "s3 = boto3.client('s3')", "other()") + (
        "\n\ndef other():\n    s3 = boto3.client('s3')\n    s3.list_buckets()\n"
    )
    made = safe(tmp_path, text)
    assert made.count("boto3.client") == 1 and made.index("boto3.client") < made.index("def ")


@pytest.mark.parametrize(
    ("module_of", "made", "name"),
    [
        ("pymongo", "MongoClient", "mongo_client"),
        ("aws_lambda_powertools.utilities.data_masking.provider.kms.aws_encryption_sdk", "AWSEncryptionSDKProvider",
         "aws_encryption_sdk_provider"),
        ("psycopg2", "connect", "connection"),
    ],
)  # fmt: skip
def test_what_had_no_name_gets_one_of_whole_words(module_of: str, made: str, name: str, tmp_path: Path) -> None:
    text = module(f"from {module_of} import {made}\n", body=f"    return use({made}('x'))\n")
    assert f"{name} = " in unsafe(tmp_path, text) or f"def _{name}()" in unsafe(tmp_path, text)


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    text = module("import boto3\n\ns3 = 'bucket'\n", "s3 = boto3.client('s3')")
    made = safe(tmp_path, text)
    assert made == module("import boto3\n\ns3 = 'bucket'\ns3_client = boto3.client('s3')\n").replace(
        "s3.get", "s3_client.get"
    )


def test_names_in_nested_functions_and_texts_are_renamed_too(tmp_path: Path) -> None:
    body = "    def inner():\n        return f'{s3.meta.region_name}'\n    return inner(), s3.list_buckets()\n"
    made = safe(tmp_path, module("import boto3\n\ns3 = 1\n", "s3 = boto3.client('s3')", body=body))
    assert "f'{s3_client.meta.region_name}'" in made and "s3_client.list_buckets()" in made


@pytest.mark.parametrize(
    "line", ["each = [s3 for s3 in event]", "f = lambda s3: s3.x", "def g(s3):\n        return s3"]
)
def test_a_name_that_an_inner_scope_has_too_is_not_renamed(line: str, tmp_path: Path) -> None:
    taken = module("import boto3\n\ns3 = 1\n", "s3 = boto3.client('s3')", line)
    assert safe(tmp_path, taken) == taken
    free = module("import boto3\n", "s3 = boto3.client('s3')", line)
    assert safe(tmp_path, free) == module("import boto3\n\ns3 = boto3.client('s3')\n", line)


def test_a_local_name_hides_an_equal_client(tmp_path: Path) -> None:
    head = "import boto3\n\ns3 = boto3.client('s3')\n"
    made = unsafe(tmp_path, module(head, "s3 = boto3.client('s3').meta", body="    return s3\n"))
    assert made == module(head + "s3_client = boto3.client('s3')\n", "s3 = s3_client.meta", body="    return s3\n")


@pytest.mark.holds("fix of connection-in-handler", "CPython's ast: the same tree but for what moved")
def test_the_same_syntax_tree_but_for_what_moved(tmp_path: Path) -> None:
    text = module("import boto3\nimport os\n", "x = os.sep", "s3 = boto3.client('s3')", "print(x)")
    before, made = ast.parse(text), ast.parse(safe(tmp_path, text))
    assert isinstance(before.body[-1], ast.FunctionDef) and isinstance(made.body[-1], ast.FunctionDef)
    statement = before.body[-1].body.pop(1)
    assert ast.dump(made.body.pop(2)) == ast.dump(statement)
    assert ast.dump(before) == ast.dump(made)


# --------------------------------------------------------------------------------------- what is not safe


@pytest.mark.parametrize(
    "text",
    [
        module("import boto3\n", "if event.get('x'):", "    s3 = boto3.client('s3')"),  # perhaps never needed
        module("import boto3\n", "while True:", "    s3 = boto3.client('s3')", "    break"),
        module("import boto3\nimport os\n", "s3 = boto3.client('s3', region_name=os.environ['HOME_REGION'])"),
        module("import boto3\n", "s3 = boto3.client('s33')"),  # raises: now when it is called, then at import
        module("import boto3\n", "s3 = boto3.resource('sts')"),
        module("import boto3\n", "s3 = boto3.client('s3', regionname='eu-west-1')"),
        module("import boto3\n", body="    return boto3.client('s3').list_buckets()\n"),
        module("import boto3\nfrom where import region\n", "s3 = boto3.client('s3', region_name=region())"),
        module("import boto3\nimport os\nos.environ['AWS_REGION'] = 'x'\n", "s3 = boto3.client('s3')"),
        module("import boto3\nboto3.setup_default_session(region_name='x')\n", "s3 = boto3.client('s3')"),
        module("import boto3\nimport threading\n", "s3 = boto3.client('s3')"),
        module("import boto3\nPLACE = {}\n", "s3 = boto3.client('s3', region_name=PLACE['region'])"),
        module("import psycopg2\n", "s3 = psycopg2.connect('dbname=x')"),
        module("", "import boto3", "s3 = boto3.client('s3')"),
        module("import boto3\nREGION = None\n", "global REGION", "REGION = 'x'", "s3 = boto3.client('s3', REGION)"),
        module("import boto3\n", "s3 = boto3.client('s3')", "s3 = s3 or None"),
        module("import boto3\n", "global s3", "s3 = boto3.client('s3')"),
        module("import boto3\n", "s3 = boto3.client('s3')", "locals()['s3']"),
        module("import boto3\n", "s3 = boto3.client('s3')", "s3.close()"),
        module("import boto3\n", "s3 = boto3.client('s3')", "s3.meta.events.register('x', print)"),
        module("import boto3\n", "try:", "    s3 = boto3.client('s3')", "except Exception:", "    return None"),
        "import boto3\n\n\ndef lambda_handler(event, context):\n    s3 = boto3.client('s3', **ARGUMENTS)\n"
        + BODY
        + "\n\nlambda_handler({'key': 'k'}, None)\nARGUMENTS = {}\n",
    ],
)
def test_stays_without_unsafe_fixes(text: str, tmp_path: Path) -> None:
    assert safe(tmp_path, text) == text


@pytest.mark.parametrize(
    ("test", "is_safe"),
    [
        ("from app import lambda_handler\n", False),  # an import that needs no region now
        ("from unittest.mock import patch\n\n@patch('app.boto3.client')\ndef test_it(client): ...\n", False),
        ("import boto3\nfrom moto import mock_aws\n\n@mock_aws\ndef test_it():\n    import app\n", False),
        ("from other import thing\n", True),
    ],
)
def test_tests_hold_a_module(test: str, is_safe: bool, tmp_path: Path) -> None:
    text = module("import boto3\n", "s3 = boto3.client('s3')")
    assert (safe(tmp_path, text, tests__test_app=test) != text) is is_safe


def test_a_test_that_imports_a_module_with_a_client_of_its_own(tmp_path: Path) -> None:
    text = module("import boto3\nsqs = boto3.client('sqs')\n", "s3 = boto3.client('s3')")
    assert safe(tmp_path, text, tests__test_app="from app import lambda_handler\n") != text


# ------------------------------------------------------------------------------------------ kept in a cache


def test_a_client_for_each_region(tmp_path: Path) -> None:
    region = "region = os.environ['HOME_REGION'].lower()"
    text = module("import os\nimport boto3\n", region, "s3 = boto3.client('s3', region_name=region)")
    made = unsafe(tmp_path, text)
    assert made == module(
        "from functools import cache\nimport os\nimport boto3\n\n\n@cache\ndef _s3_client(region):\n"
        "    return boto3.client('s3', region_name=region)\n",
        region,
        "s3 = _s3_client(region)",
    )


def test_a_connection_is_opened_on_first_use(tmp_path: Path) -> None:
    text = module("import functools\nimport psycopg2\n", body="    return psycopg2.connect('dbname=x').cursor()\n")
    made = unsafe(tmp_path, text)
    assert "@functools.cache\ndef _connection():\n    return psycopg2.connect('dbname=x')\n" in made
    assert "return _connection().cursor()" in made


@pytest.mark.parametrize(
    "text",
    [
        module("import psycopg2\n", body="    with psycopg2.connect('dbname=x') as db:\n        return db.cursor()\n"),
        module("import psycopg2\n", "db = psycopg2.connect('dbname=x')", "db.close()", body="    return 1\n"),
        module(
            "import requests\n",
            "http = requests.Session()",
            "http.auth = ('a', 'b')",
            body="    return http.get('x')\n",
        ),
        module(
            "import sqlalchemy\n",
            "arguments = {'a': 1}",
            "db = sqlalchemy.create_engine('x://', connect_args=arguments)",
            body="    return db.connect()\n",
        ),
    ],
)
def test_what_is_not_kept(text: str, tmp_path: Path) -> None:
    assert unsafe(tmp_path, text) == text


def test_settings_are_no_key_of_a_cache(tmp_path: Path) -> None:
    text = (
        "import boto3\nfrom botocore.config import Config\n\n\nclass Maker:\n    def __init__(self, service):\n"
        "        self.service = service\n        self.settings = Config(retries={'max_attempts': 3})\n\n"
        "    def make(self):\n        return boto3.client(self.service, config=self.settings)\n\n\n"
        "def lambda_handler(event, context):\n    return Maker('s3').make().list_buckets()\n"
    )
    assert unsafe(tmp_path, text) == text
    made = unsafe(tmp_path, text.replace(", config=self.settings", ""))
    assert "def _client(service):\n    return boto3.client(service)\n" in made and "_client(self.service)" in made


def test_functions_of_one_name_are_told_apart(tmp_path: Path) -> None:
    text = (
        "import boto3\nimport os\n\n\ndef one(region):\n    return boto3.client('s3', region_name=region)\n\n\n"
        "def two(flag):\n    if flag:\n        return boto3.client('s3')\n    return None\n\n\n"
        "def lambda_handler(event, context):\n    return one(os.environ['HOME_REGION']), two(os.environ['FLAG'])\n"
    )
    made = unsafe(tmp_path, text)
    assert made.count("@cache\n") == 2 and made.count("from functools import cache\n") == 1
    names = {line for line in made.splitlines() if line.startswith("def _s3")}
    assert names in (
        {"def _s3_client(region):", "def _s3_client_2():"},
        {"def _s3_client():", "def _s3_client_2(region):"},
    )


# ------------------------------------------------------------------------------------------- what is promised

HELPER = (
    "import boto3\n\n\ndef send(record):\n    ses = boto3.client('ses')\n    ses.send_email(Source=record['from'])\n"
)


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        (module("import boto3\n", "s3 = boto3.client('s3')"), "safe"),
        (module(HELPER, body="    for record in event['Records']:\n        send(record)\n"), "safe"),
        (module("import boto3\n", body=BODY.replace("s3.", "boto3.client('s3').")), "unsafe"),  # it has no name
        (module("import boto3\n", "s3 = boto3.client('s3', region_name=REGION)").replace("\n\n", "\nREGION = 'x'\n", 1),
         "safe"),
        (module("import psycopg2\n", "with psycopg2.connect('dbname=a') as db:", body="        db.cursor()\n"), None),
    ],
)  # fmt: skip
def test_a_promise_of_a_safe_fix_is_kept(text: str, promised: str | None, tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(text)
    (found,) = [item for item in run(str(tmp_path)).findings if item.rule == "connection-in-handler"]
    assert found.fixable == promised
    assert (safe(tmp_path, text) != text) == (promised == "safe")

"""connection-in-handler: what moves along with a constructor, which helpers go, and that modules do what they did."""

from __future__ import annotations

import ast
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.fix import UNSAFE
from lambdalint.fix.files import Content, applied
from lambdalint.model import Span
from lambdalint.rewrite.hoist import hoist
from lambdalint.rewrite.keep import keep
from tests.test_fix import after
from tests.test_fix_connection import module, safe, unsafe

if TYPE_CHECKING:
    from pathlib import Path

# ------------------------------------------------------------------------------------- constants that it needs


def test_a_local_constant_moves_with_it(tmp_path: Path) -> None:
    text = module(
        "import boto3\n",
        "name = 'x'",
        "# where we live",
        "region_name = 'eu-west-1'  # Ireland",
        "s3 = boto3.client('s3', region_name=region_name)",
        "print(name, region_name)",
    )
    made = module(
        "import boto3\n\nregion_name = 'eu-west-1'  # Ireland\ns3 = boto3.client('s3', region_name=region_name)\n",
        "name = 'x'",
        "# where we live",
        "print(name, region_name)",
    )
    assert safe(tmp_path, text) == made


def test_one_constant_serves_all_functions(tmp_path: Path) -> None:
    def function(name: str, service: str) -> str:
        return (
            f"\n\ndef {name}():\n    region = os.environ['HOME_REGION']\n"
            f"    {service} = boto3.client('{service}', region_name=region)\n    return {service}.list()\n"
        )

    text = "import boto3\nimport os\n" + function("one", "ds") + function("two", "ec2")
    text += "\n\ndef lambda_handler(event, context):\n    return one(), two()\n"
    made = unsafe(tmp_path, text)
    assert made == (
        "import boto3\nimport os\n\nregion = os.environ['HOME_REGION']\n"
        "ds = boto3.client('ds', region_name=region)\nec2 = boto3.client('ec2', region_name=region)\n"
        "\n\ndef one():\n    return ds.list()\n\n\ndef two():\n    return ec2.list()\n"
        "\n\ndef lambda_handler(event, context):\n    return one(), two()\n"
    )


def test_a_constant_that_is_there_is_used(tmp_path: Path) -> None:
    head = "import os\nimport boto3\n\nREGION = os.environ['AWS_REGION']\n"
    text = module(
        head, "region = os.environ['AWS_REGION']", "s3 = boto3.client('s3', region_name=region)", "print(region)"
    )
    assert safe(tmp_path, text) == module(head + "s3 = boto3.client('s3', region_name=REGION)\n", "print(REGION)")


def test_an_equal_text_of_another_name_is_another_thing(tmp_path: Path) -> None:
    head = "import boto3\n\nBACKUP = 'eu-west-1'\n"
    text = module(head, "region = 'eu-west-1'", "s3 = boto3.client('s3', region_name=region)")
    assert "region = 'eu-west-1'\ns3 = boto3.client('s3', region_name=region)\n" in safe(tmp_path, text)


@pytest.mark.parametrize(
    "lines",
    [
        ("region = 'a'", "if event:", "    region = 'b'"),
        ("if event:", "    region = 'b'", "else:", "    region = 'a'"),
        ("region = event['region']",),
        ("for region in ('a', 'b'):", "    pass"),
        ("region = where()",),
    ],
)
def test_what_is_no_constant_stays(lines: tuple[str, ...], tmp_path: Path) -> None:
    text = module("import boto3\nfrom there import where\n", *lines, "s3 = boto3.client('s3', region_name=region)")
    assert safe(tmp_path, text) == text


def test_a_function_that_would_be_empty_keeps_its_constant(tmp_path: Path) -> None:
    text = (
        "import boto3\n\n\ndef warm():\n    region = 'eu-west-1'\n    s3 = boto3.client('s3', region_name=region)\n"
        "\n\ndef lambda_handler(event, context):\n    warm()\n"
    )
    assert safe(tmp_path, text) == text


def test_no_blank_line_is_left_where_a_block_begins(tmp_path: Path) -> None:
    text = module(
        "import boto3\n",
        "print(event)",
        "",
        "region = 'eu-west-1'",
        "s3 = boto3.client('s3', region_name=region)",
        "",
        "print(context)",
        "try:",
        "    # Create a client",
        "    sqs = boto3.client('sqs')",
        "",
        "    sqs.list_queues()",
        "except ValueError:",
        "    pass",
    )
    made = safe(tmp_path, text)
    assert "    print(event)\n\n    print(context)\n    try:\n        sqs.list_queues()\n" in made


# --------------------------------------------------------------------------------------------- what is around it


def test_a_cast_moves_too(tmp_path: Path) -> None:
    head = "from typing import cast\n\nimport boto3\nfrom mypy_boto3_s3 import S3Client\n"
    text = module(head, "s3 = cast(S3Client, boto3.client('s3'))")
    assert safe(tmp_path, text) == module(head + "\ns3 = cast(S3Client, boto3.client('s3'))\n")


def test_a_cast_moves_out_of_a_constructor(tmp_path: Path) -> None:
    text = (
        "from typing import cast\n\nimport boto3\n\n\nclass Store:\n    def __init__(self):\n"
        "        self.s3 = cast('S3Client', boto3.client('s3'))\n\n"
        "\ndef lambda_handler(event, context):\n    return Store().s3.list_buckets()\n"
    )
    made = unsafe(tmp_path, text)
    assert "\ns3_client = cast('S3Client', boto3.client('s3'))\n" in made and "self.s3 = s3_client\n" in made


def test_a_nested_function(tmp_path: Path) -> None:
    body = "    def inner():\n        s3 = boto3.client('s3')\n        return s3.list_buckets()\n\n    return inner()\n"
    made = safe(tmp_path, module("import boto3\n", body=body))
    expected = "    def inner():\n        return s3.list_buckets()\n\n    return inner()\n"
    assert made == module("import boto3\n\ns3 = boto3.client('s3')\n", body=expected)


def test_a_name_of_the_function_around_holds_it(tmp_path: Path) -> None:
    body = "    def inner():\n        s3 = boto3.client(name)\n        return s3.list_buckets()\n\n    return inner()\n"
    text = module("import boto3\n", "name = event['service']", body=body)
    assert unsafe(tmp_path, text) == text


def test_an_event_loop_does_not_hold_a_client_of_boto3(tmp_path: Path) -> None:
    text = (
        "import asyncio\nimport boto3\n\n\nasync def main():\n    s3 = boto3.client('s3')\n    return s3.list()\n"
        "\n\ndef lambda_handler(event, context):\n    return asyncio.run(main())\n"
    )
    made = safe(tmp_path, text)
    assert "\ns3 = boto3.client('s3')\n" in made and "async def main():\n    return s3" in made


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_tabs_and_continued_lines(ends: str, tmp_path: Path) -> None:
    text = (
        "import boto3\n\n\ndef lambda_handler(event, context):\n\ts3 = \\\n\t\tboto3.client('s3')\n\treturn s3.list()\n"
    )
    expected = (
        "import boto3\n\ns3 = \\\n\t\tboto3.client('s3')\n\n\ndef lambda_handler(event, context):\n\treturn s3.list()\n"
    )
    (tmp_path / "app.py").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", ends).encode())
    from tests.test_fix import fixed

    assert fixed(tmp_path).changed["app.py"][1] == b"\xef\xbb\xbf" + expected.replace("\n", ends).encode()


# ---------------------------------------------------------------------------------------- helpers that are empty


def test_a_helper_with_nothing_left_to_do_goes(tmp_path: Path) -> None:
    text = (
        "import boto3\n\n\ndef get_client():\n    '''The client.'''\n    return boto3.client('s3')\n\n\n"
        "def other():\n    return get_client().list_buckets()\n\n\n"
        "def lambda_handler(event, context):\n    s3 = get_client()\n    other()\n    return s3.list_buckets()\n"
    )
    assert unsafe(tmp_path, text) == (
        "import boto3\n\ns3 = boto3.client('s3')\n\n\ndef other():\n    return s3.list_buckets()\n\n\n"
        "def lambda_handler(event, context):\n    other()\n    return s3.list_buckets()\n"
    )


def test_a_helper_at_the_end_goes_with_the_blank_lines_above(tmp_path: Path) -> None:
    text = (
        "import boto3\n\n\ndef lambda_handler(event, context):\n    s3 = make()\n    return s3.list_buckets()\n"
        "\n\ndef make():\n    client = boto3.client('s3')\n    return client\n"
    )
    assert safe(tmp_path, text) == module(
        "import boto3\n\ns3 = boto3.client('s3')\n", "return s3.list_buckets()", body=""
    )


@pytest.mark.parametrize(
    ("helper", "more"),
    [
        ("def make():\n    return boto3.client('s3')  # ours", {}),  # a comment
        ("@decorated\ndef make():\n    return boto3.client('s3')", {}),
        ("def make(flag=False):\n    return boto3.client('s3')", {}),
        ("def make():\n    print(1)\n    return boto3.client('s3')", {}),
        ("def make():\n    return boto3.client('s3')\n\n\n__all__ = ['make']", {}),
        ("def make():\n    return boto3.client('s3')\n\n\nMAKERS = [make]", {}),
        ("def make():\n    return boto3.client('s3')", {"other.py": "from app import make\n"}),
        ("def make():\n    return boto3.client('s3')", {"tests/test_app.py": "patch('app.make')\n"}),
    ],
)
def test_a_helper_that_others_know_or_that_does_more_stays(helper: str, more: dict[str, str], tmp_path: Path) -> None:
    head = "import boto3\nfrom there import decorated\n\n\n"
    text = f"{head}{helper}\n\n\ndef lambda_handler(event, context):\n    return make().list_buckets()\n"
    made = after(tmp_path, {"app.py": text, **more}, UNSAFE).get("app.py", text)
    assert "def make(" in made and "make().list_buckets()" in made


def test_a_name_that_others_have_for_their_own_is_free(tmp_path: Path) -> None:
    text = (
        "import boto3\n\n\ndef read(s3_client):\n    return s3_client.list_buckets()\n\n\n"
        "def lambda_handler(event, context):\n    return read(boto3.client('s3'))\n"
    )
    assert "s3_client = boto3.client('s3')\n" in unsafe(tmp_path, text) and "read(s3_client)" in unsafe(tmp_path, text)


# ------------------------------------------------------------------------------------------------ sessions


def test_a_client_is_kept_with_the_session_it_is_made_of(tmp_path: Path) -> None:
    text = module(
        "import os\nimport boto3\n",
        "region = os.environ['HOME_REGION'].lower()",
        "session = boto3.Session(region_name=region)",
        "s3 = session.client('s3')",
    )
    made = unsafe(tmp_path, text)
    assert made == module(
        "from functools import cache\nimport os\nimport boto3\n\n\n@cache\ndef _session(region):\n"
        "    return boto3.Session(region_name=region)\n\n\n@cache\ndef _s3_client(region):\n"
        "    return _session(region).client('s3')\n",
        "region = os.environ['HOME_REGION'].lower()",
        "s3 = _s3_client(region)",
    )


def test_a_session_with_a_constant_moves_whole(tmp_path: Path) -> None:
    text = module(
        "import boto3\n",
        'region_name = "eu-west-1"',
        "session = boto3.session.Session()",
        "s3 = session.client(service_name='s3', region_name=region_name)",
    )
    made = safe(tmp_path, text)
    assert made.count("session = ") == 1 and "def lambda_handler(event, context):\n    return s3" in made


# --------------------------------------------------------------------------------------- what the program does

LOCAL = st.lists(
    st.sampled_from(
        [
            "region = 'a'",
            "region = REGION",
            "region = os.environ.get('HOME', 'x')",
            "other = region = 'b'",
            "region: str = 'c'",
            "if event: region = 'd'",
            "region = event['region']",
            "region = 'a'  # said",
            "LOG.append(region)",
            "def inner(): return region",
            "zone = region",
        ]
    ),
    min_size=1,
    max_size=4,
)
TOP = st.lists(
    st.sampled_from(["REGION = 'a'", "region = 'a'", "region = 'z'", "client = 1", "REGION = 'z'", "import json"]),
    max_size=3,
)
MADE = st.sampled_from(
    [
        "client = boto3.client('s3', region_name=region)",
        "client = cast(str, boto3.client('s3', region_name=region))",
        "client = boto3.client('s3', region_name=region); LOG.append(1)",
        "LOG.append(boto3.client('s3', region_name=region)); client = region",
        "client = boto3.client('s3', region)",
    ]
)
USES = st.sampled_from(
    ["made = make(event)", "region = 'q'\n    made = make(event)", "client = make(event)\n    made = client"]
)


def _ran(text: str) -> Any:
    """What a module's handler returns for two events, or the exception that it raises at import or later."""
    fake = SimpleNamespace(client=lambda *given, **named: (given, tuple(sorted(named.items()))))
    names: dict[str, Any] = {}
    try:
        with patch.dict(sys.modules, boto3=fake):
            exec(compile(text, "app.py", "exec"), names)
        return [_answer(names["handler"], event) for event in ({"region": "e"}, {})]
    except Exception as error:
        return type(error).__name__


def _answer(handler: Any, event: dict[str, str]) -> Any:
    try:
        return handler(event)
    except Exception as error:
        return type(error).__name__


@settings(max_examples=300, deadline=None)
@given(TOP, LOCAL, MADE, USES, st.booleans())
@pytest.mark.holds("fix of connection-in-handler", "CPython: random handlers, run before and after")
def test_the_program_does_what_it_did(top: list[str], local: list[str], made: str, use: str, bare: bool) -> None:
    inside = "" if bare else "".join(f"    {line}\n" for line in local)
    made = made.replace("=region)", "='k')") if bare else made
    text = (
        "import os\nimport boto3\nfrom typing import cast\nLOG = []\nREGION = 'r'\n"
        + "".join(f"{line}\n" for line in top)
        + "\n\n"
        f"def make({'' if bare else 'event'}):\n{inside}    {made}\n    return client\n\n\n"
        f"def handler(event):\n    {use.replace('(event)', '()') if bare else use}\n    return made, len(LOG) > 0\n"
    )
    function = next(one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef))
    call = next(
        node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == "boto3.client"
    )
    assert call.end_lineno is not None and call.end_col_offset is not None
    span = Span("app.py", call.lineno, call.col_offset + 1, call.end_lineno, call.end_col_offset + 1)
    content = Content(text, "utf-8", b"", "\n")
    moved = hoist(text, span, "s3_client", lambda name: True)
    if moved is not None:
        assert _ran(applied(content, moved.edits)) == _ran(text), applied(content, moved.edits)
    kept = keep(
        "from functools import partial\n" + text, span._replace(line=span.line + 1, end_line=span.end_line + 1), "_s3"
    )
    if kept is not None:
        whole = "from functools import partial\n" + text
        assert _ran(applied(Content(whole, "utf-8", b"", "\n"), kept)) == _ran(whole)

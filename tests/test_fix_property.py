"""Whatever a module looks like: a move leaves the same program but for where the object is made, and every comment."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.fix.files import Content, applied
from lambdalint.model import Span
from lambdalint.rewrite.hoist import hoist
from lambdalint.rewrite.keep import keep
from tests.inlined import same_comments, same_program

CALL = "boto3.client('s3', region_name=REGION)"
HEADS = st.lists(
    st.sampled_from(
        [
            "import os",
            "from functools import wraps  # w",
            "# a comment",
            "",
            "try:\n    import json\nexcept ImportError:\n    json = None",
            "LOG = os.sep",
            "client = 1",
            "client = boto3.client('s3', region_name=REGION)",
            "def early():\n    client = 2\n    return client",
            "class Early:\n    client = 3",
            "if os.sep:\n    FLAG = 1\n    # ends the block",
        ]
    ),
    max_size=6,
)
LINES = st.lists(
    st.sampled_from(
        [
            "x = event['x']",
            "",
            "# about what follows",
            "# the client",
            "client.list_buckets()  # uses it",
            "print(f'{client!r} {x}')",
            "y = [client for _ in range(2)]",
            "call(client=client, other=event)",
            "def inner():\n        return client",
            "if event:\n        client.close_all()",
            "text = '''\n  # no comment\n'''",
        ]
    ),
    max_size=5,
)
STATEMENTS = st.sampled_from(
    [
        f"client = {CALL}",
        f"client = {CALL}  # one",
        f"client: object = {CALL}",
        "client = boto3.client(\n        's3',  # the service\n        region_name=REGION,\n    )",
        f"client = {CALL}.meta",
        f"use({CALL})",
        f"return {CALL}",
        f"client = event and {CALL}",
        f"client = other = {CALL}",
        f"client = {CALL}; x = 1",
    ]
)


@settings(max_examples=400, deadline=None)
@given(HEADS, LINES, STATEMENTS, LINES, st.sampled_from(["", "async "]), st.sampled_from(["\n", "\r\n"]))
@pytest.mark.holds("fix of connection-in-handler", "random handlers: parses, and a second run finds nothing")
def test_moves(head: list[str], above: list[str], statement: str, below: list[str], word: str, newline: str) -> None:
    body = "".join(f"    {line}".rstrip() + "\n" for line in (*above, statement, *below, "return event"))
    text = "\n".join(["import boto3", "REGION = 'eu-west-1'", *head, f"\n\n{word}def handler(event, context):\n{body}"])
    text += "\n\ndef later(client):\n    return client\n"
    text = text.replace("\n", newline)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    function = next(
        one for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == "handler"
    )
    call = next(
        node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == "boto3.client"
    )
    assert call.end_lineno is not None and call.end_col_offset is not None
    span = Span("a.py", call.lineno, call.col_offset + 1, call.end_lineno, call.end_col_offset + 1)
    content = Content(text, "utf-8", b"", newline)

    moved = hoist(text, span, "s3_client")
    if moved is not None:
        after = applied(content, moved.edits)
        assert same_program(text, after, [CALL]), after
        assert same_comments(text, after), after
        assert newline == "\n" or "\n" not in after.replace("\r\n", "")
        assert ast.unparse(ast.parse(after)).count(CALL) <= ast.unparse(tree).count(CALL)

    kept = keep(text, span, "_s3_client")
    if kept is not None:
        after = applied(content, kept)
        ast.parse(after)
        assert same_comments(text, after) or "# the service" in text
        assert ast.unparse(ast.parse(after)).count(CALL) == ast.unparse(tree).count(CALL)

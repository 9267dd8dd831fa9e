"""How much a connection that each invocation opens weighs: the severity of what the pages only mark as found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.catalog import catalog
from lambdalint.engine import run
from lambdalint.settings import Chosen, load

if TYPE_CHECKING:
    from pathlib import Path

HANDLER = """
import smtplib
import ftplib
import psycopg2
import boto3


def lambda_handler(event, context):
    {}
"""


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("with smtplib.SMTP('mail.example.com') as server: server.noop()", "info"),
        ("server = ftplib.FTP('files.example.com'); server.cwd('in'); server.quit()", "info"),
        ("server = smtplib.SMTP('mail.example.com'); server.noop()", "warning"),
        ("with psycopg2.connect('dbname=orders') as connection: connection.cursor()", "warning"),
        ("boto3.client('s3').list_buckets()", "warning"),
    ],
)
def test_weight(body: str, severity: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER.format(body), encoding="utf-8")
    rules = catalog()
    settings = load(str(tmp_path), rules, Chosen(select=("connection-in-handler",)))
    (found,) = run(str(tmp_path), settings=settings, rules=rules).findings
    assert found.severity == severity

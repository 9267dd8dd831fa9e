"""knowledge/secrets: what is a credential, what is none; every value here is made up while the test runs."""

from __future__ import annotations

import base64
import json
import random
import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.knowledge.secrets import SPECIAL, announces, credential, identifies, looks_random, placeholder
from lambdalint.knowledge.tables import rows

RANDOM = random.Random(20261123)
LETTERS = string.ascii_letters + string.digits


def drawn(length: int, alphabet: str = LETTERS) -> str:
    return "".join(RANDOM.choice(alphabet) for _ in range(length))


def characters(alphabet: str) -> str:
    """The characters of a class as the table writes it: "A-Z2-7"."""
    return "".join(character for character in map(chr, range(33, 127)) if re.fullmatch(f"[{alphabet}]", character))


SHAPES = [row for row in rows("secret_shapes", 9) if row[0] not in SPECIAL and row[4] and row[5]]


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row[0])
def test_each_shape_is_found_and_nothing_shorter(row: list[str]) -> None:
    identity, _, confidence, prefixes, alphabet, length, contains, keywords, _ = row
    least, _, most = length.partition("-")
    name = {"": "VALUE"}.get(keywords, keywords.split()[0] if keywords else "") or "VALUE"
    if confidence == "medium":
        name += "_TOKEN"
    plain = "".join(character for character in characters(alphabet) if character.isalnum())
    for prefix in prefixes.split() or [""]:
        body = drawn(int(least), plain)
        if contains:
            body = body[: int(least) - len(contains) - 5] + contains + body[:5]
        found = credential(prefix + body, name)
        assert found is not None and found.sure, prefix
        assert found.id == identity or identity == "openai-key", found
        inside = credential(f'{{"key": "{prefix + body}"}}', name)
        assert inside is not None and inside.sure
        if confidence == "high" and not contains:
            short = credential(prefix + body[: int(least) // 2], "VALUE")
            assert short is None or short.id != identity
            if not most:
                long = credential(prefix + body + "a" + body, "VALUE")
                assert long is None or long.id != identity


def token(payload: dict[str, str]) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, payload]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*encoded, drawn(43)))


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE" + drawn(60), "CERT", "private-key-pem"),
        ("-----BEGIN PUBLIC KEY-----\nMIIE" + drawn(60), "CERT", None),
        (token({"sub": "someone"}), "X", "jwt"),
        (token({"role": "anon", "iss": "supabase"}), "SUPABASE_KEY", None),  # made to be published
        (f"SG.{drawn(22)}.{drawn(43)}", "X", "sendgrid-key"),
        (f"{drawn(32, 'abcdef0123456789')}-us12", "X", "mailchimp-key"),
        (f"123498765:A{drawn(34)}", "BOT_TOKEN", "telegram-bot-token"),
        (f"postgres://app:{drawn(12)}@db.internal.net/x", "DATABASE_URL", "url-with-password"),
        ("postgres://app:${password}@db.internal.net/x", "DATABASE_URL", None),
        ("postgres://app:password@db.internal.net/x", "DATABASE_URL", None),
        (f"redis://:{drawn(12)}@localhost:6379", "REDIS_URL", None),
        ("https://db.internal.net/x", "DATABASE_URL", None),
        ("AKIA" + "IOSFODNN7EXAMPLE", "AWS_ACCESS_KEY_ID", None),  # the dummy of the AWS documentation
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY", "AWS_SECRET_ACCESS_KEY", None),
        ("ghp_" + "x" * 36, "GITHUB_TOKEN", None),
        (drawn(40), "COMMIT", None),
        (drawn(32, "abcdef0123456789"), "LAYER_HASH", None),
        (drawn(32, "abcdef0123456789"), "API_KEY", "named-secret"),
        (drawn(24), "client_secret", "named-secret"),
        ("Tr0ub4dor&3", "DB_PASSWORD", "named-secret"),
        ("Tr0ub4dor&3", "DB_NAME", None),
        ("prod-db-password", "DB_PASSWORD", None),
        ("ingestion/slack-token", "SLACK_TOKEN_SECRET", None),
        ("/orders/prod/Password1", "DB_PASSWORD", None),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf", "DB_SECRET", None),
        ("OrdersApiKeyV2-Prod", "API_KEY", None),
        ("certs/client-2024.pem", "PRIVATE_KEY", None),
        ("4096", "PASSWORD_ITERATIONS", None),
        ("<YOUR DATADOG API KEY>", "DD_API_KEY", None),
        ("1234567890abcdef1234567890abcdef", "API_KEY", None),
        ("true", "USE_PASSWORD", None),
        ("", "DB_PASSWORD", None),
    ],
)
def test_values(value: str, name: str, expected: str | None) -> None:
    found = credential(value, name)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "dbPassword", "API_KEY", "apiKey", "GITHUB_TOKEN", "JWT_SECRET", "SLACK_WEBHOOK_URL", "LICENSE_KEY",
     "PRIVATE_KEY", "CLIENT_SECRET", "api-auth-token", "MASTER_PASSPHRASE"],
)  # fmt: skip
def test_names_that_announce_a_secret(name: str) -> None:
    assert announces(name)


@pytest.mark.parametrize(
    "name",
    ["SECRET_NAME", "SECRET_ARN", "DB_SECRET_ID", "API_KEY_SSM_NAME", "WORKSPACE_API_KEY_NAME", "PASSWORD_ITERATIONS",
     "METADATA_KEY", "BUCKET_NAMES_BY_KEY", "AUTH_STORE", "CIS_AUTHZERO_TENANT", "AUTH0_CLIENT_PUBLIC_KEY", "TOKEN_URL",
     "ENCRYPTED_CARBON_BLACK_API_TOKEN", "MAX_TOKENS", "NEXT_TOKEN", "TOKENIZER", "SECRETS_MANAGER_ENDPOINT",
     "KMS_KEY_ARN", "ACCESS_TOKEN_LIFETIME", "PASSWORDLESS", "KEYBOARD", ""],
)  # fmt: skip
def test_names_that_do_not(name: str) -> None:
    assert not announces(name)


def test_what_is_kept_beside_a_secret() -> None:
    assert all(map(identifies, ["DB_USERNAME", "AZURE_CLIENT_ID", "tenant_id", "POSTGRES_HOST", "dbname", "PORT"]))
    assert not any(map(identifies, ["DB_PASSWORD", "CLIENT_SECRET", "TOKEN", "CONNECTION", ""]))


def test_disorder() -> None:
    assert looks_random(drawn(32))
    assert not looks_random("a" * 32) and not looks_random("the-quick-brown-fox-jumps") and not looks_random("short1A")
    assert placeholder("CHANGEME") and placeholder("your-api-key") and placeholder("{{resolve:ssm:/x}}")


@given(st.text(max_size=200), st.text(max_size=20))
def test_no_value_crashes(value: str, name: str) -> None:
    found = credential(value, name)
    assert found is None or value.strip()


def test_long_values_are_read_in_linear_time() -> None:
    start = time.perf_counter()
    for value in (
        "eyJ" * 20_000, "a:" * 30_000 + "@", "http://" * 10_000, "A" * 60_000, "a-" * 30_000, "-----BEGIN " * 6000,
        "b-" + "a" * 300 + "1" * 9, "b-" + "aB" * 300 + "1" * 9, "A-" + "AB" * 300 + "!", "v1" * 300 + "-x",
        "a+" * 4000 + "://b:c@d", "x://" + ":" * 8000 + "@",
    ):  # fmt: skip
        credential(value, "API_TOKEN")
        credential(value, "DB_PASSWORD")
    assert time.perf_counter() - start < 2

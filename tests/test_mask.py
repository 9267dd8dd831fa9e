"""A secret is shown nowhere: not in another finding's line, not escaped, not folded, in no format."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.fingerprint import fingerprints
from lambdalint.mask import COVER, mask, mask_columns
from lambdalint.model import Finding, Problem, Related, Span
from lambdalint.report import format_names, renderer
from tests.reports import CONNECTION, PASSWORD, SECRET, SOURCES, context, finding, report


def test_every_occurrence_and_only_that() -> None:
    assert mask("a hunter2-hunter2 b hunter2-hunter2", ["hunter2-hunter2"]) == f"a {COVER} b {COVER}"
    assert mask("nothing here", ["hunter2-hunter2"]) == "nothing here"
    assert mask("nothing here", []) == "nothing here"


def test_the_longest_secret_wins() -> None:
    assert mask("abcdef-ghijkl", ["abcdef", "abcdef-ghijkl"]) == COVER


def test_a_short_secret_is_covered_where_it_stands_alone() -> None:
    assert mask("dev: device, 'dev'", ["dev"]) == f"{COVER}: device, '{COVER}'"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ('pass"word-x', json.dumps({"p": 'pass"word-x'})),
        ("pass/word-x", r'{"p": "pass\/word-x"}'),
        ("it's-a-secret", "p: 'it''s-a-secret'"),
        ("it's-a-secret", r"p = 'it\'s-a-secret'"),
        ("it's-a-secret", "P='it'\\''s-a-secret'"),
        ("back\\slash-x", '"back\\\\slash-x"'),
        ("pa${ss}word", 'p = "pa$${ss}word"'),
        ("pässwort-x", json.dumps("pässwort-x")),
        ("user:p%40ss-word", "the password is user:p@ss-word"),
    ],
)
def test_forms_in_which_files_write_a_secret(secret: str, text: str) -> None:
    made = mask(text, [secret])
    assert COVER in made
    assert secret not in made
    assert "word-x" not in made
    assert "s-a-secret" not in made


def test_each_line_of_a_key_is_covered() -> None:
    key = "-----BEGIN X-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVg==\n-----END X-----\n"
    assert mask("    QUJDREVGR0hJSktMTU5PUFFSU1RVVg==", [key]) == f"    {COVER}"


def test_columns_move_with_the_covers() -> None:
    line = "a = 'secret-secret'; b = call()"
    text, (start, end, inside) = mask_columns(line, ["secret-secret"], [line.index("call"), len(line), 7])
    assert text == f"a = '{COVER}'; b = call()"
    assert text[start:end] == "call()"
    assert text[:inside] == f"a = '{COVER}"


def test_a_cover_does_not_tell_the_length() -> None:
    assert mask("x" * 12, ["x" * 12]) == mask("x" * 40, ["x" * 40]) == COVER


@pytest.mark.parametrize("name", format_names())
@pytest.mark.parametrize("verbose", [0, 1])
def test_no_format_shows_a_secret(name: str, verbose: int) -> None:
    other = finding(f"else with {SECRET}", "template.yaml", 7, 11)._replace(
        related=(Related(Span("template.yaml", 6, 11, 6, 22), f"like {SECRET}"),),
        code_flow=(
            Related(Span("template.yaml", 6, 11, 6, 22), f"hop {SECRET}"),
            Related(Span("template.yaml", 7, 11, 7, 22), "hop"),
        ),
        functions=("template.yaml#Orders",),
    )
    made = report(PASSWORD, other, CONNECTION, problems=(Problem("template.yaml", 6, f"cannot read {SECRET}"),))
    for color in (False, True):
        text = renderer(name)(made, context(verbose=verbose, color=color))
        assert SECRET not in text
        assert SECRET[:12] not in text
        if name not in ("gitlab", "checkstyle", "rdjson"):
            assert f"cannot read {COVER}" in text.replace("\\*", "*")


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_a_secret_written_in_a_form_of_its_own_is_covered_whole(name: str) -> None:
    line = 'PASSWORD: "hunt\\x65r2-hunter2"'
    one = Finding(
        "a credential", Span("a.yaml", 1, 11, 1, 31), rule="r", severity="error", secrets=("hunter2-hunter2",)
    )
    text = renderer(name)(report(one), context({"a.yaml": line}))
    assert "hunter2" not in text
    assert "r2-" not in text
    assert "PASSWORD" in text


def test_fingerprints_do_not_depend_on_the_secret() -> None:
    def prints(secret: str) -> list[str]:
        source = {"template.yaml": SOURCES["template.yaml"].replace(SECRET, secret)}
        return fingerprints([PASSWORD._replace(secrets=(secret,))], context(source).line)

    assert prints("another-" + "secret-value") == prints(SECRET)


@given(
    st.text(min_size=8, max_size=30).filter(lambda text: text.strip() == text and COVER not in text),
    st.text(),
    st.text(),
)
def test_no_long_secret_survives(secret: str, before: str, after: str) -> None:
    assert secret not in mask(before + secret + after, [secret]).replace(COVER, "")

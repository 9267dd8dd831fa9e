"""TypeScript and JavaScript as terms: what is read, where it stands, and that broken text is only a problem."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from lambdalint.languages.terms.facts import Export, Import, Module, Term
from lambdalint.languages.typescript import parse


def read(text: str, path: str = "app.ts") -> Module:
    module, problems = parse(path, text)
    assert problems == ()
    assert module is not None
    return module


def only(text: str, path: str = "app.ts") -> Term:
    """The expression of a file's one statement."""
    (statement,) = read(text, path).body
    assert statement.kind == "expression"
    term: Term = statement.parts[0]
    return term


def value(text: str) -> Term:
    """What the first declaration of a file is given."""
    term: Term = read(text).body[0].parts[1]
    return term


def cut(text: str, at: tuple[int, int, int, int]) -> str:
    """The text at a place of one line."""
    line = text.split("\n")[at[0] - 1]
    assert at[0] == at[2]
    return line[at[1] - 1 : at[3] - 1]


def test_imports_keep_module_name_and_alias() -> None:
    module = read(
        "import * as cdk from 'aws-cdk-lib';\nimport def, { a as b } from './x';\nimport type { C } from './y';\n"
        "import fs = require('fs');\n"
    )
    assert [(entry.module, entry.imported, entry.local) for entry in module.imports] == [
        ("aws-cdk-lib", "*", "cdk"),
        ("./x", "default", "def"),
        ("./x", "a", "b"),
        ("./y", "C", "C"),
        ("fs", "*", "fs"),
    ]
    assert module.imports[0] == Import("aws-cdk-lib", "*", "cdk", (1, 1, 1, 36))


def test_exports_of_all_forms() -> None:
    module = read(
        "export const a = 1, b = 2;\nexport default class Foo {}\nexport { a as c };\nexport * from './z';\n"
        "export * as ns from './q';\nexport { d as e } from './w';\nexport enum Color { Red }\n"
    )
    assert module.exports == (
        Export("a", "a"),
        Export("b", "b"),
        Export("default", "Foo"),
        Export("c", "a"),
        Export("*", "*", "./z"),
        Export("ns", "*", "./q"),
        Export("e", "d", "./w"),
        Export("Color", "Color"),
    )


def test_default_export_of_an_expression_is_a_statement() -> None:
    (statement,) = read("export default { a: 1 };").body
    assert (statement.kind, statement.value, statement.parts[0].kind) == ("export", "default", "object")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'it\\'s'", "it's"),
        ('"\\u00e9\\x41\\n"', "éA\n"),
        ("`plain\nlines`", "plain\nlines"),
        ("1_000", 1000),
        ("0x1F", 31),
        ("10n", 10),
        ("1.5e3", 1500.0),
        ("true", True),
        ("null", None),
        ("undefined", None),
    ],
)
def test_constants(text: str, expected: Any) -> None:
    term = value(f"const x = {text};")
    assert term.kind == "constant"
    assert term.value == expected
    assert type(term.value) is type(expected)


@pytest.mark.parametrize("text", ["(x)", "x!", "x as Foo", "x satisfies Foo", "<Foo>x", "((x)) as any"])
def test_wrappers_stand_for_what_they_wrap(text: str) -> None:
    assert value(f"const y = {text};")[:3:2] == ("name", "x")


def test_await_stands_for_what_it_waits_for() -> None:
    assert only("await f();").kind == "call"


def test_object_literal_with_every_kind_of_entry() -> None:
    text = "const x = { a: 1, 'b-c': 2, [k]: 3, d, ...e, m() { return 1; }, 4: 5 };"
    term = value(text)
    kinds = [part.kind for part in term.parts]
    assert kinds == ["pair", "pair", "pair", "pair", "spread", "pair", "pair"]
    keys = [(part.parts[0].kind, part.parts[0].value) for part in term.parts if part.kind == "pair"]
    assert keys == [
        ("constant", "a"),
        ("constant", "b-c"),
        ("name", "k"),
        ("constant", "d"),
        ("constant", "m"),
        ("constant", "4"),
    ]
    assert cut(text, term.parts[1].parts[0].at) == "'b-c'"
    assert cut(text, term.parts[3].parts[1].at) == "d"
    assert term.parts[5].parts[1].value.kind == "method"


def test_arrays_keep_holes_and_spreads() -> None:
    assert [part.kind for part in value("const x = [1, , ...y];").parts] == ["constant", "hole", "spread"]


def test_template_keeps_its_parts_in_order() -> None:
    term = value("const x = `a${b}c\\t${d.e}`;")
    assert [(part.kind, part.value) for part in term.parts] == [
        ("constant", "a"),
        ("name", "b"),
        ("constant", "c"),
        ("constant", "\t"),
        ("attribute", "e"),
    ]


def test_calls_and_new_put_the_callee_first() -> None:
    text = "const x = new lambda.Function(this, 'Id', {});"
    term = value(text)
    assert term.kind == "new"
    assert [part.kind for part in term.parts] == ["attribute", "this", "constant", "object"]
    assert cut(text, term.parts[0].at) == "lambda.Function"


def test_optional_chains_and_indexes() -> None:
    term = only("a?.b?.['c']?.(1);")
    assert term.kind == "call"
    assert term.parts[0].kind == "index"
    assert term.parts[0].parts[1].value == "c"


def test_class_with_fields_methods_and_constructor() -> None:
    module = read(
        "export class Foo<T> extends cdk.Stack implements Bar {\n"
        "  static readonly y = 3;\n  readonly x: string;\n  #p = 1;\n"
        "  constructor(scope: C, private readonly id: string = 'q', ...rest: any[]) { super(scope); }\n"
        "  get v() { return 1; }\n  static make() {}\n  async run({ a, b: c = 1, ...r }: P) {}\n}\n"
    )
    facts = module.body[0].parts[1].value
    assert facts.name == "Foo"
    assert [base.value for base in facts.bases] == ["Stack"]
    assert [(field.name, field.static, field.value is None) for field in facts.fields] == [
        ("y", True, False),
        ("x", False, True),
        ("p", False, False),
    ]
    assert [(method.name, method.kind, method.static) for method in facts.methods] == [
        ("constructor", "constructor", False),
        ("v", "getter", False),
        ("make", "method", True),
        ("run", "method", False),
    ]
    scope, identity, rest = facts.methods[0].parameters
    assert (scope.field, identity.field, rest.rest) == (False, True, True)
    assert identity.default is not None
    assert identity.default.value == "q"
    pattern = facts.methods[3].parameters[0].pattern
    assert [part.kind for part in pattern.parts] == ["pair", "pair", "rest"]
    assert pattern.parts[1].parts[1].kind == "default"


def test_statements() -> None:
    module = read(
        "for (const [k, v] of o) {}\nfor (let i = 0; i < 2; i++) {}\nwhile (a) {}\nif (a) b(); else if (c) d();\n"
        "switch (a) { case 1: b(); break; default: c(); }\ntry { a(); } catch (e) { b(); } finally { c(); }\n"
        "enum E { A = 'x', B = 4, C }\nthrow new Error('x');\n"
    )
    assert [term.kind for term in module.body] == ["each", "for", "while", "if", "switch", "try", "enum", "throw"]
    assert [case.parts[0].kind for case in module.body[4].parts[1:]] == ["constant", "hole"]
    assert [pair.parts[1].value for pair in module.body[6].parts] == ["x", 4, 5]


def test_types_and_comments_leave_nothing() -> None:
    module = read("// c\ninterface A { b: string }\ntype B = A | null;\ndeclare const z: any;\n/* d */\n")
    assert module.body == ()


def test_javascript_has_its_own_grammar() -> None:
    module = read("const x = require('y');\nclass A extends B { f = 1; constructor(a, b = 2, ...c) {} }\n", "app.js")
    facts = module.body[1].parts[1].value
    assert [base.value for base in facts.bases] == ["B"]
    assert [parameter.rest for parameter in facts.methods[0].parameters] == [False, False, True]
    assert facts.methods[0].parameters[1].default.value == 2


def test_positions_count_characters() -> None:
    text = "const x = { é: '🎉', timeout: 30 };"
    term = value(text)
    assert cut(text, term.parts[1].parts[1].at) == "30"
    assert cut(text, term.parts[0].parts[1].at) == "'🎉'"


@pytest.mark.parametrize(
    "text", ["class {", "const x = {a: ", "}}}}", "new lambda.Function(this, 'x', {", "\x00\x01", "`${"]
)
def test_broken_text_is_a_problem_and_no_exception(text: str) -> None:
    _, problems = parse("app.ts", text)
    assert len(problems) == 1
    assert problems[0].line == 1


def test_what_stands_before_an_error_is_kept() -> None:
    module, problems = parse("app.ts", "const a = 1;\nconst b = ;\nconst c = 3;\n")
    assert module is not None
    assert problems[0].line == 2
    assert {term.parts[0].value for term in module.body if term.kind == "declare"} >= {"a", "c"}


def test_deep_nesting_ends() -> None:
    module, _ = parse("app.ts", "const x = " + "(" * 5000 + "1" + ")" * 5000)
    assert module is not None
    module, _ = parse("app.ts", "const x = " + "[" * 5000 + "]" * 5000)
    assert module is not None
    module, _ = parse("app.ts", "x" + ".y()" * 5000)
    assert module is not None


def test_too_long_is_a_problem() -> None:
    module, problems = parse("app.ts", " " * 4_000_001)
    assert module is None
    assert "4000000" in problems[0].message


def test_facts_are_plain_data() -> None:
    module = read("export class A extends B { m(x = 1) { return [...x, `a${x}`]; } }")
    assert pickle.loads(pickle.dumps(module)) == module

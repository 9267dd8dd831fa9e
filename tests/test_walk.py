"""The walk over Python facts ends, whatever the code: hostile programs, and programs made at random."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.link import link
from tests.dialects.project import MemoryProject

if TYPE_CHECKING:
    from lambdalint.model import Function

HEAD = "import boto3\n"
TAIL = "def lambda_handler(event, context):\n    return f0(event)\n"
HOSTILE = {
    "two hundred calls deep": HEAD
    + "".join(f"def f{i}(x):\n    return [f{i + 1}(y) for y in [x]]\n" for i in range(200))
    + "def f200(x):\n    return boto3.client('s3')\n"
    + TAIL,
    "each function calls the next three times": "".join(
        f"def f{i}(x):\n    if x: return f{i + 1}([x])\n    return f{i + 1}({{'a': x}}) or f{i + 1}((x, x))\n"
        for i in range(30)
    )
    + "def f30(x):\n    return x\n"
    + TAIL,
    "functions that call each other": "def f0(x):\n    return g(x) + f0(x)\ndef g(x):\n    return f0(x) + g(x)\n"
    + TAIL,
    "a dict that doubles": HEAD
    + "def f0(d):\n"
    + "    d = {'a': d, 'b': d}\n" * 40
    + "    boto3.client('s3').put_object(Body=d)\n    return d\n"
    + TAIL,
    "values that hold themselves": HEAD
    + "x = []\nx.append(x)\nd = {}\nd['d'] = d\nclass A: pass\na = A()\na.a = a\n"
    + "def f0(e):\n    boto3.client('s3').put_object(Body=x, Key=d, Bucket=a)\n"
    + TAIL,
    "classes in a circle": "class A: pass\nclass B(A): pass\nclass A(B): pass\nclass B(A): pass\n"
    + "def f0(e):\n    return B().x\n"
    + TAIL,
    "a decorator that returns itself": "def d(f):\n    return d\n@d\n@d\ndef f0(e):\n    return f0(e)\n" + TAIL,
    "modules in a circle": "from app import f0 as g\ndef f0(e):\n    return g(e)\n" + TAIL,
    "a property that asks for itself": "class A:\n    @property\n    def p(self):\n        return self.p\n"
    + "def f0(e):\n    return A().p\n"
    + TAIL,
    "a proxy of a proxy": "class A:\n    def __getattr__(self, name):\n        return getattr(A(), name)\n"
    + "def f0(e):\n    return A().b.c()\n"
    + TAIL,
    "endless loops": "def f0(e):\n    while True:\n        for x in iter(e):\n            e = [e, x]\n" + TAIL,
}


def linked(text: str) -> tuple[list[Function], list[str]]:
    project = MemoryProject({"app.py": text})
    functions = list(link(project))
    return functions, [problem.message for problem in project.problems]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_ends(name: str) -> None:
    start = process_time()
    functions, problems = linked(HOSTILE[name])
    assert process_time() - start < 5
    assert [function.name for function in functions] == ["lambda_handler"]
    assert problems == []


names = st.sampled_from(["a", "b", "event", "boto3", "Thing", "run", "self", "cache"])


def expressions() -> st.SearchStrategy[str]:
    leaves = st.one_of(names, st.sampled_from(["1", "'s3'", "None", "[]", "{}", "lambda x: x"]))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("{}({})".format, st.one_of(names, st.builds("({})".format, inner)), inner),
            st.builds("({}).{}".format, inner, names),
            st.builds("({})[{}]".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("({} if {} else {})".format, inner, inner, inner),
            st.builds("[{} for {} in {}]".format, inner, names, inner),
            st.builds("{{{}: {}}}".format, inner, inner),
            st.builds("({} is None)".format, inner),
        ),
        max_leaves=8,
    )


def statements() -> st.SearchStrategy[list[str]]:
    simple = st.one_of(
        st.builds("{} = {}".format, names, expressions()),
        st.builds("{}.{} = {}".format, names, names, expressions()),
        st.builds("{}[{}] = {}".format, names, expressions(), expressions()),
        st.builds("return {}".format, expressions()),
        st.builds("global {}".format, st.sampled_from(["cache", "Thing"])),
        expressions(),
    ).map(lambda line: [line])
    return st.lists(
        st.recursive(
            simple,
            lambda inner: st.builds(
                lambda head, body: [head, *(f"    {line}" for line in body)],
                st.one_of(
                    st.builds("if {}:".format, expressions()),
                    st.builds("for {} in {}:".format, names, expressions()),
                    st.builds("with {} as {}:".format, expressions(), names),
                    st.builds("def {}({}):".format, names, names),
                    st.just("class Thing(Thing):"),
                    st.just("try:\n        pass\n    except KeyError:"),
                ),
                inner,
            ),
            max_leaves=4,
        ),
        min_size=1,
        max_size=6,
    ).map(lambda blocks: [line for block in blocks for line in block])


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=150, deadline=None)
@given(statements(), statements())
def test_random_code_ends(top: list[str], body: list[str]) -> None:
    inner = "\n".join(f"    {line}" for line in body)
    outer = "\n".join(line for line in top if not line.startswith(("return", "global")))
    text = f"import boto3\ncache = None\nclass Thing: pass\n{outer}\ndef lambda_handler(event, context):\n{inner}\n"
    try:
        compile(text, "app.py", "exec")
    except SyntaxError:
        return
    functions, problems = linked(text)
    assert problems == []
    assert len(functions) == 1

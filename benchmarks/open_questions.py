"""Checkouts of public repositories in, what the symbolic walk leaves open and what astroid makes of it out.

    python -m benchmarks.open_questions DIR     DIR holds checkouts, one folder each

A question is open when an invocation calls a method of something the walk cannot name. It matters when the method's
name is one that a rule would act on: that of a constructor or of an AWS operation. Each that matters is put to astroid,
which has to be installed for this (`pip install astroid`).
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from lambdalint.cache import Cache
from lambdalint.discover import discover
from lambdalint.knowledge import constructors, operations
from lambdalint.languages.python.interpret import calls
from lambdalint.languages.python.interpret.values import Unknown
from lambdalint.link import link
from lambdalint.project import Disk


class Question(NamedTuple):
    """A method call whose receiver is unknown."""

    root: Path
    path: str
    line: int
    column: int
    method: str


def matters() -> frozenset[str]:
    """Names of methods that a rule would act on, if it knew the receiver; `get`, `copy` and `update` are dicts'."""
    names = {path.rpartition(".")[2] for path in constructors._index()[0]}
    for service in operations._sections():
        names |= set(operations._service(service))
    return frozenset(names - {"get", "copy", "update"})


def questions(root: Path) -> tuple[list[Question], int]:
    """The open questions of one repository, and how many calls to the outside were named."""
    found: dict[Question, None] = {}
    original = calls.invoke

    def invoke(walk: Any, frame: Any, callee: Any, given: Any, at: Any, node: Any) -> Any:
        if isinstance(callee, Unknown) and walk.phase == "invocation" and node[0] == "c" and node[1][0] == "a":
            found.setdefault(Question(root, frame.module.path, at[0], at[1], node[1][2]))
        return original(walk, frame, callee, given, at, node)

    calls.invoke = invoke
    try:
        project = Disk(discover(str(root), (), {}), Cache(None), {})
        named = sum(len(function.steps) for function in link(project))
    finally:
        calls.invoke = original
    return list(found), named


def ask(question: Question) -> list[str]:
    """What astroid says the receiver is; nothing when it says nothing."""
    import astroid
    from astroid import nodes

    try:
        module = astroid.MANAGER.ast_from_file(str(question.root / question.path))
        for call in module.nodes_of_class(nodes.Call):
            place = (call.lineno, call.col_offset + 1)
            if place == (question.line, question.column) and isinstance(call.func, nodes.Attribute):
                inferred = list(call.func.expr.infer())
                return [item.pytype() for item in inferred if item is not astroid.util.Uninferable]
    except (astroid.AstroidError, RecursionError, StopIteration):
        pass
    return []


def main() -> None:
    """Print the table."""
    os.environ["LAMBDALINT_WORKERS"] = "1"  # what another process leaves open is not told here
    names = matters()
    asked: list[Question] = []
    total = named = 0
    for root in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
        found, calls_named = questions(root)
        total += len(found)
        named += calls_named
        asked.extend(question for question in found if question.method in names)
    print(f"calls out of the project that the walk names: {named}")
    print(f"method calls whose receiver it leaves open: {total}")
    print(f"of these, calls that a rule could act on: {len(asked)}")
    print("  ", ", ".join(f"{name} {count}" for name, count in Counter(q.method for q in asked).most_common(8)))
    start = perf_counter()
    answers = [ask(question) for question in asked]
    seconds = perf_counter() - start
    print(f"answered by astroid: {sum(map(bool, answers))}, in {seconds:.1f} s with its import")
    print("  ", ", ".join(f"{name} {count}" for name, count in Counter(n for a in answers for n in a).most_common(8)))


if __name__ == "__main__":
    main()

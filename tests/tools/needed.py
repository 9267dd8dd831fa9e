"""Which functions of lambdalint no example needs: each is made to give nothing, and the examples that run it are run.

    python -m tests.tools.needed [--part PACKAGE ...] [--only WORD ...] [--all]

For functions of `languages/python/interpret`, `link` and `knowledge` (--part: of these packages, `checks`, `package`;
--only: those whose dotted name holds the word; both may be given several times).
What a function gives instead follows from its annotation: False and then True, an empty list, "", None, a value that
nothing is known of. An example notices when anything of its report changes: findings, hops, notes, problems. Printed
are the functions that no example notices, with how many run them; with --all, for each other one the first that does.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import pickle
import pkgutil
import sys
import tempfile
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import lambdalint
from lambdalint.cache import Cache
from lambdalint.catalog import ENGINE_RULES, catalog
from lambdalint.engine import run
from lambdalint.languages.python.interpret.values import Unknown
from lambdalint.settings import Chosen, load
from tests.rulebook import lay_out
from tests.rules.test_cases import CASES
from tests.test_rules import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.rulebook import Example

PARTS = ("languages.python.interpret", "link", "knowledge")
RULES = catalog()
# By what an annotation begins with: what such a function gives when it does nothing. Longer ones first.
NEUTRAL: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("bool", (False, True)),
    ("TypeGuard", (False, True)),
    ("None", (None,)),
    ("str", ("",)),
    ("int", (0,)),
    ("float", (0.0,)),
    ("object", (None,)),
    ("list", ([],)),
    ("tuple[()", ((),)),
    ("dict", ({},)),
    ("set", (set(),)),
    ("frozenset", (frozenset(),)),
    ("Deps", (frozenset(),)),
    ("Iterator", (iter(()),)),
    ("Iterable", ((),)),
    ("Sequence", ((),)),
    ("Value", (Unknown(),)),
)


def neutral(annotation: str) -> tuple[Any, ...]:
    """What to give instead of what the annotation says; nothing when that is not told."""
    if annotation.endswith("| None"):
        return (None,)
    if annotation.startswith("tuple[") and annotation.endswith(", ...]"):
        return ((),)
    return next((given for start, given in NEUTRAL if annotation.startswith(start)), ())


def functions(parts: Iterable[str], words: Sequence[str]) -> Iterator[tuple[str, FunctionType]]:
    """Every function and method of the parts, by its dotted name."""
    for part in parts:
        package = importlib.import_module(f"lambdalint.{part}")
        names = [package.__name__]
        names += [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
        for module in map(importlib.import_module, names):
            for owner in (module, *(one for one in vars(module).values() if inspect.isclass(one))):
                if getattr(owner, "__module__", module.__name__) != module.__name__:
                    continue
                for item in vars(owner).values():
                    function = inspect.unwrap(getattr(item, "__func__", item))
                    if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                        name = f"{module.__name__}.{function.__qualname__}".removeprefix("lambdalint.")
                        named = not words or any(word in name for word in words)
                        if named and not function.__closure__ and not function.__name__.startswith("__"):
                            yield name, function


class Laid(list[tuple[str, str]]):
    """The examples, each laid out in a folder of its own: (name, root)."""

    def __init__(self, folder: Path) -> None:
        every = [
            *((f"{one.rule}: {one.title}", one) for one in EXAMPLES),
            *((f"{page}: {one.title}", one) for page, one in CASES),
        ]
        super().__init__((name, _laid(folder / str(number), one)) for number, (name, one) in enumerate(every))
        self.rules = {root: one.rule for (_, root), (_, one) in zip(self, every, strict=True)}

    def report(self, root: str) -> Any:
        """All that a run says of an example."""
        selected = Chosen(select=(*self.rules[root].split(), *sorted(ENGINE_RULES)))
        try:
            found = run(root, settings=load(root, RULES, selected), rules=RULES, cache=Cache(None))
        except Exception as error:
            return repr(error)
        functions = [(one.id, one.notes, [trigger.kind for trigger in one.triggers]) for one in found.functions]
        return [repr(one._replace(fix=None)) for one in found.findings], found.problems, functions


def _laid(root: Path, example: Example) -> str:
    lay_out(example, root)
    return str(root)


def covered(laid: Laid) -> tuple[dict[str, Any], dict[CodeType, list[int]]]:
    """Each example's report, and by the code of a function the numbers of the examples that run it."""
    told: dict[str, Any] = {}
    by_code: dict[CodeType, list[int]] = {}
    for number, (_, root) in enumerate(laid):
        seen: set[CodeType] = set()

        def note(frame: Any, event: str, given: Any, seen: set[CodeType] = seen) -> None:
            if event == "call":
                seen.add(frame.f_code)

        forget()
        sys.setprofile(note)
        try:
            told[root] = laid.report(root)
        finally:
            sys.setprofile(None)
        for code in seen:
            by_code.setdefault(code, []).append(number)
    return told, by_code


def forget() -> None:
    """Empty whatever remembers results."""
    for name, module in list(sys.modules.items()):
        if name.startswith("lambdalint"):
            for item in list(vars(module).values()):
                if hasattr(item, "cache_clear") and not inspect.isclass(item):
                    item.cache_clear()


def replaced(function: FunctionType, given: Any) -> None:
    """Have a function give this, whatever it is called with."""
    code = (lambda *args, **keywords: "given").__code__
    constants = tuple(given if constant == "given" else constant for constant in code.co_consts)
    function.__code__ = code.replace(co_consts=constants, co_name=function.__name__)
    function.__defaults__ = function.__kwdefaults__ = None


def notices(laid: Laid, told: dict[str, Any], numbers: list[int], function: FunctionType, given: Any) -> str:
    """The first example whose report is another one now, "" for none; in a process of its own."""
    read, write = os.pipe()
    process = os.fork()
    if not process:
        answer = ""
        try:
            replaced(function, given)
            for number in numbers:
                name, root = laid[number]
                forget()
                if laid.report(root) != told[root]:
                    answer = name
                    break
        finally:
            os.write(write, pickle.dumps(answer))
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(process, 0)
    return pickle.loads(data) if data else "a process that ended"


def main() -> None:
    """Print what no example notices."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", metavar="PACKAGE")
    parser.add_argument("--only", action="append", metavar="WORD", default=[])
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    os.environ["LAMBDALINT_WORKERS"] = "1"
    counts = {"noticed": 0, "not noticed": 0, "not run": 0, "without a neutral value": 0}
    with tempfile.TemporaryDirectory() as folder:
        laid = Laid(Path(folder))
        told, by_code = covered(laid)
        print(f"{len(laid)} examples, {os.path.dirname(lambdalint.__file__)}", file=sys.stderr)
        for name, function in functions(asked.part or PARTS, asked.only):
            numbers = by_code.get(function.__code__, [])
            given = neutral(str(function.__annotations__.get("return", "")))
            if not numbers or not given:
                counts["not run" if not numbers else "without a neutral value"] += 1
                if not numbers:
                    print(f"{name}: no example runs it", flush=True)
                continue
            found: list[str] = [notices(laid, told, numbers, function, one) for one in given]
            silent = [repr(one)[:20] for one, noticed in zip(given, found, strict=True) if not noticed]
            counts["not noticed" if silent else "noticed"] += 1
            if silent:
                print(f"{name}: {len(numbers)} run it, none notices {' or '.join(silent)}", flush=True)
            elif asked.all:
                print(f"{name}: {found[0]}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))


if __name__ == "__main__":
    main()

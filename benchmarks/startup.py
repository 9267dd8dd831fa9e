"""Nothing in, what a start costs out: kinds of records to define and to read back, PyYAML, expressions, our imports.

    python -m benchmarks.startup [--rounds N]

Every number is the least of N rounds, each in a fresh interpreter, in milliseconds of processor time.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "lambdalint"
FIELDS = "".join(f"    field{number}: int\n" for number in range(9))
CLASSES = 50

DEFINE = {
    "named tuple, lambdalint.records": ("from lambdalint.records import NamedTuple", "", "NamedTuple"),
    "named tuple, typing": ("from typing import NamedTuple", "", "NamedTuple"),
    "dataclass": ("from dataclasses import dataclass", "@dataclass", ""),
    "dataclass, frozen with slots": ("from dataclasses import dataclass", "@dataclass(frozen=True, slots=True)", ""),
}


def define(imported: str, decorator: str, base: str) -> str:
    """A program that prints how long it takes to define a class of nine fields, in ms, and to import what makes it."""
    body = "".join(f"{decorator}\nclass C{number}({base}):\n{FIELDS}" for number in range(CLASSES))
    return (
        "from time import process_time as now\nstart = now()\n"
        f"{imported}\nmiddle = now()\n{body}\nprint((now() - middle) * 1e3 / {CLASSES}, (middle - start) * 1e3)"
    )


def read_back(imported: str, decorator: str, base: str) -> str:
    """A program that prints how long it takes to unpickle one record of nine fields, in microseconds."""
    return (
        f"{imported}\nimport pickle, sys\nfrom time import process_time as now\n"
        f"{decorator}\nclass C({base}):\n{FIELDS}\n"
        "data = pickle.dumps([C(*range(number, number + 9)) for number in range(20000)], 5)\n"
        "start = now(); pickle.loads(data); print((now() - start) * 1e6 / 20000)"
    )


TIMED = "import re, typing\nfrom time import process_time as now\nstart = now()\n{}\nprint((now() - start) * 1e3)"


def run(code: str, rounds: int) -> list[float]:
    """The least of each number that a program prints, over some fresh interpreters."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(PACKAGE.parent)
    printed = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment).stdout
        for _ in range(rounds)
    ]
    return [min(column) for column in zip(*(map(float, text.split()) for text in printed), strict=True)]


def expressions() -> str:
    """A program that prints how long it takes to compile what the package keeps as `pattern(...)`."""
    found: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "import pattern" in text:
            module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
            found += [f"{module}.{name}" for name in re.findall(r"^(\w+) = pattern\(", text, re.MULTILINE)]
    modules = sorted({name.rpartition(".")[0] for name in found})
    return (
        f"from importlib import import_module\nfor module in {modules}: import_module(module)\n"
        "import re\nfrom time import process_time as now\n"
        f"given = [getattr(import_module(n.rpartition('.')[0]), n.rpartition('.')[2])._source for n in {found}]\n"
        "start = now()\nfor source in given: re.compile(source)\n"
        "print(len(given), (now() - start) * 1e3)"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(f"CPython {sys.version.split()[0]}, least of {rounds} rounds\n")
    print("| a record of nine fields | to define, ms | import of what makes it, ms | to read back, µs |")
    print("|---|---:|---:|---:|")
    for name, given in DEFINE.items():
        defined, imported = run(define(*given), rounds)
        print(f"| {name} | {defined:.3f} | {imported:.2f} | {run(read_back(*given), 5)[0]:.2f} |")
    print("\n| | ms |\n|---|---:|")
    print(f"| `import yaml` | {run(TIMED.format('import yaml'), rounds)[0]:.1f} |")
    light = "from lambdalint.languages.libyaml import load\nload()"
    print(f"| PyYAML as far as reading needs it | {run(TIMED.format(light), rounds)[0]:.1f} |")
    whole = "import tree_sitter, tree_sitter_typescript"
    print(f"| `{whole}` | {run(TIMED.format(whole), rounds)[0]:.1f} |")
    compiled = "from lambdalint.languages.grammars import parser\nparser('tree_sitter_typescript', 'language_tsx')"
    print(f"| the parts of these that are compiled | {run(TIMED.format(compiled), rounds)[0]:.1f} |")
    count, took = run(expressions(), rounds)
    print(f"| compiling the {count:.0f} expressions that are compiled when used | {took:.1f} |")
    warm = "import lambdalint.cli.check"
    cold = f"{warm}, lambdalint.link, lambdalint.dialects.cloudformation, lambdalint.languages.yaml"
    print(f"| `{warm}`, which a warm run needs | {run(TIMED.format(warm), rounds)[0]:.1f} |")
    print(f"| the same and what a cold run over a template needs | {run(TIMED.format(cold), rounds)[0]:.1f} |")
    print(f"| an interpreter that does nothing | {nothing(rounds):.1f} |")


def nothing(rounds: int) -> float:
    """The time a fresh interpreter takes to start and end."""
    times = []
    for _ in range(rounds):
        process = subprocess.Popen([sys.executable, "-c", ""])
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        times.append(used.ru_utime + used.ru_stime)
    return min(times) * 1e3


if __name__ == "__main__":
    main()

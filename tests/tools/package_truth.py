"""Checkouts in, the largest estimates of packages out, and what some of them really weigh once they are installed.

    python -m tests.tools.package_truth largest CHECKOUT [CHECKOUT ...] [--build 3]
    python -m tests.tools.package_truth measure NAME==VERSION [NAME==VERSION ...]

`largest` prints a row for each of the ten largest packages that can be told (functions with the same code and the same
requirements count once). With --build, pip installs the requirements of the first so many as the function's platform
gets them: its Python and architecture, wheels only, into a folder that is thrown away; what pip puts there is counted
without the .pyc files that the builds leave out. `measure` prints rows for knowledge/package_releases.tsv: the wheel
for CPython 3.12 on x86-64, else for the newest CPython that there is one for.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lambdalint.engine import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.model import Function, Package

MB = 1_048_576
LEVELS = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014", "manylinux2010", "manylinux1")
PYTHONS = ("3.12", "3.11", "3.10", "3.9", "3.8", "3.7")


class Estimate(NamedTuple):
    """One package: whose it is, what it is made from and what lambdalint says of it."""

    checkout: str
    function: Function
    package: Package

    @property
    def files(self) -> int:
        """Bytes of what is in the tree."""
        return sum(size for _, size in self.package.files)

    @property
    def installed(self) -> int:
        """Bytes that the requirements add, as estimated."""
        return (self.package.unzipped or 0) - self.files


def estimates(checkouts: Sequence[str]) -> Iterator[Estimate]:
    """The packages of known contents, each combination of code and requirements once."""
    seen: set[object] = set()
    for checkout in checkouts:
        for function in run(checkout).functions:
            package = function.package
            if package is None or not package.known or not package.unzipped:
                continue
            key = (checkout, package.root, package.unzipped, tuple(one.name for one in package.requirements))
            if key not in seen:
                seen.add(key)
                yield Estimate(checkout, function, package)


def pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    """pip, for wheels only."""
    words = (sys.executable, "-m", "pip", *arguments, "--only-binary=:all:", "-q")
    return subprocess.run(words, capture_output=True, text=True, check=False)


def platforms(python: str, machine: str) -> list[str]:
    """pip's options for what Lambda runs."""
    levels = (word for level in LEVELS for word in ("--platform", f"{level}_{machine}"))
    return ["--python-version", python, *levels]


def target(estimate: Estimate) -> tuple[str, str]:
    """(Python, machine) of a function; 3.12 where its runtime is not told."""
    declaration = estimate.function.declaration
    runtime = declaration.runtime.known if declaration else None
    version = runtime.removeprefix("python") if runtime and runtime.startswith("python3") else "3.12"
    arm = declaration is not None and declaration.setting("architecture").known == "arm64"
    return version, "aarch64" if arm else "x86_64"


def built(estimate: Estimate, folder: Path) -> int | str:
    """Bytes that pip installs for the direct requirements of a package; what pip says where it fails."""
    version, machine = target(estimate)
    wanted = [
        f"{one.name}=={one.pinned}" if one.pinned and "=" not in one.specifier else f"{one.name}{one.specifier}"
        for one in estimate.package.requirements
        if one.ships and not one.specifier.startswith(("^", "*"))
    ]
    done = pip("install", "--no-compile", *platforms(version, machine), "--target", str(folder), *wanted)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1][:200]
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
        if not name.endswith(".pyc")
    )


def largest(checkouts: Sequence[str], count: int, build: int) -> None:
    """Print the table."""
    found = sorted(estimates(checkouts), key=lambda one: -(one.package.unzipped or 0))
    print("| repository | code | files MB | requirements MB | installed MB | estimate / truth | largest parts |")
    print("|---|---|---:|---:|---:|---:|---|")
    left = build
    for one in found[:count]:
        truth: int | str = ""
        if left and one.installed > MB:
            left -= 1
            folder = Path(tempfile.mkdtemp())
            try:
                truth = built(one, folder)
            finally:
                shutil.rmtree(folder)
        share = f"{one.installed / truth:.2f}" if isinstance(truth, int) and truth else ""
        shown = f"{truth / MB:.1f}" if isinstance(truth, int) else truth
        parts = ", ".join(f"{name} {size / MB:.0f}" for name, size in one.package.parts[:3])
        repository = Path(one.checkout).name.replace("+", "/")
        print(
            f"| {repository} | `{one.package.root or '.'}` | {one.files / MB:.1f} | {one.installed / MB:.1f} | {shown} "
            f"| {share} | {parts} |"
        )


def measure(wanted: Sequence[str]) -> None:
    """Print a row for each release."""
    for one in wanted:
        name, _, version = one.partition("==")
        for python in PYTHONS:
            folder = Path(tempfile.mkdtemp())
            try:
                pip("download", "--no-deps", *platforms(python, "x86_64"), "-d", str(folder), one)
                for wheel in folder.glob("*.whl"):
                    inside = sum(member.file_size for member in zipfile.ZipFile(wheel).infolist())
                    print(f"{name}\t{version}\t{wheel.stat().st_size}\t{inside}")
                    break
                else:
                    continue
                break
            finally:
                shutil.rmtree(folder)
        else:
            print(f"no wheel of {one}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    table = commands.add_parser("largest")
    table.add_argument("checkouts", nargs="+")
    table.add_argument("--count", type=int, default=10)
    table.add_argument("--build", type=int, default=0)
    rows = commands.add_parser("measure")
    rows.add_argument("wanted", nargs="+")
    given = parser.parse_args()
    if given.command == "largest":
        largest(given.checkouts, given.count, given.build)
    else:
        measure(given.wanted)


if __name__ == "__main__":
    main()

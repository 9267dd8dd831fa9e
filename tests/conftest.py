"""What tests of several layers need: a tree of files on the disk, and the command line run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write files below a fresh root that has settings, so that nothing above it counts; the root."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "root"
        for path, text in {"lambdalint.toml": "", **files}.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return make


@pytest.fixture
def run_in() -> Callable[..., Ran]:
    """Run `lambdalint` as a user does, in a process of its own."""

    def run(folder: Path, *arguments: str, stdin: str | bytes = b"", **environment: str) -> Ran:
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
        done = subprocess.run(
            [sys.executable, "-m", "lambdalint", *arguments],
            cwd=folder,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run

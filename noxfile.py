"""Run the tests on every CPython from 3.10 to 3.14 that this machine has, and say which those were."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import nox

nox.options.sessions = ["which", "tests", "integrations"]
nox.options.default_venv_backend = "venv"
SPREAD = ("-n", "auto")  # one process for each core
WANTED = ("3.10", "3.11", "3.12", "3.13", "3.14")


def interpreters() -> dict[str, str]:
    """Version -> interpreter that runs; on the path, or where pyenv keeps them."""
    found: dict[str, str] = {}
    for version in WANTED:
        on_path = shutil.which(f"python{version}")
        places = [Path(on_path)] if on_path else []
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        if pyenv.is_dir():
            places += [
                folder / "bin" / "python"
                for folder in sorted(pyenv.iterdir(), reverse=True)
                if re.fullmatch(rf"{re.escape(version)}\.\d+", folder.name)
            ]
        for place in places:
            try:
                told = subprocess.run([place, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True)
            except OSError:
                continue
            if told.returncode == 0 and told.stdout.decode().strip() == f"({version.replace('.', ', ')})":
                found[version] = str(place)
                break
    return found


FOUND = interpreters()


@nox.session(python=list(FOUND.values()))
def tests(session: nox.Session) -> None:
    """The test suite in a fresh environment."""
    session.install("-q", ".[dev]")
    session.run("python", "-m", "pytest", *SPREAD, *session.posargs)


@nox.session(python=FOUND.get("3.12") or next(iter(FOUND.values()), None))
def integrations(session: nox.Session) -> None:
    """What is tested with other programs (pre-commit, npm's packages): once is enough."""
    session.install("-q", ".[dev,integrations]")
    # Tests of one file stay together: what they install is installed once, and by one process.
    session.run("python", "-m", "pytest", *SPREAD, "--dist", "loadfile", "-m", "integration", *session.posargs)


@nox.session(python=False)
def which(session: nox.Session) -> None:
    """Say which interpreters `nox` runs the tests on."""
    missing = [version for version in WANTED if version not in FOUND]
    session.log(f"found {', '.join(FOUND) or 'none'}; not on this machine: {', '.join(missing) or 'none'}")

"""What users install: the wheel lists its rules and lints; the image is built of what it needs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lambdalint.catalog import catalog
from tests.integrations.conftest import BIN, ROOT, TEMPLATE, command

UNKNOWN = TEMPLATE.replace("Report:", "Report:  # lambdalint: ignore[crash-rule]")


@pytest.mark.holds("wheel", "build, and pip in a fresh environment")
def test_the_wheel_lists_its_rules_and_lints(checkout: Path, tmp_path: Path) -> None:
    command(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", cwd=checkout)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"lambdalint/rules/{name}.md" for name in catalog()} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "rules/", "docs/", "editors/"))]
    assert {Path(name).suffix for name in names if name.startswith("lambdalint/knowledge/")} <= {".py", ".tsv", ".toml"}

    # The dependencies are those of the interpreter that runs the tests: what is tested is what the wheel holds.
    command(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command(sys.executable, "-m", "pip", "--python", python, "install", "-q", wheel, cwd=tmp_path)
    lambdalint = python.with_name("lambdalint")
    rows = json.loads(command(lambdalint, "rules", "--output-format", "json", cwd=tmp_path).stdout)
    assert [row["name"] for row in rows] == list(catalog())
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "lambdalint.toml").touch()
    (tmp_path / "project" / "template.yaml").write_text(UNKNOWN)
    ran = command(lambdalint, "check", cwd=tmp_path / "project", check=False)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.startswith("template.yaml:3:33: warning unknown-ignore")
    assert command(lambdalint, "explain", "unused-ignore", cwd=tmp_path).stdout.startswith("# unused-ignore")
    where = command(python, "-c", "import lambdalint; print(lambdalint.__file__)", cwd=tmp_path).stdout
    assert str(tmp_path / "venv") in where


@pytest.mark.holds("Dockerfile", "hadolint")
def test_hadolint_reads_the_dockerfile() -> None:
    """It finds nothing, and it would: with the first of our two exceptions gone it says so."""
    command(BIN / "hadolint", "Dockerfile", cwd=ROOT)
    text = (ROOT / "Dockerfile").read_text().replace("# hadolint ignore=DL3008\n", "")
    told = subprocess.run(
        [BIN / "hadolint", "-"], input=text, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert told.returncode == 1 and "DL3008" in told.stdout


@pytest.mark.holds("Dockerfile", "its steps of pip, run without the image")
def test_the_dockerfile_copies_what_its_commands_need(checkout: Path, tmp_path: Path) -> None:
    """Its two steps of pip, with the folders of the image below a temporary one: no daemon is at hand in the tests."""
    dockerfile = (checkout / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.*) (\S+)$", dockerfile, re.MULTILINE)
    kept = {line[1:] for line in (checkout / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    source = tmp_path / "source"
    source.mkdir()
    for names, target in copied:
        for name in names.split():
            assert name in kept, f".dockerignore leaves {name} out"
            if (checkout / name).is_dir():
                shutil.copytree(checkout / name, source / target)
            else:
                shutil.copyfile(checkout / name, source / target / name)
    wheel = re.search(r"^RUN pip (wheel .*)$", dockerfile, re.MULTILINE)
    install = re.search(r"^RUN pip (install .*)$", dockerfile, re.MULTILINE)
    assert wheel and install
    command(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    bin_ = tmp_path / "venv" / "bin"
    for step in (wheel, install):
        given = step[1].replace("/wheels", str(tmp_path / "wheels")).replace("--no-cache-dir", "-q").split()
        command(bin_ / "pip", *given, cwd=source)
    shown = command(bin_ / "lambdalint", "rules", cwd=tmp_path).stdout
    assert all(name in shown for name in catalog())

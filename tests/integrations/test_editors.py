"""The server in editors: a journey in headless Neovim, and the extension for Visual Studio Code as it is packaged."""

from __future__ import annotations

import json
import re
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from lambdalint.server.state import chosen
from lambdalint.settings import Chosen
from tests.integrations.conftest import FOLDER, ROOT, command
from tests.lsp import CODE, COMMAND
from tests.lsp import project as lambda_project

EXTENSION = ROOT / "editors" / "vscode"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not on this machine; .ci/run installs it")
@pytest.mark.holds("lambdalint server", "Neovim, headless: open, see, act, save, clean")
def test_open_see_act_save_clean(tmp_path: Path) -> None:
    root = lambda_project(tmp_path)
    handler = root / "src/app.py"
    said = command(
        *("nvim", "--headless", "-u", "NONE", "-c", f"luafile {FOLDER / 'journey.lua'}"),
        cwd=root,
        XDG_STATE_HOME=str(tmp_path / "state"),
        JOURNEY_FILE=str(handler),
        JOURNEY_ROOT=str(root),
        JOURNEY_COMMAND="\t".join(COMMAND),
        JOURNEY_RULE="non-idempotent-handler",
        JOURNEY_ACTION="Ignore non-idempotent-handler here",
        JOURNEY_HANDLER_LINE=str(CODE.splitlines().index("def lambda_handler(event, context):") + 1),
    )
    told = said.stdout + said.stderr
    assert "seen 8:" in told
    assert "Show non-idempotent-handler" in told
    assert "clean" in told
    assert "# lambdalint: ignore[non-idempotent-handler]" in handler.read_text()
    check = command(sys.executable, "-m", "lambdalint", "check", "-q", root, cwd=ROOT, check=False)
    assert (check.returncode, check.stdout) == (0, ""), check.stderr


@pytest.fixture(scope="session")
def packaged(pytestconfig: pytest.Config) -> Path:
    """The extension as its own build makes it: type-checked, linted, tested, packaged. What npm installs is kept."""
    if not shutil.which("npm"):
        pytest.skip("needs npm")
    assert pytestconfig.cache
    folder = Path(pytestconfig.cache.mkdir("vscode")) / "extension"
    kept = ("node_modules", "out", "dist", "*.vsix", "package-lock.json")
    for stale in folder.glob("*"):
        if stale.name != "node_modules":
            shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    shutil.copytree(EXTENSION, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*kept))
    done = command("sh", "build.sh", cwd=folder)
    assert re.search(r"^# fail 0$", done.stdout, re.MULTILINE), done.stdout
    assert not re.search(r"^# pass 0$", done.stdout, re.MULTILINE), "its tests were run"
    assert not (folder / "package-lock.json").exists(), "a lock file would name where packages were downloaded from"
    return folder / "lambdalint.vsix"


@pytest.mark.holds("VS Code extension", "tsc, eslint, node --test; vsce, which checks its manifest and packages it")
def test_the_extension_holds_what_it_needs_and_no_more(packaged: Path) -> None:
    with zipfile.ZipFile(packaged) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("extension/package.json"))
        program = archive.read("extension/dist/extension.js").decode("utf-8")
    assert names == {
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/package.json",
        "extension/readme.md",
        "extension/dist/extension.js",
    }
    assert f"extension/{manifest['main'].removeprefix('./')}" in names
    assert 'require("vscode")' in program, "the editor's own module is asked for, not bundled"
    assert "activate" in program
    assert len(program) < 500_000


@pytest.mark.holds("VS Code extension", "its manifest against its code, the server's settings and docs/editors.md")
def test_the_manifest_says_what_there_is() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    contributes = manifest["contributes"]
    source = (EXTENSION / "src" / "extension.ts").read_text(encoding="utf-8")
    registered = set(re.findall(r'registerCommand\("([^"]+)"', source))
    assert {item["command"] for item in contributes["commands"]} == registered
    settings = {name.removeprefix("lambdalint.") for name in contributes["configuration"]["properties"]}
    documented = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    table = documented.partition("## Settings of the editor")[2].partition("\n## ")[0]
    served = set(re.findall(r"`(\w+)`(?=[^|\n]*\|)", table))
    own = {"interpreter", "trace.server"}  # of the client: which server, and what it writes down
    assert settings - own == served - {"false", "info", "warning", "error"}
    for name in ("select", "extendSelect", "ignore"):
        assert chosen({name: ["cost"]}) != Chosen(), f"the server does not know {name}"
    assert chosen({"minSeverity": "error"}) != Chosen()
    # As they stand in the manifest, the settings change nothing.
    defaults = {name: item["default"] for name, item in contributes["configuration"]["properties"].items()}
    assert chosen({name.removeprefix("lambdalint."): value for name, value in defaults.items()}) == Chosen()
    languages = set(re.findall(r'^  "([\w-]+)",$', source, re.MULTILINE))
    started = {event.partition(":")[2] for event in manifest["activationEvents"] if event.startswith("onLanguage:")}
    assert started <= languages

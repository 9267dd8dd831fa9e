"""One whole journey in a real editor, headless Neovim: open, see the diagnostic, apply the code action, save, clean."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the server is an extra")
pytest.importorskip("pytest_lsp")

from tests.lsp import CODE, COMMAND, project

JOURNEY = Path(__file__).parent / "editors" / "journey.lua"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not on this machine")
@pytest.mark.holds("lambdalint server", "Neovim, headless: open, see, act, save, clean")
def test_open_see_act_save_clean(tmp_path: Path) -> None:
    root = project(tmp_path)
    handler = root / "src/app.py"
    given = {
        "JOURNEY_FILE": str(handler),
        "JOURNEY_ROOT": str(root),
        "JOURNEY_COMMAND": "\t".join(COMMAND),
        "JOURNEY_RULE": "non-idempotent-handler",
        "JOURNEY_ACTION": "Ignore non-idempotent-handler here",
        "JOURNEY_HANDLER_LINE": str(CODE.splitlines().index("def lambda_handler(event, context):") + 1),
    }
    ended = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-c", f"luafile {JOURNEY}"],
        env={**os.environ, **given, "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=90,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    assert "seen 8:" in said
    assert "Show non-idempotent-handler" in said
    assert "clean" in said
    assert "# lambdalint: ignore[non-idempotent-handler]" in handler.read_text()
    check = subprocess.run(
        [sys.executable, "-m", "lambdalint", "check", "-q", str(root)], capture_output=True, text=True, timeout=60
    )
    assert (check.returncode, check.stdout) == (0, ""), check.stderr

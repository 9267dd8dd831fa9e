"""What a server must let go of: it runs for days, and every keystroke is a message and perhaps a run."""

from __future__ import annotations

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls", reason="the server is an extra")

from lsprotocol import types as lsp

from lambdalint.memory import Cancelled
from lambdalint.server.app import make
from lambdalint.server.roots import Root
from lambdalint.session import Session
from tests.lsp import project

if TYPE_CHECKING:
    from pathlib import Path


class Held:
    """Something a run has made."""


def tasks() -> int:
    return sum(isinstance(item, asyncio.Task) for item in gc.get_objects())


@pytest.mark.asyncio
async def test_nothing_is_kept_of_a_message_that_has_no_answer() -> None:
    protocol = make().protocol
    before = tasks()
    for _ in range(30):
        message = {"jsonrpc": "2.0", "method": lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, "params": {"changes": []}}
        protocol.handle_message(protocol.structure_message(message))
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    assert tasks() <= before + 1


@pytest.mark.asyncio
async def test_nothing_is_kept_of_a_cancelled_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Held]] = []
    whole = Session.check

    def check(session: Session, *given: Any) -> Any:
        if made:
            return whole(session, *given)
        held = Held()
        made.append(weakref.ref(held))
        raise Cancelled

    monkeypatch.setattr(Session, "check", check)
    with ThreadPoolExecutor(1) as worker:
        root = Root(str(project(tmp_path)), worker)
        gc.disable()  # what frees it must not be a search for garbage, which is rare
        try:
            outcome = await root.current()
            assert made[0]() is None
        finally:
            gc.enable()
    assert [finding.rule for finding in outcome.report.findings] == ["non-idempotent-handler"]


def test_a_session_forgets_files_that_are_gone(tmp_path: Path) -> None:
    root = project(tmp_path)
    session = Session(str(root), cached=False)
    session.check({"src/app.py": b"x = 1\n"})
    (root / "src/app.py").rename(root / "src/moved.py")
    session.moved()
    for count in range(60):
        session.check({"src/moved.py": b"x = 1\n" * count})
    assert "src/app.py" not in session.cache.entries
    assert set(session.memory.looks) == {"src/moved.py"}
    assert not [key for key in session.memory.documents if key[0] == "src/app.py"]

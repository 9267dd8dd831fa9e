"""pygls' protocol in, the same out without what it forgets to let go of."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Protocol(LanguageServerProtocol):
    """pygls (2.1.1) keeps the future of each message to cancel it by its id, and lets go of it when the answer is sent.
    A notification has no answer: its task, with all that this holds, stayed for ever, some 4 KB at each keystroke."""

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Callable[..., Any],
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Any) -> None:
            # Not at once: the end of a session goes through them and cancels, which ends some on the spot.
            asyncio.get_running_loop().call_soon(self._request_futures.pop, msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

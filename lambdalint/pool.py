"""Many files' bytes in, their pickled Documents out, read by several processes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from lambdalint.cache import freeze
from lambdalint.read import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Work = tuple[str, str, bytes, str]  # path, language, content, digest


def workers() -> int:
    """How many processes may run at once; 1 when the machine or whoever started us says so."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:
        count = os.cpu_count() or 1
    return min(count, int(os.environ.get("LAMBDALINT_WORKERS") or count), 16)


def read_all(work: Sequence[Work], count: int) -> Iterator[tuple[int, bytes]]:
    """(index, pickled Document) of each piece of work; one after the other when no process can be started."""
    order = sorted(range(len(work)), key=lambda index: -len(work[index][2]))
    # Dealt out by size, in a few rounds, so that no process is left with a long tail.
    shares = [order[start :: count * 4] for start in range(count * 4)]
    done: set[int] = set()
    try:
        for index, blob in _in_pool([share for share in shares if share], work, count):
            done.add(index)
            yield index, blob
    except (OSError, ImportError, RuntimeError):  # no semaphores, no processes, a worker was killed
        for index in order:
            if index not in done:
                yield index, _one(work[index])


def _in_pool(shares: list[list[int]], work: Sequence[Work], count: int) -> Iterator[tuple[int, bytes]]:
    import multiprocessing
    import threading
    from concurrent.futures import ProcessPoolExecutor

    alone = threading.active_count() == 1  # a fork of a process with threads may hang
    method = "fork" if sys.platform == "linux" and alone else "spawn"
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(method)) as pool:
        answers = [pool.submit(_some, [work[index] for index in share]) for share in shares]
        for share, answer in zip(shares, answers, strict=True):
            yield from zip(share, answer.result(), strict=True)


def _some(work: list[Work]) -> list[bytes]:
    return [_one(piece) for piece in work]


def _one(piece: Work) -> bytes:
    path, language, data, digest = piece
    return freeze(read(path, data, language, digest))

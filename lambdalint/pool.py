"""Many files' bytes in, their pickled Documents out, read by several processes."""

from __future__ import annotations

import sys

from lambdalint.cache import freeze
from lambdalint.forks import spread, workers
from lambdalint.read import read
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Work = tuple[str, str, bytes, str]  # path, language, content, digest


def read_all(work: Sequence[Work]) -> list[bytes]:
    """The pickled Document of each piece of work; one after the other when no process can be started."""
    if sys.platform != "linux" and workers(forking=False) > 1:
        try:
            return _in_pool(work, workers(forking=False))
        except (OSError, ImportError, RuntimeError):  # no semaphores, no processes, a worker was killed
            pass
    return spread([len(piece[2]) for piece in work], lambda index: _one(work[index]))


def _in_pool(work: Sequence[Work], count: int) -> list[bytes]:
    """Where a process cannot be forked, new interpreters are started, which takes longer."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(_one, work, chunksize=max(1, len(work) // (count * 4))))


def _one(piece: Work) -> bytes:
    path, language, data, digest = piece
    return freeze(read(path, data, language, digest))

"""Many files' bytes in, their Documents out, read by several processes."""

from __future__ import annotations

import sys

from lambdalint.forks import spread, workers
from lambdalint.read import read
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Document

WORTH = 15_000  # bytes to read; below this a further process costs more than it saves
Work = tuple[str, str, bytes, str]  # path, language, content, digest


def read_all(work: Sequence[Work]) -> list[Document]:
    """The Document of each piece of work; one after the other when no process can be started."""
    if sys.platform != "linux" and workers(forking=False) > 1:
        try:
            return _in_pool(work, workers(forking=False))
        except (OSError, ImportError, RuntimeError):  # no semaphores, no processes, a worker was killed
            pass
    return spread([len(piece[2]) for piece in work], lambda index: _one(work[index]), WORTH)


def _in_pool(work: Sequence[Work], count: int) -> list[Document]:
    """Where a process cannot be forked, new interpreters are started, which takes longer."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(_one, work, chunksize=max(1, len(work) // (count * 4))))


def _one(piece: Work) -> Document:
    path, language, data, digest = piece
    return read(path, data, language, digest)

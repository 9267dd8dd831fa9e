"""Pieces of work in, their results out, made by as many processes as the machine has processors.

A process is forked, does its share with all that this one knows, and sends back what it made: nothing is handed over,
no interpreter starts, so it pays from some 30 ms of work on. Where forking is not safe, all is done here.
"""

from __future__ import annotations

import os
import sys

from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def workers(forking: bool = True) -> int:
    """How many processes may run at once; 1 when the machine, its system or whoever started us says so."""
    if forking:
        threading = sys.modules.get("threading")
        if sys.platform != "linux":  # elsewhere system libraries break in a forked process
            return 1
        if threading is not None and threading.active_count() > 1:  # a lock that another thread holds stays held
            return 1
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:
        count = os.cpu_count() or 1
    return min(count, int(os.environ.get("LAMBDALINT_WORKERS") or count), 16)


def spread(costs: Sequence[int], do: Callable[[int], Any]) -> list[Any]:
    """`do(index)` for each of the costs, in order; a process gets about as much to do as any other.

    What a process fails to send back is done here, and so are its exceptions raised.
    """
    count = min(workers(), len(costs))
    shares: list[list[int]] = [[] for _ in range(max(count, 1))]
    loads = [0] * len(shares)
    for index in sorted(range(len(costs)), key=lambda index: -costs[index]):
        least = loads.index(min(loads))
        shares[least].append(index)
        loads[least] += costs[index] + 1
    started = [(share, _start(sorted(share), do)) for share in shares[1:]]
    done = {index: do(index) for index in sorted(shares[0])}
    for share, process in started:
        answers = _end(process)
        for index in share:
            done[index] = answers[index] if index in answers else do(index)
    return [done[index] for index in range(len(costs))]


def beside(do: Callable[[], Any]) -> Callable[[], Any]:
    """Start `do` in a second process; what is given back waits for its result. Without one it is done when asked."""
    process = _start([0], lambda _: do()) if workers() > 1 else None

    def result() -> Any:
        answers = _end(process)
        return answers[0] if answers else do()

    return result


def _start(share: list[int], do: Callable[[int], Any]) -> tuple[int, int] | None:
    """Its number and where it will write, None when there can be no further process."""
    try:
        read, write = os.pipe()
    except OSError:
        return None
    try:
        number = os.fork()
    except OSError:
        os.close(read)
        os.close(write)
        return None
    if number:
        os.close(write)
        return number, read
    try:
        os.close(read)
        from lambdalint.pickles import pack

        with os.fdopen(write, "wb") as pipe:
            pipe.write(pack({index: do(index) for index in share}))
    finally:
        os._exit(0)  # neither output nor files of the first process are this one's to finish


def _end(process: tuple[int, int] | None) -> dict[int, Any]:
    """What a process made; nothing when it broke."""
    if process is None:
        return {}
    number, read = process
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(number, 0)
    try:
        from lambdalint.pickles import unpack

        return unpack(data)  # type: ignore[no-any-return]
    except Exception:  # it ended half way
        return {}

"""Pieces of work in, their results out, made by as many processes as the machine has processors.

A process is forked, does its share with all that this one knows, and sends back what it made: nothing is handed over,
no interpreter starts, so it pays from some 30 ms of work on. Where forking is not safe, all is done here.
"""

from __future__ import annotations

import os
import sys

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TOKENS = 2000  # numbers of two bytes: what fits into a pipe of one page


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


def spread(costs: Sequence[int], do: Callable[[int], Any], worth: int = 0) -> list[Any]:
    """`do(index)` for each of the costs, in order of index; the dearest are begun first, each by whoever is free.

    worth: the cost that a further process is started for; on a machine with many processors not all are needed.
    What a process fails to do or to send back is done here, and so are its exceptions raised.
    """
    order = sorted(range(len(costs)), key=lambda index: -costs[index])
    step = max(1, min(len(order), TOKENS))
    shares = [order[start::step] for start in range(step)]
    done: dict[int, Any] = {}
    count = min(workers(), len(shares), sum(costs) // worth + 1 if worth else len(shares))
    queue = _queue(len(shares)) if count > 1 else None
    if queue is not None:
        started = [_start(lambda: _taken(queue, shares, do)) for _ in range(count - 1)]
        for number in _numbers(queue):
            for index in shares[number]:
                done[index] = do(index)
        os.close(queue)
        for process in started:
            done.update(_end(process) or {})
    return [done[index] if index in done else do(index) for index in range(len(costs))]


def _queue(count: int) -> int | None:
    """A pipe that holds the numbers below count, to be read by several processes; None when there can be none."""
    try:
        read, write = os.pipe()
    except OSError:
        return None
    os.write(write, b"".join(number.to_bytes(2, "big") for number in range(count)))
    os.close(write)
    return read


def _numbers(queue: int) -> Iterator[int]:
    while token := os.read(queue, 2):
        yield int.from_bytes(token, "big")


def _taken(queue: int, shares: Sequence[Sequence[int]], do: Callable[[int], Any]) -> dict[int, Any]:
    """What a second process does: shares as long as there are any, up to the first that fails."""
    done: dict[int, Any] = {}
    try:
        for number in _numbers(queue):
            for index in shares[number]:
                done[index] = do(index)
    except Exception:  # said by the first process, which does it again
        pass
    return done


def beside(do: Callable[[], Any]) -> Callable[[], Any]:
    """Start `do` in a second process; what is given back waits for its result. Without one it is done when asked."""
    process = _start(lambda: (do(),)) if workers() > 1 else None

    def result() -> Any:
        answer = _end(process)
        return answer[0] if answer else do()

    return result


class Companion(NamedTuple):
    """Another process that works until it is told to end, and says then what it has made."""

    process: tuple[int, int]
    end: int

    def finish(self) -> None:
        """Tell it to end."""
        os.close(self.end)

    def result(self) -> Any:
        """What it made, once it was told to end; None when it broke."""
        return _end(self.process)


def companion(do: Callable[[Callable[[], bool]], Any]) -> Companion | None:
    """Start `do` in another process, None when there can be none. It is given a function that says whether it should
    end, because it was told so or the first process is gone."""
    try:
        read, write = os.pipe()
    except OSError:
        return None

    def ended() -> bool:
        try:
            return not os.read(read, 1)
        except BlockingIOError:
            return False

    def work() -> Any:
        os.close(write)
        os.set_blocking(read, False)
        return do(ended)

    process = _start(work)
    os.close(read)
    if process is None:
        os.close(write)
        return None
    return Companion(process, write)


def _start(do: Callable[[], Any]) -> tuple[int, int] | None:
    """Its number and where it will write what `do` gives, None when there can be no further process."""
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
            pipe.write(pack(do()))
    finally:
        os._exit(0)  # neither output nor files of the first process are this one's to finish


def _end(process: tuple[int, int] | None) -> Any:
    """What a process made; None when it broke."""
    if process is None:
        return None
    number, read = process
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(number, 0)
    try:
        from lambdalint.pickles import unpack

        return unpack(data)
    except Exception:  # it ended half way
        return None

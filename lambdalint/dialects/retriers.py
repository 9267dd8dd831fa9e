"""The retriers of a Task state in, how often the function may run again and after which errors out."""

from __future__ import annotations

from lambdalint.knowledge.retries import FAILED, SERVICE
from lambdalint.model import Value
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.model import Span


class Retrier(NamedTuple):
    """One entry of a Retry: the errors it names, how often it tries again (None when it cannot be told), where that
    stands, and where the errors do; None where nobody wrote them."""

    errors: tuple[str, ...]
    attempts: int | None
    span: Span | None
    errors_at: Span | None
    written: bool = True


def settings(retriers: Iterable[Retrier]) -> dict[str, Value[Any]]:
    """What a trigger says of its Retry: of the retriers for what the function ends with, else of those for what the
    service answers, the one that tries most often. "retries" is unknown when one of them cannot be told."""
    known = list(retriers)
    for group in (FAILED, SERVICE):
        found = [one for one in known if one.attempts != 0 and any(error in group for error in one.errors)]
        if found:
            most = next((one for one in found if one.attempts is None), None) or max(found, key=_attempts)
            errors = ", ".join(error for error in most.errors if error in FAILED + SERVICE)
            return {
                "retries": Value(most.attempts, most.span, most.written),
                "retry_errors": Value(errors, most.errors_at or most.span, most.errors_at is not None),
            }
    return {}


def _attempts(retrier: Retrier) -> int:
    return retrier.attempts or 0

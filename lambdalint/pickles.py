"""Plain data and named tuples in, bytes out, and back: for the cache, and for what a second process has made.

A named tuple is written as its class and a plain tuple, and made of these without a call of Python's, which is what
reading many small ones takes the time for otherwise. Other pickles can be read too, but not the other way round.
"""

from __future__ import annotations

from _pickle import Pickler, Unpickler
from io import BytesIO

from lambdalint.records import Record
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class _Writer(Pickler):
    def reducer_override(self, item: Any) -> Any:
        kind = type(item)
        return (kind, (tuple(item),)) if issubclass(kind, Record) else NotImplemented


class _Reader(Unpickler):
    find: Callable[[str, str], Any]

    def find_class(self, module: str, name: str) -> Any:
        found = self.find(module, name)
        return found._make if isinstance(found, type) and issubclass(found, Record) else found


def pack(content: Any) -> bytes:
    """The bytes; an exception of pickle's for what cannot be written."""
    file = BytesIO()
    _Writer(file, 5).dump(content)
    return file.getvalue()


def unpack(blob: bytes, find: Callable[[str, str], Any] | None = None) -> Any:
    """What was packed. find: gives what a pickle may name, or raises; without it, a pickle is trusted."""
    reader = _Reader(BytesIO(blob))
    reader.find = find or super(_Reader, reader).find_class
    return reader.load()

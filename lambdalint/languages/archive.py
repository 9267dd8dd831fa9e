"""A zip's bytes, a character for each, in; what it holds out: the name and size of each file, none of them unpacked."""

from __future__ import annotations

from lambdalint.model import Problem
from lambdalint.typed import NamedTuple

POINTER = "version https://git-lfs"  # a zip that is kept elsewhere, and whose place this text holds


class Member(NamedTuple):
    """One file of a zip. size: unpacked, in bytes."""

    name: str
    size: int


def parse(path: str, text: str) -> tuple[tuple[Member, ...] | None, tuple[Problem, ...]]:
    """Read the directory of a zip."""
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile

    if text.startswith(POINTER):
        return None, ()
    try:
        with ZipFile(BytesIO(text.encode("latin-1"))) as opened:
            found = [Member(one.filename, one.file_size) for one in opened.infolist() if not one.is_dir()]
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        return None, (Problem(path, 1, f"could not read: {str(error) or 'not a zip'}"),)
    return tuple(found), ()

"""Files of a root in, their text as fixes see it out, and back to the disk: mode, encoding, mark and line ends stay.

A file is read once, when a fix first asks for it. It is replaced in one step, and only if the disk still holds what was
read: somebody who saved it meanwhile wins.
"""

from __future__ import annotations

import os

from lambdalint.discover import discover
from lambdalint.read import LIMIT, decode, language_of
from lambdalint.rewrite.spans import LINE_END, offsets, place
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lambdalint.model import Edit, Span

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Content(NamedTuple):
    """A file's bytes taken apart. mark: the byte order mark it starts with. newline: how most of its lines end."""

    text: str
    encoding: str
    mark: bytes
    newline: str

    def data(self, text: str) -> bytes:
        """Another text as this file would hold it; UnicodeEncodeError when its encoding has no such character."""
        return self.mark + text.encode(self.encoding)


def content(path: str, data: bytes) -> Content | None:
    """A file's bytes taken apart; None when they are no text, or cannot be put together again as they were."""
    if len(data) > LIMIT:
        return None
    language = language_of(path) or ""
    text, problem = decode(path, data, language)
    if problem:
        return None
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    if not mark and not _is_utf8(data):
        from lambdalint.read import _declared

        encoding = _declared(data) or "utf-8"
    ends = LINE_END.findall(text)
    newline = max(("\n", "\r\n", "\r"), key=ends.count)
    made = Content(text.removeprefix("\ufeff"), encoding, mark, newline)
    return made if made.data(made.text) == data else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Files:
    """The Sources of one root. changed: what fixes have made of files so far, by path."""

    def __init__(self, root: str, exclude: Sequence[str] = (), overlay: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self.exclude = exclude
        self.overlay = dict(overlay or {})
        self.before: dict[str, bytes] = {}
        self.changed: dict[str, bytes] = {}
        self._contents: dict[str, Content | None] = {}
        self._paths: Collection[str] | None = None

    @property
    def paths(self) -> Collection[str]:
        """Every file below the root; what .gitignore or `exclude` names is among them."""
        if self._paths is None:
            self._paths = discover(self.root, self.exclude, self.overlay).inventory.files.keys()
        return self._paths

    def text(self, path: str) -> str | None:
        """A file's text as it is now, None when it does not exist or is no text."""
        found = self.content(path)
        return found.text if found else None

    def content(self, path: str) -> Content | None:
        """A file as it is now."""
        if path not in self._contents:
            data = self.data(path)
            self._contents[path] = None if data is None else content(path, data)
        return self._contents[path]

    def data(self, path: str) -> bytes | None:
        """A file's bytes as they are now."""
        if path in self.changed:
            return self.changed[path]
        if path in self.overlay:
            return self.overlay[path]
        if path not in self.before:
            try:
                with open(os.path.join(self.root, path), "rb") as file:
                    self.before[path] = file.read()
            except OSError:
                return None
        return self.before[path]

    def original(self, path: str) -> bytes | None:
        """A file's bytes before any fix."""
        return self.overlay.get(path, self.before.get(path))

    def put(self, changed: Mapping[str, bytes]) -> None:
        """Take these as what the files hold now."""
        self.changed.update(changed)
        for path in changed:
            self._contents.pop(path, None)

    def edited(self, edits: Iterable[Edit]) -> dict[str, bytes] | None:
        """What edits make of the files; None when one cannot be applied."""
        by_path: dict[str, list[Edit]] = {}
        for edit in dict.fromkeys(edits):
            by_path.setdefault(edit.span.path, []).append(edit)
        made: dict[str, bytes] = {}
        for path, those in by_path.items():
            found = self.content(path)
            if found is None:
                return None
            try:
                made[path] = found.data(applied(found, those))
            except (UnicodeEncodeError, ValueError):
                return None
        return made


def applied(found: Content, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap; ValueError for a span that is not in the file."""
    starts = offsets(found.text)
    text = found.text
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        start, end = place(starts, len(found.text), edit.span)
        text = text[:start] + edit.text.replace("\n", found.newline) + text[end:]
    return text


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be applied. Equal insertions can: they are made once."""
    first, second = one.span, other.span
    if first.path != second.path or one == other:
        return False
    start, end = max(first[1:3], second[1:3]), min(first[3:5], second[3:5])
    return start < end or (start == end and (first[1:3] == second[1:3] or _is_empty(first) or _is_empty(second)))


def _is_empty(span: Span) -> bool:
    return span[1:3] == span[3:5]


def write(path: str, before: bytes, after: bytes) -> str:
    """Replace a file in one step. Returns why not, "" when it is done.

    A link stays a link: what it points to is replaced. The new file has the old one's mode and, where we may, owner.
    """
    import tempfile

    target = os.path.realpath(path)
    temporary = ""
    try:
        if _read(target) != before:
            return "it changed meanwhile"
        stat = os.stat(target)
        handle, temporary = tempfile.mkstemp(prefix=".lambdalint-", dir=os.path.dirname(target))
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.st_mode & 0o7777)
        if hasattr(os, "chown") and (stat.st_uid, stat.st_gid) != (os.getuid(), os.getgid()):
            try:
                os.chown(temporary, stat.st_uid, stat.st_gid)
            except OSError:
                pass  # not ours to give away
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        if _read(target) != before:
            return "it changed meanwhile"
        os.replace(temporary, target)
        temporary = ""
    except OSError as error:
        return error.strerror or str(error)
    finally:
        if temporary:
            try:
                os.unlink(temporary)
            except OSError:
                pass
    return ""


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()

"""A report in, text for people and machines out: one module a format, the folder formats/ is the registry.

`renderer(name)` is the one way in: it hands each format findings that are in order, named once and free of secrets.
"""

from __future__ import annotations

from importlib import import_module
from os import listdir
from os.path import dirname, join

from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambdalint.model import Report


class RuleInfo(NamedTuple):
    """What a format says about a rule. summary: one line. help: the page as markdown. url: the page on the web.
    advice: what to do about a finding, in a line."""

    summary: str
    severity: str
    topic: str
    url: str = ""
    help: str = ""
    advice: str = ""


def no_line(path: str, number: int) -> str | None:
    """No source at hand: formats leave excerpts out."""
    return None


class Context(NamedTuple):
    """What a format needs besides the report.

    root: the linted root as given. version: lambdalint's. verbose: -1 quiet (one line a finding), 0, 1 and up.
    line: the text of a line (from 1) of a file below the root, without its end; None when it cannot be had.
    prefix: the root as seen from the working folder ("services/api", "" when it is the same), for formats whose
    paths are followed from there. width: columns an excerpt may take. secrets: set by `renderer`, what `source` covers.
    """

    root: str = ""
    version: str = ""
    color: bool = False
    verbose: int = 0
    line: Callable[[str, int], str | None] = no_line
    rules: Mapping[str, RuleInfo] = {}
    prefix: str = ""
    width: int = 120
    secrets: frozenset[str] = frozenset()

    def path(self, path: str) -> str:
        """A path of the report as seen from the working folder."""
        return f"{self.prefix.rstrip('/')}/{path}".rstrip("/") if self.prefix else path or "."

    def source(self, path: str, number: int, columns: Sequence[int] = ()) -> tuple[str, list[int]] | None:
        """A line with the secrets covered, and where the given columns (from 1) are in it; formats show no other."""
        text = self.line(path, number) if number > 0 else None
        if text is None:
            return None
        text = text.rstrip("\r\n")
        offsets = [min(max(column - 1, 0), len(text)) for column in columns]
        from lambdalint.mask import mask_columns

        text, offsets = mask_columns(text, self.secrets, offsets)
        return text, [offset + 1 for offset in offsets]


def format_names() -> tuple[str, ...]:
    """The names of all output formats, sorted; nothing of them is imported."""
    folder = join(dirname(__file__), "formats")
    return tuple(sorted(name[:-3] for name in listdir(folder) if name.endswith(".py") and not name.startswith("_")))


def renderer(name: str) -> Callable[[Report, Context], str]:
    """The function that writes this format; LookupError when there is no such format.

    Its text ends with a line feed (or is empty) and can always be encoded as UTF-8.
    """
    if name not in format_names():
        raise LookupError(f"no output format is named {name!r}")
    render: Callable[[Report, Context], str] = import_module(f"{__name__}.formats.{name}").render

    def rendered(report: Report, context: Context) -> str:
        from lambdalint.report.shown import shown

        text = render(*shown(report, context))
        return text.encode("utf-8", "replace").decode("utf-8")

    return rendered

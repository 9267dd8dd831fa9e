"""The scripts of the tree in, what they pack out: by the path of an archive, or of a folder that they put together."""

from __future__ import annotations

from lambdalint.dialects.awscli.evaluate import Run
from lambdalint.dialects.awscli.scripts import Source, source
from lambdalint.dialects.awscli.texts import HERE as HERE
from lambdalint.languages.shell import read
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from lambdalint.dialects.awscli.archives import Archives
    from lambdalint.model import Code, Project, Span


def runs(project: Project) -> list[Run]:
    """Every script of the tree that matters here, gone through; each knows what the others pack."""
    kept = project.scratch
    if kept is not None and "scripts" in kept:
        return kept["scripts"]  # type: ignore[no-any-return]
    made = [Run(project, found) for path in project.candidates("awscli") if (found := source(project, path))]
    makers: dict[str, list[Archives]] = {}
    for run in made:
        run.go()
        run.archives.others = makers
        for key in run.archives.zips:
            makers.setdefault(key, []).append(run.archives)
    if kept is not None:
        kept["scripts"] = made
    return made


def packed(makers: Iterable[Archives], path: str, span: Span) -> Code | None:
    """The code in the archive, or in the folder, at a path that is not in the tree; None when no maker tells, or when
    several do."""
    found = [made for one in makers if (made := one.packed(path, span) or one.gathered(path, span)) is not None]
    return found[0] if len(found) == 1 and found[0].kind != "unknown" else None


def holds(code: Code, handler: str | None, files: Container[str]) -> bool:
    """Whether a package holds the module that a handler names."""
    module = (handler or "").rpartition(".")[0].replace(".", "/")
    bases = [f"{root}/" if root else "" for root in (code.path.known, *code.roots) if root is not None]
    inside = (f"{base}{module}{suffix}" for base in bases for suffix in (".py", "/__init__.py"))
    return bool(module) and (code.kind == "file" or any(path in files for path in inside))


def archives(project: Project) -> list[Archives]:
    """What each script of the tree packs."""
    return [run.archives for run in runs(project)]


def command(text: str, path: str, folder: str, project: Project) -> Archives:
    """What a command that stands in a configuration packs. folder: where it runs; HERE begins paths below the root."""
    run = Run(project, Source(path, read(text), folder, False))
    run.go()
    return run.archives

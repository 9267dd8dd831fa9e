"""Dockerfiles and the declarations of other dialects in, image functions out: by themselves, or completed."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.dockerfile.images import describe
from lambdalint.model import Build, Code, Declaration, Reference, Span, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Document, Project

_ELSEWHERE = (Reference("expression", "set where the function is deployed"),)


def declarations(project: Project) -> Iterator[Declaration]:
    """One function for each Dockerfile that starts a handler; `link` drops those that another declaration builds."""
    for path in project.candidates("dockerfile"):
        document = project.document(path, "dockerfile")
        if document is None or not document.facts:
            continue
        context = _context(document, project)
        facts = describe(document, context, project)
        if not facts.for_lambda or facts.handler.known is None:
            continue
        elsewhere: Value[int] = Value(None, facts.handler.span, True, _ELSEWHERE)
        name = posixpath.basename(path.rpartition("/")[0]) or "image"
        bare = Declaration(
            id=name,
            dialect="dockerfile",
            span=facts.base.span or Span(path, *document.facts[0].at),
            memory=elsewhere,
            timeout=elsewhere,
            code=Code("image", Value(context, None, written=False), facts.base.span, dockerfile=path),
            settings={"package_type": Value("Image", facts.base.span)},
        )
        yield completed(bare, project)._replace(environment_known=False)


def adopted(found: list[Declaration]) -> list[Declaration]:
    """All declarations without the images that others of them build.

    An image function that names no Dockerfile takes the only one below its configuration's folder, or the only one of
    the project when it is the only such function.
    """
    named = {item.code.dockerfile for item in found if item.dialect != "dockerfile"}
    free = [item for item in found if item.dialect == "dockerfile" and item.code.dockerfile not in named]
    unnamed = [
        item
        for item in found
        if item.dialect != "dockerfile" and item.code.kind == "image" and item.code.dockerfile is None
    ]
    only = (
        free if len(free) == len(unnamed) == 1 else []
    )  # wherever it stands: nothing else is built, nothing else uses it
    taken: set[str | None] = set()
    made: list[Declaration] = []
    for item in found:
        if item.dialect == "dockerfile":
            continue
        if item in unnamed:
            below = [one for one in free if _stands_below(one, item)] or only
            taken.update(one.code.dockerfile for one in below)
            beside = [other for other in unnamed if below and (only or _stands_below(below[0], other))]
            if len(below) == 1 and len(beside) == 1:
                code = item.code._replace(path=below[0].code.path, dockerfile=below[0].code.dockerfile)
                item = item._replace(code=code)
        made.append(item)
    return made + [item for item in free if item.code.dockerfile not in taken]


def _stands_below(image: Declaration, other: Declaration) -> bool:
    """Whether a Dockerfile stands in the folder of another declaration's file, or below it."""
    folder = other.span.path.rpartition("/")[0]
    return not folder or (image.code.dockerfile or "").startswith(f"{folder}/")


def completed(declaration: Declaration, project: Project) -> Declaration:
    """A declaration of an image with what its Dockerfile adds: the handler, variables, folders, requirements.

    What the declaration itself says (the command of ImageConfig, a variable of the same name) is kept.
    """
    code = declaration.code
    if code.kind != "image" or code.dockerfile is None:
        return declaration
    document = project.document(code.dockerfile, "dockerfile")
    if document is None or not document.facts:
        return declaration
    context = code.path.known if code.path.known is not None else code.dockerfile.rpartition("/")[0]
    facts = describe(document, context, project, stage=code.stage)
    settings = dict(declaration.settings)
    if facts.runtime.known is not None:
        settings["base_runtime"] = facts.runtime
    own = {one.name for one in declaration.environment}
    handler = declaration.handler if declaration.handler.written else facts.handler
    if facts.python is False:
        handler = declaration.handler
    return declaration._replace(
        handler=handler,
        environment=(*declaration.environment, *(one for one in facts.environment if one.name not in own)),
        environment_known=declaration.environment_known and facts.environment_known,
        code=code._replace(
            roots=tuple(dict.fromkeys((*facts.roots, *code.roots))), build=Build("docker", facts.requirements)
        ),
        settings=settings,
    )


def _context(document: Document, project: Project) -> str:
    """The folder an image is built in: that of the Dockerfile, or the nearest above that holds what is copied."""
    folder = document.path.rpartition("/")[0]
    sources = [
        word.literal
        for instruction in document.facts
        if instruction.name == "COPY" and not any(name == "from" for name, _ in instruction.flags)
        for word in instruction.words[:-1]
        if word.literal and word.literal not in (".", "./") and "*" not in word.literal
    ]
    above: str | None = folder
    while sources and above is not None:
        base = f"{above}/" if above else ""
        paths = [posixpath.normpath(base + source.strip("/")) for source in sources]
        if all(path in project.inventory.files or path in project.inventory.folders for path in paths):
            return above
        above = above.rpartition("/")[0] if above else None
    return folder

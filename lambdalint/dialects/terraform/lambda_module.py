"""A call of terraform-aws-modules/lambda in, the Code it packages out, as its package.py does it.

source_path is a path, a list, or maps with path, pip_requirements, patterns, commands and prefix_in_zip. A plain path
of a folder installs its requirements.txt; a map does so only when it says so (read from the module's version 8.8).
"""

from __future__ import annotations

import posixpath

from lambdalint.dialects.terraform.archives import archive as archive_code
from lambdalint.dialects.terraform.archives import from_bucket, image_code, is_archive, packaged
from lambdalint.dialects.terraform.evaluate import argument
from lambdalint.dialects.terraform.reading import block_of
from lambdalint.dialects.terraform.terms import Entries, Term, attribute, is_known, plain, string, truth
from lambdalint.model import Build, Code, Pattern, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.languages.hcl import Body
    from lambdalint.model import Inventory

_LISTS = ("requirements.txt", "pyproject.toml", "poetry.lock", "uv.lock")


def module_code(body: Body, frame: Frame) -> Code | None:
    """Where the module takes the code from."""
    handler = string(argument(body, "handler", frame))
    existing = argument(body, "local_existing_package", frame)
    if existing.data is not None:
        for handle in existing.handles:
            if is_archive(handle):
                return archive_code(handle, existing, handler)
            if handle.attribute == "local_filename" and (found := block_of(handle)) is not None:
                return module_code(*found)
        path = frame.instance.path_of(existing)
        if path is not None:
            return packaged(path, existing, frame.instance, handler)
        return Code("unknown", string(existing), existing.span)
    image = argument(body, "image_uri", frame)
    if image.data is not None:
        return image_code(image, frame)
    bucket = argument(body, "s3_existing_package", frame)
    if bucket.data is not None:
        for handle in bucket.handles:
            if handle.attribute == "s3_object" and (found := block_of(handle)) is not None:
                return module_code(*found)
        return from_bucket(attribute(bucket, "key"), frame, handler)
    source = argument(body, "source_path", frame)
    if source.data is None:
        return Code("unknown")
    return _packed(source, frame, truth(argument(body, "build_in_docker", frame)) is True)


def _packed(source: Term, frame: Frame, docker: bool) -> Code:
    instance = frame.instance
    inventory = instance.run.project.inventory
    claims = (
        [attribute(source, index) for index in range(len(source.data))] if isinstance(source.data, tuple) else [source]
    )
    folders: list[tuple[str, Term]] = []
    files: list[tuple[str, Term]] = []
    patterns: list[Pattern] = []
    requirements: list[str] = []
    certain = True
    for claim in claims:
        place = attribute(claim, "path") if isinstance(claim.data, Entries) else claim
        path = instance.path_of(place)
        if isinstance(claim.data, Entries):
            known, listed = _told(claim, path, frame)
            certain = certain and known
            requirements += listed
            patterns += _patterns(attribute(claim, "patterns"), source)
        elif path is not None:
            requirements += _found(path, inventory)
        if path is None:
            certain = certain and isinstance(claim.data, Entries) and "path" not in claim.data.terms
        elif path in inventory.files:
            files.append((path, place))
        elif not (isinstance(claim.data, Entries) and "prefix_in_zip" in claim.data.terms and len(claims) > 1):
            folders.append((path, place))
    build = Build("terraform-module", tuple(dict.fromkeys(requirements)) if certain else None, source.span)
    if folders:
        path, place = folders[0]
        span = place.span or source.span
        rest = (*(other for other, _ in folders[1:]), *dict.fromkeys(posixpath.dirname(file) for file, _ in files))
        known_path = Value(path, span, True, place.references)
        return Code("directory", known_path, source.span, patterns=tuple(patterns), build=build, roots=rest)
    if files:
        path, place = files[0]
        known_path = Value(path, place.span or source.span, True, place.references)
        if len(files) == 1:
            return Code("file", known_path, source.span, build=build)
        folder = posixpath.dirname(path)
        shipped = (
            Pattern("**", False, source.span),
            *(Pattern(posixpath.basename(file), True, term.span) for file, term in files),
        )
        rest = tuple(dict.fromkeys(posixpath.dirname(file) for file, _ in files if posixpath.dirname(file) != folder))
        home = Value(folder, known_path.span, True, known_path.references)
        return Code("directory", home, source.span, patterns=shipped, build=build, roots=rest)
    return Code("unknown", string(source), source.span, build=build)


def _told(claim: Term, path: str | None, frame: Frame) -> tuple[bool, list[str]]:
    """What a map of source_path installs: whether that can be told, and the requirement files."""
    requirements: list[str] = []
    if attribute(claim, "commands").data not in (None,) and "commands" in claim.data.terms:
        return False, []
    known = not claim.data.more
    for name, file in (("pip_requirements", "requirements.txt"), ("poetry_install", "pyproject.toml"),
                       ("uv_install", "pyproject.toml")):  # fmt: skip
        if name not in claim.data.terms:
            continue
        term = attribute(claim, name)
        if truth(term) is True and path is not None:
            requirements.append(posixpath.join(path, file))
        elif truth(term) is None and isinstance(term.data, str):
            found = frame.instance.path_of(term)
            known = known and found is not None
            requirements += [found] if found else []
        elif truth(term) is None and term.data is not None:
            known = False
    return known, requirements


def _found(path: str, inventory: Inventory) -> list[str]:
    """The requirement files that a plain folder installs from."""
    if posixpath.join(path, "uv.lock") in inventory.files:
        return [posixpath.join(path, "uv.lock")]
    return [found for name in _LISTS[:3] if (found := posixpath.join(path, name)) in inventory.files][:1]


def _patterns(term: Term, source: Term) -> Iterator[Pattern]:
    """Patterns of the module: regular expressions on the path, `!` leaves out; as globs where that is the same."""
    listed = plain(term) if is_known(term) else None
    lines = listed if isinstance(listed, list) else listed.splitlines() if isinstance(listed, str) else []
    for line in lines:
        text = str(line).strip()
        if not text or text.startswith("#"):
            continue
        include = not text.startswith("!")
        glob = _glob(text.lstrip("!"))
        if glob is not None:
            yield Pattern(glob, include, term.span or source.span)


def _glob(expression: str) -> str | None:
    """A simple regular expression as a glob."""
    text = expression.strip("^$").replace("\\.", "\0").replace(".*", "**").replace(".+", "**")
    if any(character in text for character in "[](){}|+?\\"):
        return None
    text = text.replace("\0", ".")
    return text if text.endswith("**") or expression.endswith("$") or "." in text else f"{text}**"

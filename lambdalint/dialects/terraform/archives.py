"""What a function's package is made from: `filename`, `s3_key`, `image_uri` in, a Code out, traced to sources."""

from __future__ import annotations

import posixpath
import re

from lambdalint.dialects.terraform.builds import built, commands, installed
from lambdalint.dialects.terraform.evaluate import argument, nested
from lambdalint.dialects.terraform.reading import at, block_of, named
from lambdalint.dialects.terraform.terms import Term, canonical, plain, string
from lambdalint.model import Build, Code, Pattern, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.dialects.terraform.terms import Handle
    from lambdalint.languages.hcl import Body, Expression

ARCHIVES = ("data.archive_file", "archive_file")
OBJECTS = ("aws_s3_object", "aws_s3_bucket_object")
_INSTALLS = re.compile(r"\bpip3?\s+install|\bpoetry\s+|\buv\s+(?:pip|sync|export)|\bnpm\s+(?:ci|install)|\bpipenv\s+")


def code_of(body: Body, frame: Frame, handler: Value[str]) -> Code:
    """Where the code of a resource with `filename`, `s3_key` or `image_uri` (function or layer) is."""
    filename = argument(body, "filename", frame)
    key = argument(body, "s3_key", frame)
    image = argument(body, "image_uri", frame)
    if filename.data is not None:
        return _from_file(filename, frame, handler)
    if key.data is not None:
        code = from_bucket(key, frame, handler)
        return _hashed(body, frame, key, handler) or code if code.kind == "bucket" else code
    if image.data is not None:
        return image_code(image, frame)
    return Code("unknown")


def _from_file(filename: Term, frame: Frame, handler: Value[str]) -> Code:
    instance = frame.instance
    found = [archive(handle, filename, handler) for handle in filename.handles if is_archive(handle)]
    if found:
        return next((code for code in found if code.kind != "unknown"), found[0])
    local = named(filename, "local_file")
    if local is None:
        for handle in _same_output(filename, instance):
            return archive(handle, filename, handler)
    path = instance.path_of(filename)
    if path is None:
        return Code("unknown", string(filename), filename.span)
    return packaged(path, filename, instance, handler)


def is_archive(handle: Handle) -> bool:
    """Whether a handle is the path of an archive_file."""
    return handle.address.rpartition(".")[0] in ARCHIVES


def _same_output(filename: Term, instance: Instance) -> Iterator[Handle]:
    """Archives whose output path is the same text."""
    from lambdalint.dialects.terraform.terms import Handle

    wanted = instance.path_of(filename) or canonical(filename)
    if not wanted:
        return
    for (mode, kind, name), placed in instance.module.resources.items():
        if kind != "archive_file":
            continue
        handle = Handle(instance, f"{'data.' if mode == 'data' else ''}archive_file.{name}", None, "output_path")
        found = block_of(handle)
        if found is not None:
            output = argument(placed.block.body, "output_path", found[1])
            if (instance.path_of(output) or canonical(output)) == wanted:
                yield handle


def packaged(path: str, filename: Term, instance: Instance, handler: Value[str]) -> Code:
    """A file that is given by its path: a zip in the tree, a source file, or what a script makes."""
    inventory = instance.run.project.inventory
    known = Value(path, filename.span, True, filename.references)
    if path in inventory.folders:
        return Code("directory", known, filename.span, build=Build("copy", ()))
    if path in inventory.files and not path.endswith((".zip", ".jar")):
        return Code("file", known, filename.span, build=Build("copy", ()))
    made = built(path, filename.span, instance, handler)
    if made is not None:
        return made
    roots = tuple(_sources(path, instance, handler))
    if path in inventory.files:
        return Code("archive", known, filename.span, roots=roots, build=Build("copy", ()))
    return Code("unknown", known, filename.span, roots=roots, build=Build("script"))


def _sources(path: str, instance: Instance, handler: Value[str]) -> Iterator[str]:
    """The folder that a zip is most likely made from: one named in a script, or beside it, that holds the handler."""
    files = instance.run.project.inventory.files
    module = handler.known.rpartition(".")[0].replace(".", "/") if isinstance(handler.known, str) else ""
    if not module:
        return
    folder, name = posixpath.split(path)
    stem = name.rpartition(".")[0]
    for candidate in (*_scripted(name, instance), posixpath.join(folder, stem), folder, posixpath.dirname(folder)):
        base = f"{candidate}/" if candidate else ""
        if any(f"{base}{module}{suffix}" in files for suffix in (".py", "/__init__.py", ".js", ".mjs", ".ts")):
            yield candidate
            return
    # A build names its output after the folder: dist/producer-status.zip is made from api/producer/status.
    words = set(stem.split("-"))
    ending = f"/{module}.py"
    named_so = [
        found[: -len(ending)]
        for found in instance.run.by_name(posixpath.basename(ending))
        if found.endswith(ending) and words <= set(found.split("/"))
    ]
    if len(named_so) == 1:
        yield named_so[0]


def _scripted(name: str, instance: Instance) -> Iterator[str]:
    """Folders that a local-exec command which names the zip mentions."""
    for command in commands(instance):
        if isinstance(command.data, str) and name in command.data:
            for word in re.split(r"[\s;&|'\"()]+", command.data):
                found = instance.path_of(command._replace(data=word)) if word and not word.startswith("-") else None
                if found and found in instance.run.project.inventory.folders:
                    yield found


# ------------------------------------------------------------------------------------------------------ archive_file


def archive(handle: Handle, filename: Term, handler: Value[str]) -> Code:
    """The sources of an archive_file."""
    found = block_of(handle)
    if found is None:
        return Code("unknown", string(filename), filename.span)
    body, frame = found
    span = filename.span
    folder = argument(body, "source_dir", frame)
    file = argument(body, "source_file", frame)
    if folder.data is not None:
        return _directory(folder, body, frame, filename, handler)
    if file.data is not None:
        path = frame.instance.path_of(file)
        if path is None:
            return Code("unknown", string(file), span)
        known = Value(path, file.span, True, file.references)
        if path not in frame.instance.run.project.inventory.files:
            return Code("file", known, span, build=Build("script"))
        return Code("file", known, span, build=_build(body, frame))
    return _pieces(body, frame, filename, handler)


def _directory(folder: Term, body: Body, frame: Frame, filename: Term, handler: Value[str]) -> Code:
    instance = frame.instance
    path = instance.path_of(folder)
    if path is None:
        return Code("unknown", string(folder), filename.span)
    known = Value(path, folder.span, True, folder.references)
    patterns = tuple(_excludes(body, frame))
    if path in instance.run.project.inventory.folders:
        return Code("directory", known, filename.span, patterns=patterns, build=_build(body, frame))
    made = built(path, filename.span, instance, handler)
    if made is not None:
        return made._replace(patterns=(*made.patterns, *patterns))
    roots = tuple(_sources(path, instance, handler)) or tuple(_copied(path, instance, handler))
    return Code("directory", known, filename.span, patterns=patterns, build=Build("script"), roots=roots)


def _copied(path: str, instance: Instance, handler: Value[str]) -> Iterator[str]:
    """The folder a script copies into the folder that is zipped: named beside it, and holding the handler."""
    files = instance.run.project.inventory.files
    module = handler.known.rpartition(".")[0].replace(".", "/") if isinstance(handler.known, str) else ""
    for command in commands(instance):
        text = command.data
        if not isinstance(text, str) or posixpath.basename(path) not in text:
            continue
        for word in re.split(r"[\s;&|'\"()]+", text):
            found = instance.path_of(command._replace(data=word.rstrip("*"))) if word[:1] not in ("", "-") else None
            if found is not None and (f"{found}/{module}.py" in files or found == f"{module}.py"):
                yield found
                return
            if found is not None and found in files and found.endswith(f"/{module}.py"):
                yield posixpath.dirname(found)
                return


def _excludes(body: Body, frame: Frame) -> Iterator[Pattern]:
    """Patterns that leave files out; in archive_file a pattern is a path below source_dir, or a glob."""
    term = argument(body, "excludes", frame)
    listed = plain(term)
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, str):
            part = term.data[index] if isinstance(term.data, tuple) else term
            yield Pattern(item, False, part.span or term.span)


def _build(body: Body, frame: Frame) -> Build:
    """Copied as it is, unless a script that the archive waits for puts more into it."""
    names = {
        found.value[1][0][1]
        for found in _depends(body)
        if found.value[0] in ("null_resource", "terraform_data") and found.value[1]
    }
    for _, name, placed in frame.instance.module.of("null_resource", "terraform_data"):
        if name in names or _mentions_install(placed.block.body, frame, body):
            folder = frame.instance.path_of(argument(body, "source_dir", frame))
            return (installed(folder, frame.instance) if folder else None) or Build("unknown", None)
    return Build("copy", ())


def _depends(body: Body) -> Iterator[Expression]:
    found = body.attributes.get("depends_on")
    if found is not None and found.value.kind == "list":
        yield from (item for item in found.value.value if item.kind == "path")


def _mentions_install(resource: Body, frame: Frame, body: Body) -> bool:
    """Whether a script installs packages into the folder that is zipped."""
    folder = frame.instance.path_of(argument(body, "source_dir", frame))
    if not folder:
        return False
    for block, inner, _ in nested(resource, "provisioner", frame):
        term = argument(block.body, "command", inner)
        text = term.data if isinstance(term.data, str) else term.text
        if _INSTALLS.search(text) and posixpath.basename(folder) in text:
            return True
    return False


def _pieces(body: Body, frame: Frame, filename: Term, handler: Value[str]) -> Code:
    """An archive of `source` blocks, or of one `source_content`: inline text, or files read by file()."""
    module = handler.known.rpartition(".")[0].replace(".", "/") if isinstance(handler.known, str) else ""
    pieces: list[tuple[str, Term]] = []
    for block, inner, _ in nested(body, "source", frame):
        name = argument(block.body, "filename", inner).data
        pieces.append((name if isinstance(name, str) else "", argument(block.body, "content", inner)))
    content = argument(body, "source_content", frame)
    if content.data is not None:
        name = argument(body, "source_content_filename", frame).data
        pieces.append((name if isinstance(name, str) else "", content))
    main = [piece for piece in pieces if posixpath.splitext(piece[0])[0] == module] or pieces[:1]
    if not main:
        return Code("unknown", string(filename), filename.span)
    name, term = main[0]
    if isinstance(term.data, str):
        return Code("inline", span=term.span, text=term.data, build=Build("copy", ()))
    paths = {piece: _read_from(part) for piece, part in pieces}
    path = paths[name]
    if path is None:
        return Code("unknown", string(filename), filename.span)
    folder = path[: -len(name)].rstrip("/") if name and f"/{path}".endswith(f"/{name}") else None
    if len(pieces) == 1 or folder is None or None in paths.values():
        build = Build("copy", ()) if len(pieces) == 1 else Build("unknown")
        return Code("file", Value(path, term.span), filename.span, build=build)
    here = [(piece, found) for piece, found in paths.items() if found == posixpath.join(folder, piece)]
    patterns = (Pattern("**", False, filename.span), *(Pattern(piece, True, part.span) for piece, part in pieces))
    build = Build("copy", ()) if len(here) == len(paths) else Build("unknown")
    return Code("directory", Value(folder, term.span), filename.span, patterns=patterns, build=build)


def _read_from(term: Term) -> str | None:
    """The file that a content is read from, by file() or templatefile()."""
    for reference in term.references:
        if reference.kind == "file":
            return reference.target
    return None


# ------------------------------------------------------------------------------------------------- buckets and images


def from_bucket(key: Term, frame: Frame, handler: Value[str]) -> Code:
    """The code under a key of a bucket: of the object that is uploaded there, where a resource does."""
    handle = named(key, *OBJECTS) or _object_with(key, frame.instance)
    found = block_of(handle) if handle is not None else None
    if found is not None:
        source = argument(found[0], "source", found[1])
        if source.data is not None:
            return _from_file(source._replace(span=key.span), found[1], handler)
    return Code("bucket", string(key), key.span)


def _hashed(body: Body, frame: Frame, key: Term, handler: Value[str]) -> Code | None:
    """The archive whose hash says when a package in a bucket has changed."""
    for handle in argument(body, "source_code_hash", frame).handles:
        if is_archive(handle):
            return archive(handle, key, handler)
    return None


def _object_with(key: Term, instance: Instance) -> Handle | None:
    """The object of the same module that is uploaded under this key."""
    from lambdalint.dialects.terraform.terms import Handle

    wanted = canonical(key)
    for kind, name, placed in instance.module.of(*OBJECTS) if wanted else ():
        handle = Handle(instance, f"{kind}.{name}", None, "key")
        found = block_of(handle)
        if found is not None and canonical(argument(placed.block.body, "key", found[1])) == wanted:
            return handle
    return None


def image_code(image: Term, frame: Frame) -> Code:
    """An image: the folder it is built from, where a docker-build module, provider or command of this module tells."""
    known = string(image)
    for handle in image.handles:
        found = block_of(handle)
        if found is None:
            continue
        body, inner = found
        kind = handle.address.rpartition(".")[0]
        context = file = None
        if kind == "module":
            context, file = at(body, "source_path", inner), at(body, "docker_file_path", inner)
        elif kind == "docker_image":
            context, file = at(body, "build.context", inner), at(body, "build.dockerfile", inner)
        elif kind == "docker_registry_image":
            name = argument(body, "name", inner)
            if name.handles and name.handles != image.handles:
                return image_code(name, inner)
        path = inner.instance.path_of(context) if context is not None else None
        if context is not None and path is not None:
            place = Value(path, context.span, True, context.references)
            dockerfile = file.data if file is not None and isinstance(file.data, str) else "Dockerfile"
            stage = at(body, "build_target" if kind == "module" else "build.target", inner).data
            return Code(
                "image",
                place,
                image.span,
                build=Build("docker"),
                dockerfile=posixpath.join(path, dockerfile),
                stage=stage if isinstance(stage, str) else "",
            )
    path = _docker_build(frame.instance) or _named_folder(image, frame.instance)
    if path is not None:
        file_path = posixpath.join(path, "Dockerfile")
        return Code("image", Value(path, image.span), image.span, build=Build("docker"), dockerfile=file_path)
    return Code("image", Value(None, known.span, True, known.references), image.span, build=Build("docker"))


def _named_folder(image: Term, instance: Instance) -> str | None:
    """The only folder with a Dockerfile that is called like the image's repository."""
    names = {handle.address.rpartition(".")[2] for handle in image.handles if "ecr_repository" in handle.address}
    text = image.data if isinstance(image.data, str) else ""
    if ".amazonaws.com/" in text:
        names.add(re.split(r"[:@]", text.partition(".amazonaws.com/")[2])[0].rpartition("/")[2])
    folders = {posixpath.dirname(path) for path in instance.run.by_name("Dockerfile")}
    found = [folder for folder in folders if posixpath.basename(folder) in names]
    return found[0] if len(found) == 1 else None


def _docker_build(instance: Instance) -> str | None:
    """The build context of the only `docker build` command of a module."""
    found: set[str] = set()
    for command in commands(instance):
        text = command.data if isinstance(command.data, str) else ""
        for line in text.splitlines():
            words = line.split()
            if "docker" in words and "build" in words:
                path = instance.path_of(command._replace(data=words[-1]))
                if path is not None and path in instance.run.project.inventory.folders:
                    found.add(path)
    return found.pop() if len(found) == 1 else None

"""A path that is not in the tree in, the code that a script or a local-exec command puts there out."""

from __future__ import annotations

from lambdalint.dialects.awscli import builds
from lambdalint.dialects.terraform.copies import copies
from lambdalint.dialects.terraform.evaluate import argument, evaluate, nested
from lambdalint.dialects.terraform.terms import HERE, Deferred, Entries, Term
from lambdalint.model import Build
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.awscli.archives import Archives
    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.instances import Instance
    from lambdalint.languages.hcl import Body
    from lambdalint.model import Code, Span, Value

RESOURCES = ("null_resource", "terraform_data")


def built(path: str, span: Span | None, instance: Instance, handler: Value[str]) -> Code | None:
    """The code of the archive or folder at a path, traced to what it is made from; None when that cannot be told, or
    when the handler's module is not in it."""
    if span is None:
        return None
    found = builds.packed(_makers(instance), path, span) or builds.packed(_scripts(instance), path, span)
    files = instance.run.project.inventory.files
    return found._replace(span=span) if found is not None and builds.holds(found, handler.known, files) else None


def installed(folder: str, instance: Instance) -> Build | None:
    """What commands install into a folder of the tree that is packed as it is; None when nothing, or not told what."""
    files: list[str] = []
    whole = True
    for maker in (*_makers(instance), *_scripts(instance)):
        found = maker.installed(folder)
        if found is None:
            return None
        files += found
        whole = whole and (maker.followed or not found)
    return Build("pip" if whole else "script", tuple(dict.fromkeys(files))) if files else None


def commands(instance: Instance) -> Iterator[Term]:
    """The local-exec commands of a module's null_resource and terraform_data."""
    for command, _ in _local(instance):
        yield command


def _local(instance: Instance) -> Iterator[tuple[Term, Term]]:
    """Each local-exec command with the folder that it is told to run in."""
    for _, _, placed in instance.module.of(*RESOURCES):
        body = placed.block.body
        for _, frame in copies(body, instance.frame(placed.path)):
            for block, inner, _ in nested(body, "provisioner", frame.bind(self=_self(body, frame))):
                if block.labels == ("local-exec",):
                    yield argument(block.body, "command", inner), argument(block.body, "working_dir", inner)


def _self(body: Body, frame: Frame) -> Term:
    """The resource itself: its arguments, and what terraform_data gives back of them."""
    own = {name: found.value for name, found in body.attributes.items()}
    if "input" in own:
        own.setdefault("output", own["input"])
    return Term(Entries(Deferred(own, evaluate, frame), {}, True))


def _makers(instance: Instance) -> list[Archives]:
    """What the commands of a module pack."""
    if instance.makers is None:
        instance.makers = []
        for command, working in _local(instance):
            text = command.data if isinstance(command.data, str) else command.text
            folder = instance.path_of(working) if working.data is not None else instance.root.module.folder
            if command.span is not None and folder is not None and text:
                # Paths of the module are told from others by what they begin with.
                plain = text.replace(HERE, builds.HERE)
                instance.makers.append(builds.command(plain, command.span.path, folder, instance.run.project))
    return instance.makers


def _scripts(instance: Instance) -> list[Archives]:
    run = instance.run
    if run.scripts is None:
        run.scripts = builds.archives(run.project)
    return run.scripts

"""A Function in, one finding for each requirement that ships and is there for tests, linting, typing, building ..."""

from __future__ import annotations

from lambdalint.knowledge.packages import Purpose, brought_by, commands, purpose, weight
from lambdalint.model import Finding, Fix, Related
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Call, Function, Requirement, Safety, Sources, Symbol

KINDS = {
    "test": "a test tool",
    "lint": "a linter",
    "format": "a formatter",
    "typing": "a typing tool",
    "docs": "a documentation tool",
    "build": "a build tool",
    "deploy": "a deployment tool",
    "notebook": "a notebook tool",
    "debug": "a debugging tool",
    "server": "a server",
    "interactive": "a terminal tool",
    "local": "a reader of local settings",
    "browser": "a browser driver",
    "backports": "a backport of the standard library",
    "listed": "a development tool",
}
INSTALLERS = {
    "sam": "sam build",
    "python-requirements": "the Serverless plugin",
    "python-requirements-zip": "the Serverless plugin",
    "chalice": "chalice",
    "zappa": "zappa",
    "cdk": "the CDK",
    "docker": "the Dockerfile",
    "pip": "pip",
    "terraform-module": "the Terraform module",
    "script": "a script",
}
# Calls that start a program or a module by a name which no import shows.
STARTERS = ("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "asyncio.create_subprocess", "runpy.")
LARGE = 1_000_000  # bytes unzipped from which a size is worth naming
TESTS = frozenset({"test", "tests", "testing"})
FROZEN = frozenset({"botocore", "s3transfer", "urllib3", "certifi", "idna", "six", "packaging", "typing-extensions"})


def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    """Each direct requirement that the package installs and that no invocation needs."""
    package = function.package
    if package is None or function.declaration is None:
        return
    own = frozenset((*options.get("packages", ()), *options.get("dev-packages", ())))
    allowed = frozenset(options.get("allow", ()))
    frozen = _frozen(package.requirements)
    names = {one.name for one in package.requirements}
    started = _started(function)
    for one in package.requirements:
        if (
            not one.direct
            or one.ships is False
            or one.name in allowed
            or not TESTS.isdisjoint(one.span.path.split("/"))
        ):
            continue
        found = Purpose("listed", "dev", "") if one.name in own else purpose(one.name)
        if found is None or (found.severity == "info" and not options.get("runtime-provided", False)):
            continue
        if started is None or started & set(commands(one.name)):
            continue
        if found.severity == "caution" and (frozen or not _clear(function, found)):
            continue
        if frozen and names & set(brought_by(one.name)):
            continue
        if one.ships is None and not (one.imported and found.category == "typing"):
            continue  # an import that is not guarded proves that the package is there, whoever installs it
        finding = _finding(function, one, found)
        if finding is not None:
            yield finding


def _finding(function: Function, one: Requirement, found: Purpose) -> Finding | None:
    related = list(_installed(function, one))
    size = weight(one.name)
    what = KINDS.get(found.category, "a development tool")
    if size is not None and size.unzipped > LARGE:
        what += f" of {size.unzipped / 1_048_576:.0f} MB"
    ships = f"{one.name} ships with {_place(function, one)}"
    if one.imported:
        if found.category != "typing":
            return None  # whatever it is for elsewhere, this function runs it
        related.insert(0, Related(one.imported[0], "imported at run time"))
        message = f"{ships} for its types alone"
        return Finding(
            message, one.span, tuple(related), severity="info", fixable="unsafe", fix=(one.name, one.imported)
        )
    if found.severity == "info":
        message = f"{ships} although the runtime brings it"
    elif one.imported_for_types:
        related.insert(0, Related(one.imported_for_types[0], "imported for type checking only"))
        message = f"{ships}, {what} that is imported for type checking only"
    else:
        message = f"{ships}, {what} that no code outside tests imports"
    severity = "" if found.severity == "dev" else "info"
    # Unsafe as far as can be told here: whether the place for development knows it already, only the files say.
    fixable: Safety | None = None if found.severity == "info" else "unsafe"
    return Finding(message, one.span, tuple(related), severity=severity, fixable=fixable, fix=(one.name, ()))


def fix(finding: Finding, sources: Sources) -> Fix | None:
    """Move it to where the project keeps what is for development; imports for types are guarded first.

    Safe when that place names it already or includes the file it leaves: then whoever installs either gets what they
    got before, and only the package does not.
    """
    from lambdalint.rewrite.requirement import moved

    name, imported = finding.fix
    found = moved(sources, finding.span, name)
    if found is None:
        return None
    edits = list(found.edits)
    for span in imported:
        from lambdalint.rewrite.guard import guard

        text = sources.text(span.path)
        guarded = guard(text, span) if text is not None else None
        if guarded is None:
            return None
        edits += guarded
    safe = found.known and not imported and finding.severity != "info"
    stale = f"; {' and '.join(found.stale)} must be made again" if found.stale else ""
    return Fix(tuple(edits), "safe" if safe else "unsafe", f"move {name} to {found.to}{stale}")


def _installed(function: Function, one: Requirement) -> Iterator[Related]:
    """Who installs it, at the place where the code of the function or of its layer is configured."""
    declaration = function.declaration
    if declaration is None:
        return
    code = declaration.code
    for layer in declaration.layers:
        if one.layer and layer.code is not None and one.layer in (layer.name.known, layer.code.path.known):
            code = layer.code
    tool = INSTALLERS.get(code.build.tool, "the build")
    into = "layer" if one.layer else "package"
    yield Related(code.build.span or code.span or declaration.span, f"installed into the {into} by {tool}")


def _place(function: Function, one: Requirement) -> str:
    """ "the function", "layer Common", or where a layer's code is when its name cannot be told."""
    layers = function.declaration.layers if function.declaration is not None else ()
    if not one.layer:
        return "the function"
    named = any(layer.name.known == one.layer for layer in layers)
    return f"layer {one.layer}" if named else f"the layer in {one.layer}/"


def _clear(function: Function, found: Purpose) -> bool:
    """Whether a package that has its uses in some functions has none in this one."""
    declaration = function.declaration
    if declaration is None or found.category != "server":
        return True
    names = {variable.name for variable in declaration.environment}
    adapted = any("adapter" in (layer.name.known or "").lower() for layer in declaration.layers)
    unknown = any(layer.name.known is None for layer in declaration.layers)
    starts = "AWS_LAMBDA_EXEC_WRAPPER" in names or not declaration.environment_known
    return declaration.code.kind != "image" and not (adapted or unknown or starts)


def _frozen(requirements: tuple[Requirement, ...]) -> bool:
    """Whether the list is what `pip freeze` prints: all pinned, with packages that only others ask for.

    Such a list cannot tell a choice from a consequence, so what is only usually a mistake is left alone.
    """
    direct = [one for one in requirements if one.direct and one.ships]
    return all(one.pinned for one in direct) and any(one.name in FROZEN for one in direct)


def _started(function: Function) -> set[str] | None:
    """The programs that the function may start by name; None when it starts one that cannot be told."""
    found: set[str] = set()
    for call in (*function.startup, *function.steps):
        if not call.callee.startswith(STARTERS):
            continue
        words = _command(call)
        if words is None:
            return None
        found |= words
    return found


def _command(call: Call) -> set[str] | None:
    given = [call.argument(name, position) for name, position in (("args", 0), ("program", 0), ("command", 0))]
    for symbol in given:
        if symbol is not None:
            texts = list(_texts(symbol))
            if not texts:
                return None
            return {word.rpartition("/")[2] for text in texts for word in re.split(r"[\s;|&]+", text)}
    return None


def _texts(symbol: Symbol) -> Iterator[str]:
    """The constant texts that a value is made of; sys.executable and the like add nothing."""
    if symbol.kind == "constant" and isinstance(symbol.constant, str):
        yield symbol.constant
    for part in symbol.parts:
        yield from _texts(part)

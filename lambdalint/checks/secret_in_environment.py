"""A Function in, one finding for each environment variable that holds a secret in clear text once deployed."""

from __future__ import annotations

from lambdalint.knowledge.packages import has_powertools
from lambdalint.knowledge.secrets import announces, credential, identifies, placeholder
from lambdalint.model import Finding, Fix, Related
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Declaration, Function, Reference, Sources, Variable

SECRETS = ("secret-parameter", "secret-value")
PLAIN = ("parameter", "environment", "stored-value", "absent-file")
# References that say what the secret is called; rewrite/stored.py turns them round as far as the line is a plain one.
NAMED = pattern(
    r"secretsmanager:|ssm(?:-secure)?:|(?:data\.)?aws_ssm_parameter\.|(?:data\.)?aws_secretsmanager_secret_version\."
    r"|.*[sS]ecret\."
)


# What only chooses where a value is taken from: the stage in `${ssm:/orders/${sls:stage}/token}`.
CHOICES = frozenset({"sls:stage", "aws:region", "opt:stage", "opt:region"})


def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    """Each variable whose value is a credential, or is taken from a secret when the function is deployed."""
    declaration = function.declaration
    if declaration is None:
        return
    allowed = frozenset(options.get("allow", ()))
    for variable in declaration.environment:
        if variable.name in allowed:
            continue
        finding = _literal(variable, declaration) or _referred(
            variable, declaration, bool(options.get("by-name", True))
        )
        if finding is not None:
            yield _mended(finding, variable, function, declaration)


def _mended(finding: Finding, variable: Variable, function: Function, declaration: Declaration) -> Finding:
    """The finding with what its fix must know, where the reference says what the secret is called; else with a
    suggestion at the variable."""
    targets = [one.target for one in variable.value.references if "ssm" in one.target or "ecret" in one.target]
    names = [match[0] if (match := NAMED.match(target)) else "" for target in targets]
    if any(names) and function.handler is not None:
        facts = {
            "variable": variable.name,
            "span": variable.span,
            "reaches": (*function.reaches, function.handler.path),
            "powertools": has_powertools(function),
        }
        return finding._replace(fixable="unsafe", fix=facts)
    where = "Parameter Store" if any("ssm" in name for name in names) else "Secrets Manager"
    first = "it has to be renewed; " if finding.secrets else ""
    advice = f"{first}the name of a secret in {where}, fetched when the function runs, would do here"
    return finding._replace(related=(*finding.related, Related(variable.span, advice)))


def fix(finding: Finding, sources: Sources) -> Fix | None:
    """Give the function the secret's name, and fetch the secret where the code reads the variable."""
    from lambdalint.rewrite.secret import fetched_when_needed

    facts = finding.fix
    made = fetched_when_needed(sources, facts["span"], facts["variable"], facts["reaches"], facts["powertools"])
    if made is None:
        return None
    where = "Secrets Manager" if made.kind == "secret" else "Parameter Store"
    title = f"fetch it from {where} by {made.variable}"
    if made.permission:
        title += f", which the role must allow: {made.permission}"
    if made.tests:
        title += f"; {made.tests[0]} still sets {facts['variable']}"
    return Fix(made.edits, "unsafe", title)


def _literal(variable: Variable, declaration: Declaration) -> Finding | None:
    """A credential that is written out."""
    value = variable.value
    if not isinstance(value.known, str):
        return None
    found = credential(value.known, variable.name)
    if found is None:
        return None
    return Finding(
        f"{variable.name} holds {found.what}, in clear text for {_readers(declaration)}",
        value.span or variable.span,
        _declared(declaration),
        severity="error" if found.sure else "",
        secrets=(value.known.strip(), value.known) if value.known.strip() != value.known else (value.known,),
    )


def _referred(variable: Variable, declaration: Declaration, by_name: bool) -> Finding | None:
    """A secret's value that is put there at deployment."""
    value = variable.value
    references = [one for one in value.references if one.target.partition(",")[0] not in CHOICES]
    for reference in references:
        if reference.kind in SECRETS and _reaches(variable, declaration) and not _harmless(variable, reference):
            return _finding(variable, reference, declaration, "")
    if not by_name or not references or any(one.kind not in PLAIN for one in references) or len(references) > 2:
        return None
    if len({one.kind for one in references}) < len(references):
        return None  # made of several inputs
    # What is written here does not say that it is a secret, but both names do: the variable's and the source's.
    told = next((one for one in references if announces(_source_name(one))), None)
    if told is None or not announces(variable.name):
        return None
    known = value.known
    if isinstance(known, str) and known and not _could_be_secret(known):
        return None
    return _finding(variable, told, declaration, "info")


def _finding(variable: Variable, reference: Reference, declaration: Declaration, severity: str) -> Finding:
    at = variable.value.span or variable.span
    related = _declared(declaration)
    if reference.span is not None and reference.span != at:
        hidden = ", which is marked as a secret" if reference.kind == "secret-parameter" else ""
        related = (Related(reference.span, f"{_named(reference)}{hidden}"), *related)
    known = variable.value.known
    taken = _taken(reference, declaration)
    return Finding(
        f"{variable.name} gets {taken} at deployment, in clear text for {_readers(declaration)}",
        at,
        related,
        severity=severity,
        secrets=(known,) if isinstance(known, str) and len(known) > 3 else (),
    )


def _reaches(variable: Variable, declaration: Declaration) -> bool:
    """Whether the value is the secret, and not only something that was made from an object which holds one.

    In Terraform the references of a value are all that went into it: a log level out of a merged map of settings
    depends on every secret of that map. There a name must say so too, unless the secret is all there is but for
    addresses and names of resources, which are put together with it into a URL.
    """
    beside = (*SECRETS, "secret-name", "resource")
    others = [one for one in variable.value.references if one.kind not in beside]
    return not others or not declaration.dialect.startswith("terraform") or announces(variable.name)


def _harmless(variable: Variable, reference: Reference) -> bool:
    """Whether only a part of a secret that is none itself is taken: its user's name, its host."""
    if reference.kind != "secret-value":
        return False
    return identifies(_part(reference.target)) or identifies(variable.name)


def _part(target: str) -> str:
    """What is taken out of a secret, "" for all of it: the key after SecretString, the attribute, the parameter's own
    name (`/orders/db` is where a database's secret is kept, `/orders/db/username` is a part of it)."""
    _, whole, key = target.partition(":SecretString")
    if whole:
        return key.lstrip(":").partition(":")[0]
    if target.startswith("secretsmanager:"):
        return ""
    _, _, path = target.partition(":")
    if not path:
        return target.rpartition(".")[2]
    last = path.partition(":")[0].partition("~")[0].rpartition("/")[2]
    if "/aws/reference/secretsmanager/" in path or last in ("db", "database"):
        return last.partition(".")[2]
    return last


def _could_be_secret(known: str) -> bool:
    """Whether a default leaves room for a secret: an ARN or a path given here says that the value is its name."""
    return not known.startswith(("arn:", "/", "http://", "https://")) and (placeholder(known) or "/" not in known)


def _source_name(reference: Reference) -> str:
    """The last name in a reference: `api_key` of `var.api_key`, `githubToken` of `ssm:/app/githubToken`."""
    target = reference.target.partition(",")[0]
    plain = "".join(character if character.isalnum() or character in "_-" else " " for character in target)
    names = [part for part in plain.split() if not part.isdigit() and part != "true"]
    return names[-1] if names else ""


def _taken(reference: Reference, declaration: Declaration) -> str:
    if reference.kind == "secret-value":
        return f"the value of {_secret(reference.target, declaration.dialect)}"
    if reference.kind == "stored-value":
        return f"the value of {_named(reference)}"
    if reference.kind == "environment":
        return f"its value from {_named(reference)}"
    return f"the value of {_named(reference)}"


def _named(reference: Reference) -> str:
    target = reference.target
    if reference.kind in ("parameter", "secret-parameter"):
        return f"parameter {target.removeprefix('var.').removeprefix('param:')}"
    if reference.kind == "environment":
        return f"the deployer's environment ({target.partition(',')[0].strip('${} ')})"
    if reference.kind == "stored-value":
        return f"stored parameter {target.partition(':')[2] or target}"
    if reference.kind == "absent-file":
        path, _, key = target.partition(":")
        return f"{key} in {path}, which is not in the repository,"
    return "the stored secret"


def _secret(target: str, dialect: str) -> str:
    """A stored secret by its name, where the reference tells it."""
    service, _, rest = target.partition(":")
    name = rest.partition(":SecretString")[0].partition("~")[0]
    if service == "secretsmanager" and name and not name.startswith("arn:"):
        return f"secret {name}"
    if service in ("ssm", "ssm-secure") and name:
        return f"secret {name.partition(':')[0].removeprefix('/aws/reference/secretsmanager/')}"
    return target if dialect == "terraform" and not rest else "a stored secret"


def _readers(declaration: Declaration) -> str:
    key = declaration.setting("kms_key")
    beside = " and use its key" if key.written and (key.known or key.references) else ""
    return f"everyone who may read the function's configuration{beside}"


def _declared(declaration: Declaration) -> tuple[Related, ...]:
    return (Related(declaration.span, f"declared as {declaration.id}"),)

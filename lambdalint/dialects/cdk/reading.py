"""Values of a run in, the model's Values out: numbers, durations, sizes, enumerations, and what is not known."""

from __future__ import annotations

import re

from lambdalint.dialects.cdk.constructs import (
    argument,
    canonical,
    constant,
    construct,
    id_of,
    name_of,
    props_of,
)
from lambdalint.languages.terms.values import (
    Array,
    Either,
    Entry,
    External,
    Instance,
    Item,
    Known,
    Made,
    Member,
    Opaque,
    Path,
    Record,
    Text,
    text_of,
)
from lambdalint.model import ABSENT, Reference, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.dialects.cdk.constructs import Props
    from lambdalint.model import Span

_SECONDS = {"millis": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_MEGABYTES = {"kibibytes": 1 / 1024, "mebibytes": 1, "gibibytes": 1024, "tebibytes": 1024 * 1024}
_EXACT_DAYS = {
    "TWO_MONTHS": 60, "THREE_MONTHS": 90, "FOUR_MONTHS": 120, "FIVE_MONTHS": 150, "SIX_MONTHS": 180, "ONE_YEAR": 365,
    "THIRTEEN_MONTHS": 400, "EIGHTEEN_MONTHS": 545, "TWO_YEARS": 731, "THREE_YEARS": 1096, "FIVE_YEARS": 1827,
    "SIX_YEARS": 2192, "SEVEN_YEARS": 2557, "EIGHT_YEARS": 2922, "NINE_YEARS": 3288, "TEN_YEARS": 3653,
    "TWO_WEEKS": 14, "FIVE_DAYS": 5, "THREE_DAYS": 3, "ONE_DAY": 1, "ONE_WEEK": 7, "ONE_MONTH": 30,
}  # fmt: skip
_SECRETS = {"secretvalue", "unsafeunwrap", "secretvaluefromjson", "tosecretvalue"}


def setting(props: Props, convert: Callable[[Any], Any], *names: str) -> Value[Any]:
    """A prop as a setting; unknown when it may be among props that cannot be told, ABSENT when it is not given."""
    entry = props.get(*names)
    if entry is None:
        return ABSENT if props.whole else Value(None, None, True)
    return of_entry(entry, convert)


def of_entry(entry: Entry, convert: Callable[[Any], Any]) -> Value[Any]:
    """A value under a key as a setting: not known when it is there on some paths only."""
    value = read(entry.value, entry.span, convert)
    return value if entry.certain else Value(None, entry.span, True, value.references)


def read(value: Any, span: Span | None, convert: Callable[[Any], Any]) -> Value[Any]:
    """A value as a setting; convert gives None for what it cannot tell."""
    if isinstance(value, Known) and value.value is None:
        return ABSENT
    known = convert(value)
    if isinstance(known, Value):
        return known
    if known is None and isinstance(value, Either):  # `prod ? Duration.minutes(1) : Duration.seconds(60)`
        told = [convert(option) for option in value.options]
        known = told[0] if all(one == told[0] for one in told) and not isinstance(told[0], Value) else None
    return Value(known, span, True, () if known is not None else references(value, span))


def or_default(value: Value[Any], known: Any) -> Value[Any]:
    """The value, else what the CDK sets when nothing is given."""
    return Value(known, None, written=False) if value is ABSENT else value


# ----------------------------------------------------------------------------------------------------- converters


def text(value: Any) -> str | None:
    """A string."""
    if isinstance(value, Known):
        if isinstance(value.value, bool):
            return "true" if value.value else "false"
        return None if value.value is None else str(value.value)
    if isinstance(value, Path):
        return value.text
    if isinstance(value, Made) and name_of(value) == "core:secretvalue.unsafeplaintext":
        item = argument(value, 0, "secret")
        return text(item.value) if item is not None else None
    if isinstance(value, Made) and name_of(value) in (".unsafeunwrap", ".tostring"):
        return text(value.receiver)  # of a plain text
    return None


def number(value: Any) -> int | None:
    """A whole number."""
    if isinstance(value, Known) and not isinstance(value.value, bool):
        if isinstance(value.value, int):
            return value.value
        if isinstance(value.value, float) and value.value.is_integer():
            return int(value.value)
    return None


def flag(value: Any) -> bool | None:
    """True or false."""
    return value.value if isinstance(value, Known) and isinstance(value.value, bool) else None


def seconds(value: Any) -> int | None:
    """A Duration, or a number where a template takes one."""
    amount = _amount(value, "core:duration.", _SECONDS)
    return number(value) if amount is None else amount


def megabytes(value: Any) -> int | None:
    """A Size, or a number where a template takes one."""
    amount = _amount(value, "core:size.", _MEGABYTES)
    return number(value) if amount is None else amount


def _amount(value: Any, prefix: str, units: dict[str, float]) -> int | None:
    if not isinstance(value, Made) or not name_of(value).startswith(prefix):
        return None
    unit = units.get(name_of(value)[len(prefix) :])
    item = argument(value, 0, "amount")
    given = item.value.value if item is not None and isinstance(item.value, Known) else None
    if unit is None or isinstance(given, bool) or not isinstance(given, (int, float)):
        return None
    amount = given * unit
    return int(amount) if amount == int(amount) else None


def retention(value: Any) -> int | None:
    """RetentionDays in days."""
    owner, name = constant(value)
    if owner.endswith("retentiondays"):
        return _EXACT_DAYS.get(name)
    return number(value)


def runtime(value: Any) -> str | None:
    """Runtime.PYTHON_3_12 -> "python3.12"."""
    owner, name = constant(value)
    if owner == "aws_lambda:runtime":
        return runtime_name(name)
    if isinstance(value, Made) and name_of(value) == "aws_lambda:runtime":
        item = argument(value, 0, "name")
        return text(item.value) if item is not None else None
    return text(value)


def runtime_name(member: str) -> str | None:
    """The identifier behind a member of the Runtime class; None for those that move (NODEJS_LATEST) or unknown ones."""
    special = {
        "JAVA_8_CORRETTO": "java8.al2", "PROVIDED": "provided", "PROVIDED_AL2": "provided.al2", "GO_1_X": "go1.x",
        "PROVIDED_AL2023": "provided.al2023", "NODEJS": "nodejs", "NODEJS_4_3": "nodejs4.3",
    }  # fmt: skip
    if member in special:
        return special[member]
    match = re.fullmatch(r"(PYTHON|RUBY)_(\d+)_(\d+)", member)
    if match:
        return f"{match[1].lower()}{match[2]}.{match[3]}"
    match = re.fullmatch(r"NODEJS_(\d+)(?:_(\d+|X))", member)
    if match:
        return f"nodejs{match[1]}.{match[2].lower()}"
    match = re.fullmatch(r"JAVA_(\d+)", member)
    if match:
        return f"java{match[1]}"
    match = re.fullmatch(r"DOTNET(_CORE)?_(\d+)(?:_(\d+))?", member)
    if match:
        return f"dotnet{'core' if match[1] else ''}{match[2]}{'.' + match[3] if match[3] else ''}"
    return None


def architecture(value: Any) -> str | None:
    """Architecture.ARM_64 -> "arm64"."""
    owner, name = constant(value)
    if owner == "aws_lambda:architecture":
        return {"ARM_64": "arm64", "X86_64": "x86_64"}.get(name)
    if isinstance(value, Array) and value.complete and len(value.items) == 1:
        return architecture(value.items[0].value)
    return text(value)


def member(value: Any) -> str | None:
    """A member of an enumeration in the words of the template: Tracing.PASS_THROUGH -> "PassThrough"."""
    owner, name = constant(value)
    if not owner:
        return text(value)
    special = {
        "aws_lambda:loggingformat": {"JSON": "JSON", "TEXT": "Text"},
        "aws_lambda:snapstartconf": {"ON_PUBLISHED_VERSIONS": "PublishedVersions"},
        "aws_lambda:functionurlauthtype": {"AWS_IAM": "AWS_IAM", "NONE": "NONE"},
        "aws_lambda:startingposition": {name: name},
        "aws_lambda:tenancyconfig": {name: name},
    }
    if owner in special:
        return special[owner].get(name)
    return "".join(part.capitalize() for part in name.split("_"))


def named(value: Any) -> str | None:
    """What a construct is called: its id, or the ARN it is imported by; a text as it is."""
    made = construct(value)
    imported = _imported(made) if made is not None else None
    if imported is not None:
        return imported
    if made is not None and len(made.args) + len(made.keywords.entries if made.keywords else ()) > 1:
        return id_of(made) or None
    if isinstance(value, Member):
        return named(value.owner)
    return text(value)


def _imported(made: Made) -> str | None:
    """The ARN of `Queue.fromQueueArn(scope, id, arn)` and the like."""
    name = name_of(made)
    if ".from" not in name or not name.endswith("arn"):
        return None
    if len(made.args) > 2:
        return text(made.args[2].value)
    entries = made.keywords.entries.items() if made.keywords else ()
    return next((text(entry.value) for key, entry in entries if key.lower().endswith("arn")), None)


def nothing(value: Any) -> None:
    """For what has no simple value: it is set, and no more is said."""


# ----------------------------------------------------------------------------------------------------- references


def references(value: Any, span: Span | None) -> tuple[Reference, ...]:
    """What a value that is not known is made of."""
    found: list[Reference] = []
    _collect(value, span, found, 0)
    return tuple(dict.fromkeys(found))


def _collect(value: Any, span: Span | None, found: list[Reference], depth: int) -> None:
    if depth > 8 or len(found) > 20 or isinstance(value, (Known, Path)):
        return
    if isinstance(value, Text):
        for part in value.parts:
            _collect(part, span, found, depth + 1)
    elif isinstance(value, Either):
        for option in value.options:
            _collect(option, span, found, depth + 1)
        if not found:
            found.append(Reference("expression", "one of several", span))
    elif isinstance(value, Opaque):
        kinds = {"environment": "environment", "parameter": "parameter"}
        name = re.sub(r"^(process\.env|os\.environ)\.", "", value.text)
        found.append(Reference(kinds.get(value.origin, "expression"), name, span))  # type: ignore[arg-type]
    elif isinstance(value, (Member, Made)):
        found.append(_of_outsider(value, span))
    elif isinstance(value, (Array, Record)):
        inner: list[Item | Entry] = value.items if isinstance(value, Array) else list(value.entries.values())  # type: ignore[assignment]
        for item in inner[:20]:
            _collect(item.value, item.span, found, depth + 1)
        if not found:
            found.append(Reference("expression", "...", span))
    elif isinstance(value, Instance):
        found.append(Reference("resource", value.kind.facts.name, span, id_of(value.made) if value.made else ""))
    elif isinstance(value, External):
        found.append(Reference("expression", value.path.rpartition("/")[2], span))
    else:
        found.append(Reference("expression", text_of(value), span))


def _of_outsider(value: Member | Made, span: Span | None) -> Reference:
    """What an attribute or a call of something outside stands for."""
    chain: list[str] = []
    root: Any = value
    while True:
        if isinstance(root, Member):
            chain.append(root.name.replace("_", "").lower())
            root = root.owner
        elif isinstance(root, Made) and root.receiver is not None:
            chain.append(name_of(root)[1:])
            root = root.receiver
        else:
            break
    origin = root.made if isinstance(root, Instance) and root.made is not None else root
    name = name_of(origin) if isinstance(origin, Made) else ""
    target = f"{_type_of(origin)}.{_attribute(value)}" if chain else _type_of(origin)
    if name.startswith("core:secretvalue."):
        if name.endswith(".cfnparameter"):
            return Reference("secret-parameter", target, span)
        return Reference("secret-value", f"{_type_of(origin)}.{_field(value) or 'value'}", span)
    if _SECRETS & set(chain):
        if set(chain) & {"secretarn", "secretname", "secretfullarn"}:
            return Reference("secret-name", target, span)
        return Reference("secret-value", f"{_type_of(origin)}.{_field(value) or 'value'}", span)
    if name.startswith("aws_secretsmanager:") or {"secretarn", "secretname", "secretfullarn"} & set(chain):
        return Reference("secret-name", target, span)
    if name == "core:cfnparameter":
        hidden = flag(props_of(origin).value("noEcho")) is True
        return Reference("secret-parameter" if hidden else "parameter", id_of(origin), span)
    if "trygetcontext" in chain or "getcontext" in chain:
        asked: Any = value
        while not (isinstance(asked, Made) and name_of(asked).endswith("context")):
            asked = asked.owner if isinstance(asked, Member) else asked.receiver
        item = argument(asked, 0, "key")
        return Reference("parameter", text_of(item.value) if item is not None else "context", span)
    if name.startswith("aws_ssm:") and (
        "parameter.value" in name or {"stringvalue", "stringlistvalue"} & set(chain) or not chain
    ):
        kind = "secret-value" if "secure" in name else "stored-value"
        return Reference(kind, f"ssm:{_parameter(origin)}", span)  # type: ignore[arg-type]
    if name in ("fs:readfilesync", ":open", "open:open") or name.endswith("readfilesync"):
        file = argument(origin, 0, "file")
        return Reference("file", text_of(file.value) if file is not None else "", span)
    if isinstance(origin, Made) and (":" in name and not name.startswith("core:")) and (chain or origin.new):
        return Reference("resource", target, span, id_of(origin))
    if isinstance(origin, Instance):
        return Reference("resource" if origin.made is not None else "expression", target, span)
    return Reference("expression", target or text_of(value), span)


def _field(value: Any) -> str:
    """The key of a secret's JSON that is taken: `secretValueFromJson('password')`; "" for the whole secret."""
    while isinstance(value, (Member, Made)):
        if isinstance(value, Made):
            name = name_of(value)
            item = argument(value, 0, "key") if name.endswith("secretvaluefromjson") else None
            if item is None and name.startswith("core:secretvalue."):
                field = props_of(value, 1).get("jsonField")
                item = Item(field.value, field.span) if field is not None else None
            if item is not None:
                return text_of(item.value)
        value = value.owner if isinstance(value, Member) else value.receiver
    return ""


def _parameter(origin: Made) -> str:
    """The name of a stored parameter, as the call that takes its value gives it."""
    for position in (2, 1):
        item = argument(origin, position, "parameterName", "stringParameterName")
        if item is not None and isinstance(item.value, (Known, Text)):
            if position == 2 and ".value" in name_of(origin):
                continue  # a version
            return text_of(item.value)
    given = props_of(origin).value("parameterName")
    return text_of(given) if given is not None else id_of(origin)


def _type_of(origin: Any) -> str:
    if isinstance(origin, Made):
        path = canonical(origin.callee) if not origin.callee.startswith((".", "=")) else ""
        return f"{path.partition(':')[0]}.{origin.callee.rpartition('.')[2]}" if path else origin.callee.lstrip(".=")
    return text_of(origin)


def _attribute(value: Member | Made) -> str:
    return value.name if isinstance(value, Member) else value.callee.rpartition(".")[2]

"""The line that puts a secret's value into a variable in, the line that puts the secret's name there out.

Each dialect writes both in its own way; only what names the secret there can be turned round. The value itself is never
looked at: it is not in the file.
"""

from __future__ import annotations

import re

from lambdalint.model import Edit, Span
from lambdalint.rewrite.spans import LINE_END
from lambdalint.typed import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = re.compile(r"[A-Za-z0-9/][\w/+=.@:-]*(?<!:)")
RESOLVED = re.compile(
    r"\{\{resolve:(?P<service>secretsmanager|ssm-secure|ssm):"
    r"(?P<id>arn:[^{}]*?:secret:[^:{}]+|(?:[^:{}]|\$\{[^{}]*\})+)(?P<rest>(?::[^:{}]*)*)\}\}"
)
JOINED = re.compile(
    r"!Join\s*\[\s*(?:''|\"\")\s*,\s*\[\s*[\"']\{\{resolve:secretsmanager:[\"']\s*,\s*"
    r"(?P<id>!(?:Ref|GetAtt|ImportValue)\s+[\w.]+)\s*,\s*[\"'](?P<rest>[\w:-]*)\}\}[\"']\s*\]\s*\]"
)
SERVERLESS = re.compile(r"\$\{ssm:(?P<id>(?:[^{}~,\s]|\$\{[^{}]*\})+)(?:~true)?\}")
MANAGER = "/aws/reference/secretsmanager/"
# Terraform: the version of a secret or a parameter, by its address.
ADDRESS = r"(?P<address>(?:data\.)?{kind}\.\w+(?:\[[^\]]*\])?)"
SECRET_STRING = ADDRESS.format(kind="aws_secretsmanager_secret_version") + r"\.secret_string"
DECODED = re.compile(rf"jsondecode\(\s*{SECRET_STRING}\s*\)(?:\.(?P<key>[\w-]+)|\[\"(?P<quoted>[^\"$%]+)\"\])")
WHOLE = re.compile(SECRET_STRING)
PARAMETER = re.compile(ADDRESS.format(kind="aws_ssm_parameter") + r"\.(?:insecure_)?value")
# The CDK, in TypeScript and in Python.
OF_SECRET = re.compile(
    r"(?P<id>[\w.]+)\.(?:secretValue|secret_value)"
    r"(?:(?:FromJson|_from_json)\(\s*(?P<q>[\"'])(?P<key>[^\"']+)(?P=q)\s*\))?"
    r"\.(?:unsafeUnwrap|unsafe_unwrap|toString|to_string)\(\)"
)
OF_PARAMETER = re.compile(
    r"(?:\w+\.)?StringParameter\.(?:valueFor(?:Secure)?StringParameter|value_for_(?:secure_)?string_parameter)"
    r"\(\s*(?:this|self)\s*,\s*(?P<id>[\"'][^\"'{}]+[\"']|\w+)\s*\)"
)


class Stored(NamedTuple):
    """Where a secret is kept. name: how the file writes its name or ARN. key: of the JSON object that it holds, "" for
    all of it. variable: what the variable is called that holds the name."""

    kind: Literal["secret", "parameter"]
    name: str
    key: str
    variable: str
    arn: bool


def stored(value: str, variable: str, path: str) -> Stored | None:
    """Where the secret is kept that a value is taken from, when the value says so.

    value: as the file at path has it, quotes and tags included.
    """
    if path.endswith((".yml", ".yaml")):
        found = _in_yaml(value)
    elif path.endswith(".json"):
        quoted = re.fullmatch(r"\"(\{\{resolve:[^\"$\\]*\}\})\"", value)
        found = _resolved(quoted[1]) if quoted else None
        found = found and (found[0], f'"{found[1]}"', found[2], found[3])
    elif path.endswith(".tf"):
        found = _in_terraform(value)
    elif path.endswith((".py", ".ts")):
        found = _in_cdk(value, path)
    else:
        found = None
    if found is None:
        return None
    kind, name, key, arn = found
    if kind == "parameter":
        return Stored("parameter", name, key, _called(variable, "_PARAMETER_NAME"), arn)
    return Stored("secret", name, key, _called(variable, "_SECRET_ARN" if arn else "_SECRET_NAME"), arn)


_Found = tuple["Literal['secret', 'parameter']", str, str, bool]


def _called(variable: str, ending: str) -> str:
    """DB_PASSWORD_SECRET_NAME for DB_PASSWORD, CLIENT_SECRET_NAME for CLIENT_SECRET."""
    for word in ("_SECRET", "_PARAMETER"):
        if variable.upper().endswith(word) and ending.startswith(word):
            ending = ending.removeprefix(word)
    return variable + (ending if variable.upper() == variable else ending.lower())


def _in_yaml(value: str) -> _Found | None:
    joined = JOINED.fullmatch(value)
    if joined:
        key = _key(joined["rest"].split(":")[1:])
        return None if key is None else ("secret", joined["id"], key, True)
    match = re.fullmatch(r"(!Sub\s+)?([\"']?)(.*)\2", value)
    if match is None:
        return None
    sub, quote, inner = match[1], match[2], match[3]
    serverless = SERVERLESS.fullmatch(inner) if not sub else None
    if serverless:
        name, key = serverless["id"], ""
        if name.startswith(MANAGER):
            name, _, key = name.removeprefix(MANAGER).partition(".")
            return None if "$" in key else ("secret", _scalar(name, quote), key, name.startswith("arn:"))
        return "parameter", _scalar(name, quote), "", False
    found = _resolved(inner)
    if found is None:
        return None
    kind, name, key, arn = found
    if not sub:
        return kind, _scalar(name, quote), key, arn
    only = re.fullmatch(r"\$\{(\w+)\}", name)
    if only:
        return kind, f"!Ref {only[1]}", key, kind == "secret"
    return kind, f"!Sub {_scalar(name, quote)}" if "${" in name else _scalar(name, quote), key, arn


def _resolved(text: str) -> _Found | None:
    """What a dynamic reference of CloudFormation names."""
    match = RESOLVED.fullmatch(text)
    if match is None:
        return None
    rest = match["rest"].split(":")[1:]
    if match["service"] != "secretsmanager":
        version = f":{rest[0]}" if rest and rest[0] else ""
        return ("parameter", match["id"] + version, "", False) if len(rest) < 2 else None
    key = _key(rest)
    return None if key is None else ("secret", match["id"], key, match["id"].startswith("arn:"))


def _key(rest: list[str]) -> str | None:
    """The key in `:SecretString:key:stage:version`; None when a version is asked for that is not the current one."""
    kind, key, stage, version = (*rest, "", "", "", "")[:4]
    if kind not in ("", "SecretString") or stage not in ("", "AWSCURRENT") or version or len(rest) > 4:
        return None
    return key


def _scalar(text: str, quote: str) -> str:
    """A text as YAML writes it, in the quotes it had unless it needs none."""
    if PLAIN.fullmatch(text) and not re.fullmatch(r"[\d.:e_+-]+|(?i:true|false|yes|no|on|off|null)", text):
        return text
    return f"{quote or chr(34)}{text}{quote or chr(34)}"


def _in_terraform(value: str) -> _Found | None:
    wrapped = re.fullmatch(r"nonsensitive\(\s*(.*?)\s*\)", value)
    value = wrapped[1] if wrapped else value
    decoded = DECODED.fullmatch(value)
    if decoded:
        return "secret", f"{decoded['address']}.arn", decoded["key"] or decoded["quoted"], True
    whole = WHOLE.fullmatch(value)
    if whole:
        return "secret", f"{whole['address']}.arn", "", True
    parameter = PARAMETER.fullmatch(value)
    return ("parameter", f"{parameter['address']}.name", "", False) if parameter else None


def _in_cdk(value: str, path: str) -> _Found | None:
    secret = OF_SECRET.fullmatch(value)
    if secret:
        attribute = "secret_arn" if path.endswith(".py") else "secretArn"
        return "secret", f"{secret['id']}.{attribute}", secret["key"] or "", True
    parameter = OF_PARAMETER.fullmatch(value)
    return ("parameter", parameter["id"], "", False) if parameter else None


# ------------------------------------------------------------------------------------------------- the line itself

YAML_LINE = r"^(?P<before>\s*(?:-\s+)?)(?P<name>{name})(?P<colon>\s*:\s+)(?P<value>.*?)(?P<after>\s*(?:\s#.*)?)$"
QUOTED_LINE = (
    r"^(?P<before>\s*[\"'])(?P<name>{name})(?P<colon>[\"']\s*:\s*)(?P<value>.*?)(?P<after>\s*,?\s*(?://.*|#.*)?)$"
)
HCL_LINE = (
    r"^(?P<before>\s*\"?)(?P<name>{name})(?P<colon>\"?\s*[=:]\s*)(?P<value>.*?)(?P<after>\s*,?\s*(?:(?:#|//).*)?)$"
)
TS_LINE = r"^(?P<before>\s*[\"']?)(?P<name>{name})(?P<colon>[\"']?\s*:\s*)(?P<value>.*?)(?P<after>\s*,?\s*(?://.*)?)$"
_LINES = {"json": QUOTED_LINE, "py": QUOTED_LINE, "tf": HCL_LINE, "ts": TS_LINE}


class Turned(NamedTuple):
    """edits: the lines that give the name now. lines: their numbers."""

    stored: Stored
    edits: tuple[Edit, ...]
    lines: tuple[int, ...]


def turned(text: str, path: str, line: int, variable: str) -> Turned | None:
    """Give the secret's name wherever a file gives its value to the variable, as the line does.

    None when the line does not say where the secret is, or the file speaks of the variable in another way too.
    """
    lines = LINE_END.split(text)
    pattern = re.compile(_LINES.get(path.rpartition(".")[2], YAML_LINE).format(name=re.escape(variable)))
    first = pattern.match(lines[line - 1]) if line <= len(lines) else None
    found = stored(first["value"], variable, path) if first else None
    if first is None or found is None:
        return None
    mention = re.compile(rf"(?<![\w-]){re.escape(variable)}(?![\w-])")
    edits: list[Edit] = []
    numbers: list[int] = []
    for number, one in _speaking(lines, mention):
        match = pattern.match(one)
        if match is None or match["value"] != first["value"] or len(mention.findall(one)) > 1:
            return None
        numbers.append(number)
        start, end = match.start("name") + 1, match.end("name") + 1
        edits.append(Edit(Span(path, number, start, number, end), found.variable))
        start, end = match.start("value") + 1, match.end("value") + 1
        edits.append(Edit(Span(path, number, start, number, end), found.name))
    if any(re.search(rf"(?<![\w-]){found.variable}(?![\w-])", one) for one in lines):
        return None
    return Turned(found, tuple(edits), tuple(numbers))


def _speaking(lines: list[str], mention: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if mention.search(line) and not line.lstrip().startswith(("#", "//")):
            yield number, line

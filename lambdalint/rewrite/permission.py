"""A SAM template in, the edits that let its functions read a secret out."""

from __future__ import annotations

import re

from lambdalint.model import Edit, Span
from lambdalint.rewrite.spans import LINE_END
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.rewrite.stored import Stored


def permitted(text: str, path: str, lines: Sequence[int], stored: Stored) -> list[Edit] | None:
    """Add SAM's policy for the secret to each function that has one of the lines among its own variables.

    None when one of them is no SAM function in block style, has a role of its own or policies in another form: the role
    is then somebody else's to change.
    """
    if not path.endswith((".yml", ".yaml")):
        return None
    every = LINE_END.split(text)
    edits: list[Edit] = []
    for line in lines:
        edit = _for_function(every, path, line, stored)
        if edit is None:
            return None
        edits.append(edit)
    return edits


def _for_function(every: list[str], path: str, line: int, stored: Stored) -> Edit | None:
    head = _resource(every, line)
    if head is None:
        return None
    depth = _depth(every[head - 1])
    end = head
    while end < len(every) and (not every[end].strip() or _depth(every[end]) > depth):
        end += 1
    block = every[head:end]
    if not any(re.match(r"\s+Type:\s*[\"']?AWS::Serverless::Function[\"']?\s*(#.*)?$", one) for one in block):
        return None
    start = next((index for index, one in enumerate(block) if re.match(r"\s+Properties:\s*(#.*)?$", one)), None)
    if start is None or start + 1 >= len(block) or not block[start + 1].strip():
        return None
    inner = " " * _depth(block[start + 1])
    keys = {
        match[1]: index
        for index, one in enumerate(block[start + 1 :], start + 1)
        if (match := re.match(rf"{inner}(\w+):", one))
    }
    item = _policy(stored)
    if "Role" in keys or item is None:
        return None
    if "Policies" not in keys:
        at = head + 1 + keys["Environment"]
        return Edit(
            Span(path, at, 1, at, 1), "".join(f"{inner}{one}\n" for one in ("Policies:", *(f"  {one}" for one in item)))
        )
    index = keys["Policies"]
    first = block[index + 1] if index + 1 < len(block) else ""
    dash = re.match(rf"({inner}\s*)- ", first)
    if dash is None or not re.fullmatch(rf"{inner}Policies:\s*(#.*)?", block[index]):
        return None
    last = index + 1
    for number, one in enumerate(block[index + 1 :], index + 1):
        shallow = len(dash[1]) - _depth(one)
        if one.strip() and (shallow > 0 or (shallow == 0 and not one.lstrip().startswith("- "))):
            break
        last = number if one.strip() else last
    at = head + 1 + last + 1
    return Edit(Span(path, at, 1, at, 1), "".join(f"{dash[1]}{one}\n" for one in item))


def _resource(every: list[str], line: int) -> int | None:
    """The line of the resource whose Properties.Environment.Variables a line stands in."""
    keys: list[tuple[str, int]] = []
    depth = _depth(every[line - 1])
    for number in range(line - 1, 0, -1):
        one = every[number - 1]
        if not one.strip() or one.lstrip().startswith("#") or _depth(one) >= depth:
            continue
        depth = _depth(one)
        keys.append((one.strip().partition(":")[0], number))
    if [key for key, _ in keys[:3]] != ["Variables", "Environment", "Properties"]:
        return None
    return keys[3][1] if len(keys) == 5 and keys[4][0] == "Resources" else None


def _policy(stored: Stored) -> list[str] | None:
    """The lines of the policy template, without indentation."""
    name = stored.name.strip("\"'")
    if stored.kind == "parameter":
        if "$" in name or name.startswith("!") or ":" in name:
            return None
        policy = "SSMParameterWithSlashPrefixReadPolicy" if name.startswith("/") else "SSMParameterReadPolicy"
        return [f"- {policy}:", f"    ParameterName: {name}"]
    if stored.arn:
        return ["- AWSSecretsManagerGetSecretValuePolicy:", f"    SecretArn: {stored.name}"]
    if "$" in name or name.startswith("!"):
        return None
    arn = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
    return ["- AWSSecretsManagerGetSecretValuePolicy:", f"    SecretArn: !Sub {arn}{name}-??????"]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())

"""For code scanning (GitHub, Azure DevOps, editors): SARIF 2.1.0."""

from __future__ import annotations

import json
from urllib.parse import quote

from lambdalint.fingerprint import fingerprints
from lambdalint.report.shown import level
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Problem, Related, Report, Span
    from lambdalint.report import Context, RuleInfo

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
BASE = "SRCROOT"


def render(report: Report, context: Context) -> str:
    """One run with its rules, results and, for what could not be read, notifications."""
    used = sorted({finding.rule for finding in report.findings} | set(context.rules))
    order = {rule: index for index, rule in enumerate(used)}
    names = {function.id: function for function in report.functions}
    prints = fingerprints(report.findings, context.line)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "lambdalint",
                "semanticVersion": context.version or "0.0.0",
                "rules": [_rule(rule, context.rules.get(rule)) for rule in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(problem, context) for problem in report.problems],
            }
        ],
        "results": [
            _result(finding, order, fingerprint, names, context)
            for finding, fingerprint in zip(report.findings, prints, strict=True)
        ],
    }
    base = _base(report.root, context)
    if base:
        run["originalUriBaseIds"] = {BASE: {"uri": base}}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str, info: RuleInfo | None) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": name}
    if info is None:
        return rule
    rule["shortDescription"] = {"text": info.summary or name}
    rule["fullDescription"] = {"text": " ".join(filter(None, (info.summary or name, info.advice)))}
    text = info.help or info.summary or name
    rule["help"] = {"text": text, "markdown": text}
    if info.url.startswith(("https://", "http://")):
        rule["helpUri"] = info.url
    rule["defaultConfiguration"] = {"level": LEVELS.get(info.severity, "warning")}
    rule["properties"] = {"tags": [info.topic] if info.topic else [], "precision": "high"}
    return rule


def _result(
    finding: Finding, order: dict[str, int], fingerprint: str, names: dict[str, Function], context: Context
) -> dict[str, Any]:
    location = _location(finding.span, context)
    if finding.functions:
        location["logicalLocations"] = [
            {
                "name": names[function].name if function in names else function,
                "fullyQualifiedName": function,
                "kind": "function",
            }
            for function in finding.functions
        ]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": order[finding.rule],
        "level": LEVELS[level(finding)],
        "message": {"text": finding.message or finding.rule},
        "locations": [location],
        "partialFingerprints": {"lambdalint/1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": index, **_place(place, context)} for index, place in enumerate(finding.related, start=1)
        ]
    if finding.code_flow:
        # The flow ends where the finding is, so that a viewer can step through to it.
        steps = [_place(hop, context) for hop in finding.code_flow]
        if finding.code_flow[-1].span != finding.span:
            steps.append({**_location(finding.span, context), "message": {"text": finding.message or finding.rule}})
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": step} for step in steps]}]}]
    if finding.fixable:
        result["properties"] = {"fix": finding.fixable}
    return result


def _place(place: Related, context: Context) -> dict[str, Any]:
    return {**_location(place.span, context), "message": {"text": place.message}}


def _location(span: Span, context: Context) -> dict[str, Any]:
    line, column = max(span.line, 1), max(span.column, 1)
    end_line = max(span.end_line, line)
    end_column = max(span.end_column, column if end_line == line else 1)
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(span.path, context),
            "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
        }
    }


def _notification(problem: Problem, context: Context) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(problem.path, context), "region": {"startLine": max(problem.line, 1)}}
    return {
        "level": "warning",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": place}],
    }


def _artifact(path: str, context: Context) -> dict[str, str]:
    inside = not context.prefix.startswith(("..", "/"))
    return {"uri": _uri(context.path(path) if inside else path), "uriBaseId": BASE}


def _uri(path: str) -> str:
    # A relative reference whose first segment holds a colon would read as a scheme, so colons are escaped as well.
    return quote(path, safe="/~!$&'()*+,;=@", errors="replace")


def _base(root: str, context: Context) -> str:
    """The folder that the URIs are relative to, as an absolute URI; "" when it cannot be told."""
    root = root.replace("\\", "/")
    if root[1:2] == ":":
        root = "/" + root
    if not root.startswith("/"):
        return ""
    root = root.rstrip("/")
    prefix = context.prefix.strip("/")
    if prefix and not prefix.startswith(".."):
        if not root.endswith("/" + prefix):
            return ""
        root = root[: -len(prefix) - 1]
    return f"file://{quote(root, safe='/:', errors='replace')}/"

"""For people in a browser: one file that needs nothing else, functions and findings side by side."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html import escape
from os.path import dirname, join

from lambdalint.report.excerpt import plain
from lambdalint.report.frame import frame, stylesheet
from lambdalint.report.phrases import notes, where
from lambdalint.report.show import described, render_function, size
from lambdalint.report.shown import SEVERITIES, level
from lambdalint.report.summary import last_line
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.model import Finding, Function, Report, Value
    from lambdalint.report import Context

COLUMNS = ("Function", "Handler", "Runtime", "Memory", "Timeout", "Package", "Triggers", "Findings")
NUMBERS = ("Memory", "Timeout", "Package", "Findings")


def render(report: Report, context: Context) -> str:
    """The sums, a table of functions that sorts, the findings gravest first, what could not be read."""
    script, style = _asset("report.js"), _asset("report.css") + stylesheet()
    # The page runs its own script and nothing else, whatever the linted files say.
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    body = [
        "<header><h1>lambdalint</h1>",
        f'<p class="sub">{_text(report.root or context.root)} · {_text(last_line(report))}</p>',
        _tiles(report),
        "</header>",
        _functions(report, context),
        _findings(report, context),
        _problems(report, context),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>lambdalint report</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{chr(10).join(part for part in body if part)}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _tiles(report: Report) -> str:
    severities = Counter(level(finding) for finding in report.findings)
    tiles = [
        (severities[name], f"{name}{'s' * (name != 'info' and severities[name] != 1)}", name) for name in SEVERITIES
    ]
    tiles += [
        (len(report.functions), "function" if len(report.functions) == 1 else "functions", ""),
        (report.files, "file read" if report.files == 1 else "files read", ""),
        (report.ignored, "ignored", ""),
    ]
    made = "".join(
        f'<div class="tile"><b class="{kind if count else ""}">{count:,}</b><span>{label}</span></div>'
        for count, label, kind in tiles
    )
    return f'<div class="tiles">{made}</div>'


def _functions(report: Report, context: Context) -> str:
    if not report.functions:
        return ""
    counts = Counter((name, level(finding)) for finding in report.findings for name in finding.functions)
    heads = "".join(
        f'<th{" class=number" if name in NUMBERS else ""}><button type="button">{name}</button></th>'
        for name in COLUMNS
    )
    rows = "\n".join(_row(function, counts, context) for function in report.functions)
    return (
        '<h2>Functions</h2>\n<div class="bar" hidden><input type="search" id="search" '
        'placeholder="Search functions and findings" aria-label="Search functions and findings"></div>\n'
        f'<div class="scroll"><table id="functions"><thead><tr>{heads}</tr></thead>\n'
        f"{rows}\n</table></div>"
    )


def _row(function: Function, counts: Counter[tuple[str, str]], context: Context) -> str:
    declaration, package = function.declaration, function.package
    declared = f"{where(declaration.span, context)} ({declaration.dialect})" if declaration else "no declaration found"
    seen = render_function(function, context._replace(color=False)).partition("\n")[2]
    name = (
        f'<button type="button" class="opens" aria-expanded="false">{_name(function.name)}</button>'
        f"<small>{_path(declared)}</small>"
    )
    kinds = Counter((trigger.kind, trigger.delivery) for trigger in function.triggers)
    triggers = " ".join(
        f'<span class="kind" title="{_text(delivery)}">{_text(kind)}{f" &times;{count}" if count > 1 else ""}</span>'
        for (kind, delivery), count in kinds.items()
    )
    total = sum(counts[function.id, name] for name in SEVERITIES)
    worst = next((name for name in SEVERITIES if counts[function.id, name]), "")
    link = (
        f'<a class="{worst}" href="#findings" data-only="{_text(function.id)}" data-name="{_text(function.name)}">'
        f"{total}</a>"
    )
    unzipped = package.unzipped if package else None
    cells = [
        ("", function.name, name),
        ("", "", _handler(function, context)),
        ("", "", _setting(declaration.runtime if declaration else None)),
        (
            "number",
            _known(declaration.memory if declaration else None),
            _setting(declaration and declaration.memory, " MB"),
        ),
        (
            "number",
            _known(declaration.timeout if declaration else None),
            _setting(declaration and declaration.timeout, " s"),
        ),
        ("number", str(unzipped if unzipped is not None else -1), size(unzipped) if unzipped is not None else ""),
        ("", "", triggers),
        ("number", str(total), link if total else "0"),
    ]
    row = f"<tr>{''.join(_cell(*cell) for cell in cells)}</tr>"
    return (
        f'<tbody>{row}<tr class="more" hidden><td colspan="{len(COLUMNS)}"><pre>{escape(seen)}</pre></td></tr></tbody>'
    )


def _handler(function: Function, context: Context) -> str:
    handler, declaration = function.handler, function.declaration
    if handler:
        place = _path(where(handler.span, context))
        return f'<span class="place">{place}</span><small>{_text(handler.name)}</small>'
    wanted = declaration.handler.known if declaration else None
    if wanted:
        return f'<span class="default">{_text(wanted)}</span><small>not in the code at hand</small>'
    return '<span class="default">not found</span>'


def _cell(kind: str, key: str, content: str) -> str:
    attributes = (f' class="{kind}"' if kind else "") + (f' data-sort="{_text(key)}"' if key else "")
    return f"<td{attributes}>{content}</td>"


def _setting(value: Value[Any] | None, unit: str = "") -> str:
    if value is None or (value.known is None and not value.written):
        return ""
    if value.known is None:
        # What it is taken from can be long; the table is for what is known.
        return f'<span class="default" title="{_text(described(value))}">unknown</span>'
    text = _text(f"{value.known}{unit}")
    return text if value.written else f'<span class="default" title="the default">{text}</span>'


def _known(value: Value[Any] | None) -> str:
    return str(value.known) if value is not None and value.known is not None else "-1"


def _findings(report: Report, context: Context) -> str:
    if not report.findings:
        return '<h2 id="findings">Findings</h2>\n<p>None.</p>'
    functions = {function.id: function for function in report.functions}
    boxes = "".join(
        f'<label><input type="checkbox" name="severity" value="{name}" checked> {name}</label>' for name in SEVERITIES
    )
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(level(finding)))
    cards = "\n".join(_card(finding, functions, context) for finding in ordered)
    return (
        f'<h2 id="findings">Findings</h2>\n<div class="bar" hidden>{boxes}<span id="count" class="default"></span>'
        f'<button type="button" id="clear" hidden>all functions</button></div>\n{cards}'
    )


def _card(finding: Finding, functions: dict[str, Function], context: Context) -> str:
    info = context.rules.get(finding.rule)
    rule = f"<code>{_text(finding.rule)}</code>"
    if info and info.url.startswith("https://"):
        rule = f'<a href="{_text(info.url)}">{rule}</a>'
    kind = level(finding)
    place = f"{where(finding.span, context)}:{finding.span.column}"
    items = "".join(
        f"<li>{_text(note).replace(' -&gt; ', ' &rarr; ')}</li>"
        for note in notes(finding, functions, context._replace(verbose=1))
    )
    title = f' title="{_text(info.summary)}"' if info else ""
    return (
        f'<article class="{kind}" data-severity="{kind}" data-functions="{_text(json.dumps(finding.functions))}">'
        f"<h3>{_text(finding.message)}</h3>"
        f'<p class="head"><b class="{kind}">{kind}</b><span{title}>{rule}</span>'
        f'<span class="place">{_text(place)}</span></p>'
        f"{frame(finding, context)}{f'<ul>{items}</ul>' if items else ''}</article>"
    )


def _problems(report: Report, context: Context) -> str:
    if not report.problems:
        return ""
    items = "".join(
        f'<li><span class="place">{_text(context.path(problem.path))}:{max(problem.line, 1)}</span> '
        f"{_text(problem.message)}</li>"
        for problem in report.problems
    )
    return f"<h2>Could not be read</h2>\n<ul>{items}</ul>"


def _text(text: str) -> str:
    return escape(plain(text))


def _name(name: str) -> str:
    """A name that a narrow column breaks between its parts, where it has any."""
    return _path(name).replace(".", ".<wbr>")


def _path(path: str) -> str:
    """A path that a narrow column breaks between its parts."""
    return _text(path).replace("/", "/<wbr>")


def _asset(name: str) -> str:
    with open(join(dirname(dirname(__file__)), "assets", name), encoding="utf-8") as file:
        return file.read()

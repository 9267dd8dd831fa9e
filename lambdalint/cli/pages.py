"""The rule book in, what `rules`, `explain` and `init` print or write out."""

from __future__ import annotations

import json
import os

import click

from lambdalint.catalog import catalog, page


def listing(output_format: str) -> str:
    """All rules: a line each, or JSON."""
    rules = catalog()
    if output_format == "json":
        rows = [
            {
                "name": rule.name,
                "topic": rule.topic,
                "severity": rule.severity,
                "default": rule.default,
                "summary": rule.summary,
                "options": dict(rule.options),
                "fix": rule.fix or None,
            }
            for rule in rules.values()
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    width = max((len(name) for name in rules), default=0)
    lines = []
    for topic in sorted({rule.topic for rule in rules.values()}):
        lines.append(f"{topic}\n")
        for rule in rules.values():
            if rule.topic == topic:
                notes = "" if rule.default else " (off by default)"
                lines.append(f"  {rule.name:{width}}  {rule.severity:7}  {rule.summary}{notes}\n")
    return "".join(lines)


def explained(name: str, color: bool) -> str | None:
    """A rule's page, coloured for a terminal if asked; None when there is no such rule."""
    if name not in catalog():
        return None
    text = page(name)
    if color:
        from pygments import highlight
        from pygments.formatters.terminal import TerminalFormatter
        from pygments.lexers.markup import MarkdownLexer

        text = highlight(text, MarkdownLexer(), TerminalFormatter(bg="dark"))
    return text


def init(folder: str) -> int:
    """Write commented settings; 2 when there are some already."""
    from lambdalint.discover import settings_file
    from lambdalint.settings import template

    there = settings_file(folder)
    if there:
        click.echo(f"lambdalint: {there} holds settings already", err=True)
        return 2
    text = template(list(catalog().values()))
    target = os.path.join(folder, "pyproject.toml")
    try:
        if os.path.exists(target):
            with open(target, encoding="utf-8") as file:
                before = file.read()
            with open(target, "a", encoding="utf-8") as file:
                file.write(("\n" if before.endswith("\n") or not before else "\n\n") + text)
        else:
            target = os.path.join(folder, "lambdalint.toml")
            own = text.replace("[tool.lambdalint]\n", "").replace("[tool.lambdalint.", "[")
            with open(target, "w", encoding="utf-8") as file:
                file.write(own)
    except OSError as error:
        click.echo(f"lambdalint: {target}: {error.strerror}", err=True)
        return 2
    click.echo(f"wrote {target}")
    return 0

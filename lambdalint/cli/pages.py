"""The rule book in, what `rules`, `explain` and `init` print or write out."""

from __future__ import annotations

import json
import os

import click

from lambdalint.catalog import catalog, options, page


def listing(output_format: str, color: bool) -> str:
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
                "advice": rule.advice,
                "options": dict(rule.options),
                "fix": rule.fix or None,
            }
            for rule in rules.values()
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    from lambdalint.report import RuleInfo
    from lambdalint.report.pages import render_rules

    shown = {name: RuleInfo(rule.summary, rule.severity, rule.topic) for name, rule in rules.items()}
    return render_rules(shown, frozenset(name for name, rule in rules.items() if not rule.default), color)


def explained(name: str, color: bool) -> str | None:
    """A rule's page, coloured for a terminal if asked; None when there is no such rule."""
    if name not in catalog():
        return None
    from lambdalint.report.pages import render_page

    return render_page(page(name), color)


def init(folder: str) -> int:
    """Write commented settings; 2 when there are some already."""
    from lambdalint.discover import settings_file
    from lambdalint.settings import template

    there = settings_file(folder)
    if there:
        click.echo(f"lambdalint: {there} holds settings already", err=True)
        return 2
    text = template({name: options(name) for name in catalog()})
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

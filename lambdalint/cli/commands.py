"""The words of a command line in, what click does with them out: help, completion, errors, all but a plain `check`."""

from __future__ import annotations

import sys

import click

from lambdalint import __version__
from lambdalint.cli.arguments import OPTIONS, Arguments, Option, choices, field, names
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lambdalint")
def lambdalint() -> None:
    """Lints AWS Lambda functions: code, deployment configuration and package together."""


class _Choice(click.Choice):  # type: ignore[type-arg]  # generic in newer releases only
    """click's, with a message that says which is nearest."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if value not in self.choices:
            from lambdalint.nearest import nearest

            one_of = ", ".join(self.choices)
            self.fail(f"`{value}` is not one of {one_of}{nearest(value, self.choices)}", parameter, context)
        return value


def _names_complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from lambdalint.catalog import catalog

    done, comma, last = incomplete.rpartition(",")
    rules = catalog()
    every = sorted({*rules, *(rule.topic for rule in rules.values()), "all", "default"})
    return [CompletionItem(done + comma + name) for name in every if name.startswith(last)]


def _file_of(option: Option) -> dict[str, Any]:
    """A choice, with or without `=FILE`, any number of times."""
    names = _Choice(choices(option))

    def known(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            names.convert(value.partition("=")[0], parameter, context)
        return values

    return {
        "multiple": True,
        "default": (),
        "metavar": f"[{'|'.join(names.choices)}][=FILE]",
        "callback": known,
        "shell_complete": names.shell_complete,
    }


def _option(option: Option) -> Callable[[Any], Any]:
    declared = [name for name in (option.short, option.name) if name]
    settings: dict[str, Any] = {"help": option.help, "default": option.default}
    if option.kind == "flag":
        settings |= {"is_flag": True, "default": False}
    elif option.kind == "count":
        settings |= {"count": True}
    elif option.kind == "names":
        settings |= {"multiple": True, "metavar": option.metavar, "shell_complete": _names_complete, "default": ()}
    elif option.kind == "choice":
        settings |= {"type": _Choice(choices(option))}
    elif option.kind == "files":
        settings |= _file_of(option)
    else:
        kind = click.Path() if option.metavar in ("FILE", "PATH") else click.STRING
        settings |= {"metavar": option.metavar, "type": kind}
    return click.option(*declared, field(option), **settings)


def _options(command: Any) -> Any:
    for option in reversed(OPTIONS):
        command = _option(option)(command)
    return command


@lambdalint.command()
@click.argument("paths", nargs=-1, type=click.Path())
@_options
def check(paths: tuple[str, ...], **given: Any) -> None:
    """Lint the functions that PATHS hold or belong to.

    PATHS: the working folder, where none is given. Exit code: 0 nothing found (or less than --fail-on says), 1
    findings, 2 a usage or internal error.
    """
    from lambdalint.cli.check import check as run

    for option in OPTIONS:
        if option.kind == "names":
            given[field(option)] = names(given[field(option)])
    sys.exit(run(Arguments(paths, **given)))


_COLOR = click.option("--color", type=_Choice(["auto", "always", "never"]), default="auto", help="Default: auto.")
_FORMAT = click.option("--output-format", type=_Choice(["text", "json"]), default="text", help="Default: text.")


@lambdalint.command()
@_FORMAT
@_COLOR
def rules(output_format: str, color: str) -> None:
    """List all rules."""
    from lambdalint.cli.check import colored, write_out
    from lambdalint.cli.pages import listing

    write_out(listing(output_format, colored(color)))


def _rule_complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from lambdalint.catalog import catalog

    return [CompletionItem(name, help=rule.summary) for name, rule in catalog().items() if name.startswith(incomplete)]


@lambdalint.command()
@click.argument("name", shell_complete=_rule_complete)
@_COLOR
def explain(name: str, color: str) -> None:
    """Show a rule's page."""
    from lambdalint.cli.check import colored, write_out
    from lambdalint.cli.pages import explained

    text = explained(name, colored(color))
    if text is None:
        from lambdalint.catalog import catalog
        from lambdalint.nearest import nearest_or_all

        raise click.UsageError(f"no rule is named `{name}`{nearest_or_all(name, catalog())}")
    write_out(text)


@lambdalint.command()
@click.argument("paths", nargs=-1, type=click.Path())
@_FORMAT
@_COLOR
@click.option("-v", "--verbose", count=True, help="Defaults too.")
@click.option("--no-cache", is_flag=True, help="Neither use nor write the cache.")
def show(paths: tuple[str, ...], output_format: str, color: str, verbose: int, no_cache: bool) -> None:
    """Show the functions as the rules see them."""
    from lambdalint.cli.show import show as run

    sys.exit(run(paths, output_format, color, verbose, no_cache))


@lambdalint.command()
def init() -> None:
    """Write the settings, commented out.

    They go to pyproject.toml, or to lambdalint.toml where there is none.
    """
    from lambdalint.cli.pages import init as run

    sys.exit(run("."))


@lambdalint.command()
@click.option("--check", is_flag=True, help="Only say, by the exit code, whether the server can start.")
def server(check: bool) -> None:
    """Serve an editor, by the language server protocol.

    It comes over standard input and output.
    """
    try:
        from lambdalint.server.app import make
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs"):
            raise
        raise click.ClickException("the language server is an extra: pip install 'lambdalint[server]'") from error
    if not check:
        make().start_io()


@lambdalint.command()
@click.argument("shell", type=_Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes words in a shell.

    Commands, options and the names of rules.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(lambdalint, {}, "lambdalint", "_LAMBDALINT_COMPLETE").source())

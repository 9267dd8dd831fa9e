"""The arguments of a plain `check` in, Arguments out; None for whatever click should answer."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Option(NamedTuple):
    """One option of `check`. kind: "text", "names" (a list, by commas or repeated), "flag", "count", "choice" or
    "files" (a choice, with or without `=FILE`; repeated for several)."""

    name: str
    kind: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""
    default: Any = None


SEVERITIES = ("error", "warning", "info")
OPTIONS = (
    Option("--select", "names", "Ask only these rules or topics (`default`, `all`).", "NAMES"),
    Option("--extend-select", "names", "Ask these besides.", "NAMES"),
    Option("--ignore", "names", "Do not ask these.", "NAMES"),
    Option("--min-severity", "choice", "Report findings from this weight on.", choices=SEVERITIES),
    Option("--output-format", "files", "Default: text. NAME=FILE writes to a file; may be repeated.", "NAME[=FILE]"),
    Option("--output", "text", "Write the report to a file.", "FILE"),
    Option("--diff-base", "text", "Report only what a change since this git revision introduces.", "REF"),
    Option("--watch", "flag", "Lint again whenever a file changes, until Ctrl-C."),
    Option("--fail-on", "text", "When to exit with 1: `warning`, `error:1,warning:10`. Default: any.", "LIMITS"),
    Option("--fix", "flag", "Apply the fixes that do not change what the functions do."),
    Option("--unsafe-fixes", "flag", "With --fix or --diff: those that may, too."),
    Option("--diff", "flag", "Show what --fix would change; write nothing."),
    Option("--add-ignore", "flag", "Write an ignore for each finding, its reason left to you."),
    Option("--exit-zero", "flag", "Exit 0 even when there are findings."),
    Option("--statistics", "flag", "Count findings by rule."),
    Option("--timings", "flag", "Say where the time went."),
    Option("--no-cache", "flag", "Neither use nor write the cache."),
    Option("--config", "text", "Take settings from this file.", "FILE"),
    Option("--isolated", "flag", "Take no settings from files."),
    Option("--stdin-filename", "text", "Read this file's text from standard input.", "PATH"),
    Option("--baseline", "text", "Leave out the findings of this file.", "FILE"),
    Option("--write-baseline", "text", "Accept all findings: write them to this file.", "FILE"),
    Option("--color", "choice", "Default: auto.", choices=("auto", "always", "never"), default="auto"),
    Option("--quiet", "flag", "One line for each finding.", short="-q"),
    Option("--verbose", "count", "More about each finding; tracebacks.", short="-v", default=0),
)


class Arguments(NamedTuple):
    """What `check` is asked to do, by the names of OPTIONS."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: str | None = None
    output_format: tuple[str, ...] = ()
    output: str | None = None
    diff_base: str | None = None
    watch: bool = False
    fail_on: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    add_ignore: bool = False
    exit_zero: bool = False
    statistics: bool = False
    timings: bool = False
    no_cache: bool = False
    config: str | None = None
    isolated: bool = False
    stdin_filename: str | None = None
    baseline: str | None = None
    write_baseline: str | None = None
    color: str = "auto"
    quiet: bool = False
    verbose: int = 0


def choices(option: Option) -> tuple[str, ...]:
    """What a choice may be; the formats are those of the folder."""
    if option.name != "--output-format":
        return option.choices
    from lambdalint.report import format_names

    return format_names()


def field(option: Option) -> str:
    """The name of an option's field in Arguments."""
    return option.name[2:].replace("-", "_")


def names(values: Sequence[str]) -> tuple[str, ...]:
    """Names given by commas, by repeating the option, or both."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def parse(arguments: Sequence[str]) -> Arguments | None:
    """A plain, correct `check` as Arguments; None for anything click should see, errors above all."""
    if not arguments or arguments[0] != "check":
        return None
    known = {option.name: option for option in OPTIONS} | {option.short: option for option in OPTIONS if option.short}
    given: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments[1:])
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            paths.append(argument)
            continue
        name, equals, value = argument.partition("=")
        option = known.get(name)
        if option is None or (equals and option.kind in ("flag", "count")) or (equals and not name.startswith("--")):
            return None
        if option.kind == "flag":
            given[field(option)] = True
            continue
        if option.kind == "count":
            given[field(option)] = given.get(field(option), 0) + 1
            continue
        if not equals:
            following = next(rest, None)
            if following is None:
                return None
            value = following
        if option.kind == "files" and value.partition("=")[0] not in choices(option):
            return None
        if option.kind in ("names", "files"):
            given.setdefault(field(option), []).append(value)
        elif option.kind == "choice" and value not in choices(option):
            return None
        else:
            given[field(option)] = value
    for option in OPTIONS:
        if option.kind == "names" and field(option) in given:
            given[field(option)] = names(given[field(option)])
        elif option.kind == "files" and field(option) in given:
            given[field(option)] = tuple(given[field(option)])
    return Arguments(tuple(paths), **given)

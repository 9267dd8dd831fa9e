"""Arguments in, an exit code out; the report goes to standard output or a file, everything else to standard error."""

from __future__ import annotations

import os
import sys

from lambdalint.cache import Cache
from lambdalint.catalog import page
from lambdalint.discover import find_root
from lambdalint.engine import Accepted, remembered, run
from lambdalint.settings import Chosen, SettingsError, load
from lambdalint.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambdalint.catalog import Rule
    from lambdalint.cli.arguments import Arguments
    from lambdalint.engine import Settings
    from lambdalint.memory import Memory
    from lambdalint.model import Finding, Report
    from lambdalint.report import Context


SETTLED = frozenset({"json", "sarif"})  # formats that say of each finding what its fix would be


class Place(NamedTuple):
    """What is linted: the root, the paths below it that are reported on, texts that stand in for files, and what was
    asked for but does not exist."""

    root: str
    paths: tuple[str, ...]
    overlay: Mapping[str, bytes] = {}
    missing: tuple[str, ...] = ()


class UsageError(Exception):
    """A usage error: the message is for the user, the exit code 2."""


def check(arguments: Arguments) -> int:
    """Lint, write the report, and say how it went."""
    try:
        if not arguments.watch:
            return _guarded(arguments)
        from lambdalint.cli.watch import watch

        return watch(arguments, lambda memory: _guarded(arguments, memory))
    except UsageError as error:
        print(f"lambdalint: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    except KeyboardInterrupt:
        return 0 if arguments.watch else 130


def _guarded(arguments: Arguments, memory: Callable[[Settings], Memory] | None = None) -> int:
    try:
        return _check(arguments, memory)
    except (UsageError, SettingsError) as error:
        print(f"lambdalint: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except Exception as error:
        from traceback import print_exc

        if arguments.verbose:
            print_exc()
        hint = "" if arguments.verbose else " (-v shows where)"
        print(f"lambdalint: internal error: {type(error).__name__}: {error}{hint}", file=sys.stderr)
        return 2


def place(paths: Sequence[str], stdin_filename: str | None = None) -> Place:
    """The root of some paths, and the paths relative to it."""
    given = list(paths) or ([stdin_filename] if stdin_filename else ["."])
    overlay: dict[str, bytes] = {}
    if stdin_filename:
        given = [stdin_filename if path == "-" else path for path in given]
    elif "-" in given:
        raise UsageError("`-` needs --stdin-filename, which says where in the project the text belongs")
    missing = tuple(path for path in given if path != stdin_filename and not os.path.lexists(path))
    there = [path for path in given if path not in missing]
    root = find_root(there or ["."])
    inside = tuple(dict.fromkeys(_relative(path, root) for path in there))
    if stdin_filename:
        overlay[_relative(stdin_filename, root)] = sys.stdin.buffer.read()
    return Place(root, inside, overlay, missing)


def _relative(path: str, root: str) -> str:
    relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    if relative == ".." or relative.startswith("../"):
        relative = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    if relative == ".." or relative.startswith("../"):
        raise UsageError(f"{path} is not below {root}")
    return "" if relative == "." else relative


def _check(arguments: Arguments, memory: Callable[[Settings], Memory] | None) -> int:
    """One run. memory: of runs before under the same settings, for whoever lints again and again."""
    least = None
    if arguments.fail_on:
        from lambdalint.cli.verdict import failed, limits

        least = limits(arguments.fail_on)
    outputs = targets(arguments)
    where = place(arguments.paths, arguments.stdin_filename)
    cache = Cache(None if arguments.no_cache else where.root)
    rules = remembered(cache)
    chosen = Chosen(
        arguments.select,
        arguments.extend_select,
        arguments.ignore,
        arguments.min_severity or "",
        arguments.config,
        arguments.isolated,
    )
    settings = load(where.root, rules, chosen, cache)
    from lambdalint.cli.progress import progress

    advance, end = progress()
    accepted = _accepted(arguments)
    kept = memory(settings) if memory else None
    if arguments.diff_base:
        from collections import Counter

        from lambdalint.cli.since import accepted_before
        from lambdalint.memory import Memory

        kept = kept or Memory()
        there = accepted_before(where.root, arguments.diff_base, settings, cache, rules, kept)
        there |= accepted.counts or Counter()
        accepted = accepted._replace(counts=there)
    if arguments.fix or arguments.diff or arguments.unsafe_fixes or arguments.add_ignore:
        from lambdalint.cli.fix import changes

        code = changes(arguments, where, settings, cache, rules, accepted.counts)
        if code is not None:
            end()
            cache.close()
            return code
    report = run(
        where.root,
        where.paths,
        settings,
        overlay=where.overlay,
        cache=cache,
        rules=rules,
        accepted=accepted,
        progress=advance,
        memory=kept,
    )
    end()
    if kept:
        cache.save(kept.on_disk)
    cache.close()
    if where.missing:
        from lambdalint.model import Problem

        more = tuple(Problem(path.replace(os.sep, "/"), 0, "no such file or folder") for path in where.missing)
        report = report._replace(problems=(*more, *report.problems))
    if SETTLED & {name for name, _ in outputs} and any(finding.fixable for finding in report.findings):
        from lambdalint.fix import settled
        from lambdalint.fix.files import Files

        report = settled(report, Files(where.root, settings.exclude, where.overlay))
    for name, target in outputs:
        _write(target, _render(arguments, name, target, report, where, rules))
    _sums(arguments, report, [name for name, target in outputs if not target] in ([], ["text"]))
    if arguments.verbose:
        for finding in report.findings:
            if finding.rule == "crashed-rule" and finding.fix:
                print(finding.fix, file=sys.stderr, end="")
    if where.missing:
        return 2
    if arguments.exit_zero or arguments.write_baseline:
        return 0
    return int(bool(report.findings) if least is None else failed(report.findings, least))


def targets(arguments: Arguments) -> list[tuple[str, str | None]]:
    """Which formats go where: a file, or None for standard output."""
    found: list[tuple[str, str | None]] = []
    for given in arguments.output_format or ("text",):
        name, equals, file = given.partition("=")
        if equals and not file:
            raise UsageError(f"--output-format {given}: no file is named")
        found.append((name, file or None))
    plain = [name for name, file in found if not file]
    if len(plain) > 1:
        raise UsageError(f"one format can go to standard output, not {' and '.join(plain)}: {plain[-1]}=FILE")
    files = [os.path.abspath(file) for _, file in found if file]
    if len(set(files)) < len(files):
        raise UsageError("two formats cannot go to one file")
    if arguments.output and arguments.output != "-":
        if not plain:
            raise UsageError("--output names a file, and every format has one")
        found = [(name, file or arguments.output) for name, file in found]
    return found


def _accepted(arguments: Arguments) -> Accepted:
    if not arguments.baseline and not arguments.write_baseline:
        return Accepted()
    from lambdalint import baseline

    counts = None
    if arguments.baseline:
        try:
            with open(arguments.baseline, encoding="utf-8") as file:
                counts = baseline.read(file.read())
        except (OSError, UnicodeDecodeError, baseline.BaselineError) as error:
            raise UsageError(f"{arguments.baseline}: {getattr(error, 'strerror', None) or error}") from error
    target = arguments.write_baseline
    if not target:
        return Accepted(counts)

    def write(findings: list[Finding], line: Callable[[str, int], str | None]) -> None:
        try:
            with open(target, "w", encoding="utf-8") as file:
                file.write(baseline.write(findings, line))
        except OSError as error:
            raise UsageError(f"{target}: {error.strerror}") from error

    return Accepted(counts, write)


def _render(
    arguments: Arguments, name: str, target: str | None, report: Report, where: Place, rules: Mapping[str, Rule]
) -> str:
    from lambdalint.report import renderer

    verbose = -1 if arguments.quiet else arguments.verbose
    color = arguments.color if not target or arguments.color != "auto" else "never"
    pages = name not in ("text", "json", "github")  # these show no rule's page
    return renderer(name)(report, context(where, rules, color, verbose, pages))


def context(where: Place, rules: Mapping[str, Rule], color: str, verbose: int, pages: bool = False) -> Context:
    """What reports need to know. pages: the rules' pages too, which takes reading them."""
    from lambdalint import __version__
    from lambdalint.report import Context, RuleInfo
    from lambdalint.sources import source_lines

    return Context(
        root=where.root,
        version=__version__,
        color=colored(color),
        verbose=verbose,
        line=source_lines(where.root, where.overlay),
        rules={
            name: RuleInfo(rule.summary, rule.severity, rule.topic, "", page(name) if pages else "", rule.advice)
            for name, rule in rules.items()
        },
        prefix=shown_root(where.root),
    )


def _sums(arguments: Arguments, report: Report, people: bool) -> None:
    """The tables of --statistics and --timings, to standard error when a machine reads standard output."""
    if not arguments.statistics and not arguments.timings:
        return
    from lambdalint.report.summary import statistics, timings

    text = (statistics(report) if arguments.statistics else "") + (timings(report) if arguments.timings else "")
    if people:
        write_out(text)
    else:
        sys.stderr.write(text)


def shown_root(root: str) -> str:
    """The root as seen from the working folder; "" when it is the same."""
    try:
        relative = os.path.relpath(root).replace(os.sep, "/")
    except ValueError:  # another drive
        return root.replace(os.sep, "/")
    return "" if relative == "." else relative


def colored(choice: str) -> bool:
    """Should text be coloured? NO_COLOR and a pipe say no, unless the user says always."""
    if choice != "auto":
        return choice == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


def _write(target: str | None, text: str) -> None:
    if target:
        try:
            with open(target, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"{target}: {error.strerror}") from error
        return
    write_out(text)


def write_out(text: str) -> None:
    """Text to standard output, whatever its encoding can hold of it."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text)
    sys.stdout.flush()

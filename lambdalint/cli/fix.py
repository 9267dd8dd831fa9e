"""The arguments of a `check` that changes files in, changed files or a diff out; what is left is reported as ever."""

from __future__ import annotations

import sys

from lambdalint.cli.check import UsageError, colored, shown_root, write_out
from lambdalint.engine import Accepted, run
from lambdalint.fix import SAFE, UNSAFE, diff, fix_all, save
from lambdalint.fix.files import Files
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from lambdalint.cache import Cache
    from lambdalint.catalog import Rule
    from lambdalint.cli.arguments import Arguments
    from lambdalint.cli.check import Place
    from lambdalint.engine import Settings
    from lambdalint.fix import Outcome
    from lambdalint.model import Finding, Report


def changes(
    arguments: Arguments,
    where: Place,
    settings: Settings,
    cache: Cache,
    rules: Mapping[str, Rule],
    counts: Counter[Any] | None,
) -> int | None:
    """Fix, or write ignores. Returns the exit code when there is nothing more to say, None when the rest of the run
    reports what is left."""
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise UsageError("--unsafe-fixes needs --fix or --diff")
    if arguments.add_ignore and arguments.fix:
        raise UsageError("--add-ignore and --fix are two steps: fix first")
    if arguments.write_baseline and not arguments.diff:
        raise UsageError("--write-baseline accepts what is there: fix first")
    if where.overlay and not arguments.diff:
        raise UsageError("a text from standard input cannot be changed, --diff shows what would be")
    files = Files(where.root, settings.exclude, where.overlay)

    def lint(overlay: Mapping[str, bytes]) -> Report:
        accepted = Accepted(counts)
        return run(where.root, where.paths, settings, overlay=overlay, cache=cache, rules=rules, accepted=accepted)

    def meant(finding: Finding) -> bool:
        path = finding.span.path
        return any(not given or path == given or path.startswith(f"{given}/") for given in where.paths)

    if arguments.add_ignore:
        from lambdalint.fix.ignores import with_ignore

        outcome = fix_all(lint, files, SAFE, meant, with_ignore)
    else:
        outcome = fix_all(lint, files, UNSAFE if arguments.unsafe_fixes else SAFE, meant)
    for finding, error in outcome.raised:
        at = finding.span
        print(f"lambdalint: {at.path}:{at.line}: the fix of {finding.rule} raised {error!r}", file=sys.stderr)
    for one in outcome.done:  # what an unsafe fix leaves to do, or may change, is in its title
        if one.fix.safety == "unsafe":
            at = one.finding.span
            print(f"lambdalint: {at.path}:{at.line}: {one.fix.title}", file=sys.stderr)
    if arguments.diff:
        write_out(_coloured(diff(outcome, shown_root(where.root)), colored(arguments.color)))
        return 1 if outcome.changed and not arguments.exit_zero else 0
    return _saved(where, outcome, "ignored" if arguments.add_ignore else "fixed")


def _saved(where: Place, outcome: Outcome, word: str) -> int | None:
    if not outcome.changed:
        return None
    written, failed = save(where.root, outcome)
    for path, why in failed:
        print(f"lambdalint: {path} was left alone: {why}", file=sys.stderr)
    gone = sum(any(edit.span.path in written for edit in one.fix.edits) for one in outcome.done)
    if gone:
        findings, files = "finding" if gone == 1 else "findings", "file" if len(written) == 1 else "files"
        print(f"lambdalint: {gone:,} {findings} {word} in {len(written):,} {files}", file=sys.stderr)
    return 2 if failed else None


def _coloured(lines: Iterable[str], color: bool) -> str:
    text = "".join(f"{line}\n" for line in lines)
    if not color or not text:
        return text
    from pygments import highlight
    from pygments.formatters import TerminalFormatter
    from pygments.lexers import DiffLexer

    return str(highlight(text, DiffLexer(stripnl=False), TerminalFormatter()))

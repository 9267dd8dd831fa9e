"""A root, the paths to report on and settings in, a Report out. The only module that knows the order.

join (discover, look, link) -> check -> suppress -> baseline -> merge. Facts are cached, findings
never are. An overlay of unsaved text goes the same way as the files it stands in for.
"""

from __future__ import annotations

from time import perf_counter

from lambdalint.cache import Cache
from lambdalint.catalog import ENGINE_RULES, Rule, catalog, check_of, rules_folder, stamp
from lambdalint.joined import Question, again, joined
from lambdalint.model import Finding, Report, Span
from lambdalint.sources import source_lines
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from lambdalint.memory import Again, Memory
    from lambdalint.model import Directive, Function


class Settings(NamedTuple):
    """What a run is asked to do.

    rules: names of those to ask. options: by rule, over the page's defaults. severities: by rule. ignores: (pattern,
    rules) for paths. knowledge: the user's own constructors, guards and development packages, as plain data.
    complete: all rules that run by default are among `rules`.
    """

    rules: frozenset[str] = frozenset()
    options: Mapping[str, Mapping[str, Any]] = {}
    severities: Mapping[str, str] = {}
    exclude: tuple[str, ...] = ()
    ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    knowledge: Mapping[str, Any] = {}
    min_severity: str = "info"
    complete: bool = True


WEIGHT = {"error": 2, "warning": 1, "info": 0}


class Accepted(NamedTuple):
    """A baseline to hold findings against; write: called with all findings, to make a new one."""

    counts: Counter[Any] | None = None
    write: Callable[[list[Finding], Callable[[str, int], str | None]], None] | None = None


def defaults(rules: Mapping[str, Rule]) -> Settings:
    """The settings of someone who set nothing."""
    return Settings(frozenset(name for name, rule in rules.items() if rule.default))


def remembered(cache: Cache) -> dict[str, Rule]:
    """The catalog, from the cache when no page has changed."""
    folder = rules_folder()
    seen = (folder, stamp(folder))
    known = cache.extra.get("catalog")
    if known and known[0] == seen:
        return {row[0]: Rule(*row) for row in known[1]}
    rules = catalog(folder)
    cache.extra["catalog"] = (seen, tuple(tuple(rule) for rule in rules.values()))
    cache.changed = True
    return rules


def run(
    root: str,
    paths: Sequence[str] = ("",),
    settings: Settings | None = None,
    *,
    overlay: Mapping[str, bytes | str] | None = None,
    cache: Cache | None = None,
    rules: Mapping[str, Rule] | None = None,
    accepted: Accepted | None = None,
    progress: Callable[[int], None] | None = None,
    memory: Memory | None = None,
) -> Report:
    """Lint a tree. paths: relative to the root, "" for all of it; they say what is reported, not what is read.

    overlay: text that stands in for files, or for files that do not exist. progress: told of each file read.
    memory: of earlier runs of the same root and settings, for whoever asks again and again; Session keeps one.
    """
    clock = _Clock()
    accepted = accepted or Accepted()
    cache = cache or Cache(None)
    rules = remembered(cache) if rules is None else rules
    settings = settings or defaults(rules)
    texts = {path: text.encode() if isinstance(text, str) else text for path, text in (overlay or {}).items()}
    asking = sorted(settings.rules - ENGINE_RULES)
    asked = Question(root, settings.exclude, texts, settings.knowledge, progress, clock.lap, lambda: _ready(asking))
    linked, pieces = again(asked, cache, memory) if memory else (joined(asked, cache), None)
    functions = linked.functions
    if memory and memory.left_out:
        settings = settings._replace(rules=settings.rules - {"unused-ignore"})  # who it is for may have been left out
    findings, crashed = _check(functions, rules, settings, clock, pieces)
    kept, ignored = _silence(findings, linked.directives, functions, rules, settings, crashed)
    kept = [finding for finding in kept if not _ignored_by_path(finding, settings.ignores)]
    kept = [_weighed(finding, rules, settings) for finding in kept]
    kept = [finding for finding in kept if WEIGHT[finding.severity] >= WEIGHT[settings.min_severity]]
    kept = [finding for finding in kept if _reported(finding, paths)]
    clock.lap("suppress")
    line = source_lines(root, texts)
    if accepted.write:
        accepted.write(kept, line)
    if accepted.counts is not None:
        from lambdalint.baseline import split

        kept, old = split(kept, accepted.counts, line)
        ignored += old
    merged = merge(kept)
    count = len(merge(finding for finding in ignored if _reported(finding, paths)))
    problems = [problem for problem in linked.problems if _within(problem.path, paths)]
    if memory:
        memory.end()
    clock.lap("report")
    return Report(
        root,
        tuple(function for function in functions if _touches(function, paths)),
        tuple(merged),
        tuple(problems),
        count,
        clock.laps(),
        len(linked.reads),
    )


def _ready(rules: Iterable[str]) -> None:
    """Load the checks of rules; one that cannot be loaded is a finding of its own, later."""
    try:
        for name in rules:
            check_of(name)
    except Exception:
        return


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """What a rule says of one place becomes one finding that names all its functions; in order of place."""
    joined: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        joined.setdefault((finding.rule, finding.span), []).append(finding)
    merged = [_one(same) if len(same) > 1 else same[0] for same in joined.values()]
    return sorted(merged, key=lambda finding: (finding.span, finding.rule, finding.message))


def _one(same: list[Finding]) -> Finding:
    return same[0]._replace(
        functions=tuple(dict.fromkeys(item for finding in same for item in finding.functions)),
        related=tuple(dict.fromkeys(item for finding in same for item in finding.related)),
        secrets=tuple(dict.fromkeys(item for finding in same for item in finding.secrets)),
        code_flow=next((finding.code_flow for finding in same if finding.code_flow), ()),
    )


class _Clock:
    def __init__(self) -> None:
        self.last = perf_counter()
        self.seconds: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.last
        self.last = now

    def laps(self) -> tuple[tuple[str, float], ...]:
        return tuple(self.seconds.items())


def _check(
    functions: Sequence[Function],
    rules: Mapping[str, Rule],
    settings: Settings,
    clock: _Clock,
    pieces: Again | None,
) -> tuple[list[Finding], set[str]]:
    """What the rules say of the functions, and which rules raised."""
    findings: list[Finding] = []
    crashed: set[str] = set()
    for name in sorted(settings.rules - ENGINE_RULES):
        options = {**rules[name].options, **settings.options.get(name, {})}
        for kind, names in settings.knowledge.items():  # for every rule, besides what is said for this one alone
            options[kind] = [*options.get(kind, ()), *names]
        try:
            check = check_of(name)
        except Exception as error:
            check = None
            crashed.add(name)
            findings.append(_crash(name, error, functions[0] if functions else None))
        if check is not None:
            for function in functions:
                given = (check, function, options, name)
                try:
                    if pieces is None:
                        findings += _asked(*given)
                    else:
                        findings += pieces.recall(("rule", name, function.id), function, _asked, *given, pure=True)
                except Exception as error:
                    if name not in crashed:
                        findings.append(_crash(name, error, function))
                    crashed.add(name)
        clock.lap(f"rule {name}")
    return findings, crashed


def _asked(
    check: Callable[[Function, Mapping[str, Any]], Iterable[Finding]],
    function: Function,
    options: Mapping[str, Any],
    rule: str,
) -> list[Finding]:
    """What one rule says of one function."""
    return [finding._replace(rule=rule, functions=(function.id,)) for finding in check(function, options)]


def _crash(name: str, error: Exception, function: Function | None) -> Finding:
    """One finding for a rule that raised; its fix data is the traceback, which -v shows."""
    from traceback import format_exception

    at = Span("", 1, 1, 1, 1)
    if function:
        at = Span(function.id.partition("#")[0], 1, 1, 1, 1)
        if function.declaration:
            at = function.declaration.span
        if function.handler:
            at = function.handler.span
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Finding(
        f"rule `{name}` raised {what}",
        at,
        rule="crashed-rule",
        functions=(function.id,) if function else (),
        fix="".join(format_exception(type(error), error, error.__traceback__)),
    )


def _silence(
    findings: list[Finding],
    directives: Sequence[Directive],
    functions: Sequence[Function],
    rules: Mapping[str, Rule],
    settings: Settings,
    crashed: Collection[str],
) -> tuple[list[Finding], list[Finding]]:
    declared = {
        function.id: function.declaration.ignores
        for function in functions
        if function.declaration and function.declaration.ignores
    }
    if not directives and not declared:
        return findings, []
    from lambdalint.suppress import suppress

    complete = settings.complete and not crashed
    outcome = suppress(findings, directives, declared, rules, settings.rules - set(crashed), complete)
    own = [finding for finding in outcome.own if finding.rule in settings.rules]
    return [*outcome.kept, *own], outcome.ignored


def _weighed(finding: Finding, rules: Mapping[str, Rule], settings: Settings) -> Finding:
    """The finding with its severity: a check's own for a lighter case, else the user's, else the page's."""
    severity = finding.severity or settings.severities.get(finding.rule) or rules[finding.rule].severity
    return finding if finding.severity == severity else finding._replace(severity=severity)


def _ignored_by_path(finding: Finding, ignores: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
    for pattern, names in ignores:
        if finding.rule in names:
            from lambdalint.gitignore import ignore

            parts = finding.span.path.split("/")
            above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
            test = ignore([pattern])
            if any(test.decide(path, path != finding.span.path) for path in above):
                return True
    return False


def _reported(finding: Finding, paths: Sequence[str]) -> bool:
    spans = (finding.span, *(place.span for place in finding.related))
    return "" in paths or any(_within(span.path, paths) for span in spans)


def _touches(function: Function, paths: Sequence[str]) -> bool:
    return "" in paths or any(_within(path, paths) for path in _files(function))


def _files(function: Function) -> Iterator[str]:
    yield function.id.partition("#")[0]
    if function.declaration:
        yield function.declaration.span.path
    if function.handler:
        yield function.handler.path
    yield from function.reaches


def _within(path: str, paths: Sequence[str]) -> bool:
    return any(not given or path == given or path.startswith(f"{given}/") for given in paths)

"""An outcome and a selection in, code actions out: fixes by the fix engine, an ignore, the rule's page.

What an action would change is worked out when it is chosen: a fix is tried on the texts and held only if its finding is
gone then, which takes a run.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Command,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from lambdalint.catalog import ENGINE_RULES
from lambdalint.fix import SAFE, UNSAFE, fix_all
from lambdalint.fix.files import Files, content
from lambdalint.fix.ignores import with_ignore
from lambdalint.model import Span
from lambdalint.server.diagnostics import of_finding
from lambdalint.server.positions import Texts, meets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lambdalint.model import Finding, Report
    from lambdalint.server.roots import Outcome

SHOW_RULE = "lambdalint.showRule"
FIX_ALL = "source.fixAll.lambdalint"
Wanted = dict[str, Any]  # what an action is to do: plain data, which the editor hands back when it is chosen


def actions(
    outcome: Outcome, uri: str, path: str, first: tuple[int, int], last: tuple[int, int], only: tuple[str, ...] | None
) -> Iterator[CodeAction]:
    """The actions for a selection. only: the kinds the editor asks for, None for all."""

    def asked(kind: str) -> bool:
        return only is None or any(kind == name or kind.startswith(f"{name}.") for name in only)

    here = [
        (raw, finding)
        for raw, finding in zip(outcome.raw, outcome.report.findings, strict=True)
        if meets(finding.span, path, first, last)
    ]
    if asked(CodeActionKind.QuickFix):
        for raw, finding in here:
            yield from _quick(raw, finding, outcome, uri)
    if asked(FIX_ALL) and any(item.span.path == path and item.fixable == "safe" for item in outcome.raw):
        yield CodeAction(
            title="Fix all that lambdalint can fix safely in this file",
            kind=FIX_ALL,
            data={"uri": uri, "do": "file", "safe": True},
        )


def _quick(raw: Finding, finding: Finding, outcome: Outcome, uri: str) -> Iterator[CodeAction]:
    """What can be done about one finding."""
    path = raw.span.path
    diagnostics = [of_finding(finding, outcome.texts)]
    wanted: Wanted = {"uri": uri, "rule": raw.rule, "span": list(raw.span[1:])}
    if raw.fixable is not None:
        unsafe = "" if raw.fixable == "safe" else " (may change behaviour)"
        yield CodeAction(
            title=f"Fix {raw.rule}{unsafe}",
            kind=CodeActionKind.QuickFix,
            diagnostics=diagnostics,
            is_preferred=raw.fixable == "safe",
            data={**wanted, "do": "one", "safe": raw.fixable == "safe"},
        )
        same = [item for item in outcome.raw if item.rule == raw.rule and item.span.path == path and item.fixable]
        if len(same) > 1:
            safe = all(item.fixable == "safe" for item in same)
            yield CodeAction(
                title=f"Fix all {raw.rule} in this file{'' if safe else ' (may change behaviour)'}",
                kind=CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                data={"uri": uri, "rule": raw.rule, "do": "rule", "safe": safe},
            )
    if raw.rule not in ENGINE_RULES:
        yield CodeAction(
            title=f"Ignore {raw.rule} here, with a reason",
            kind=CodeActionKind.QuickFix,
            diagnostics=diagnostics,
            data={**wanted, "do": "ignore", "safe": True},
        )
    title = f"Show {raw.rule}"
    yield CodeAction(
        title=title,
        kind=CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        command=Command(title=title, command=SHOW_RULE, arguments=[raw.rule]),
    )


def changes(
    wanted: Wanted,
    outcome: Outcome,
    path: str,
    run: Callable[[Mapping[str, bytes]], Report],
    exclude: tuple[str, ...] = (),
) -> dict[str, tuple[bytes, bytes]]:
    """The files that a chosen action changes, each before and after; none when what it was for is gone."""
    files = Files(outcome.report.root, exclude, outcome.texts.overlay)
    safeties = SAFE if wanted["safe"] else UNSAFE

    def meant(finding: Finding) -> bool:
        if finding.span.path != path:
            return False
        if wanted["do"] == "file":
            return True
        if finding.rule != wanted["rule"]:
            return False
        return wanted["do"] == "rule" or bool(list(finding.span[1:]) == wanted["span"])

    if wanted["do"] == "ignore":
        chosen = [finding for finding in outcome.raw if meant(finding)]
        fix = with_ignore(chosen[0], files) if chosen else None
        made = files.edited(fix.edits) if fix is not None else None
        return {name: (files.data(name) or b"", data) for name, data in (made or {}).items()}
    if wanted["do"] == "one":
        return dict(fix_all(run, files, safeties, _once(meant, outcome.raw)).changed)
    return dict(fix_all(run, files, safeties, meant).changed)


def _once(meant: Callable[[Finding], bool], findings: tuple[Finding, ...]) -> Callable[[Finding], bool]:
    """Only the chosen finding, though after its fix another may stand in its place."""
    chosen = [finding for finding in findings if meant(finding)]
    return lambda finding: finding in chosen


def edit_of(
    changed: Mapping[str, tuple[bytes, bytes]], texts: Texts, versions: Mapping[str, int | None], versioned: bool
) -> WorkspaceEdit:
    """Changed files as the editor applies them: by the lines that differ, so that cursors and folds stay."""
    edits: dict[str, list[TextEdit]] = {}
    for path, (before, after) in changed.items():
        old, new = content(path, before), content(path, after)
        if old is not None and new is not None:
            edits[texts.uri(path)] = list(_edits(path, old.text, new.text, texts))
    if not versioned:
        return WorkspaceEdit(changes=edits)
    return WorkspaceEdit(
        document_changes=[
            TextDocumentEdit(OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri)), list(items))
            for uri, items in edits.items()
        ]
    )


def _edits(path: str, old: str, new: str, texts: Texts) -> Iterator[TextEdit]:
    from lambdalint.rewrite.spans import LINE_END

    def split(text: str) -> list[str]:
        ends = [*(match.end() for match in LINE_END.finditer(text)), len(text)]
        starts = [0, *ends[:-1]]
        return [text[start:end] for start, end in zip(starts, ends, strict=True)]

    before, after = split(old), split(new)
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        text = "".join(after[new_start:new_end])
        if end >= len(before):  # the last line has no end: reach for its last column instead of a line behind it
            at = Span(path, start + 1, 1, len(before), len(before[-1]) + 1)
            if start >= len(before):
                at = Span(path, len(before), len(before[-1]) + 1, len(before), len(before[-1]) + 1)
        else:
            at = Span(path, start + 1, 1, end + 1, 1)
        yield TextEdit(texts.range(at), text)

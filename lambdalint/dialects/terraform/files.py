"""Calls of Terraform's functions that read files in, terms out: of what exists, only JSON and YAML are looked into."""

from __future__ import annotations

from lambdalint.dialects.terraform import functions
from lambdalint.dialects.terraform.plain_functions import glob_pattern
from lambdalint.dialects.terraform.terms import UNKNOWN, Term, united, unknown_of, wrapped
from lambdalint.model import Reference
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.dialects.terraform.evaluate import Frame


def _file(terms: list[Term], frame: Frame) -> Term:
    path = frame.instance.path_of(terms[0]) if terms else None
    if path is None:
        return unknown_of(terms)
    _, handles, assumed = united(terms[1:])
    references = (Reference("file", path, terms[0].span), *united(terms[1:])[0])
    return Term(UNKNOWN, None, references, handles, f"${{file:{path}}}" if len(terms) == 1 else "", assumed)


def _fileexists(terms: list[Term], frame: Frame) -> Term:
    path = frame.instance.path_of(terms[0]) if terms else None
    return unknown_of(terms) if path is None else Term(path in frame.instance.run.project.inventory.files)


def _decoded(language: str, terms: list[Term], frame: Frame) -> Term:
    if terms and terms[0].data is UNKNOWN and terms[0].text.startswith("${file:"):
        return frame.instance.run.data_file(terms[0].text[7:-1], language)
    return functions.call(f"{language}decode", terms)


def _fileset(terms: list[Term], frame: Frame) -> Term:
    folder = frame.instance.path_of(terms[0]) if len(terms) == 2 else None
    pattern = terms[1].data if len(terms) == 2 else None
    if folder is None or not isinstance(pattern, str):
        return unknown_of(terms)
    matches = glob_pattern(pattern)
    below = [path[len(folder) + 1 if folder else 0 :] for path in frame.instance.run.project.inventory.under(folder)]
    return wrapped([path for path in below if matches.fullmatch(path)])


FILES: dict[str, Callable[[list[Term], Frame], Term]] = {
    "file": _file,
    "filebase64": _file,
    "templatefile": _file,
    "fileexists": _fileexists,
    "fileset": _fileset,
    "jsondecode": lambda terms, frame: _decoded("json", terms, frame),
    "yamldecode": lambda terms, frame: _decoded("yaml", terms, frame),
}

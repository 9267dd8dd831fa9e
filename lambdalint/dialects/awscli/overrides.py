"""Scripts that deploy a template in (`sam deploy`, `aws cloudformation deploy`), what they give its parameters out."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.awscli.evaluate import Run
from lambdalint.dialects.awscli.scripts import source
from lambdalint.dialects.awscli.texts import cut
from lambdalint.model import Reference, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.awscli.evaluate import Call
    from lambdalint.dialects.awscli.texts import Text
    from lambdalint.model import Project

_DEPLOY = {("cloudformation", "deploy"), ("sam", "deploy")}
_TEMPLATES = ("template.yaml", "template.yml", "template.json")


def parameter_overrides(project: Project) -> dict[str, dict[str, Value[Any]]]:
    """Template path -> parameter -> value; unknown where two deployments give different values, or only one does."""
    given: dict[str, list[dict[str, Value[Any]]]] = {}
    for path in project.candidates("awscli"):
        found = source(project, path)
        if found is None:
            continue
        run = Run(project, found)
        run.go()
        built: dict[str, str] = {}  # what `package` wrote -> what it read
        for call in run.calls:
            named = _template(call, run)
            if (call.service, call.operation) == ("cloudformation", "package") and named is not None:
                written = _local(call, run, "output-template-file")
                if written is not None:
                    built[written] = named
            elif (call.service, call.operation) in _DEPLOY and named is not None:
                template = built.get(named, named)
                if "/.aws-sam/build/" in f"/{template}":
                    template = f"/{template}".replace("/.aws-sam/build/", "/").removeprefix("/")
                given.setdefault(template, []).append(dict(_parameters(call)))
    return {template: _agreed(all_given) for template, all_given in given.items()}


def _template(call: Call, run: Run) -> str | None:
    for option in ("template-file", "template", "t"):
        if call.options.get(option):
            return _local(call, run, option)
    base = f"{call.folder}/" if call.folder else ""
    if call.folder is None:
        return None
    return next((base + name for name in _TEMPLATES if base + name in run.project.inventory.files), None)


def _local(call: Call, run: Run, option: str) -> str | None:
    words = call.options.get(option, ())
    folder, run.folder = run.folder, call.folder
    found = run.local(words[0].text) if words else None
    run.folder = folder
    return found


def _parameters(call: Call) -> Iterator[tuple[str, Value[Any]]]:
    """`Key=value`, `ParameterKey=Key,ParameterValue=value`."""
    for word in call.options.get("parameter-overrides", ()):
        for text in _split(word):
            name, equals, _ = text.text.partition("=")
            begin = len(name) + 1
            if name == "ParameterKey" and ",ParameterValue=" in text.text:
                name, _, _ = text.text[begin:].partition(",ParameterValue=")
                begin = text.text.index(",ParameterValue=") + len(",ParameterValue=")
            if equals and name:
                value = cut(text, begin).value()
                yield (
                    name,
                    Value(value.known, value.span, True, (Reference("parameter", name, value.span), *value.references)),
                )


def _split(word: Text) -> Iterator[Text]:
    """One word, or the words of a list that is given as one (`"A=b C=d"`)."""
    text = word.text
    if " " not in text.strip() or posixpath.sep + "/" in text:
        yield word
        return
    begin = 0
    for part in text.split(" "):
        if "=" in part:
            inner = cut(word, begin)
            yield inner._replace(text=inner.text[: len(part)])
        begin += len(part) + 1


def _agreed(given: list[dict[str, Value[Any]]]) -> dict[str, Value[Any]]:
    found: dict[str, Value[Any]] = {}
    for name in dict.fromkeys(name for one in given for name in one):
        values = [one[name] for one in given if name in one]
        first = values[0]
        same = len(values) == len(given) and all(other.known == first.known for other in values)
        found[name] = first if same else Value(None, first.span, True, first.references)
    return found

"""The options of one call in, what it asks of the API out: settings by the API's names, as pieces with positions."""

from __future__ import annotations

from lambdalint.dialects.awscli.texts import Piece, joined, structure
from lambdalint.model import Node
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.dialects.awscli.evaluate import Call, Run
    from lambdalint.dialects.awscli.texts import Text

STRUCTURED = frozenset(
    "code vpc-config dead-letter-config environment tracing-config image-config ephemeral-storage snap-start"
    " logging-config capacity-provider-config durable-config tenancy-config destination-config filter-criteria"
    " scaling-config self-managed-event-source file-system-configs cli-input-json cli-input-yaml content"
    " function-url-config notification-configuration targets event-pattern".split()
)
LISTS = frozenset("layers architectures function-response-types topics queues compatible-runtimes".split())


class Request:
    """What a call says, by the API's names: the option, else the same key of `--cli-input-json`."""

    __slots__ = ("call", "given", "options", "run")

    def __init__(self, call: Call, run: Run) -> None:
        self.call = call
        self.run = run
        self.options = call.options
        self.given: Piece | None = None
        for name in ("cli-input-json", "cli-input-yaml"):
            if self.options.get(name):
                self.given = self._structure(self.options[name])

    def text(self, option: str) -> Text | None:
        """The text of an option that takes one word."""
        found = self.options.get(option)
        return found[0] if found else None

    def piece(self, option: str) -> Piece | None:
        """The option's value, or what the input file says under the same name."""
        words = self.options.get(option)
        if words:
            if option in STRUCTURED:
                return self._structure(words)
            if option in LISTS:
                return self._list(words)
            text = words[0]
            return Piece(Node("scalar", text.text, (1, 1, 1, len(text.text) + 1)), text.path, text)
        return None if self.given is None else self.given.get(_api_name(option))

    def within(self, option: str, *keys: str) -> Piece | None:
        """A key below the option's structure."""
        found = self.piece(option)
        return None if found is None else found.get(*keys)

    def told(self, option: str) -> bool:
        """Whether the option is given, even if what it holds cannot be told."""
        return bool(self.options.get(option)) or self.piece(option) is not None

    def _list(self, words: tuple[Text, ...]) -> Piece:
        if len(words) == 1 and words[0].text[:1] == "[":
            found = structure(words[0])
            if found is not None:
                return found
        texts: list[Text] = []
        nodes: list[Node] = []
        offset = 0
        for word in words:
            end = offset + len(word.text)
            nodes.append(Node("scalar", word.text, (1, offset + 1, 1, end + 1)))
            texts.append(word)
            offset = end + 1
        whole = joined(texts, words[0].path, " ")
        return Piece(Node("sequence", tuple(nodes), (1, 1, 1, offset)), words[0].path, whole)

    def _structure(self, words: tuple[Text, ...]) -> Piece | None:
        text = words[0] if len(words) == 1 else joined(list(words), words[0].path, " ")
        if text.text.startswith(("file://", "fileb://")):
            name = text.text.partition("://")[2]
            path = self.run.local(name)
            if path is None:
                return None
            if path in self.run.files:
                return structure(self.run.files[path])
            document = self.run.project.document(path)
            facts = None if document is None else document.facts
            root = facts[0] if isinstance(facts, tuple) and facts else None
            return Piece(root, path) if isinstance(root, Node) else None
        return structure(text)


def _api_name(option: str) -> str:
    return "".join(word.capitalize() for word in option.split("-"))

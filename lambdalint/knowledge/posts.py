"""The address of an HTTP POST and who sends it in, whether a second one leaves nothing more behind out.

POST is not idempotent of itself (RFC 9110, section 9.2.2), but interfaces use it to ask for what does not fit into an
address, to set a state by its name and to take in points of a time series. Sources: the public references of the
interfaces that are named; words that interfaces give such addresses elsewhere.
"""

from __future__ import annotations

from lambdalint.patterns import pattern

# Where the path begins; of `?/v1/predict` the host is not told.
HOST = pattern(r"^[a-zA-Z]+://[^/?#]*")
ACCESS = pattern(r"(?i)oauth|/token|/auth(?![a-z])|/authenticat|login|signin|localhost|127\.0\.0\.1|169\.254\.")
ASKS = pattern(
    r"(?:(?<![a-zA-Z])(?:(?i:graphql|search|query)|(?i:lookup|validate|verify|siteverify|geocode|predict|infer|inference"
    r"|classify|embed|embeddings|completions|moderations|transcriptions|translate|detect|analyze|analyse|extract|tokenize"
    r"|invocations|calculate|estimate|preview|export|render|convert|download|interpreter)(?=/?(?:[?#]|$)))|Search|Query|Lookup)(?![a-z])"
    r"|/(?:get|find|fetch|count|list(?!_item|_entr))_[a-z_]+(?:/continue)?$"
    r"|:(?:generateContent|batchGet|runReport|predict|annotate)$"
)
# The last part of a path that says what becomes of the thing before it; `deleteMessage` and `chat.update` do in one.
SETS = pattern(
    r"(?:/(?:upsert|createOrUpdate)(?:/[^/]+)*|[/.:](?:update|delete|remove|cancel|archive|unarchive|enable|disable|close|resolve"
    r"|acknowledge|unsubscribe|purge|purge_cache|invalidate|flush)"
    r"|/(?:get|list|find|fetch|set|update|delete|remove|edit|answer)[A-Z]\w*|/views\.(?:publish|update)"
    r"|/issues/[^/]+/(?:labels|assignees)|/pulls/[^/]+/requested_reviewers|/members/[^/]+/tags"
    r"|/statuses/[^/]+|/_(?:doc|create|update)/[^/]+|/_doc/[^/]+/_update|/_bulk)/?(?:[?#].*)?$"
)
# Points that are known by their name and time, or replace what the series held before.
POINTS = pattern(
    r"/api/v[12]/(?:series|write|push|distribution_points)\b|/loki/api/v1/push|/metrics/job/|/v1/(?:metrics|traces)$"
    r"|/metric/v1$|/write\?db="
)
MODELS = pattern(
    r"openai\.com/v1/responses|anthropic\.com/v1/(?:messages|complete)\b|/api/(?:generate|embed)$|//bedrock-runtime\."
    r"|//(?:api-inference|router)\.huggingface\.co/|\.endpoints\.huggingface\.cloud|//api\.cohere\.(?:ai|com)/v\d/"
)
LOGIN = pattern(r"(?i)token|log_?in|sign_?in|authenticate|credentials")  # what asks for access is named so
READER = pattern(
    r"(?:^|[._])(?:get|fetch|retrieve|search|query|lookup|predict|geocode|classify|summari[sz]e|translate)(?![a-z])"
)
WRITES = pattern(r"(?:^|[._])(?:and|or|create|add|post|send|notify|ensure|insert|publish)(?![a-z])")
# A procedure's name, as JSON-RPC's "method" and SOAP's action have it: `eth_getBalance`, `urn:rates#GetRates`.
PROCEDURE = pattern(
    r"(?:^|[#/:._])(?:[Gg]et|[Ll]ist|[Ff]ind|[Ss]earch|[Qq]uery|[Cc]heck|[Cc]ount|[Rr]ead|call)(?![a-z])"
)
CALLS = pattern(r"(?i)send|create|add|submit|start|transfer|pay|insert|post")
PATH = pattern(r"/\w")


def asks(address: str) -> bool:
    """Whether a request to an address asks for something, access included. address: its unknown parts are "?"."""
    if ACCESS.search(address) or MODELS.search(address):
        return True
    return ASKS.search(HOST.sub("", address)) is not None


def settles(address: str) -> bool:
    """Whether a second request to an address leaves the same state behind."""
    path = HOST.sub("", address)
    return SETS.search(path) is not None or POINTS.search(path) is not None


def is_named_reading(name: str, address: str | None) -> bool:
    """Whether a function is named after what it asks for: access, or what an address that is not told does not say."""
    if LOGIN.search(name):
        return True
    if address is not None and PATH.search(HOST.sub("", address)):
        return False
    return READER.search(name) is not None and WRITES.search(name) is None


def is_asking_procedure(name: str) -> bool:
    """Whether a procedure that a request names only asks, as far as its name tells."""
    return PROCEDURE.search(name) is not None


def is_acting_procedure(name: str) -> bool:
    """Whether the name of a procedure says that it does something."""
    return CALLS.search(name) is not None

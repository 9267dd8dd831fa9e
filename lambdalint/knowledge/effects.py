"""A Call in, what happens when it is made a second time with the same event out: the effect it repeats, and why.

Sources: the class of each AWS operation comes from knowledge/operations (botocore's models and AWS documentation); HTTP
methods from RFC 9110 section 9.2.2 (POST is not idempotent, PUT and DELETE are); SQL from the statement itself.
"""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.aws_effects import aws_effect
from lambdalint.knowledge.calls import aws_call, constant, text_of
from lambdalint.knowledge.frame_effects import frame_effect
from lambdalint.knowledge.mapped_effects import mapped_effect
from lambdalint.knowledge.repeats import FRESH, Effect, entries, renewed
from lambdalint.knowledge.store_effects import stored_effect
from lambdalint.knowledge.tables import rows
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.model import Call, Symbol


# What has a method for each HTTP method, `request(method, url)` beside them.
SENDERS = frozenset(
    "requests requests.api requests.Session() requests.session() requests.sessions.Session()"
    " requests.sessions.session() requests_oauthlib.OAuth1Session() requests_oauthlib.OAuth2Session()"
    " requests_toolbelt.sessions.BaseUrlSession() requests_futures.sessions.FuturesSession()"
    " requests_html.HTMLSession() cloudscraper.create_scraper() niquests niquests.Session() curl_cffi.requests"
    " curl_cffi.requests.Session() httpx httpx.Client() httpx.AsyncClient() aiohttp.ClientSession() urllib3"
    " urllib3.PoolManager() urllib3.ProxyManager() urllib3.HTTPSConnectionPool() urllib3.HTTPConnectionPool()".split()
)
MUTATION = pattern(r"\s*mutation\b")
HTTP_CONNECTIONS = frozenset({"http.client.HTTPSConnection().request", "http.client.HTTPConnection().request"})
MAILS = frozenset(
    {
        "smtplib.SMTP().sendmail",
        "smtplib.SMTP().send_message",
        "smtplib.SMTP_SSL().sendmail",
        "smtplib.SMTP_SSL().send_message",
    }
)


def effect_of(step: Call, delivery: str, before: Sequence[Call] = (), startup: Sequence[Call] = ()) -> Effect | None:
    """What the call does again when the invocation is repeated; None when nothing, or when it cannot be told.

    delivery: "async" (retries keep the request id) or "poll" (a redelivery is a new request). before: the calls that
    the invocation makes earlier, for libraries that set a request up in several. startup: those of module scope, where
    models tell their columns.
    """
    if _has_dedup_member(step):
        return None
    fresh = FRESH | {"request-id"} if delivery == "poll" else FRESH
    aws = aws_call(step)
    if aws is not None:
        return aws_effect(step, aws, fresh) or _written_back(step, before)
    sender, _, verb = step.callee.removeprefix("botocore.vendored.").rpartition(".")
    if sender in SENDERS:
        return _request(step, verb)
    if step.callee in MAILS:
        return Effect("sending mail", "the message goes out again")
    if step.callee == "urllib.request.urlopen":
        return _urlopen(step)
    if step.callee == "pycurl.Curl().perform":
        posts = any(_is_post(call, step) for call in before if call.callee == "pycurl.Curl().setopt" and call.args)
        return Effect("an HTTP POST", "the request is sent again") if posts else None
    if step.callee.startswith("gql.") and step.callee.rpartition(".")[2] in ("execute", "execute_async"):
        return _graphql(step)
    if step.callee in HTTP_CONNECTIONS:
        posts = constant(step.argument("method", 0)) == "POST"
        return _post(step, step.argument("url", 1)) if posts else None
    token = _sent(step.callee)
    if token is not None:
        given = step.keywords.get(token) if token else None
        if given is not None and not renewed(given, fresh):
            return None
        name = _short(step.callee)
        return Effect(name, _what_repeats(name.rpartition(".")[2]))
    if verb == "__setattr__":
        from lambdalint.knowledge.mapped_rows import row_effect

        return row_effect(step)
    return (
        stored_effect(step, before, startup)
        or mapped_effect(step, startup)
        or frame_effect(step)
        or _written_back(step, before)
    )


# What may write something back under the key that it was read by.
WRITES = frozenset(
    "put_item update_item put_object put put_parameter set hset update_one replace_one find_one_and_update"
    " find_one_and_replace execute".split()
)


def _written_back(step: Call, before: Sequence[Call]) -> Effect | None:
    if not before or step.callee.rpartition(".")[2] not in WRITES:
        return None
    from lambdalint.knowledge.written_back import written_back

    return written_back(step, before)


def _request(step: Call, verb: str) -> Effect | None:
    """`post(url)`, or `request("POST", url)`; urllib3 calls the latter by other names too."""
    if verb == "post":
        return _post(step, step.argument("url", 0))
    if verb not in ("request", "urlopen", "request_encode_body"):
        return None
    method = constant(step.argument("method", 0))
    return _post(step, step.argument("url", 1)) if isinstance(method, str) and method.upper() == "POST" else None


def _sent(callee: str) -> str | None:
    """The keyword of a library's call that stops a second effect, "" when it has none; None for other calls."""
    for head, ending, token in _sends().get(callee.rpartition(".")[2], ()):
        if callee.startswith(head) and callee.endswith(ending) and callee[len(head)] in ".(":
            return token
    return None


@cache
def _sends() -> dict[str, list[tuple[str, str, str]]]:
    """Of each method the calls that end with it: beginning, "." and ending, token."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for heads, endings, token in rows("sends", 3):
        for ending in endings.split():
            for head in heads.split():
                found.setdefault(ending.rpartition(".")[2], []).append((head, "." + ending, token))
    return found


def is_service(callee: str) -> bool:
    """Whether a call is one of a library whose calls create or send something: `stripe.Customer.list`."""
    root = callee.partition(".")[0]
    return any(head.partition(".")[0] == root for calls in _sends().values() for head, _, _ in calls)


def _is_post(option: Call, perform: Call) -> bool:
    """Whether an option that is set in the function that performs the request makes its handle a POST."""
    handles = (call.receiver.made_by for call in (option, perform) if call.receiver is not None)
    same = len({made.order for made in handles if made is not None}) == 1 and option.chain == perform.chain
    return same and option.args[0].path.rpartition(".")[2] in ("POST", "POSTFIELDS", "HTTPPOST", "COPYPOSTFIELDS")


def _what_repeats(method: str) -> str:
    """What a second call does, as the method's first word tells it: `create_issue`, `appendRow`, `chat_postMessage`."""
    words = method.removeprefix("chat_")
    if words.startswith(("create", "insert")):
        return "each call creates another one"
    if words.startswith(("add", "append")):
        return "each call adds another one"
    if words.startswith(("send", "post", "publish", "push", "notify", "broadcast", "multicast", "reply", "produce")):
        return "it is sent again"
    return "it takes effect again"


def _short(callee: str) -> str:
    plain = callee.replace("()", "")
    if plain.startswith("googleapiclient."):
        plain = plain.removesuffix(".execute")  # what it does is said before
    return ".".join(plain.split(".")[-2:])


def _post(step: Call, url: Symbol | None) -> Effect | None:
    from lambdalint.knowledge.posts import asks, is_acting_procedure, is_asking_procedure, is_named_reading, settles

    address = text_of(url)
    if any(is_named_reading(hop.name, address) for hop in step.chain[-1:]) and not _mutates(step):
        return None
    if address is not None and (settles(address) or (asks(address) and not _mutates(step))):
        return None
    procedure = _procedure(step)
    if procedure is not None and not is_acting_procedure(procedure):
        return None
    headers = step.keywords.get("headers")
    for name, value in headers.entries if headers is not None else ():
        if name.constant == "SOAPAction" and is_asking_procedure(text_of(value) or ""):
            return None
        if isinstance(name.constant, str) and _deduplicates(name.constant) and not renewed(value, FRESH):
            return None
    return Effect("an HTTP POST", "the request is sent again")


def _mutates(step: Call) -> bool:
    """Whether a request asks GraphQL to change something: {"query": "mutation { ... }"}."""
    for name in ("json", "data", "body", "content"):
        given = step.keywords.get(name)
        for key, value in entries(_encoded(given)) if given is not None else ():
            if key == "query" and MUTATION.match(text_of(value) or ""):
                return True
    return False


def _procedure(step: Call) -> str | None:
    """The method of a JSON-RPC request, "" when it is not told; None for other requests."""
    for name in ("json", "data", "body", "content"):
        given = step.keywords.get(name)
        told = dict(entries(_encoded(given))) if given is not None else {}
        if "jsonrpc" in told:
            return text_of(told.get("method")) or ""
    return None


def _encoded(symbol: Symbol) -> Symbol:
    """What `json.dumps(symbol).encode()` was made of."""
    while symbol.made_by is not None and symbol.made_by.callee in ("json.dumps", "json.dumps().encode"):
        inner = symbol.made_by.args[0] if symbol.made_by.args else symbol.made_by.receiver
        if inner is None:
            break
        symbol = inner
    return symbol


def _graphql(step: Call) -> Effect | None:
    """`gql.Client(...).execute(gql("mutation ..."))`, also of a client's session."""
    document = step.argument("request", 0)
    made = document.made_by if document is not None else None
    if made is None or not made.callee.startswith("gql.") or not MUTATION.match(text_of(made.argument("", 0)) or ""):
        return None
    return Effect("a GraphQL mutation", "it is sent again")


def _urlopen(step: Call) -> Effect | None:
    """`urlopen(url, data)` and `urlopen(Request(url, data=...))` are POST requests unless the method says otherwise."""
    request = step.argument("url", 0)
    made = request.made_by if request is not None else None
    if made is not None and made.callee == "urllib.request.Request":
        if _has_dedup_member(made):
            return None
        method = constant(made.keywords.get("method"))
        data = made.argument("data", 1)
        if method not in (None, "POST") or (data is None and method is None):
            return None
        return _post(made, made.argument("url", 0))
    data = step.argument("data", 1)
    return _post(step, request) if data is not None and constant(data) is None else None


def _deduplicates(name: str) -> bool:
    low = name.lower()
    return "dedup" in low or "idempoten" in low or low == "paypal-request-id"


def _has_dedup_member(step: Call) -> bool:
    """Whether any argument carries a deduplication value that is not new each time, whatever the API calls it."""
    return any(
        _deduplicates(name) and name != "MessageDeduplicationId" and not renewed(value, FRESH)
        for symbol in step.inputs()
        for name, value in entries(symbol)
    )

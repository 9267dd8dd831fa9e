"""A value and the name it is given -> the kind of credential it is; nothing here keeps or prints a value.

Shapes are facts about providers' tokens (secret_shapes.tsv); how they are matched is written here. A name convicts
nobody: it only lowers what a value must look like to be taken for a credential.
"""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import rows
from lambdalint.patterns import re
from lambdalint.typed import NamedTuple

# Patterns are text, compiled when a value gets that far: most need none of them.
URL = r"\b([a-z][a-z0-9+.-]*)://([^/\s:@]*):([^/\s@]+)@([^/\s:?#]+)"
PROSE = r"(?i)[a-z]+(?:[-_/.: ][a-z]+)*[-_/.:]?\d{0,3}"
HEX = r"[0-9a-fA-F]+"
# Each word ends where its letters do, so that there is one way to read a part and no time lost on others.
COUNTED = r"(?:[A-Z]?[a-z]{2,}(?![a-z])|[A-Z]{2,}(?![A-Z])|[vV]\d{1,2}(?!\d))+\d{0,2}|[A-Za-z]|[vV]?\d{1,4}"
TOKEN = r"[A-Za-z0-9_~+/=.!@#$%^&*-]+"
PATHLIKE = r"[a-z]+://|[./~]{0,2}/|[A-Za-z]:\\|\w+(?:/\w[\w.-]*)+$"
FILE = r"\.(?:pem|key|crt|json|ya?ml|txt|env|p12|jks|cfg|ini|gpg|enc)$"
LONGEST = 8192  # characters of a value that are looked at: twice what all variables of a function may hold
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal", "db", "postgres", "mysql", "redis", "mongo")
TRIVIAL = frozenset(
    "password passwd pass secret admin root user username postgres mysql mongo redis guest default test example pw "
    "changeme token key rabbitmq sa dev local".split()
)


class Shape(NamedTuple):
    """A kind of credential. what: as a message calls it, with its article: "a GitHub token"."""

    id: str
    what: str
    sure: bool  # the value alone tells; otherwise the name took part


class _Row(NamedTuple):
    id: str
    provider: str
    confidence: str
    prefixes: tuple[str, ...]
    body: str  # what follows the prefix, as a pattern; "" when SPECIAL describes it
    contains: str
    keywords: tuple[str, ...]


def credential(value: str, name: str = "") -> Shape | None:
    """The kind of credential that a value is, or None. name: of the variable that holds it.

    Values that vendors document as examples, placeholders and references to somewhere else are none.
    """
    text = value.strip()[:LONGEST]
    if len(text) < 8 or placeholder(text):
        return None
    found = _by_shape(text, name)
    if found is not None:
        return found
    public = text.startswith(tuple(_words("public")))
    if not public and announces(name) and looks_random(text, _is_password(name)):
        return Shape("named-secret", "what looks like a credential", False)
    return None


def announces(name: str) -> bool:
    """Whether a name says that it holds a secret: DB_PASSWORD does, PASSWORD_LENGTH and API_KEY_ARN do not."""
    parts = words(name)
    if "".join(parts[-2:]) == "webhookurl":
        return True
    if not parts or parts[-1] in _words("name_ends") or _joined(parts, _words("not_names")) or parts[0] == "encrypted":
        return False
    return _joined(parts, _words("names"))


def identifies(name: str) -> bool:
    """Whether a name says that it holds what is kept beside a secret and is none: a user's name, a host, an id."""
    parts = [part for part in words(name) if part not in ("json", "csv", "list", "map")]
    return any("".join(parts[-count:]) in _words("identifiers") for count in (1, 2, 3) if parts)


def words(name: str) -> list[str]:
    """The words of a name in lower case: "dbPassword2", "DB_PASSWORD" -> db, password."""
    found: list[str] = []
    word = ""
    for index, character in enumerate(name):
        before = name[index - 1] if index else ""
        after = name[index + 1] if index + 1 < len(name) else ""
        starts = character.isupper() and (not before.isupper() or after.islower())
        if word and (not character.isalpha() or starts):
            found.append(word)
            word = ""
        if character.isalpha():
            word += character.lower()
    return [*found, word] if word else found


def placeholder(value: str) -> bool:
    """Whether a value stands for one that is filled in later, or refers to where the value is."""
    low = value.lower()
    if low in _words("placeholders") or any(part in low for part in _words("placeholder_parts")):
        return True
    if any(part in low for part in _words("not_values")):
        return True
    body = low.lstrip("-_")
    return len(set(body)) < 5 or "1234567" in low or "abcdefg" in low or low.startswith(("my-", "my_", "your", "the-"))


def looks_random(value: str, password: bool = False) -> bool:
    """Whether a value has the disorder of a generated key, or (password) the mixture that people put in passwords."""
    if (
        re.fullmatch(PROSE, value)
        or not re.fullmatch(TOKEN, value)
        or re.match(PATHLIKE, value)
        or re.search(FILE, value)
    ):
        return False
    kinds = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    mixture = sum(any(map(kind, value)) for kind in kinds)
    if password and len(value) <= 40 and mixture >= 3 and not _counted_words(value):
        return True
    if re.fullmatch(HEX, value):
        return len(value) >= 32 and entropy(value) >= 3.0
    if _counted_words(value) or len(value) < 16:
        return False
    return mixture >= 2 and any(map(str.isdigit, value)) and entropy(value) >= 3.5


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    from math import log2

    counts = [text.count(character) / len(text) for character in set(text)]
    return -sum(share * log2(share) for share in counts)


def _counted_words(value: str) -> bool:
    """Words with separators and a few digits, such as `prod-db-2` or `Orders_Table_V2`: a name, not a key."""
    parts = [part for part in re.split(r"[-_./:]", value) if part]
    return len(parts) > 1 and all(re.fullmatch(COUNTED, part) for part in parts)


def _is_password(name: str) -> bool:
    return any(part in ("password", "passwd", "pwd", "passphrase", "pass", "pw") for part in words(name))


def _by_shape(text: str, name: str) -> Shape | None:
    url = re.search(URL, text) if "://" in text and "@" in text else None
    if url is not None:
        return Shape("url-with-password", "a URL with a password", True) if _password_of(url) else None
    for row in _shapes():
        if row.prefixes and not any(prefix in text for prefix in row.prefixes):
            continue
        if row.contains and row.contains not in text:
            continue
        if row.keywords and not any(_same(keyword) in _same(name) for keyword in row.keywords):
            continue
        if row.confidence == "medium" and row.id in NAMED and not announces(name):
            continue
        matched = _matched(row, text)
        if not matched or (row.id == "jwt" and _is_public(matched)):
            continue
        prefix = next((prefix for prefix in row.prefixes if matched.startswith(prefix)), "")
        if row.id != "private-key-pem" and (placeholder(matched) or len(set(matched[len(prefix) :])) < 6):
            continue
        return Shape(row.id, _described(row), True)
    return None


def _matched(row: _Row, text: str) -> str:
    """The part of a text that has the shape, "" when none has. Patterns are compiled when their prefix was seen."""
    special = SPECIAL.get(row.id)
    if special is not None:
        found = re.search(special, text)
        return found[0] if found else ""
    for prefix in row.prefixes or ("",):
        found = (
            re.search(rf"(?<![A-Za-z0-9]){re.escape(prefix)}{row.body}", text) if row.body and prefix in text else None
        )
        if found:
            return found[0]
    return ""


def _password_of(url: re.Match[str]) -> bool:
    """Whether the password in a URL is one: not a placeholder, not the user's name again, not for this machine."""
    _, user, password, host = url.groups()
    if placeholder(password) or password.lower() in TRIVIAL or password == user or "$" in password or "{" in password:
        return False
    return len(password) >= 6 and host.lower() not in LOCAL


def _is_public(token: str) -> bool:
    """Whether a JWT is made to be published: Supabase's anonymous key."""
    from base64 import urlsafe_b64decode

    try:
        part = token.split(".")[1]
        body = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, IndexError):
        return False
    return b'"role":"anon"' in body.replace(b" ", b"")


# Shapes that take more than a prefix, an alphabet and a length, written from their descriptions in the table.
SPECIAL = {
    "private-key-pem": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "jwt": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}",
    "google-service-account": r'"private_key"\s*:\s*"-----BEGIN',
    "sendgrid-key": r"\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])",
    "mailchimp-key": r"\b[a-f0-9]{32}-us\d{1,2}\b",
    "telegram-bot-token": r"\b\d{8,10}:A[\w-]{34}(?![\w-])",
    "azure-ad-client-secret": r"(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])",
    "hashicorp-terraform-token": r"\b\w{14}\.atlasv1\.[\w=-]{60,70}",
    "teams-webhook": r"https://\w+\.webhook\.office\.com/webhookb2/[\w@-]{36,}/IncomingWebhook/\w{20,}",
    "discord-bot-token": r"\b[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])",
}
# What these look like is not rare enough without a name that fits.
NAMED = frozenset({"twilio-api-key", "square-token", "aws-session-token", "facebook-token", "azure-ad-client-secret"})
VOWELS = ("A", "E", "I", "O", "U")


def _described(row: _Row) -> str:
    named = {
        "private-key-pem": "a private key",
        "jwt": "a JSON Web Token",
        "aws-access-key-id": "an AWS access key id",
        "aws-secret-access-key": "an AWS secret access key",
        "aws-session-token": "an AWS session token",
        "google-service-account": "the key of a Google service account",
    }
    if row.id in named:
        return named[row.id]
    kind = "webhook URL" if row.id.endswith("webhook") else "key" if row.id.endswith("key") else "token"
    return f"{'an' if row.provider.startswith(VOWELS) else 'a'} {row.provider} {kind}"


def _joined(parts: list[str], wanted: frozenset[str]) -> bool:
    """Whether some words in a row make one of the wanted: api, key for "apikey"."""
    for start in range(len(parts)):
        joined = ""
        for part in parts[start : start + 4]:
            joined += part
            if joined in wanted:
                return True
    return False


def _same(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


@cache
def _shapes() -> tuple[_Row, ...]:
    found = []
    for identity, provider, confidence, prefixes, alphabet, length, contains, keywords, _ in rows("secret_shapes", 9):
        least, _, most = length.partition("-")
        body = f"[{alphabet}]{{{least},{most or least}}}(?![A-Za-z0-9{alphabet}])" if alphabet and length else ""
        if identity != "url-with-password":  # tried first
            found.append(
                _Row(identity, provider, confidence, tuple(prefixes.split()), body, contains, tuple(keywords.split()))
            )
    return tuple(found)


@cache
def _words(which: str) -> frozenset[str]:
    lists = {name: frozenset(listed.split()) for name, listed in rows("secret_words", 2)}
    return lists[which]

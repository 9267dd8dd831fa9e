"""A name given to boto3.client or boto3.resource -> whether boto3 knows it; a wrong one raises when it is called."""

from __future__ import annotations

from lambdalint.caching import cache
from lambdalint.knowledge.tables import rows

# What the two constructors take beside the service.
ARGUMENTS = frozenset(
    "service_name region_name api_version use_ssl verify endpoint_url aws_access_key_id aws_secret_access_key "
    "aws_session_token config aws_account_id".split()
)


def is_service(kind: str, name: str) -> bool:
    """kind: "client" or "resource"."""
    return name in _names().get(kind, frozenset())


@cache
def _names() -> dict[str, frozenset[str]]:
    return {kind: frozenset(names.split()) for kind, names in rows("services", 2)}

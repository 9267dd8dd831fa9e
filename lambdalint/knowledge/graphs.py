"""A Cypher statement in, what it does again when it is repeated out.

Source: the statement itself; Neo4j's Cypher manual on CREATE, MERGE and SET, openCypher for Neptune (read 2026-11-29).
"""

from __future__ import annotations

from lambdalint.knowledge.repeats import KEYS, Effect
from lambdalint.patterns import pattern

# `CREATE (a:Label {...})-[:KIND]->(b)`, up to the next clause; `ON CREATE SET` and `CREATE INDEX` go on otherwise.
CREATED = pattern(
    r"(?is)\bCREATE\s+(?:\w+\s*=\s*)?(?P<made>\(.*?)(?=\b(?:RETURN|SET|WITH|MATCH|MERGE|UNWIND|WHERE|CREATE|CALL)\b|;|$)"
)
PROPERTY = pattern(r"[{,]\s*`?(\w+)`?\s*:")
WHOLE = pattern(r"[\w)\]]\s+\$\w+\s*[)\]]|\?")  # `(n:Label $properties)`: they may bring an id
COUNTED = pattern(
    r"(?is)\bSET\b.*?(?P<name>\w+\.\w+)\s*=\s*(?:coalesce\s*\(\s*(?P=name)\s*,[^()]*\)|(?P=name))\s*[+-]\s*[\d$\w\[]"
)


def cypher_repeats(statement: str) -> Effect | None:
    """The effect of a statement that does something again when repeated; None when it does not, or is not told to.

    What is made with an id of its own may be refused by a constraint, which no file tells.
    """
    for created in CREATED.finditer(statement):
        made = created["made"]
        if not WHOLE.search(made) and not any(map(KEYS.match, PROPERTY.findall(made))):
            return Effect("a Cypher CREATE", f"it adds another {'relationship' if '-[' in made else 'node'}")
    return Effect("a Cypher SET", "it counts again") if COUNTED.search(statement) else None

"""Texts in, XML out that every parser takes: characters XML cannot hold become U+FFFD, the rest is escaped."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def escaped(text: str) -> str:
    """For text and for attributes in double quotes; line ends and tabs survive in both."""
    return _FORBIDDEN.sub("\ufffd", text).translate(_ESCAPES)


def tag(name: str, attributes: dict[str, str | int], content: str | None = None) -> str:
    """An element; content is XML already, None for an empty element."""
    head = "".join(f' {key}="{escaped(str(value))}"' for key, value in attributes.items())
    return f"<{name}{head}/>" if content is None else f"<{name}{head}>{content}</{name}>"

"""Bytes in, their identity out."""

from __future__ import annotations


def digest_of(data: bytes) -> str:
    """The identity of a file's content."""
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL, which takes longer than all we hash
    except ImportError:  # pragma: no cover - an interpreter other than CPython
        from hashlib import blake2b
    return blake2b(data, digest_size=16).hexdigest()

"""A name that does not exist and those that do in, the end of a message about it out."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def nearest(name: str, known: Collection[str]) -> str:
    """Which name was probably meant: ", the nearest is `select`"; "" when none is near. A word of one name means it."""
    holding = [one for one in known if name.lower() in one] if len(name) > 2 else []
    if len(holding) == 1:
        return f", the nearest is `{holding[0]}`"
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.5)
    return f", the nearest is `{near[0]}`" if near else ""


def nearest_or_all(name: str, known: Collection[str]) -> str:
    """The same, and when none is near, which there are."""
    return nearest(name, known) or (f", there are {', '.join(sorted(known))}" if known else "")

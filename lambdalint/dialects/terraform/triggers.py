"""TODO"""

from __future__ import annotations

def attach(tree, deployed):
    for one in deployed:
        yield one, one.declaration

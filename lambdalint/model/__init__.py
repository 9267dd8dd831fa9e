"""The nouns of lambdalint: frozen data that every layer passes on; imports nothing of ours but how records are made.

Facts are named tuples, not dataclasses: a frozen slotted dataclass costs 0.8 ms of start-up to define and four times
as long to read back from the cache (benchmarks/startup.py), and a linter in a hook starts more often than it works.

Positions: lines and columns count from 1, columns in characters (code points), the end is exclusive.
Paths: relative to the linted root, with forward slashes.
"""

from lambdalint.model.code import Call, Guard, Handler, Hop, Symbol, Try, Within
from lambdalint.model.configuration import (
    ABSENT,
    Build,
    Code,
    Declaration,
    Layer,
    Pattern,
    Reference,
    ReferenceKind,
    Trigger,
    Value,
    Variable,
)
from lambdalint.model.files import Directive, Document, Inventory, Node, Project
from lambdalint.model.findings import Edit, Finding, Fix, Related, Report, Sources
from lambdalint.model.functions import Function, Package, Requirement
from lambdalint.model.places import Delivery, Place, Problem, Safety, Severity, Span

__all__ = [
    "ABSENT",
    "Build",
    "Call",
    "Code",
    "Declaration",
    "Delivery",
    "Directive",
    "Document",
    "Edit",
    "Finding",
    "Fix",
    "Function",
    "Guard",
    "Handler",
    "Hop",
    "Inventory",
    "Layer",
    "Node",
    "Package",
    "Pattern",
    "Place",
    "Problem",
    "Project",
    "Reference",
    "ReferenceKind",
    "Related",
    "Report",
    "Requirement",
    "Safety",
    "Severity",
    "Sources",
    "Span",
    "Symbol",
    "Trigger",
    "Try",
    "Value",
    "Variable",
    "Within",
]

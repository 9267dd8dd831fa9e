"""A path in, what its names say of it out."""

from __future__ import annotations


def is_test(path: str) -> bool:
    """Whether a path is of test code, by the names that test runners go by."""
    folders, _, file = path.rpartition("/")
    if file.startswith("test_") or file.endswith("_test.py") or file in ("conftest.py", "tests.py"):
        return True
    return any(part in ("tests", "test", "__tests__", "e2e", "integration_tests") for part in folders.split("/"))

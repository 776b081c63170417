"""What every part of the tests needs: which of them run where, and which are measured where coverage is."""

from __future__ import annotations

import pytest

from theralogic import durable


def pytest_configure(config: pytest.Config) -> None:
    """Make the words known with which tests say what they need."""
    config.addinivalue_line("markers", "durable: needs durable-rules, which does not run everywhere")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what can't run here, and leave property tests unmeasured: what chance reaches does not count as tested."""
    why = durable.available()
    for item in items:
        if why and item.get_closest_marker("durable"):
            item.add_marker(pytest.mark.skip(reason=why))
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")

"""How work grows with the size of an input, counted in calls of functions and not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

MOST = 6.0
"""Four times the input may take this many times the calls: linear is 4, quadratic 16."""


def calls(work: Callable[[], Any]) -> int:
    """How many functions, of Python and of C, are called by ``work``."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def growth(work: Callable[[int], Callable[[], Any]], size: int) -> float:
    """How many times the calls four times ``size`` takes; ``work`` prepares a size, what it returns is counted."""
    small, large = work(size), work(4 * size)
    small()  # what is imported or worked out once is not counted
    return calls(large) / calls(small)

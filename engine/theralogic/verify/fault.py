"""What the checker reports."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One way in which a result does not hold: a code, the change or part it concerns, and what was expected."""

    code: str
    where: str
    message: str

"""What the checker says of a result: what is wrong, what was checked, and what could not be."""

from __future__ import annotations

from typing import NamedTuple

from theralogic.verify.fault import Fault


class Unchecked(NamedTuple):
    """Something that is taken as stated; ``where`` are places in the result, ``*`` stands for each arm; none
    where it is no one place."""

    where: tuple[str, ...]
    message: str


class Verdict(NamedTuple):
    """The first faults, how many there are beyond them, and in sentences what was checked and what was not."""

    faults: tuple[Fault, ...]
    more: int
    checked: tuple[str, ...]
    unchecked: tuple[Unchecked, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with what could be checked."""
        return not self.faults and not self.more

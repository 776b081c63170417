"""How redundancy works (4.3): what the loss of a regulator comes to where others with the same sign remain.

The one home of this arithmetic, for both engines, for the reasons why nothing happens, and, as masks, for cohorts. The
checker and the logic program say it again on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from theralogic.model.levels import FALLS
from theralogic.model.records import Mechanism
from theralogic.reasoning.kernel import Settled

Three = tuple[int, int, int]
"""Masks of the patients in whom something is at least weak, at least moderate, strong."""


def remains(strength: int, contribution: int, settled: Settled | None) -> bool:
    """Whether a co-regulator keeps a loss of ``strength`` from showing in full.

    ``contribution`` is min(mechanism strength, what the co-regulator had to lose before).
    """
    falling = settled is not None and settled.direction == FALLS and settled.strength >= strength
    return contribution >= strength and not falling


def remaining(
    mechanism: Mechanism,
    strength: int,
    co_regulators: Iterable[Mechanism],
    loss: Mapping[str, int],
    settled: Callable[[Mechanism], Settled | None],
) -> list[str]:
    """The co-regulators that keep a loss of ``strength`` through ``mechanism`` from showing in full, sorted.

    ``co_regulators`` are the regulators of its object with the same sign, ``loss`` what each had to lose before, and
    ``settled`` tells how the subject of each has settled, as it arrives where that mechanism takes place.
    """
    return sorted(
        {
            other.subject
            for other in co_regulators
            if other.subject != mechanism.subject
            and remains(strength, min(other.strength, loss[other.subject]), settled(other))
        }
    )


def after_loss(strength: int, *, sufficient: bool) -> int:
    """What a loss of ``strength`` comes to where a co-regulator remains: one rank less, or nothing where any one of
    the drivers is enough."""
    return 0 if sufficient else strength - 1


def after_loss_masks(passed: Three, remains: Three, *, sufficient: bool) -> Three:
    """The same for many patients: ``passed`` is the loss (strong within moderate within weak), ``remains[k - 1]`` where
    a co-regulator remains against a loss of rank ``k``."""
    one, two, three = passed
    weak, moderate, strong = (one ^ two) & remains[0], (two ^ three) & remains[1], three & remains[2]
    if sufficient:
        return one ^ (weak | moderate | strong), two ^ (moderate | strong), three ^ strong
    return one ^ weak, two ^ moderate, three ^ strong

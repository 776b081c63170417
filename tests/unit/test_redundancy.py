"""How redundancy works is said once: what it comes to for one patient and, as masks, for many is the same."""

from __future__ import annotations

from itertools import product

import pytest

from theralogic.reasoning.redundancy import after_loss, after_loss_masks


@pytest.mark.parametrize("sufficient", [True, False])
def test_masks_say_for_every_patient_what_the_scalar_form_says(sufficient: bool) -> None:
    # One patient for each strength of the loss and each set of ranks against which a co-regulator remains.
    patients = list(product(range(4), product((False, True), repeat=3)))

    def mask(holds: list[bool]) -> int:
        return sum(1 << at for at, held in enumerate(holds) if held)

    passed = [mask([strength >= rank for strength, _ in patients]) for rank in (1, 2, 3)]
    remains = [mask([held[rank - 1] for _, held in patients]) for rank in (1, 2, 3)]
    found = after_loss_masks(
        (passed[0], passed[1], passed[2]), (remains[0], remains[1], remains[2]), sufficient=sufficient
    )
    for at, (strength, held) in enumerate(patients):
        left = sum(bool(row >> at & 1) for row in found)
        redundant = strength > 0 and held[strength - 1]
        assert left == (after_loss(strength, sufficient=sufficient) if redundant else strength), (strength, held)

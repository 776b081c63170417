"""The checker lets sound results of random worlds pass and catches damaged ones, whatever the damage."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from tests.oracle.worlds import case_of, generate, knowledge_base
from tests.unit.damage import Path, damages
from tests.unit.saved import caught, saved

from theralogic.model import Case, KnowledgeBase

DAMAGES = int(os.environ.get("THERALOGIC_DAMAGES", "2500"))
EACH = 25
TENS = range(0, DAMAGES // EACH, 10)
STATED = {"case", "context"}
"""What a result without its case can only be believed about: who the patient is, and what is given."""


def damaged(ten: int) -> Iterator[tuple[KnowledgeBase, Case, int, Path, Any]]:
    """Results of ten random worlds with one thing wrong each."""
    for seed in range(ten, ten + 10):
        kb = knowledge_base(world := generate(seed))
        case, by = case_of(world, kb), random.Random(seed).choice((-1, -1, -1, 1, 2))
        for path, data in islice(damages(saved(kb, case, by), random.Random(seed)), EACH):
            yield kb, case, by, path, data


@pytest.mark.parametrize("seed", range(0, 200, 50))
def test_sound_results_hold_with_their_case_and_without(seed: int) -> None:
    for world in map(generate, range(seed, seed + 50)):
        kb = knowledge_base(world)
        case = case_of(world, kb)
        assert caught(kb, saved(kb, case), case, -1) == []
        assert caught(kb, saved(kb, case), None) == []


@pytest.mark.parametrize("ten", TENS)
def test_every_damage_to_a_result_is_caught(ten: int) -> None:
    tried = [(path, caught(kb, data, case, by)) for kb, case, by, path, data in damaged(ten)]
    assert len(tried) == 10 * EACH
    assert [path for path, faults in tried if not faults] == []


@pytest.mark.parametrize("ten", TENS)
def test_without_its_case_only_what_a_result_says_went_in_is_believed(ten: int) -> None:
    missed = [path for kb, _, _, path, data in damaged(ten) if not caught(kb, data, None)]
    # Which questions were asked is no claim either: an answer that is left out is not wrong.
    assert {path[0] for path in missed} <= {*STATED, "answers", "arms"}
    assert all(path[0] in STATED or "answers" in path[-2:] for path in missed), missed

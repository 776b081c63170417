"""The checker lets sound results of random worlds pass and catches damaged ones, whatever the damage."""

from __future__ import annotations

import os
import random
from itertools import islice
from typing import Any

import pytest
from tests.oracle.worlds import case_of, generate, knowledge_base
from tests.unit.damage import Path, damages
from tests.unit.saved import caught, saved

from theralogic.model.records import Case, KnowledgeBase

DAMAGES = int(os.environ.get("THERALOGIC_DAMAGES", "2500"))
EACH = 12
STATED = {"case", "context"}
"""What a result without its case can only be believed about: who the patient is, and what is given."""

Damaged = tuple[KnowledgeBase, Case, int, Path, Any]


@pytest.fixture(scope="module", params=range(0, DAMAGES // EACH, 10), ids="worlds from {}".format)
def seeds(request: pytest.FixtureRequest) -> range:
    """Ten worlds: every test tries them before the next ten, so that what is often wrong is seen early."""
    return range(request.param, request.param + 10)


@pytest.fixture(scope="module")
def damaged(seeds: range) -> list[Damaged]:
    """Results of the worlds with one thing wrong each."""
    found: list[Damaged] = []
    for seed in seeds:
        kb = knowledge_base(world := generate(seed))
        case, by = case_of(world, kb), random.Random(seed).choice((-1, -1, -1, 1, 2))
        wrong = islice(damages(saved(kb, case, by), random.Random(seed)), EACH)
        found += [(kb, case, by, path, data) for path, data in wrong]
    return found


def test_sound_results_hold_with_their_case_and_without(seeds: range) -> None:
    for world in map(generate, seeds):
        kb = knowledge_base(world)
        case = case_of(world, kb)
        assert caught(kb, saved(kb, case), case, -1) == []
        assert caught(kb, saved(kb, case), None) == []


def test_every_damage_to_a_result_is_caught(damaged: list[Damaged]) -> None:
    assert len(damaged) == 10 * EACH
    assert [path for kb, case, by, path, data in damaged if not caught(kb, data, case, by)] == []


def test_without_its_case_only_what_a_result_says_went_in_is_believed(damaged: list[Damaged]) -> None:
    missed = [path for kb, _, _, path, data in damaged if not caught(kb, data, None)]
    # Which questions were asked is no claim either: an answer that is left out is not wrong.
    assert {path[0] for path in missed} <= {*STATED, "answers", "arms"}
    assert all(path[0] in STATED or "answers" in path[-2:] for path in missed), missed

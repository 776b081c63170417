"""How often the shipped rules are right about what was observed in patients, and that no drug is known by heart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from theralogic.files.locations import load_kb
from theralogic.reasoning import reference
from theralogic.score import score

DATA = Path(__file__).parent.parent / "data"


def figures(table: str, *, ignore_names: bool = False) -> dict[str, Any]:
    text = (DATA / f"{table}.csv").read_bytes()
    return score(load_kb(), text, f"{table}.csv", reference, ignore_names=ignore_names)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Any]:
    return figures("outcomes")


@pytest.fixture(scope="module")
def readouts() -> dict[str, Any]:
    return figures("readouts")


def abstained(found: dict[str, Any]) -> float:
    return float(found["abstained"]) / float(found["scored"])


def test_outcomes_are_covered_and_mostly_right(outcomes: dict[str, Any]) -> None:
    assert outcomes["coverage"] >= 0.98
    assert outcomes["balanced_accuracy"] >= 0.85
    assert abstained(outcomes) <= 0.10


@pytest.mark.parametrize("kind", ["failure", "paradox"])
def test_failures_and_paradoxes_are_mostly_right(outcomes: dict[str, Any], kind: str) -> None:
    assert outcomes["by_kind"][kind]["accuracy"] >= 0.75


def test_readouts_are_covered_and_mostly_right(readouts: dict[str, Any]) -> None:
    assert readouts["coverage"] >= 0.95
    assert readouts["accuracy"] >= 0.80
    assert readouts["by_kind"]["trap"]["accuracy"] >= 0.80


@pytest.mark.parametrize("baseline", ["always", "shortest path"])
def test_outcomes_are_far_above_the_naive_answers(outcomes: dict[str, Any], baseline: str) -> None:
    assert outcomes["balanced_accuracy"] >= outcomes["baselines"][baseline]["balanced_accuracy"] + 0.25


def test_a_drug_given_by_target_and_mode_scores_as_well_as_by_name(outcomes: dict[str, Any]) -> None:
    nameless = figures("outcomes", ignore_names=True)
    assert abs(outcomes["balanced_accuracy"] - nameless["balanced_accuracy"]) <= 0.03


@pytest.mark.parametrize(("table", "bar"), [("heldout_outcomes", 0.85), ("heldout_readouts", 0.80)])
def test_rules_hold_for_other_drugs(table: str, bar: float) -> None:
    found = figures(table, ignore_names=True)
    assert found["coverage"] >= 0.98
    assert found["accuracy"] >= bar

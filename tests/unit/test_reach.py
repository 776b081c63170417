"""A drug's reach holds down what happens in a compartment, and nothing else; every engine and the checker agree."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sketch import drug, patient, run, sketch
from tests.unit.saved import caught, saved

from theralogic.model.levels import LEVELS, STRENGTHS
from theralogic.model.records import KnowledgeBase
from theralogic.reasoning import reference
from theralogic.reasoning.reach import EVERYWHERE, Reached, reached
from theralogic.results.assemble import solve
from theralogic.results.why_not import why_not

BODY = {"id": "d", "name": "D", "compartments": {"tissue": ["skin", "gut"], "cell": ["T cell"]}}


def hardly(name: str = "x", *, blocks: str = "A", **reach: str) -> dict[str, Any]:
    return {**drug(name, blocks=blocks), "reach": {place.replace("_", " "): rank for place, rank in reach.items()}}


def answers(kb: KnowledgeBase, *entities: str, **keys: Any) -> list[str]:
    """What becomes of some entities, in the reference engine, and never otherwise for the checker."""
    high = dict.fromkeys(kb.entities, "high")
    case = patient(kb, **{"disease": "d", "levels": high, "interventions": ["x"], **keys}, ask=list(entities))
    found = solve(kb, case, reference)
    assert caught(kb, saved(kb, case), case) == []
    return [a.reason.kind if a.reason else f"{a.direction} {a.strength}" for a in found.answers]


def test_a_chain_that_runs_nowhere_in_particular_is_not_held_down() -> None:
    kb = sketch("A -> B", diseases=[BODY], interventions=[hardly(skin="weak")])
    assert answers(kb, "A", "B") == ["decreases strong", "decreases strong"]


def test_only_the_chain_through_the_compartment_is_held_down() -> None:
    kb = sketch("A -> B in skin", "A -> C in gut", diseases=[BODY], interventions=[hardly(skin="weak")])
    assert answers(kb, "B", "C") == ["out_of_reach", "decreases strong"]


def test_what_comes_after_the_compartment_is_as_weak_as_what_came_through_it() -> None:
    arrows = ("A -> B strong needs weak in skin", "B -> C needs weak", "B -> D")
    kb = sketch(*arrows, diseases=[BODY], interventions=[hardly(skin="weak")])
    assert answers(kb, "B", "C", "D") == ["decreases weak", "decreases weak", "out_of_reach"]


def test_a_later_step_in_the_compartment_is_held_down_too() -> None:
    kb = sketch("A -> B", "B -> C in skin", diseases=[BODY], interventions=[hardly(skin="moderate")])
    assert answers(kb, "B", "C") == ["decreases strong", "decreases moderate"]


def test_another_drug_on_the_same_target_that_gets_there_carries_the_effect() -> None:
    both = [hardly(skin="weak"), drug("y", blocks="A")]
    kb = sketch("A -> B in skin", diseases=[BODY], interventions=both)
    assert answers(kb, "B", interventions=["x", "y"]) == ["decreases strong"]


def test_another_drug_elsewhere_does_not_carry_it() -> None:
    both = [hardly(skin="weak"), drug("y", blocks="D")]
    kb = sketch("A -> B in skin", "D -> E in skin", diseases=[BODY], interventions=both)
    assert answers(kb, "B", "E", interventions=["x", "y"]) == ["out_of_reach", "decreases strong"]


def test_a_place_that_the_disease_does_not_list_holds_nothing_down() -> None:
    nowhere = {"id": "d", "name": "D"}
    kb = sketch("A -> B in skin", diseases=[nowhere], interventions=[hardly(skin="weak")])
    assert answers(kb, "B") == ["decreases strong"]


def test_a_driver_that_is_lost_only_in_part_where_it_counts_still_drives() -> None:
    drivers = {"D": {"drivers": "sufficient"}}
    arrows = ("A -> D", "B -> D in skin")
    for reach, comes in (({}, "decreases strong"), ({"skin": "weak"}, "redundant")):
        given = [drug("x", blocks="A"), hardly("y", blocks="B", **reach)]
        kb = sketch(*arrows, entities=drivers, diseases=[BODY], interventions=given)
        assert answers(kb, "D", interventions=["x", "y"]) == [comes]


def test_the_limit_is_shown_at_the_step_that_it_holds_down() -> None:
    kb = sketch("A -> B in skin", diseases=[BODY], interventions=[hardly(skin="moderate")])
    case = patient(kb, disease="d", levels={"A": "high", "B": "high"}, interventions=["x"], ask=["B"])
    changes = {c.entity: c for c in solve(kb, case, reference).worlds["treated"].changes}
    assert [tuple(limit) for limit in changes["B"].limits] == [("reach", "skin")]
    assert changes["A"].limits == ()


@pytest.mark.parametrize(
    ("reach", "places", "found"),
    [
        ({}, [], EVERYWHERE),
        ({"skin": 1}, [["gut"]], EVERYWHERE),
        ({"skin": 1}, [["skin"]], Reached(1, "skin")),
        ({"skin": 1}, [["skin", "gut"]], EVERYWHERE),
        ({"skin": 1, "gut": 2}, [["skin", "gut"]], Reached(2, "gut")),
        ({"skin": 2, "T cell": 1}, [["skin"], ["T cell"]], Reached(1, "T cell")),
    ],
)
def test_of_a_kind_the_best_reached_place_counts_and_of_two_kinds_the_worse(
    reach: dict[str, int], places: list[list[str]], found: Reached
) -> None:
    assert reached(reach, places) == found


# -- what was found to be absent ------------------------------------------------------------------------------


def test_what_was_found_absent_does_not_rise() -> None:
    kb = sketch("A -| B", "B -> C", diseases=[BODY], interventions=[drug("x", blocks="A")])
    assert answers(kb, "B", levels={"A": "high", "B": "absent"}) == ["no_room"]


def test_what_was_found_absent_is_not_woken_by_an_agonist() -> None:
    kb = sketch("A -> B", diseases=[BODY], interventions=[drug("x", agonizes="A")])
    assert answers(kb, "A", "B", levels={"A": "absent"}) == ["no_room", "no_room"]


def test_what_was_found_absent_would_change_if_it_were_supplied() -> None:
    kb = sketch("A -> B", diseases=[BODY], interventions=[drug("x", agonizes="A")])
    case = patient(kb, disease="d", interventions=["x"], levels={"A": "absent"}, ask=["A"])
    [obstacle] = why_not(kb, case, run(kb, case, reference), "A", reference).obstacles
    [way] = obstacle.ways_out
    assert (way.kind, way.entities, way.then.direction) == ("supply", ("A",), "increases")


def test_what_was_found_absent_can_be_supplied() -> None:
    kb = sketch("A -> B", diseases=[BODY], interventions=[drug("x", supplies="A")])
    assert answers(kb, "A", "B", levels={"A": "absent"}) == ["increases strong", "increases strong"]


def test_what_was_found_absent_has_nothing_to_lose_either() -> None:
    kb = sketch("A -> B", diseases=[BODY], interventions=[drug("x", blocks="A")])
    assert answers(kb, "B", levels={"A": "high", "B": "absent"}) == ["nothing_to_lose"]


def test_a_disease_that_begins_without_something_may_bring_it_back() -> None:
    lost = {**BODY, "levels": {"B": "absent"}}
    kb = sketch("A -| B", diseases=[lost], interventions=[drug("x", blocks="A")])
    assert answers(kb, "B", levels={"A": "high"}) == ["increases strong"]


def test_strengths_of_reach_are_those_of_everything_else() -> None:
    kb = sketch("A -> B needs weak in skin", diseases=[BODY], interventions=[hardly(skin=STRENGTHS[1])])
    assert answers(kb, "B") == ["decreases weak"]


# -- stimuli --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["stimulus", "pathogen", "drug_exposure"])
def test_a_healthy_subject_has_none_of_a_stimulus(kind: str) -> None:
    drivers = {"B": {"drivers": "sufficient"}, "S": {"kind": kind}}
    kb = sketch("A -> B", "S -> B", entities=drivers, diseases=[BODY], interventions=[drug("x", blocks="A")])
    assert kb.entities["S"].level == LEVELS.index("absent")
    assert answers(kb, "B", levels={"A": "high", "B": "high"}) == ["decreases strong"]


def test_a_stimulus_of_everyday_life_says_so() -> None:
    drivers = {"B": {"drivers": "sufficient"}, "S": {"kind": "stimulus", "level": "normal", "tone": "constitutive"}}
    kb = sketch("A -> B", "S -> B", entities=drivers, diseases=[BODY], interventions=[drug("x", blocks="A")])
    assert answers(kb, "B", levels={"A": "high", "B": "high"}) == ["redundant"]


def test_a_named_drug_and_a_built_one_with_the_same_actions_give_the_same_answers() -> None:
    kb = sketch("A -> B in skin", "A -> C", diseases=[BODY], interventions=[drug("x", blocks="A")])
    built = {"name": "mine", "actions": [{"verb": "blocks", "target": "A"}]}
    assert answers(kb, "A", "B", "C") == answers(kb, "A", "B", "C", interventions=[built])

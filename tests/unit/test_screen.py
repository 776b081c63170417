"""Screening: every option gets the answers it would get alone, and stands where what was asked puts it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.cohort.screen import Goal, Outcome, Screen, chain, screen
from theralogic.cohort.screen_text import NOTICE, screen_json, screen_text
from theralogic.files.locations import case_names, load_case, load_kb
from theralogic.model.levels import STRENGTHS
from theralogic.model.records import Case, KnowledgeBase, Prescription
from theralogic.reasoning import reference
from theralogic.reasoning.evaluate import run_arm
from theralogic.results.assemble import answer

SMALL = Path(__file__).parent.parent / "data" / "small"


@cache
def opened(root: Path | None, name: str) -> tuple[KnowledgeBase, Case]:
    kb = load_kb(root)
    return kb, load_case(case_names(root)[name].read_bytes(), name, kb)


def wish(kb: KnowledgeBase, entity: str, direction: str = "decreases", *, avoid: bool = False) -> Goal:
    return Goal(entity, kb.entities[entity].name, direction, avoid)


def small(*wishes: tuple[str, str, bool]) -> Screen:
    kb, case = opened(SMALL, "ra-tocilizumab")
    return screen(kb, case, [wish(kb, e, d, avoid=a) for e, d, a in wishes], pairs=True)


def alone(kb: KnowledgeBase, case: Case, drugs: Iterable[str], entity: str) -> Outcome:
    """What an option does to one entity, asked of the engine by itself."""
    given = tuple(Prescription(kb.interventions[d], "") for d in drugs)
    found = answer(kb, run_arm(kb, case, case.arms[0]._replace(prescriptions=given), reference), entity)
    strength = STRENGTHS.index(found.strength or "none")
    return Outcome(found.direction, strength, found.reason.kind if found.reason else None)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["ra-tocilizumab", "ms-natalizumab", "crohn-vedolizumab"])
def test_every_option_has_the_answers_it_would_have_alone(name: str) -> None:
    kb, case = opened(None, name)
    activity = kb.diseases[case.diseases[0]].activity
    asked = list(dict.fromkeys([activity, "CRP", "IL6", "fatal_infection_risk", activity]))
    asked = [entity for entity in asked if entity in kb.entities]
    found = screen(kb, case, [wish(kb, entity) for entity in asked], pairs=True)
    drugs = len(kb.interventions)
    assert len(found.options) == drugs + drugs * (drugs - 1) // 2
    for option in random.Random(name).sample(found.options, 60):
        for entity, outcome in zip(asked, option.outcomes, strict=True):
            assert outcome == alone(kb, case, option.drugs, entity), (option.drugs, entity)


def test_what_fades_for_want_of_reach_is_told_from_what_fades_by_itself() -> None:
    far = {**drug("far", supplies="A"), "reach": {"brain": "weak"}}
    mild = {**drug("mild"), "actions": [{"verb": "supplies", "target": "C", "potency": "weak"}]}
    kb = sketch(
        "A -> D needs weak in brain",
        "C -> D needs weak",
        "D -> T needs moderate",
        interventions=[far, mild],
        diseases=[{"id": "ill", "name": "ill", "activity": "T", "compartments": {"tissue": ["brain"]}}],
    )
    case = patient(kb, disease="ill", ask=["T"])
    found = screen(kb, case, [wish(kb, "T")], pairs=True)
    assert {option.drugs: option.outcomes[0].reason for option in found.options} == {
        ("far",): "out_of_reach",
        ("mild",): "faded",
        ("far", "mild"): alone(kb, case, ("far", "mild"), "T").reason,
    }


def test_what_was_found_absent_stays_away_unless_an_option_supplies_it() -> None:
    kb = sketch("A -> B", interventions=[drug("more", agonizes="A"), drug("new", supplies="A")])
    case = patient(kb, levels={"A": "absent"}, ask=["B"])
    found = screen(kb, case, [wish(kb, "B", "increases")], pairs=True)
    for option in found.options:
        assert option.outcomes[0] == alone(kb, case, option.drugs, "B")
    assert {o.drugs: o.outcomes[0].reason for o in found.options}["more",] == "no_room"


def test_what_a_pair_leaves_undecided_has_no_strength_to_tell() -> None:
    kb = sketch("A -> T moderate", "C -| T moderate", interventions=[drug("x", supplies="A"), drug("y", supplies="C")])
    found = screen(kb, patient(kb, levels={"T": "elevated"}, ask=["T"]), [wish(kb, "T")], pairs=True)
    assert {option.drugs: option.why for option in found.options} == {
        ("x",): "T rises moderately",
        ("y",): "T falls moderately",
        ("x", "y"): "T could go either way",
    }


def test_what_should_not_happen_is_compared_first_then_wishes_then_strength_then_number_of_drugs() -> None:
    found = small(("CRP", "decreases", False), ("infection_risk", "increases", True))
    for before, after in zip(found.options, found.options[1:], strict=False):
        harm = [max(0, o.outcomes[1].towards("increases")) for o in (before, after)]
        gain = [o.outcomes[0].towards("decreases") for o in (before, after)]
        assert harm[0] <= harm[1]
        if harm[0] == harm[1]:
            assert gain[0] >= gain[1] or (gain[0] >= 2) > (gain[1] >= 2)
            assert gain[0] > gain[1] or len(before.drugs) <= len(after.drugs)
        assert (before.rank == after.rank) == (
            harm[0] == harm[1] and gain[0] == gain[1] and len(before.drugs) == len(after.drugs)
        )


def test_ties_are_counted_and_a_pair_that_adds_nothing_is_dominated_by_its_drug() -> None:
    found = small(("CRP", "decreases", False))
    by = {option.drugs: option for option in found.options}
    for option in found.options:
        assert option.ties == sum(other.rank == option.rank for other in found.options) - 1
    pair = by["infliximab", "tocilizumab"]
    assert pair.outcomes == by["tocilizumab",].outcomes
    assert pair.dominated_by == ("tocilizumab",)
    assert by["tocilizumab",].dominated_by == ()


def test_the_page_says_first_what_it_is_not_and_shows_a_chain() -> None:
    kb, case = opened(SMALL, "ra-tocilizumab")
    wishes = [wish(kb, "CRP")]
    found = screen(kb, case, wishes)
    chains = {o.drugs: chain(kb, case, o, wishes, reference) for o in found.options}
    text = " ".join(screen_text(found, chains).split())
    assert text.startswith(NOTICE)
    assert "-| IL-6R -> IL-6 signalling -> STAT3 activity -> C-reactive protein" in text
    assert next(iter(screen_json(found, chains))) == "notice"
    # What changes nothing asked has a reason instead.
    assert "C-reactive protein does not change (no_known_mechanism)" in text


def test_wishes_may_name_one_entity_twice() -> None:
    found = small(("CRP", "decreases", False), ("CRP", "increases", True))
    assert all(option.outcomes[0] == option.outcomes[1] for option in found.options)

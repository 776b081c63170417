"""Only a stop that is near, and on a way that could carry something, is a reason; else the rules know no way."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sketch import drug, patient, run, sketch
from tests.unit.saved import caught, saved

from theralogic.model.records import KnowledgeBase
from theralogic.model.vocabulary import NEAR
from theralogic.reasoning import reference
from theralogic.render.comparisons import whynot_text
from theralogic.results.assemble import solve
from theralogic.results.why_not import MAX_STOPS, why_not

SHUT = {"S": {"kind": "complex", "requires": ["R", "L"]}, "R": {"kind": "receptor", "level": "absent"}}
GUT = [{"id": "d", "name": "D", "levels": {"A": "high"}, "compartments": {"tissue": ["gut"]}}]


def reason(kb: KnowledgeBase, entity: str, **keys: Any) -> str:
    """Why an entity does not change, which the checker finds too."""
    case = patient(kb, **{"interventions": ["x"], **keys}, ask=[entity])
    assert caught(kb, saved(kb, case), case) == []
    found = solve(kb, case, reference).answers[0].reason
    assert found is not None
    return found.kind


@pytest.mark.parametrize(("links", "kind"), [(NEAR, "gate_closed"), (NEAR + 1, "no_known_mechanism")])
def test_a_stop_many_links_off_is_no_reason(links: int, kind: str) -> None:
    way = [f"{'S' if n == 0 else f'E{n}'} -> E{n + 1}" for n in range(links)]
    kb = sketch(*way, entities={**SHUT, "L": {}}, interventions=[drug("x", supplies="L")])
    assert reason(kb, f"E{links}") == kind


def test_a_stop_behind_a_rule_that_passes_nothing_on_is_no_reason() -> None:
    kb = sketch("S -> B weak", "B -> C", entities={**SHUT, "L": {}}, interventions=[drug("x", supplies="L")])
    assert reason(kb, "B") == "gate_closed"
    assert reason(kb, "C") == "no_known_mechanism"


def test_a_rule_that_holds_elsewhere_must_act_on_what_is_asked_or_on_its_direct_cause() -> None:
    kb = sketch("A -> B in brain", "B -> C", "C -> D", interventions=[drug("x", blocks="A")], diseases=GUT)
    kinds = [reason(kb, entity, disease="d") for entity in "BCD"]
    assert kinds == ["out_of_context", "out_of_context", "no_known_mechanism"]


def test_a_way_that_runs_in_a_circle_is_gone_round_once() -> None:
    kb = sketch("A -> B", "B -> A", "C -> D", interventions=[drug("x", blocks="D")])
    assert reason(kb, "B") == "no_known_mechanism"


def test_stops_beyond_those_that_are_told_are_counted() -> None:
    many = range(MAX_STOPS + 2)
    shut = {f"S{n}": {"kind": "complex", "requires": [f"R{n}", "L"]} for n in many}
    absent = {f"R{n}": {"kind": "receptor", "level": "absent"} for n in many}
    kb = sketch(
        *(f"S{n} -> B" for n in many), entities={**shut, **absent, "L": {}}, interventions=[drug("x", supplies="L")]
    )
    case = patient(kb, interventions=["x"], ask=["B"])
    found = why_not(kb, case, run(kb, case, reference), "B", reference)
    assert (len(found.obstacles), found.more) == (MAX_STOPS, 2)
    assert "2 more places further away" in whynot_text(found, str, "", "", 80)

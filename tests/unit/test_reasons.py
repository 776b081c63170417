"""Why something does not happen: each reason on the smallest rule base that has it, with the way out."""

from __future__ import annotations

from typing import Any

import pytest
from tests.oracle.worlds import case_of, generate, knowledge_base
from tests.sketch import drug, patient, run, sketch, solved

from theralogic.model.levels import LEVELS
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Answer
from theralogic.model.vocabulary import PATTERNS, REASONS, SLIPS
from theralogic.reasoning import reference
from theralogic.reasoning.evaluate import evaluate
from theralogic.render.reasons import REASON_KINDS, combination_text, reason_text, stillness, way_out_text
from theralogic.results.assemble import solve
from theralogic.results.reasons import stops
from theralogic.results.why_not import WhyNot, why_not
from theralogic.verify import verify


def test_every_kind_of_reason_has_its_words_its_slip_and_its_pattern() -> None:
    assert list(REASON_KINDS) == list(REASONS)
    for known in REASON_KINDS.values():
        assert all((known.sentence, known.meaning, known.because))
        assert known.slip in ("", *SLIPS)
        assert known.pattern in ("", *PATTERNS)


def asked(kb: KnowledgeBase, entity: str, **keys: Any) -> Answer:
    return solved(kb, reference, ask=[entity], **keys).answers[0]


def kind(answer: Answer) -> str:
    assert answer.reason is not None
    return answer.reason.kind


def words(found: WhyNot) -> str:
    return reason_text(str, found.obstacles[0].reason)


def way_out(found: WhyNot) -> str:
    (way,) = found.obstacles[0].ways_out
    return way_out_text(str, way)


def explained(kb: KnowledgeBase, entity: str, **keys: Any) -> WhyNot:
    case = patient(kb, **keys)
    return why_not(kb, case, run(kb, case, reference), entity, reference)


def test_no_chain_of_rules_at_all_is_no_known_mechanism() -> None:
    kb = sketch("A -> B", entities={"C": {}}, interventions=[drug("x", blocks="A")])
    assert kind(asked(kb, "C", interventions=["x"], levels={"A": "high"})) == "no_known_mechanism"


def test_a_chain_that_holds_elsewhere_is_out_of_context() -> None:
    kb = sketch(
        "A -> B in gut",
        diseases=[{"id": "d", "name": "D", "activity": "B", "compartments": {"tissue": ["skin"]}}],
        interventions=[drug("x", blocks="A")],
    )
    found = asked(kb, "B", disease="d", interventions=["x"], levels={"A": "high"})
    assert kind(found) == "out_of_context"
    assert "tissue" in stillness(str, found)


def test_out_of_context_is_found_behind_what_the_rules_left_out_too() -> None:
    kb = sketch("A -> B in gut", "B -> C", diseases=[_skin("C")], interventions=[drug("x", blocks="A")])
    found = explained(kb, "C", disease="d", interventions=["x"], levels={"A": "high"}).obstacles[0].reason
    assert (found.kind, found.entity) == ("out_of_context", "B")


def _skin(activity: str) -> dict[str, Any]:
    return {"id": "d", "name": "D", "activity": activity, "compartments": {"tissue": ["skin"]}}


def test_a_ligand_without_its_receptor_meets_a_closed_gate_and_the_receptor_opens_it() -> None:
    kb = sketch(
        "S -> T",
        entities={
            "S": {"kind": "complex", "requires": ["L", "R"]},
            "L": {"kind": "cytokine"},
            "R": {"kind": "receptor", "level": "absent"},
        },
        interventions=[drug("x", supplies="L")],
    )
    found = explained(kb, "T", interventions=["x"])
    assert [o.reason.kind for o in found.obstacles] == ["gate_closed"]
    assert words(found) == "S can't rise without R"
    assert way_out(found) == "if R were there"


def test_an_inducer_of_a_complex_meets_its_closed_gate_too() -> None:
    kb = sketch(
        "A -> S",
        entities={"S": {"kind": "complex", "requires": ["R"]}, "R": {"kind": "receptor", "level": "absent"}},
        interventions=[drug("x", supplies="A")],
    )
    assert kind(asked(kb, "S", interventions=["x"])) == "gate_closed"


def test_nothing_to_lose_where_what_would_fall_is_not_there() -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A")])
    found = explained(kb, "B", interventions=["x"], levels={"A": "high", "B": "absent"})
    assert found.obstacles[0].reason.kind == "nothing_to_lose"
    assert way_out(found) == "if B were high in this patient"


def test_no_effect_on_a_target_that_is_not_there_names_the_target() -> None:
    kb = sketch("A -> B", entities={"A": {"level": "absent"}}, interventions=[drug("x", blocks="A")])
    assert kind(asked(kb, "A", interventions=["x"])) == "nothing_to_lose"
    found = explained(kb, "B", interventions=["x"])
    assert [(o.reason.kind, o.reason.entity) for o in found.obstacles] == [("nothing_to_lose", "A")]


def test_a_fall_that_others_make_up_for_is_redundant_until_they_are_blocked_too() -> None:
    kb = sketch(
        "A -> B",
        "C -> B",
        entities={"B": {"drivers": "sufficient"}},
        interventions=[drug("x", blocks="A")],
    )
    found = explained(kb, "B", interventions=["x"], levels={"A": "high", "C": "high", "B": "high"})
    assert words(found) == "others still drive B: C"
    way = found.obstacles[0].ways_out[0]
    assert (way_out(found), way.then.direction) == ("if C were blocked too", "decreases")


def test_a_weak_change_fades_unless_there_is_more_to_lose() -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A")])
    found = explained(kb, "B", interventions=["x"], levels={"B": "high"})
    assert found.obstacles[0].reason.kind == "faded"
    assert "there is little A to lose" in words(found)
    assert way_out(found) == "if A were high in this patient"


def test_what_is_little_in_a_gate_is_looked_for_among_its_members() -> None:
    kb = sketch(
        "S -> B",
        entities={
            "S": {"kind": "complex", "requires": ["L", "R"]},
            "L": {"kind": "cytokine"},
            "R": {"kind": "receptor"},
        },
        interventions=[drug("x", blocks="R")],
    )
    found = explained(kb, "B", interventions=["x"], levels={"B": "high"})
    assert [way_out_text(str, way) for o in found.obstacles for way in o.ways_out] == ["if L were high in this patient"]


def test_a_weak_drug_fades_without_there_being_little_to_lose() -> None:
    kb = sketch(
        "A -> B",
        interventions=[{**drug("x"), "actions": [{"verb": "blocks", "target": "A", "potency": "weak"}]}],
    )
    found = explained(kb, "B", interventions=["x"], levels={"A": "high", "B": "high"})
    assert words(found) == "the change in A is only weak, too little to move B"
    assert found.obstacles[0].ways_out == ()


def test_a_drug_that_hardly_gets_there_is_out_of_reach_rather_than_faded() -> None:
    held = {**drug("x", blocks="A"), "reach": {"brain": "weak"}}
    kb = sketch("A -> B needs weak in brain", "B -> C", interventions=[held])
    brain = {"context": {"tissue": "brain"}}
    found = asked(kb, "C", interventions=["x"], levels={"A": "high", "B": "high", "C": "high"}, **brain)
    assert kind(found) == "out_of_reach"
    assert stillness(str, found) == "the drug hardly reaches brain, so the change in B is too small to move C"


def test_fading_that_has_nothing_to_do_with_reach_stays_fading() -> None:
    held = {**drug("x", blocks="A"), "reach": {"brain": "weak"}}
    kb = sketch("A -> B needs weak in brain", "D -> E", interventions=[held, drug("y", blocks="D")])
    brain = {"context": {"tissue": "brain"}}
    assert kind(asked(kb, "E", interventions=["x", "y"], levels={"A": "high", "E": "high"}, **brain)) == "faded"


@pytest.mark.parametrize("level", LEVELS[1:])
def test_every_level_but_absent_leaves_room(level: str) -> None:
    kb = sketch("A -> B", interventions=[drug("x", supplies="A"), drug("y", supplies="B")])
    for given in ("x", "y"):
        assert asked(kb, "B", interventions=[given], levels={"B": level}).direction == "increases"


def test_a_thing_that_does_change_has_no_obstacle() -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A")])
    found = explained(kb, "B", interventions=["x"], levels={"A": "high", "B": "high"})
    assert found.answer.direction == "decreases"
    assert found.obstacles == ()


@pytest.mark.parametrize("seed", range(100))
def test_a_closed_gate_always_names_what_shuts_it(seed: int) -> None:
    world = generate(seed)
    kb = knowledge_base(world)
    for arm in evaluate(kb, case_of(world, kb), reference).arms:
        for entity in sorted(set(kb.entities) - set(arm.answering.settlement.changes)):
            for stop in stops(kb, arm, entity):
                assert stop.by or stop.reason != "gate_closed"


def test_what_is_given_at_its_healthy_level_is_said_to_be_held() -> None:
    kb = sketch("A -> B")
    result = solved(kb, reference, ask=["A"], levels={"A": "normal"})
    assert stillness(str, result.answers[0]) == "A is given at its healthy level, and what is given is not overridden"
    assert verify(kb, result) == []


def test_a_gate_that_is_shut_by_what_should_be_away_is_not_said_to_lack_it() -> None:
    kb = sketch(
        "A -> K",
        entities={
            "K": {"kind": "complex", "requires": ["R", {"not": "PD1"}]},
            "R": {"kind": "receptor"},
            "PD1": {"kind": "receptor"},
        },
        interventions=[drug("x", supplies="A"), drug("y", blocks="R")],
    )
    found = explained(kb, "K", interventions=["x"])
    assert words(found) == "K can't rise while PD1 is there"
    assert way_out(found) == "if PD1 were blocked"
    assert found.obstacles[0].ways_out[0].then.direction == "increases"
    result = solved(kb, reference, ask=["K"], interventions=["x"])
    assert result.answers[0].reason is not None
    assert (result.answers[0].reason.by, result.answers[0].reason.against) == ((), ("PD1",))
    assert verify(kb, result) == []


def test_a_gate_can_lack_one_member_and_have_another_in_the_way() -> None:
    kb = sketch(
        "A -> K",
        entities={
            "K": {"kind": "complex", "requires": ["R", {"not": "Bs"}]},
            "R": {"kind": "receptor", "level": "absent"},
            "Bs": {"kind": "cell", "name": "B cells"},
        },
        interventions=[drug("x", supplies="A")],
    )
    found = explained(kb, "K", interventions=["x"])
    assert words(found) == "K can't rise without R and while Bs are there"
    assert verify(kb, solved(kb, reference, ask=["K"], interventions=["x"])) == []


def test_a_drug_that_an_arm_adds_is_gated_off_by_what_should_be_away() -> None:
    kb = sketch(
        entities={
            "K": {"kind": "complex", "requires": ["L", {"not": "N"}]},
            "L": {"kind": "cytokine", "level": "absent"},
            "N": {"kind": "protein", "level": "absent"},
        },
        interventions=[drug("x", supplies="L"), drug("y", supplies="N")],
    )
    case = patient(kb, interventions=["x"], arms=[{"id": "both", "add": ["y"]}])
    result = solve(kb, case, reference)
    (row,) = [row for row in result.arms["both"].versus_treated if row.entity == "K"]
    assert (row.kind, combination_text(str, row)) == ("gated_off", "it can't rise while N is there")
    assert verify(kb, result, case=case) == []

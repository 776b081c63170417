"""Small answers of small modules, each on the rules that make it come about."""

from __future__ import annotations

import pytest
from tests.sketch import drug, patient, run, sketch, solved

import theralogic
from theralogic.check.finding import RuleFinding
from theralogic.model.context import facts_of
from theralogic.model.edits import with_arm
from theralogic.model.errors import EngineError, InvalidInputError
from theralogic.model.search import search
from theralogic.reasoning import engines, reference
from theralogic.reasoning.engines import engine_named
from theralogic.render.case_template import template
from theralogic.results.explain import signalling_mode
from theralogic.results.why_not import why_not
from theralogic.verify import verify

GATED = sketch(
    "G -> X",
    entities={"A": {"level": "absent"}, "B": {"kind": "receptor"}, "G": {"kind": "complex", "requires": ["A", "B"]}},
    interventions=[drug("pro-a", agonizes="A"), drug("anti-b", blocks="B")],
    diseases=[{"id": "d", "name": "D", "activity": "X", "note": "nothing else"}],
    cautions=[
        {"id": "c", "when": [{"action": "blocks", "target": "B"}], "say": "be careful", "because": "it is a caution"}
    ],
)


def test_an_effect_that_is_gone_because_a_gate_is_shut_is_gated_off() -> None:
    case = patient(GATED, disease="d", interventions=["pro-a"], arms=[{"id": "both", "add": ["anti-b"]}])
    result = theralogic.results.assemble.solve(GATED, case, reference)
    kinds = {row.entity: (row.kind, row.how) for row in result.arms["both"].versus_treated}
    assert kinds["X"][0] in ("gated_off", "opposing")
    assert verify(GATED, result, case=case) == []


def test_a_case_is_started_with_what_the_rules_say_today() -> None:
    text = template(GATED, "mine", "d", ["pro-a"], reference)
    assert "direction: increases, at_least:" in text
    quiet = template(GATED, "mine", "d", [], reference)
    assert "{entity: X, direction: no_effect, world: untreated}" in quiet
    with pytest.raises(InvalidInputError) as caught:
        template(GATED, "../mine", "d", [], reference)
    assert caught.value.code == "bad-id"


def test_an_engine_that_does_not_run_is_refused_by_name_and_passed_over_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "durable_unavailable", lambda: "not here")
    assert engine_named().NAME == "reference"
    with pytest.raises(EngineError, match="not here"):
        engine_named("durable")
    monkeypatch.setattr(engines, "durable_unavailable", lambda: None)
    assert engine_named().NAME == engine_named("durable").NAME == "durable"


def test_a_disease_that_is_reached_twice_counts_once() -> None:
    family = [("top", []), ("left", ["top"]), ("right", ["top"]), ("low", ["left", "right"])]
    kb = sketch("A -> B", diseases=[{"id": d, "name": d, "parents": parents} for d, parents in family])
    case = patient(kb, disease="low")
    facts = facts_of(kb, case.diseases, case.arms[0], treated=False)
    assert sorted(facts.values["disease"]) == ["left", "low", "right", "top"]
    assert verify(kb, solved(kb, reference, disease="low"), case=case) == []


def test_two_arms_may_not_have_one_name() -> None:
    case = patient(GATED, disease="d", arms=[{"id": "one", "add": ["pro-a"]}])
    with pytest.raises(InvalidInputError) as caught:
        with_arm(case, case.arms[1])
    assert caught.value.code == "duplicate-id"


def test_searching_for_nothing_finds_nothing_and_cautions_are_found_by_what_they_say() -> None:
    assert search(GATED, "  ") == []
    assert [(hit.kind, hit.id) for hit in search(GATED, "careful")] == [("caution", "c")]


def test_a_way_out_that_does_not_help_is_not_offered() -> None:
    kb = sketch(
        "A -> B weak",
        "B -> C needs strong",
        interventions=[drug("anti-a", blocks="A")],
        diseases=[{"id": "d", "name": "D", "levels": {"A": "high"}}],
    )
    case = patient(kb, disease="d", interventions=["anti-a"], ask=["C"])
    found = why_not(kb, case, run(kb, case, reference), "C", reference)
    assert [way for obstacle in found.obstacles for way in obstacle.ways_out] == []


def test_a_finding_of_a_check_is_plain_data() -> None:
    finding = RuleFinding(*RuleFinding._fields)
    assert finding.as_json() == dict(zip(RuleFinding._fields, finding, strict=True))


def test_what_the_package_does_not_offer_is_no_attribute_of_it() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        theralogic.nothing  # noqa: B018
    assert {"solve", "predict"} <= set(dir(theralogic))


@pytest.mark.parametrize(
    ("making", "hearing", "mode"),
    [
        (("Th1",), ("Th1",), ("autocrine", ("Th1",))),
        (("Th1", "NK"), ("Th1",), ("autocrine and paracrine", ("Th1",))),
        (("NK",), ("Th1",), ("paracrine", ("NK",))),
        ((), ("Th1",), None),
    ],
)
def test_who_makes_a_signal_and_who_hears_it_say_how_far_it_goes(
    making: tuple[str, ...], hearing: tuple[str, ...], mode: tuple[str, tuple[str, ...]] | None
) -> None:
    assert signalling_mode({"L": making}, {"R": hearing}, ("L", "R")) == mode


@pytest.mark.parametrize("name", ["reference", pytest.param("durable", marks=pytest.mark.durable)])
def test_what_would_move_a_pinned_thing_is_kept_though_it_does_not_move(name: str) -> None:
    kb = sketch("A -> B", "C -> D", interventions=[drug("x", supplies="A")])
    case = patient(kb, interventions=["x"], levels={"B": "normal", "D": "normal"})
    settlement = run(kb, case, engine_named(name)).untreated.settlement
    assert (settlement.changes, settlement.held) == ({}, {})
    case = patient(kb, levels={"A": "high", "B": "normal", "D": "normal"})
    held = run(kb, case, engine_named(name)).untreated.settlement.held
    assert {entity: [(c.rule, c.source) for c in side] for entity, side in held.items()} == {"B": [("a-raises-b", "A")]}


@pytest.mark.parametrize("name", ["reference", pytest.param("durable", marks=pytest.mark.durable)])
def test_what_several_prompted_at_once_is_as_fast_as_the_fastest_of_them(name: str) -> None:
    arrows = ("S -> T by minutes", "G -> F by minutes", "G -> H by days", "F -> T by weeks", "H -> T by weeks")
    drugs = [drug("x", blocks="S"), drug("y", blocks="G")]
    kb = sketch(*arrows, entities=dict.fromkeys("STGFH", {"tone": "constitutive"}), interventions=drugs)
    (answer,) = solved(kb, engine_named(name), interventions=["x", "y"], ask=["T"]).answers
    assert (answer.strength, answer.onset) == ("strong", "minutes")


@pytest.mark.parametrize("name", ["reference", pytest.param("durable", marks=pytest.mark.durable)])
def test_of_two_that_open_a_gate_alike_the_first_by_name_is_named_whichever_came_first(name: str) -> None:
    chains = ("a -> gate weak", "d -> m", "m -> z", "e -> n", "n -> b weak")
    gate = {"gate": {"kind": "complex", "requires": ["z", "b"]}, "z": {"level": "absent"}, "b": {}}
    drugs = [drug("x", supplies="a"), drug("y", supplies="d"), drug("w", supplies="e")]
    kb = sketch(*(f"{arrow} by minutes" for arrow in chains), entities=gate, interventions=drugs)
    case = patient(kb, interventions=["x", "y", "w"])
    result = theralogic.results.assemble.solve(kb, case, engine_named(name))
    rows = {row.entity: row for row in result.worlds["treated"].changes}
    assert (rows["gate"].rule, rows["gate"].premises) == ("a-raises-gate", ("treated:a", "treated:b"))
    assert list(rows).index("z") < list(rows).index("b")
    assert verify(kb, result, case=case) == []

"""What is said about worlds is found again by the checker, word for word: comparisons, reasons, cautions, places."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sketch import drug, patient, sketch
from tests.unit.saved import caught, changed, saved

from theralogic.model.records import KnowledgeBase
from theralogic.model.result import CautionRow, Contrast, GivenDrug, Reason, Vote
from theralogic.render.reasons import combination_text, namer, reason_text
from theralogic.verify.differences import mismatches

HELD: dict[str, dict[str, Any]] = {
    "S": {"kind": "complex", "requires": ["L", "R"]},
    "L": {"level": "absent"},
    "R": {"kind": "receptor"},
}
CONSTITUTIVE = {"tone": "constitutive"}


def supplied(*arrows: str, x: str = "A", y: str = "C", **entities: dict[str, Any]) -> KnowledgeBase:
    """A rule base with a drug x that supplies one thing and a drug y that supplies another."""
    return sketch(*arrows, entities=entities, interventions=[drug("x", supplies=x), drug("y", supplies=y)])


COMBINED = {
    "a gate that the second drug shuts": (
        sketch(entities=HELD, interventions=[drug("x", supplies="L"), drug("y", blocks="R")]),
        ("S", "gated_off", "it can't rise without R"),
    ),
    "a target that the second drug holds": (
        sketch(
            "A -> B",
            entities={"B": {"level": "absent"}},
            interventions=[drug("x", supplies="A"), drug("y", blocks="B")],
        ),
        ("B", "opposing", "together they leave it unchanged"),
    ),
    "two ways that cancel out": (
        supplied("A -> B", "C -| B", B={"level": "elevated", **CONSTITUTIVE}),
        ("B", "undetermined", "which of these is stronger here would settle it: a-raises-b, c-lowers-b"),
    ),
    "a gate that needs both": (
        supplied(x="L", y="R", **{**HELD, "R": {"level": "absent"}}),
        ("S", "enabling", "neither alone does it"),
    ),
    "the weaker of two ways": (supplied("A -> B", "C -| B"), ("B", "opposing", None)),
    "a rise that the second drug makes smaller": (
        supplied("A -| B moderate", "C -> B weak", B={"level": "high"}),
        ("B", "opposing", None),
    ),
    "two drivers lost": (
        sketch(
            "A -> B",
            "C -> B",
            entities=dict.fromkeys("ABC", CONSTITUTIVE),
            interventions=[drug("x", blocks="A"), drug("y", blocks="C")],
        ),
        ("B", "additive", None),
    ),
    "one driver of two": (supplied("A -> B", "C -> D"), ("D", "additive", None)),
    "one way for both": (supplied("A -> M", "C -> M", "M -> B"), ("B", "redundant", "both act through M")),
    "two ways to one end": (supplied("A -> B", "C -> B"), ("B", "redundant", "either alone does as much")),
    "a weak way and a strong one": (
        supplied("A -> B weak", "C -> B"),
        ("B", "redundant", "the stronger alone does as much"),
    ),
}


@pytest.mark.parametrize("situation", COMBINED)
def test_how_two_drugs_combine_is_found_again(situation: str) -> None:
    kb, (entity, kind, detail) = COMBINED[situation]
    case = patient(kb, interventions=["x"], arms=[{"id": "both", "add": ["y"]}])
    data = saved(kb, case)
    rows = {row["entity"]: (at, row) for at, row in enumerate(data["arms"]["both"]["versus_treated"])}
    at, row = rows[entity]
    stated = Contrast(**{**row, "by": tuple(row["by"])})
    assert (row["kind"], combination_text(namer(kb), stated) or None) == (kind, detail)
    assert caught(kb, data, case) == []
    other = "additive" if kind != "additive" else "opposing"
    for key, value in (("kind", other), ("how", "shared" if row["how"] != "shared" else None), ("by", ["Z"])):
        wrong = changed(data, "arms", "both", "versus_treated", at, key, to=value)
        assert {fault.code for fault in caught(kb, wrong, case)} == {"wrong-comparison"}


@pytest.mark.parametrize(
    ("given", "arm"),
    [
        (["x", "z"], {"replace": {"z": "y"}}),
        ([], {"add": ["y"]}),
        (["x"], {"remove": ["x"]}),
        (["x", "y"], {"findings": [{"entity": "B", "level": "low"}]}),
    ],
    ids=["one exchanged", "nothing before", "one taken away", "another patient"],
)
def test_only_what_adds_to_drugs_given_before_combines_with_them(given: list[str], arm: dict[str, Any]) -> None:
    drugs = [drug("x", supplies="A"), drug("y", blocks="C"), drug("z", supplies="D")]
    kb = sketch("A -> B", "C -> B", "D -> E", interventions=drugs, entities={"B": {"level": "high"}})
    case = patient(kb, interventions=given, arms=[{"id": "other", **arm}])
    data = saved(kb, case)
    rows = data["arms"]["other"]["versus_treated"]
    assert rows
    assert {(row["kind"], row["how"]) for row in rows} == {(None, None)}
    assert caught(kb, data, case) == []
    odd = changed(data, "arms", "other", "versus_treated", 0, "kind", to="additive")
    assert {fault.code for fault in caught(kb, odd, case)} == {"wrong-comparison"}


PLACES: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    ("a", "b", [("here", "is `b`, should be `a`")]),
    ("a", None, [("here", "is nothing, should be `a`")]),
    ((), ("a", "b"), [("here", "is `a`, `b`, should be nothing")]),
    (3, "x" * 201, [("here", f"is `{'x' * 200}`, should be 3")]),
    ({"k": 1}, (), [("here", "is nothing, should be something else")]),
    (1.5, 2, [("here", "is 2, should be something else")]),
    (
        {"k": 1, "l": 2},
        {"l": 3, "m": 4},
        [
            ("here/k", "is missing, should be 1"),
            ("here/l", "is 3, should be 2"),
            ("here/m", "should not be there"),
        ],
    ),
    (({"entity": "A", "level": 1},), ({"entity": "A", "level": 2},), [("here/A/level", "is 2, should be 1")]),
    (
        ({"entity": "A"}, {"target": "B"}),
        ({"entity": "C"},),
        [
            ("here/A", "is missing"),
            ("here/B", "is missing"),
            ("here/C", "should not be there"),
        ],
    ),
    (({"entity": "A"}, {"entity": "B"}), ({"entity": "B"}, {"entity": "A"}), [("here", "is out of order")]),
    (
        ({"entity": "A"}, {"entity": "B"}),
        ({"entity": "A"}, {"entity": "B"}, {"entity": "B"}),
        [
            ("here", "`B` is there 2 times"),
        ],
    ),
    ((), ({"entity": "A"},), [("here/A", "should not be there")]),
    (
        Vote(rule="r", source="A", direction="increases", strength="weak", steps=1, feedback=()),
        Vote(rule="r", source="A", direction="increases", strength="strong", steps=2, feedback=()),
        [
            ("here/strength", "is `strong`, should be `weak`"),
            ("here/steps", "is 2, should be 1"),
        ],
    ),
    (
        (Vote(rule="r", source="A", direction="increases", strength="weak", steps=1, feedback=()),),
        (),
        [("here/r from A", "is missing")],
    ),
    ((CautionRow("c", "treated", "say", "why", (), ""),), (), [("here/treated/c", "is missing")]),
    (
        (Contrast(entity="A", name="A", treated="no effect", arm="increases weak", kind=None, how=None, by=()),),
        (),
        [("here/A", "is missing")],
    ),
    (({"entity": "A"},), ({"level": 1},), [("here/", "should not be there"), ("here/A", "is missing")]),
    ({}, {"arm": ()}, [("here/arm", "should not be there")]),
    ({"arm": GivenDrug("x", "X", "", ())}, {}, [("here/arm", "is missing, should be something else")]),
    ((), (GivenDrug("x", "X", "", ()),), [("here/x", "should not be there")]),
]


@pytest.mark.parametrize(("expected", "stated", "lines"), PLACES)
def test_a_difference_is_told_at_its_place_with_both_values(
    expected: Any, stated: Any, lines: list[tuple[str, str]]
) -> None:
    assert list(mismatches(expected, stated, "here")) == lines
    assert list(mismatches(expected, expected, "here")) == []


def gate(*members: str, **more: Any) -> dict[str, dict[str, Any]]:
    """A gate S of receptors that are not there."""
    absent = {member: {"kind": "receptor", "level": "absent"} for member in members}
    return {"S": {"kind": "complex", "requires": [*members, *more.pop("also", ())]}, **absent, **more}


WEAKLY = {**drug("x"), "actions": [{"verb": "blocks", "target": "A", "potency": "weak"}]}
HARDLY = {**drug("x", blocks="A"), "reach": {"brain": "weak"}}
BLOCKED, SUPPLIED = [drug("x", blocks="A")], [drug("x", supplies="A")]
GUT = [{"id": "d", "name": "D", "levels": {"A": "high"}, "compartments": {"tissue": ["gut"]}}]

SILENT: dict[str, tuple[KnowledgeBase, dict[str, Any], str, str]] = {
    "B: the rules know no way by which what is given would move B": (
        sketch("B -> A", interventions=BLOCKED), {}, "B", "no_known_mechanism"),
    "C: an effect of A on B is known, but not in this patient (where tissue: brain)": (
        sketch("A -> B in brain", "B -> C", interventions=BLOCKED, diseases=GUT), {"disease": "d"}, "C",
        "out_of_context"),
    "no rule that is left out counts where nothing moves what it begins with": (
        sketch("Z -> B in brain", "A -> C", interventions=BLOCKED, diseases=GUT), {"disease": "d"}, "B",
        "no_known_mechanism"),
    "S: S can't rise without R": (
        sketch("A -> S", entities=gate("R"), interventions=SUPPLIED), {}, "S", "gate_closed"),
    "S: S can't rise without P, Q, R, T": (
        sketch("A -> S", entities=gate("P", "Q", "R", "T"), interventions=SUPPLIED), {}, "S", "gate_closed"),
    "S: S can't rise without P, Q, R, T and 2 more": (
        sketch("A -> S", entities=gate("P", "Q", "R", "T", "U", "V"), interventions=SUPPLIED), {}, "S", "gate_closed"),
    "a member that rises does not shut the gate itself: S can't rise without R": (
        sketch("A -> L", entities=gate("L", "R"), interventions=SUPPLIED), {}, "S", "gate_closed"),
    "a member that must be away and falls: S can't rise without R": (
        sketch("A -| N", entities=gate("R", also=[{"not": "N"}], N={"level": "high"}), interventions=SUPPLIED), {}, "S",
        "gate_closed"),
    "a brake that hardly falls: S can't rise without R": (
        sketch("A -| S needs weak", entities=gate("R"), interventions=BLOCKED), {}, "S", "gate_closed"),
    "a brake of two that falls: S can't rise without R": (
        sketch("A -| S", "C -| S", entities={**gate("R"), **dict.fromkeys("AC", CONSTITUTIVE)}, interventions=BLOCKED),
        {}, "S", "gate_closed"),
    "B: there is no B to lose at its level": (
        sketch("A -> B", interventions=BLOCKED), {"levels": {"A": "high", "B": "absent"}}, "B", "nothing_to_lose"),
    "a member that falls where the complex is not there: there is no S to lose at its level": (
        sketch("A -> L", entities=gate("R", also=["L"], L={"level": "high"}), interventions=BLOCKED),
        {"levels": {"A": "high"}}, "S", "nothing_to_lose"),
    "a change just large enough to be passed on: there is no B to lose at its level": (
        sketch("A -> B", interventions=BLOCKED), {"levels": {"A": "elevated", "B": "absent"}}, "B", "nothing_to_lose"),
    "a member that must be away and rises where the complex is not there: there is no S to lose at its level": (
        sketch("A -> N", entities=gate("R", also=[{"not": "N"}], N={})  , interventions=SUPPLIED), {}, "S",
        "nothing_to_lose"),
    "A: A is given at its healthy level, and what is given is not overridden": (
        sketch("A -> B"), {"levels": {"A": "normal"}}, "A", "nothing_to_lose"),
    "behind what is asked: A is given at its healthy level, and what is given is not overridden": (
        sketch("A -> B"), {"levels": {"A": "normal"}}, "B", "nothing_to_lose"),
    "a target that is not there: there is no A to lose at its level": (
        sketch("A -> B", entities={"A": {"level": "absent"}}, interventions=BLOCKED), {}, "B", "nothing_to_lose"),
    "B: others still drive B: C": (
        sketch("A -> B weak", "C -> B", interventions=BLOCKED), {"levels": {"A": "high"}}, "B", "redundant"),
    "though there is much to lose, others still drive B: C": (
        sketch("A -> B weak", "C -> B", interventions=BLOCKED), {"levels": {"A": "high", "B": "high"}}, "B",
        "redundant"),
    "sufficient: others still drive B: C": (
        sketch("A -> B", "C -> B", entities={"B": {"drivers": "sufficient"}}, interventions=BLOCKED),
        {"levels": dict.fromkeys("ABC", "high")}, "B", "redundant"),
    "five: others still drive B: C, D, E, F and 1 more": (
        sketch("A -> B weak", *(f"{who} -> B" for who in "CDEFG"), interventions=BLOCKED), {"levels": {"A": "high"}},
        "B", "redundant"),
    "B: there is little A to lose, so the fall is only weak, too little to move B": (
        sketch("A -> B", interventions=BLOCKED), {"levels": {"B": "high"}}, "B", "faded"),
    "B: the change in A is only weak, too little to move B": (
        sketch("A -> B", interventions=[WEAKLY]), {"levels": {"A": "high", "B": "high"}}, "B", "faded"),
    "C: the change in B is only moderate, too little to move C": (
        sketch("A -> B moderate", "B -> C needs strong", interventions=SUPPLIED), {}, "C", "faded"),
    "a rise without headroom: the change in A is only moderate, too little to move B": (
        sketch("A -> B needs strong", interventions=SUPPLIED), {"levels": {"A": "high"}}, "B", "faded"),
    "B: the drug hardly reaches brain, so the change in A is too small to move B": (
        sketch("A -> B in brain", interventions=[HARDLY]),
        {"levels": {"A": "high", "B": "high"}, "context": {"tissue": "brain"}}, "B", "out_of_reach"),
    "C: the drug hardly reaches brain, so the change in B is too small to move C": (
        sketch("A -> B needs weak in brain", "B -> C", interventions=[HARDLY]),
        {"levels": dict.fromkeys("ABC", "high"), "context": {"tissue": "brain"}}, "C", "out_of_reach"),
}  # fmt: skip


@pytest.mark.parametrize("told", SILENT)
def test_every_reason_for_no_effect_is_given_in_its_words(told: str) -> None:
    kb, keys, entity, reason = SILENT[told]
    case = patient(kb, **({"interventions": ["x"]} if kb.interventions else {}), **keys, ask=[entity])
    data = saved(kb, case)
    answer = data["answers"][0]
    assert answer["reason"]["kind"] == reason
    found = Reason(**{**answer["reason"], "by": tuple(answer["reason"]["by"])})
    assert told.endswith(reason_text(namer(kb), found)) or ":" not in told
    assert caught(kb, data, case) == []
    wrong = {"kind": "no_room", "entity": "Z", "source": "Z", "rule": "z", "by": ["Z"], "scarce": not found.scarce}
    for key, value in {**wrong, "strength": None if found.strength else "weak"}.items():
        faults = caught(kb, changed(data, "answers", 0, "reason", key, to=value), case)
        assert [f.code for f in faults] == ["wrong-answer"], key

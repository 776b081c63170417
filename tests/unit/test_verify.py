"""The checker calls every fault by its name, and finds every reason again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sketch import drug, patient, sketch
from tests.unit.saved import caught, changed, saved

from theralogic.errors import InvalidInputError
from theralogic.verify import read_result, verify

KB = sketch(
    "A -> B moderate",
    "B -> C weak needs weak",
    interventions=[drug("anti-a", blocks="A")],
    diseases=[{"id": "d", "name": "D", "activity": "C", "levels": {"A": "high"}}],
)
CASE = patient(KB, disease="d", interventions=["anti-a"], ask=["B", "C"], arms=[{"id": "none", "remove": ["anti-a"]}])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"direction": "increases"}, "wrong-change"),
        ({"strength": "strong"}, "wrong-change"),
        ({"steps": 7}, "wrong-change"),
        ({"rule": "given"}, "not-given"),
        ({"certainty": "contested"}, "wrong-certainty"),
        ({"onset": "weeks"}, "wrong-onset"),
        ({"premises": []}, "wrong-premises"),
        ({"limits": []}, "wrong-limits"),
        ({"support": []}, "wrong-support"),
        ({"evidence": ["PMID:1"]}, "wrong-evidence"),
        ({"name": "not B"}, "wrong-name"),
    ],
    ids=lambda part: part if isinstance(part, str) else next(iter(part)),
)
def test_a_fault_names_the_step_and_what_it_should_be(change: dict[str, Any], code: str) -> None:
    data = saved(KB, CASE)
    row = next(row for row in data["worlds"]["treated"]["changes"] if row["entity"] == "B")
    row.update(change)
    faults = caught(KB, data, CASE)
    assert code in {fault.code for fault in faults}
    assert any(fault.where.startswith("treated/treated/B") for fault in faults)


def test_a_result_of_other_rules_is_not_judged_step_by_step() -> None:
    other = sketch("A -> B weak")._replace(digest="other")
    assert [fault.code for fault in caught(other, saved(KB, CASE), None)] == ["other-rules"]


def test_a_result_may_answer_other_questions_than_its_case_asks() -> None:
    narrow = CASE._replace(ask=("C",), arms=CASE.arms[:1])
    result = read_result(json.dumps(saved(KB, narrow)).encode(), "result.json")[0]
    assert verify(KB, result, case=CASE, as_asked=False) == []
    assert verify(KB, result, case=CASE) != []
    everything = read_result(json.dumps(saved(KB, CASE._replace(ask=()))).encode(), "result.json")[0]
    assert verify(KB, everything, case=CASE, as_asked=False) == []


def test_a_result_of_another_patient_is_told_from_its_case() -> None:
    other = CASE._replace(digest="other", title="Somebody else")
    result = read_result(json.dumps(saved(KB, other)).encode(), "result.json")[0]
    assert {"other-case", "wrong-context"} == {fault.code for fault in verify(KB, result, case=CASE)}


TREATED = ("worlds", "treated", "changes")
DRUG = ("context", "arms", "treated", "interventions")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("context", "diseases"), {"nothing": "Nothing"}, "unknown-disease"),
        (("context", "by"), "years", "bad-word"),
        (("context", "arms"), {}, "arms-differ"),
        (("answers", 0, "entity"), "nothing", "unknown-entity"),
        (("context", "arms", "treated", "findings"), {"A": "huge"}, "bad-finding"),
        (("context", "arms", "treated", "facts", "mood"), ["good"], "bad-word"),
        ((*DRUG, 0, "actions", 0, "verb"), "tickles", "bad-action"),
        ((*DRUG, 0, "actions", 0, "target"), "nothing", "bad-action"),
        (("worlds",), {}, "worlds-differ"),
        (("worlds", "treated", "levels"), {"A": "high"}, "wrong-level"),
        (("worlds", "untreated", "levels"), {}, "wrong-level"),
        ((*TREATED, 1, "entity"), "nothing", "unknown-entity"),
        ((*TREATED, 1, "direction"), "sideways", "bad-word"),
        ((*TREATED, 1, "steps"), -1, "bad-word"),
        ((*TREATED, 1, "entity"), "A", "settled-twice"),
        ((*TREATED, 0, "strength"), "weak", "wrong-given"),
        (TREATED, [], "wrong-given"),
        (("cautions",), [{"id": "c", "arm": "treated", "say": "x", "because": "x", "evidence": []}], "wrong-caution"),
        (("disclaimer",), "Take two.", "wrong-disclaimer"),
        (("rules", "version"), "0", "wrong-rules"),
        (("schema",), "theralogic/result/9", "bad-result"),
        (("answers",), {}, "bad-result"),
        (("context", "diseases"), [], "bad-result"),
        (("context",), [], "bad-result"),
        (("worlds", "treated", "levels"), None, "bad-result"),
        ((*TREATED, 0, "steps"), "0", "bad-result"),
        ((*TREATED, 0, "extra"), 1, "bad-result"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_an_odd_claim_is_called_by_its_name(path: tuple[Any, ...], value: Any, code: str) -> None:
    faults = caught(KB, changed(saved(KB, CASE), *path, to=value), None)
    assert code in {fault.code for fault in faults}, faults


@pytest.mark.parametrize("text", [b"[", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff", b"[" * 100_000, b"7", b"[]"])
def test_what_is_no_result_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidInputError) as caught_error:
        read_result(text, "result.json")
    assert caught_error.value.code == "bad-result"


def test_a_change_that_is_missing_or_out_of_order_or_unfounded_is_told() -> None:
    data = saved(KB, CASE)
    rows = data["worlds"]["treated"]["changes"]
    assert len(rows) >= 2
    assert "missing-change" in {f.code for f in caught(KB, changed(data, *TREATED, to=rows[:-1]), CASE)}
    assert "out-of-order" in {f.code for f in caught(KB, changed(data, *TREATED, to=rows[::-1]), CASE)}
    lone = sketch("A -> B")._replace(digest=KB.digest, version=KB.version)
    assert caught(lone, data, None) != []


EVERY_REASON = {
    "nothing_to_lose": (("A -> B",), {"B": "absent"}, "B"),
    "redundant": (("A -> B weak", "C -> B strong"), {}, "B"),
    "faded": (("A -> B weak", "B -> D"), {"B": "high"}, "D"),
    "out_of_context": (("A -> B in elsewhere",), {}, "B"),
    "no_known_mechanism": (("B -> A",), {}, "B"),
}


@pytest.mark.parametrize("reason", EVERY_REASON)
def test_every_reason_for_no_effect_is_found_again(reason: str) -> None:
    arrows, levels, asked = EVERY_REASON[reason]
    disease = {"id": "d", "name": "D", "levels": {"A": "high", **levels}, "compartments": {"tissue": ["here"]}}
    kb = sketch(*arrows, diseases=[disease], interventions=[drug("anti-a", blocks="A")], entities={"C": {}, "E": {}})
    case = patient(kb, disease="d", interventions=["anti-a"], ask=[asked, "E"])
    data = saved(kb, case)
    assert data["answers"][0]["reason"] == reason
    assert caught(kb, data, case) == []
    wrong = changed(data, "answers", 1, "reason", to="redundant")
    assert {fault.code for fault in caught(kb, wrong, case)} == {"wrong-answer"}


def test_what_is_pinned_where_nothing_is_to_lose_is_found_again() -> None:
    kb = sketch("A -> B", entities={"A": {"level": "absent"}}, interventions=[drug("anti-a", blocks="A")])
    for asked in "AB":
        case = patient(kb, interventions=["anti-a"], ask=[asked])
        data = saved(kb, case)
        assert data["answers"][0]["reason"] == "nothing_to_lose"
        assert caught(kb, data, case) == []


def test_a_shut_gate_is_found_again() -> None:
    gate = {"S": {"kind": "complex", "requires": ["R"]}, "R": {"kind": "receptor", "level": "absent"}}
    kb = sketch("A -> S", entities=gate, interventions=[drug("x", supplies="A")])
    case = patient(kb, interventions=["x"], ask=["S"])
    data = saved(kb, case)
    assert data["answers"][0]["reason"] == "gate_closed"
    assert caught(kb, data, case) == []


def test_fading_for_want_of_reach_is_told_from_fading_by_itself() -> None:
    held = {**drug("x", blocks="A"), "reach": {"brain": "weak"}}
    kb = sketch("A -> B needs weak", "B -> C", "D -> E", interventions=[held, drug("y", blocks="D")])
    levels = dict.fromkeys("ABCE", "high")
    case = patient(kb, interventions=["x", "y"], levels=levels, ask=["C", "E"], context={"tissue": "brain"})
    data = saved(kb, case)
    assert [answer["reason"] for answer in data["answers"]] == ["out_of_reach", "faded"]
    assert caught(kb, data, case) == []


def test_an_arm_that_the_case_does_not_have_is_no_part_of_its_result() -> None:
    assert caught(KB, saved(KB, CASE), CASE._replace(arms=CASE.arms[:1])) != []


def test_a_drug_of_the_case_alone_that_depletes_a_marker_takes_its_cells_along() -> None:
    kb = sketch("C -> B", entities={"M": {"kind": "marker", "borne_by": ["C"]}})
    agent = {"name": "investigational anti-M", "actions": [{"verb": "depletes", "target": "M"}]}
    case = patient(kb, interventions=[agent], levels={"B": "high"}, ask=["C"])
    data = saved(kb, case)
    assert data["answers"][0]["direction"] == "decreases"
    assert caught(kb, data, None) == []

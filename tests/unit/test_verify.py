"""The checker calls every fault by its name, and finds every reason again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sketch import drug, patient, sketch
from tests.unit.saved import caught, changed, saved

from theralogic.files.jsonschema import schema_of
from theralogic.model.errors import InvalidInputError
from theralogic.model.levels import ONSETS
from theralogic.model.records import Case
from theralogic.model.vocabulary import DISCLAIMER, ENGINES
from theralogic.reasoning import reference
from theralogic.reasoning.durable import engine as durable
from theralogic.verify import Fault, Unchecked, judge, read_result, verify

KB = sketch(
    "A -> B moderate",
    "B -> C weak needs weak",
    interventions=[drug("anti-a", blocks="A")],
    diseases=[{"id": "d", "name": "D", "activity": "C", "levels": {"A": "high"}}],
)
CASE = patient(KB, disease="d", interventions=["anti-a"], ask=["B", "C"], arms=[{"id": "none", "remove": ["anti-a"]}])


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (
            {"direction": "increases"},
            "wrong-change",
            "is increases moderate, should be decreases moderate by `a-raises-b`",
        ),
        ({"strength": "strong"}, "wrong-change", "is decreases strong, should be decreases moderate by `a-raises-b`"),
        (
            {"steps": 2},
            "wrong-change",
            "is decreases moderate after 2 steps, should be decreases moderate by `a-raises-b`",
        ),
        ({"rule": "given"}, "not-given", "nothing gives it"),
        ({"certainty": "contested"}, "wrong-certainty", "is `contested`, should be `unopposed`"),
        ({"onset": "weeks"}, "wrong-onset", "is `weeks`, should be `hours`"),
        ({"premises": []}, "wrong-premises", "is nothing, should be `treated:A`"),
        ({"limits": []}, "wrong-limits", "is nothing, should be mechanism"),
        ({"support": []}, "wrong-support", "is missing"),
        ({"evidence": ["PMID:1"]}, "wrong-evidence", "is `PMID:1`, should be nothing"),
        ({"name": "not B"}, "wrong-name", "is `not B`, should be `B`"),
    ],
    ids=lambda part: part if isinstance(part, str) else next(iter(part)),
)
def test_a_fault_names_the_step_and_what_it_should_be(change: dict[str, Any], code: str, told: str) -> None:
    data = saved(KB, CASE)
    row = next(row for row in data["worlds"]["treated"]["changes"] if row["entity"] == "B")
    row.update(change)
    fault = next(fault for fault in caught(KB, data, CASE) if fault.where.startswith("treated/treated/B"))
    assert fault.code == code
    assert fault.message.endswith(told)


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
    other = CASE._replace(digest="0" * 32, title="Somebody else")
    result = read_result(json.dumps(saved(KB, other)).encode(), "result.json")[0]
    assert {"other-case", "wrong-context"} == {fault.code for fault in verify(KB, result, case=CASE)}


TREATED = ("worlds", "treated", "changes")
DRUG = ("context", "arms", "treated", "interventions")


@pytest.mark.parametrize(
    ("path", "value", "code", "told"),
    [
        (
            ("context", "diseases"),
            {"nothing": "Nothing"},
            "unknown-disease",
            "context/diseases/nothing: no disease `nothing`",
        ),
        (("context", "by"), "years", "bad-word", "context/by: `years` is no onset"),
        (("context", "arms"), {}, "arms-differ", "context/arms: arms should be none, treated"),
        (("answers", 0, "entity"), "nothing", "unknown-entity", "treated/answers/nothing: no entity `nothing`"),
        (
            ("context", "arms", "treated", "findings"),
            {"A": "huge"},
            "bad-finding",
            "context/arms/treated/findings/A: `A` at `huge` is no finding",
        ),
        (
            ("context", "arms", "treated", "facts", "mood"),
            ["good"],
            "bad-word",
            "context/arms/treated/facts/mood: `mood` is no kind of fact",
        ),
        (
            (*DRUG, 0, "actions", 0, "verb"),
            "tickles",
            "bad-action",
            "context/arms/treated/interventions/anti-a: `tickles` `A` is no action",
        ),
        (
            (*DRUG, 0, "actions", 0, "target"),
            "nothing",
            "bad-action",
            "context/arms/treated/interventions/anti-a: `blocks` `nothing` is no action",
        ),
        (("worlds",), {}, "worlds-differ", "treated: worlds should be treated, untreated"),
        (
            ("worlds", "treated", "levels"),
            {"A": "high"},
            "wrong-level",
            "treated/treated/levels: is something else, should be nothing",
        ),
        (
            ("worlds", "untreated", "levels"),
            {},
            "wrong-level",
            "treated/untreated/levels/A: is missing, should be `high`",
        ),
        ((*TREATED, 1, "entity"), "nothing", "unknown-entity", "treated/treated/nothing: no entity `nothing`"),
        ((*TREATED, 1, "direction"), "sideways", "bad-word", "treated/treated/B: `sideways` `moderate` is no change"),
        ((*TREATED, 1, "steps"), -1, "bad-word", "treated/treated/B: `decreases` `moderate` is no change"),
        ((*TREATED, 1, "entity"), "A", "settled-twice", "treated/treated/A: an entity settles once"),
        (
            (*TREATED, 0, "strength"),
            "weak",
            "wrong-given",
            "treated/treated/A: should be decreases strong, as given",
        ),
        (TREATED, [], "wrong-given", "treated/treated/A: should be decreases strong, as given"),
        (
            ("cautions",),
            [{"id": "c", "arm": "treated", "say": "x", "because": "x", "evidence": [], "target": ""}],
            "wrong-caution",
            "cautions/treated/c: should not be there",
        ),
        (("disclaimer",), "Take two.", "wrong-disclaimer", f"disclaimer: is `Take two.`, should be `{DISCLAIMER}`"),
        (("rules", "version"), "0", "wrong-rules", "rules/version: is `0`, should be `1`"),
        (("schema",), "theralogic/result/9", "bad-result", "result has the schema `theralogic/result/9`"),
        (("answers",), {}, "bad-result", "result.answers must be a list"),
        (("context", "diseases"), [], "bad-result", "result.context.diseases must be a mapping"),
        (("context",), [], "bad-result", "result.context must be a mapping"),
        (("worlds", "treated", "levels"), None, "bad-result", "result.worlds.treated.levels must be a mapping"),
        ((*TREATED, 0, "steps"), "0", "bad-result", "result.worlds.treated.changes[0].steps must be a whole number"),
        ((*TREATED, 0, "extra"), 1, "bad-result", "result.worlds.treated.changes[0] has an unknown key `extra`"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_an_odd_claim_is_called_by_its_name(path: tuple[Any, ...], value: Any, code: str, told: str) -> None:
    faults = caught(KB, changed(saved(KB, CASE), *path, to=value), None)
    assert any(f.code == code and f"{f.where}: {f.message}".endswith(told) for f in faults), faults


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'{"a":\n tru}', "result.json:2:2: not JSON: expecting value"),
        (b'{"a": NaN}', "result.json: not JSON: `NaN` is not a number"),
        (b'{"b": 0, "a": 1, "a": 2}', "result.json: not JSON: `a` is there twice"),
        (b"\xff", "result.json: not JSON: not UTF-8 text"),
        (b"[" * 100_000, "result.json: not JSON: nested without end"),
        (b"7", "result.json: result must be a mapping"),
        (b"[]", "result.json: an empty list holds no result"),
        (b'{"schema": 1}', "result.json: result lacks `engine`"),
    ],
)
def test_what_is_no_result_is_refused(text: bytes, told: str) -> None:
    with pytest.raises(InvalidInputError) as caught_error:
        read_result(text, "result.json")
    assert caught_error.value.code == "bad-result"
    assert str(caught_error.value.problems[0]).startswith(told)


def test_several_results_are_read_from_a_list() -> None:
    data = saved(KB, CASE)
    assert len(read_result(json.dumps([data, data]).encode(), "result.json")) == 2


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
    assert data["answers"][0]["reason"]["kind"] == reason
    assert caught(kb, data, case) == []
    wrong = changed(data, "answers", 1, "reason", "kind", to="redundant")
    assert {fault.code for fault in caught(kb, wrong, case)} == {"wrong-answer"}


def test_what_is_pinned_where_nothing_is_to_lose_is_found_again() -> None:
    kb = sketch("A -> B", entities={"A": {"level": "absent"}}, interventions=[drug("anti-a", blocks="A")])
    for asked in "AB":
        case = patient(kb, interventions=["anti-a"], ask=[asked])
        data = saved(kb, case)
        assert data["answers"][0]["reason"]["kind"] == "nothing_to_lose"
        assert caught(kb, data, case) == []


def test_a_shut_gate_is_found_again() -> None:
    gate = {"S": {"kind": "complex", "requires": ["R"]}, "R": {"kind": "receptor", "level": "absent"}}
    kb = sketch("A -> S", entities=gate, interventions=[drug("x", supplies="A")])
    case = patient(kb, interventions=["x"], ask=["S"])
    data = saved(kb, case)
    assert data["answers"][0]["reason"]["kind"] == "gate_closed"
    assert caught(kb, data, case) == []


def test_fading_for_want_of_reach_is_told_from_fading_by_itself() -> None:
    held = {**drug("x", blocks="A"), "reach": {"brain": "weak"}}
    kb = sketch("A -> B needs weak in brain", "B -> C", "D -> E", interventions=[held, drug("y", blocks="D")])
    levels = dict.fromkeys("ABCE", "high")
    case = patient(kb, interventions=["x", "y"], levels=levels, ask=["C", "E"], context={"tissue": "brain"})
    data = saved(kb, case)
    assert [answer["reason"]["kind"] for answer in data["answers"]] == ["out_of_reach", "faded"]
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


def test_a_better_proposal_that_was_passed_over_is_named() -> None:
    kb = sketch("A -> B", "C -> B weak", interventions=[drug("x", supplies="A"), drug("y", supplies="C")])
    case = patient(kb, interventions=["x", "y"])
    data = saved(kb, case)
    place = next(i for i, row in enumerate(data["worlds"]["treated"]["changes"]) if row["entity"] == "B")
    faults = caught(kb, changed(data, *TREATED, place, "strength", to="weak"), case)
    assert faults[0] == Fault(
        "better-passed-over", "treated/treated/B", "is increases weak, should be increases strong by `a-raises-b`"
    )


def test_a_change_that_is_left_out_is_named_with_its_rules() -> None:
    kb = sketch("A -> B", "C -> B", "B -> D", interventions=[drug("x", supplies="A"), drug("y", supplies="C")])
    case = patient(kb, interventions=["x", "y"], ask=["A"])
    data = saved(kb, case)
    rows = data["worlds"]["treated"]["changes"]
    short = changed(data, *TREATED, to=[row for row in rows if row["entity"] != "D"])
    told = "should be increases strong after 2 steps by `b-raises-d`"
    assert caught(kb, short, case) == [Fault("missing-change", "treated/treated/D", told)]
    shorter = changed(data, *TREATED, to=rows[:2])
    told = "should be increases strong by `a-raises-b` and `c-raises-b`"
    assert caught(kb, shorter, case) == [Fault("missing-change", "treated/treated/B", told)]


def test_what_can_not_move_is_not_claimed_to_move_because_it_is_given() -> None:
    kb = sketch("A -> B", entities={"A": {"level": "absent"}}, interventions=[drug("x", blocks="A")])
    other = sketch("A -> B", interventions=[drug("x", blocks="A")])
    case = patient(kb, interventions=["x"])
    data = saved(kb, case)
    moved = saved(other, patient(other, interventions=["x"]))["worlds"]["treated"]["changes"][:1]
    faults = caught(kb, changed(data, *TREATED, to=moved), case)
    assert faults[0] == Fault("wrong-given", "treated/treated/A", "should be not changed, as given")


def as_asked_or_otherwise(data: Any) -> list[str]:
    """The codes of what is wrong with a result of the case that may answer other questions."""
    (result,) = read_result(json.dumps(data).encode(), "result.json")
    return [fault.code for fault in verify(KB, result, case=CASE, as_asked=False)]


def test_other_questions_are_one_entity_or_everything_that_changes() -> None:
    for ask, faults in ((("C",), []), (("B",), []), ((), []), (("B", "C"), []), (("C", "B"), ["wrong-answer"] * 2)):
        assert as_asked_or_otherwise(saved(KB, CASE._replace(ask=ask))) == faults
    everything = saved(KB, CASE._replace(ask=()))
    assert as_asked_or_otherwise(changed(everything, "answers", to=everything["answers"][1:])) != []


def left_over(case: Case, data: Any) -> list[tuple[str, str]]:
    """Where the verdict on a sound result of a known case has something left over, and what; the engine always is."""
    (result,) = read_result(json.dumps(data).encode(), "result.json")
    verdict = judge(KB, result, case=case, as_asked=False)
    assert verdict.holds
    return [(unchecked.where[0], unchecked.message) for unchecked in verdict.unchecked[1:]]


def test_what_a_known_case_asks_beyond_its_result_is_named() -> None:
    assert left_over(CASE, saved(KB, CASE)) == []
    assert left_over(CASE, saved(KB, CASE._replace(ask=(*CASE.ask, "A")))) == []
    one = [("answers", "C: asked by the case and not answered here")]
    assert left_over(CASE, saved(KB, CASE._replace(ask=("B",)))) == one
    assert left_over(CASE, saved(KB, CASE._replace(ask=()))) == []  # all that is asked changes
    silent = CASE._replace(ask=())
    nothing = [("answers", "the case asks nothing by itself: what else might be asked")]
    assert left_over(silent, saved(KB, CASE)) == nothing
    assert left_over(silent, saved(KB, silent)) == []


def test_arms_of_a_known_case_that_are_not_in_its_result_are_named() -> None:
    alone = saved(KB, CASE._replace(arms=CASE.arms[:1]))
    assert left_over(CASE, alone) == [("arms", "none: arms of the case that are not here")]
    instead = saved(KB, CASE._replace(arms=(CASE.arms[0], CASE.arms[1]._replace(id="what-if"))))
    assert [where for where, _ in left_over(CASE, instead)] == ["arms", "context/arms/what-if/title"]
    own = CASE._replace(arms=(*CASE.arms, CASE.arms[1]._replace(id="what-if")))
    (result,) = read_result(json.dumps(instead).encode(), "result.json")
    assert "wrong-context" in {fault.code for fault in verify(KB, result, case=own, as_asked=False)}


def test_a_long_list_of_what_is_left_over_is_counted() -> None:
    names = [f"E{number}" for number in range(8)]
    kb = sketch("A -> B", entities=dict.fromkeys(names, {}), interventions=[drug("x", blocks="A")])
    case = patient(kb, interventions=["x"], ask=names)
    for ask, told in ((("B",), "not answered here"), ((), "not answered in every arm, as not all of it changes")):
        (result,) = read_result(json.dumps(saved(kb, case._replace(ask=ask))).encode(), "result.json")
        (_, left) = judge(kb, result, case=case, as_asked=False).unchecked
        assert left.message == f"E0, E1, E2, E3, E4 and 3 more: asked by the case and {told}"


HYPOTHETICAL = "is hypothetical, no drug of the rules: its actions are what the case says"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("sugar pill", "they are those of `anti-a`"),
        ("ANTI-A", "the rules know `anti-a` by that name"),
    ],
)
def test_a_drug_that_the_rules_do_not_know_is_named(name: str, told: str) -> None:
    agent = {"name": name, "actions": [{"verb": "blocks", "target": "A"}]}
    case = patient(KB, disease="d", interventions=[agent], ask=["B"])
    for known in (case, None):
        (result,) = read_result(json.dumps(saved(KB, case)).encode(), "result.json")
        verdict = judge(KB, result, case=known)
        assert verdict.holds
        assert verdict.unchecked[1] == Unchecked(
            (f"context/arms/treated/interventions/{name}",), f"`{name}` {HYPOTHETICAL}; {told}"
        )


@pytest.mark.parametrize("worlds", [{}, {"another": {"changes": []}}, {"untreated": {"levels": {}, "changes": []}}])
def test_odd_worlds_are_told_whatever_was_asked(worlds: Any) -> None:
    data = changed(saved(KB, CASE), "worlds", to=worlds)
    assert "worlds-differ" in as_asked_or_otherwise(data)


def test_an_arm_may_not_stand_in_for_the_case_as_written() -> None:
    data = saved(KB, CASE)
    other = changed(data, "arms", "treated", to=data["arms"]["none"])
    assert [(f.code, f.where) for f in caught(KB, other, None)] == [("arms-differ", "context/arms")]


def test_no_finding_is_made_on_a_complex() -> None:
    kb = sketch(
        "A -> S", entities={"S": {"kind": "complex", "requires": ["B"]}, "B": {}}, interventions=[drug("x", blocks="A")]
    )
    case = patient(kb, interventions=["x"])
    odd = changed(saved(kb, case), "context", "arms", "treated", "findings", to={"S": "high"})
    assert [fault.code for fault in caught(kb, odd, None)] == ["bad-finding"]


@pytest.mark.parametrize("potency", ["none", "huge"])
def test_an_action_has_some_potency(potency: str) -> None:
    odd = changed(saved(KB, CASE), *DRUG, 0, "actions", 0, "potency", to=potency)
    assert [fault.code for fault in caught(KB, odd, None)] == ["bad-action"]


@pytest.mark.parametrize("names", [("agent one", "agent two"), ("agent one", "agent one")])
def test_drugs_of_the_case_alone_are_read_back_each_with_its_actions(names: tuple[str, str]) -> None:
    kb = sketch("A -> B", "C -> D")
    agents = [
        {"name": name, "actions": [{"verb": "supplies", "target": target}]}
        for name, target in zip(names, "AC", strict=True)
    ]
    case = patient(kb, interventions=agents)
    data = saved(kb, case)
    assert {answer["entity"] for answer in data["answers"]} == set("ABCD")
    assert caught(kb, data, None) == []
    assert caught(kb, data, case) == []


@pytest.mark.parametrize("by", range(len(ONSETS)))
def test_the_slowest_onset_that_counts_is_stated_and_read_back(by: int) -> None:
    kb = sketch(*(f"A -> {onset} by {onset}" for onset in ONSETS), interventions=[drug("x", supplies="A")])
    case = patient(kb, interventions=["x"])
    data = saved(kb, case, by)
    assert data["context"]["by"] == ONSETS[by]
    assert [answer["entity"] for answer in data["answers"][1:]] == sorted(ONSETS[: by + 1])
    assert caught(kb, data, None) == []
    assert caught(kb, data, case, by) == []
    assert "wrong-context" in {fault.code for fault in caught(kb, data, case, (by + 1) % len(ONSETS))}


def test_a_dose_is_no_fact_before_anything_is_given() -> None:
    dosed = {"id": "dosed", "subject": "A", "relation": "activates", "object": "B", "because": "It does."}
    kb = sketch(
        mechanisms=[{**dosed, "where": {"dose": "standard"}}],
        entities={"A": {}, "B": {}, "C": {}},
        interventions=[drug("x", blocks="C")],
    )
    case = patient(kb, interventions=["x"], levels={"A": "high"})
    data = saved(kb, case)
    assert [row["entity"] for row in data["worlds"]["untreated"]["changes"]] == ["A"]
    assert caught(kb, data, None) == []


def test_everything_that_changes_is_what_changes_once_treated() -> None:
    kb = sketch("A -> B", "C -> D", interventions=[drug("x", supplies="C")])
    case = patient(kb, interventions=["x"], levels={"A": "high"}, ask=["B"])
    (result,) = read_result(json.dumps(saved(kb, case._replace(ask=()))).encode(), "result.json")
    assert [answer.entity for answer in result.answers] == ["C", "D"]
    assert verify(kb, result, case=case, as_asked=False) == []


@pytest.mark.parametrize(
    ("context", "holds"),
    [
        ({"where": {"disease": "top"}}, True),
        ({"where": {"disease": "other"}}, False),
        ({"unless": {"disease": "top"}}, False),
        ({"unless": {"disease": "top", "phase": "acute"}}, True),
        ({"unless": {"disease": "top", "phase": ["acute", "chronic"]}}, False),
    ],
)
def test_a_rule_holds_in_subtypes_and_unless_all_that_it_says_is_met(context: dict[str, Any], holds: bool) -> None:
    family = [("top", []), ("middle", ["top"]), ("low", ["middle"]), ("other", [])]
    kb = sketch(
        mechanisms=[
            {"id": "m", "subject": "A", "relation": "activates", "object": "B", "because": "It does.", **context}
        ],
        entities={"A": {}, "B": {}},
        diseases=[{"id": d, "name": d, "parents": parents} for d, parents in family],
        interventions=[drug("x", supplies="A")],
    )
    case = patient(kb, disease="low", interventions=["x"], context={"phase": "chronic"})
    data = saved(kb, case)
    assert [answer["entity"] for answer in data["answers"]] == ["A", "B"][: 1 + holds]
    assert caught(kb, data, case) == []
    assert caught(kb, data, None) == []


def test_a_caution_of_an_arm_that_is_not_there_is_no_caution() -> None:
    row = {"id": "c", "arm": "nowhere", "say": "Beware.", "because": "It may be.", "evidence": [], "target": ""}
    faults = caught(KB, changed(saved(KB, CASE), "cautions", to=[row]), CASE)
    assert faults == [Fault("wrong-caution", "cautions/nowhere/c", "should not be there")]


def test_cautions_of_an_arm_that_can_not_be_judged_are_not_judged() -> None:
    caution = {"id": "c", "when": [{"action": "blocks", "target": "A"}], "say": "Beware.", "because": "It may be."}
    kb = sketch("A -> B", cautions=[caution], interventions=[drug("x", blocks="A")])
    case = patient(kb, interventions=["x"], levels={"A": "high"})
    data = saved(kb, case)
    assert data["cautions"] != []
    odd = changed(data, *TREATED, 1, "direction", to="increases")
    assert {fault.code for fault in caught(kb, odd, case)} == {"wrong-change"}


def test_a_proposal_that_several_prompted_at_once_is_as_fast_as_the_fastest_of_them() -> None:
    arrows = ("S -> T by minutes", "G -> F by minutes", "G -> H by days", "F -> T by weeks", "H -> T by weeks")
    drugs = [drug("x", blocks="S"), drug("y", blocks="G")]
    kb = sketch(*arrows, entities=dict.fromkeys("STGFH", {"tone": "constitutive"}), interventions=drugs)
    case = patient(kb, interventions=["x", "y"], ask=["T"])
    data = saved(kb, case)
    assert data["answers"][0]["onset"] == "minutes"
    assert caught(kb, data, case) == []


def test_what_is_undecided_proposes_nothing_to_a_shut_gate_until_it_opens() -> None:
    gate = {"S": {"kind": "complex", "requires": ["L"]}, "L": {"level": "absent"}}
    both = {**drug("x"), "actions": [{"verb": verb, "target": "A"} for verb in ("blocks", "supplies")]}
    high = {"A": {"level": "high"}}
    kb = sketch(
        "A -> S weak", "D -> M", "M -> L", entities={**gate, **high}, interventions=[both, drug("y", supplies="D")]
    )
    case = patient(kb, interventions=["x", "y"], ask=["S"])
    data = saved(kb, case)
    row = next(row for row in data["worlds"]["treated"]["changes"] if row["entity"] == "S")
    assert [(vote["source"], vote["steps"]) for vote in row["opposition"]] == [("A", 3)]
    assert caught(kb, data, case) == []


def test_a_member_that_rises_has_no_fall_of_its_gate_proposed_again() -> None:
    kinds = {"S": {"kind": "complex", "requires": ["L"]}, **dict.fromkeys("LXFGHI", {"tone": "constitutive"})}
    drugs = [drug("x", blocks="X"), drug("y", blocks="G"), drug("z", supplies="D")]
    kb = sketch("X -> S", "F -> S", "G -> H", "H -> I", "I -> F", "D -> L weak", entities=kinds, interventions=drugs)
    case = patient(kb, interventions=["x", "y", "z"])
    data = saved(kb, case)
    row = next(row for row in data["worlds"]["treated"]["changes"] if row["entity"] == "S")
    assert [(vote["source"], vote["strength"], vote["steps"]) for vote in row["support"]] == [
        ("F", "strong", 4),
        ("X", "strong", 4),
    ]
    assert caught(kb, data, case) == []


def test_every_engine_is_on_the_list_that_a_result_may_name() -> None:
    assert sorted(ENGINES) == sorted([reference.NAME, durable.NAME])
    assert schema_of("result")["properties"]["engine"] == {"enum": list(ENGINES)}

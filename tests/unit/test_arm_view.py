"""One arm of a result, as every view starts from it."""

from __future__ import annotations

from tests.sketch import drug, patient, sketch

from theralogic.model.records import Limit
from theralogic.reasoning import reference
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.assemble import solve
from theralogic.teach.signed_links import drug_links, known_links

KB = sketch(
    "A -> B",
    "B -| C",
    "L -> T strong",
    "M -> T strong",
    entities={
        "A": {"name": "alpha"},
        "G": {"kind": "complex", "requires": ["B", {"not": "C"}]},
    },
    interventions=[drug("x", supplies="A"), {**drug("z", blocks="L"), "name": "anti L"}],
)
CASE = patient(
    KB,
    interventions=["x"],
    levels={"C": "high", "L": "high", "M": "high", "T": "high"},
    ask=["C", "T"],
    arms=[{"id": "other", "add": ["z"]}, {"id": "none", "remove": ["x"]}],
)
RESULT = solve(KB, CASE, reference)


def view(arm: str = "treated") -> ArmView:
    return arm_view(KB, RESULT, arm)


def test_an_entity_or_a_drug_that_is_given_goes_by_its_name_and_all_else_by_what_it_is() -> None:
    assert view("other").name("A") == "alpha"
    assert view("other").name("z") == "anti L"
    assert view().name("z") == "z"
    assert view().name("nowhere") == "nowhere"


def test_an_answer_is_found_by_its_entity_where_it_was_asked() -> None:
    found = view().answer("C")
    assert found is not None
    assert found.direction == "decreases"
    assert view().answer("B") is None


def test_a_sign_is_that_of_the_rule_or_of_the_member_of_a_gate() -> None:
    assert view().sign("a-raises-b", "A", "B") == 1
    assert view().sign("b-lowers-c", "B", "C") == -1
    assert view().sign("G", "B", "G") == 1
    assert view().sign("G", "C", "G") == -1


def test_what_rests_on_something_settles_after_it() -> None:
    order = view().order
    assert order["A"] < order["B"] < order["C"]


def test_an_arm_in_which_nothing_is_given_is_not_treated_and_no_drug_acts_in_it() -> None:
    assert view().treated
    assert drug_links(view()) == [("x", 1, "A")]
    assert not view("none").treated
    assert drug_links(view("none")) == []


def test_before_anything_is_given_answers_are_about_the_patient_against_health() -> None:
    kb = sketch(
        "A -> B",
        diseases=[{"id": "d", "name": "D", "activity": "B", "levels": {"A": "high"}}],
        entities={"E": {}},
        interventions=[drug("x", blocks="A")],
        cautions=[{"id": "c", "when": [{"action": "blocks", "target": "A"}], "say": "Mind.", "because": "so"}],
    )
    result = solve(kb, patient(kb, disease="d", interventions=["x"], ask=["B", "E"]), reference)
    before, after = arm_view(kb, result, untreated=True), arm_view(kb, result)
    assert [(a.entity, a.direction, a.reason) for a in before.answers] == [
        ("B", "increases", None),
        ("E", "no_effect", None),
    ]
    assert [a.direction for a in after.answers] == ["decreases", "no_effect"]
    assert (before.treated, after.treated) == (False, True)
    assert (len(before.cautions), len(after.cautions)) == (0, 1)
    assert before.levels == after.levels
    assert before.levels["A"] == "high"


def test_what_still_drives_is_what_was_not_lost_itself_unless_all_of_it_was() -> None:
    arm = view("other")
    step = arm.changes["T"]
    assert arm.still_driving(step) == ["M"]
    lost, kept, other = Limit("redundant", "L"), Limit("redundant", "M"), Limit("gate", "A")
    assert arm.still_driving(step._replace(limits=(lost, other, kept))) == ["M"]
    assert arm.still_driving(step._replace(limits=(lost,))) == ["L"]
    assert arm.still_driving(step._replace(limits=(other,))) == []


def test_the_links_of_a_rule_base_are_gathered_once_for_it() -> None:
    links = known_links(KB)
    assert known_links(KB) is links
    other = sketch("A -| B")
    assert ("A", -1, "B") in known_links(other).rules
    assert ("A", 1, "B") in known_links(KB).rules

"""What the texts about a case say at their fullest: limits of rules, firings one by one, cards, wrong rows."""

from __future__ import annotations

from tests.sketch import drug, patient, sketch

from theralogic.reasoning import reference
from theralogic.render.case_card import card
from theralogic.render.reasons import namer
from theralogic.render.score_text import scores_text
from theralogic.render.stepper import elsewise, firings, why
from theralogic.render.text import explanation_text
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import solve
from theralogic.score import score

LIMITED = {
    "id": "b-feeds-c",
    "subject": "B",
    "relation": "activates",
    "object": "C",
    "because": "B feeds C.",
    "limits": "not in the gut",
    "evidence": [{"ref": "PMID:1", "kind": "rct", "note": "seen once"}],
}
KB = sketch(
    "A -> B",
    "A -> D weak",
    entities={"C": {"kind": "activity"}, "D": {}, "E": {}},
    mechanisms=[LIMITED],
    diseases=[{"id": "ill", "name": "illness", "activity": "C", "levels": {"A": "high"}}, {"id": "odd", "name": "odd"}],
    interventions=[drug("x", blocks="A"), drug("y", blocks="E")],
)
CASE = patient(KB, disease="ill", interventions=["x"], ask=["C"])
RESULT = solve(KB, CASE, reference)


def test_a_full_explanation_says_when_each_rule_does_not_hold_and_a_shorter_one_does_not() -> None:
    full, steps = (explanation_text(RESULT, KB, entity="C", detail=detail) for detail in ("full", "steps"))
    assert "Does not hold: not in the gut" in full
    assert "PMID:1 (rct, supports) seen once" in full
    assert "not in the gut" not in steps


def test_a_full_explanation_names_every_rule_for_a_step_and_a_shorter_one_a_few_against_it() -> None:
    against = [f"C{n}" for n in range(5)]
    kb = sketch(
        "A -> T",
        "B -> T",
        *(f"{c} -| T weak" for c in against),
        interventions=[
            {
                "id": "x",
                "name": "x",
                "class": "try",
                "actions": [{"verb": "supplies", "target": e, "potency": "strong"} for e in ("A", "B", *against)],
            }
        ],
    )
    result = solve(kb, patient(kb, interventions=["x"], ask=["T"]), reference)
    full, steps = (explanation_text(result, kb, entity="T", detail=detail) for detail in ("full", "steps"))
    assert "Also for it: b-raises-t" in full
    assert "more with --level full" not in full
    assert "- 1 more with --level full" in steps


def test_what_is_given_fires_before_anything_waits_and_a_rule_says_when_it_does_not_hold() -> None:
    arm = arm_view(KB, RESULT)
    shown = firings(arm, ["C"])
    assert [firing.change.entity for firing in shown] == ["A", "B", "C"]
    assert elsewise(arm, shown[0]) == ["nothing: what is given settles before any rule fires"]
    assert "does not hold: not in the gut" in why(arm, shown[2], {"B": 2})
    assert not any("does not hold" in line for line in why(arm, shown[1], {"A": 1}))


def test_all_firings_are_those_of_everything_that_changes() -> None:
    arm = arm_view(KB, RESULT)
    assert {firing.change.entity for firing in firings(arm)} == {"A", "B", "C", "D"}


def test_a_card_lists_what_is_asked_where_something_is() -> None:
    assert "\nAsked\n  C\n" in card(KB, CASE, 80)
    assert "Asked" not in card(KB, CASE._replace(ask=()), 80)


def test_each_wrong_row_of_a_table_says_why_and_the_right_ones_are_left_out() -> None:
    rows = ["1,x,ill,improves", "2,x,ill,worsens", "3,x,odd,improves", "4,y,ill,improves"]
    table = "\n".join(["id,intervention,disease,outcome", *rows]) + "\n"
    figures = {"table": "t.csv", **score(KB, table.encode(), "t.csv", reference)}
    told = scores_text(figures, namer(KB), wrong=True).partition("rows not predicted as observed\n")[2].splitlines()
    assert told == [
        "    2: observed worsens, predicted improves (C decreases moderate, unopposed)",
        "    3: observed improves, predicted uncovered (no activity for disease `odd`)",
        "    4: observed improves, predicted no_benefit "
        "(C: no_known_mechanism: the rules know no way by which what is given would move C)",
    ]


def test_an_undecided_change_names_both_sides_and_their_rules() -> None:
    both = {**drug("x"), "actions": [{"verb": "blocks", "target": target} for target in "AD"]}
    kb = sketch("A -> B moderate", "D -| B moderate", "B -> C", interventions=[both])
    case = patient(kb, interventions=["x"], levels=dict.fromkeys("ABCD", "high"), ask=["C"])
    text = " ".join(explanation_text(solve(kb, case, reference), kb).split())
    assert "B could go either way: A is blocked, which would lower it; D is blocked, which would raise it." in text
    assert "C could go either way: B could go either way, which would move it either way." in text
    assert "[a-raises-b; d-lowers-b" in text.replace("a-induces-b", "a-raises-b").replace(
        "d-suppresses-b", "d-lowers-b"
    )
    assert "no longer make" not in text


def test_an_explanation_of_an_arm_is_of_that_arm_alone() -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A"), drug("y", supplies="A")])
    arms = [{"id": "other", "replace": {"x": "y"}}, {"id": "none", "remove": ["x"]}]
    case = patient(kb, interventions=["x"], levels={"A": "low"}, ask=["B"], arms=arms)
    result = solve(kb, case, reference)
    text = explanation_text(result, kb, arm="other")
    assert ": other  " in text.splitlines()[0]
    assert "Why does B rise?" in text
    assert "What if" not in text
    assert "What if: other" in explanation_text(result, kb)


def test_what_is_given_against_itself_is_a_caution_in_words() -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A"), drug("y", supplies="A")])
    result = solve(kb, patient(kb, interventions=["x", "y"], levels={"A": "high"}), reference)
    assert result.cautions[0].say == ""
    assert "caution: What is given pulls A both ways." in explanation_text(result, kb)


def test_a_loss_that_another_driver_made_up_for_is_told_when_that_is_lost_too() -> None:
    both = {**drug("x"), "actions": [{"verb": "blocks", "target": target} for target in "AE"]}
    kb = sketch("A -> B", "D -> B", "E -> D", interventions=[both])
    case = patient(kb, interventions=["x"], levels=dict.fromkeys("ABDE", "high"), ask=["B"])
    text = " ".join(explanation_text(solve(kb, case, reference), kb).split())
    assert "B falls strongly, since A is blocked and D no longer makes up for it" in text


def test_a_rise_that_waited_for_a_gate_to_open_names_what_opened_it() -> None:
    both = {**drug("x"), "actions": [{"verb": "supplies", "target": target} for target in "aq"]}
    gate = {"z": {"kind": "complex", "requires": ["r"]}, "r": {"kind": "receptor", "level": "absent"}}
    kb = sketch("a -> z", "q -> r", entities=gate, interventions=[both])
    text = " ".join(explanation_text(solve(kb, patient(kb, interventions=["x"], ask=["z"]), reference), kb).split())
    assert "z rises strongly, since a rises and r rises too" in text.casefold()

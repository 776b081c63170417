"""A lesson asks, listens, grades and looks back; the same answers always give the same lesson."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.model.errors import TheralogicError
from theralogic.model.records import Teaching
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.reasoning.engines import engine_named
from theralogic.teach.grade_chain import own_chain
from theralogic.teach.lesson import LearnerPrediction, Prompt, afterwards, commitment, run_lesson, verdicts
from theralogic.teach.lesson_page import lesson_page, names_offered
from theralogic.teach.prepare import PreparedLesson, prepare
from theralogic.teach.summary import calibration, record_json, slips_made, summary

KB = sketch(
    "IL6_signalling -> STAT3",
    "STAT3 -> CRP",
    "IL6R -| serum_IL6",
    "IL6_signalling -> swelling",
    "TNF -> swelling",
    "OTHER -> nothing_much",
    entities={
        "IL6": {"kind": "cytokine", "name": "IL-6"},
        "IL6R": {"kind": "receptor", "name": "IL-6R"},
        "IL6_signalling": {"kind": "complex", "name": "IL-6 signalling", "requires": ["IL6", "IL6R"]},
        "CRP": {"kind": "readout"},
        "serum_IL6": {"kind": "readout", "name": "serum IL-6"},
    },
    diseases=[{"id": "arthritis", "name": "arthritis", "levels": {"IL6": "high", "TNF": "high"}}],
    interventions=[drug("tocilizumab", blocks="IL6R")],
)
ASK = ["CRP", "serum_IL6", "swelling", "nothing_much"]


def lesson(seed: int = 0, most: int = 5) -> PreparedLesson:
    case = patient(KB, disease="arthritis", interventions=["tocilizumab"], ask=ASK)
    return prepare(KB, case, engine_named("reference"), seed=seed, most=most)


def scripted(**answers: str | list[str]) -> Callable[[Prompt], str | None]:
    chains = iter(answers.get("chain", []))

    def reply(prompt: Prompt) -> str | None:
        if prompt.kind == "chain":
            return next(chains, None)
        found = answers.get(prompt.entity if prompt.kind == "direction" else prompt.kind)
        return found if isinstance(found, str) else None

    return reply


def played(lesson: PreparedLesson, reply: Callable[[Prompt], str | None]) -> tuple[str, dict[str, object], list[str]]:
    said: list[str] = []
    record = run_lesson(lesson, reply, said.append, pattern_hints={"gate": "a gate"}, width=100)
    return "\n".join(said), record_json(record), list(summary(record))


def test_the_learner_commits_before_anything_is_told() -> None:
    text, _, _ = played(lesson(), scripted(CRP="falls 90"))
    assert "CRP: you say it falls, 90% sure" in text
    before = text[: text.index("Now explain it")]
    assert "it falls strongly" not in before
    assert "exact" not in before


def test_slips_are_named_from_the_wrong_answers() -> None:
    case = lesson()
    record = run_lesson(
        case, scripted(serum_IL6="falls 80", CRP="down 60"), lambda _: None, pattern_hints={}, width=100
    )
    assert [(p.entity, p.right, p.slip) for p in record.predictions] == [
        ("CRP", True, ""),
        ("serum_IL6", False, "sign_flipped"),
    ]
    assert slips_made(record) == {"sign_flipped": 1}


def test_hints_go_from_the_general_to_the_specific_and_end() -> None:
    text, data, _ = played(lesson(), scripted(chain=["?"] * 20))
    rungs = [line for line in text.splitlines() if line.startswith("  hint")]
    assert "Look for this" in rungs[0]
    assert "In order, without signs" in rungs[-1]
    assert "no more hints" in text
    assert data["hints"] == len(rungs)


def test_a_chain_may_be_mended_and_the_best_one_counts() -> None:
    whole = "tocilizumab -| IL-6R -> IL-6 signalling -> STAT3 -> CRP"
    text, data, _ = played(lesson(), scripted(chain=["no chain at all", "IL-6 -> CRP", whole, "CRP -> STAT3"]))
    assert "no link in" in text
    assert "amount for activity" in text
    assert isinstance(data["chain"], dict)
    assert data["chain"]["score"] == 1.0


def test_the_counterfactual_is_computed_and_makes_a_difference() -> None:
    found = lesson().counterfactual
    assert found
    assert (found.before.direction, found.before.strength) != (found.after.direction, found.after.strength)
    text, data, _ = played(lesson(), scripted(counterfactual="same"))
    assert "And if?" in text
    assert isinstance(data["counterfactual"], dict)
    assert data["counterfactual"]["right"] is (found.after.direction == "no_effect")


def test_the_same_seed_gives_the_same_lesson_and_seeds_vary_it() -> None:
    first, again = lesson(3), lesson(3)
    assert (first.questions, first.counterfactual) == (again.questions, again.counterfactual)
    orders = {tuple(q.answer.entity for q in lesson(seed).questions) for seed in range(8)}
    assert len(orders) > 1


def test_few_questions_are_chosen_to_differ() -> None:
    assert len({q.answer.direction for q in lesson(most=3).questions}) == 3


def test_nobody_there_still_gets_the_whole_lesson() -> None:
    text, data, lines = played(lesson(), lambda _: None)
    assert "The chain of the derivation: tocilizumab -| IL-6R" in text
    assert lines == ["Nothing was predicted."]
    assert data["chain"] is None


def test_a_case_in_which_nothing_changes_teaches_nothing() -> None:
    case = patient(KB, interventions=["tocilizumab"], ask=["nothing_much"])
    with pytest.raises(TheralogicError, match="changes"):
        prepare(KB, case, engine_named("reference"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("falls 80", ("decreases", 0.8)),
        ("rises", ("increases", None)),
        ("same, 100%", ("no_effect", 1.0)),
        ("? 50", ("ambiguous", 0.5)),
        ("+", ("increases", None)),
        ("falls 101", None),
        ("sideways", None),
        ("", None),
    ],
)
def test_a_commitment_is_a_word_and_perhaps_a_percentage(text: str, expected: object) -> None:
    assert commitment(text) == expected


def test_calibration_compares_confidence_with_what_was_right() -> None:
    def made(confidence: float | None, right: bool) -> LearnerPrediction:
        return LearnerPrediction(
            entity="X", direction="increases", confidence=confidence, right=right, slip="", patterns=()
        )

    fit = calibration([made(1.0, True), made(0.5, False), made(None, False)])
    assert fit == (2, 0.75, 0.5, 0.125)
    assert calibration([made(None, True)]) is None


def test_the_exported_page_brings_every_grade_along_and_fetches_nothing() -> None:
    case = lesson()
    page = lesson_page(case, pattern_hints={})
    data = json.loads(page.split('id="grades">')[1].split("</script>")[0])
    for source, sign, target in own_chain(case.arm, case.chain_for):
        assert data["grades"][f"{source} {sign} {target}"][0] == "exact"
        assert data["grades"][f"{source} {-sign} {target}"][0] == "wrong_sign"
    assert {"IL6", "IL6R", "tocilizumab"} <= set(names_offered(case.arm, case.chain_for))
    assert "default-src 'none'" in unescape(page)
    assert not re.search(r"<(?:script|img|link)[^>]+(?:src|href)=[\"']?http", page)
    assert page.count(DISCLAIMER) == 2


def test_a_case_that_asks_nothing_is_asked_what_is_worth_asking() -> None:
    case = patient(KB, disease="arthritis", interventions=["tocilizumab"])
    asked = {q.answer.entity for q in prepare(KB, case, engine_named("reference")).questions}
    assert asked
    assert asked <= {"CRP", "serum_IL6"}


def deaf() -> PreparedLesson:
    kb = sketch(
        "L_signalling -| X",
        "Y -> X",
        entities={
            "L": {"kind": "cytokine"},
            "R": {"kind": "receptor"},
            "L_signalling": {"kind": "complex", "name": "L signalling", "requires": ["L", "R"]},
        },
        interventions=[drug("agent", supplies="L")],
    )
    case = patient(kb, levels={"R": "absent"}, interventions=["agent"], ask=["L", "L_signalling", "X"])
    return prepare(kb, case, engine_named("reference"))


def test_where_nothing_gets_through_the_learner_looks_for_what_stops_it() -> None:
    case = deaf()
    assert case.chain_for == ""
    assert case.obstacle
    assert case.obstacle.by == ("R",)
    assert set(case.obstacle.offered) == {"L", "R"}
    for said, found in (("R", True), ("L", False), ("nobody", False)):
        text, data, lines = played(case, scripted(obstacle=said))
        assert data["obstacle"] is found
        assert f"What stops the effect: {'' if found else 'not '}found." in lines
        assert "can't rise without R" in text
    assert played(case, lambda _: None)[1]["obstacle"] is None


def test_a_name_that_nobody_knows_may_be_mended_twice() -> None:
    names = iter(["one", "two", "three", "R"])
    text, data, _ = played(deaf(), lambda prompt: next(names) if prompt.kind == "obstacle" else None)
    assert [name for name in ("one", "two", "three") if f"`{name}` is not a name known here" in text] == [
        "one",
        "two",
        "three",
    ]
    assert "Not so." in text
    assert (data["obstacle"], next(names)) == (False, "R")


def test_what_a_case_teaches_is_told_last_and_only_where_it_says_so() -> None:
    kb_case = lesson()
    assert list(afterwards(kb_case)) == []
    taught = kb_case.case._replace(teaching=Teaching(("see the gate",), (), ()))
    assert list(afterwards(kb_case._replace(case=taught))) == ["What this case teaches", "  - see the gate"]


def test_a_finding_of_this_patient_is_what_the_what_if_takes_back() -> None:
    found = deaf().counterfactual
    assert found
    assert (found.entity, found.changed, found.level) == ("X", "R", "normal")
    assert (found.before.direction, found.after.direction) == ("no_effect", "decreases")


def test_the_page_of_a_lesson_without_a_chain_asks_for_the_obstacle() -> None:
    page = lesson_page(deaf(), pattern_hints={})
    assert 'id="obstacle"' in page
    assert 'id="chain"' not in page


def test_an_undecided_question_is_told_as_undecided_and_a_lesson_may_have_no_what_if() -> None:
    kb = sketch(
        "A -> T moderate",
        "C -> T moderate",
        "A -> U",
        "U -> V",
        interventions=[drug("x", supplies="A", blocks="C")],
        entities={"T": {"tone": "constitutive"}, "C": {"tone": "constitutive"}},
    )
    case = prepare(kb, patient(kb, interventions=["x"], ask=["T", "V"]), engine_named("reference"))
    record = run_lesson(case, scripted(T="rises"), lambda _: None, pattern_hints={}, width=100)
    assert record.counterfactual is None
    assert [p.slip for p in record.predictions] == ["one_path_only"]
    assert "can't be decided" in " ".join(verdicts(case, record))


def test_who_follows_the_outweighed_path_is_told_so() -> None:
    kb = sketch("A -> T", "C -| T weak", interventions=[drug("x", supplies="A", agonizes="C")])
    case = prepare(kb, patient(kb, interventions=["x"], ask=["T"]), engine_named("reference"))
    record = run_lesson(case, scripted(T="falls"), lambda _: None, pattern_hints={}, width=100)
    assert [p.slip for p in record.predictions] == ["one_path_only"]
    assert "The path through C alone says so; it is outweighed here." in " ".join(verdicts(case, record))

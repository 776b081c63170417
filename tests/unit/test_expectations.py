"""An expectation that is not met says what was found instead."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.reasoning import reference
from theralogic.render.expectations import unmet_text
from theralogic.results.assemble import solve
from theralogic.results.expectations import check

KB = sketch(
    "A -> B moderate",
    "B -> C weak needs weak",
    "A -> D strong in nowhere",
    entities={"E": {}},
    interventions=[drug("anti-a", blocks="A"), drug("pro-b", agonizes="B")],
    diseases=[
        {"id": "d", "name": "D", "activity": "C", "levels": {"A": "high"}, "compartments": {"tissue": ["somewhere"]}}
    ],
)
MET = {"entity": "B", "direction": "decreases"}


def failures(given: list[str], ask: list[str], *expected: dict[str, Any]) -> list[str]:
    arms = [{"id": "both", "add": ["pro-b"]}] if given else []
    case = patient(KB, disease="d", interventions=given, ask=ask, expect=list(expected), arms=arms)
    return [unmet_text(unmet) for unmet in check(case, solve(KB, case, reference))]


@pytest.mark.parametrize(
    "expected",
    [
        MET,
        {**MET, "at_least": "weak", "at_most": "moderate"},
        {**MET, "certainty": "unopposed", "by": ["a-raises-b"]},
        {"entity": "D", "direction": "no_effect", "because": "out_of_context"},
        {"entity": "B", "direction": "increases", "arm": "both"},
        {"entity": "B", "direction": "increases", "world": "untreated"},
    ],
)
def test_what_holds_is_met(expected: dict[str, Any]) -> None:
    assert failures(["anti-a"], ["B", "D"], expected) == []


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({**MET, "direction": "increases"}, "B: expected increases, found decreases"),
        (
            {"entity": "D", "direction": "decreases"},
            "D: expected decreases, found no_effect [out_of_context: D, by ",
        ),
        ({"entity": "E", "direction": "decreases"}, "E: expected decreases, found no_effect"),
        ({**MET, "at_least": "strong"}, "B: expected at least strong, found moderate"),
        ({**MET, "at_most": "weak"}, "B: expected at most weak, found moderate"),
        ({**MET, "certainty": "contested"}, "B: expected certainty contested, found unopposed"),
        ({**MET, "by": ["b-raises-c"]}, "B: the derivation does not use b-raises-c"),
        ({"entity": "D", "direction": "no_effect", "by": ["b-raises-c"]}, "D: the derivation does not use b-raises-c"),
        (
            {"entity": "D", "direction": "no_effect", "because": "faded"},
            "D: expected because faded, found out_of_context",
        ),
        (
            {"entity": "E", "direction": "no_effect", "because": "faded"},
            "E: expected because faded, found None (ask about it to get a reason)",
        ),
        ({"entity": "B", "direction": "decreases", "arm": "both"}, "B (both, treated): expected decreases"),
    ],
)
def test_what_does_not_hold_says_what_was_found(expected: dict[str, Any], words: str) -> None:
    [failure] = failures(["anti-a"], ["B", "D"], expected)
    assert failure.startswith(words)


def test_a_world_that_is_not_there_is_told() -> None:
    assert failures([], ["B"], {"entity": "B", "direction": "increases", "world": "treated"}) == [
        "B: nothing is given, so there is no treated world"
    ]


def test_what_is_not_met_is_data_with_the_part_that_fails_and_what_stands_in_its_place() -> None:
    asked = [{"entity": "D", "direction": "no_effect", "because": "faded"}, {**MET, "by": ["b-raises-c"]}, MET]
    case = patient(KB, disease="d", interventions=["anti-a"], ask=["D"], expect=asked)
    because, by = check(case, solve(KB, case, reference))
    assert (because.expected, because.part, because.found) == (case.expect[0], "because", ("out_of_context",))
    assert because.reason is not None
    assert because.reason.entity == "D"
    assert (by.expected, by.part, by.found, by.reason) == (case.expect[1], "by", ("b-raises-c",), None)

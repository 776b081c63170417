"""One row of a table at a time: what it is taken to say, and when it is not covered or abstains."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sketch import drug, sketch

from theralogic.model.errors import InvalidInputError
from theralogic.reasoning import reference
from theralogic.score import score as scored

KB = sketch(
    "A -> P",
    "P -> ACT",
    "B -> P moderate",
    "W -> P weak",
    "S -> ACT",
    entities={
        "ACT": {"kind": "activity"},
        "P": {"kind": "process"},
        "S": {"kind": "process"},
        "sA": {"name": "soluble A"},
        "G": {"kind": "complex", "requires": ["A", "B"]},
        **{e: {"kind": "receptor"} for e in ("A", "B", "W")},
    },
    diseases=[
        {"id": "d", "name": "D", "activity": "ACT", "levels": {"P": "high"}},
        {"id": "bare", "name": "bare disease"},
    ],
    interventions=[
        drug("anti-act", blocks="ACT"),
        drug("pro-act", agonizes="ACT"),
        {**drug("half-act", blocks="ACT"), "dose": {"low": "weak", "standard": "moderate"}},
    ],
)


def row(columns: str = "outcome", **cells: str) -> dict[str, Any]:
    """The prediction for a row about disease D."""
    cells = {"intervention": "anti-act", "disease": "d", columns: "improves", **cells}
    table = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
    [prediction] = scored(KB, table.encode(), "t.csv", reference)["predictions"]
    assert isinstance(prediction, dict)
    return prediction


@pytest.mark.parametrize(
    ("cells", "predicted"),
    [
        ({}, "improves"),
        ({"intervention": "pro-act"}, "worsens"),
        ({"intervention": "half-act"}, "improves"),
        ({"intervention": "half-act", "dose": "low"}, "no_benefit"),
        ({"intervention": "half-act low dose"}, "no_benefit"),
        ({"intervention": "anti-act + pro-act"}, "abstains"),
        ({"intervention": "anti-act", "comparator": "half-act"}, "improves"),
        ({"intervention": "anti-act", "comparator": "anti-act"}, "no_benefit"),
        ({"intervention": "anti-act + pro-act", "comparator": "half-act"}, "abstains"),
        ({"intervention": "half-act", "comparator": "pro-act"}, "improves"),
        ({"intervention": "pro-act", "comparator": "half-act"}, "worsens"),
        ({"intervention": "newmab", "target": "ACT", "mode": "receptor_blocker"}, "improves"),
        ({"findings": "A=high; P=normal"}, "no_benefit"),
    ],
)
def test_a_row_is_answered(cells: dict[str, str], predicted: str) -> None:
    assert row(**cells)["predicted"] == predicted


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"disease": "nothing"}, "unknown disease `nothing`"),
        ({"disease": "bare"}, "no activity for disease `bare`"),
        ({"intervention": "newmab"}, "unknown intervention `newmab` without target and mode"),
        ({"intervention": "newmab", "target": "X", "mode": "receptor_blocker"}, "unknown entity `X`"),
        ({"findings": "A=many"}, "`many` is no level"),
        ({"findings": "X=high"}, "unknown entity `X`"),
        ({"findings": "G=high"}, "`G` is a complex and can't have a level"),
    ],
)
def test_a_row_about_something_unknown_is_not_covered_and_says_why(cells: dict[str, str], reason: str) -> None:
    found = row(**cells)
    assert (found["predicted"], found["reason"]) == ("uncovered", reason)


def test_readouts_are_asked_by_any_name() -> None:
    assert row("direction", readout="P", direction="down", intervention="anti-act")["predicted"] == "unchanged"
    assert row("direction", readout="ACT", direction="down")["predicted"] == "down"


def test_a_table_has_a_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("theralogic.score.table.MAX_ROWS", 1)
    with pytest.raises(InvalidInputError, match="more than 1 rows"):
        scored(KB, b"intervention,disease,outcome\na,b,c\na,b,c\n", "t.csv", reference)


def test_names_may_be_ignored_for_targets() -> None:
    table = b"intervention,target,mode,disease,outcome,comparator\nanti-act,B,receptor_blocker,d,improves,half-act\n"
    [named] = scored(KB, table, "t.csv", reference)["predictions"]
    [built] = scored(KB, table, "t.csv", reference, ignore_names=True)["predictions"]
    assert (named["predicted"], built["predicted"]) == ("improves", "no_benefit")


@pytest.mark.parametrize(
    ("table", "code", "says"),
    [
        (b"intervention,disease,outcome\n", "bad-table", "there are no rows"),
        (b"a,b\n1,2\n", "bad-table", "neither the columns of outcomes nor of readouts"),
        (b"\xff\xfe", "not-text", "file is not UTF-8 text"),
        (b"a\0b\n", "bad-table", "it holds NUL characters"),
    ],
)
def test_a_table_that_can_not_be_scored_says_why(table: bytes, code: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says) as caught:
        scored(KB, table, "t.csv", reference)
    assert caught.value.code == code

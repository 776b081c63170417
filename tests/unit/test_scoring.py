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
    "nothing", ["", "placebo", "Standard of care", "no treatment", "before treatment", "Usual-Care"]
)
def test_a_comparator_that_means_nothing_else_is_no_drug(nothing: str) -> None:
    assert row(comparator=nothing) == row()


def test_a_comparator_that_nobody_knows_is_an_error_of_the_row_and_not_built_from_its_target() -> None:
    known = {"target": "B", "mode": "receptor_blocker"}
    found = row(comparator="anti-actt", **known)
    assert (found["predicted"], found["reason"]) == ("uncovered", "unknown comparator `anti-actt`")


def test_blank_fields_are_told_up_to_a_hundred() -> None:
    table = b"intervention,disease,outcome\n" + b"a,d,\n" * 130
    with pytest.raises(InvalidInputError, match="30 more are blank") as caught:
        scored(KB, table, "t.csv", reference)
    assert len(caught.value.problems) == 101


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_of_a_german_spreadsheet_with_blank_rows_and_columns_scores_as_the_plain_one(encoding: str) -> None:
    plain = b"intervention,disease,outcome\nanti-act,d,improves\n"
    saved = "intervention;disease;outcome;;\r\nanti-act ; d; improves;;\r\n;;;;\r\n".encode(encoding)
    assert scored(KB, saved, "t.csv", reference) == scored(KB, plain, "t.csv", reference)


@pytest.mark.parametrize(
    ("table", "code", "says"),
    [
        (b"intervention,disease,outcome\n", "bad-table", "there are no rows"),
        (b"a,b\n1,2\n", "bad-table", "neither the columns of outcomes nor of readouts"),
        (b"", "bad-table", "the table has no columns"),
        (b"\xe4,b\n", "not-text", "a byte is not UTF-8 text"),
        (b"a,b,c,d,\0e\n", "not-text", "it holds NUL characters"),
        (b"intervention,disease,outcome\na,d,\n", "bad-table", "t.csv:2:1: column `outcome` is blank"),
        (b"intervention,disease,outcome\na,d\n", "bad-table", "t.csv:2:1: 2 fields, not 3"),
    ],
)
def test_a_table_that_can_not_be_scored_says_why(table: bytes, code: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says) as caught:
        scored(KB, table, "t.csv", reference)
    assert caught.value.code == code

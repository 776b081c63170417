"""Tables of patients: a value means in a cohort what it means in a case."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.sketch import sketch

from theralogic.cohort.patients import columns_of, patients_of
from theralogic.cohort.solve import NOT_GIVEN
from theralogic.files.cases import measured_level
from theralogic.files.locations import load_kb
from theralogic.model.levels import LEVELS

KB = load_kb(Path(__file__).parent.parent / "data" / "small")
NUMBER = st.floats(0, 1000, allow_nan=False)


def levels(table: pa.Table) -> list[int]:
    """Levels of CRP in the order of the rows; those set aside are missing."""
    patients = patients_of(table, columns_of(table.column_names, KB, "table"), KB, 1)
    ranks = patients.population.levels.get("CRP", np.full(len(patients.rows), NOT_GIVEN, np.int8))
    return [int(ranks[n]) for n in np.argsort(patients.rows)]


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER).filter(lambda v: v[1] < v[2]), min_size=1, max_size=20))
def test_a_measured_value_has_the_level_that_a_case_gives_it(rows: list[tuple[float, float, float]]) -> None:
    values, low, high = (list(column) for column in zip(*rows, strict=True))
    expected = [measured_level(*row) for row in rows]
    assert levels(pa.table({"CRP": values, "CRP.low": low, "CRP.high": high})) == expected
    as_text = {"CRP": values, "CRP.low": low, "CRP.high": high}
    assert levels(pa.table({name: [repr(v) for v in column] for name, column in as_text.items()})) == expected


@given(st.lists(st.sampled_from([*LEVELS, "HIGH", " low ", "", None]), min_size=1, max_size=20))
def test_a_word_is_a_level_in_any_case_and_nothing_is_no_finding(words: list[str | None]) -> None:
    expected = [LEVELS.index(w.strip().casefold()) if w and w.strip() else NOT_GIVEN for w in words]
    assert levels(pa.table({"CRP": pa.array(words, pa.string())})) == expected


def test_a_column_may_mix_words_and_values() -> None:
    table = pa.table({"CRP": ["high", "3", "", "2"], "CRP.low": ["", "0", "0", "5"], "CRP.high": ["", "5", "5", "9"]})
    assert [LEVELS[level] if level >= 0 else "" for level in levels(table)] == ["high", "normal", "", "low"]


def test_every_patient_may_have_a_context_of_its_own() -> None:
    many = 33_000
    phases = [f"phase {n:05}" for n in reversed(range(many - 1))] + [""]
    table = pa.table({"context.phase": phases})
    patients = patients_of(table, columns_of(table.column_names, KB, "table"), KB, 1)
    assert [group.context for group in patients.population.groups[:2]] == [(), (("phase", ("phase 00000",)),)]
    assert [int(row) for row in patients.rows[:2]] == [many, many - 1]


def test_diseases_that_disagree_need_a_finding_that_decides() -> None:
    kb = sketch(
        "A -> C",
        diseases=[{"id": d, "name": d, "levels": {"A": level}} for d, level in (("up", "high"), ("down", "low"))],
    )
    for finding, aside in (({}, 2), ({"A": ["high", None]}, 1)):
        table = pa.table({"disease": ["up; down"] * 2, **finding})
        patients = patients_of(table, columns_of(table.column_names, kb, "table"), kb, 1)
        reason = "its diseases give `A` different levels: a finding must decide"
        assert [a.reason for a in patients.aside] == [reason] * aside
        assert patients.population.size == 2 - aside


def test_what_is_no_finite_number_is_set_aside() -> None:
    table = pa.table({"CRP": [math.inf, 1.0, math.nan], "CRP.low": [0.0] * 3, "CRP.high": [5.0] * 3})
    patients = patients_of(table, columns_of(table.column_names, KB, "table"), KB, 1)
    assert [(a.line, a.reason) for a in patients.aside] == [(1, "not a finite number")]
    assert patients.population.size == 2


def test_only_patients_whose_diseases_disagree_are_set_aside() -> None:
    kb = sketch(
        "A -> B",
        diseases=[
            {"id": "one", "name": "One", "levels": {"A": "high", "B": "high"}},
            {"id": "two", "name": "Two", "levels": {"A": "high", "B": "low"}},
        ],
    )
    table = pa.table({"disease": ["one", "one; two", "two"]})
    patients = patients_of(table, columns_of(table.column_names, kb, "table"), kb, 1)
    assert [(aside.line, "give `B` different levels" in aside.reason) for aside in patients.aside] == [(2, True)]
    assert [int(row) for row in patients.rows] == [1, 3]

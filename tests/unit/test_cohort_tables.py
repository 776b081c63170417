"""Tables of patients as people write them: what is read, what is set aside and why, and which arms there may be."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from theralogic.cohort.cohort_arms import arm_of, arms_of
from theralogic.cohort.patients import columns_of, patients_of
from theralogic.cohort.run import MANIFEST
from theralogic.cohort.saved_cohort import open_cohort
from theralogic.files import tables
from theralogic.files.locations import load_kb
from theralogic.files.tables import Aside, activities, column_names, to_parquet
from theralogic.model.errors import InvalidInputError, TheralogicError

KB = load_kb(Path(__file__).parent.parent / "data" / "small")


def read(folder: Path, name: str, text: str) -> tuple[list[dict[str, str]], list[Aside]]:
    """The rows of a table with that text, and what is set aside."""
    (folder / name).write_text(text, encoding="utf-8")
    aside: list[Aside] = []
    to_parquet(folder / name, folder / "table.parquet", column_names(folder / name), aside.append)
    return pq.read_table(folder / "table.parquet").to_pylist(), aside


@pytest.mark.parametrize(
    ("patient", "columns"),
    [
        ('{"disease": ["a", "b"]}', {"disease": "a; b"}),
        ('{"context": {"phase": "chronic"}}', {"context.phase": "chronic"}),
        ('{"findings": {"IL6": "high", "CRP": 48}}', {"IL6": "high", "CRP": "48"}),
        (
            '{"CRP": {"value": 48, "reference": [0, 5]}, "IL6": null}',
            {"CRP": "48", "CRP.low": "0", "CRP.high": "5", "IL6": None},
        ),
    ],
)
def test_a_patient_in_json_is_read_as_a_case_would_be(patient: str, columns: dict[str, str], tmp_path: Path) -> None:
    (row,), aside = read(tmp_path, "t.jsonl", f"\n{patient}\n")
    assert ({name: row[name] for name in columns}, aside) == (columns, [])


@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        ("7", "not an object"),
        ("{", "not a JSON object of a patient"),
        ('{"disease": {"a": 1}}', "needs `value` and `reference: [low, high]`"),
        ('{"CRP": {"value": 48, "reference": [5]}}', "needs `value` and `reference: [low, high]`"),
        ('{"context": {"phase": {"a": 1}}}', "an object where a word or number is expected"),
        ('{"id": "1", "id": "2"}', "`id` stands there twice"),
        ('{"id": "\\ud800"}', "bytes or escapes that are no text"),
        ('{"\\ud800": "1"}', "bytes or escapes that are no text"),
        (f'{{"id": "{"x" * 100_001}"}}', "a cell has more than 100,000 characters"),
        ("[" * 100_000, "not a JSON object of a patient"),
    ],
)
def test_a_patient_in_json_that_makes_no_sense_is_set_aside(patient: str, reason: str, tmp_path: Path) -> None:
    rows, (aside,) = read(tmp_path, "t.jsonl", f'{{"id": "ok"}}\n{patient}\n')
    assert [row["id"] for row in rows] == ["ok"]
    assert aside.line == 2
    assert reason in aside.reason


def test_a_line_of_csv_that_is_too_long_or_empty_is_no_patient(tmp_path: Path) -> None:
    huge = "x" * 200_000
    rows, aside = read(tmp_path, "t.csv", f"id,disease\n1,a\n\n2,b,c\n{huge},d\n3,e\n")
    assert [row["id"] for row in rows] == ["1", "3"]
    assert [a.reason[:20] for a in aside] == ["`c` stands in column", "a cell has more than"]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("t.csv", "", "the table has no columns"),
        ("t.csv", "x" * 200_000, "the header can't be read: a cell has more than"),
        ("t.csv", "id,id\n1,2\n", "column `id` stands there twice"),
        ("t.jsonl", "", "the table has no columns"),
        ("t.jsonl", "{", "t.jsonl:1:1: not a JSON object of a patient"),
        ("t.jsonl", " " * 4_000_001, "t.jsonl:1:1: a line has more than 4,000,000 characters"),
        ("t.jsonl", json.dumps({str(n): 1 for n in range(10_001)}), "more than 10,000 columns"),
    ],
)
def test_a_table_without_columns_of_its_own_is_refused(name: str, text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read(tmp_path, name, text)


def test_what_to_ask_follows_from_the_diseases_in_any_kind_of_table(tmp_path: Path) -> None:
    disease = "rheumatoid arthritis"
    (tmp_path / "t.csv").write_text(f"id,disease\n1,{disease}\n")
    (tmp_path / "t.jsonl").write_text(f'{{"id": "1", "disease": "{disease}"}}\n')
    pq.write_table(pa.table({"id": ["1"], "Disease": [disease]}), tmp_path / "t.parquet")
    assert {tuple(activities(KB, path)) for path in tmp_path.iterdir()} == {("RA_activity",)}
    (tmp_path / "t.csv").write_text("id,disease\n1,nothing known\n")
    with pytest.raises(InvalidInputError, match="no disease in the table has an activity"):
        activities(KB, tmp_path / "t.csv")


def test_a_value_without_its_reference_range_is_set_aside() -> None:
    table = pa.table({"CRP": [48.0, None]})
    patients = patients_of(table, columns_of(table.column_names, KB, "table"), KB, 1)
    assert ["without a reference range" in a.reason for a in patients.aside] == [True]


def test_an_arm_is_its_drugs_at_their_doses_and_without_drugs_the_untreated_one() -> None:
    assert arm_of(KB, [], []).id == "untreated"
    arm = arm_of(KB, ["Tocilizumab", "tocilizumab"], ["tocilizumab=standard"])
    assert [(p.intervention.id, p.dose) for p in arm.prescriptions] == [("tocilizumab", "standard")]
    with pytest.raises(TheralogicError, match="`tocilizumab` has a dose but is not given"):
        arm_of(KB, ["siltuximab"], ["tocilizumab=standard"])


@pytest.mark.parametrize("manifest", [None, "[]", "{}", '{"schema": "something else"}'])
def test_a_folder_that_no_cohort_run_wrote_is_not_opened(manifest: str | None, tmp_path: Path) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest)
    with pytest.raises(InvalidInputError, match="not the result of a cohort run"):
        open_cohort(tmp_path, KB)


@pytest.mark.parametrize(
    "start", ["", "\ufeff", "---\n", "# drugs\n", "title: Two drugs\n", "id: two\nhypothetical: true\n"]
)
def test_a_file_of_arms_is_read_as_any_file_in_yaml(start: str) -> None:
    text = f"{start}arms:\n- {{id: a, add: [tocilizumab]}}\n"
    assert [arm.id for arm in arms_of(KB, text.encode(), "arms.yaml")] == ["a"]
    line = start.count("\n") + 2
    with pytest.raises(InvalidInputError, match=rf"arms.yaml:{line}:\d+: unknown key `ad`"):
        arms_of(KB, text.replace("add", "ad").encode(), "arms.yaml")


def test_a_file_of_arms_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"arms\.yaml"):
        arms_of(KB, b"[]", "arms.yaml")


def test_bytes_that_are_no_text_set_their_line_of_json_aside(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(b'{"id": "1"}\n{"id": "\xff"}\n')
    aside: list[Aside] = []
    to_parquet(tmp_path / "t.jsonl", tmp_path / "t.parquet", column_names(tmp_path / "t.jsonl"), aside.append)
    assert [(a.line, "no text" in a.reason) for a in aside] == [(2, True)]


def test_a_table_of_many_columns_is_turned_a_few_rows_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "CHUNK_CELLS", 4)
    rows, _ = read(tmp_path, "t.csv", "id,disease\n1,a\n2,b\n3,c\n")
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert pq.read_metadata(tmp_path / "table.parquet").num_row_groups == 2


@pytest.mark.parametrize("closing", [5, 19, 20, 21, 900])
def test_an_open_quote_swallows_no_row_unseen(closing: int, tmp_path: Path) -> None:
    lines = [f"{n},rheumatoid arthritis" for n in range(1, 1001)]
    lines[2] = '3,"rheumatoid arthritis'
    lines[closing - 1] += '"'
    rows, aside = read(tmp_path, "t.csv", "id,disease\n" + "\n".join(lines) + "\n")
    assert [(row.line, "a quote is opened and not closed" in row.reason) for row in aside] == [(4, True)]
    assert [int(row["id"]) for row in rows] == [n for n in range(1, 1001) if n != 3]

"""Parquet is looked at before it is read: what is damaged, too large or of the wrong kind is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from theralogic.cohort.batch import Batch, read_rows
from theralogic.cohort.patients import columns_of, patients_of
from theralogic.cohort.run import _check_ids
from theralogic.files import parquet_reader
from theralogic.files.locations import load_kb
from theralogic.files.parquet_reader import open_parquet, read_group
from theralogic.files.tables import activities, column_names
from theralogic.model.errors import InvalidInputError

KB = load_kb(Path(__file__).parent.parent / "data" / "small")
RA = "rheumatoid arthritis"


def written(path: Path, table: pa.Table, **options: Any) -> Path:
    pq.write_table(table, path, **options)
    return path


def refused(path: Path) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        open_parquet(path, "t.parquet")
    return caught.value


KINDS = {
    "lists": pa.array([["a"], []]),
    "structs": pa.array([{"a": 1}, {"a": 2}]),
    "bytes": pa.array([b"\xff", b"a"]),
    "dates": pa.array([1, 2], pa.date32()),
    "maps": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("column", ["id", "disease", "IL6", "_line"])
def test_a_column_that_holds_neither_text_nor_numbers_is_refused(kind: str, column: str, tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", pa.table({column: KINDS[kind]}))
    error = refused(path)
    assert error.code == "bad-table"
    assert f"column `{column}` holds" in str(error)


ODD = {
    "whole numbers beyond what a float holds": pa.array([2**64 - 1, 1], pa.uint64()),
    "nothing": pa.nulls(2),
    "decimals": pa.array([1, 2], pa.decimal128(5)),
    "truth": pa.array([True, False]),
    "small floats": pa.array(np.array([1, 2], np.float16)),
    "long texts": pa.array(["high", "x"], pa.large_string()),
    "numbers by number": pa.array([0, 2]).dictionary_encode(),
    "texts by number": pa.array(["high", "low"]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("column", ["id", "disease", "IL6", "CRP.low", "context.phase"])
def test_other_kinds_of_columns_are_read_or_their_rows_set_aside(kind: str, column: str, tmp_path: Path) -> None:
    columns = {"disease": [RA, RA], "CRP": [1.0, 2.0], "CRP.low": [0.0, 0.0], "CRP.high": [5.0, 5.0]}
    path = written(tmp_path / "t.parquet", pa.table({**columns, column: ODD[kind]}))
    names = column_names(path)
    patients = patients_of(read_rows(str(path), Batch(0, 0, 2)), columns_of(names, KB, "t"), KB, 1)
    assert len(patients.rows) + len(patients.aside) == 2


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    whole = written(tmp_path / "t.parquet", pa.table({"id": [str(n) for n in range(1000)]})).read_bytes()
    for text in (whole[: len(whole) // 2], b"PAR1" + bytes(range(256)) * 9 + b"PAR1", b"PAR1"):
        (tmp_path / "t.parquet").write_bytes(text)
        assert "damaged or cut short" in str(refused(tmp_path / "t.parquet"))
    (tmp_path / "t.parquet").write_bytes(whole[:40] + bytes(200) + whole[240:])
    file = open_parquet(tmp_path / "t.parquet", "t.parquet")
    with pytest.raises(InvalidInputError, match="row group 1 can't be read"):
        read_group(file, 0, "t.parquet")


def test_bytes_that_are_no_text_are_found_when_a_row_group_is_read(tmp_path: Path) -> None:
    wrong = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    file = open_parquet(written(tmp_path / "t.parquet", pa.table({"IL6": wrong})), "t.parquet")
    with pytest.raises(InvalidInputError, match="row group 1 can't be read"):
        read_group(file, 0, "t.parquet")


def test_rows_beyond_a_million_need_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_reader, "MOST_FREE_ROWS", 1000)
    same = written(tmp_path / "same.parquet", pa.table({"disease": pa.array([RA] * 100_000).dictionary_encode()}))
    assert "100,000 rows in" in str(refused(same))
    own = written(tmp_path / "own.parquet", pa.table({"id": [f"{n * 7919 % 100_003}" for n in range(100_000)]}))
    assert open_parquet(own, "t.parquet").metadata.num_rows == 100_000


@pytest.mark.parametrize(
    ("limit", "most", "says"),
    [
        ("MOST_GROUP_BYTES", 1000, "row group 1 unpacks to"),
        ("MOST_GROUP_CELLS", 5, "row group 1 unpacks to"),
        ("MOST_GROUPS", 1, "more than 1 row groups"),
    ],
)
def test_what_a_file_unpacks_to_is_bounded(
    limit: str, most: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "t.parquet", pa.table({"id": ["x" * 5000, *"123456789"]}), row_group_size=6)
    open_parquet(path, "t.parquet")
    monkeypatch.setattr(parquet_reader, limit, most)
    error = refused(path)
    assert error.code == "too-large"
    assert says in str(error)


def test_columns_are_bounded_and_have_names_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["id", "id"])
    assert "column `id` stands there twice" in str(refused(written(tmp_path / "t.parquet", twice)))
    for name, text in {"t.csv": "id,_line\n1,2\n", "t.jsonl": '{"id": "1", "_line": 2}\n'}.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(InvalidInputError, match="`_line` is reserved"):
            column_names(tmp_path / name)
    with pytest.raises(InvalidInputError, match="`_line` is reserved"):
        column_names(written(tmp_path / "t.parquet", pa.table({"id": ["1"], "_line": [2]})))
    for names in (["id", "ID"], ["Disease", "disease"], ["context.phase", "Context.Phase"]):
        with pytest.raises(InvalidInputError, match="mean the same"):
            columns_of(names, KB, "t")
    monkeypatch.setattr(parquet_reader, "MOST_COLUMNS", 1)
    many = written(tmp_path / "t.parquet", pa.table({"a": ["1"], "b": ["2"]}))
    assert "more than 1 columns" in str(refused(many))
    assert "no columns" in str(refused(written(tmp_path / "t.parquet", pa.table({}))))


def test_a_size_below_nought_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "t.parquet", pa.table({"id": ["1"]}))

    class Group:
        num_rows, total_byte_size = -1, 0

    class About:
        num_rows, num_row_groups = 1, 1

        def row_group(self, _: int) -> Group:
            return Group()

    class File:
        metadata, schema_arrow = About(), pa.schema([("id", pa.string())])

    monkeypatch.setattr("theralogic.files.parquet_reader.pq.ParquetFile", lambda *_: File())
    assert "a size below 0" in str(refused(path))


def test_one_long_id_in_many_rows_is_told_without_writing_it_out(tmp_path: Path) -> None:
    one = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000), pa.array(["x" * 1_000_000]))
    path = written(tmp_path / "t.parquet", pa.table({"id": one}), compression="zstd")
    with pytest.raises(InvalidInputError, match="is the id of 50000 rows"):
        _check_ids(path, "id", path)


@pytest.mark.parametrize("ids", [["1", "2", "1"], ["1", None, "1"], [1, 2, 1]])
def test_ids_that_stand_twice_are_found_across_row_groups(ids: list[Any], tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", pa.table({"id": ids}), row_group_size=2)
    with pytest.raises(InvalidInputError, match="`1` is the id of 2 rows"):
        _check_ids(path, "id", path)
    _check_ids(written(path, pa.table({"id": ["1", "", "", None, None]})), "id", path)
    _check_ids(written(path, pa.table({"id": pa.array([], pa.string())})), "id", path)


def test_diseases_are_found_in_every_kind_of_column(tmp_path: Path) -> None:
    for column in (pa.array([RA, None]), pa.array([RA, RA]).dictionary_encode(), pa.array([RA], pa.large_string())):
        assert activities(KB, written(tmp_path / "t.parquet", pa.table({"disease": column}))) == ["RA_activity"]
    numbers = written(tmp_path / "t.parquet", pa.table({"disease": [1, 2]}))
    with pytest.raises(InvalidInputError, match="no disease in the table"):
        activities(KB, numbers)

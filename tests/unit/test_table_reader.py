"""One reader for every table in text: what spreadsheets write is read, what can't be read is named with its line."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theralogic.files import table_reader
from theralogic.files.table_reader import read_text_table, read_whole_table
from theralogic.model.errors import InvalidInputError

PLAIN = [("P1", "48", "a, b"), ("P2", "", "c")]


def read(data: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[tuple[int, str]]]:
    """Columns, cells of the rows that can be read, and line and problem of those that can't."""
    table = read_text_table(io.BytesIO(data), "t.csv")
    rows = list(table.rows)
    good = [row.cells for row in rows if not row.problem]
    return table.columns, good, [(row.line, row.problem) for row in rows if row.problem]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_reads_the_same_however_a_spreadsheet_saved_it(encoding: str, separator: str, end: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerows([("id", "CRP", "note"), *PLAIN, ("P3", "1", "für α")])
    assert read(out.getvalue().encode(encoding)) == (("id", "CRP", "note"), [*PLAIN, ("P3", "1", "für α")], [])


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("\n\nid,CRP\n1,2\n", ("id", "CRP"), [("1", "2")]),
        ("id,CRP\n1,2\n,\n\n , \n3,4\n,,,\n", ("id", "CRP"), [("1", "2"), ("3", "4")]),
        ("id,CRP,,,\n1,2,,,\n3,4\n", ("id", "CRP"), [("1", "2"), ("3", "4")]),
        (" id , CRP \n 1 , 2 \n", ("id", "CRP"), [("1", "2")]),
        ("id,,CRP\n1,,2\n", ("id", "CRP"), [("1", "2")]),
        ("sep=;\nid;CRP\n1;2,5\n", ("id", "CRP"), [("1", "2.5")]),
        ("id;CRP\n1;-2,5\n2;1,2;\n", ("id", "CRP"), [("1", "-2.5"), ("2", "1.2")]),
        ('id,CRP\n1,"a\nb"\n', ("id", "CRP"), [("1", "a\nb")]),
        ('id,CRP\n1,5" tall\n', ("id", "CRP"), [("1", '5" tall')]),
        (",,\n1,2,3\nx,y,z\n", ("1", "2", "3"), [("x", "y", "z")]),
        ("one\nx\n", ("one",), [("x",)]),
    ],
)
def test_blank_and_padded_rows_and_columns_are_nothing(
    text: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    assert read(text.encode()) == (columns, rows, [])


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (b"id,CRP\n1,2,3\n", 2, "`3` stands in column 3, which has no name"),
        (b"id,CRP\n1,2,3,4\n", 2, "4 fields, not 2"),
        (b"id,,CRP\n1,x,2\n", 2, "`x` stands in column 2, which has no name"),
        (b"id,CRP\n1\n", 2, "1 fields, not 2"),
        (b"id,CRP\n\n\n1,\xe4\n", 4, "a byte is not UTF-8 text (character 3)"),
        (b"id,CRP\n1,\0\n", 2, "it holds NUL characters (character 3)"),
        (b'id,CRP\n1,"a"b\n', 2, "not a line of CSV"),
        (b"id\tCRP\n1\t1,234\n", 2, "`1,234` may be a thousand or a decimal"),
        (b"id,CRP\n1," + b"x" * 100_001 + b"\n", 2, "a cell has more than 100,000 characters"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_next_one_is_read(text: bytes, line: int, says: str) -> None:
    separator = b"\t" if b"\t" in text else b","
    last = separator.join([b"9", b"", b"9"] if b",," in text else [b"9", b"9"])
    _, good, [(where, problem)] = read(text + last + b"\n")
    assert (where, good[-1][:1]) == (line, ("9",))
    assert says in problem


def test_an_open_quote_never_swallows_the_rows_below_it() -> None:
    lines = ["id,note"] + [f"P{n},x" for n in range(1000)]
    lines[4], lines[900] = 'P3,"x', 'P899",x'
    _, good, problems = read("\n".join(lines).encode())
    assert len(good) + len(problems) == 1000
    assert problems[0] == (5, "a quote is opened and not closed within 20 lines")


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "bad-table", "the table has no columns"),
        ("\xa0,\xa0\n".encode(), "bad-table", "the table has no columns"),
        (b"id,CRP,id\n", "bad-table", "column `id` stands there twice (column 3)"),
        (b'"id,CRP\n', "bad-table", "the header can't be read"),
        (b"\xe4,b\n", "not-text", "a byte is not UTF-8 text (character 1)"),
        (",".join(f"c{n}" for n in range(10_001)).encode(), "bad-table", "more than 10,000 columns"),
    ],
)
def test_a_table_without_a_header_to_go_by_is_refused(data: bytes, code: str, says: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(data)
    assert caught.value.code == code
    assert says in str(caught.value)


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reader, "LONGEST_LINE", 50)
    with pytest.raises(InvalidInputError, match="a line has more than 50 characters"):
        read(b"id,CRP\n" + b"x" * 100)


def test_where_every_row_counts_all_problems_are_told_at_once_up_to_a_hundred() -> None:
    text = b"id,CRP\n" + b"1\n" * 150 + b"2,3\n"
    with pytest.raises(InvalidInputError) as caught:
        read_whole_table(io.BytesIO(text), "t.csv", 1000)
    assert len(caught.value.problems) == 101
    assert "50 more rows can't be read" in str(caught.value)
    assert read_whole_table(io.BytesIO(b"id,CRP\n\n2,3\n"), "t.csv", 1) == (
        ("id", "CRP"),
        [(3, {"id": "2", "CRP": "3"})],
    )
    with pytest.raises(InvalidInputError, match="more than 1 rows"):
        read_whole_table(io.BytesIO(b"id,CRP\n2,3\n2,3\n"), "t.csv", 1)


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\ufffd"), max_size=8).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.sampled_from([",", "\t"]))
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]], separator: str) -> None:
    # A row of blanks is no row; what looks like a number between tabs has a test of its own.
    rows = [r for r in rows if any(c.strip(" \",;\t'") for c in r) and not any(c[:1].isdigit() or "," in c for c in r)]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    assert read(out.getvalue().encode()) == (("a", "b"), rows, [])


def test_reading_takes_time_in_proportion_to_the_rows() -> None:
    seed = random.Random(1)
    calls = 0

    class Counting(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal calls
            calls += 1
            return super().read(size)

    seen = []
    for size in (1_000, 10_000):
        calls = 0
        text = b"id,note\n" + b"".join(b'%d,"%d\n' % (n, seed.randrange(9)) for n in range(size))
        assert sum(1 for _ in read_text_table(Counting(text), "t").rows) == size
        seen.append(calls)
    assert seen[1] < 15 * seen[0]

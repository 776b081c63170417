"""Patients in whatever table people have, as Parquet: one row a patient, one column a fact.

CSV and JSON lines are turned into Parquet once, so that everything after reads one format, in any order, a batch at
a time. A line that can't be read is set aside and counted; only a table that is none stops the run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from theralogic.files.parquet_reader import check_columns, is_parquet, open_parquet, read_group
from theralogic.files.table_reader import LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, read_text_table
from theralogic.model.errors import InvalidInputError, Where
from theralogic.model.names import lookup
from theralogic.model.records import KnowledgeBase

LINE = "_line"
"""The column of a table made here that says on which line of its source a row begins; no source may have it."""
CHUNK = 65_536
CHUNK_CELLS = 1_000_000
JSON = (".jsonl", ".ndjson", ".json")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Aside(NamedTuple):
    """A row that is not answered: its line (or, in Parquet, its row), id, column and what is wrong there."""

    line: int
    id: str
    column: str
    reason: str


def column_names(path: Path) -> list[str]:
    """The columns of a table of any kind.

    Raises :class:`InvalidInputError` (``bad-table``) where they can't be used: none, too many, or one that is reserved.
    """
    if is_parquet(path):
        names: list[str] = open_parquet(path, str(path)).schema_arrow.names
    elif path.suffix.casefold() in JSON:
        found: dict[str, None] = {}
        wrong: list[Aside] = []
        for line, row in _json_rows(path, lambda row: wrong.append(row) if not wrong else None):
            found.update(dict.fromkeys(row))
            if len(found) > MOST_COLUMNS:
                raise _bad(path, f"the table has more than {MOST_COLUMNS:,} columns", line)
        names = list(found)
        if wrong and not names:
            raise _bad(path, wrong[0].reason, wrong[0].line)
    else:
        with path.open("rb") as file:
            names = list(read_text_table(file, str(path)).columns)
    check_columns(names, str(path))
    if LINE in names:
        raise _bad(path, f"the name of column `{LINE}` is reserved: the program numbers lines under it")
    return names


def to_parquet(path: Path, target: Path, names: list[str], aside: Callable[[Aside], None]) -> None:
    """Write the CSV or JSON lines of ``path`` as Parquet to ``target``; lines that can't be read go to ``aside``.

    ``names`` are its columns. Raises :class:`InvalidInputError` (``bad-table``) where the file is neither.
    """
    rows = _json_rows(path, aside) if path.suffix.casefold() in JSON else _csv_rows(path, aside)
    schema = pa.schema([*((name, pa.string()) for name in names), (LINE, pa.int64())])
    part = target.with_suffix(".tmp")
    size = min(CHUNK, max(1, CHUNK_CELLS // len(names)))
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        while chunk := list(islice(rows, size)):
            data = [[row.get(name) for _, row in chunk] for name in names]
            writer.write_table(pa.table([*data, [line for line, _ in chunk]], schema=schema))
    part.replace(target)


def _bad(path: Path, message: str, line: int = 0) -> InvalidInputError:
    help = "give a CSV with a header, JSON lines (.jsonl) or Parquet"
    where = Where(str(path), line, 1) if line else Where(str(path))
    return InvalidInputError("bad-table", message, where=where, help=help)


def _csv_rows(path: Path, aside: Callable[[Aside], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        table = read_text_table(file, str(path), strict=True)
        for row in table.rows:
            if row.problem:
                aside(Aside(row.line, row.cells[0][:80] if len(row.cells) > 1 else "", "", row.problem))
            else:
                yield row.line, dict(zip(table.columns, row.cells, strict=True))


def _json_rows(path: Path, aside: Callable[[Aside], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        line = 0
        while text := file.readline(LONGEST_LINE + 1):
            line += 1
            if len(text) > LONGEST_LINE:
                raise _bad(path, f"a line has more than {LONGEST_LINE:,} characters", line)
            if not text.strip():
                continue
            try:
                yield line, _readable(_flat(json.loads(text, object_pairs_hook=_mapping)))
            except (ValueError, RecursionError) as error:
                aside(Aside(line, "", "", f"not a JSON object of a patient: {str(error)[:120]}"))


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"`{twice[:80]}` stands there twice")
    return found


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """The row, where all of it is text that can be written down."""
    for name, value in row.items():
        for text in (name, value or ""):
            if not text.isascii() and _SURROGATE.search(text):
                raise ValueError("it holds bytes or escapes that are no text")
            if len(text) > LONGEST_CELL:
                raise ValueError(f"a cell has more than {LONGEST_CELL:,} characters")
    return row


def _flat(row: Any) -> dict[str, Any]:
    """One patient as columns: ``context`` and ``findings`` opened, ``{value, reference}`` as three columns."""
    if not isinstance(row, dict):
        raise ValueError("not an object")
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if key == "context" and isinstance(value, dict):
            flat.update({f"context.{name}": _text(stated) for name, stated in value.items()})
        elif key == "findings" and isinstance(value, dict):
            for entity, found in value.items():
                flat.update(_finding(entity, found))
        else:
            flat.update(_finding(key, value))
    return flat


def _finding(entity: str, found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        return {entity: _text(found)}
    if set(found) != {"value", "reference"} or not isinstance(found["reference"], list) or len(found["reference"]) != 2:
        raise ValueError(f"`{entity[:80]}` needs `value` and `reference: [low, high]`")
    low, high = found["reference"]
    return {entity: _text(found["value"]), f"{entity}.low": _text(low), f"{entity}.high": _text(high)}


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return "; ".join(_text(item) or "" for item in value)
    if isinstance(value, dict):
        raise ValueError("an object where a word or number is expected")
    return None if value is None else str(value)


def activities(kb: KnowledgeBase, path: Path) -> list[str]:
    """What measures the activity of the diseases that a table names, sorted.

    Raises :class:`InvalidInputError` (``nothing-asked``) where it names none with an activity.
    """
    words: set[str] = set()
    if is_parquet(path):
        for name in column_names(path):
            if name.casefold() == "disease":
                words.update(_distinct(path, name))
    elif path.suffix.casefold() in JSON:
        words.update(str(row.get("disease") or "") for _, row in _json_rows(path, lambda _: None))
    else:
        words.update(str(row.get("disease") or "") for _, row in _csv_rows(path, lambda _: None))
    known = {lookup(kb.names["disease"], part) for word in words for part in word.split(";")}
    found = sorted({kb.diseases[d].activity for d in known if d and kb.diseases[d].activity})
    if not found:
        help = "name entities with `--ask`, or ask for everything with `--all`"
        raise InvalidInputError("nothing-asked", "no disease in the table has an activity to ask for", help=help)
    return found


def _distinct(path: Path, column: str) -> Iterator[str]:
    """The distinct words of a column of a Parquet file."""
    file = open_parquet(path, str(path))
    for group in range(file.metadata.num_row_groups):
        values = read_group(file, group, str(path), [column])[column]
        for chunk in values.chunks:
            distinct = chunk.dictionary if pa.types.is_dictionary(chunk.type) else pc.unique(chunk)
            yield from (str(word) for word in distinct.to_pylist() if word)

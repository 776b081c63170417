"""Patients in whatever table people have, as Parquet: one row a patient, one column a fact.

CSV and JSON lines are turned into Parquet once, so that everything after reads one format, in any order, a batch at
a time. A line that can't be read is set aside and counted; only a table that is none stops the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from theralogic.files.table_reader import read_text_table
from theralogic.model.errors import InvalidInputError, Where
from theralogic.model.names import lookup
from theralogic.model.records import KnowledgeBase

LINE = "_line"
CHUNK = 65_536
MAGIC = b"PAR1"
JSON = (".jsonl", ".ndjson", ".json")


class Aside(NamedTuple):
    """A row that is not answered: its line (or, in Parquet, its row), id, column and what is wrong there."""

    line: int
    id: str
    column: str
    reason: str


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def to_parquet(path: Path, target: Path, aside: Callable[[Aside], None]) -> None:
    """Write the CSV or JSON lines of ``path`` as Parquet to ``target``; lines that can't be read go to ``aside``.

    Raises :class:`InvalidInputError` (``bad-table``) where the file is neither.
    """
    if path.suffix.casefold() in JSON:
        columns: dict[str, None] = {}
        for _, row in _json_rows(path, lambda _: None):
            columns.update(dict.fromkeys(row))
        names, rows = list(columns), _json_rows(path, aside)
    else:
        names, rows = _csv_names(path), _csv_rows(path, aside)
    if not names:
        raise _bad(path, "the table has no columns")
    schema = pa.schema([*((name, pa.string()) for name in names), (LINE, pa.int64())])
    part = target.with_suffix(".tmp")
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        while chunk := list(islice(rows, CHUNK)):
            data = [[row.get(name) for _, row in chunk] for name in names]
            writer.write_table(pa.table([*data, [line for line, _ in chunk]], schema=schema))
    part.replace(target)


def _bad(path: Path, message: str) -> InvalidInputError:
    help = "give a CSV with a header, JSON lines (.jsonl) or Parquet"
    return InvalidInputError("bad-table", message, where=Where(str(path)), help=help)


def _csv_names(path: Path) -> list[str]:
    """The header of a CSV table."""
    with path.open("rb") as file:
        return list(read_text_table(file, str(path)).columns)


def _csv_rows(path: Path, aside: Callable[[Aside], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        table = read_text_table(file, str(path))
        for row in table.rows:
            if row.problem:
                aside(Aside(row.line, row.cells[0][:80] if len(row.cells) > 1 else "", "", row.problem))
            else:
                yield row.line, dict(zip(table.columns, row.cells, strict=True))


def _json_rows(path: Path, aside: Callable[[Aside], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
                yield line, _flat(row)
            except (ValueError, RecursionError) as error:
                aside(Aside(line, "", "", f"not a JSON object of a patient: {str(error)[:120]}"))


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
        for name in pq.read_schema(path).names:
            if name.casefold() == "disease":
                words.update(w for w in pq.read_table(path, columns=[name])[name].unique().to_pylist() if w)
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

"""The one reader of Parquet: what a file holds is looked at before anything of it is read.

A file of a few hundred bytes can hold a text of a gigabyte or millions of rows, so rows, columns, row groups and the
bytes they unpack to are bounded from what the file says of itself, and kinds of columns are checked before any is cast.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from theralogic.files.table_reader import MOST_COLUMNS
from theralogic.model.errors import InvalidInputError, Problem, Problems, Where
from theralogic.model.safe_text import quoted

MAGIC = b"PAR1"
MOST_FREE_ROWS = 1_000_000
"""Rows that a file may have whatever its size; beyond these, one for each byte: patients have ids of their own."""
MOST_GROUPS = 100_000
MOST_GROUP_CELLS = 64_000_000
MOST_GROUP_BYTES = 512_000_000


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def open_parquet(path: Path, shown: str, as_words: Sequence[str] | None = None) -> pq.ParquetFile:
    """A Parquet file whose size and columns are within bounds.

    ``as_words`` are the columns whose texts are read as distinct words and their numbers; without it all but ``id``.
    Raises :class:`InvalidInputError` (``bad-table``, ``too-large``).
    """
    schema = _look_at(path, shown)
    words = [field.name for field in schema if is_text(field.type)]
    chosen = [name for name in words if (name.casefold() != "id" if as_words is None else name in as_words)]
    return pq.ParquetFile(path, read_dictionary=chosen)


def read_group(file: pq.ParquetFile, group: int, shown: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One row group, or some columns of it; raises :class:`InvalidInputError` (``bad-table``) where it is damaged."""
    try:
        table = file.read_row_group(group, columns=columns)
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise _bad(shown, f"row group {group + 1} can't be read: {_first_line(error)}") from error
    return table


def _look_at(path: Path, shown: str) -> pa.Schema:
    try:
        file = pq.ParquetFile(path)
        about, schema = file.metadata, file.schema_arrow
        groups = [about.row_group(number) for number in range(min(about.num_row_groups, MOST_GROUPS))]
        sizes = [(group.num_rows, group.total_byte_size) for group in groups]
        names = schema.names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _bad(shown, f"the file is damaged or cut short: {_first_line(error)}") from error
    check_columns(names, shown)
    most = max(MOST_FREE_ROWS, path.stat().st_size)
    if about.num_rows > most or sum(rows for rows, _ in sizes) > most:
        raise _large(shown, f"{about.num_rows:,} rows in {path.stat().st_size:,} bytes", "give each patient an `id`")
    if about.num_row_groups > MOST_GROUPS:
        raise _large(shown, f"more than {MOST_GROUPS:,} row groups", "write fewer and larger ones")
    for number, (rows, size) in enumerate(sizes, start=1):
        if rows < 0 or size < 0:
            raise _bad(shown, f"the file is damaged: row group {number} has a size below 0")
        if size > MOST_GROUP_BYTES or rows * len(names) > MOST_GROUP_CELLS:
            what = f"row group {number} unpacks to {size:,} bytes in {rows * len(names):,} cells"
            limit = f"{MOST_GROUP_BYTES:,} bytes and {MOST_GROUP_CELLS:,} cells"
            raise _large(shown, what, f"write smaller row groups: at most {limit}")
    _check_kinds(schema, shown)
    return schema


def check_columns(names: Sequence[str], shown: str) -> None:
    """Raise :class:`InvalidInputError` (``bad-table``) where there are no columns, too many, or two of one name."""
    if not names:
        raise _bad(shown, "the table has no columns")
    if len(names) > MOST_COLUMNS:
        raise _bad(shown, f"the table has more than {MOST_COLUMNS:,} columns")
    seen: set[str] = set()
    problems = Problems()
    for name in names:
        if name in seen:
            problems.append(Problem("bad-table", f"column {quoted(name)} stands there twice", Where(shown), "keep one"))
        seen.add(name)
    problems.check()


def _check_kinds(schema: pa.Schema, shown: str) -> None:
    problems = Problems()
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not (is_text(kind) or _is_number(kind) or pa.types.is_null(kind) or pa.types.is_boolean(kind)):
            message = f"column {quoted(field.name)} holds {quoted(str(field.type))}, not text or numbers"
            problems.append(Problem("bad-table", message, Where(shown), "write it as text or as numbers"))
    problems.check()


def is_text(kind: Any) -> bool:
    """Whether a column of this kind holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _bad(shown: str, message: str) -> InvalidInputError:
    help = "give a CSV with a header, JSON lines (.jsonl) or Parquet"
    return InvalidInputError("bad-table", message, where=Where(shown), help=help)


def _large(shown: str, message: str, help: str) -> InvalidInputError:
    return InvalidInputError("too-large", message, where=Where(shown), help=help)

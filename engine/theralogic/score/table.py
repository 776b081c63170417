"""The table as rows: which of the two kinds it is, and every problem with its columns at once."""

from __future__ import annotations

import io

from theralogic.files.table_reader import read_whole_table
from theralogic.model.errors import InvalidInputError, Problem, Problems, Where

OUTCOME_COLUMNS = ("intervention", "disease", "outcome")
READOUT_COLUMNS = ("intervention", "readout", "direction")
MAX_ROWS = 1_000_000
OBSERVED = {"outcomes": ("improves", "no_benefit", "worsens"), "readouts": ("up", "down", "unchanged")}


def read_table(table: bytes, shown: str) -> tuple[list[dict[str, str]], str]:
    """Rows of a table and whether it holds ``outcomes`` or ``readouts``.

    Raises :class:`InvalidInputError` (``bad-table``, ``not-text``) with every row that can't be read or leaves a
    needed column blank.
    """
    columns, rows = read_whole_table(io.BytesIO(table), shown, MAX_ROWS)
    for kind, wanted in (("outcomes", OUTCOME_COLUMNS), ("readouts", READOUT_COLUMNS)):
        if all(column in columns for column in wanted):
            if not rows:
                message, help = "there are no rows below the names of the columns", "add a row for each observation"
                raise InvalidInputError("bad-table", message, where=Where(shown, 1, 1), help=help)
            _must_be_filled(rows, wanted, shown)
            return [row for _, row in rows], kind
    message = "the table has neither the columns of outcomes nor of readouts"
    help = f"outcomes need {', '.join(OUTCOME_COLUMNS)}; readouts need {', '.join(READOUT_COLUMNS)}"
    raise InvalidInputError("bad-table", message, where=Where(shown, 1, 1), help=help)


def _must_be_filled(rows: list[tuple[int, dict[str, str]]], wanted: tuple[str, ...], shown: str) -> None:
    """Raise for every needed column that a row leaves blank: such a row could only be counted as wrong."""
    problems = Problems()
    for line, row in rows:
        for name in wanted:
            if not row[name]:
                where, help = Where(shown, line, 1), "fill it in, or take the row out"
                problems.append(Problem("bad-table", f"column `{name}` is blank", where, help))
    problems.check("more are blank")

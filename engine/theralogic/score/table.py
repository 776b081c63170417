"""The table as rows: which of the two kinds it is, and every problem with its columns at once."""

from __future__ import annotations

import csv
import io

from theralogic.model.errors import InvalidInputError, Problem, Where

OUTCOME_COLUMNS = ("intervention", "disease", "outcome")
READOUT_COLUMNS = ("intervention", "readout", "direction")
MAX_ROWS = 1_000_000
OBSERVED = {"outcomes": ("improves", "no_benefit", "worsens"), "readouts": ("up", "down", "unchanged")}


def read_table(table: bytes, shown: str) -> tuple[list[dict[str, str]], str]:
    """Rows of a table and whether it holds ``outcomes`` or ``readouts``."""
    try:
        text = table.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("it holds NUL characters")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = [
            {str(k): v or "" for k, v in row.items() if k is not None and not isinstance(v, list)} for row in reader
        ]
        columns = reader.fieldnames or []
    except UnicodeDecodeError as error:
        message, help = "file is not UTF-8 text", "save it as UTF-8"
        raise InvalidInputError("not-text", message, where=Where(shown), help=help) from error
    except (csv.Error, ValueError) as error:
        raise InvalidInputError("bad-table", f"not a CSV table: {error}", where=Where(shown)) from error
    for kind, wanted in (("outcomes", OUTCOME_COLUMNS), ("readouts", READOUT_COLUMNS)):
        if all(column in columns for column in wanted):
            if len(rows) > MAX_ROWS:
                raise InvalidInputError("bad-table", f"more than {MAX_ROWS} rows", where=Where(shown), help="split it")
            if not rows:
                message, help = "there are no rows below the names of the columns", "add a row for each observation"
                raise InvalidInputError("bad-table", message, where=Where(shown, 1, 1), help=help)
            return rows, kind
    problems = [
        Problem(
            "bad-table",
            "the table has neither the columns of outcomes nor of readouts",
            Where(shown, 1, 1),
            f"outcomes need {', '.join(OUTCOME_COLUMNS)}; readouts need {', '.join(READOUT_COLUMNS)}",
        )
    ]
    raise InvalidInputError.of(problems)

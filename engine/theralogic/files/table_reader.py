"""The one reader of tables in text: CSV as spreadsheets and programs write it.

Spreadsheets save tables with a byte order mark, as UTF-16, with semicolons or tabs, with a decimal comma, with blank
rows and columns at the end. All of these are read. What can't be read is named with its line: a row is never
dropped, padded or guessed without a word, so ``rows read + rows with a problem`` is always what the file holds.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from theralogic.model.errors import InvalidInputError, Problem, Problems, Where

SEPARATORS = ",;\t"
_STATED = re.compile(r"\s*sep=(.)\s*")  # how Excel states the separator, on a line of its own
MOST_COLUMNS = 10_000
MOST_LINES_IN_CELL = 20
LONGEST_LINE = 4_000_000
CHUNK = 1 << 16
LONGEST_CELL = 100_000
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STRANGE = re.compile("[\0\ufffd\udc80-\udcff]")  # what decoding leaves where bytes are no text
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


class Row(NamedTuple):
    """One row: the line it begins on, its cells in the order of the columns, and what is wrong with it (or '')."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


class TextTable(NamedTuple):
    """A table whose rows are read one by one. Blank columns are left out wherever they are."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def read_text_table(file: IO[bytes], shown: str, *, strict: bool = False) -> TextTable:
    """The columns of a table and its rows, from a file opened for bytes that can be rewound.

    ``strict`` is for tables without sentences: a cell of several lines may hold no separator after its first line,
    since it then has swallowed a row, so that a stray quote spoils its own row and no other.
    Raises :class:`InvalidInputError` (``bad-table``, ``not-text``) where there is no header to go by.
    """
    lines = _Lines(file, shown, strict)
    first, header = _first_line(lines, shown)
    stated = _STATED.fullmatch(header)
    if stated:
        separator = stated[1]
        first, header = _first_line(lines, shown)
    else:
        separator = _separator(header)
    names, problem = _cells(header, separator, lines)
    if problem:
        raise _bad(shown, first, f"the header can't be read: {problem}", "write one line with the names of the columns")
    names = [name.strip() for name in names]
    if len(names) > MOST_COLUMNS:
        raise _bad(shown, first, f"the table has more than {MOST_COLUMNS:,} columns", "split it")
    seen: set[str] = set()
    for place, name in enumerate(names, start=1):
        if name and name in seen:
            raise _bad(shown, first, f"column `{name[:80]}` stands there twice (column {place})", "keep one")
        seen.add(name)
    columns = tuple(name for name in names if name)
    if not columns:
        raise _bad(shown, first, "the table has no columns", "write their names in the first line")
    return TextTable(columns, _rows(lines, names, separator))


def read_whole_table(
    file: IO[bytes], shown: str, most: int
) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    """The columns of a table and all rows with their lines, for tables in which every row counts.

    Raises :class:`InvalidInputError` with every row that can't be read (the first hundred, then their number), and
    where there are more than ``most`` rows.
    """
    table = read_text_table(file, shown)
    found: list[tuple[int, dict[str, str]]] = []
    problems = Problems()
    for row in table.rows:
        if row.problem:
            problems.extend(bad_rows([row], shown))
        elif len(found) == most:
            raise _bad(shown, row.line, f"more than {most} rows", "split it")
        else:
            found.append((row.line, dict(zip(table.columns, row.cells, strict=True))))
    problems.check("more rows can't be read")
    return table.columns, found


def bad_rows(rows: Iterable[Row], shown: str) -> Iterator[Problem]:
    """A problem for each row that can't be read."""
    help = "mend this row, or take it out"
    for row in rows:
        if row.problem:
            yield Problem("bad-table", row.problem, Where(shown, row.line, 1), help)


class _Lines:
    """Physical lines with their numbers; lines can be handed back. Bytes that are no text stay visible as such."""

    def __init__(self, file: IO[bytes], shown: str, strict: bool) -> None:
        self.strict = strict
        start = file.read(4096)
        self.encoding, skip = _encoding(start)
        file.seek(skip)
        self._lines = self._decoded(file)
        self._back: list[str] = []
        self._shown = shown
        self.number = 0

    def next(self) -> str | None:
        """The next line without its end, or None."""
        self.number += 1
        if self._back:
            return self._back.pop()
        return next(self._lines, None)

    def _decoded(self, file: IO[bytes]) -> Iterator[str]:
        """The lines of the file without their ends; bytes that are no text leave characters that no text has."""
        errors = "surrogateescape" if self.encoding == "utf-8" else "replace"
        # Not the reader of `codecs`: it ends lines at every character that Unicode calls a line separator.
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(self.encoding)(errors), translate=True)
        rest = ""
        while chunk := file.read(CHUNK):
            *lines, rest = (rest + decoder.decode(chunk)).split("\n")
            if len(rest) > LONGEST_LINE or max(map(len, lines), default=0) > LONGEST_LINE:
                place = self.number + len(lines)
                raise _bad(self._shown, place, f"a line has more than {LONGEST_LINE:,} characters", "split it")
            yield from lines
        rest += decoder.decode(b"", final=True)
        if rest:
            yield rest

    def hand_back(self, lines: list[str]) -> None:
        """Lines that turned out not to belong to the row before; they are read next."""
        self._back += reversed(lines)
        self.number -= len(lines)


def _encoding(start: bytes) -> tuple[str, int]:
    """The encoding that a file begins in, and how many bytes say so. Half of the bytes NUL means UTF-16."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name, len(mark)
    odd, even = start[1::2].count(0), start[::2].count(0)
    if len(start) >= 4 and max(odd, even) > len(start) // 4 and min(odd, even) == 0:
        return ("utf-16-le" if odd else "utf-16-be"), 0
    return "utf-8", 0


def _first_line(lines: _Lines, shown: str) -> tuple[int, str]:
    while (line := lines.next()) is not None:
        if line.strip(" ,;\t\"'"):
            if _undecodable(line):
                help = f"it was read as {lines.encoding.upper()}; save the table as UTF-8"
                raise InvalidInputError(
                    "not-text", _not_text(line, lines.encoding), where=Where(shown, lines.number, 1), help=help
                )
            return lines.number, line
    raise _bad(shown, 1, "the table has no columns", "write their names in the first line")


def _separator(header: str) -> str:
    """What parts the columns: what stands most often outside quotes."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def _rows(lines: _Lines, names: list[str], separator: str) -> Iterator[Row]:
    width = len(names)
    named = [at for at, name in enumerate(names) if name]
    whole = len(named) == width
    while (line := lines.next()) is not None:
        start = lines.number
        if not line.strip(f' \t{separator}"'):
            continue
        cells, problem = _cells(line, separator, lines)
        cells = [cell.strip() for cell in cells]
        if not problem:
            problem = _shape(cells, names)
        if not problem and separator != ",":
            cells, problem = _decimals(cells, separator)
        if problem:
            yield Row(start, tuple(cells[:width]), problem)
        elif whole:
            yield Row(start, tuple(cells[:width]))
        else:
            yield Row(start, tuple(cells[at] for at in named))


def _cells(line: str, separator: str, lines: _Lines) -> tuple[list[str], str]:
    """The cells of the row that begins with ``line`` (a quoted cell may go on for some lines), and what is wrong."""
    if _undecodable(line):
        return [line[:80].encode("utf-8", "backslashreplace").decode()], _not_text(line, lines.encoding)
    if '"' not in line:
        cells = line.split(separator)
        long = max(map(len, cells)) > LONGEST_CELL
        return cells, f"a cell has more than {LONGEST_CELL:,} characters" if long else ""
    taken: list[str] = []
    text = line
    while True:
        try:
            cells = next(csv.reader([text], delimiter=separator, strict=True), [])
            if lines.strict and taken and any(separator in cell.partition("\n")[2] for cell in cells):
                lines.hand_back(taken)
                return line.split(separator), "a quote is opened and not closed before the next row"
            return cells, ""
        except csv.Error as error:
            more = lines.next() if "unexpected end" in str(error) and len(taken) < MOST_LINES_IN_CELL else None
            if more is None:
                lines.hand_back(taken)
                wrong = f"a quote is opened and not closed within {MOST_LINES_IN_CELL} lines"
                return line.split(separator), wrong if "unexpected end" in str(error) else f"not a line of CSV: {error}"
            taken.append(more)
            text += "\n" + more


def _undecodable(text: str) -> bool:
    return "\0" in text or not text.isascii() and _STRANGE.search(text) is not None


def _not_text(line: str, encoding: str) -> str:
    found = _STRANGE.search(line)
    assert found is not None
    place = found.start() + 1
    what = "it holds NUL characters" if found[0] == "\0" else f"a byte is not {encoding.upper()} text"
    return f"{what} (character {place})"


def _shape(cells: list[str], names: list[str]) -> str:
    """What is wrong with the number of cells; blank ones beyond the last column are nothing."""
    width = len(names)
    if len(cells) < width and any(names[len(cells) :]):
        return f"{len(cells)} fields, not {width}"
    cells += [""] * (width - len(cells))
    for at, cell in enumerate(cells):
        if cell and (at >= width or not names[at]):
            if at >= width and not any(cells[width + 1 :]) or at < width:
                return f"`{cell[:40]}` stands in column {at + 1}, which has no name"
            return f"{len(cells)} fields, not {width}"
    return ""


def _decimals(cells: list[str], separator: str) -> tuple[list[str], str]:
    """Numbers with a decimal comma in the usual form. Between tabs ``1,234`` could mean two numbers."""
    found = []
    for cell in cells:
        if separator == "\t" and _THOUSANDS.fullmatch(cell):
            return cells, f"`{cell[:40]}` may be a thousand or a decimal; write it with a point or without a comma"
        found.append(cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell)
    return found, ""


def _bad(shown: str, line: int, message: str, help: str) -> InvalidInputError:
    return InvalidInputError("bad-table", message, where=Where(shown, line, 1), help=help)

"""Rows of a table as a population: names found, values judged against their reference ranges, bad rows set aside.

Works on columns, and on the distinct words of a column, because a million rows hold a few hundred words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from theralogic.cohort.solve import NOT_GIVEN, ContextGroup, Population, Ranks
from theralogic.files.cases import measured_level
from theralogic.files.load import identifies
from theralogic.files.tables import LINE, Aside
from theralogic.model.context import disagreements
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem, Problems, Where
from theralogic.model.levels import LEVELS
from theralogic.model.names import find, fold, lookup
from theralogic.model.records import Context, KnowledgeBase
from theralogic.model.safe_text import quoted
from theralogic.model.vocabulary import CONTEXT_KEYS

CONTEXT = "context."


class Columns(NamedTuple):
    """What each column of a table means; findings by entity id: the column, and those of its reference range."""

    id: str | None
    disease: str | None
    context: Mapping[str, str]
    findings: Mapping[str, tuple[str, str | None, str | None]]


class Patients(NamedTuple):
    """A population, which row of the table each of its patients is, their ids, and the rows set aside."""

    population: Population
    rows: npt.NDArray[np.int64]
    ids: pa.Array
    aside: tuple[Aside, ...]


def columns_of(names: Sequence[str], kb: KnowledgeBase, shown: str) -> Columns:
    """The meaning of a table's columns.

    Raises :class:`InvalidInputError` with every column that has none, or that could identify a person.
    """
    problems = Problems()
    own: dict[str, str] = {}
    context: dict[str, str] = {}
    findings: dict[str, tuple[str, str | None, str | None]] = {}
    present = set(names)

    def problem(code: str, message: str, help: str | None) -> None:
        problems.append(Problem(code, message, Where(shown), help))

    for name in names:
        folded = fold(name).replace(" ", "_")
        if name == LINE:
            continue
        if identifies(name):
            help = "patients of a cohort are hypothetical: number them, never name them"
            problem("identifies-a-person", f"column {quoted(name)} could identify a person", help)
        elif folded in ("id", "disease"):
            if folded in own:
                message = f"columns {quoted(own[folded])} and {quoted(name)} mean the same"
                problem("bad-table", message, "keep one")
            own[folded] = name
        elif folded.startswith(CONTEXT):
            key = folded.removeprefix(CONTEXT)
            if key in context:
                message = f"columns {quoted(context[key])} and {quoted(name)} mean the same"
                problem("bad-table", message, "keep one")
            elif key in CONTEXT_KEYS and key != "disease":
                context[key] = name
            else:
                problem("unknown-key", f"unknown context {quoted(key)}", f"one of {', '.join(CONTEXT_KEYS)}")
        elif not (name.rpartition(".")[0] in present and name.endswith((".low", ".high"))):
            try:
                entity = find(kb, "entity", name, signed=True, problems=problems)
            except NotFoundError as error:
                problems.append(error.problems[0]._replace(where=Where(shown)))
                continue
            if kb.entities[entity].members:
                problem("complex-level", f"complex `{entity}` can't have a level", "give its members theirs")
            elif entity in findings:
                problem("finding-twice", f"`{entity}` has two columns", "keep one")
            else:
                limits = (f"{name}.low", f"{name}.high")
                low, high = (limit if limit in present else None for limit in limits)
                findings[entity] = (name, low, high)
    if problems:
        raise InvalidInputError.of(problems)
    return Columns(own.get("id"), own.get("disease"), context, findings)


def patients_of(table: pa.Table, columns: Columns, kb: KnowledgeBase, first: int) -> Patients:
    """The patients of a table whose first row has the number ``first`` (counted from 1)."""
    reader = _Reader(table, columns, kb, first)
    return reader.read()


class _Reader:
    def __init__(self, table: pa.Table, columns: Columns, kb: KnowledgeBase, first: int) -> None:
        self.table = table
        self.columns = columns
        self.kb = kb
        self.size = table.num_rows
        self.rows = np.arange(first, first + self.size, dtype=np.int64)
        self.wrong: dict[int, tuple[str, str]] = {}

    def read(self) -> Patients:
        ids = self.ids()
        levels = {entity: self.finding(entity, *where) for entity, where in self.columns.findings.items()}
        levels = {entity: ranks for entity, ranks in levels.items() if (ranks != NOT_GIVEN).any()}
        kinds, kind = self.kinds()
        self.agree(kinds, kind, levels)
        kind[list(self.wrong)] = -1
        if len(kinds) < np.iinfo(np.int16).max:
            kind = kind.astype(np.int16)  # sorted ten times as fast
        order = np.argsort(kind, kind="stable")[len(self.wrong) :]
        bounds = np.searchsorted(kind[order], np.arange(len(kinds) + 1))
        groups = tuple(
            ContextGroup(*what, int(bounds[n]), int(bounds[n + 1]))
            for n, what in enumerate(kinds)
            if bounds[n] < bounds[n + 1]
        )
        lines = self.table[LINE].to_numpy() if LINE in self.table.column_names else self.rows
        aside = tuple(
            Aside(int(lines[row]), ids[row].as_py() or "", column, reason)
            for row, (column, reason) in sorted(self.wrong.items())
        )
        return Patients(
            Population(groups, {entity: ranks[order] for entity, ranks in levels.items()}),
            self.rows[order],
            ids.take(pa.array(order)),
            aside,
        )

    def blame(self, rows: Iterable[Any], column: str, reason: str) -> None:
        """Set rows aside; the first reason stays."""
        for row in rows:
            self.wrong.setdefault(int(row), (column, reason))

    def blame_words(self, codes: npt.NDArray[np.int64], column: str, reasons: Mapping[int, str]) -> None:
        """Set aside the rows whose word has a reason, by the number of the word."""
        for row in np.flatnonzero(np.isin(codes, list(reasons))):
            self.wrong.setdefault(int(row), (column, reasons[int(codes[row])]))

    def ids(self) -> pa.Array:
        if self.columns.id is None:
            return pa.array(self.rows).cast(pa.string())
        ids = _whole(self.table[self.columns.id].cast(pa.string()))
        self.blame(np.flatnonzero(pc.is_null(ids)), self.columns.id, "no id")
        return ids

    def words(self, column: str) -> tuple[list[str], npt.NDArray[np.int64]]:
        """The distinct words of a column, the empty one first, and which of them each row has."""
        values = self.table[column]
        if not pa.types.is_dictionary(values.type):
            values = values.cast(pa.string()).dictionary_encode()
        coded = _whole(values.unify_dictionaries())
        words = ["", *(str(word or "").strip() for word in coded.dictionary.to_pylist())]
        return words, pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False) + 1

    def kinds(self) -> tuple[list[tuple[tuple[str, ...], Context]], npt.NDArray[np.int64]]:
        """The distinct diseases and contexts, sorted, and which of them each row has."""
        named = [(self.columns.disease, "disease")] if self.columns.disease else []
        named += [(column, key) for key, column in sorted(self.columns.context.items())]
        if not named:
            return [((), ())], np.zeros(self.size, np.int64)
        told = [self.words(column) for column, _ in named]
        combined, which = np.unique(np.stack([codes for _, codes in told]), axis=1, return_inverse=True)
        kinds: list[tuple[tuple[str, ...], Context]] = []
        unknown: dict[int, str] = {}
        for n, codes in enumerate(combined.T):
            diseases: tuple[str, ...] = ()
            context: list[tuple[str, tuple[str, ...]]] = []
            for (_, key), (words, _), code in zip(named, told, codes, strict=True):
                parts = [part.strip() for part in words[code].split(";") if part.strip()]
                if key == "disease":
                    found = [lookup(self.kb.names["disease"], part) for part in parts]
                    if None in found:
                        unknown[n] = f"unknown disease {quoted(parts[found.index(None)])}"
                    diseases = tuple(dict.fromkeys(d for d in found if d))
                elif parts:
                    context.append((key, tuple(sorted({fold(part) for part in parts}))))
            kinds.append((diseases, tuple(context)))
        which = which.reshape(-1)
        self.blame_words(which, self.columns.disease or "", unknown)
        ordered = sorted(set(kinds))
        number = {kind: n for n, kind in enumerate(ordered)}
        place = np.array([number[kind] for kind in kinds], np.int64)
        return ordered, place[which]

    def agree(
        self,
        kinds: Sequence[tuple[tuple[str, ...], Context]],
        kind: npt.NDArray[np.int64],
        levels: Mapping[str, Ranks],
    ) -> None:
        """Two diseases that disagree on an entity are an error unless a finding decides."""
        if all(len(diseases) < 2 for diseases, _ in kinds):
            return
        order = np.argsort(kind, kind="stable")
        bounds = np.searchsorted(kind[order], np.arange(len(kinds) + 1))
        for n, (diseases, _) in enumerate(kinds):
            if len(diseases) > 1:
                self.agree_on(diseases, order[bounds[n] : bounds[n + 1]], levels)

    def agree_on(self, diseases: Sequence[str], rows: npt.NDArray[np.int64], levels: Mapping[str, Ranks]) -> None:
        """The same for ``rows``, which all have these ``diseases``."""
        for entity in dict.fromkeys(entity for entity, *_ in disagreements(self.kb, diseases, ())):
            undecided = rows[levels[entity][rows] == NOT_GIVEN] if entity in levels else rows
            reason = f"its diseases give `{entity}` different levels"
            self.blame(undecided, self.columns.disease or "", f"{reason}: a finding must decide")

    def finding(self, entity: str, column: str, low: str | None, high: str | None) -> Ranks:
        """Levels of one entity by row; what is neither a level nor a value with its range is set aside."""
        if pa.types.is_floating(self.table[column].type) or pa.types.is_integer(self.table[column].type):
            values = pc.fill_null(_whole(self.table[column].cast(pa.float64(), safe=False)), np.nan).to_numpy(
                zero_copy_only=False
            )
            return self.measured(values, column, low, high)
        words, codes = self.words(column)
        reasons: dict[int, str] = {}
        ranks = np.full(len(words), NOT_GIVEN, np.int8)
        values = np.full(len(words), np.nan)
        for n, word in enumerate(words):
            if fold(word) in LEVELS:
                ranks[n] = LEVELS.index(fold(word))
            elif word:
                values[n] = _number(word, np.nan)
                if np.isnan(values[n]):
                    reasons[n] = f"{quoted(word)} is neither a level nor a number"
        self.blame_words(codes, column, reasons)
        found = ranks[codes]
        if not np.isnan(values).all():
            measured = self.measured(values[codes], column, low, high)
            found = np.where(np.isnan(values[codes]), found, measured)
        return found

    def measured(self, values: npt.NDArray[np.float64], column: str, low: str | None, high: str | None) -> Ranks:
        """Levels of measured values, as a case judges them."""
        present = ~np.isnan(values)
        if not present.any():
            return np.full(self.size, NOT_GIVEN, np.int8)
        if low is None or high is None:
            help = f"needs columns `{column}.low` and `{column}.high`"
            self.blame(np.flatnonzero(present), column, f"a value without a reference range: {help}")
            return np.full(self.size, NOT_GIVEN, np.int8)
        lower, upper = self.numbers(low), self.numbers(high)
        self.blame(np.flatnonzero(present & ~np.isfinite(values)), column, "not a finite number")
        self.blame(np.flatnonzero(present & ~(np.isfinite(lower) & np.isfinite(upper))), low, "no reference range")
        self.blame(np.flatnonzero(present & (lower >= upper)), low, "the reference range is upside down")
        ranks: Ranks = measured_level(values, lower, upper).astype(np.int8)
        ranks[~present] = NOT_GIVEN
        return ranks

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        values = self.table[column]
        if pa.types.is_floating(values.type) or pa.types.is_integer(values.type):
            filled: npt.NDArray[np.float64] = pc.fill_null(
                _whole(values.cast(pa.float64(), safe=False)), np.nan
            ).to_numpy(zero_copy_only=False)
            return filled
        words, codes = self.words(column)
        return np.array([_number(word, np.nan) for word in words])[codes]


def _number(word: str, otherwise: float) -> float:
    try:
        return float(word.replace("_", "?"))
    except ValueError:
        return otherwise


def _whole(values: Any) -> Any:
    """A column in one piece."""
    whole = values.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) and whole.num_chunks == 1 else whole

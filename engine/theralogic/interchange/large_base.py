"""A rule base of a million mechanisms: compiled from a table, and one case settled over it.

Mechanisms by the million come out of databases, not out of YAML (which takes five minutes to parse at that size), so
the source is a table. The reference engine settles a case on the compiled file as on any other rules: it asks for what
the case reaches, and that much is read and made into records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from theralogic.files.parquet_reader import is_parquet, open_parquet, read_group
from theralogic.files.table_reader import bad_rows, read_text_table
from theralogic.interchange.large_base_file import Array, LargeBase, open_large, write_arrays
from theralogic.model.errors import InvalidInputError, Problems, Where
from theralogic.model.lazydict import LazyDict
from theralogic.model.levels import (
    CERTAINTIES,
    DIRECTIONS,
    LEVELS,
    MODERATE,
    NORMAL,
    RISES,
    STRENGTHS,
    STRONG,
    level_after,
)
from theralogic.model.names import fold
from theralogic.model.records import Entity, Finding, Mechanism, Member
from theralogic.model.safe_text import hidden, quoted
from theralogic.model.vocabulary import RELATIONS, SUPPLIES, SYNONYMS, canonical
from theralogic.reasoning import worlds
from theralogic.reasoning.kernel import Headroom, Situation
from theralogic.reasoning.network import Network
from theralogic.reasoning.reference import settle

MOST_ROWS = 20_000_000
MOST_TEXT = 1_000_000_000
LONGEST_NAME = 200
PIECE = 65_536
WORDS = pa.dictionary(pa.int32(), pa.string())


class LargeChange(NamedTuple):
    """A change in words, and the chain of entities that it is shown by, from what is given."""

    entity: str
    direction: str
    strength: str
    certainty: str
    steps: int
    chain: tuple[str, ...]


def compile_table(mechanisms: Path, gates: Path | None, target: Path) -> LargeBase:
    """Compile a table of mechanisms (CSV or Parquet) into ``target`` and open it.

    Columns of ``mechanisms``: ``subject``, ``relation``, ``object``, and where wanted ``strength`` and ``needs``.
    Columns of ``gates``: ``complex``, ``member`` (``not X`` where it must be away). Entities are those that occur;
    they are inducible, at a normal level, and their drivers add up.
    Raises :class:`InvalidInputError` (``bad-table``).
    """
    table = _read(mechanisms, ("subject", "relation", "object"), ("strength", "needs"))
    members = _read(gates, ("complex", "member")) if gates else None
    columns = [table["subject"], table["object"]]
    if members is not None:
        away = pc.starts_with(members["member"], "not ")
        member = pc.if_else(away, pc.utf8_slice_codeunits(members["member"], 4), members["member"])
        columns += [members["complex"], member]
    subject, object_, *gated = _one_spelling(columns)
    columns = [subject, object_, *gated]
    ids = pc.unique(pa.chunked_array([chunk for column in columns for chunk in column.chunks]))
    ids = ids.take(pc.sort_indices(ids))
    size = len(ids)

    def numbers(column: Any) -> Array:
        return np.asarray(pc.index_in(column, value_set=ids).to_numpy(), np.int32)

    def ranks(name: str, words: Sequence[str], default: int) -> Array:
        if name not in table.column_names:
            return np.full(table.num_rows, default, np.int8)
        found = pc.index_in(table[name], value_set=pa.array(words))
        filled = pc.if_else(pc.or_(pc.is_null(table[name]), pc.equal(table[name], "")), default, found)
        return _known(filled, table[name], mechanisms, name)

    said = [*RELATIONS, *(other for other, word in SYNONYMS.items() if word in RELATIONS)]
    signs = pc.index_in(table["relation"], value_set=pa.array(said))
    relation = _known(signs, table["relation"], mechanisms, "relation")
    arrays: dict[str, Array] = {
        "subject": numbers(subject),
        "object": numbers(object_),
        "sign": np.array([RELATIONS[canonical(word)].sign for word in said], np.int8)[relation],
        "strength": ranks("strength", STRENGTHS, MODERATE),
        "needs": ranks("needs", STRENGTHS, MODERATE),
        "gate": np.zeros(0, np.int32) if members is None else numbers(gated[0]),
        "member": np.zeros(0, np.int32) if members is None else numbers(gated[1]),
        "negated": np.zeros(0, np.int8) if members is None else np.asarray(away.to_numpy(), np.int8),
    }
    if (arrays["subject"] == arrays["object"]).any():
        row = int(np.flatnonzero(arrays["subject"] == arrays["object"])[0]) + 1
        raise _bad(mechanisms, f"row {row}: an entity acts on itself")
    arrays["depth"] = _depths(arrays["gate"], arrays["member"], ids, gates)
    for name, keys, length in (
        ("out", arrays["subject"], size),
        ("into", 2 * arrays["object"] + (arrays["sign"] < 0), 2 * size),
        ("part", arrays["member"], size),
        ("whole", arrays["gate"], size),
    ):
        arrays[f"{name}_at"] = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=length))]).astype(np.int32)
        arrays[name] = np.argsort(keys, kind="stable").astype(np.int32)
    text = b"".join(names := [name.encode() for name in ids.to_pylist()])
    arrays["names"] = np.frombuffer(text, np.uint8)
    arrays["name_at"] = np.concatenate([[0], np.cumsum([len(name) for name in names])]).astype(np.int64)
    write_arrays(target, arrays)
    return open_large(target)


def _read(path: Path | None, wanted: Sequence[str], allowed: Sequence[str] = ()) -> pa.Table:
    """Columns of a table as text, the ``wanted`` ones filled in every row, those ``allowed`` where they are there."""
    assert path is not None
    pieces = _parquet_pieces if is_parquet(path) else _text_pieces
    names, chunks = pieces(path, (*wanted, *allowed))
    missing = [name for name in wanted if name not in names]
    if missing:
        raise _bad(path, f"column `{missing[0]}` is missing")
    kept: list[pa.Table] = []
    rows = size = 0
    for chunk in chunks:
        rows += chunk.num_rows
        size += sum(_unpacked(path, name, chunk[name]) for name in names)
        if rows > MOST_ROWS or size > MOST_TEXT:
            message = f"more than {MOST_ROWS:,} rows or {MOST_TEXT:,} characters"
            raise InvalidInputError("too-large", message, where=Where(str(path)), help="split the table")
        kept.append(chunk)
    table = pa.concat_tables(kept) if kept else pa.table({name: pa.array([], WORDS) for name in names})
    table = table.cast(pa.schema([(name, pa.string()) for name in names]))
    for name in wanted:
        empty = pc.or_kleene(pc.is_null(table[name]), pc.equal(table[name], ""))
        if pc.any(empty).as_py():
            raise _bad(path, f"column `{name}` is empty in row {pc.index(empty, True).as_py() + 1}")
    return table


def _parquet_pieces(path: Path, columns: Sequence[str]) -> tuple[list[str], Iterator[pa.Table]]:
    file = open_parquet(path, str(path), columns)
    here = [name for name in file.schema_arrow.names if name in columns]

    def pieces() -> Iterator[pa.Table]:
        for group in range(file.metadata.num_row_groups):
            piece = read_group(file, group, str(path), here)
            yield pa.table([_as_words(column) for column in piece.columns], here)

    return here, pieces()


def _as_words(column: Any) -> Any:
    """A column as distinct words and their numbers, which is short where one word stands in many rows."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    return column.cast(WORDS).unify_dictionaries()


def _text_pieces(path: Path, columns: Sequence[str]) -> tuple[list[str], Iterator[pa.Table]]:
    with path.open("rb") as file:
        here = [name for name in read_text_table(file, str(path)).columns if name in columns]

    def pieces() -> Iterator[pa.Table]:
        problems = Problems()
        with path.open("rb") as file:
            table = read_text_table(file, str(path), strict=True)
            places = [table.columns.index(name) for name in here]
            while rows := list(islice(table.rows, PIECE)):
                problems.extend(bad_rows(rows, str(path)))
                good = [row.cells for row in rows if not row.problem]
                yield pa.table([pa.array([row[at] for row in good], pa.string()).cast(WORDS) for at in places], here)
        problems.check("more rows can't be read")

    return here, pieces()


def _unpacked(path: Path, name: str, column: Any) -> int:
    """How many characters a column has as text; raises where a word of it is no name."""
    size = 0
    for chunk in column.chunks:
        words = chunk.dictionary
        for word in words.to_pylist():
            if word and not word.isprintable() and any(map(hidden, word)):
                message = f"hidden character in {quoted(word)} in column `{name}`"
                raise InvalidInputError("hidden-character", message, where=Where(str(path)), help="delete it")
            if word and len(word) > LONGEST_NAME:
                message = f"{quoted(word)} in column `{name}` has more than {LONGEST_NAME} characters"
                raise InvalidInputError("too-large", message, where=Where(str(path)), help="shorten it")
        size += pc.sum(pc.utf8_length(words).take(chunk.indices)).as_py() or 0
    return size


def _one_spelling(columns: Sequence[Any]) -> list[Any]:
    """Columns with one spelling for each name: ``IL6``, ``il6`` and `` IL6`` are one, as in YAML."""
    coded = [pc.dictionary_encode(pc.utf8_trim_whitespace(column)).combine_chunks() for column in columns]
    spelling: dict[str, str] = {}
    for word in sorted({word for words in coded for word in words.dictionary.to_pylist()}):
        spelling.setdefault(fold(word), word)
    shown = [pa.array([spelling[fold(w)] for w in words.dictionary.to_pylist()], pa.string()) for words in coded]
    return [pa.chunked_array([names.take(words.indices)]) for names, words in zip(shown, coded, strict=True)]


def _known(found: Any, words: Any, path: Path, column: str) -> Array:
    """Places of words in a list; a word that is not in it is an error."""
    unknown = pc.is_null(found)
    if pc.any(unknown).as_py():
        row = pc.index(unknown, True).as_py()
        raise _bad(path, f"row {row + 1}: `{str(words[row])[:80]}` is not a word for `{column}`")
    return np.asarray(found.to_numpy(), np.int8)


def _bad(path: Path, message: str) -> InvalidInputError:
    return InvalidInputError("bad-table", message, where=Where(str(path)))


def _depths(gate: Array, member: Array, ids: Any, path: Path | None) -> Array:
    """How deep each entity is nested: 0 where it is no complex, else one more than its deepest member."""
    depth, left = [0] * len(ids), np.bincount(gate, minlength=len(ids)).tolist()
    wholes: dict[int, list[int]] = {}
    for whole, part in zip(gate.tolist(), member.tolist(), strict=True):
        wholes.setdefault(part, []).append(whole)
    waiting = [part for part in wholes if not left[part]]
    while waiting:
        part = waiting.pop()
        for whole in wholes.get(part, ()):
            depth[whole] = max(depth[whole], depth[part] + 1)
            left[whole] -= 1
            if not left[whole]:
                waiting.append(whole)
    tangled = next((number for number, more in enumerate(left) if more), None)
    if tangled is not None:
        raise _bad(path or Path(), f"complexes contain each other, or one that does: {quoted(ids[tangled].as_py())}")
    return np.array(depth, np.int32)


# -- one case -------------------------------------------------------------------------------------------------


class _LazyNetwork:
    """A mapped base as the records that engines work on; a record is made when it is first asked for."""

    def __init__(self, base: LargeBase) -> None:
        self._base = base
        self._columns = {name: array.data for name, array in base.arrays.items()}
        self._rule = [self._columns[name] for name in ("subject", "object", "sign", "strength", "needs")]
        self._numbers: LazyDict[str, int] = LazyDict(base.number)
        self._names: LazyDict[int, str] = LazyDict(self._name)
        self._rules: LazyDict[int, Mechanism] = LazyDict(self._mechanism)
        self.entities: Mapping[str, Entity] = LazyDict(self._entity)
        acts_on: LazyDict[str, Sequence[Mechanism]] = LazyDict(self._acts_on)
        regulators: LazyDict[tuple[str, int], Sequence[Mechanism]] = LazyDict(self._regulators)
        gates: LazyDict[str, Sequence[tuple[str, Member]]] = LazyDict(self._gates)
        depth: LazyDict[str, int] = LazyDict(lambda name: self._columns["depth"][self._numbers[name]])
        self.network = Network(
            acts_on=acts_on,
            regulators=regulators,
            gates=gates,
            depth=depth,
            left_out=(),
            all_regulators=regulators,
            onsets={},
        )

    def _name(self, number: int) -> str:
        name = self._base.name(number)
        self._numbers[name] = number  # found once, never searched for
        return name

    def _rows(self, index: str, key: int) -> Sequence[int]:
        first, after = self._columns[f"{index}_at"][key : key + 2]
        rows: Sequence[int] = self._columns[index][first:after]
        return rows

    def _mechanism(self, row: int) -> Mechanism:
        subject, target, sign, strength, needs = [column[row] for column in self._rule]
        ends = self._names[subject], self._names[target]
        relation = "activates" if sign > 0 else "inhibits"
        identity = f"row {row + 1}"
        return Mechanism(
            id=identity,
            subject=ends[0],
            relation=relation,
            sign=sign,
            object=ends[1],
            strength=strength,
            onset=0,
            needs=needs,
        )

    def _acts_on(self, name: str) -> list[Mechanism]:
        return [self._rules[row] for row in self._rows("out", self._numbers[name])]

    def _regulators(self, group: tuple[str, int]) -> list[Mechanism]:
        name, sign = group
        return [self._rules[row] for row in self._rows("into", 2 * self._numbers[name] + (sign < 0))]

    def _member(self, row: int) -> Member:
        return Member(self._names[self._columns["member"][row]], bool(self._columns["negated"][row]))

    def _gates(self, name: str) -> list[tuple[str, Member]]:
        rows = self._rows("part", self._numbers[name])
        return [(self._names[self._columns["gate"][row]], self._member(row)) for row in rows]

    def _entity(self, name: str) -> Entity:
        members = tuple([self._member(row) for row in self._rows("whole", self._numbers[name])])
        kind = "complex" if members else "signal"
        return Entity(
            id=name,
            name=name,
            kind=kind,
            members=members,
        )


def ask(base: LargeBase, levels: Mapping[str, str], actions: Sequence[tuple[str, int]]) -> Iterator[LargeChange]:
    """Settle one case: given ``levels`` by entity, then ``actions`` (entity, +1 or -1), all strong.

    Yields the changes of the answering world in the order of settling.
    Raises :class:`NotFoundError` (``unknown-entity``).
    """
    network = _LazyNetwork(base)
    known = {name: LEVELS.index(word) for name, word in levels.items()}
    findings = [Finding(name, level, "") for name, level in known.items()]
    pulls = [
        worlds.EffectiveAction(
            target=name,
            direction=way,
            strength=STRONG,
            limit=None,
            verb=SUPPLIES if way == RISES else "",
            intervention="",
        )
        for name, way in actions
    ]
    normal: LazyDict[str, int] = LazyDict(lambda _: NORMAL)
    given = worlds.given_levels(network.entities, known)
    settled = settle(Situation(network.entities, network.network, Headroom(network.entities, normal), given))
    if pulls:
        after: LazyDict[str, int] = LazyDict(lambda _: NORMAL)
        for name, change in settled.changes.items():
            after[name] = level_after(NORMAL, change.direction, change.strength)
        after.update(known)
        headroom = Headroom(network.entities, after, worlds.lacking(findings, pulls))
        settled = settle(Situation(network.entities, network.network, headroom, worlds.given_actions(pulls)))
    before: dict[str, str] = {}
    for name, change in settled.changes.items():
        if change.premises:
            votes = (*change.support, *change.opposition)
            before[name] = next(v.source for v in votes if v.rule == change.rule and v.source in change.premises)
        chain = [name]
        while chain[-1] in before:
            chain.append(before[chain[-1]])
        words = DIRECTIONS[change.direction], STRENGTHS[change.strength], CERTAINTIES[change.certainty]
        yield LargeChange(name, *words, change.steps, tuple(reversed(chain)))

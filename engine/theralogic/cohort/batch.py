"""One batch of a cohort, wherever it runs: read its rows, answer them, and give back the bytes of its part.

A batch depends on nothing but the job and its own rows, so batches can run in any order, in other processes or on
other machines, and give the same bytes.
"""

from __future__ import annotations

import io
import json
import os
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from theralogic.cohort.patients import Columns, Patients, columns_of, patients_of
from theralogic.cohort.solve import CohortAnswers, CohortSolver, Ranks
from theralogic.files.code_digest import code_digest
from theralogic.files.compiled import decode, encode
from theralogic.files.parquet_reader import open_parquet, read_group
from theralogic.files.tables import Aside
from theralogic.model.errors import EngineError
from theralogic.model.levels import CERTAINTIES, STRENGTHS
from theralogic.model.records import Arm, KnowledgeBase
from theralogic.model.vocabulary import REASONS

BATCH = 131_072
ALL_BATCH = 8_192  # where every entity is asked, answers and not masks fill the memory
DIRECTIONS = ("decreases", "increases", "ambiguous", "no_effect")

ABOUT = "theralogic"
"""The key under which a part names what it answers."""


def end_with(parent: int) -> None:
    """End this process when its parent has ended, even if that was killed: a worker alone answers nobody."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


class BatchJob(NamedTuple):
    """What is asked of whom: the rule base (compiled, as bytes), the table, the arms, and the entities asked.

    ``code_digest`` is that of the code that asks, ``about`` that of the manifest; every part carries the latter.
    """

    rules: bytes
    code_digest: str
    about: str
    table: str
    arms: tuple[Arm, ...]
    asked: tuple[str, ...]


class Batch(NamedTuple):
    """Rows of a table: ``length`` of them from row ``first`` (counted from 0)."""

    number: int
    first: int
    length: int


class Part(NamedTuple):
    """The answers of a batch as Parquet, how many patients they are of, and what was set aside."""

    batch: Batch
    content: bytes
    patients: int
    aside: tuple[Aside, ...]


def job_of(kb: KnowledgeBase, table: str, arms: Sequence[Arm], asked: Sequence[str], about: str) -> BatchJob:
    """A job that can be sent anywhere."""
    rules = json.dumps(encode(kb), separators=(",", ":")).encode()
    return BatchJob(rules, code_digest(), about, table, tuple(arms), tuple(asked))


def batches_of(table: str, size: int) -> list[Batch]:
    """The batches of a table, ``size`` rows each but the last."""
    rows = open_parquet(Path(table), table).metadata.num_rows
    return [Batch(n, first, min(size, rows - first)) for n, first in enumerate(range(0, rows, size))]


def answer_batch(job: BatchJob, batch: Batch) -> Part:
    """Answer one batch.

    Raises :class:`EngineError` (``other-code``) in a worker whose code is not that of whoever asks.
    """
    if job.code_digest != code_digest():
        help = "install the same version of theralogic on every worker"
        raise EngineError("other-code", "a worker has another version of the program", help=help)
    solver = _solver(job.rules, job.asked)
    columns = _columns(job.rules, job.table)
    patients = patients_of(read_rows(job.table, batch), columns, solver.kb, batch.first + 1)
    sink = io.BytesIO()
    tables = [
        _rows(patients, arm.id, job.asked, answers)
        for arm, answers in zip(job.arms, solver.answers(patients.population, job.arms), strict=True)
    ]
    whole = pa.concat_tables(tables).replace_schema_metadata({ABOUT: job.about})
    pq.write_table(whole, sink, compression="zstd")
    return Part(batch, sink.getvalue(), patients.population.size, patients.aside)


def read_rows(table: str, batch: Batch) -> pa.Table:
    """The rows of a batch."""
    starts = _starts(table)
    end = batch.first + batch.length
    held = []
    for group in range(bisect_right(starts, batch.first) - 1, bisect_left(starts, end)):
        skip = max(batch.first - starts[group], 0)
        held.append(_row_group(table, group).slice(skip, end - starts[group] - skip))
    return pa.concat_tables(held)


@lru_cache(maxsize=1)
def _starts(table: str) -> tuple[int, ...]:
    """The row that each row group begins with; empty groups are skipped over."""
    about = _opened(table).metadata
    return tuple(accumulate((about.row_group(n).num_rows for n in range(about.num_row_groups - 1)), initial=0))


@lru_cache(maxsize=1)
def _solver(rules: bytes, asked: tuple[str, ...]) -> CohortSolver:
    return CohortSolver(decode(json.loads(rules)), asked)


@lru_cache(maxsize=1)
def _columns(rules: bytes, table: str) -> Columns:
    return columns_of(_opened(table).schema_arrow.names, decode(json.loads(rules)), table)


@lru_cache(maxsize=1)
def _opened(table: str) -> pq.ParquetFile:
    return open_parquet(Path(table), table)


@lru_cache(maxsize=1)
def _row_group(table: str, group: int) -> pa.Table:
    """One row group; the last one read is kept, because a batch is often a slice of a large one."""
    return read_group(_opened(table), group, table)


def _rows(patients: Patients, arm: str, asked: Sequence[str], answers: CohortAnswers) -> pa.Table:
    """The answers in one arm, in the order of the rows they came from."""
    size = len(patients.rows)
    back = np.argsort(patients.rows)
    columns: dict[str, pa.Array] = {
        "id": patients.ids.take(pa.array(back)),
        "row": pa.array(patients.rows[back]),
        "arm": pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int8)), pa.array([arm])),
    }
    for i, entity in enumerate(asked):
        direction, strength, certainty, reason = (part[i][back] for part in answers)
        silent = strength == 0
        way = np.where(silent, 3, np.where(direction < 0, 0, np.where(direction > 0, 1, 2))).astype(np.int8)
        columns[entity] = _words(way, DIRECTIONS)
        columns[f"{entity}.strength"] = _words(strength, STRENGTHS, silent)
        columns[f"{entity}.certainty"] = _words(certainty, CERTAINTIES, silent)
        columns[f"{entity}.reason"] = _words(reason, REASONS, ~silent)
    return pa.table(columns)


def _words(codes: Ranks, words: Sequence[str], without: object = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=without), pa.array(words))

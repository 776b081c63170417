"""A whole cohort: batches out to workers, parts in, and a folder that always says how far it has come.

The result is a folder of Parquet parts with a manifest. A part is written whole or not at all and named in the
manifest with its digest, so an interrupted run goes on where it stopped, and nothing is answered twice. Memory is
that of the batches under way, whatever the size of the cohort.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, closing, suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, Self

from theralogic._version import __version__
from theralogic.cohort.batch import BATCH, Batch, BatchJob, Part, answer_batch, batches_of, end_with, job_of
from theralogic.cohort.patients import columns_of
from theralogic.files.atomic import write_atomic
from theralogic.files.code_digest import code_digest
from theralogic.files.lock import LOCK, only_writer
from theralogic.files.parquet_reader import is_parquet, open_parquet, read_group
from theralogic.files.tables import Aside, column_names, to_parquet
from theralogic.model.errors import EngineError, InvalidInputError, Problem, Problems, Where
from theralogic.model.records import Arm, KnowledgeBase
from theralogic.model.safe_text import quoted
from theralogic.model.vocabulary import DISCLAIMER

SCHEMA = "theralogic/cohort/1"
MANIFEST, ASIDE, TABLE = "_manifest.json", "_set-aside.csv", "_patients.parquet"
OWN = (TABLE, "_patients.tmp", f"_unread{ASIDE}")
"""What a run writes before its manifest."""
HALF = re.compile(r"\.(_manifest|part-\d{6}|_unread_set-aside|_\d{6}_set-aside)\.\w+\.\w{8}")
"""What was being written when a run was killed."""
ABOUT = ("schema", "program", "table", "rules", "arms", "asked", "batch")
PATIENCE = 5
"""Seconds after which it is looked at whether anybody still answers."""
FORMULA = ("=", "+", "@", "\t", "\r")


class Pool(Protocol):
    """What runs batches: this machine's processes, or a cluster."""

    def submit(self, function: Callable[..., Part], job: BatchJob, batch: Batch, /) -> Future[Part]:
        """Start one batch."""
        ...


class Progress(NamedTuple):
    """How far a run has come."""

    done: int
    of: int
    patients: int
    aside: int


def run(
    kb: KnowledgeBase,
    table: Path,
    arms: Sequence[Arm],
    asked: Sequence[str],
    folder: Path,
    *,
    workers: int = 0,
    scheduler: str | None = None,
    batch: int = BATCH,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> dict[str, Any]:
    """Answer every patient of ``table`` in every arm; returns the manifest that is left in ``folder``.

    ``workers`` 0 means one for each core; ``scheduler`` is the address of a Dask cluster. Raises
    :class:`InvalidInputError` where the table can't be read, or where ``folder`` holds another cohort's result.
    """
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with only_writer(folder):
        for half in folder.glob(".[_p]*"):
            if HALF.fullmatch(half.name):
                half.unlink()
        manifest = _manifest(kb, table, arms, asked, folder, batch)
        try:
            names = column_names(table)
            columns = columns_of(names, kb, str(table))
            source = _as_parquet(table, names, folder, manifest)
            if columns.id is not None:
                _check_ids(source, columns.id, table)
        except BaseException:
            if not manifest["parts"]:
                _take_back(folder, new)
            raise
        job = job_of(kb, str(source.resolve()), arms, asked, about_digest(manifest))
        return _answer_all(job, folder, manifest, workers=workers, scheduler=scheduler, on_progress=on_progress)


def _check_ids(source: Path, column: str, table: Path) -> None:
    """Raise where two rows have one id."""
    import pyarrow as pa
    import pyarrow.compute as pc

    problems = Problems()

    def check(values: Any) -> None:
        counts = pc.value_counts(values)
        for row in counts.filter(pc.greater(counts.field("counts"), 1)).to_pylist():
            if row["values"] not in (None, ""):
                message = f"{quoted(str(row['values']))} is the id of {row['counts']} rows"
                problems.append(Problem("duplicate-id", message, Where(str(table)), "one row a patient"))

    file = open_parquet(source, str(table), [column])
    held: list[Any] = []
    for group in range(file.metadata.num_row_groups):
        for chunk in read_group(file, group, str(table), [column])[column].chunks:
            if pa.types.is_dictionary(chunk.type):
                # One long text in a million rows is short here, and would be long as texts.
                check(chunk)
                if problems:
                    break
                chunk = chunk.cast(chunk.type.value_type)
            held.append(chunk)
    if not problems and held:
        check(pa.chunked_array(held))
    problems.check("more ids stand in several rows")


def _take_back(folder: Path, new: bool) -> None:
    """Leave nothing of a run that could not begin, so that the same command can be given again."""
    for name in (*OWN, MANIFEST):
        (folder / name).unlink(missing_ok=True)
    if new:
        (folder / LOCK).unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()


def _answer_all(
    job: BatchJob,
    folder: Path,
    manifest: dict[str, Any],
    *,
    workers: int,
    scheduler: str | None,
    on_progress: Callable[[Progress], None],
) -> dict[str, Any]:
    """Answer every batch that ``folder`` does not hold yet, and complete the manifest."""
    batches = batches_of(job.table, manifest["batch"])
    manifest["batches"] = len(batches)
    parts: dict[str, Any] = manifest["parts"]
    waiting = [b for b in batches if not _kept(folder, b, parts)]

    def progress() -> Progress:
        done = parts.values()
        return Progress(len(parts), len(batches), sum(p["patients"] for p in done), _set_aside(manifest))

    on_progress(progress())
    with ExitStack() as stack:
        pool, at_once, check = _pool(stack, workers, scheduler, len(waiting))
        for part in _answered(pool, at_once, check, job, waiting):
            _keep(folder, part, parts)
            _save(folder, manifest)
            on_progress(progress())
    manifest["complete"] = True
    manifest["parts"] = dict(sorted(parts.items()))
    manifest["patients"] = sum(p["patients"] for p in parts.values())
    manifest["set_aside"] = _set_aside(manifest)
    rows = sum(batch.length for batch in batches)
    if manifest["patients"] + manifest["set_aside"] - manifest["unreadable"] != rows:
        raise EngineError("engine-failed", f"{rows} rows went in, but not as many came out", help="please report it")
    _join_aside(folder)
    _save(folder, manifest)
    return manifest


def _answered(
    pool: Pool | None, at_once: int, check: Callable[[], None], job: BatchJob, batches: Sequence[Batch]
) -> Iterator[Part]:
    """Parts as they come; only so many batches are under way that memory stays bounded.

    Raises :class:`EngineError` (``worker-lost``) where a process that answers has gone.
    """
    if pool is None:
        for batch in batches:
            yield answer_batch(job, batch)
        return
    coming = iter(batches)
    under_way: set[Future[Part]] = set()
    while True:
        try:
            for batch in islice(coming, at_once - len(under_way)):
                under_way.add(pool.submit(answer_batch, job, batch))
            if not under_way:
                return
            done, under_way = wait(under_way, PATIENCE, FIRST_COMPLETED)
            parts = [future.result() for future in done]
        except BrokenExecutor as error:
            message = "a process that answered patients was ended from outside, perhaps for want of memory"
            help = "give the same command again: it goes on where it stopped; fewer `--workers` take less memory"
            raise EngineError("worker-lost", message, help=help) from error
        yield from parts
        if not parts:
            check()


def _pool(
    stack: ExitStack, workers: int, scheduler: str | None, batches: int
) -> tuple[Pool | None, int, Callable[[], None]]:
    """Who runs the batches, how many are handed out at once, and what raises where nobody answers any more.

    Nobody but this process runs them where that is enough.
    """
    if scheduler:
        from theralogic.cohort.dask_pool import Cluster

        cluster = stack.enter_context(closing(Cluster(scheduler)))
        return cluster, cluster.at_once, cluster.check
    count = min(workers or cores(), batches)
    if count < 2:
        return None, 1, _nothing
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=end_with, initargs=(os.getpid(),))
    return stack.enter_context(pool), count + 1, _nothing


def _nothing() -> None:
    """A pool of processes says by itself when one of them has gone."""


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else (os.cpu_count() or 1)


# -- the folder -----------------------------------------------------------------------------------------------


def _manifest(
    kb: KnowledgeBase, table: Path, arms: Sequence[Arm], asked: Sequence[str], folder: Path, batch: int
) -> dict[str, Any]:
    """The manifest of this run: the one in ``folder`` where it is of the same run, else a new one."""
    about = {
        "schema": SCHEMA,
        "program": {"version": __version__, "code": code_digest()},
        "table": {"path": str(table.resolve()), "sha256": file_digest(table)},
        "rules": {"version": kb.version, "digest": kb.digest},
        "arms": [
            {
                "id": arm.id,
                "give": [
                    {"id": p.intervention.id, "dose": p.dose, "actions": [list(a) for a in p.intervention.actions]}
                    for p in arm.prescriptions
                ],
            }
            for arm in arms
        ],
        "asked": list(asked),
        "batch": batch,
        "disclaimer": DISCLAIMER,
    }
    path = folder / MANIFEST
    if path.exists():
        try:
            before = json.loads(path.read_bytes())
            same = {key: before.get(key) for key in about} == about
        except (ValueError, AttributeError):
            before, same = {}, False
        if not same:
            help = "name another folder, or remove this one"
            raise InvalidInputError(
                "another-result", "the folder holds another result", where=Where(str(folder)), help=help
            )
        return {**before, "complete": False}
    for name in OWN:
        (folder / name).unlink(missing_ok=True)  # of a run that ended before it had a manifest
    if any(path.name != LOCK for path in folder.iterdir()):
        help = "name a new or empty folder"
        raise InvalidInputError("another-result", "the folder is not empty", where=Where(str(folder)), help=help)
    return {**about, "complete": False, "unreadable": 0, "parts": {}}


def about_digest(manifest: Mapping[str, Any]) -> str:
    """Digest of what a run was asked; every part carries it, so that an edited manifest does not go with its parts."""
    about = {key: manifest[key] for key in ABOUT}
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _save(folder: Path, manifest: dict[str, Any]) -> None:
    write_atomic(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")


def _as_parquet(table: Path, names: list[str], folder: Path, manifest: dict[str, Any]) -> Path:
    """The table as Parquet: itself, or a copy made once."""
    if is_parquet(table):
        return table
    copy = folder / TABLE
    if not copy.exists():
        with _AsideFile(folder / f"_unread{ASIDE}") as unread:
            to_parquet(table, copy, names, unread.write)
        manifest["unreadable"] = unread.rows
        _save(folder, manifest)
    return copy


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_name(batch: int) -> str:
    """The file of a batch."""
    return f"part-{batch:06d}.parquet"


def _kept(folder: Path, batch: Batch, parts: dict[str, Any]) -> bool:
    """Whether a batch is done: its part is there, and is what was written."""
    name = part_name(batch.number)
    path = folder / name
    if name in parts and path.is_file() and file_digest(path) == parts[name]["sha256"]:
        return True
    parts.pop(name, None)
    return False


def _keep(folder: Path, part: Part, parts: dict[str, Any]) -> None:
    name = part_name(part.batch.number)
    write_atomic(folder / name, part.content)
    _write_aside(folder / f"_{part.batch.number:06d}{ASIDE}", part.aside)
    parts[name] = {
        "first": part.batch.first + 1,
        "rows": part.batch.length,
        "patients": part.patients,
        "set_aside": len(part.aside),
        "sha256": hashlib.sha256(part.content).hexdigest(),
    }


def _set_aside(manifest: dict[str, Any]) -> int:
    return int(manifest["unreadable"] + sum(part["set_aside"] for part in manifest["parts"].values()))


class _AsideFile:
    """A file of rows that were set aside, written as they come; there is none where there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def write(self, row: Aside) -> None:
        """One more row."""
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
        csv.writer(self._file).writerow([_no_formula(cell) for cell in row])
        self.rows += 1

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _write_aside(path: Path, rows: Sequence[Aside]) -> None:
    if rows:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([_no_formula(cell) for cell in row] for row in rows)
        write_atomic(path, text.getvalue().encode())


def _no_formula(cell: object) -> object:
    """A cell that a spreadsheet shows instead of running it."""
    if not isinstance(cell, str) or not cell.startswith((*FORMULA, "-")):
        return cell
    return cell if cell[:1] == "-" and cell[1:].replace(".", "").isdigit() else f"'{cell}"


def _join_aside(folder: Path) -> None:
    """One file of everything that was set aside, in the order of the table; unreadable lines first."""
    pieces = sorted(folder.glob(f"_*{ASIDE}"), key=lambda p: (not p.name.startswith("_unread"), p.name))
    if pieces:
        with (folder / f"{ASIDE}.tmp").open("wb") as whole:
            whole.write((",".join(Aside._fields) + "\r\n").encode())
            for piece in pieces:
                whole.write(piece.read_bytes())
        (folder / f"{ASIDE}.tmp").replace(folder / ASIDE)

"""A cohort's result, opened again: its manifest, its arms, and any one of its patients as a case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from theralogic.cohort.batch import ABOUT, Batch, read_rows
from theralogic.cohort.patients import Columns, Patients, columns_of, patients_of
from theralogic.cohort.run import MANIFEST, SCHEMA, TABLE, about_digest, file_digest, part_name
from theralogic.cohort.solve import case_of
from theralogic.files.code_digest import code_digest
from theralogic.files.parquet_reader import open_parquet
from theralogic.model.errors import InvalidInputError, NotFoundError, Where, did_you_mean
from theralogic.model.records import Action, Arm, Case, Intervention, KnowledgeBase, Prescription
from theralogic.model.result import Answer, Result
from theralogic.model.safe_text import printable, quoted


class SavedCohort(NamedTuple):
    """A result: where it is, what it says of itself, its arms by id, what was asked, and the table it answers."""

    folder: Path
    manifest: Mapping[str, Any]
    arms: Mapping[str, Arm]
    asked: tuple[str, ...]
    table: str
    columns: Columns

    def arm(self, name: str | None) -> Arm:
        """An arm by its id, by default the first; raises :class:`NotFoundError` (``unknown-arm``)."""
        if name is None:
            return next(iter(self.arms.values()))
        if name not in self.arms:
            help = did_you_mean(name, self.arms) or f"one of {', '.join(self.arms)}"
            raise NotFoundError("unknown-arm", f"unknown arm `{name[:80]}`", help=help)
        return self.arms[name]

    def parts(self) -> Iterator[tuple[Path, Batch]]:
        """The parts with the batches they answer, in order."""
        for number, (name, part) in enumerate(sorted(self.manifest["parts"].items())):
            yield self.folder / name, Batch(number, part["first"] - 1, part["rows"])


def _check_parts(
    folder: Path, manifest: Mapping[str, Any], about: str, bad: Callable[[str, str], InvalidInputError]
) -> None:
    """Raise where a part is not the one that was written, or answers something other than the manifest says."""
    help = "run the cohort again"
    for number, (name, part) in enumerate(sorted(manifest["parts"].items())):
        if name != part_name(number):
            raise bad(f"`{name[:80]}` is no name of a part", help)
        path = folder / name
        if not path.is_file() or path.is_symlink():
            raise bad(f"`{name}` is not there", help)
        if file_digest(path) != part["sha256"]:
            raise bad(f"`{name}` is not what was written", help)
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError):
            raise bad(f"`{name}` is no Parquet", help) from None
        if {"id", "row", "arm", *manifest["asked"]} - {*schema.names}:
            raise bad(f"`{name}` lacks columns", help)
        stated = (schema.metadata or {}).get(ABOUT.encode(), b"").decode("utf-8", "replace")
        if stated != about:
            raise bad(f"`{name}` answers something other than the manifest says", help)


def open_cohort(folder: Path, kb: KnowledgeBase) -> SavedCohort:
    """The result in a folder.

    Raises :class:`InvalidInputError` (``bad-cohort``) where there is none, or where it is of other rules than ``kb``.
    """

    def bad(message: str, help: str) -> InvalidInputError:
        return InvalidInputError("bad-cohort", message, where=Where(str(folder)), help=help)

    for name in (MANIFEST, TABLE):
        if (folder / name).is_symlink():
            raise bad(f"`{name}` is a link, which is not followed", "copy the folder whole")
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if manifest["schema"] != SCHEMA:
            raise ValueError(manifest["schema"])
        arms = {arm["id"]: _arm(kb, arm) for arm in manifest["arms"]}
        asked = tuple(manifest["asked"])
        digest, table = manifest["rules"]["digest"], str(manifest["table"]["path"])
        code, about = manifest["program"]["code"], about_digest(manifest)
        for part in manifest["parts"].values():
            if not (isinstance(part["sha256"], str) and part["first"] > 0 and part["rows"] > 0):
                raise ValueError(part)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise bad("this is not the result of a cohort run", "name the folder given to `cohort run -o`") from error
    if digest != kb.digest:
        raise bad("the result was made with other rules", "name those with `--kb`, or run the cohort again")
    if code != code_digest():
        raise bad("the result was made by another version of the program", "use that version, or run the cohort again")
    if not manifest.get("complete"):
        raise bad("the run has not finished", "give the same `cohort run` command again, and it goes on")
    _check_parts(folder, manifest, about, bad)
    if (folder / TABLE).exists():
        table = str(folder / TABLE)
    elif not Path(table).is_file():
        raise bad(f"the table of patients `{printable(table)}` is no longer there", "put it back")
    elif file_digest(Path(table)) != manifest["table"]["sha256"]:
        raise bad(f"the table of patients {quoted(table)} is not the one that was answered", "run the cohort again")
    return SavedCohort(
        folder=folder,
        manifest=manifest,
        arms=arms,
        asked=asked,
        table=table,
        columns=columns_of(open_parquet(Path(table), table).schema_arrow.names, kb, table),
    )


def _arm(kb: KnowledgeBase, arm: Mapping[str, Any]) -> Arm:
    given = []
    for drug in arm["give"]:
        known = kb.interventions.get(drug["id"])
        actions = tuple(Action(*action) for action in drug["actions"])
        if known is None or known.actions != actions:
            known = Intervention(
                id=drug["id"],
                name=drug["id"],
                actions=actions,
            )
        given.append(Prescription(known, drug["dose"]))
    return Arm(arm["id"], "", (), (), tuple(given))


def patient_case(cohort: SavedCohort, kb: KnowledgeBase, identity: str, arm: Arm) -> tuple[Case, dict[str, Any]]:
    """The first patient with an id, as a case that asks what the cohort asked, and the row that answers it.

    Raises :class:`NotFoundError` (``unknown-patient``).
    """
    for path, _ in cohort.parts():
        ids = pq.read_table(path, columns=["id", "arm"])
        here = pc.and_(pc.equal(ids["id"], identity), pc.equal(ids["arm"].cast(pa.string()), arm.id))
        places = pc.indices_nonzero(here)
        if len(places):
            (row,) = pq.read_table(path).slice(places[0].as_py(), 1).to_pylist()
            return _case(cohort, kb, row, arm), row
    help = "patients are named by the column `id`, or numbered from 1 where there is none"
    raise NotFoundError("unknown-patient", f"no patient `{identity[:80]}` has an answer", help=help)


def _case(cohort: SavedCohort, kb: KnowledgeBase, row: Mapping[str, Any], arm: Arm) -> Case:
    alone = patients_at(cohort, kb, Batch(0, row["row"] - 1, 1))
    case = case_of(alone.population, 0)
    base = case.arms[0]
    names = [kb.diseases[d].name for d in case.diseases] or ["healthy subject"]
    title = f"Patient {row['id']}: {', '.join([*names, *(p.intervention.name for p in arm.prescriptions)])}"
    stated = base._replace(title=title, prescriptions=arm.prescriptions)
    return case._replace(id=f"patient-{row['id']}", title=title, arms=(stated,), ask=cohort.asked)


def patients_at(cohort: SavedCohort, kb: KnowledgeBase, batch: Batch) -> Patients:
    """The patients of a batch."""
    return patients_of(read_rows(cohort.table, batch), cohort.columns, kb, batch.first + 1)


def differences(row: Mapping[str, Any], result: Result) -> list[str]:
    """Where a stored row and a result do not say the same; empty where they do."""
    wrong = []
    for answer in result.answers:
        stored = (row[answer.entity], *(row[f"{answer.entity}.{part}"] for part in ("strength", "certainty", "reason")))
        now = _said(answer)
        if stored != now:
            wrong.append(f"{answer.entity}: {stored} was stored, the engine says {now}")
    return wrong


def _said(answer: Answer) -> tuple[str, str | None, str | None, str | None]:
    return answer.direction, answer.strength, answer.certainty, answer.reason.kind if answer.reason else None

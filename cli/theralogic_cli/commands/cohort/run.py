"""``theralogic cohort run``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from theralogic_cli.command import Command
from theralogic_cli.extras import need_tables
from theralogic_cli.options import Existing, common_options, doses_option
from theralogic_cli.output import log, read_input
from theralogic_cli.shell_completion import complete_file
from theralogic_cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from theralogic.cohort.run import Progress


@click.command("run", cls=Command)
@click.argument("patients", type=Existing())
@click.option("--give", "drugs", multiple=True, metavar="DRUG", help="Given to everybody; repeat for a combination.")
@doses_option
@click.option(
    "--arms",
    metavar="FILE",
    shell_complete=complete_file,
    help="YAML with `arms:` as in a case, each with what it adds.",
)
@click.option("--ask", multiple=True, metavar="ENTITY", help="What to answer. Default: the activities of the diseases.")
@click.option("--all", "everything", is_flag=True, help="Answer every entity of the rule base.")
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0, the default, is one a core.")
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Run on this Dask cluster instead.")
@click.option(
    "--batch", type=click.IntRange(64), help="Patients in one batch. Default: 131,072, or 8,192 where all is asked."
)
@common_options(engine=False, output=False)
@click.option(
    "-o", "--output", "folder", metavar="FOLDER", required=True, help="Folder for the result; a run goes on there."
)
@pass_workspace
def command(
    workspace: Workspace,
    patients: str,
    drugs: tuple[str, ...],
    doses: tuple[str, ...],
    arms: str | None,
    ask: tuple[str, ...],
    everything: bool,
    workers: int,
    scheduler: str | None,
    batch: int | None,
    folder: str,
) -> None:
    """Answer what happens in every patient of PATIENTS, a Parquet, CSV or JSON lines (.jsonl) table.

    One row a patient. Columns: `id`, `disease` (several with `;`), `context.phase` and the like, and one column
    for each finding, named by its entity: a level (low, normal, ...), or a number beside columns `X.low` and `X.high`.
    Rows that can't be understood are set aside in `_set-aside.csv` with line and reason, and counted.

    \b
    Examples:
      theralogic cohort run patients.parquet --give adalimumab --ask CRP --ask infection_risk -o result
      theralogic cohort run patients.csv --arms arms.yaml -o result
    """
    need_tables()
    from theralogic.cohort.batch import ALL_BATCH, BATCH
    from theralogic.cohort.cohort_arms import arm_of, arms_of
    from theralogic.cohort.run import run
    from theralogic.files.tables import activities
    from theralogic.model.edits import pair
    from theralogic.model.names import find_all

    if arms and (drugs or doses):
        raise click.UsageError("give drugs with `--give`, or arms with `--arms`, not both")
    rules = workspace.rules
    named = [*drugs, *(pair(dose)[0] for dose in doses)]
    found = find_all(rules, {"intervention": named, "entity": ask})
    chosen = arms_of(rules, read_input(arms), arms) if arms else (arm_of(rules, drugs, doses),)
    asked = tuple(sorted(rules.entities)) if everything else found["entity"]
    manifest = run(
        rules,
        Path(patients),
        chosen,
        asked or tuple(activities(rules, Path(patients))),
        Path(folder),
        workers=workers,
        scheduler=scheduler,
        batch=batch or (ALL_BATCH if everything else BATCH),
        on_progress=_Bar(),
    )
    lines = [f"{manifest['patients']:,} patients answered in {folder}, {manifest['set_aside']:,} rows set aside"]
    if manifest["set_aside"]:
        lines.append(f"see {Path(folder, '_set-aside.csv')} for line and reason")
    workspace.emit(text=lambda: "\n".join([*lines, "", manifest["disclaimer"]]), json=lambda: manifest)


class _Bar:
    """Progress on stderr, one line that is written over where stderr is a terminal."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        done = f"{progress.done} of {progress.of} batches, {progress.patients:,} patients"
        text = f"{done}, {progress.aside:,} rows set aside" if progress.aside else done
        if self._terminal:
            click.echo(f"\r{text}\033[K", err=True, nl=progress.done == progress.of)
        elif progress.done == progress.of:
            log(text)

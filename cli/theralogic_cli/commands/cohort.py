"""``theralogic cohort``: many hypothetical patients at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from theralogic_cli.output import as_json, put, read_input, say
from theralogic_cli.session import open_kb

if TYPE_CHECKING:
    from theralogic.cohort.run import Progress


def need_tables() -> None:
    """Stop with a sentence where NumPy or pyarrow is missing."""
    from importlib.util import find_spec

    from theralogic.errors import TheralogicError

    missing = [name for name in ("numpy", "pyarrow") if find_spec(name) is None]
    if missing:
        help = "pip install 'theralogic[cohort]'"
        raise TheralogicError("needs-extra", f"cohorts need {' and '.join(missing)}", help=help)


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
            say(text)


@click.group("cohort")
def command() -> None:
    """Many hypothetical patients at once: run, make, summarise, and explain any one of them.

    \b
    Examples:
      theralogic cohort make cohort.yaml --patients 1000000 -o patients.parquet
      theralogic cohort run patients.parquet --give adalimumab --ask CRP -o result
      theralogic cohort summary result
      theralogic cohort explain result --patient 17
    """


@command.command("run")
@click.argument("patients", type=click.Path(exists=True, dir_okay=False))
@click.option("--give", "drugs", multiple=True, metavar="DRUG", help="Given to everybody; repeat for a combination.")
@click.option("--dose", "doses", multiple=True, metavar="DRUG=DOSE", help="Give it at this dose, such as low.")
@click.option("--arms", metavar="FILE", help="YAML with `arms:` as in a case, each with what it adds.")
@click.option("--ask", multiple=True, metavar="ENTITY", help="What to answer. Default: the activities of the diseases.")
@click.option("--all", "everything", is_flag=True, help="Answer every entity of the rule base.")
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0, the default, is one a core.")
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Run on this Dask cluster instead.")
@click.option("--batch", type=click.IntRange(64), default=131_072, show_default=True, help="Patients in one batch.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--kb", metavar="DIR", help="Folder that holds `rules/`.")
@click.option("-o", "--output", metavar="FOLDER", required=True, help="Folder for the result; a run goes on there.")
def run_cohort(
    patients: str,
    drugs: tuple[str, ...],
    doses: tuple[str, ...],
    arms: str | None,
    ask: tuple[str, ...],
    everything: bool,
    workers: int,
    scheduler: str | None,
    batch: int,
    form: str,
    kb: str | None,
    output: str,
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
    from theralogic.cohort.arms import arm_of, arms_of
    from theralogic.cohort.run import run
    from theralogic.cohort.tables import activities
    from theralogic.names import find

    if arms and (drugs or doses):
        raise click.UsageError("give drugs with `--give`, or arms with `--arms`, not both")
    rules = open_kb(kb)
    chosen = arms_of(rules, read_input(arms), arms) if arms else (arm_of(rules, drugs, doses),)
    asked = tuple(sorted(rules.entities)) if everything else tuple(find(rules, "entity", name) for name in ask)
    manifest = run(
        rules,
        Path(patients),
        chosen,
        tuple(dict.fromkeys(asked or activities(rules, Path(patients)))),
        Path(output),
        workers=workers,
        scheduler=scheduler,
        batch=batch,
        told=_Bar(),
    )
    if form == "json":
        put(as_json(manifest), None)
        return
    lines = [f"{manifest['patients']:,} patients answered in {output}, {manifest['set_aside']:,} rows set aside"]
    if manifest["set_aside"]:
        lines.append(f"see {Path(output, '_set-aside.csv')} for line and reason")
    put("\n".join([*lines, "", manifest["disclaimer"]]), None)

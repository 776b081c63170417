"""``theralogic cohort``: many hypothetical patients at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, log, read_input, write_output
from theralogic_cli.session import Existing, Subcommands, common, complete_file, kb_option, open_engine, open_kb, width

if TYPE_CHECKING:
    from theralogic.cohort.run import Progress


def need_tables() -> None:
    """Stop with a sentence where NumPy or pyarrow is missing."""
    from importlib.util import find_spec

    from theralogic.model.errors import TheralogicError

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
            log(text)


@click.group("cohort", cls=Subcommands)
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
@click.argument("patients", type=Existing())
@click.option("--give", "drugs", multiple=True, metavar="DRUG", help="Given to everybody; repeat for a combination.")
@click.option("--dose", "doses", multiple=True, metavar="DRUG=DOSE", help="Give it at this dose, such as low.")
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
@common(engine=False, output=False)
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
    batch: int | None,
    output_format: str,
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
    from theralogic.cohort.batch import ALL_BATCH, BATCH
    from theralogic.cohort.cohort_arms import arm_of, arms_of
    from theralogic.cohort.run import run
    from theralogic.files.tables import activities
    from theralogic.model.edits import pair
    from theralogic.model.names import find_all

    if arms and (drugs or doses):
        raise click.UsageError("give drugs with `--give`, or arms with `--arms`, not both")
    rules = open_kb(kb)
    named = [*drugs, *(pair(dose)[0] for dose in doses)]
    found = find_all(rules, {"intervention": named, "entity": ask})
    chosen = arms_of(rules, read_input(arms), arms) if arms else (arm_of(rules, drugs, doses),)
    asked = tuple(sorted(rules.entities)) if everything else found["entity"]
    manifest = run(
        rules,
        Path(patients),
        chosen,
        asked or tuple(activities(rules, Path(patients))),
        Path(output),
        workers=workers,
        scheduler=scheduler,
        batch=batch or (ALL_BATCH if everything else BATCH),
        on_progress=_Bar(),
    )
    if output_format == "json":
        write_output(as_json(manifest), None)
        return
    lines = [f"{manifest['patients']:,} patients answered in {output}, {manifest['set_aside']:,} rows set aside"]
    if manifest["set_aside"]:
        lines.append(f"see {Path(output, '_set-aside.csv')} for line and reason")
    write_output("\n".join([*lines, "", manifest["disclaimer"]]), None)


@command.command("make")
@click.argument("spec")
@click.option("--patients", type=click.IntRange(1), default=10_000, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, other patients.")
@kb_option
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=complete_file,
    required=True,
    help="Parquet, or CSV where it ends in .csv.",
)
def make_cohort(spec: str, patients: int, seed: int, kb: str | None, output: str) -> None:
    """Draw virtual patients from the distributions that SPEC (YAML) states: diseases, context, findings.

    The same SPEC, seed and number give the same file. A SPEC looks like this:

    \b
      id: my-cohort
      disease: {rheumatoid arthritis: 1}
      findings:
        IL6: {normal: 1, high: 3}
        CRP: {value: {lognormal: [20, 0.8]}, reference: [0, 5]}

    \b
    Examples:
      theralogic cohort make cohort.yaml --patients 1000000 --seed 7 -o patients.parquet
      theralogic cohort make cohort.yaml -o patients.csv
    """
    need_tables()
    from theralogic.cohort.virtual_patients import read_spec, write_patients

    path = Path(output)
    if path.is_dir() or not path.parent.is_dir():
        raise click.BadParameter(f"`{output}` can't be written: no such folder", param_hint="-o")
    write_patients(read_spec(read_input(spec), spec, open_kb(kb)), patients, seed, path)
    log(f"{patients:,} virtual patients in {output}")


@command.command("explain")
@click.argument("result", type=Existing(folder=True))
@click.option("--patient", "identity", required=True, metavar="ID", help="The patient, by its id.")
@click.option("--arm", metavar="ARM", help="The arm. Default: the first.")
@click.option("--ask", metavar="ENTITY", help="Explain this instead of what the cohort asked.")
@common()
@click.pass_context
def explain_patient(
    ctx: click.Context,
    result: str,
    identity: str,
    arm: str | None,
    ask: str | None,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """One patient of a cohort's RESULT, step by step, through the rule engine.

    Its answers are held against the stored ones; exits with 4 where they differ.

    \b
    Examples:
      theralogic cohort explain result --patient 17
      theralogic cohort explain result --patient 17 --arm plus-il10 --ask CRP
    """
    need_tables()
    from theralogic.cohort.saved_cohort import differences, open_cohort, patient_case
    from theralogic.model.names import find
    from theralogic.model.result import to_json
    from theralogic.render.text import explanation_text
    from theralogic.results.assemble import solve

    rules = open_kb(kb)
    cohort = open_cohort(Path(result), rules)
    case, row = patient_case(cohort, rules, identity, cohort.arm(arm))
    chosen = open_engine(engine)
    solved = solve(rules, case, chosen)
    wrong = differences(row, solved)
    if ask:
        solved = solve(rules, case._replace(ask=(find(rules, "entity", ask),)), chosen)
    write_output(
        as_json(to_json(solved)) if output_format == "json" else explanation_text(solved, rules, width=width()), output
    )
    for line in wrong:
        log(line)
    if wrong:
        ctx.exit(Exit.NOT_MET)
    log(f"the {solved.engine} engine and the cohort agree on this patient")


@command.command("summary")
@click.argument("result", type=Existing(folder=True))
@click.option("--arm", metavar="ARM", help="The arm. Default: the first.")
@click.option("--of", "asked", metavar="ENTITY", help="What decides who responds. Default: the first that was asked.")
@click.option("--rises", is_flag=True, help="Who responds is where it rises, not where it falls.")
@common(formats=("text", "json", "svg"))
def summarise_cohort(
    result: str,
    arm: str | None,
    asked: str | None,
    rises: bool,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """Who responds in a cohort's RESULT and who does not, by finding, and the rule that makes the difference.

    A patient responds where the entity changes at least moderately. How much a finding tells about the response is
    given in bits (0 nothing, 1 everything); that alone is no cause, so two patients that are nearly alike are compared.

    \b
    Examples:
      theralogic cohort summary result
      theralogic cohort summary result --of CRP --format svg -o crp.svg
    """
    need_tables()
    from theralogic.cohort.saved_cohort import open_cohort
    from theralogic.cohort.summary import summarise
    from theralogic.cohort.summary_svg import summary_svg, summary_text
    from theralogic.model.names import find
    from theralogic.model.result import to_json

    rules = open_kb(kb)
    cohort = open_cohort(Path(result), rules)
    entity = find(rules, "entity", asked) if asked else cohort.asked[0]
    if entity not in cohort.asked:
        raise click.BadParameter(f"`{entity}` was not asked; one of {', '.join(cohort.asked)}", param_hint="--of")
    found = summarise(
        cohort,
        rules,
        open_engine(engine),
        arm=cohort.arm(arm),
        entity=entity,
        response="increases" if rises else "decreases",
    )
    if output_format == "json":
        write_output(as_json(to_json(found)), output)
    else:
        write_output(summary_svg(found) if output_format == "svg" else summary_text(found, width()), output)

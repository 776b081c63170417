"""``theralogic cohort make``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.extras import need_tables
from theralogic_cli.options import kb_option
from theralogic_cli.output import log, new_file, read_input
from theralogic_cli.shell_completion import complete_file
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("make", cls=Command)
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
@pass_workspace
def command(workspace: Workspace, spec: str, patients: int, seed: int, output: str) -> None:
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

    path = new_file(output)
    write_patients(read_spec(read_input(spec), spec, workspace.rules), patients, seed, path)
    log(f"{patients:,} virtual patients in {output}")

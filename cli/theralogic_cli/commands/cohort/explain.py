"""``theralogic cohort explain``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.exits import Exit, stop
from theralogic_cli.extras import need_tables
from theralogic_cli.options import Existing, common_options
from theralogic_cli.output import log, width
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("explain", cls=Command)
@click.argument("result", type=Existing(folder=True))
@click.option("--patient", "identity", required=True, metavar="ID", help="The patient, by its id.")
@click.option("--arm", metavar="ARM", help="The arm. Default: the first.")
@click.option("--ask", metavar="ENTITY", help="Explain this instead of what the cohort asked.")
@common_options()
@pass_workspace
def command(workspace: Workspace, result: str, identity: str, arm: str | None, ask: str | None) -> None:
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

    rules = workspace.rules
    cohort = open_cohort(Path(result), rules)
    case, row = patient_case(cohort, rules, identity, cohort.arm(arm))
    solved = workspace.solve(case)
    wrong = differences(row, solved)
    if ask:
        solved = workspace.solve(case._replace(ask=(find(rules, "entity", ask),)))
    workspace.emit(text=lambda: explanation_text(solved, rules, width=width()), json=lambda: to_json(solved))
    for line in wrong:
        log(line)
    if wrong:
        stop(Exit.NOT_MET)
    log(f"the {solved.engine} engine and the cohort agree on this patient")

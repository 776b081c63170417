"""``theralogic why-not``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import arm_option, common_options
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case, complete_name
from theralogic_cli.workspace import Workspace, arm_named, pass_workspace


@click.command("why-not", cls=Command)
@click.argument("case", shell_complete=complete_case)
@click.argument("entity", shell_complete=complete_name("entity"))
@arm_option
@common_options()
@pass_workspace
def command(workspace: Workspace, case: str, entity: str, arm: str) -> None:
    """What stops an effect on ENTITY in CASE, nearest first, and what would let it through.

    Every way out that is shown has been tried on the same patient.

    \b
    Examples:
      theralogic why-not psoriasis-secukinumab "IL-23 signalling"
      theralogic why-not ra-tocilizumab "serum IL-4"
    """
    from theralogic.model.names import find
    from theralogic.model.result import to_json
    from theralogic.model.vocabulary import DISCLAIMER
    from theralogic.reasoning.evaluate import run_arm
    from theralogic.render.comparisons import whynot_text
    from theralogic.render.reasons import namer
    from theralogic.results.why_not import why_not

    rules, opened = workspace.rules, workspace.case(case)
    wanted = find(rules, "entity", entity)
    asked = arm_named(opened, arm)
    title = opened.title if asked == opened.arms[0] else f"{opened.title}: {asked.title}"
    run = run_arm(rules, opened, asked, workspace.engine, cache=workspace.cache)
    found = why_not(rules, opened, run, wanted, workspace.engine, cache=workspace.cache)
    workspace.emit(
        text=lambda: whynot_text(found, namer(rules), title, DISCLAIMER, width()),
        json=lambda: {**to_json(found), "disclaimer": DISCLAIMER},
    )

"""``theralogic cohort summary``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.extras import need_tables
from theralogic_cli.options import Existing, common_options
from theralogic_cli.output import width
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("summary", cls=Command)
@click.argument("result", type=Existing(folder=True))
@click.option("--arm", metavar="ARM", help="The arm. Default: the first.")
@click.option("--of", "asked", metavar="ENTITY", help="What decides who responds. Default: the first that was asked.")
@click.option("--rises", is_flag=True, help="Who responds is where it rises, not where it falls.")
@common_options("text", "json", "svg")
@pass_workspace
def command(workspace: Workspace, result: str, arm: str | None, asked: str | None, rises: bool) -> None:
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

    rules = workspace.rules
    cohort = open_cohort(Path(result), rules)
    entity = find(rules, "entity", asked) if asked else cohort.asked[0]
    if entity not in cohort.asked:
        raise click.BadParameter(f"`{entity}` was not asked; one of {', '.join(cohort.asked)}", param_hint="--of")
    found = summarise(
        cohort,
        rules,
        workspace.engine,
        arm=cohort.arm(arm),
        entity=entity,
        response="increases" if rises else "decreases",
    )
    workspace.emit(
        text=lambda: summary_text(found, width()), svg=lambda: summary_svg(found), json=lambda: to_json(found)
    )

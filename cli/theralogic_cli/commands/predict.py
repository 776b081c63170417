"""``theralogic predict``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import by_option, common_options, doses_option, levels_option, verify_option
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_name
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("predict", cls=Command)
@click.argument("disease", shell_complete=complete_name("disease"))
@click.argument("drugs", nargs=-1, metavar="[DRUG]...", shell_complete=complete_name("intervention"))
@click.option(
    "--ask", multiple=True, metavar="ENTITY", help="What to predict. Default: the activity and what is measured."
)
@levels_option
@doses_option
@click.option("--explain", "chains", is_flag=True, help="Show the chains too.")
@by_option
@verify_option
@common_options()
@pass_workspace
def command(
    workspace: Workspace,
    disease: str,
    drugs: tuple[str, ...],
    ask: tuple[str, ...],
    levels: tuple[str, ...],
    doses: tuple[str, ...],
    chains: bool,
    by: int,
    check: bool,
) -> None:
    """What DRUGs do in a hypothetical patient with DISEASE; no case file needed. Without a DRUG, what the disease does.

    \b
    Examples:
      theralogic predict "rheumatoid arthritis" tocilizumab
      theralogic predict psoriasis secukinumab --ask "psoriasis activity" --explain
      theralogic predict asthma mepolizumab --set IL5=high --format json
    """
    from theralogic.model.edits import case_from_words
    from theralogic.model.result import to_json
    from theralogic.render.text import evaluation_text, explanation_text
    from theralogic.results.questions import worth_asking

    rules = workspace.rules
    case = case_from_words(rules, disease, drugs, ask=ask, levels=levels, doses=doses)
    if not ask:
        case = case._replace(ask=worth_asking(rules, case, workspace.solve(case, by=by)))
    result = workspace.solve(case, by=by, check=check)
    tell = explanation_text if chains else evaluation_text
    workspace.emit(text=lambda: tell(result, rules, width=width()), json=lambda: to_json(result))

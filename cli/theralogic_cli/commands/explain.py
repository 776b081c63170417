"""``theralogic explain``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import arm_option, by_option, common_options, verify_option
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case, complete_name
from theralogic_cli.workspace import Workspace, arm_named, pass_workspace


@click.command("explain", cls=Command)
@click.argument("case", shell_complete=complete_case)
@click.argument("entity", required=False, shell_complete=complete_name("entity"))
@click.option(
    "--level",
    "detail",
    type=click.Choice(["brief", "steps", "full"]),
    default="steps",
    show_default=True,
    help="One line a chain, every step, or every step with all its evidence.",
)
@click.option("--all", "everything", is_flag=True, help="Every changed entity, not only what the case asks.")
@arm_option
@by_option
@verify_option
@common_options("text", "tree", "json")
@pass_workspace
def command(
    workspace: Workspace,
    case: str,
    entity: str | None,
    detail: str,
    everything: bool,
    arm: str,
    by: int,
    check: bool,
) -> None:
    """What rises and falls in CASE, and the chain to each; or to one ENTITY (id, name or alias).

    Other arms of the case are told in short below it. With --arm that arm alone is explained; JSON holds every arm.

    \b
    Examples:
      theralogic explain ra-tocilizumab
      theralogic explain ra-tocilizumab CRP --level full
      theralogic explain ra-tocilizumab CRP --arm ligand-instead
      theralogic explain ra-tocilizumab --level brief --all
      theralogic explain ra-tocilizumab CRP --format tree
    """
    from theralogic.model.names import find
    from theralogic.model.result import to_json
    from theralogic.render.text import explanation_text

    rules, opened = workspace.rules, workspace.case(case)
    wanted = find(rules, "entity", entity) if entity else None
    if everything or wanted:
        opened = opened._replace(ask=(wanted,) if wanted else ())
    shown = arm_named(opened, arm).id
    result = workspace.solve(opened, by=by, check=check)
    if workspace.format == "tree":
        from theralogic.results.arm_view import arm_view
        from theralogic_cli.terminal import show, trees

        show(trees(arm_view(rules, result, shown)), workspace)
        return
    workspace.emit(
        text=lambda: explanation_text(result, rules, entity=wanted, arm=shown, detail=detail, width=width()),
        json=lambda: to_json(result),
    )

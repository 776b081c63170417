"""``theralogic graph``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import arm_option, by_option, common_options
from theralogic_cli.shell_completion import complete_case, complete_name
from theralogic_cli.workspace import Workspace, arm_named, pass_workspace


@click.command("graph", cls=Command)
@click.argument("case", shell_complete=complete_case)
@click.argument("entities", nargs=-1, metavar="[ENTITY]...", shell_complete=complete_name("entity"))
@click.option(
    "--all", "everything", is_flag=True, help="Everything that changes, not only what leads to what is asked."
)
@click.option("--opposed", is_flag=True, help="Also what was set aside, dotted.")
@click.option("--down", is_flag=True, help="Draw from top to bottom (svg).")
@arm_option
@by_option
@common_options("svg", "dot", "mermaid", "graphml", "cx2", "json")
@pass_workspace
def command(
    workspace: Workspace,
    case: str,
    entities: tuple[str, ...],
    everything: bool,
    opposed: bool,
    down: bool,
    arm: str,
    by: int,
) -> None:
    """The derivation of what CASE asks, or of the named ENTITY (id, name or alias), as a graph.

    An arrow raises, a bar lowers, a circle is needed by a gate (a hexagon).

    \b
    Examples:
      theralogic graph ra-tocilizumab CRP -o crp.svg
      theralogic graph ra-tocilizumab --opposed --format dot
      theralogic graph ra-tocilizumab --all --format cx2 -o case.cx2
    """
    from theralogic.model.names import find
    from theralogic.render.causal_graph import picture
    from theralogic.render.drawing import to_svg
    from theralogic.render.graph_formats import WRITERS
    from theralogic.results.arm_view import arm_view
    from theralogic.results.questions import worth_asking

    rules, opened = workspace.rules, workspace.case(case)
    result = workspace.solve(opened, by=by)
    view = arm_view(rules, result, arm_named(opened, arm).id)
    wanted = [find(rules, "entity", name) for name in entities] or opened.ask or worth_asking(rules, opened, result)
    shown = picture(view, None if everything else wanted, opposed=opposed)
    workspace.write(to_svg(shown, down=down) if workspace.format == "svg" else WRITERS[workspace.format](shown))

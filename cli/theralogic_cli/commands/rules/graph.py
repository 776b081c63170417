"""``theralogic rules graph``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("graph", cls=Command)
@click.option("--around", required=True, metavar="ENTITY", help="The entity in the middle.")
@click.option("--depth", type=click.IntRange(1, 3), default=1, show_default=True, help="Links in each direction.")
@common_options("text", "svg", "dot", "json", engine=False)
@pass_workspace
def command(workspace: Workspace, around: str, depth: int) -> None:
    """The neighbourhood of an entity: what acts on it, what it acts on, and the gates between.

    \b
    Examples:
      theralogic rules graph --around IL6
      theralogic rules graph --around IL6 --format svg -o il6.svg
    """
    from theralogic.model.names import find
    from theralogic.render.graph_formats import to_dot
    from theralogic.render.neighbourhood import neighbourhood, picture, to_svg, to_text

    rules = workspace.rules
    found = neighbourhood(rules, find(rules, "entity", around), depth)
    workspace.emit(
        text=lambda: to_text(rules, found),
        svg=lambda: to_svg(rules, found),
        dot=lambda: to_dot(picture(rules, found)),
        json=found.as_json,
    )

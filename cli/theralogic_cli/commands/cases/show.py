"""``theralogic cases show``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("show", cls=Command)
@click.argument("case", shell_complete=complete_case)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, case: str) -> None:
    """The card of a case: patient, what is given, what is asked, what it teaches.

    \b
    Example:
      theralogic cases show ra-tocilizumab
    """
    from theralogic.render.case_card import card, card_json

    rules, opened = workspace.rules, workspace.case(case)
    workspace.emit(text=lambda: card(rules, opened, width()), json=lambda: card_json(rules, opened))

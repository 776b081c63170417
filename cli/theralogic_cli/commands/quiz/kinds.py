"""``theralogic quiz kinds``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("kinds", cls=Command)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace) -> None:
    """The kinds of exercise there are.

    \b
    Example:
      theralogic quiz kinds
    """
    from theralogic.quiz.item import KINDS
    from theralogic.render.phrases import columns

    workspace.emit(text=lambda: "\n".join(columns(list(KINDS.items()), indent="")), json=lambda: KINDS)

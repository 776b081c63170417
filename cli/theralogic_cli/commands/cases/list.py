"""``theralogic cases list``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("list", cls=Command)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace) -> None:
    """The cases that can be named by id.

    \b
    Example:
      theralogic cases list
    """
    from theralogic.render.phrases import columns

    cases = workspace.cases(workspace.case_files)
    rows = columns([(c.id, c.title) for c in cases], indent="")
    workspace.emit(
        text=lambda: "\n".join([*rows, f"{len(cases)} cases"]),
        json=lambda: [{"id": c.id, "title": c.title, "expectations": len(c.expect)} for c in cases],
    )

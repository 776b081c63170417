"""``theralogic course list``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("list", cls=Command)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace) -> None:
    """The lessons in order, each with its case.

    \b
    Example:
      theralogic course list
    """
    from theralogic.render.phrases import columns
    from theralogic.teach.course_files import lessons

    course = lessons()
    workspace.emit(
        text=lambda: "\n".join(columns([(str(x.number), x.title, x.case) for x in course], indent="")),
        json=lambda: [lesson.model_dump() for lesson in course],
    )

"""``theralogic course show``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import width
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("show", cls=Command)
@click.argument("number", type=int)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, number: int) -> None:
    """One lesson on a page: text, exercises, what to take home, answers.

    \b
    Example:
      theralogic course show 8
    """
    from theralogic.teach.course import lesson_numbered, lesson_text

    lesson = lesson_numbered(number)
    workspace.emit(text=lambda: lesson_text(lesson, width()), json=lesson.model_dump)

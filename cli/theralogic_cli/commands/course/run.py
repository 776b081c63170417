"""``theralogic course run``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import (
    answers_option,
    common_options,
    export_option,
    lesson_seed_option,
    no_questions_option,
)
from theralogic_cli.output import width
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("run", cls=Command)
@click.argument("number", type=int)
@lesson_seed_option
@answers_option
@no_questions_option
@export_option
@common_options()
@pass_workspace
def command(
    workspace: Workspace, number: int, seed: int, answers: str | None, no_input: bool, export: str | None
) -> None:
    """Play a lesson: read, commit, explain, look back, do the exercises. Without a terminal nothing is asked.

    A file of answers looks as `theralogic teach --help` shows it.

    \b
    Examples:
      theralogic course run 1
      theralogic course run 1 --no-input -o lesson-1.txt
      theralogic course run 8 --export lesson-8.html
    """
    from theralogic.teach.course import lesson_numbered
    from theralogic.teach.prepare import prepare
    from theralogic_cli.commands.teach.export import export_lesson
    from theralogic_cli.commands.teach.play import play_lesson

    page = lesson_numbered(number)
    case = workspace.case(page.case)
    lesson = prepare(workspace.rules, case, workspace.engine, seed=seed, width=width())
    if export:
        export_lesson(lesson, export, page)
    else:
        play_lesson(workspace, lesson, page=page, answers=answers, no_input=no_input)

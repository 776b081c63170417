"""``theralogic course export``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.options import engine_option, kb_option
from theralogic_cli.output import log, write_output
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("export", cls=Command)
@click.argument("folder", type=click.Path(file_okay=False))
@kb_option
@engine_option
@pass_workspace
def command(workspace: Workspace, folder: str) -> None:
    """The whole course as pages that grade by themselves, with a front page, to put on a website or a stick.

    \b
    Example:
      theralogic course export my-course
    """
    from theralogic.teach.course_files import lessons
    from theralogic.teach.lesson_page import course_index
    from theralogic.teach.prepare import prepare
    from theralogic_cli.commands.teach.export import export_lesson

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    course = lessons()
    for page in course:
        case = workspace.case(page.case)
        lesson = prepare(workspace.rules, case, workspace.engine, cache=workspace.cache)
        export_lesson(lesson, str(target / f"lesson-{page.number}.html"), page)
    write_output(course_index(course), str(target / "index.html"))
    log(f"wrote {target / 'index.html'} and {len(course)} lessons")

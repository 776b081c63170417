"""``theralogic quiz grade``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import read_input, width
from theralogic_cli.shell_completion import complete_file
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("grade", cls=Command)
@click.argument("answers", shell_complete=complete_file)
@click.option(
    "--quiz",
    "quiz_file",
    required=True,
    metavar="FILE",
    shell_complete=complete_file,
    help="The quiz as JSON, from `quiz make`.",
)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, answers: str, quiz_file: str) -> None:
    """Grade ANSWERS, a CSV with the columns learner, item, answer; learners are pseudonyms.

    Tells scores, how hard and how telling each exercise is, and which misconceptions the class holds.

    \b
    Example:
      theralogic quiz grade answers.csv --quiz quiz.json
    """
    from theralogic.quiz.class_report import report_text
    from theralogic.quiz.grading import grade_class, read_answers, report_json
    from theralogic.quiz.quiz_json import read_quiz

    quiz = read_quiz(read_input(quiz_file), quiz_file)
    report = grade_class(quiz, read_answers(read_input(answers), answers, quiz))
    workspace.emit(text=lambda: report_text(quiz, report, width()), json=lambda: report_json(report))

"""``theralogic teach``."""

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
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("teach", cls=Command)
@click.argument("case", shell_complete=complete_case)
@lesson_seed_option
@answers_option
@click.option("--questions", type=click.IntRange(1, 50), default=5, show_default=True, help="Ask at most so many.")
@no_questions_option
@export_option
@common_options()
@pass_workspace
def command(
    workspace: Workspace,
    case: str,
    seed: int,
    answers: str | None,
    questions: int,
    no_input: bool,
    export: str | None,
) -> None:
    """A lesson on CASE: commit to what will happen, write the chain, have it graded, see it, change the patient.

    Without a terminal, or with --no-input, nothing is asked. A file of answers looks like this:

    \b
      predictions:
        - {entity: CRP, direction: falls, confidence: 80}
      chain: ["tocilizumab -| IL-6R -> IL-6 signalling -> CRP"]
      counterfactual: same

    \b
    Examples:
      theralogic teach psoriasis-secukinumab
      theralogic teach psoriasis-secukinumab --seed 7 --answers mine.yaml --format json
      theralogic teach psoriasis-secukinumab --export lesson.html
    """
    from theralogic.teach.prepare import prepare
    from theralogic_cli.commands.teach.export import export_lesson
    from theralogic_cli.commands.teach.play import play_lesson

    opened = workspace.case(case)
    lesson = prepare(workspace.rules, opened, workspace.engine, seed=seed, most=questions, width=width())
    if export:
        export_lesson(lesson, export)
    else:
        play_lesson(workspace, lesson, answers=answers, no_input=no_input)

"""``theralogic quiz make``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import count, log
from theralogic_cli.shell_completion import complete_case, complete_exercise_kind
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("make", cls=Command)
@click.argument("cases", nargs=-1, required=True, shell_complete=complete_case)
@click.option("--seed", type=int, default=0, show_default=True, help="Order of options, and which drugs are tried.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    shell_complete=complete_exercise_kind,
    metavar="KIND",
    help="Keep only this kind; see `quiz kinds`.",
)
@click.option("--most", type=click.IntRange(1), help="At most so many, spread over the kinds.")
@common_options("md", "html", "json", "moodle", "gift", "tsv", "anki")
@pass_workspace
def command(workspace: Workspace, cases: tuple[str, ...], seed: int, kinds: tuple[str, ...], most: int | None) -> None:
    """Exercises from CASES, each with exactly one answer that the rules bear out.

    What can't be asked fairly is left out and counted. The same cases, rules and seed give the same quiz, and an
    exercise keeps its id, so a class can be graded against the JSON of the quiz it was given.

    \b
    Examples:
      theralogic quiz make psoriasis-secukinumab --most 12 -o worksheet.md
      theralogic quiz make psoriasis-secukinumab --format anki -o psoriasis.apkg
      theralogic quiz make psoriasis-secukinumab --kind silence --kind drug --format gift
    """
    from theralogic.model.errors import NotFoundError, did_you_mean
    from theralogic.quiz import worksheet
    from theralogic.quiz.gift import to_gift
    from theralogic.quiz.item import KINDS
    from theralogic.quiz.make import make_quiz
    from theralogic.quiz.moodle import to_moodle
    from theralogic.quiz.quiz_json import quiz_json

    for kind in kinds:
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"one of {', '.join(KINDS)}"
            raise NotFoundError("unknown-kind", f"`{kind[:40]}` is no kind of exercise", help=hint)
    target = workspace.output
    if workspace.format == "anki" and target in (None, "-"):
        raise click.UsageError("an Anki package needs a file: -o DECK.apkg")
    opened = workspace.cases(cases)
    quiz = make_quiz(workspace.rules, opened, workspace.engine, seed=seed, kinds=kinds, most=most or 0)
    if workspace.format == "anki" and target:
        from theralogic.quiz.anki import write_apkg

        write_apkg(quiz, Path(target))
    else:
        workspace.emit(
            md=partial(worksheet.to_markdown, quiz),
            html=partial(worksheet.to_html, quiz),
            tsv=partial(worksheet.to_tsv, quiz),
            gift=partial(to_gift, quiz),
            moodle=partial(to_moodle, quiz),
            json=partial(quiz_json, quiz),
        )
    left_out = sum(quiz.dropped.values())
    more = f"; {left_out} left out: no single answer could be defended" if left_out else ""
    log(f"{count(len(quiz.items), 'exercise')}{more}")

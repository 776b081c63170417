"""``theralogic quiz``: exercises made from cases, and the grading of a class."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.output import as_json, log, read_input, write_output
from theralogic_cli.session import (
    Subcommands,
    common,
    complete_case,
    complete_file,
    open_cases,
    open_engine,
    open_kb,
    width,
)

FORMATS = ("md", "html", "json", "moodle", "gift", "tsv", "anki")


def complete_kind(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion of kinds of exercises."""
    from theralogic.quiz.item import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


@click.group("quiz", cls=Subcommands)
def command() -> None:
    """Make exercises from cases, and grade a class.

    \b
    Examples:
      theralogic quiz make psoriasis-secukinumab crohn-secukinumab --format moodle -o quiz.xml
      theralogic quiz grade answers.csv --quiz quiz.json
    """


@command.command("make")
@click.argument("cases", nargs=-1, required=True, shell_complete=complete_case)
@click.option("--seed", type=int, default=0, show_default=True, help="Order of options, and which drugs are tried.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    shell_complete=complete_kind,
    metavar="KIND",
    help="Keep only this kind; see `quiz kinds`.",
)
@click.option("--most", type=click.IntRange(1), help="At most so many, spread over the kinds.")
@common(formats=FORMATS)
def make_quiz(
    cases: tuple[str, ...],
    seed: int,
    kinds: tuple[str, ...],
    most: int | None,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
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
    from theralogic.quiz.item import KINDS
    from theralogic.quiz.make import make_quiz

    for kind in kinds:
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"one of {', '.join(KINDS)}"
            raise NotFoundError("unknown-kind", f"`{kind[:40]}` is no kind of exercise", help=hint)
    if output_format == "anki" and (output is None or output == "-"):
        raise click.UsageError("an Anki package needs a file: -o DECK.apkg")
    rules, chosen = open_kb(kb), open_engine(engine)
    opened, wrong = open_cases(rules, cases, kb)
    if wrong:
        raise wrong
    quiz = make_quiz(rules, opened, chosen, seed=seed, kinds=kinds, most=most or 0)
    if output_format == "anki" and output:
        from theralogic.quiz.anki import write_apkg

        write_apkg(quiz, Path(output))
    elif output_format == "json":
        from theralogic.quiz.quiz_json import quiz_json

        write_output(as_json(quiz_json(quiz)), output)
    else:
        write_output(_written(output_format, quiz), output)
    left_out = sum(quiz.dropped.values())
    more = f"; {left_out} left out: no single answer could be defended" if left_out else ""
    log(f"{len(quiz.items)} exercise{'' if len(quiz.items) == 1 else 's'}{more}")


def _written(output_format: str, quiz: object) -> str:
    from theralogic.quiz import gift, moodle
    from theralogic.quiz import worksheet as sheet
    from theralogic.quiz.make import Quiz

    assert isinstance(quiz, Quiz)
    writers = {
        "md": sheet.to_markdown,
        "html": sheet.to_html,
        "tsv": sheet.to_tsv,
        "gift": gift.to_gift,
        "moodle": moodle.to_moodle,
    }
    return writers[output_format](quiz)


@command.command("kinds")
@common(engine=False)
def list_kinds(output_format: str, kb: str | None, output: str | None) -> None:
    """The kinds of exercise there are.

    \b
    Example:
      theralogic quiz kinds
    """
    from theralogic.quiz.item import KINDS
    from theralogic.render.phrases import columns

    write_output(
        as_json(KINDS) if output_format == "json" else "\n".join(columns(list(KINDS.items()), indent="")), output
    )


@command.command("grade")
@click.argument("answers", shell_complete=complete_file)
@click.option(
    "--quiz",
    "quiz_file",
    required=True,
    metavar="FILE",
    shell_complete=complete_file,
    help="The quiz as JSON, from `quiz make`.",
)
@common(engine=False)
def grade(answers: str, quiz_file: str, output_format: str, kb: str | None, output: str | None) -> None:
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
    write_output(
        as_json(report_json(report)) if output_format == "json" else report_text(quiz, report, width()), output
    )

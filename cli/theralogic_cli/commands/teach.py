"""``theralogic teach``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from theralogic_cli.output import as_json, clean, echo, fitted, read_input, write_output
from theralogic_cli.session import common, complete_case, complete_file, open_case, open_engine, open_kb, width

if TYPE_CHECKING:
    from theralogic.model.records import KnowledgeBase
    from theralogic.teach.course_files import CourseLesson as Page
    from theralogic.teach.lesson import Prompt, Reply
    from theralogic.teach.prepare import PreparedLesson


@click.command("teach")
@click.argument("case", shell_complete=complete_case)
@click.option("--seed", type=int, default=0, show_default=True, help="Order of questions, and which what-if is asked.")
@click.option(
    "--answers",
    metavar="FILE",
    shell_complete=complete_file,
    help="Take the learner's answers from a YAML or JSON file.",
)
@click.option("--questions", type=click.IntRange(1, 50), default=5, show_default=True, help="Ask at most so many.")
@click.option("--no-input", is_flag=True, help="Ask nothing: show the lesson with its answers.")
@click.option(
    "--export",
    metavar="FILE",
    shell_complete=complete_file,
    help="Write the lesson as one HTML page that grades by itself, and stop.",
)
@common()
def command(
    case: str,
    seed: int,
    answers: str | None,
    questions: int,
    no_input: bool,
    export: str | None,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
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

    rules = open_kb(kb)
    opened = open_case(rules, case, kb)
    lesson = prepare(rules, opened, open_engine(engine), seed=seed, most=questions, width=width())
    if export:
        export_lesson(lesson, export)
        return
    run_lesson(rules, lesson, answers=answers, no_input=no_input, output_format=output_format, output=output)


def export_lesson(lesson: PreparedLesson, path: str, page: Page | None = None) -> None:
    """Write a lesson as one self-contained page."""
    from theralogic.teach.course_files import pattern_pages
    from theralogic.teach.lesson_page import lesson_page

    write_output(lesson_page(lesson, pattern_hints={p.id: p.spot for p in pattern_pages()}, page=page), path)


def run_lesson(
    rules: KnowledgeBase,
    lesson: PreparedLesson,
    *,
    page: Page | None = None,
    answers: str | None,
    no_input: bool,
    output_format: str,
    output: str | None,
) -> None:
    """Play a lesson in the terminal, from a file, or with nobody there; ``page`` is its page of the course."""
    from theralogic.model.vocabulary import DISCLAIMER
    from theralogic.teach.course import closing, opening, reading
    from theralogic.teach.course_files import pattern_pages
    from theralogic.teach.course_text import folded
    from theralogic.teach.lesson import Prompt, afterwards, run_lesson, verdicts
    from theralogic.teach.summary import record_json, summary

    live = not (answers or no_input or output) and output_format == "text" and sys.stdin.isatty()
    told: list[str] = []

    def keep(text: str) -> None:
        told.append(text)
        if live:
            echo(text)

    def log(text: str) -> None:
        keep("\n".join(folded(text, width())))

    reply = _reply(rules, answers, live)
    pattern_hints = {page.id: page.spot for page in pattern_pages()}
    if page:
        keep("\n".join([*opening(page, width()), ""]))
    text = reading(page, width()) if page else ""
    record = run_lesson(lesson, reply, log, pattern_hints=pattern_hints, reading=text, width=width())
    log("\nLooking back")
    for line in (*verdicts(lesson, record), *summary(record), "", *afterwards(lesson)):
        log(line)
    if page:
        log("\nExercises")
        for number, exercise in enumerate(page.exercises, 1):
            log(f"  {number}. {exercise.ask}")
            reply(Prompt("next", "", "Think, then Enter for an answer"))
            log(f"     {exercise.answer}")
        keep("\n".join(["", *closing(page, width())]))
    keep(f"\n{DISCLAIMER}")
    if output_format == "json":
        write_output(
            as_json({"case": lesson.arm.result.case["id"], **record_json(record), "disclaimer": DISCLAIMER}), output
        )
    elif not live:
        write_output("\n".join(told), output)


def _reply(rules: KnowledgeBase, answers: str | None, live: bool) -> Reply:
    if answers:
        from theralogic.teach.answers import read_answers, replying

        return replying(rules, read_answers(read_input(answers), answers if answers != "-" else "<stdin>", rules))
    return _ask if live else lambda prompt: None


def _ask(prompt: Prompt) -> str | None:
    from theralogic.teach.course_text import folded
    from theralogic.teach.lesson import commitment

    while True:
        text = fitted(clean("\n".join(folded(prompt.text, width()))))
        said = click.prompt(f"\n{text}\n>", default="", show_default=False, prompt_suffix=" ").strip()
        if not said or prompt.kind not in ("direction", "counterfactual") or commitment(said):
            return str(said) or None
        echo("  please answer rises, falls, same or undecided; empty to skip")

"""A lesson played in the terminal, from a file of answers, or with nobody there, for ``teach`` and ``course``."""

from __future__ import annotations

import sys

import click

from theralogic.model.records import KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.teach.answers import read_answers, replying
from theralogic.teach.course import closing, opening, reading
from theralogic.teach.course_files import CourseLesson, pattern_pages
from theralogic.teach.course_text import folded
from theralogic.teach.lesson import Prompt, Reply, afterwards, commitment, run_lesson, verdicts
from theralogic.teach.prepare import PreparedLesson
from theralogic.teach.summary import record_json, summary
from theralogic_cli.output import clean, display_name, echo, fitted, read_input, width
from theralogic_cli.workspace import Workspace


def play_lesson(
    workspace: Workspace,
    lesson: PreparedLesson,
    *,
    page: CourseLesson | None = None,
    answers: str | None,
    no_input: bool,
) -> None:
    """Ask, grade and tell; ``page`` is the lesson's page of the course, ``answers`` a file."""
    as_text = workspace.format == "text"
    live = not (answers or no_input or workspace.output) and as_text and sys.stdin.isatty()
    told: list[str] = []

    def keep(text: str) -> None:
        told.append(text)
        if live:
            echo(text)

    def log(text: str) -> None:
        keep("\n".join(folded(text, width())))

    reply = _reply(workspace.rules, answers, live)
    pattern_hints = {pattern.id: pattern.spot for pattern in pattern_pages()}
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
    if not live:
        workspace.emit(
            text=lambda: "\n".join(told),
            json=lambda: {"case": lesson.arm.result.case["id"], **record_json(record), "disclaimer": DISCLAIMER},
        )


def _reply(rules: KnowledgeBase, answers: str | None, live: bool) -> Reply:
    if answers:
        return replying(rules, read_answers(read_input(answers), display_name(answers), rules))
    return _ask if live else lambda prompt: None


def _ask(prompt: Prompt) -> str | None:
    while True:
        text = fitted(clean("\n".join(folded(prompt.text, width()))))
        said = click.prompt(f"\n{text}\n>", default="", show_default=False, prompt_suffix=" ").strip()
        if not said or prompt.kind not in ("direction", "counterfactual") or commitment(said):
            return str(said) or None
        echo("  please answer rises, falls, same or undecided; empty to skip")

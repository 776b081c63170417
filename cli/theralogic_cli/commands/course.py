"""``theralogic course``: eight lessons in order."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.output import as_json, log, write_output
from theralogic_cli.session import (
    Subcommands,
    common,
    complete_file,
    engine_option,
    kb_option,
    open_case,
    open_engine,
    open_kb,
    width,
)


@click.group("course", cls=Subcommands)
def command() -> None:
    """Eight lessons, from "no receptor, no message" to why the same drug helps the skin and harms the gut.

    \b
    Examples:
      theralogic course list
      theralogic course run 1
      theralogic course export my-course
    """


@command.command("list")
@common(engine=False)
def list_lessons(output_format: str, kb: str | None, output: str | None) -> None:
    """The lessons in order, each with its case.

    \b
    Example:
      theralogic course list
    """
    from theralogic.render.phrases import columns
    from theralogic.teach.course_files import lessons

    course = lessons()
    if output_format == "json":
        write_output(as_json([lesson.model_dump() for lesson in course]), output)
    else:
        write_output("\n".join(columns([(str(x.number), x.title, x.case) for x in course], indent="")), output)


@command.command("show")
@click.argument("number", type=int)
@common(engine=False)
def show(number: int, output_format: str, kb: str | None, output: str | None) -> None:
    """One lesson on a page: text, exercises, what to take home, answers.

    \b
    Example:
      theralogic course show 8
    """
    from theralogic.teach.course import lesson_numbered, lesson_text

    lesson = lesson_numbered(number)
    write_output(as_json(lesson.model_dump()) if output_format == "json" else lesson_text(lesson, width()), output)


@command.command("run")
@click.argument("number", type=int)
@click.option("--seed", type=int, default=0, show_default=True, help="Order of questions, and which what-if is asked.")
@click.option(
    "--answers",
    metavar="FILE",
    shell_complete=complete_file,
    help="Take the learner's answers from a file; see `theralogic teach`.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing: show the lesson with its answers.")
@click.option(
    "--export",
    metavar="FILE",
    shell_complete=complete_file,
    help="Write the lesson as one HTML page that grades by itself, and stop.",
)
@common()
def run(
    number: int,
    seed: int,
    answers: str | None,
    no_input: bool,
    export: str | None,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """Play a lesson: read, commit, explain, look back, do the exercises. Without a terminal nothing is asked.

    \b
    Examples:
      theralogic course run 1
      theralogic course run 1 --no-input -o lesson-1.txt
      theralogic course run 8 --export lesson-8.html
    """
    from theralogic.teach.course import lesson_numbered
    from theralogic.teach.prepare import prepare
    from theralogic_cli.commands.teach import export_lesson, run_lesson

    chosen = lesson_numbered(number)
    rules = open_kb(kb)
    lesson = prepare(rules, open_case(rules, chosen.case, kb), open_engine(engine), seed=seed, width=width())
    if export:
        export_lesson(lesson, export, chosen)
        return
    run_lesson(
        rules, lesson, page=chosen, answers=answers, no_input=no_input, output_format=output_format, output=output
    )


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False))
@kb_option
@engine_option
def export_course(folder: str, kb: str | None, engine: str | None) -> None:
    """The whole course as pages that grade by themselves, with a front page, to put on a website or a stick.

    \b
    Example:
      theralogic course export my-course
    """
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.teach.course_files import lessons
    from theralogic.teach.lesson_page import course_index
    from theralogic.teach.prepare import prepare
    from theralogic_cli.commands.teach import export_lesson

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    rules, chosen, course = open_kb(kb), open_engine(engine), lessons()
    cache = EvaluationCache(rules, chosen)
    for page in course:
        lesson = prepare(rules, open_case(rules, page.case, kb), chosen, cache=cache)
        export_lesson(lesson, str(target / f"lesson-{page.number}.html"), page)
    write_output(course_index(course), str(target / "index.html"))
    log(f"wrote {target / 'index.html'} and {len(course)} lessons")

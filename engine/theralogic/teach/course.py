"""The course: its lessons as text and as Markdown, and the one asked for."""

from __future__ import annotations

from collections.abc import Sequence

from theralogic.model.errors import NotFoundError
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.render.templates import code_marks
from theralogic.teach.course_files import CourseLesson, lessons, pattern_page
from theralogic.teach.course_text import wrap


def lesson_numbered(number: int) -> CourseLesson:
    """The lesson with a number, from 1; raises :class:`NotFoundError` (``unknown-lesson``)."""
    course = lessons()
    for lesson in course:
        if lesson.number == number:
            return lesson
    raise NotFoundError("unknown-lesson", f"no lesson {number}", help=f"lessons are 1 to {len(course)}")


def opening(lesson: CourseLesson, width: int) -> list[str]:
    """What a lesson is called and what it is about."""
    patterns = ", ".join(pattern_page(p).name for p in lesson.patterns)
    about = wrap(f"Patterns: {patterns}. Case: {lesson.case}.", width)
    return [f"Lesson {lesson.number}: {lesson.title}", "", *about]


def reading(lesson: CourseLesson, width: int) -> str:
    """The text of a lesson."""
    return "\n".join(_paragraphs(lesson.text, width)).rstrip()


def closing(lesson: CourseLesson, width: int) -> list[str]:
    """What to take home."""
    return ["Take home", *(line for text in lesson.take_home for line in wrap(text, width, "  - ", "    "))]


def lesson_text(lesson: CourseLesson, width: int) -> str:
    """A lesson on one page, exercises with their answers at the end."""
    lines = [*opening(lesson, width), "", reading(lesson, width), "", "Exercises"]
    for number, exercise in enumerate(lesson.exercises, 1):
        lines += wrap(exercise.ask, width, f"  {number}. ", "     ")
    lines += ["", *closing(lesson, width), "", "Answers"]
    for number, exercise in enumerate(lesson.exercises, 1):
        lines += wrap(exercise.answer, width, f"  {number}. ", "     ")
    return "\n".join([*lines, "", DISCLAIMER])


def course_markdown(course: Sequence[CourseLesson]) -> str:
    """The whole course as Markdown, for the docs."""
    lines: list[str] = []
    for lesson in course:
        lines += [f"## {lesson.number}. {lesson.title}", "", *_paragraphs(lesson.text, 118)]
        names = ", ".join(pattern_page(p).name.lower() for p in lesson.patterns)
        lines += [f"Case: `{lesson.case}`. Patterns: {names}. Play it: `theralogic course run {lesson.number}`.", ""]
        lines += ["**Exercises**", ""]
        for number, exercise in enumerate(lesson.exercises, 1):
            lines += wrap(exercise.ask, 118, f"{number}. ", "   ")
            lines += [f"   <details><summary>an answer</summary>{code_marks(exercise.answer)}</details>"]
        lines += ["", "**Take home**", ""]
        lines += [line for text in lesson.take_home for line in wrap(text, 118, "- ", "  ")]
        lines.append("")
    return "\n".join(lines).rstrip()


def _paragraphs(text: str, width: int) -> list[str]:
    return [line for part in text.strip().split("\n\n") for line in (*wrap(part, width), "")]

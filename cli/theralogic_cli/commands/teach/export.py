"""A lesson as one self-contained page, for ``teach`` and ``course``."""

from __future__ import annotations

from theralogic.teach.course_files import CourseLesson, pattern_pages
from theralogic.teach.lesson_page import lesson_page
from theralogic.teach.prepare import PreparedLesson
from theralogic_cli.output import write_output


def export_lesson(lesson: PreparedLesson, path: str, page: CourseLesson | None = None) -> None:
    """Write a lesson to ``path``; ``page`` is its page of the course."""
    hints = {pattern.id: pattern.spot for pattern in pattern_pages()}
    write_output(lesson_page(lesson, pattern_hints=hints, page=page), path)

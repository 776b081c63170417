"""A lesson in the browser: the page that can be exported, with the way around the rest of the server."""

from __future__ import annotations

from collections.abc import Mapping

from theralogic.model.errors import InvalidInputError, did_you_mean
from theralogic.model.records import Case
from theralogic.reasoning.evaluate import EvaluationCache
from theralogic.render.templates import anchor
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage, served_page
from theralogic.teach.course_files import CourseLesson as CoursePage
from theralogic.teach.course_files import pattern_pages
from theralogic.teach.lesson_page import grades_of, lesson_assets, lesson_values, title
from theralogic.teach.prepare import PreparedLesson, prepare


class LessonCache:
    """Lessons once they are worked out: the same for every learner, and by far the slowest to make, so they are kept.

    One thread makes them, so that none is made twice.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[PreparedLesson, str]] = {}

    def page(
        self, library: Library, case: Case, course: CoursePage | None, said: Mapping[str, str], cache: EvaluationCache
    ) -> ServedPage:
        """The lesson on a case, with what the learner has ``said`` judged, and with the text of the course if any."""
        if case.id not in self._made:
            made = prepare(library.kb, case, cache.engine, cache=cache)
            self._made[case.id] = made, grades_of(made)
        lesson, grades = self._made[case.id]
        pattern_hints = {pattern.id: pattern.spot for pattern in pattern_pages()}
        values = lesson_values(
            lesson, pattern_hints=pattern_hints, page=course, said=_known(lesson, said), grades=grades
        )
        return served_page("serve/templates/lesson.html", title(lesson, course), lesson_assets(), **values)


def _known(lesson: PreparedLesson, said: Mapping[str, str]) -> dict[str, str]:
    """What was said, where the lesson asks it; raises :class:`InvalidInputError` (``unknown-key``)."""
    keys = [anchor("direction", asked.answer.entity) for asked in lesson.questions]
    keys += [anchor("counterfactual", lesson.counterfactual.entity)] if lesson.counterfactual else []
    known = [*keys, *(f"{key}-sure" for key in keys), "obstacle", "chain"]
    for key in said:
        if key not in known:
            help = did_you_mean(key, known) or "open the lesson again"
            raise InvalidInputError("unknown-key", f"unknown key `{key[:80]}`", help=help)
    return {key: value for key, value in said.items() if value}

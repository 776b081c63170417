"""What a server shows, read once when it starts: rules, cases, course and an engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from theralogic.files.locations import case_names, load_case, load_kb, read_named_case
from theralogic.model.errors import NotFoundError, did_you_mean
from theralogic.model.records import Case, KnowledgeBase
from theralogic.reasoning.evaluate import Engine
from theralogic.teach.course_files import CourseLesson, lessons


class Library(NamedTuple):
    """Rules, cases by id, the lessons whose cases are there, and the engine that reasons."""

    kb: KnowledgeBase
    cases: Mapping[str, Case]
    course: tuple[CourseLesson, ...]
    engine: Engine

    def case(self, name: str) -> Case:
        """The case called ``name``; raises :class:`NotFoundError` (``unknown-case``)."""
        if name in self.cases:
            return self.cases[name]
        help = did_you_mean(name, self.cases) or "see the list of cases"
        raise NotFoundError("unknown-case", f"unknown case `{name[:80]}`", help=help)

    def lesson(self, number: str) -> CourseLesson:
        """The lesson with a number; raises :class:`NotFoundError` (``unknown-lesson``)."""
        for lesson in self.course:
            if str(lesson.number) == number:
                return lesson
        help = f"lessons are 1 to {len(self.course)}" if self.course else "the cases of the course are not here"
        raise NotFoundError("unknown-lesson", f"no lesson `{number[:80]}`", help=help)


def open_library(root: Path | None, engine: Engine) -> Library:
    """Everything under ``root`` (default: what is shipped).

    Raises :class:`InvalidInputError` with the problems of the first file that can't be understood.
    """
    kb = load_kb(root)
    cases = {name: load_case(read_named_case(path, root), str(path), kb) for name, path in case_names(root).items()}
    return Library(kb, cases, tuple(lesson for lesson in lessons() if lesson.case in cases), engine)

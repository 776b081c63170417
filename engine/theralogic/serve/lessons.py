"""A lesson in the browser: the page that can be exported, with the way around the rest of the server."""

from __future__ import annotations

import threading

from theralogic.evaluate import Engine
from theralogic.model import Case
from theralogic.serve.library import Library
from theralogic.serve.shell import Page, around, dressed
from theralogic.teach import web
from theralogic.teach.pages import Lesson, pattern_pages
from theralogic.teach.prepare import prepare


class Shelf:
    """Lessons once they are made: the same for every learner, and by far the slowest pages, so they are kept.

    One is made at a time, because a class opens the same one together.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[str, int], Page] = {}
        self._one = threading.Lock()

    def lesson(self, library: Library, case: Case, page: Lesson | None, engine: Engine) -> Page:
        """The lesson on a case, with the text of the course where ``page`` is one of its lessons."""
        key = (case.id, page.number if page else 0)
        with self._one:
            if key not in self._made:
                self._made[key] = lesson(library, case, page, engine)
            return self._made[key]


def lesson(library: Library, case: Case, page: Lesson | None, engine: Engine) -> Page:
    """The lesson on a case, with the text of the course where ``page`` is one of its lessons."""
    prepared = prepare(library.kb, case, engine)
    spots = {pattern.id: pattern.spot for pattern in pattern_pages()}
    body = web.body(prepared, spots=spots, page=page).replace("<header>", f"<header>{around()}", 1)
    return dressed(web.title(prepared, page), body, *web.dress())

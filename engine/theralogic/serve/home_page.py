"""The first page: where a class begins."""

from __future__ import annotations

from theralogic.model.records import Case
from theralogic.render.phrases import listed
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage, page


def home_page(library: Library) -> ServedPage:
    """Course, cases, and the way to explore without either."""
    return page(
        "serve/templates/home.html",
        "How therapies work, step by step",
        kicker="theralogic",
        course=library.course,
        cases=[(case, _about(case)) for case in library.cases.values()],
    )


def _about(case: Case) -> str:
    given = listed(p.intervention.name for p in case.arms[0].prescriptions) or "nothing given"
    others = len(case.arms) - 1
    return given + (f", and {others} other{'s' if others > 1 else ''} to compare" if others else "")

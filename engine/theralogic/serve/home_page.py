"""The first page: where a class begins."""

from __future__ import annotations

from collections.abc import Iterable

from theralogic.model.records import Case, KnowledgeBase
from theralogic.render.phrases import listed
from theralogic.render.web.page import esc
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage, page


def home_page(library: Library) -> ServedPage:
    """Course, cases, and the way to explore without either."""
    kb = library.kb
    course = "".join(f'<li><a href="/course/{lesson.number}">{esc(lesson.title)}</a></li>' for lesson in library.course)
    sections = [
        (
            "course",
            "A course",
            f"<p>Lessons to play: commit to what will happen, explain it, and see.</p><ol>{course}</ol>"
            if course
            else "",
        ),
        (
            "cases",
            "Cases",
            "<p>Hypothetical patients. Change what is found and what is given, and see the chain change.</p>"
            + _cases(kb, library.cases.values()),
        ),
        (
            "explore",
            "Without a case",
            '<p><a href="/explore">Choose a disease and drugs</a> and see what the rules predict, '
            'or <a href="/rules">look up the rules</a> themselves.</p>',
        ),
    ]
    html = "".join(f'<section id="{key}"><h2>{name}</h2>{text}</section>' for key, name, text in sections if text)
    return page("How therapies work, step by step", html, kicker="theralogic")


def _cases(kb: KnowledgeBase, cases: Iterable[Case]) -> str:
    items = "".join(
        f'<li><a href="/cases/{esc(case.id)}">{esc(case.title)}</a> <small>{esc(_about(kb, case))}</small></li>'
        for case in cases
    )
    return f'<ul class="cases">{items}</ul>'


def _about(kb: KnowledgeBase, case: Case) -> str:
    given = listed(p.intervention.name for p in case.arms[0].prescriptions) or "nothing given"
    others = len(case.arms) - 1
    return given + (f", and {others} other{'s' if others > 1 else ''} to compare" if others else "")

"""A patient to change: the form, what happens now, what differs from the case as written, and why."""

from __future__ import annotations

from theralogic.model.errors import InvalidInputError
from theralogic.model.records import Case, KnowledgeBase, Teaching
from theralogic.model.result import Result
from theralogic.reasoning import worlds
from theralogic.reasoning.evaluate import Evaluation, EvaluationCache, evaluate
from theralogic.render.report import ASKED_AT_MOST, report_data
from theralogic.render.report import report as whole_report
from theralogic.render.web import parts
from theralogic.render.web.page import asset, esc, policy
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import assemble
from theralogic.results.questions import worth_asking
from theralogic.serve.answer_page import answer_page
from theralogic.serve.error_pages import problem_html
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage, page
from theralogic.serve.patient_form import patient_form
from theralogic.serve.query import Query, by_rank, query, to_case


def solved(
    library: Library, case: Case | None, asked: Query, cache: EvaluationCache
) -> tuple[Case, Evaluation, Result]:
    """The question answered; one that asks nothing is asked what is worth asking of the patient as changed."""
    kb, by = library.kb, by_rank(asked)
    made = to_case(kb, case, asked)
    evaluation = evaluate(kb, made, cache.engine, by=by, cache=cache)
    if not (case and case.ask):
        last = evaluation._replace(case=made._replace(arms=made.arms[-1:]), arms=evaluation.arms[-1:])
        worth = worth_asking(kb, made, assemble(last, cache.engine))[:ASKED_AT_MOST]
        made = made._replace(ask=tuple(dict.fromkeys([*worth, *made.ask])))
        evaluation = evaluation._replace(case=made)
    return made, evaluation, assemble(evaluation, cache.engine)


def case_page(library: Library, case: Case | None, asked: Query, cache: EvaluationCache) -> ServedPage:
    """The page of a case, or of a patient put together from a disease and drugs."""
    kb = library.kb
    diseases = case.diseases if case else asked.diseases
    levels = worlds.disease_levels(kb, diseases, ())
    asking = patient_form(kb, case, asked, levels)
    if case is None and not (asked.diseases or asked.give or asked.levels):
        html = f'<div class="bench">{asking}<div id="result">{_beginnings(kb)}</div></div>'
        return page("Explore", html, kicker="Without a case", skip="result")
    try:
        made, evaluation, result = solved(library, case, asked, cache)
    except InvalidInputError as error:  # the form stays, because that is where it can be mended
        html = f'<div class="bench">{asking}{problem_html(400, error)}</div>'
        return page("Explore", html, kicker="Without a case", skip="result", status=400)
    base = arm_view(kb, result)
    # What is to be learnt would give answers away; it stands in the lesson.
    intro = parts.patient(kb, made._replace(teaching=Teaching((), (), ())), base) if case else ""
    links = _links(case, asked)
    html = f'{intro}{links}<div class="bench">{asking}{answer_page(kb, made, evaluation, result, asked, cache)}</div>'
    return page(made.title, html, kicker="Hypothetical case, for teaching", skip="result")


def _beginnings(kb: KnowledgeBase) -> str:
    """Every disease as a place to begin."""
    named = sorted(kb.diseases.values(), key=lambda disease: disease.name.casefold())
    links = "".join(f'<li><a href="/explore?disease={esc(d.id)}">{esc(d.name)}</a></li>' for d in named)
    return f'<p>Choose a disease, a drug, or both; or begin with one of these.</p><ul class="found">{links}</ul>'


def report(library: Library, case: Case | None, asked: Query, cache: EvaluationCache) -> ServedPage:
    """The question as one page to keep: all arms of the case, the patient as changed, and what happens when."""
    made = to_case(library.kb, case, asked)
    arms = (*case.arms, *made.arms[1:]) if case else made.arms
    style, script = asset("style.css"), asset("page.js")
    html = whole_report(report_data(library.kb, made._replace(arms=arms), cache.engine, cache=cache))
    return ServedPage(html, f"{policy(style, script)}; frame-ancestors 'none'")


def _links(case: Case | None, asked: Query) -> str:
    """Arms of the case as places to start from, and the same question in other dress."""
    about = query(asked)
    where = f"case={case.id}&{about}".rstrip("&") if case else about
    links = []
    if case:
        for arm in case.arms:
            name = "As written" if arm is case.arms[0] else arm.title
            here = ' aria-current="true"' if asked.arm == arm.id else ""
            path = f"/cases/{case.id}" + (f"?arm={esc(arm.id)}" if arm is not case.arms[0] else "")
            links.append(f'<li><a href="{path}"{here}>{esc(name)}</a></li>')
    start = ""
    if len(links) > 1:
        start = f'<nav class="arms" aria-label="Start from"><span>Start from</span><ul>{"".join(links)}</ul></nav>'
    lesson = f'<li><a href="/lessons/{esc(case.id)}">as a lesson</a></li>' if case else ""
    return (
        f'{start}<nav class="also" aria-label="Show"><span>Show</span><ul>{lesson}'
        f'<li><a href="/report?{esc(where)}">as one page to keep</a></li>'
        f'<li><a href="/api/result?{esc(where)}">as data (JSON)</a></li></ul></nav>'
    )

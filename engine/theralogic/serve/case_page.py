"""A patient to change: the form, what happens now, what differs from the case as written, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from theralogic.model.errors import InvalidInputError
from theralogic.model.records import Case, KnowledgeBase, Teaching
from theralogic.model.result import Result
from theralogic.reasoning import worlds
from theralogic.reasoning.evaluate import Evaluation, EvaluationCache, evaluate
from theralogic.render.report import ASKED_AT_MOST, report_data
from theralogic.render.report import report as whole_report
from theralogic.render.templates import render_part
from theralogic.render.web import parts
from theralogic.render.web.page import page_assets, policy
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import assemble
from theralogic.results.questions import worth_asking
from theralogic.serve.answer_page import answer_html
from theralogic.serve.error_pages import problem_html
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage, header_policy, page
from theralogic.serve.patient_form import patient_form
from theralogic.serve.query import Query, by_rank, query, to_case

if TYPE_CHECKING:
    from markupsafe import Markup


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
    form = patient_form(kb, case, asked, levels)
    if case is None and not (asked.diseases or asked.give or asked.levels):
        return _explore(form, _disease_links(kb))
    try:
        made, evaluation, result = solved(library, case, asked, cache)
    except InvalidInputError as error:  # the form stays, because that is where it can be mended
        return _explore(form, problem_html(400, error), status=400)
    base = arm_view(kb, result)
    return page(
        "serve/templates/case.html",
        made.title,
        kicker="Hypothetical case, for teaching",
        skip="result",
        case=case,
        # What is to be learnt would give answers away; it stands in the lesson.
        patient=parts.patient(kb, made._replace(teaching=Teaching((), (), ())), base) if case else None,
        arms=_arms(case, asked) if case else (),
        question=_question(case, asked),
        form=form,
        answer=answer_html(kb, made, evaluation, result, asked, cache),
    )


def _explore(form: Markup, answer: Markup, *, status: int = 200) -> ServedPage:
    """The form without a patient yet."""
    template = "serve/templates/bench.html"
    return page(template, "Explore", kicker="Without a case", skip="result", status=status, form=form, answer=answer)


def _disease_links(kb: KnowledgeBase) -> Markup:
    """Every disease as a place to begin."""
    named = sorted(kb.diseases.values(), key=lambda disease: disease.name.casefold())
    return render_part("serve/templates/disease_links.html", diseases=named)


def report(library: Library, case: Case | None, asked: Query, cache: EvaluationCache) -> ServedPage:
    """The question as one page to keep: all arms of the case, the patient as changed, and what happens when."""
    made = to_case(library.kb, case, asked)
    arms = (*case.arms, *made.arms[1:]) if case else made.arms
    html = whole_report(report_data(library.kb, made._replace(arms=arms), cache.engine, cache=cache))
    return ServedPage(html, header_policy(policy(page_assets())))


class ArmLink(NamedTuple):
    """An arm of the case as a place to start from."""

    title: str
    address: str
    current: bool


def _arms(case: Case, asked: Query) -> list[ArmLink]:
    """The arms of the case; the first is the case as written."""
    first, *others = case.arms
    path = f"/cases/{case.id}"
    rows = [("As written", path, first), *((arm.title, f"{path}?arm={arm.id}", arm) for arm in others)]
    return [ArmLink(title, address, asked.arm == arm.id) for title, address, arm in rows]


def _question(case: Case | None, asked: Query) -> str:
    """The whole question as the keys and values of an address."""
    about = query(asked)
    return f"case={case.id}&{about}".rstrip("&") if case else about

"""A patient to change: the form, what happens now, what differs from the case as written, and why."""

from __future__ import annotations

from collections.abc import Sequence

from theralogic import worlds
from theralogic.build import result_of
from theralogic.evaluate import Engine, Evaluation, evaluate
from theralogic.model import Case, KnowledgeBase, Teaching
from theralogic.questions import worth_asking
from theralogic.render.account import Account
from theralogic.render.phrases import listed
from theralogic.render.web import chain, parts
from theralogic.render.web.page import anchor, asset, esc, policy
from theralogic.report import ASKED_AT_MOST, Panel, about, panel, told
from theralogic.report import report as whole_report
from theralogic.result import Answer, Result
from theralogic.serve.asked import WHAT_IF, Asked, by_rank, changed, query, to_case
from theralogic.serve.form import form
from theralogic.serve.library import Library
from theralogic.serve.shell import Page, page
from theralogic.whynot import why_not


def solved(library: Library, case: Case | None, asked: Asked, engine: Engine) -> tuple[Case, Evaluation, Result]:
    """The question answered; one that asks nothing is asked what is worth asking of the patient as changed."""
    kb, by = library.kb, by_rank(asked)
    made = to_case(kb, case, asked)
    evaluation = evaluate(kb, made, engine, by=by)
    if not (case and case.ask):
        last = evaluation._replace(case=made._replace(arms=made.arms[-1:]), arms=evaluation.arms[-1:])
        worth = worth_asking(kb, made, result_of(last, engine))[:ASKED_AT_MOST]
        made = made._replace(ask=tuple(dict.fromkeys([*worth, *made.ask])))
        evaluation = evaluation._replace(case=made)
    return made, evaluation, result_of(evaluation, engine)


def patient(library: Library, case: Case | None, asked: Asked, engine: Engine) -> Page:
    """The page of a case, or of a patient put together from a disease and drugs."""
    kb = library.kb
    diseases = case.diseases if case else asked.diseases
    levels = worlds.disease_levels(kb, diseases, ())
    asking = form(kb, case, asked, levels)
    if case is None and not (asked.diseases or asked.give or asked.levels):
        html = f'<div class="bench">{asking}<div id="result"><p>Choose a disease, a drug, or both.</p></div></div>'
        return page("Explore", html, kicker="Without a case", skip="result")
    made, evaluation, result = solved(library, case, asked, engine)
    base = Account(result, kb)
    # What is to be learnt would give answers away; it stands in the lesson.
    intro = parts.patient(kb, made._replace(teaching=Teaching((), (), ())), base) if case else ""
    links = _links(case, asked)
    html = f'{intro}{links}<div class="bench">{asking}{shown(kb, made, evaluation, result, asked, engine)}</div>'
    return page(made.title, html, kicker="Hypothetical case, for teaching", skip="result")


def report(library: Library, case: Case | None, asked: Asked, engine: Engine) -> Page:
    """The question as one page to keep: all arms of the case, the patient as changed, and what happens when."""
    made = to_case(library.kb, case, asked)
    arms = (*case.arms, *made.arms[1:]) if case else made.arms
    style, script = asset("style.css"), asset("page.js")
    html = whole_report(told(library.kb, made._replace(arms=arms), engine))
    return Page(html, f"{policy(style, script)}; frame-ancestors 'none'")


def shown(kb: KnowledgeBase, case: Case, evaluation: Evaluation, result: Result, asked: Asked, engine: Engine) -> str:
    """What happens now and why; before it, where the case was changed, what differs from the case as written."""
    run = evaluation.arms[-1]
    account = Account(result, kb, run.arm.id)
    still = [a.entity for a in account.answers if a.direction == "no_effect"]
    silent = [why_not(kb, case, run, entity, engine, ways=entity in asked.ways) for entity in still]
    given = listed(p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in run.arm.prescriptions)
    now = Panel(run.arm.id, f"Given: {given or 'nothing'}", account, silent)
    used = chain.rules(account, chain.used_rules(account))
    said, differs = _differs(result, account) if changed(asked) else (f"{len(account.answers)} answers.", "")
    return (
        f'<div id="result" data-said="{esc(said)}"><h2>What happens, and why</h2>{differs}'
        f"{panel(now, now)}{_ways(case, asked, account, still)}<section><h2>Rules and evidence</h2>{used}</section>"
        f"<section><h2>About this page</h2>{about(result)}</section></div>"
    )


def _differs(result: Result, account: Account) -> tuple[str, str]:
    """The answers that the change made different, beside those of the case as written: counted, and as a table."""
    pairs = list(zip(result.answers, account.answers, strict=True))
    other = [pair for pair in pairs if _way(pair[0]) != _way(pair[1])]
    if not other:
        said = "Nothing that is asked about differs from the case as written."
        return said, f"<h3>What differs</h3><p>{said}</p>"
    before, after = [p[0] for p in other], [p[1] for p in other]
    contrasts = result.arms[WHAT_IF].versus_treated
    table = parts.side_by_side([("As written", before, ()), ("As changed", after, contrasts)])
    same = listed(esc(after.name) for before, after in pairs if _way(before) == _way(after))
    rest = f"<p>As before: {same}.</p>" if same else ""
    said = f"{len(other)} of {len(pairs)} answers differ from the case as written."
    return said, f"<h3>What differs</h3>{table}{rest}"


def _ways(case: Case, asked: Asked, account: Account, still: Sequence[str]) -> str:
    """Where nothing happens, links that have every way out tried."""
    path = f"/cases/{asked.case}" if asked.case else "/explore"
    links = []
    for entity in still:
        if entity not in asked.ways:
            address = f"{path}?{query(asked._replace(ways=(entity,)))}#{anchor('why', account.arm, entity)}"
            links.append(f'<a href="{esc(address)}">{esc(account.name(entity))}</a>')
    return f'<p class="ways">Try what would let it through: {listed(links)}.</p>' if links else ""


def _way(answer: Answer) -> tuple[str, str | None]:
    return answer.direction, answer.strength


def _links(case: Case | None, asked: Asked) -> str:
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

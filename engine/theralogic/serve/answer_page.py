"""The answer on a page: what happens now and why, what differs from the case as written, and where to look next."""

from __future__ import annotations

from collections.abc import Sequence

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Answer, Result
from theralogic.reasoning.evaluate import Evaluation, EvaluationCache
from theralogic.render.phrases import in_short, listed
from theralogic.render.report import Panel, about, panel
from theralogic.render.web import chain, parts
from theralogic.render.web.page import anchor, esc
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.why_not import why_not
from theralogic.serve.query import WHAT_IF, Query, changed, query


def answer_page(
    kb: KnowledgeBase, case: Case, evaluation: Evaluation, result: Result, asked: Query, cache: EvaluationCache
) -> str:
    """What happens now and why; before it, where the case was changed, what differs from the case as written."""
    run = evaluation.arms[-1]
    account = arm_view(kb, result, run.arm.id)
    still = [a.entity for a in account.answers if a.direction == "no_effect"]
    silent = [why_not(kb, case, run, entity, cache.engine, ways=entity in asked.ways, cache=cache) for entity in still]
    given = listed(p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in run.arm.prescriptions)
    now = Panel(run.arm.id, f"Given: {given}" if given else "Nothing given, against health", account, silent)
    used = chain.rules(account, chain.used_rules(account))
    said, differs = _differs(result, account) if changed(asked) else (f"{len(account.answers)} answers.", "")
    return (
        f'<div id="result" data-said="{esc(said)}"><h2>What happens, and why</h2>{differs}'
        f"{panel(now, now)}{_ways(asked, account, still)}{_elsewhere(result, asked, account)}"
        f"<section><h2>Rules and evidence</h2>{used}</section>"
        f"<section><h2>About this page</h2>{about(result)}</section></div>"
    )


def _differs(result: Result, account: ArmView) -> tuple[str, str]:
    """The answers that the change made different, beside those of the case as written: counted, and as a table."""
    pairs = list(zip(result.answers, account.answers, strict=True))
    other = [pair for pair in pairs if _way(pair[0]) != _way(pair[1])]
    if not other:
        said = "Nothing that is asked about differs from the case as written."
        return said, f"<h3>What differs</h3><p>{said}</p>"
    before, after = [p[0] for p in other], [p[1] for p in other]
    contrasts = result.arms[WHAT_IF].versus_treated
    table = parts.side_by_side([("As written", before, ()), ("As changed", after, contrasts)], account.name)
    same = listed(esc(after.name) for before, after in pairs if _way(before) == _way(after))
    rest = f"<p>As before: {same}.</p>" if same else ""
    said = f"{len(other)} of {len(pairs)} answers differ from the case as written."
    return said, f"<h3>What differs</h3>{table}{rest}"


def _ways(asked: Query, account: ArmView, still: Sequence[str]) -> str:
    """Where nothing happens, links that have every way out tried."""
    path = f"/cases/{asked.case}" if asked.case else "/explore"
    links = []
    for entity in still:
        if entity not in asked.ways:
            address = f"{path}?{query(asked._replace(ways=(entity,)))}#{anchor('why', account.arm, entity)}"
            links.append(f'<a href="{esc(address)}">{esc(account.name(entity))}</a>')
    return f'<p class="ways">Try what would let it through: {listed(links)}.</p>' if links else ""


def _elsewhere(result: Result, asked: Query, account: ArmView) -> str:
    """What the change made different besides what is asked about, each as a link that asks about it too."""
    if not changed(asked):
        return ""
    known = {answer.entity for answer in account.answers}
    rows = [row for row in result.arms[WHAT_IF].versus_treated if row.entity not in known and row.treated != row.arm]
    rows.sort(key=lambda row: row.name.casefold())
    items = "".join(
        f'<li><a href="/cases/{esc(asked.case)}?{esc(query(asked._replace(ask=(*asked.ask, row.entity))))}">'
        f"{esc(row.name)}</a> <small>{esc(in_short(row.treated))}, now {esc(in_short(row.arm))}</small></li>"
        for row in rows
    )
    summary = f"Elsewhere, {len(rows)} differ; choose one to ask about it"
    return (
        f'<details class="elsewhere"><summary>{summary}</summary><ul class="found">{items}</ul></details>'
        if rows
        else ""
    )


def _way(answer: Answer) -> tuple[str, str | None]:
    return answer.direction, answer.strength

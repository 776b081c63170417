"""A case as one page that can be mailed, projected and printed: what happens, why, what does not, and who says so.

The engine is asked a few more questions than for the terminal (what holds by hours, what would let a blocked effect
through); everything else is a view of the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from theralogic.model.levels import ONSETS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Result
from theralogic.reasoning.evaluate import ArmRun, Engine, EvaluationCache, evaluate
from theralogic.render.phrases import listed
from theralogic.render.reasons import namer
from theralogic.render.templates import anchor, render_part
from theralogic.render.web import chain, parts
from theralogic.render.web.page import document, page_assets
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.assemble import assemble, solve
from theralogic.results.explain import derivation
from theralogic.results.questions import worth_asking
from theralogic.results.why_not import WhyNot, why_not

if TYPE_CHECKING:
    from markupsafe import Markup

BEFORE = "before"
LARGEST = 400_000  # bytes; beyond this, drawings are left out of all arms but the first
ASKED_AT_MOST = 8


class Panel(NamedTuple):
    """One arm as it is shown: its key in addresses, its title, its account, why nothing happens to what is unmoved."""

    key: str
    title: str
    account: ArmView
    silent: Sequence[WhyNot]


class ReportData(NamedTuple):
    """Everything a page is made of."""

    kb: KnowledgeBase
    case: Case
    result: Result
    panels: Sequence[Panel]
    times: Mapping[str, Result]


def report_data(kb: KnowledgeBase, case: Case, engine: Engine, *, cache: EvaluationCache | None = None) -> ReportData:
    """Ask the engine all that the page shows; a case that asks nothing is asked what is worth asking."""
    cache = cache or EvaluationCache(kb, engine)
    if not case.ask:
        bare = case._replace(arms=case.arms[:1])
        case = case._replace(ask=worth_asking(kb, case, solve(kb, bare, engine, cache=cache))[:ASKED_AT_MOST])
    evaluation = evaluate(kb, case, engine, cache=cache)
    result = assemble(evaluation, engine)
    panels = []
    for run in evaluation.arms:
        account = arm_view(kb, result, run.arm.id)
        panels.append(Panel(run.arm.id, _title(run), account, _silent(case, run, account, cache)))
    if evaluation.arms[0].treated:
        untreated = arm_view(kb, result, untreated=True)
        panels.append(Panel(BEFORE, "Nothing given, against health", untreated, ()))
    base = case._replace(arms=case.arms[:1])
    times = {time: solve(kb, base, engine, by=rank, cache=cache) for rank, time in enumerate(ONSETS[:-1])}
    times[ONSETS[-1]] = result  # by the slowest, all has happened
    return ReportData(kb, case, result, panels, times)


def report(shown: ReportData) -> str:
    """The page of a case as HTML, complete in one file."""
    page = _page(shown, all_drawn=True)
    return page if len(page.encode()) <= LARGEST else _page(shown, all_drawn=False)


def _page(shown: ReportData, *, all_drawn: bool) -> str:
    """The page, on which the chains of all arms are drawn, or only those of the first."""
    kb, case, result, panels, times = shown
    base = panels[0].account
    arms = [p for p in panels if p.key != BEFORE]
    told = [panel(p, panels[0], drawn=all_drawn or p is panels[0]) for p in panels]
    sections = [
        parts.Section("effects", "What happens, and why", [switch(panels), *told] if len(panels) > 1 else told),
        parts.Section("arms", "Side by side", [_side_by_side(shown)] if len(arms) > 1 else []),
        parts.Section("time", "Over time", [parts.timeline(times)]),
        parts.Section("rules", "Rules and evidence", [chain.rules(base, _rules(panels))]),
        parts.Section("about", "About this page", [about(result)]),
    ]
    return document(
        "render/web/templates/report.html",
        case.title,
        page_assets(),
        disclaimer=result.disclaimer,
        patient=parts.patient(kb, case, base),
        sections=[section for section in sections if section.parts],
    )


def switch(panels: Sequence[Panel]) -> Markup:
    """Which arm to show, and each drug as a switch of its own; without scripts all arms are shown instead."""
    arms, drugs = [], {}
    for p in panels:
        given = p.account.context.interventions if p.account.treated else ()
        drugs.update({drug.id: drug.name for drug in given})
        arms.append({"key": anchor(p.key), "title": p.title, "drugs": sorted(drug.id for drug in given)})
    return render_part("render/web/templates/switch.html", arms=arms, drugs=drugs)


def panel(p: Panel, first: Panel, *, drawn: bool = True) -> Markup:
    """One arm: effects, cautions, chains, and what did not happen; chains as in the first arm are only named."""
    key = anchor(p.key)
    chains, same = [], []
    already: dict[str, str] = {}
    for answer in p.account.answers:
        if answer.direction == "no_effect":
            continue
        if p is not first and _steps(p.account, answer.entity) == _steps(first.account, answer.entity):
            here, there = anchor("why", key, answer.entity), anchor("why", first.key, answer.entity)
            same.append(parts.Link(answer.name, f"#{there}", id=here))
        else:
            chains.append(chain.why(p.account, answer, key, already, drawn=drawn))
    others = None if p is first or not p.account.treated else first.account
    return render_part(
        "render/web/templates/panel.html",
        key=key,
        title=p.title,
        effects=parts.effects(p.account, key),
        chains=[told for told in chains if told],
        same=same,
        unchanged=[parts.no_effect(found, p.account.name, key) for found in p.silent],
        cautions=parts.cautions(p.account, others),
        compared=others is not None,
    )


def about(result: Result) -> Markup:
    """What this page rests on, and how to read its symbols."""
    context = result.context.arms["treated"]
    facts = [
        ("Case", f"{result.case['id']}, digest {result.case['digest']}"),
        ("Rules", f"version {result.rules['version']}, digest {result.rules['digest']}"),
        ("Engine", result.engine),
        ("Context", f"{context.operative} rules hold in this patient, {sum(context.left_out.values())} do not"),
    ]
    return render_part("render/web/templates/about.html", facts=[fact for fact in facts if fact[1]])


def _side_by_side(shown: ReportData) -> Markup:
    arms = {p.key: p for p in shown.panels if p.key != BEFORE}
    compared = {key: arm.versus_treated for key, arm in shown.result.arms.items()}
    return parts.side_by_side(
        [(p.title, p.account.answers, compared.get(key, ())) for key, p in arms.items()], namer(shown.kb)
    )


def _title(run: ArmRun) -> str:
    given = listed(p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in run.arm.prescriptions)
    if run.arm.id == "treated":
        return f"As written: {given or 'nothing given'}"
    return run.arm.title


def _silent(case: Case, run: ArmRun, account: ArmView, cache: EvaluationCache) -> list[WhyNot]:
    still = [a.entity for a in account.answers if a.direction == "no_effect"]
    return [why_not(cache.kb, case, run, entity, cache.engine, cache=cache) for entity in still]


def _steps(account: ArmView, entity: str) -> object:
    """What a chain looks like, so that equal ones are told once; what else supported a step does not show."""
    found = derivation(account.world, entity)
    return found and (account.treated, [step._replace(support=()) for step in found.steps])


def _rules(panels: Sequence[Panel]) -> list[str]:
    return list(dict.fromkeys(rule for p in panels for rule in chain.used_rules(p.account)))

"""What a page says about a patient and about what changes: facts, tables of effects, arms and times, cautions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from theralogic.model.levels import LEVELS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Answer, Contrast, Result
from theralogic.render import arm_sentences
from theralogic.render.phrases import CERTAIN, DOTS, WHEN, WHEN_DOTS, arrows, goes, listed, question, sentence
from theralogic.render.reasons import REASON_KINDS, Namer, combination_text, reason_text, stillness, way_out_text
from theralogic.render.templates import anchor, render_part
from theralogic.results.arm_view import ArmView
from theralogic.results.why_not import WhyNot

if TYPE_CHECKING:
    from markupsafe import Markup

HOMES = {
    "PMID": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "PMCID": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "DOI": "https://doi.org/{}",
    "NCT": "https://clinicaltrials.gov/study/{}",
}
TONES = {"increases": "rises", "decreases": "falls", "ambiguous": "unsure", "no_effect": "still"}


class ShownChange(NamedTuple):
    """Direction and strength in a symbol and in words, and the class that colours them."""

    tone: str
    symbol: str
    words: str


class ShownReference(NamedTuple):
    """A reference as it is written, and the address of its source, if it has one."""

    text: str
    address: str = ""


class Link(NamedTuple):
    """A link; ``id`` names the place where it stands itself."""

    text: str
    address: str
    id: str = ""


class Section(NamedTuple):
    """A section of a page, with its place, its title and what stands in it."""

    id: str
    title: str
    parts: Sequence[Markup]


class EffectRow(NamedTuple):
    """One answer in a table: symbol and words for certainty and onset, or why it is ``still``."""

    name: str
    address: str
    change: ShownChange
    still: str
    certainty: tuple[str, str]
    onset: tuple[str, str]


class ArmCell(NamedTuple):
    """One answer in one arm: whether it differs from the first arm, and how an added drug combines."""

    change: ShownChange
    differs: bool
    combines: str


class ArmRow(NamedTuple):
    """One answer in all arms."""

    name: str
    cells: Sequence[ArmCell]


def change(answer: Answer) -> ShownChange:
    """Direction and strength in a symbol and in words."""
    return ShownChange(TONES[answer.direction], arrows(answer.direction, answer.strength), goes(answer))


def patient(kb: KnowledgeBase, case: Case, account: ArmView) -> Markup:
    """Vignette and facts: disease, findings as measured, what is given, what is odd about this patient."""
    base = case.arms[0]
    findings = [
        f"{kb.entities[f.entity].name} {LEVELS[f.level]}" + (f" ({f.measured})" if f.measured else "")
        for f in base.findings
    ]
    given = [p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in base.prescriptions]
    facts = [
        ("Disease", listed(kb.diseases[d].name for d in case.diseases) or "none: a healthy subject"),
        ("Findings", "; ".join(findings)),
        ("Given", listed(given) or "nothing"),
        ("Context", "; ".join(f"{key}: {listed(values)}" for key, values in base.context)),
        ("Atypical", " ".join(sentence(text) for text in arm_sentences.atypical(account))),
    ]
    return render_part(
        "render/web/templates/patient.html",
        vignette=case.vignette,
        facts=[fact for fact in facts if fact[1]],
        objectives=case.teaching.objectives,
    )


def effects(account: ArmView, key: str = "") -> Markup:
    """The predicted effects of one arm as a table.

    Where ``key`` names the arm in addresses, each name leads to its chain, or to the reason why there is none.
    """
    rows = [_effect(account, answer, key) for answer in account.answers]
    return render_part("render/web/templates/effects.html", rows=rows)


def _effect(account: ArmView, answer: Answer, key: str) -> EffectRow:
    told = key and (answer.reason or answer.direction != "no_effect")
    certainty, onset = answer.certainty or "given", answer.onset or "minutes"
    return EffectRow(
        answer.name,
        f"#{anchor('why', key, answer.entity)}" if told else "",
        change(answer),
        sentence(stillness(account.name, answer)) if answer.direction == "no_effect" else "",
        (DOTS[certainty], CERTAIN[certainty]),
        (WHEN_DOTS[onset], WHEN[onset]),
    )


def cautions(account: ArmView, first: ArmView | None = None) -> Markup | None:
    """Cautions that fired in an arm, with their reasons; None where there is nothing to tell.

    Beside a ``first`` arm only the difference is told: what is new here, and what does not hold here.
    """
    known = {c.id: c for c in arm_sentences.cautions(first)} if first else {}
    mine = {c.id for c in account.cautions}
    items = [
        {"say": c.say, "because": c.because, "references": [reference(ref) for ref in c.evidence]}
        for c in account.cautions
        if c.id not in known
    ]
    gone = [sentence(c.say) for c in known.values() if c.id not in mine]
    if not (items or gone):
        return None
    return render_part("render/web/templates/cautions.html", items=items, gone=gone)


def no_effect(found: WhyNot, name: Namer, key: str) -> Markup:
    """Why one entity does not change, what that kind of reason means, and what would let the effect through."""
    answer = found.answer
    obstacles = [
        {
            "reason": reason_text(name, obstacle.reason),
            "ways_out": [{"how": way_out_text(name, way), "then": change(way.then)} for way in obstacle.ways_out],
        }
        for obstacle in found.obstacles[:3]
    ]
    return render_part(
        "render/web/templates/no_effect.html",
        id=anchor("why", key, answer.entity),
        question=question(answer),
        name=answer.name,
        obstacles=obstacles,
        meaning=sentence(REASON_KINDS[found.obstacles[0].reason.kind].meaning),
    )


def side_by_side(arms: Sequence[tuple[str, Sequence[Answer], Sequence[Contrast]]], name: Namer) -> Markup:
    """Arms as columns; what differs from the first arm is marked, and how an added drug combines is said.

    Each arm is its title, its answers, and how it compares with the first.
    """
    rows = []
    for index, first in enumerate(arms[0][1]):
        cells = []
        for _, answers, contrasts in arms:
            answer = answers[index]
            differs = (answer.direction, answer.strength) != (first.direction, first.strength)
            cells.append(ArmCell(change(answer), differs, _combines(name, contrasts, answer.entity)))
        rows.append(ArmRow(first.name, cells))
    heads = [("", title) for title, _, _ in arms]
    return render_part("render/web/templates/side_by_side.html", heads=heads, rows=rows)


def _combines(name: Namer, rows: Sequence[Contrast], entity: str) -> str:
    for row in rows:
        if row.entity == entity and row.kind:
            detail = f": {how}" if (how := combination_text(name, row)) else ""
            return row.kind.replace("_", " ") + detail
    return ""


def timeline(times: Mapping[str, Result]) -> Markup:
    """What has happened by minutes, hours, days and weeks."""
    results = list(times.values())
    rows = [
        (answer.name, [change(result.answers[index]) for result in results])
        for index, answer in enumerate(results[-1].answers)
    ]
    heads = [(WHEN_DOTS[time], f"by {time}" if time in WHEN else time) for time in times]
    return render_part("render/web/templates/timeline.html", heads=heads, rows=rows)


def reference(ref: str) -> ShownReference:
    """One reference, with the address of its source where its kind has one.

    >>> reference("PMCID:PMC7275086")
    ShownReference(text='PMC7275086', address='https://pmc.ncbi.nlm.nih.gov/articles/PMC7275086/')
    """
    kind, _, number = ref.partition(":")
    home = HOMES.get(kind)
    if home is None or not number:
        return ShownReference(ref)
    text = number if number.startswith(kind[:3]) else f"{kind}\N{NO-BREAK SPACE}{number}"
    return ShownReference(text, home.format(number))

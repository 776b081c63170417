"""The form on a patient: what is given, what is found, what is asked. Plain GET, so every state has an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from theralogic.model.context import STANDARD_DOSE
from theralogic.model.edits import doses_of
from theralogic.model.levels import LEVELS, ONSETS
from theralogic.model.names import intervention
from theralogic.model.records import Arm, Case, Entity, KnowledgeBase
from theralogic.render.phrases import WHEN
from theralogic.render.templates import render_part
from theralogic.serve.query import Query, own_drugs

if TYPE_CHECKING:
    from markupsafe import Markup

FEW = 6


class Choice(NamedTuple):
    """One option of a list: what is sent, what is shown, whether it is chosen now."""

    value: str
    text: str
    chosen: bool


class Select(NamedTuple):
    """A list to choose one from."""

    name: str
    label: str
    choices: list[Choice]


class Checkbox(NamedTuple):
    """A box to tick, with a note, and with ``more`` to choose once it is ticked."""

    name: str
    value: str
    text: str
    checked: bool = True
    note: str = ""
    more: Select | None = None


class LevelRow(NamedTuple):
    """An entity whose level can be changed, and what the level ``was`` where it is changed now."""

    name: str
    was: str
    select: Select


def patient_form(kb: KnowledgeBase, case: Case | None, asked: Query, levels: Mapping[str, int]) -> Markup:
    """The form that asks ``asked``; ``levels`` are those that the patient's disease gives."""
    first, others = _levels(kb, case, asked, levels)
    return render_part(
        "serve/templates/patient_form.html",
        action=f"/cases/{case.id}" if case else "/explore",
        arm=asked.arm if asked.arm != "treated" else "",
        diseases=None if case else [Checkbox("disease", d, kb.diseases[d].name) for d in asked.diseases],
        given=_given(kb, case, asked),
        first_levels=first,
        other_levels=others,
        another=Select("level", "Its level", [Choice("", "choose", True), *(Choice(x, x, False) for x in LEVELS)]),
        asked=[Checkbox("ask", entity, kb.entities[entity].name) for entity in asked.ask],
        times=Select(
            "by", "Time", [Choice("", "any", not asked.by), *(Choice(t, WHEN.get(t, t), t == asked.by) for t in ONSETS)]
        ),
        lists=_lists(kb, case),
    )


def _given(kb: KnowledgeBase, case: Case | None, asked: Query) -> list[Checkbox]:
    start = _start(case, asked)
    on = [p.intervention.id for p in start.prescriptions] if asked.give is None else list(asked.give)
    written = {p.intervention.id: p.dose or STANDARD_DOSE for p in start.prescriptions}
    own = own_drugs(case)
    boxes = []
    for drug in dict.fromkeys([*own, *on]):
        known = own[drug].intervention if drug in own else intervention(kb, drug)
        usual = written.get(drug, STANDARD_DOSE)
        now = dict(asked.doses).get(drug, usual)
        choices = [Choice(f"{drug}={dose}" if dose != usual else "", dose, dose == now) for dose in doses_of(kb, drug)]
        doses = Select("dose", f"Dose of {known.name}", choices) if drug in on else None
        boxes.append(Checkbox("give", drug, known.name, checked=drug in on, note=known.drug_class, more=doses))
    return boxes


def _levels(
    kb: KnowledgeBase, case: Case | None, asked: Query, levels: Mapping[str, int]
) -> tuple[list[LevelRow], list[LevelRow]]:
    """What was found or changed, and, to be folded away, the rest that the disease gives."""
    found = {f.entity: f.level for f in _start(case, asked).findings}
    others = [f.entity for arm in (case.arms if case else ()) for f in arm.findings]
    first = list(dict.fromkeys([*found, *others, *(entity for entity, _ in asked.levels)]))
    rest = [entity for entity in levels if entity not in first]
    if not first and len(rest) <= FEW:
        first, rest = rest, []

    def rows(entities: Iterable[str]) -> list[LevelRow]:
        usual = ((e, found.get(e, levels.get(e, kb.entities[e].level))) for e in entities)
        return [_level(kb.entities[e], level, dict(asked.levels).get(e, "")) for e, level in usual]

    return rows(first), rows(rest)


def _level(entity: Entity, usual: int, now: str) -> LevelRow:
    choices = [
        Choice("" if rank == usual else f"{entity.id}={level}", level, level == (now or LEVELS[usual]))
        for rank, level in enumerate(LEVELS)
    ]
    return LevelRow(entity.name, LEVELS[usual] if now else "", Select("set", f"Level of {entity.name}", choices))


def _start(case: Case | None, asked: Query) -> Arm:
    if case is None:
        return Arm("treated", "", (), (), ())
    return next(arm for arm in case.arms if arm.id == asked.arm)


def _lists(kb: KnowledgeBase, case: Case | None) -> dict[str, list[str]]:
    """Names to choose from while typing."""
    lists = {
        "gives": (drug.name for drug in kb.interventions.values()),
        "entities": (entity.name for entity in kb.entities.values()),
    }
    if case is None:
        lists["diseases"] = (disease.name for disease in kb.diseases.values())
    return {key: sorted(names, key=str.casefold) for key, names in lists.items()}

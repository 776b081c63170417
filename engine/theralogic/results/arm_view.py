"""One arm of a result, as every view of it needs it: what is told, taught and asked about starts from here.

Data only. Its words are in :mod:`theralogic.render.arm_sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.records import BASE_ARM, KnowledgeBase, Mechanism
from theralogic.model.result import (
    Answer,
    ArmContext,
    CautionRow,
    ChangeRow,
    Result,
    WorldRows,
    changes_by_entity,
)


class ArmView(NamedTuple):
    """One arm: the world that answers, its answers, what was given, and the rules behind it.

    ``treated`` is false where nothing is given. ``levels`` are those of the untreated world, where not healthy.
    ``order`` is the place of each change in the order of settling: what rests on something comes after it.
    """

    kb: KnowledgeBase
    result: Result
    arm: str
    treated: bool
    world: WorldRows
    levels: Mapping[str, str]
    changes: Mapping[str, ChangeRow]
    order: Mapping[str, int]
    answers: tuple[Answer, ...]
    context: ArmContext
    cautions: tuple[CautionRow, ...]
    mechanisms: Mapping[str, Mechanism]

    def name(self, entity: str) -> str:
        """What people call an entity or a drug that is given; anything else is called what it is."""
        if entity in self.kb.entities:
            return self.kb.entities[entity].name
        return next((drug.name for drug in self.context.interventions if drug.id == entity), entity)

    def answer(self, entity: str) -> Answer | None:
        """The answer about an entity, where it was asked."""
        return next((a for a in self.answers if a.entity == entity), None)

    def sign(self, rule: str, source: str, target: str) -> int:
        """The sign with which ``source`` acts on ``target`` by a rule: a mechanism's, or that of a gate's member."""
        mechanism = self.mechanisms.get(rule)
        if mechanism:
            return mechanism.sign
        return -1 if any(m.entity == source and m.negated for m in self.kb.entities[target].members) else 1

    def still_driving(self, step: ChangeRow) -> list[str]:
        """What made up for a part of a loss; what was itself lost in the end is left out, unless all of it was."""
        others = [limit.by for limit in step.limits if limit.kind == "redundant"]
        return [entity for entity in others if not self._lost(entity)] or others

    def _lost(self, entity: str) -> bool:
        change = self.changes.get(entity)
        return change is not None and (change.direction, change.strength) == ("decreases", "strong")


def arm_view(kb: KnowledgeBase, result: Result, arm: str = BASE_ARM, *, untreated: bool = False) -> ArmView:
    """The arm of a result called ``arm``; by default the case as written.

    With ``untreated`` it is the patient before anything is given, against a healthy subject.
    """
    whole = result if arm == BASE_ARM else result.arms[arm]
    given = "treated" in whole.worlds
    treated = given and not untreated
    world = whole.worlds["treated" if treated else "untreated"]
    changes = changes_by_entity(world)
    before = given and untreated
    return ArmView(
        kb=kb,
        result=result,
        arm=arm,
        treated=treated,
        world=world,
        levels=whole.worlds["untreated"].levels or {},
        changes=changes,
        order={entity: place for place, entity in enumerate(changes)},
        answers=tuple(_before(changes, answer) for answer in whole.answers) if before else whole.answers,
        context=result.context.arms[arm],
        cautions=tuple(c for c in result.cautions if c.arm == arm and not untreated),
        mechanisms={m.id: m for m in kb.mechanisms},
    )


def _before(changes: Mapping[str, ChangeRow], answer: Answer) -> Answer:
    """What holds of an entity before anything is given; unchanged means as in health."""
    change = changes.get(answer.entity)
    return Answer(
        entity=answer.entity,
        name=answer.name,
        direction=change.direction if change else "no_effect",
        strength=change.strength if change else None,
        certainty=change.certainty if change else None,
        reason=None,
        opposed_by=(),
        onset=change.onset if change else None,
    )

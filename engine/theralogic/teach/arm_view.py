"""One arm of a result with the words to speak of it: what every part of teaching starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.records import KnowledgeBase, Mechanism
from theralogic.model.result import Answer, ArmContext, ChangeRow, Result, WorldRows, changes_by_entity
from theralogic.model.vocabulary import VERBS
from theralogic.teach.signed_links import Links, known_links


class ArmView(NamedTuple):
    """One arm: its answering world, its answers, what was given, and the rules behind it.

    ``order`` is the place of each change in the order of settling: what rests on something comes after it.
    """

    kb: KnowledgeBase
    result: Result
    arm: str
    world: WorldRows
    changes: Mapping[str, ChangeRow]
    order: Mapping[str, int]
    answers: tuple[Answer, ...]
    context: ArmContext
    mechanisms: Mapping[str, Mechanism]
    known: Links

    def name(self, entity: str) -> str:
        """What people call an entity or a drug."""
        if entity in self.kb.entities:
            return self.kb.entities[entity].name
        return next((d.name for d in self.context.interventions if d.id == entity), entity)

    def answer(self, entity: str) -> Answer | None:
        """The answer about an entity, where it was asked."""
        return next((a for a in self.answers if a.entity == entity), None)


def arm_view(kb: KnowledgeBase, result: Result, arm: str = "treated") -> ArmView:
    """The arm of a result called ``arm``; ``treated`` is the case as written."""
    part = result if arm == "treated" else result.arms[arm]
    world = part.worlds.get("treated") or part.worlds["untreated"]
    rules = {m.id: m for m in kb.mechanisms}
    changes = changes_by_entity(world)
    order = {entity: at for at, entity in enumerate(changes)}
    context = result.context.arms[arm]
    return ArmView(
        kb=kb,
        result=result,
        arm=arm,
        world=world,
        changes=changes,
        order=order,
        answers=part.answers,
        context=context,
        mechanisms=rules,
        known=known_links(kb),
    )


def drug_links(arm: ArmView) -> list[tuple[str, int, str]]:
    """What is given as signed links: drug, sign, target; only actions that moved their target their way."""
    if "treated" not in _worlds(arm):
        return []
    signs = {"increases": (1,), "decreases": (-1,), "ambiguous": (1, -1)}
    return [
        (drug.id, VERBS[action.verb], action.target)
        for drug in arm.context.interventions
        for action in drug.actions
        if action.target in arm.changes and VERBS[action.verb] in signs[arm.changes[action.target].direction]
    ]


def _worlds(arm: ArmView) -> Mapping[str, WorldRows]:
    return arm.result.worlds if arm.arm == "treated" else arm.result.arms[arm.arm].worlds


def sign_of(arm: ArmView, rule: str, source: str, target: str) -> int:
    """The sign with which ``source`` acts on ``target`` by a rule: a mechanism's, or that of a gate's member."""
    mechanism = arm.mechanisms.get(rule)
    if mechanism:
        return mechanism.sign
    return -1 if any(m.entity == source and m.negated for m in arm.kb.entities[target].members) else 1

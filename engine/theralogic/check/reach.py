"""What can be reached from diseases and interventions, and how strongly a change can arrive at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from theralogic.check.finding import RuleFinding
from theralogic.model.levels import STRENGTHS, STRONG
from theralogic.model.records import KnowledgeBase, Mechanism


def strongest(kb: KnowledgeBase) -> dict[str, int]:
    """An upper bound on the strength with which each entity can change; entities that can't are left out."""
    bound: dict[str, int] = {}
    for disease in kb.diseases.values():
        bound.update((entity, STRONG) for entity, _ in disease.levels)
    for drug in kb.interventions.values():
        for action in drug.actions:
            bound[action.target] = STRONG
            if action.verb == "depletes":
                bound.update((cell, STRONG) for cell in kb.entities[action.target].borne_by)
    acts: dict[str, list[Mechanism]] = defaultdict(list)
    gates: dict[str, list[str]] = defaultdict(list)
    for mechanism in kb.mechanisms:
        acts[mechanism.subject].append(mechanism)
    for entity in kb.entities.values():
        for member in entity.members:
            gates[member.entity].append(entity.id)
    waiting = list(bound)
    while waiting:
        source = waiting.pop()
        strength = bound[source]
        reached = [(gate, strength) for gate in gates[source]]
        reached += [(m.object, min(strength, m.strength)) for m in acts[source] if strength >= m.needs]
        for target, arriving in reached:
            if arriving > bound.get(target, 0):
                bound[target] = arriving
                waiting.append(target)
    return bound


def unreachable(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Mechanisms whose subject neither a disease nor an intervention can ever change."""
    bound = strongest(kb)
    for mechanism in kb.mechanisms:
        if mechanism.subject not in bound:
            message = f"`{mechanism.id}` is out of reach: nothing ever changes `{mechanism.subject}`"
            yield RuleFinding("warning", "unreachable", mechanism.id, message, mechanism.source)


def never_pass(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Mechanisms that need more change of their subject than can ever arrive there."""
    bound = strongest(kb)
    for mechanism in kb.mechanisms:
        most = bound.get(mechanism.subject, 0)
        if 0 < most < mechanism.needs:
            message = (
                f"`{mechanism.id}` never passes anything on: it needs a {STRENGTHS[mechanism.needs]} change of "
                f"`{mechanism.subject}`, which changes at most {STRENGTHS[most]}"
            )
            yield RuleFinding("warning", "never-passes", mechanism.id, message, mechanism.source)


def unused(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Entities that no rule, disease, intervention or caution mentions."""
    used = {m.subject for m in kb.mechanisms} | {m.object for m in kb.mechanisms}
    for entity in kb.entities.values():
        if entity.members:
            used.add(entity.id)
        used.update(member.entity for member in entity.members)
        used.update((*entity.produced_by, *entity.borne_by))
    for disease in kb.diseases.values():
        used.update({disease.activity, *(e for e, _ in disease.levels)})
    for drug in kb.interventions.values():
        used.update(a.target for a in drug.actions)
    used.update(c.subject for caution in kb.cautions for c in caution.when)
    for entity in kb.entities.values():
        if entity.id not in used:
            yield RuleFinding("warning", "unused-entity", entity.id, f"no rule mentions `{entity.id}`", entity.source)

"""No shortcuts: benefit and harm are derived through biology, never stated of a drug."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from theralogic.check.finding import RuleFinding
from theralogic.model.records import KnowledgeBase
from theralogic.model.vocabulary import OUTCOME_KINDS


def only_from_drugs(kb: KnowledgeBase) -> set[str]:
    """Entities that only an intervention brings about: exposures, and what follows from nothing else."""
    given = {entity for disease in kb.diseases.values() for entity, _ in disease.levels}
    causes: dict[str, set[str]] = defaultdict(set)
    for mechanism in kb.mechanisms:
        causes[mechanism.object].add(mechanism.subject)
    for entity in kb.entities.values():
        causes[entity.id].update(m.entity for m in entity.members)
    effects: dict[str, list[str]] = defaultdict(list)
    for entity_id, who in causes.items():
        for cause in who:
            effects[cause].append(entity_id)
    others = {entity_id: len(who) for entity_id, who in causes.items()}  # causes that may not come from drugs
    found = {e.id for e in kb.entities.values() if e.kind == "drug_exposure"}
    waiting = list(found)
    while waiting:
        for effect in effects[waiting.pop()]:
            others[effect] -= 1
            if not others[effect] and effect not in given and effect not in found:
                found.add(effect)
                waiting.append(effect)
    return found


def shortcuts(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Actions on an outcome, and mechanisms from what only drugs do straight to an outcome."""
    outcomes = {e.id for e in kb.entities.values() if e.kind in OUTCOME_KINDS}
    for drug in kb.interventions.values():
        for action in drug.actions:
            if action.target in outcomes:
                message = f"`{drug.id}` acts on the outcome `{action.target}` itself"
                yield RuleFinding("error", "shortcut", drug.id, message, drug.source)
    exposures = only_from_drugs(kb)
    for mechanism in kb.mechanisms:
        if mechanism.subject in exposures and mechanism.object in outcomes:
            message = f"`{mechanism.subject}` comes only from drugs and leads straight to `{mechanism.object}`"
            yield RuleFinding("error", "shortcut", mechanism.id, message, mechanism.source)

"""Gates that nothing in the rule base can open."""

from __future__ import annotations

from collections.abc import Iterator

from theralogic.check.finding import RuleFinding
from theralogic.model.levels import NORMAL, STRONG, to_lose
from theralogic.model.records import Entity, KnowledgeBase
from theralogic.model.vocabulary import VERBS


def movable(kb: KnowledgeBase, sign: int) -> set[str]:
    """Entities that a mechanism, a disease level or an intervention can move in the direction of ``sign``."""
    found = {m.object for m in kb.mechanisms}
    for disease in kb.diseases.values():
        found.update(e for e, level in disease.levels if (level - kb.entities[e].level) * sign > 0)
    for drug in kb.interventions.values():
        found.update(a.target for a in drug.actions if VERBS[a.verb] == sign)
    return found


def unmeetable(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Complexes with a member that gives nothing and that nothing changes."""
    rises, falls = movable(kb, +1), movable(kb, -1)
    for gate in kb.entities.values():
        for member in gate.members:
            entity = kb.entities[member.entity]
            if entity.members:
                continue
            stuck = _gives_nothing(entity, member.negated) and entity.id not in (falls if member.negated else rises)
            if stuck:
                what = "away" if member.negated else "there"
                message = f"gate `{gate.id}` can't open: `{entity.id}` is never {what}"
                yield RuleFinding("warning", "gate-never-open", gate.id, message, gate.source)


def _gives_nothing(entity: Entity, negated: bool) -> bool:
    loss = to_lose(entity.level, constitutive=entity.constitutive)
    return loss == STRONG and entity.level >= NORMAL if negated else loss == 0

"""The signed links against which a learner's chain is held: those that worked in this patient, and all others.

A link that worked carries the settled direction of its source to its target, so every walk along such links has
one sign; that is what makes "true, but steps are skipped" decidable without weighing anything.
"""

from __future__ import annotations

from typing import NamedTuple

from theralogic.model.records import KnowledgeBase
from theralogic.model.result import ChangeRow
from theralogic.results.arm_view import ArmView
from theralogic.teach.signed_links import Links, drug_links, known_links


class ChainLinks(NamedTuple):
    """Links as seen from the change of ``entity``.

    ``used`` carried the effect to it, ``later`` close loops that keep it going, ``against`` opposed it; ``known`` are
    all that rules state.
    """

    entity: str
    used: Links
    later: Links
    against: Links
    known: Links


def chain_links(arm: ArmView, entity: str) -> ChainLinks:
    """The links behind the change of ``entity`` in one arm, every supporting path among them.

    A support that came after its target had settled closes a loop: it keeps the change going, but does not explain it.
    """
    used, later, against = Links(), Links(), Links()
    waiting, seen = [entity], {entity}
    while waiting:
        node = waiting.pop()
        change = arm.changes.get(node)
        if change is None:
            continue
        for vote in change.support:
            founded = arm.order[vote.source] < arm.order[node]
            sign = arm.sign(vote.rule, vote.source, node)
            (used if founded else later).add(vote.source, sign, node, vote.rule)
            if founded and vote.source not in seen:
                seen.add(vote.source)
                waiting.append(vote.source)
        for vote in change.opposition:
            against.add(vote.source, arm.sign(vote.rule, vote.source, node), node, vote.rule)
    for drug, sign, target in drug_links(arm):
        if target in seen and _given(arm.changes[target]):
            used.add(drug, sign, target, "given")
    return ChainLinks(entity, used, later, against, known_links(arm.kb))


def _given(change: ChangeRow) -> bool:
    return change.rule == "given"


def counterparts(kb: KnowledgeBase, entity: str) -> list[str]:
    """What is easily taken for ``entity`` because it is part of it, or another aspect of the same molecule."""
    node = kb.entities.get(entity)
    if node is None:
        return []
    parts = {m.entity for m in node.members}
    wholes = {e.id for e in kb.entities.values() if any(m.entity == entity for m in e.members)}
    return sorted({*parts, *wholes, *aspects(kb, entity)} - {entity})


def aspects(kb: KnowledgeBase, entity: str) -> list[str]:
    """The other aspects of the same molecule: its signal for its amount, its amount for its signal or its reading."""
    own = _molecules(kb, entity)
    return sorted(e.id for e in kb.entities.values() if e.id != entity and own & _molecules(kb, e.id))


def _molecules(kb: KnowledgeBase, entity: str) -> set[str]:
    """The entities whose ids are words of this one's id: ``serum_IL6`` and ``IL6_signalling`` are about ``IL6``."""
    return {word for word in entity.split("_") if word in kb.entities}


def siblings(kb: KnowledgeBase, entity: str) -> list[str]:
    """Things easily taken for ``entity``: of its kind and of its name's stem, or beside it in a gate."""
    node = kb.entities.get(entity)
    if node is None:
        return []
    stem = _stem(entity)
    beside = {m.entity for e in kb.entities.values() if any(m.entity == entity for m in e.members) for m in e.members}
    return sorted(
        other.id
        for other in kb.entities.values()
        if other.id != entity and other.kind == node.kind and (other.id in beside or (stem and _stem(other.id) == stem))
    )


def _stem(entity: str) -> str:
    """Leading letters of a gene-like id: ``STAT`` of ``STAT3``; empty where there are fewer than two."""
    letters = entity[: next((i for i, c in enumerate(entity) if not c.isalpha()), 0)]
    return letters.upper() if len(letters) > 1 else ""

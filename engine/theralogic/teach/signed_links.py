"""Signed links between things, and the shortest walk along them with a wanted sign."""

from __future__ import annotations

from collections import defaultdict, deque

from theralogic.model.records import KnowledgeBase
from theralogic.model.vocabulary import VERBS
from theralogic.results.arm_view import ArmView


class Links:
    """Signed links with the rule of each; a walk is the shortest one with a wanted sign."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, int, str], str] = {}
        self.onward: dict[str, list[tuple[str, int]]] = defaultdict(list)

    def add(self, source: str, sign: int, target: str, rule: str) -> None:
        if (source, sign, target) not in self.rules:
            self.rules[source, sign, target] = rule
            self.onward[source].append((target, sign))

    def walk(self, source: str, sign: int, target: str, longest: int) -> list[str] | None:
        """Entities from ``source`` to ``target`` on a shortest walk whose signs multiply to ``sign``, or None."""
        start = (source, 1)
        came: dict[tuple[str, int], tuple[str, int] | None] = {start: None}
        waiting = deque([(start, 0)])
        while waiting:
            (node, so_far), steps = waiting.popleft()
            if steps == longest:
                continue
            for then, turn in sorted(self.onward.get(node, ())):
                state = (then, so_far * turn)
                if state == (target, sign):
                    path = [target]
                    back: tuple[str, int] | None = (node, so_far)
                    while back is not None:
                        path.append(back[0])
                        back = came[back]
                    return path[::-1]
                if state not in came:
                    came[state] = (node, so_far)
                    waiting.append((state, steps + 1))
        return None


_last: tuple[KnowledgeBase, Links] | None = None


def known_links(kb: KnowledgeBase) -> Links:
    """Every link of the rule base, whatever the context: mechanisms, gates, and what drugs do.

    Kept for the rule base that was asked about last, because one lesson asks dozens of times.
    """
    global _last
    last = _last
    if last is None or last[0] is not kb:
        _last = last = (kb, _stated(kb))
    return last[1]


def _stated(kb: KnowledgeBase) -> Links:
    links = Links()
    for mechanism in kb.mechanisms:
        links.add(mechanism.subject, mechanism.sign, mechanism.object, mechanism.id)
    for entity in kb.entities.values():
        for member in entity.members:
            links.add(member.entity, -1 if member.negated else 1, entity.id, entity.id)
    for drug in kb.interventions.values():
        for action in drug.actions:
            links.add(drug.id, VERBS[action.verb], action.target, drug.id)
    return links


def drug_links(arm: ArmView) -> list[tuple[str, int, str]]:
    """What is given as signed links: drug, sign, target; only actions that moved their target their way."""
    if not arm.treated:
        return []
    signs = {"increases": (1,), "decreases": (-1,), "ambiguous": (1, -1)}
    return [
        (drug.id, VERBS[action.verb], action.target)
        for drug in arm.context.interventions
        for action in drug.actions
        if action.target in arm.changes and VERBS[action.verb] in signs[arm.changes[action.target].direction]
    ]

"""What a tool without gates, levels and redundancy would say, over the same rules."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from theralogic.model.records import KnowledgeBase, Prescription
from theralogic.model.vocabulary import VERBS


def shortest_path_sign(kb: KnowledgeBase, given: Iterable[Prescription], asked: str) -> int:
    """The naive answer: signs multiplied along the shortest path, 0 where paths disagree or none exists."""
    onward: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for mechanism in kb.mechanisms:
        onward[mechanism.subject].append((mechanism.object, mechanism.sign))
    for gate in kb.entities.values():
        for member in gate.members:
            onward[member.entity].append((gate.id, -1 if member.negated else 1))
    start = [(a.target, VERBS[a.verb]) for p in given for a in p.intervention.actions]
    reached: dict[str, tuple[int, set[int]]] = {}
    waiting = deque((entity, sign, 0) for entity, sign in start)
    while waiting:
        entity, sign, steps = waiting.popleft()
        known = reached.setdefault(entity, (steps, set()))
        if known[0] < steps or sign in known[1]:
            continue
        known[1].add(sign)
        waiting.extend((target, sign * way, steps + 1) for target, way in onward[entity])
    signs = reached.get(asked, (0, set()))[1]
    return next(iter(signs)) if len(signs) == 1 else 0

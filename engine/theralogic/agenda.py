"""The agenda: which candidates settle next, and what is remembered of all the others (4.4).

Both engines keep their order outside of how they match, in this one place: tiers by strength, then steps,
then nesting, so that a premise always comes before its conclusion.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping

from theralogic.kernel import (
    Candidate,
    Change,
    Given,
    Settled,
    Settlement,
    Stakes,
    direction_of,
    given_change,
    merged,
)
from theralogic.levels import AMBIGUOUS, CERTAINTIES, FALLS
from theralogic.model import Entity

CONTESTED, OUTWEIGHED, UNOPPOSED, GIVEN = (CERTAINTIES.index(c) for c in CERTAINTIES[1:])

Key = tuple[int, int, int]


class Agenda:
    """Waiting candidates, settled entities, and every candidate filed for or against them."""

    def __init__(self, entities: Mapping[str, Entity], stakes: Stakes) -> None:
        self._entities = entities
        self._stakes = stakes
        self._waiting: dict[Key, list[Candidate]] = {}
        self._order: list[Key] = []
        self._filed: dict[str, list[Candidate]] = {}
        self._decided: dict[str, list[Candidate]] = {}
        self._limits: dict[str, tuple[str, ...]] = {}
        self.settled: dict[str, Settled] = {}
        self.pinned: set[str] = set()

    def give(self, given: Mapping[str, Given]) -> list[str]:
        """Settle what is given, all at once, 0 steps; returns what changed, sorted."""
        for entity, pull in given.items():
            self.pinned.add(entity)
            strength, limits = given_change(pull, self._stakes.headroom(entity, pull.direction))
            if strength:
                self.settled[entity] = Settled(pull.direction, strength, 0)
                self._limits[entity] = limits
        return sorted(self.settled)

    def wait(self, candidates: Iterable[Candidate | None]) -> None:
        """Put candidates on the agenda; a proposal that came to nothing is none."""
        for candidate in filter(None, candidates):
            key = (-candidate.strength, candidate.steps, self._stakes.depth(candidate.target))
            if key not in self._waiting:
                self._waiting[key] = []
                heapq.heappush(self._order, key)
            self._waiting[key].append(candidate)

    def settle_tier(self, shut: Callable[[str], bool]) -> list[str] | None:
        """Settle the first tier; returns the entities newly settled (sorted), or None when nothing waits.

        ``shut`` tells whether the gate of a complex is shut by now.
        """
        if not self._order:
            return None
        key = heapq.heappop(self._order)
        tier: dict[str, list[Candidate]] = {}
        for candidate in self._waiting.pop(key):
            rises = candidate.direction != FALLS
            if rises and self._entities[candidate.target].members and shut(candidate.target):
                continue
            self._filed.setdefault(candidate.target, []).append(candidate)
            tier.setdefault(candidate.target, []).append(candidate)
        fresh = sorted(e for e in tier if e not in self.settled and e not in self.pinned)
        for entity in fresh:
            self._decided[entity] = tier[entity]
            self.settled[entity] = Settled(direction_of(tier[entity]), -key[0], key[1])
        return fresh

    def settlement(self, onsets: Mapping[str, int]) -> Settlement:
        """Everything that settled, in order, with certainty and onset; ``onsets`` holds the mechanisms' own."""
        changes: dict[str, Change] = {}
        for entity, how in self.settled.items():
            filed = merged(self._filed.get(entity, ()))
            if entity in self.pinned:
                changes[entity] = self._given_change(entity, how, filed)
            else:
                changes[entity] = self._derived_change(entity, how, filed, changes, onsets)
        held = {e: tuple(merged(self._filed[e])) for e in sorted(self.pinned - changes.keys()) if e in self._filed}
        return Settlement(changes, held)

    def _given_change(self, entity: str, how: Settled, filed: list[Candidate]) -> Change:
        support, opposition = _sides(how.direction, filed, ())
        return Change(entity, *how, GIVEN, 0, "given", (), self._limits[entity], support, opposition)

    def _derived_change(
        self,
        entity: str,
        how: Settled,
        filed: list[Candidate],
        changes: Mapping[str, Change],
        onsets: Mapping[str, int],
    ) -> Change:
        deciding = merged(self._decided[entity])
        support, opposition = _sides(how.direction, filed, deciding)

        def rests_on(candidate: Candidate) -> int:
            return changes[candidate.source].certainty

        def onset(candidate: Candidate) -> int:
            causes = [changes[candidate.source].onset, onsets.get(candidate.rule, 0)]
            if candidate.prompts:
                causes.append(min(changes[p].onset for p in candidate.prompts))
            return max(causes)

        if how.direction == AMBIGUOUS:
            certainty = AMBIGUOUS
        else:
            against = max((c.strength for c in filed if c.direction != how.direction), default=0)
            own = UNOPPOSED if not against else OUTWEIGHED if against < how.strength else CONTESTED
            certainty = min(own, max(rests_on(c) for c in deciding))
        # The step shown is the most certain, then the fastest of equals.
        chief = min(deciding, key=lambda c: (-rests_on(c), onset(c), c.rule, c.source))
        shown = deciding if how.direction == AMBIGUOUS else [chief]
        premises = sorted({who for c in shown for who in (c.source, *c.prompts)})
        return Change(
            entity,
            *how,
            certainty,
            min(onset(c) for c in deciding),
            chief.rule,
            tuple(premises),
            chief.limits,
            support,
            opposition,
        )


def _sides(
    direction: int, filed: Iterable[Candidate], deciding: Iterable[Candidate]
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Support and opposition: what points the same way or decided, and the rest."""
    decided = set(deciding)
    support: list[Candidate] = []
    opposition: list[Candidate] = []
    for candidate in filed:
        (support if candidate.direction == direction or candidate in decided else opposition).append(candidate)
    return tuple(support), tuple(opposition)

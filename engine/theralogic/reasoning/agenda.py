"""The agenda: which candidates settle next, and what is remembered of all the others (4.4).

Both engines keep their order outside of how they match, in this one place: tiers by strength, then steps,
then nesting, so that a premise always comes before its conclusion.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from theralogic.model.levels import AMBIGUOUS, CERTAINTIES, FALLS, ONSETS
from theralogic.reasoning.kernel import (
    Candidate,
    Change,
    GivenChange,
    Limits,
    Settled,
    Settlement,
    Situation,
    direction_of,
    given_change,
    merged,
)

CONTESTED, OUTWEIGHED, UNOPPOSED, GIVEN = (CERTAINTIES.index(c) for c in CERTAINTIES[1:])

Key = tuple[int, int, int]


class Agenda:
    """Waiting candidates, settled entities, and every candidate filed for or against them."""

    def __init__(self, situation: Situation) -> None:
        self._headroom = situation.headroom
        self._depth = situation.network.depth
        self._onsets = situation.network.onsets
        self._carried = situation.reach is not None
        self._waiting: dict[Key, list[Candidate]] = {}
        self._order: list[Key] = []
        self._filed: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._decided: dict[str, list[Candidate]] = {}
        self._limits: dict[str, Limits] = {}
        self.settled: dict[str, Settled] = {}
        self.pinned: set[str] = set()

    def give(self, given: Mapping[str, GivenChange]) -> list[str]:
        """Settle what is given, all at once, 0 steps; returns what changed, sorted."""
        for entity, pull in given.items():
            self.pinned.add(entity)
            strength, limits = given_change(pull, self._headroom.of(entity, pull.direction))
            if strength:
                self.settled[entity] = Settled(pull.direction, strength, 0, pull.carriers if self._carried else ())
                self._limits[entity] = limits
        return sorted(self.settled)

    def wait(self, candidates: Iterable[Candidate | None]) -> None:
        """Put candidates on the agenda; a proposal that came to nothing is none."""
        waiting, depth = self._waiting, self._depth
        for candidate in candidates:
            if candidate is None:
                continue
            key = (-candidate.strength, candidate.steps, depth[candidate.target])
            if key in waiting:
                waiting[key].append(candidate)
            else:
                waiting[key] = [candidate]
                heapq.heappush(self._order, key)

    def settle_tier(self, shut: Callable[[str], bool]) -> list[str] | None:
        """Settle the first tier; returns the entities newly settled (sorted), or None when nothing waits.

        ``shut`` tells whether the gate of a complex is shut by now.
        """
        if not self._order:
            return None
        key = heapq.heappop(self._order)
        tier: dict[str, list[Candidate]] = {}
        for candidate in self._waiting.pop(key):
            target = candidate.target
            if candidate.direction != FALLS and self._depth[target] and shut(target):
                continue
            self._filed[target].append(candidate)
            if target not in self.settled and target not in self.pinned:
                tier.setdefault(target, []).append(candidate)
        fresh = sorted(tier)
        for entity in fresh:
            self._decided[entity] = tier[entity]
            self.settled[entity] = Settled(direction_of(tier[entity]), -key[0], key[1], self._carriers(tier[entity]))
        return fresh

    def _carriers(self, deciding: Iterable[Candidate]) -> tuple[str, ...]:
        """The drugs behind what some candidates settle together."""
        if not self._carried:
            return ()
        return tuple(sorted({drug for candidate in deciding for drug in self.settled[candidate.source].carriers}))

    def settlement(self) -> Settlement:
        """Everything that settled, in order, with certainty and onset."""
        changes: dict[str, Change] = {}
        for entity, how in self.settled.items():
            filed = merged(self._filed.get(entity, ()))
            if entity in self.pinned:
                changes[entity] = self._given_change(entity, how, filed)
            else:
                changes[entity] = self._derived_change(entity, how, filed, changes)
        held = {e: tuple(merged(self._filed[e])) for e in sorted(self.pinned - changes.keys()) if e in self._filed}
        return Settlement(changes, held)

    def _given_change(self, entity: str, how: Settled, filed: Sequence[Candidate]) -> Change:
        support, opposition = _sides(how.direction, filed, ())
        return Change(
            entity=entity,
            direction=how.direction,
            strength=how.strength,
            steps=how.steps,
            certainty=GIVEN,
            onset=0,
            rule="given",
            premises=(),
            limits=self._limits[entity],
            support=support,
            opposition=opposition,
            carriers=how.carriers,
        )

    def _derived_change(
        self, entity: str, how: Settled, filed: Sequence[Candidate], changes: Mapping[str, Change]
    ) -> Change:
        deciding = merged(self._decided[entity])
        support, opposition = _sides(how.direction, filed, deciding)
        # The step shown is the most certain, then the fastest of equals, then the first by rule and source.
        shown, rests_on, starts, earliest = deciding[0], -1, 0, len(ONSETS)
        for candidate in deciding:
            certainty = changes[candidate.source].certainty
            onset = self._onset(candidate, changes)
            if certainty > rests_on or (certainty == rests_on and onset < starts):
                shown, rests_on, starts = candidate, certainty, onset
            earliest = min(earliest, onset)
        if how.direction == AMBIGUOUS:
            certainty = AMBIGUOUS
            premises = {who for c in deciding for who in (c.source, *c.prompts)}
        else:
            against = max([c.strength for c in opposition]) if opposition else 0
            own = UNOPPOSED if not against else OUTWEIGHED if against < how.strength else CONTESTED
            certainty = min(own, rests_on)
            premises = {shown.source, *shown.prompts}
        return Change(
            entity=entity,
            direction=how.direction,
            strength=how.strength,
            steps=how.steps,
            certainty=certainty,
            onset=earliest,
            rule=shown.rule,
            premises=tuple(sorted(premises)),
            limits=shown.limits,
            support=support,
            opposition=opposition,
            carriers=how.carriers,
        )

    def _onset(self, candidate: Candidate, changes: Mapping[str, Change]) -> int:
        """When a candidate takes hold: after its cause, its mechanism, and the first of what prompted it."""
        onset = max(changes[candidate.source].onset, self._onsets.get(candidate.rule, 0))
        return max(onset, min([changes[p].onset for p in candidate.prompts])) if candidate.prompts else onset


def _sides(
    direction: int, filed: Sequence[Candidate], deciding: Sequence[Candidate]
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Support and opposition: what points the same way or decided, and the rest."""
    support: list[Candidate] = []
    opposition: list[Candidate] = []
    for candidate in filed:
        # Candidates that decide an ambiguous change may point either way.
        agrees = candidate.direction == direction or (direction == AMBIGUOUS and candidate in deciding)
        (support if agrees else opposition).append(candidate)
    return tuple(support), tuple(opposition)

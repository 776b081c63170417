"""Section 4 of the semantics as pure arithmetic: what a cause may pass on, and in what order things settle.

Engines differ in how they *find* what is to be proposed (adjacency here, pattern matching there); how
strong a proposal is and when it settles is decided by these functions alone. ``verify`` shares none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from theralogic.model.lazydict import LazyDict
from theralogic.model.levels import AMBIGUOUS, FALLS, NONE, RISES, STRONG, complex_room, room, to_lose
from theralogic.model.records import Entity, Limit, Mechanism
from theralogic.reasoning.network import Network
from theralogic.reasoning.reach import Arrival, Reach

Limits = tuple[Limit, ...]
BY_MECHANISM, BY_HEADROOM = (Limit("mechanism"),), (Limit("headroom"),)


class GivenChange(NamedTuple):
    """A pinned entity: where it is pulled, and how strongly before headroom (0 pins without a change)."""

    direction: int
    strength: int
    limit: Limit | None
    """The dose that capped the strength before headroom, if one did."""
    carriers: tuple[str, ...] = ()
    """The drugs that pull it this way the most, sorted; none where a level is given."""


class Settled(NamedTuple):
    """How an entity has settled: its direction, strength and steps."""

    direction: int
    strength: int
    steps: int
    carriers: tuple[str, ...] = ()
    """The drugs behind the change, where reach matters at all (see :mod:`theralogic.reasoning.reach`)."""


class Candidate(NamedTuple):
    """A proposed change of ``target`` by ``rule`` because of ``source``.

    ``rule`` is a mechanism or complex id, ``prompts`` what made it be proposed again, ``limits`` what held its
    strength down.
    """

    target: str
    direction: int
    strength: int
    steps: int
    rule: str
    source: str
    prompts: tuple[str, ...]
    limits: Limits


class Change(NamedTuple):
    """A settled change with everything that spoke for or against it."""

    entity: str
    direction: int
    strength: int
    steps: int
    certainty: int
    onset: int
    rule: str
    premises: tuple[str, ...]
    limits: Limits
    support: tuple[Candidate, ...]
    opposition: tuple[Candidate, ...]
    carriers: tuple[str, ...] = ()


class Headroom:
    """What every entity has to lose and its room in the world before, each worked out when first asked for.

    ``loss`` is ``to_lose`` by entity (of a complex the least contribution of its members), ``room`` how far it rises.
    ``lacks`` are the entities without room: they were found to be absent, and nothing supplies them.
    """

    __slots__ = ("_entities", "_lacks", "_levels", "loss", "room")

    def __init__(self, entities: Mapping[str, Entity], levels: Mapping[str, int], lacks: Collection[str] = ()) -> None:
        self._entities = entities
        self._levels = levels
        self._lacks = lacks
        self.loss: Mapping[str, int] = LazyDict(self._loss)
        self.room: Mapping[str, int] = LazyDict(self._room)

    def contribution(self, entity: str, negated: bool) -> int:
        """What an entity gives to a gate in the world before."""
        return STRONG - self.loss[entity] if negated else self.loss[entity]

    def of(self, entity: str, direction: int) -> int:
        """Limit of a change in ``direction``: the larger of both where it is ambiguous."""
        if direction == FALLS:
            return self.loss[entity]
        if direction == RISES:
            return self.room[entity]
        return max(self.loss[entity], self.room[entity])

    def _loss(self, entity: str) -> int:
        node = self._entities[entity]
        if node.members:
            return min([self.contribution(m.entity, m.negated) for m in node.members])
        return to_lose(self._levels[entity], constitutive=node.constitutive)

    def _room(self, entity: str) -> int:
        if self._entities[entity].members:
            return complex_room(self.loss[entity])
        return NONE if entity in self._lacks else room(self._levels[entity])


class Situation(NamedTuple):
    """One world to settle: the network, what every entity has to lose in the world before, and what is given.

    ``network`` holds the operative mechanisms only; context has been decided before. ``reach`` is None where
    everything that is given reaches every place of the case in full.
    """

    entities: Mapping[str, Entity]
    network: Network
    headroom: Headroom
    given: Mapping[str, GivenChange]
    reach: Reach | None = None


class Settlement(NamedTuple):
    """What an engine returns: changes in the order of settling, and candidates against pinned, unchanged entities."""

    changes: Mapping[str, Change]
    held: Mapping[str, tuple[Candidate, ...]]


def gives_now(contribution: int, settled: Settled | None, negated: bool) -> int:
    """What a member gives to its gate by now (4.3, gates)."""
    if settled is None:
        return contribution
    direction = -settled.direction if negated else settled.direction
    if direction == FALLS:
        return max(contribution - settled.strength, 0)
    return max(contribution, settled.strength)


def transmit(mechanism: Mechanism, cause: Settled, headroom: int, arrives: Arrival | None = None) -> tuple[int, Limits]:
    """Strength that ``mechanism`` passes on from ``cause``, before co-regulators and gates, and what limited it.

    ``arrives`` is what of the cause arrives where the mechanism takes place, if that may be less than all of it.
    """
    strength, limits = (cause.strength, ()) if arrives is None else arrives
    if strength < mechanism.needs:
        return 0, ()
    if mechanism.strength < strength:
        strength, limits = mechanism.strength, (*limits, *BY_MECHANISM)
    if headroom < strength:
        strength, limits = headroom, (*limits, *BY_HEADROOM)
    return strength, limits


def as_it_arrives(mechanism: Mechanism, settled: Settled | None, reach: Reach | None) -> Settled | None:
    """How the subject of ``mechanism`` has settled, as far as that arrives where the mechanism takes place."""
    if settled is None or reach is None:
        return settled
    return settled._replace(strength=reach.arrives(mechanism, settled.strength, settled.carriers)[0])


def through_gate(
    direction: int, fall: int, rise: int, gate: Iterable[tuple[str, int]], limits: Limits
) -> tuple[int, Limits]:
    """Strength of a change of a complex, given what the fall and the rise could be without the gate.

    ``gate`` lists the members that must be open for a rise and what each gives now. An ambiguous change has
    the larger of the two, unless the gate is shut: then it is nothing at all.
    """
    if direction == FALLS:
        return fall, limits
    parts = sorted(gate)
    least = min((given for _, given in parts), default=STRONG)
    if least < rise:
        limits += tuple([Limit("gate", who) for who, given in parts if given == least])
    rise = min(rise, least)
    if direction == RISES:
        return rise, limits
    return (max(fall, rise) if least else 0), limits


def given_change(given: GivenChange, headroom: int) -> tuple[int, Limits]:
    """Strength of a given change after headroom, and what limited it."""
    limits = (given.limit,) if given.limit else ()
    return (headroom, (*limits, *BY_HEADROOM)) if headroom < given.strength else (given.strength, limits)


def merged(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Each (rule, source) once: its strongest candidate, then fewest steps; sorted by rule and source."""
    if len(candidates) < 2:
        return candidates
    best: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        other = best.setdefault((candidate.rule, candidate.source), candidate)
        if other is not candidate and _rank(candidate) < _rank(other):
            best[candidate.rule, candidate.source] = candidate
    return [best[who] for who in sorted(best)]


def _rank(candidate: Candidate) -> tuple[int, int, tuple[str, ...]]:
    return -candidate.strength, candidate.steps, candidate.prompts


def direction_of(tier: Iterable[Candidate]) -> int:
    """Direction in which candidates of one tier settle their target: ambiguous where they disagree."""
    directions = {candidate.direction for candidate in tier}
    return directions.pop() if len(directions) == 1 else AMBIGUOUS

"""One world as claimed: its tables, and who has settled by which moment if the claim is true.

A settled entity has a moment: its strength falling, its steps rising, its nesting rising; what is given comes
before all. What a rule proposes depends only on what has settled up to a moment, so the proposals of every
rule can be written down from the claim alone, without replaying anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from theralogic.model.levels import FALLS, NONE, RISES, STRONG, complex_room, room, to_lose
from theralogic.model.records import Entity, Limit, Mechanism

Moment = tuple[int, ...]
FIRST: Moment = ()
"""Before any other."""


class ClaimedChange(NamedTuple):
    """A change as claimed, in ranks."""

    direction: int
    strength: int
    steps: int
    given: bool


class ClaimedGiven(NamedTuple):
    """What pins an entity: where it is pulled, how strongly before headroom, what capped that, and which drugs do."""

    direction: int
    strength: int
    limit: Limit | None
    drugs: frozenset[str] = frozenset()


Arriving = Mapping[str, tuple[int, str]]
"""For a rule that not every drug reaches in full: by drug, how much of its effect arrives, and what place says so."""


class ClaimedWorld:
    """A claimed world over the rules that hold in it. ``claimed`` may grow; the rest stays as it is.

    ``arriving`` is by the id of a rule; rules that every drug reaches in full are not in it.
    ``away`` are the entities that can't rise, as they were found absent.
    """

    def __init__(
        self,
        entities: Mapping[str, Entity],
        rules: Iterable[Mechanism],
        levels: Mapping[str, int],
        given: Mapping[str, ClaimedGiven],
        claimed: dict[str, ClaimedChange],
        arriving: Mapping[str, Arriving] = MappingProxyType({}),
        away: Collection[str] = (),
    ) -> None:
        self.entities = entities
        self.levels = levels
        self.given = given
        self.claimed = claimed
        self.arriving = arriving
        self.away = away
        self.rules = {rule.id: rule for rule in rules}
        self.out: dict[str, list[Mechanism]] = defaultdict(list)
        self.into: dict[str, list[Mechanism]] = defaultdict(list)
        self.gates: dict[str, list[str]] = defaultdict(list)
        for rule in self.rules.values():
            self.out[rule.subject].append(rule)
            self.into[rule.object].append(rule)
        for entity in entities.values():
            for member in entity.members:
                self.gates[member.entity].append(entity.id)
        self.carriers: dict[str, frozenset[str]] = {}
        """The drugs behind what has settled, as far as they have been worked out (see ``proposals.carriers``)."""
        self._loss: dict[str, int] = {}
        self._nesting: dict[str, int] = {}

    # -- tables -----------------------------------------------------------------------------------------

    def loss(self, entity: str) -> int:
        """What an entity has to lose."""
        if entity not in self._loss:
            node = self.entities[entity]
            self._loss[entity] = (
                min(self.before(entity, m.entity) for m in node.members)
                if node.members
                else to_lose(self.levels[entity], constitutive=node.constitutive)
            )
        return self._loss[entity]

    def headroom(self, entity: str, direction: int) -> int:
        """How far an entity can go in a direction; the further of both where it is undecided."""
        loss = self.loss(entity)
        rise = complex_room(loss) if self.entities[entity].members else room(self.levels[entity])
        if entity in self.away:
            rise = NONE
        return {FALLS: loss, RISES: rise}.get(direction, max(loss, rise))

    def before(self, gate: str, member: str) -> int:
        """What a member gave to its gate in the world before."""
        return STRONG - self.loss(member) if self.negated(gate, member) else self.loss(member)

    def negated(self, gate: str, member: str) -> bool:
        """Whether a gate needs this member away."""
        return any(m.entity == member and m.negated for m in self.entities[gate].members)

    def nesting(self, entity: str) -> int:
        """How deep gates sit in gates here; 0 for what is no gate."""
        if entity not in self._nesting:
            members = self.entities[entity].members
            self._nesting[entity] = 1 + max(self.nesting(m.entity) for m in members) if members else 0
        return self._nesting[entity]

    # -- moments ----------------------------------------------------------------------------------------

    def moment(self, entity: str) -> Moment:
        """When an entity settled, if the claim is true."""
        claim = self.claimed[entity]
        return FIRST if claim.given else (-claim.strength, claim.steps, self.nesting(entity))

    def in_order(self) -> list[str]:
        """What is claimed to change, in the order of settling: as given, the rest by moment and id."""
        given = {entity: place for place, entity in enumerate(self.given)}
        return sorted(self.claimed, key=lambda e: (self.moment(e), given.get(e, len(given)), e))

    def at(self, entity: str, moment: Moment) -> ClaimedChange | None:
        """How ``entity`` has settled by a moment, or None where it has not."""
        claim = self.claimed.get(entity)
        return claim if claim and self.moment(entity) <= moment else None

    def gives(self, gate: str, member: str, moment: Moment) -> int:
        """What a member gives to its gate by a moment."""
        base = self.before(gate, member)
        claim = self.at(member, moment)
        if claim is None:
            return base
        down = RISES if self.negated(gate, member) else FALLS
        return max(base - claim.strength, 0) if claim.direction == down else max(base, claim.strength)


def given_claims(world: ClaimedWorld) -> dict[str, ClaimedChange]:
    """What has to change because it is given: each pull as far as there is headroom."""
    found = {}
    for entity, given in world.given.items():
        strength = min(given.strength, world.headroom(entity, given.direction))
        if strength:
            found[entity] = ClaimedChange(given.direction, strength, 0, True)
    return found

"""Worlds that a result rests on without stating them: the disease without its findings, an added drug alone.

There is no claim to check there, so the checker makes one: it starts from what is given and adds what is
missing, earliest first, until nothing is. It is the checker's own arithmetic that says what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from theralogic.model.records import Entity, Mechanism
from theralogic.verify.claimed_world import Arriving, ClaimedChange, ClaimedGiven, ClaimedWorld, given_claims
from theralogic.verify.proposals import proposals, settled_by


def foreseen(
    entities: Mapping[str, Entity],
    rules: Iterable[Mechanism],
    levels: Mapping[str, int],
    given: Mapping[str, ClaimedGiven],
    arriving: Mapping[str, Arriving] = MappingProxyType({}),
    away: Collection[str] = (),
) -> ClaimedWorld:
    """The only world without faults under these rules."""
    world = ClaimedWorld(entities, rules, levels, given, {}, arriving, away)
    world.claimed.update(given_claims(world))
    fresh = list(world.claimed)
    missing: dict[str, ClaimedChange] = {}
    while fresh:
        for target in _reached(world, fresh):
            best = settled_by(proposals(world, target))
            if best:
                missing[target] = best
            else:
                missing.pop(target, None)
        turns = {e: (-c.strength, c.steps, world.nesting(e)) for e, c in missing.items()}
        first = min(turns.values(), default=None)
        fresh = [entity for entity, turn in turns.items() if turn == first]
        world.claimed.update({entity: missing.pop(entity) for entity in fresh})
    return world


def _reached(world: ClaimedWorld, fresh: Iterable[str]) -> set[str]:
    """Unsettled entities to which something new may be proposed."""
    near = {rule.object for entity in fresh for rule in world.out.get(entity, ())}
    near.update(gate for entity in fresh for gate in world.gates.get(entity, ()))
    return {entity for entity in near if entity not in world.claimed and entity not in world.given}

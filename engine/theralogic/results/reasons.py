"""Why something does *not* happen: the nearest place where the effect stops, and what stops it (4.6).

Works backward from the entity asked about, on what an engine has settled, so the reason does not depend on
the engine. "No known mechanism", "blocked" and "ambiguous" stay three different answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.levels import AMBIGUOUS, FALLS, RISES, STRENGTHS, WEAK
from theralogic.model.records import Entity, KnowledgeBase, Mechanism
from theralogic.model.vocabulary import NEAR, NEAR_ELSEWHERE
from theralogic.reasoning.evaluate import ArmRun, SettledWorld
from theralogic.reasoning.kernel import Headroom, Limits, Settled, as_it_arrives, gives_now
from theralogic.reasoning.network import Network
from theralogic.reasoning.redundancy import after_loss, remaining


class Stop(NamedTuple):
    """One place where an effect stops.

    ``entity`` is what would have changed, ``source`` the change that did not get through ``rule``,
    ``distance`` how many links lie between ``entity`` and what was asked. ``by`` are the entities or
    context that stop it; ``direction`` and ``strength`` are of the source.
    """

    reason: str
    entity: str
    rule: str
    source: str
    distance: int
    by: tuple[str, ...]
    direction: int
    strength: int


class IncomingLink(NamedTuple):
    """One way in which something acts on an entity: a mechanism, or membership in a gate."""

    source: str
    target: str
    rule: str
    mechanism: Mechanism | None
    negated: bool


def _into(entities: Mapping[str, Entity], network: Network, target: str) -> list[IncomingLink]:
    """Links to ``target``, by rule and source."""
    by_mechanism = (m for sign in (RISES, FALLS) for m in network.regulators[target, sign])
    links = [IncomingLink(m.subject, target, m.id, m, False) for m in by_mechanism]
    links += [IncomingLink(m.entity, target, target, None, m.negated) for m in entities[target].members]
    return sorted(links, key=lambda link: (link.rule, link.source))


def _behind(
    entities: Mapping[str, Entity], network: Network, entity: str, most: int
) -> Iterator[tuple[str, int, list[IncomingLink]]]:
    """What is on the way to ``entity``, with its distance of at most ``most`` and the links to it: nearest first, then
    by id.

    On the way is what would move it, by the strengths and needs of the rules between alone.
    """
    needed = {entity: WEAK}
    level = [entity]
    for distance in range(most + 1):
        further: dict[str, int] = {}
        for node in level:
            links = _into(entities, network, node)
            yield node, distance, links
            for link in links:
                if link.mechanism is None:
                    arriving = needed[node]
                elif link.mechanism.strength >= needed[node]:
                    arriving = max(needed[node], link.mechanism.needs)
                else:
                    continue
                if link.source not in needed:
                    further[link.source] = min(arriving, further.get(link.source, arriving))
        needed.update(further)
        level = sorted(further)


def parted(kb: KnowledgeBase, stop: Stop) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stops an effect, apart from members of a closed gate that have to be away and are there."""
    if stop.reason != "gate_closed":
        return stop.by, ()
    away = {member.entity for member in kb.entities[stop.entity].members if member.negated}
    return tuple(e for e in stop.by if e not in away), tuple(e for e in stop.by if e in away)


def stops(kb: KnowledgeBase, run: ArmRun, entity: str) -> Iterator[Stop]:
    """Every place where an effect on ``entity`` stops, nearest first; at least one for an unchanged entity.

    Found one by one, because most who ask want only the nearest.
    """
    found = False
    for search in (_here, _outside):
        for stop in search(kb, run, entity):
            found = True
            yield _as_out_of_reach(stop, run.answering) if stop.reason == "faded" else stop
        if found:
            return
    yield Stop(
        reason="no_known_mechanism",
        entity=entity,
        rule="",
        source="",
        distance=0,
        by=(),
        direction=AMBIGUOUS,
        strength=0,
    )


def _here(kb: KnowledgeBase, run: ArmRun, entity: str) -> Iterator[Stop]:
    """Where chains stop that hold in this patient."""
    world = run.answering
    given = world.situation.given
    if entity in given:
        yield _pinned(world, entity)
        return
    for node, distance, links in _behind(kb.entities, world.situation.network, entity, NEAR):
        if node in world.settlement.changes:
            continue
        if node in given:
            yield _pinned(world, node, distance)
            continue
        yield from (_stopped(world, link, distance) for link in links if link.source in world.settlement.changes)


def _pinned(world: SettledWorld, entity: str, distance: int = 0) -> Stop:
    given = world.situation.given[entity]
    reason = "nothing_to_lose" if given.direction == FALLS else "no_room"
    return Stop(
        reason=reason,
        entity=entity,
        rule="given",
        source="",
        distance=distance,
        by=(),
        direction=given.direction,
        strength=given.strength,
    )


def _stopped(world: SettledWorld, link: IncomingLink, distance: int) -> Stop:
    """What stopped one link whose source changed although its target did not; something always did."""
    headroom = world.situation.headroom
    change = world.settlement.changes[link.source]
    mechanism = link.mechanism
    sign = (-1 if link.negated else 1) if mechanism is None else mechanism.sign
    direction = change.direction * sign

    def stop(reason: str, by: Iterable[str] = ()) -> Stop:
        return Stop(
            reason=reason,
            entity=link.target,
            rule=link.rule,
            source=link.source,
            distance=distance,
            by=tuple(by),
            direction=change.direction,
            strength=change.strength,
        )

    strength = change.strength
    reach = world.situation.reach
    if mechanism is not None:
        held: Limits = ()
        if reach:
            strength, held = reach.arrives(mechanism, change.strength, change.carriers)
        if strength < mechanism.needs <= change.strength:
            return stop("out_of_reach", [limit.by for limit in held])
        if strength < mechanism.needs:
            return stop("faded", (STRENGTHS[mechanism.needs],))
        strength = min(strength, mechanism.strength)
    strength = min(strength, headroom.of(link.target, direction))
    if not strength:
        return stop("nothing_to_lose" if direction == FALLS else "no_room")
    if mechanism is not None and change.direction == FALLS:
        others = world.situation.network.regulators[mechanism.object, mechanism.sign]
        settled = _settled(world)
        who = remaining(
            mechanism,
            strength,
            others,
            headroom.loss,
            lambda other: as_it_arrives(other, settled.get(other.subject), reach),
        )
        if who and not after_loss(strength, sufficient=world.situation.entities[link.target].sufficient):
            return stop("redundant", who)
    return stop("gate_closed", _shut_by(world, headroom, link))


def _shut_by(world: SettledWorld, headroom: Headroom, link: IncomingLink) -> tuple[str, ...]:
    settled = _settled(world)
    shut = []
    for member in world.situation.entities[link.target].members:
        if link.mechanism is None and member.entity == link.source:
            continue
        contribution = headroom.contribution(member.entity, member.negated)
        if not gives_now(contribution, settled.get(member.entity), member.negated):
            shut.append(member.entity)
    return tuple(shut)


def _settled(world: SettledWorld) -> dict[str, Settled]:
    return {e: Settled(c.direction, c.strength, c.steps, c.carriers) for e, c in world.settlement.changes.items()}


def _outside(kb: KnowledgeBase, run: ArmRun, entity: str) -> Iterator[Stop]:
    """Mechanisms that hold elsewhere, not in this patient, and would have led on from what moves; nearest first."""
    world = run.answering
    moved = set(world.settlement.changes) | set(world.situation.given)
    left_out = world.left_out
    for node, distance, links in _behind(kb.entities, run.whole, entity, NEAR_ELSEWHERE):
        for link in links:
            if link.rule in left_out and link.source in moved:
                change = world.settlement.changes.get(link.source)
                direction, strength = (change.direction, change.strength) if change else (AMBIGUOUS, 0)
                yield Stop(
                    reason="out_of_context",
                    entity=node,
                    rule=link.rule,
                    source=link.source,
                    distance=distance,
                    by=(left_out[link.rule],),
                    direction=direction,
                    strength=strength,
                )


def _as_out_of_reach(stop: Stop, world: SettledWorld) -> Stop:
    """A change that faded because its drug hardly gets to some place on the way is out of reach, not faded."""
    change = world.settlement.changes[stop.source]
    while not (places := [limit.by for limit in change.limits if limit.kind == "reach"]):
        if not change.premises:
            return stop
        change = world.settlement.changes[change.premises[0]]
    return Stop(
        reason="out_of_reach",
        entity=stop.entity,
        rule=stop.rule,
        source=stop.source,
        distance=stop.distance,
        by=tuple(places),
        direction=stop.direction,
        strength=stop.strength,
    )

"""Why nothing happens, for many patients at once: the lane form of :mod:`theralogic.results.reasons`.

What is nearest depends on which mechanisms are operative, so this goes context by context (patients whose operative
mechanisms agree lie side by side). Only what changed or was given can stop anything, so most of the network is
never looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from theralogic.cohort.bitset_engine import DOWN, EITHER, UP, BitsetWorld, MaskedMechanism, minus
from theralogic.model.levels import WEAK
from theralogic.model.vocabulary import REASONS
from theralogic.reasoning.redundancy import after_loss_masks

NO_MECHANISM = REASONS.index("no_known_mechanism")
OUT_OF_CONTEXT = REASONS.index("out_of_context")
GATE_CLOSED = REASONS.index("gate_closed")
NOTHING_TO_LOSE = REASONS.index("nothing_to_lose")
NO_ROOM = REASONS.index("no_room")
REDUNDANT = REASONS.index("redundant")
FADED = REASONS.index("faded")
OUT_OF_REACH = REASONS.index("out_of_reach")


class MaskedLink(NamedTuple):
    """One way in which something acts on an entity: a mechanism, or membership of a gate."""

    source: int
    edge: MaskedMechanism | None
    negated: int
    rule: str = ""


class ContextPaths(NamedTuple):
    """One context: what acts on each entity (by rule id) and on what it acts, what is behind each asked one (nearest
    first), and what acts through a mechanism that is left out on something that leads to it."""

    into: Sequence[Sequence[MaskedLink]]
    onto: Sequence[Collection[int]]
    behind: Mapping[int, Sequence[int]]
    elsewhere: Mapping[int, Collection[int]]


def nearest_first(into: Sequence[Sequence[MaskedLink]], asked: int, most: int) -> list[int]:
    """What is on the way to ``asked``, itself first, as far as ``most`` links off: nearest first and then by number.

    See :mod:`theralogic.results.reasons` for what is on the way. ``into`` are the links by target.
    """
    needed = {asked: WEAK}
    level = order = [asked]
    for _ in range(most):
        further: dict[int, int] = {}
        for node in level:
            for source, edge, *_ in into[node]:
                if edge is not None and edge.strength < needed[node]:
                    continue
                arriving = needed[node] if edge is None else max(needed[node], edge.needs)
                if source not in needed:
                    further[source] = min(arriving, further.get(source, arriving))
        needed.update(further)
        level = sorted(further)
        order = order + level
    return order


def no_effect_masks(world: BitsetWorld, paths: ContextPaths, lanes: int) -> Iterator[tuple[int, dict[int, int], int]]:
    """For each asked entity, the lanes among ``lanes`` of every reason why it does not change, and the lanes in
    which only the chain itself tells *faded* from *out of reach* (they are among those of *faded*)."""
    changed = {e: m for e in {r.entity for r in world.records} if (m := world.changed(e) & lanes)}
    pinned = {e: m for e, mask in world.pinned.items() if (m := mask & lanes)}
    touched = {target for source in changed for target in paths.onto[source]}
    for asked, behind in paths.behind.items():
        waiting = minus(lanes, changed.get(asked, 0))
        found: dict[int, int] = {}
        doubt = 0

        def mark(reason: int, mask: int, found: dict[int, int] = found) -> None:
            if mask:
                found[reason] = found.get(reason, 0) | mask

        for node in behind:
            if not waiting:
                break
            if node not in pinned and node not in touched:
                continue
            still = minus(waiting, changed.get(node, 0))
            held = still & pinned.get(node, 0)
            upwards = held & world.upwards.get(node, 0)
            mark(NO_ROOM, upwards)
            mark(NOTHING_TO_LOSE, held ^ upwards)
            waiting ^= held
            still ^= held
            for link in paths.into[node] if still else ():
                here = still & changed.get(link.source, 0)
                if not here:
                    continue
                stops = _stops(world, link, node, here)
                doubt |= stops.get(FADED, 0) & world.held
                for reason, mask in stops.items():
                    mark(reason, mask)
                    waiting ^= mask
                    still ^= mask
        elsewhere = 0
        for entity in paths.elsewhere[asked] if waiting else ():
            elsewhere |= changed.get(entity, 0) | pinned.get(entity, 0)
        mark(OUT_OF_CONTEXT, waiting & elsewhere)
        mark(NO_MECHANISM, minus(waiting, elsewhere))
        yield asked, found, doubt


def _stops(world: BitsetWorld, link: MaskedLink, node: int, lanes: int) -> dict[int, int]:
    """What stops one link, in lanes in which its source changed and ``node`` did not: disjoint masks by reason."""
    source, edge = link.source, link.edge
    falls, rises, either = (tuple(row[source] for row in world.moved[way]) for way in (DOWN, UP, EITHER))
    found = {}
    if edge is not None:
        k = edge.needs - 1
        found[FADED] = minus(lanes, falls[k] | rises[k] | either[k])
        lanes ^= found[FADED]
        if link.rule in world.reach:
            arrives = world.arriving(source, world.reach[link.rule])
            found[OUT_OF_REACH] = minus(lanes, arrives[k])
            lanes ^= found[OUT_OF_REACH]
            falls, rises = (tuple(a & b for a, b in zip(way, arrives, strict=True)) for way in (falls, rises))
    reverses = link.negated if edge is None else edge.sign < 0
    down = lanes & (rises[0] if reverses else falls[0])
    found[NOTHING_TO_LOSE] = minus(down, world.loss[0][node])
    lanes ^= found[NOTHING_TO_LOSE]
    away = lanes & world.away.get(node, 0)  # what rises or is undecided has no room there
    found[NO_ROOM] = away
    lanes ^= away
    if edge is not None and lanes & falls[0]:
        lost = lanes & falls[0]
        loss2, loss3 = (lost, world.room[node]) if reverses else (world.loss[1][node], world.loss[2][node])
        two = lost & falls[1] & loss2 if edge.strength > 1 else 0
        three = two & falls[2] & loss3 if edge.strength > 2 else 0
        sufficient = bool(world.net.sufficient[node])
        held = lost ^ after_loss_masks((lost, two, three), world.remaining(edge), sufficient=sufficient)[0]
        found[REDUNDANT] = held
        lanes ^= held
    if world.net.depth[node]:
        raised = minus(lanes, down)
        if raised:
            found[GATE_CLOSED] = minus(raised, world.gate(node, without=source if edge is None else -1)[0])
    return {reason: mask for reason, mask in found.items() if mask}

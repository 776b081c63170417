"""Why nothing happens, for many patients at once: the lane form of :mod:`theralogic.results.reasons`.

What is nearest depends on which mechanisms are operative, so this goes context by context (patients whose operative
mechanisms agree lie side by side). Only what changed or was given can stop anything, so most of the network is
never looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from theralogic.cohort.bitset_engine import DOWN, EITHER, UP, BitsetWorld, MaskedMechanism, minus
from theralogic.model.vocabulary import REASONS
from theralogic.reasoning.redundancy import after_loss_masks

NO_MECHANISM = REASONS.index("no_known_mechanism")
OUT_OF_CONTEXT = REASONS.index("out_of_context")
GATE_CLOSED = REASONS.index("gate_closed")
NOTHING_TO_LOSE = REASONS.index("nothing_to_lose")
REDUNDANT = REASONS.index("redundant")
FADED = REASONS.index("faded")
OUT_OF_REACH = REASONS.index("out_of_reach")


class MaskedLink(NamedTuple):
    """One way in which something acts on an entity: a mechanism, or membership of a gate."""

    source: int
    edge: MaskedMechanism | None
    negated: int


class ContextPaths(NamedTuple):
    """One context: what acts on each entity (by rule id) and on what it acts, what is behind each asked one (nearest
    first), and what acts through a mechanism that is left out on something that leads to it."""

    into: Sequence[Sequence[MaskedLink]]
    onto: Sequence[Collection[int]]
    behind: Mapping[int, Sequence[int]]
    elsewhere: Mapping[int, Collection[int]]


class ReachMasks(NamedTuple):
    """By given entity, the lanes in which reach holds its action down, and those in which it does so for all given."""

    entities: Mapping[int, int]
    all: int


def nearest_first(sources: Sequence[Sequence[int]], asked: int) -> list[int]:
    """Everything that leads to ``asked``, itself first, nearest first and then by number; ``sources`` are by target,
    in the order of their numbers."""
    seen = {asked}
    order = [asked]
    waiting = deque(order)
    while waiting:
        for source in sources[waiting.popleft()]:
            if source not in seen:
                seen.add(source)
                order.append(source)
                waiting.append(source)
    return order


def no_effect_masks(
    world: BitsetWorld, paths: ContextPaths, reached: ReachMasks, lanes: int
) -> Iterator[tuple[int, dict[int, int], int]]:
    """For each asked entity, the lanes among ``lanes`` of every reason why it does not change, and the lanes in
    which only the chain itself tells *faded* from *out of reach* (they are among those of *faded*)."""
    changed = {e: m for e in {r.entity for r in world.records} if (m := world.changed(e) & lanes)}
    pinned = {e: m for e, mask in world.pinned.items() if (m := mask & lanes)}
    touched = {target for source in changed for target in paths.onto[source]}
    chains = _Chains(world, reached)
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
            # There is always room for a rise: what is given and changes nothing was pulled down, or not at all.
            mark(NOTHING_TO_LOSE, held)
            waiting ^= held
            still ^= held
            for link in paths.into[node] if still else ():
                here = still & changed.get(link.source, 0)
                if not here:
                    continue
                stops = _stops(world, link, node, here)
                faded = stops.get(FADED, 0)
                if faded and reached.entities:
                    surely, perhaps = chains.from_reach(link.source)
                    stops[OUT_OF_REACH], stops[FADED] = faded & surely, minus(faded, surely)
                    doubt |= stops[FADED] & perhaps
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
    reverses = link.negated if edge is None else edge.sign < 0
    down = lanes & (rises[0] if reverses else falls[0])
    found[NOTHING_TO_LOSE] = minus(down, world.loss[0][node])
    lanes ^= found[NOTHING_TO_LOSE]
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


class _Chains:
    """Whether the chain behind a change starts at an action that reach holds down; computed only when asked."""

    def __init__(self, world: BitsetWorld, reached: ReachMasks) -> None:
        self._world = world
        self._reached = reached
        self._known: dict[int, tuple[int, int]] | None = None

    def from_reach(self, entity: int) -> tuple[int, int]:
        """Lanes in which it surely does, and lanes in which it perhaps does."""
        if self._known is None:
            self._known = self._follow()
        surely, perhaps = self._known.get(entity, (0, 0))
        return surely | self._reached.all, perhaps | self._reached.all

    def _follow(self) -> dict[int, tuple[int, int]]:
        """By entity; where candidates come from both kinds of action, only *perhaps*.

        A candidate that was proposed again also rests on what prompted it: on some of what acts on its target.
        """
        net = self._world.net
        known = {entity: (mask, mask) for entity, mask in self._reached.entities.items()}
        settled: dict[int, int] = {}
        for record in self._world.records:
            entity, lanes = record.entity, record.lanes
            settled[entity] = settled.get(entity, 0) | lanes
            if not record.decided:
                continue
            surely, perhaps = lanes, 0
            for event in record.decided:
                rests = [event.source]
                if event.prompted:
                    rests += [edge.source for side in (0, 1) for edge in net.into[2 * entity + side]]
                    rests += [member for member, _ in net.members[entity]]
                for source in rests:
                    here = event.mask & lanes & settled.get(source, 0)
                    hit, near = known.get(source, (0, 0))
                    surely = minus(surely, minus(here, hit))
                    perhaps |= here & near
            before = known.get(entity, (0, 0))
            known[entity] = (before[0] | surely, before[1] | perhaps)
        return known

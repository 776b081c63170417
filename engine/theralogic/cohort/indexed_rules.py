"""The rule base by numbers, and the networks that the kernel settles.

Numbers follow the order of ids, so that "first by id" stays a comparison of numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from theralogic.cohort.bitset_engine import DOWN, EITHER, UP, EdgeReach, GivenMasks, MaskedMechanism, MaskedNetwork
from theralogic.cohort.no_effect import ContextPaths, MaskedLink, nearest_first
from theralogic.model.context import Facts
from theralogic.model.levels import AMBIGUOUS, FALLS, RISES, STRONG
from theralogic.model.records import Intervention, KnowledgeBase, Mechanism
from theralogic.model.vocabulary import NEAR, NEAR_ELSEWHERE
from theralogic.reasoning.kernel import GivenChange
from theralogic.reasoning.reach import Reach


class IndexedRules(NamedTuple):
    """What does not depend on the patient: entities in the order of their ids, mechanisms in that of theirs."""

    ids: tuple[str, ...]
    number: Mapping[str, int]
    healthy: tuple[int, ...]
    constitutive: tuple[int, ...]
    sufficient: tuple[int, ...]
    depth: tuple[int, ...]
    members: tuple[tuple[tuple[int, int], ...], ...]
    mechanisms: tuple[Mechanism, ...]
    sources: Mapping[int, Collection[int]]
    """What acts on each entity, by a mechanism of any context or as a member."""


ANY_OTHER = ""
"""Stands for all drugs that reach every place in full."""


def add_given(before: GivenMasks | None, pull: GivenChange, lanes: int, limited: Collection[str] = ()) -> GivenMasks:
    """``before`` and, in ``lanes``, one more pull; ``limited`` are the drugs that do not reach every place in full."""
    old = before or GivenMasks(0, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))
    way = {FALLS: DOWN, RISES: UP, AMBIGUOUS: EITHER}[pull.direction]
    ways = list(old.ways)
    first, second, third = (mask | (lanes if pull.strength >= k else 0) for k, mask in enumerate(ways[way], start=1))
    ways[way] = (first, second, third)
    carriers = dict(old.carriers)
    for drug in pull.carriers if limited else ():
        name = drug if drug in limited else ANY_OTHER
        carriers[name] = carriers.get(name, 0) | lanes
    upwards = old.upwards if pull.direction == FALLS else old.upwards | lanes
    return GivenMasks(old.pinned | lanes, (ways[0], ways[1], ways[2]), carriers, upwards)


def edge_reach(
    mechanisms: Iterable[Mechanism], limited: Mapping[str, Intervention], among: Iterable[tuple[Facts, int]], full: int
) -> dict[str, EdgeReach]:
    """By id, the mechanisms that not every drug reaches in full; ``among`` are the facts of the patients and the lanes
    in which they hold."""
    if not limited:
        return {}
    reaches = [(Reach(limited.values(), facts), lanes) for facts, lanes in among]
    found: dict[str, EdgeReach] = {}
    for mechanism in mechanisms:
        by_drug = {drug: [full, full, full] for drug in limited} if mechanism.where else {}
        for reach, lanes in reaches if mechanism.where else ():
            for drug, reached in reach.of(mechanism).items():
                for rank in range(reached.rank, STRONG):
                    by_drug[drug][rank] &= full ^ lanes
        if any(masks[2] != full for masks in by_drug.values()):
            named = [(drug, (m[0], m[1], m[2])) for drug, m in by_drug.items()]
            found[mechanism.id] = (*named, (ANY_OTHER, (full, full, full)))
    return found


def index_rules(kb: KnowledgeBase) -> IndexedRules:
    """The rule base by numbers."""
    ids = tuple(sorted(kb.entities))
    number = {identity: n for n, identity in enumerate(ids)}
    entities = [kb.entities[i] for i in ids]
    members = tuple(tuple((number[m.entity], int(m.negated)) for m in e.members) for e in entities)
    depth: dict[int, int] = {}

    def nesting(e: int) -> int:
        if e not in depth:
            depth[e] = 1 + max(nesting(m) for m, _ in members[e]) if members[e] else 0
        return depth[e]

    sources: dict[int, set[int]] = {e: {m for m, _ in members[e]} for e in range(len(ids))}
    for mechanism in kb.mechanisms:
        sources[number[mechanism.object]].add(number[mechanism.subject])
    return IndexedRules(
        ids=ids,
        number=number,
        healthy=tuple(e.level for e in entities),
        constitutive=tuple(int(e.constitutive) for e in entities),
        sufficient=tuple(int(e.sufficient) for e in entities),
        depth=tuple(nesting(e) for e in range(len(ids))),
        members=members,
        mechanisms=tuple(sorted(kb.mechanisms, key=lambda m: m.id)),
        sources=sources,
    )


def behind(base: IndexedRules, targets: Iterable[int]) -> set[int]:
    """Everything that leads to ``targets`` in any context, themselves included."""
    seen = set(targets)
    waiting = list(seen)
    while waiting:
        new = set(base.sources[waiting.pop()]) - seen
        seen |= new
        waiting.extend(new)
    return seen


def masked_network(
    base: IndexedRules,
    holds: Sequence[int],
    relevant: Collection[int],
    reach: Mapping[str, EdgeReach] = MappingProxyType({}),
) -> MaskedNetwork:
    """The network as far as it leads to something ``relevant``; ``holds`` are the lanes in which each mechanism is
    operative, ``reach`` is by the id of a mechanism."""
    size = len(base.ids)
    acts: list[list[MaskedMechanism]] = [[] for _ in range(size)]
    into: list[list[MaskedMechanism]] = [[] for _ in range(2 * size)]
    for m, lanes in zip(base.mechanisms, holds, strict=True):
        target = base.number[m.object]
        if lanes and target in relevant:
            edge = MaskedMechanism(
                source=base.number[m.subject],
                target=target,
                sign=m.sign,
                strength=m.strength,
                needs=m.needs,
                holds=lanes,
                reach=reach.get(m.id, ()),
            )
            acts[edge.source].append(edge)
            into[2 * target + (m.sign < 0)].append(edge)
    members = tuple(base.members[e] if e in relevant else () for e in range(size))
    gates_of: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for gate, parts in enumerate(members):
        for member, negated in parts:
            gates_of[member].append((gate, negated))
    return MaskedNetwork(
        depth=base.depth, sufficient=base.sufficient, acts=acts, into=into, gates_of=gates_of, members=members
    )


class PathFinder:
    """Where to look for reasons about ``asked``, for one context after another: what they share is laid out once."""

    def __init__(self, base: IndexedRules, asked: Iterable[int], relevant: Collection[int]) -> None:
        links: list[list[tuple[str, MaskedLink]]] = [[] for _ in base.ids]
        for m in base.mechanisms:
            source, target = base.number[m.subject], base.number[m.object]
            if target in relevant:
                edge = MaskedMechanism(
                    source=source, target=target, sign=m.sign, strength=m.strength, needs=m.needs, holds=0
                )
                links[target].append((m.id, MaskedLink(source, edge, 0, m.id)))
        for gate, parts in enumerate(base.members):
            links[gate] += [(base.ids[gate], MaskedLink(member, None, negated)) for member, negated in parts]
        self._links = [sorted(each, key=lambda x: (x[0], x[1].source)) for each in links]
        self._ends = {m.id: (base.number[m.subject], base.number[m.object]) for m in base.mechanisms}
        whole = [[link for _, link in each] for each in self._links]
        self._near = {entity: set(nearest_first(whole, entity, NEAR_ELSEWHERE)) for entity in asked}

    def paths(self, without: Collection[str]) -> ContextPaths:
        """The context in which the mechanisms with the ids ``without`` are left out."""
        into = [[link for rule, link in each if rule not in without] for each in self._links]
        onto: list[set[int]] = [set() for _ in into]
        for target, acting in enumerate(into):
            for link in acting:
                onto[link.source].add(target)
        left_out = [self._ends[rule] for rule in without]
        elsewhere = {
            entity: {source for source, target in left_out if target in near} for entity, near in self._near.items()
        }
        on_the_way = {entity: nearest_first(into, entity, NEAR) for entity in self._near}
        return ContextPaths(into, onto, on_the_way, elsewhere)

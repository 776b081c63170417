"""Who acts on whom: the operative mechanisms and all gates, looked up from either end.

Laid out once for the whole rule base and narrowed to what is operative as far as a world reaches, then shared by every
world that it holds in, by both engines, and by the search for reasons: laying it out anew takes longer than settling a
small world.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from theralogic.model.lazydict import LazyDict
from theralogic.model.records import Entity, Mechanism, Member


class Network(NamedTuple):
    """Mechanisms by subject and by object and sign, gates by member; each in the order of the rules,
    and an empty list where there is none (ask with ``[]``).

    ``left_out`` holds the ids of the mechanisms that are not operative; they are in no list.
    """

    acts_on: Mapping[str, Sequence[Mechanism]]
    regulators: Mapping[tuple[str, int], Sequence[Mechanism]]
    gates: Mapping[str, Sequence[tuple[str, Member]]]
    depth: Mapping[str, int]
    """Nesting: 0 for a plain entity, one more than its deepest member for a complex."""
    left_out: Collection[str]
    all_regulators: Mapping[tuple[str, int], Sequence[Mechanism]]
    """``regulators`` before anything was left out."""
    onsets: Mapping[str, int]
    """Onset rank of every mechanism; a complex has none, as it follows its members at once."""


def build_network(entities: Mapping[str, Entity], mechanisms: Iterable[Mechanism]) -> Network:
    """Lay out ``mechanisms`` and the gates among ``entities``."""
    acts_on: defaultdict[str, list[Mechanism]] = defaultdict(list)
    regulators: defaultdict[tuple[str, int], list[Mechanism]] = defaultdict(list)
    gates: defaultdict[str, list[tuple[str, Member]]] = defaultdict(list)
    onsets = {}
    for mechanism in mechanisms:
        acts_on[mechanism.subject].append(mechanism)
        regulators[mechanism.object, mechanism.sign].append(mechanism)
        onsets[mechanism.id] = mechanism.onset
    for entity in entities.values():
        for member in entity.members:
            gates[member.entity].append((entity.id, member))
    return Network(
        acts_on=acts_on,
        regulators=regulators,
        gates=gates,
        depth=nesting(entities),
        left_out=frozenset(),
        all_regulators=regulators,
        onsets=onsets,
    )


def restrict(whole: Network, left_out: Collection[str]) -> Network:
    """``whole`` without the mechanisms whose ids are in ``left_out``."""

    def operative(mechanisms: Iterable[Mechanism]) -> list[Mechanism]:
        return [m for m in mechanisms if m.id not in left_out]

    acts_on: Mapping[str, Sequence[Mechanism]] = LazyDict(lambda subject: operative(whole.acts_on[subject]))
    regulators: Mapping[tuple[str, int], Sequence[Mechanism]] = LazyDict(lambda at: operative(whole.regulators[at]))
    return Network(
        acts_on=acts_on,
        regulators=regulators,
        gates=whole.gates,
        depth=whole.depth,
        left_out=left_out,
        all_regulators=whole.regulators,
        onsets=whole.onsets,
    )


def nesting(entities: Mapping[str, Entity]) -> Mapping[str, int]:
    """How deep entities are nested: 0 for a plain one, one more than its deepest member for a complex."""

    def of(entity: str) -> int:
        members = entities[entity].members
        return 1 + max([depth[member.entity] for member in members]) if members else 0

    depth: LazyDict[str, int] = LazyDict(of)
    return depth

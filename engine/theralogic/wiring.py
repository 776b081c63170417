"""Who acts on whom: the operative mechanisms and all gates, looked up from either end.

Laid out once for the whole rule base and narrowed to what is operative, then shared by every world that it holds in,
by both engines, and by the search for reasons: laying it out anew each time takes longer than settling a small world.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from theralogic.model import Entity, Mechanism, Member


class Wiring(NamedTuple):
    """Mechanisms by subject and by object and sign, gates by member; each in the order of the rules."""

    mechanisms: tuple[Mechanism, ...]
    acts_on: Mapping[str, Sequence[Mechanism]]
    regulators: Mapping[tuple[str, int], Sequence[Mechanism]]
    gates: Mapping[str, Sequence[tuple[str, Member]]]
    onsets: Mapping[str, int]
    """Onset rank of every mechanism; a complex has none, as it follows its members at once."""


def wire(entities: Mapping[str, Entity], mechanisms: tuple[Mechanism, ...]) -> Wiring:
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
    return Wiring(mechanisms, dict(acts_on), dict(regulators), dict(gates), onsets)


def narrow(whole: Wiring, left_out: Mapping[str, object]) -> Wiring:
    """``whole`` without the mechanisms whose ids are in ``left_out``."""
    gone = [mechanism for mechanism in whole.mechanisms if mechanism.id in left_out]
    acts_on, regulators = dict(whole.acts_on), dict(whole.regulators)
    for subject in {m.subject for m in gone}:
        acts_on[subject] = [m for m in acts_on[subject] if m.id not in left_out]
    for group in {(m.object, m.sign) for m in gone}:
        regulators[group] = [m for m in regulators[group] if m.id not in left_out]
    operative = tuple([m for m in whole.mechanisms if m.id not in left_out])
    return Wiring(operative, acts_on, regulators, whole.gates, whole.onsets)

"""How far a drug reaches: what of a change arrives where a mechanism takes place (4.3, reach).

A drug acts in full wherever it is. Only a mechanism whose ``where`` names a compartment that the drug hardly reaches
gets less of what the drug has started. The one home of this arithmetic for the two engines, for the reasons why nothing
happens and for cohorts; the checker and the logic program say it again on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from theralogic.model.context import Facts, places_of
from theralogic.model.levels import STRONG
from theralogic.model.records import Intervention, Limit, Mechanism

Arrival = tuple[int, tuple[Limit, ...]]
"""What of a change arrives where a mechanism takes place, and the place that held it down, if one did."""


class Reached(NamedTuple):
    """How well a drug gets to where a mechanism takes place, and the place that says so (empty for all of it)."""

    rank: int
    place: str


EVERYWHERE = Reached(STRONG, "")


def reached(drug: Mapping[str, int], places: Iterable[Iterable[str]]) -> Reached:
    """How well a drug with this ``reach`` gets to ``places`` (see :func:`theralogic.model.context.places_of`).

    Of several tissues, or several cells, the best reached counts; of a tissue and a cell the worse reached.
    """
    worst = EVERYWHERE
    for among in places:
        best = min((Reached(-drug.get(place, STRONG), place) for place in among), default=EVERYWHERE)
        worst = min(worst, Reached(-best.rank, best.place))
    return worst if worst.rank < STRONG else EVERYWHERE


class Reach:
    """How well the drugs of one arm get to where each mechanism takes place, worked out when first asked for."""

    def __init__(self, drugs: Iterable[Intervention], facts: Facts) -> None:
        self._drugs = {drug.id: dict(drug.reach) for drug in drugs}
        self._facts = facts
        self._known: dict[str, Mapping[str, Reached]] = {}

    def of(self, mechanism: Mechanism) -> Mapping[str, Reached]:
        """By drug; empty for a mechanism that all of them reach in full."""
        known = self._known.get(mechanism.id)
        if known is None:
            places = places_of(mechanism, self._facts)
            found = {drug: reached(caps, places) for drug, caps in self._drugs.items()} if places else {}
            known = found if any(each is not EVERYWHERE for each in found.values()) else {}
            self._known[mechanism.id] = known
        return known

    def arrives(self, mechanism: Mechanism, strength: int, carriers: Iterable[str]) -> Arrival:
        """What of a change of ``strength`` that ``carriers`` brought about arrives where ``mechanism`` takes place.

        The drug that reaches furthest counts.
        """
        by_drug = self.of(mechanism)
        if not by_drug:
            return strength, ()
        best = min((by_drug[drug] for drug in carriers), key=lambda each: (-each.rank, each.place), default=EVERYWHERE)
        return (best.rank, (Limit("reach", best.place),)) if best.rank < strength else (strength, ())


def reach_of(drugs: Iterable[Intervention], facts: Facts) -> Reach | None:
    """The reach of what is given in these facts; None where all of it reaches every place of the case in full."""
    given = tuple(drugs)
    return Reach(given, facts) if any(drug.reach for drug in given) else None

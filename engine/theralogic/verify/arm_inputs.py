"""What holds in one arm of a case before anything settles: facts, the rules they admit, levels, and what is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.levels import (
    ABSENT,
    AMBIGUOUS,
    FALLS,
    ONSETS,
    RISES,
    STRONG,
    given_strength,
    level_after,
)
from theralogic.model.names import fold
from theralogic.model.records import Arm, Case, Finding, KnowledgeBase, Limit, Mechanism, Prescription
from theralogic.model.vocabulary import COMPARTMENTS, SUPPLIES, VERBS
from theralogic.verify.claimed_world import Arriving, ClaimedChange, ClaimedGiven

Facts = dict[str, set[str]]
STANDARD = "standard"


class CheckedAction(NamedTuple):
    """One action as it arrives at a target, after dose."""

    drug: str
    verb: str
    target: str
    potency: int
    limit: Limit | None


def facts_in(kb: KnowledgeBase, case: Case, arm: Arm, *, treated: bool) -> Facts:
    """What is true in an arm: compartments, the family of its diseases, its context, and once treated its doses."""
    facts: Facts = {"disease": family(kb, case.diseases)}
    for disease in case.diseases:
        for key, values in kb.diseases[disease].compartments:
            facts.setdefault(key, set()).update(values)
    for key, values in arm.context:
        facts.setdefault(key, set()).update(values)
    if treated and arm.prescriptions:
        facts.setdefault("dose", set()).update(p.dose or STANDARD for p in arm.prescriptions)
    return {key: facts[key] for key in sorted(facts) if facts[key]}


def family(kb: KnowledgeBase, diseases: Iterable[str]) -> set[str]:
    """Diseases with everything that they are subtypes of."""
    found = set(diseases)
    while more := {parent for d in found for parent in kb.diseases[d].parents} - found:
        found |= more
    return found


def left_out(rules: Iterable[Mechanism], facts: Mapping[str, set[str]], by: int) -> dict[str, str]:
    """Why rules do not hold in an arm, by rule; ``by`` is the slowest onset that counts, -1 for any."""
    found = {}
    for rule in rules:
        if 0 <= by < rule.onset:
            found[rule.id] = f"too slow: {ONSETS[rule.onset]}"
        elif unmet := next((k for k, values in rule.where if not _met(facts, k, values)), None):
            found[rule.id] = f"where {unmet}: {', '.join(dict(rule.where)[unmet])}"
        elif rule.unless and all(facts.get(key, set()) & set(values) for key, values in rule.unless):
            found[rule.id] = "unless " + ", ".join(f"{key}: {' or '.join(values)}" for key, values in rule.unless)
    return found


def _met(facts: Mapping[str, set[str]], key: str, values: Iterable[str]) -> bool:
    listed = facts.get(key, set())
    # Diseases that list no compartments of a kind rule none out.
    return bool(listed & set(values)) or (key in COMPARTMENTS and not listed)


def levels_given(kb: KnowledgeBase, diseases: Iterable[str], findings: Iterable[Finding]) -> dict[str, int]:
    """Levels that the diseases bring, where findings win."""
    levels = {entity: level for d in diseases for entity, level in kb.diseases[d].levels}
    return levels | {finding.entity: finding.level for finding in findings}


def kept_away(arm: Arm, arrived: Iterable[CheckedAction]) -> frozenset[str]:
    """What was found to be absent in the patient of an arm, and no action supplies."""
    found = {finding.entity for finding in arm.findings if finding.level == ABSENT}
    return frozenset(found.difference(a.target for a in arrived if a.verb == SUPPLIES))


def healthy_levels(kb: KnowledgeBase) -> dict[str, int]:
    """Levels in health, of everything that has one."""
    return {e.id: e.level for e in kb.entities.values() if not e.members}


def pulled_by_levels(kb: KnowledgeBase, levels: Mapping[str, int]) -> dict[str, ClaimedGiven]:
    """Given levels as pulls away from health; one equal to the healthy level only pins."""
    healthy = healthy_levels(kb)
    return {
        entity: ClaimedGiven(RISES if level > healthy[entity] else FALLS, given_strength(level, healthy[entity]), None)
        for entity, level in levels.items()
    }


def levels_after(kb: KnowledgeBase, given: Mapping[str, int], claimed: Mapping[str, ClaimedChange]) -> dict[str, int]:
    """Levels of the untreated world: the given ones, and what follows from what changed."""
    levels = healthy_levels(kb)
    for entity, claim in claimed.items():
        if entity in levels:
            levels[entity] = level_after(levels[entity], claim.direction, claim.strength)
    return levels | dict(given)


def arrivals(kb: KnowledgeBase, given: Iterable[Prescription]) -> list[CheckedAction]:
    """Every action of every drug as it arrives, in the order of the drugs."""
    return [arrival for prescription in given for arrival in _arriving(kb, prescription)]


def _arriving(kb: KnowledgeBase, prescription: Prescription) -> Iterator[CheckedAction]:
    drug, dose = prescription
    caps = [(rank, Limit("dose", name)) for name, rank in drug.dose if name == (dose or STANDARD)]
    for action in drug.actions:
        potency, limit = action.potency, None
        for rank, cap in caps:
            if rank < potency:
                potency, limit = rank, cap
        # Depleting a marker removes the cells that bear it.
        bearers = kb.entities[action.target].borne_by if action.verb == "depletes" else ()
        for target in (action.target, *(cell for cell in bearers if cell != action.target)):
            yield CheckedAction(drug.id, action.verb, target, potency, limit)


def pulled_by_drugs(arrived: Iterable[CheckedAction]) -> dict[str, ClaimedGiven]:
    """What the actions do together: the strongest of each way, the greater of both ways, or undecided."""
    ways: dict[str, dict[int, tuple[int, tuple[()] | Limit]]] = {}
    acting: dict[str, list[CheckedAction]] = {}
    for arrival in arrived:
        way, pull = VERBS[arrival.verb], (-arrival.potency, arrival.limit or ())
        acting.setdefault(arrival.target, []).append(arrival)
        best = ways.setdefault(arrival.target, {})
        # Of equal potencies the one that nothing capped explains the strength, then the first by what capped it.
        best[way] = min(best.get(way, pull), pull)
    pulls = {}
    for target, best in ways.items():
        top = min(rank for rank, _ in best.values())
        leading = sorted(way for way, (rank, _) in best.items() if rank == top)
        drugs = frozenset(a.drug for a in acting[target] if a.potency == -top and VERBS[a.verb] in leading)
        way = leading[0] if len(leading) == 1 else AMBIGUOUS
        pulls[target] = ClaimedGiven(way, -top, best[leading[0]][1] or None, drugs)
    return pulls


def arriving(
    rules: Iterable[Mechanism], given: Iterable[Prescription], facts: Mapping[str, set[str]]
) -> dict[str, Arriving]:
    """What of each drug's effect arrives at the rules that take place where not every drug gets to in full."""
    drugs = {p.intervention.id: dict(p.intervention.reach) for p in given}
    if not any(drugs.values()):
        return {}
    found: dict[str, Arriving] = {}
    for rule in rules:
        listed = ({fold(v) for v in values if v in facts.get(k, ())} for k, values in rule.where if k in COMPARTMENTS)
        here = [places for places in listed if places]
        by_drug = {
            drug: min([_best(reach, places) for places in here], default=(STRONG, "")) for drug, reach in drugs.items()
        }
        if any(rank < STRONG for rank, _ in by_drug.values()):
            found[rule.id] = by_drug
    return found


def _best(reach: Mapping[str, int], places: Iterable[str]) -> tuple[int, str]:
    """The best reached of some places."""
    rank = max(reach.get(place, STRONG) for place in places)
    return rank, min(place for place in places if reach.get(place, STRONG) == rank)


def pulled_both_ways(arrived: Iterable[CheckedAction]) -> list[str]:
    """Targets that something lowers and something raises."""
    pulls = {(arrival.target, VERBS[arrival.verb]) for arrival in arrived}
    return sorted({target for target, _ in pulls if {(target, FALLS), (target, RISES)} <= pulls})


class ArmInputs(NamedTuple):
    """One arm before anything settles; ``before`` and ``after`` say of each rule that does not hold why not.

    ``before`` is of the untreated world, ``after`` of the one that answers questions, in which doses are facts.
    """

    arm: Arm
    facts: Facts
    arrived: tuple[CheckedAction, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]


def arm_inputs(kb: KnowledgeBase, case: Case, arm: Arm, by: int) -> ArmInputs:
    """What holds in an arm; ``by`` is the slowest onset rank that counts, -1 for any."""
    facts = facts_in(kb, case, arm, treated=True)
    before = left_out(kb.mechanisms, facts_in(kb, case, arm, treated=False), by)
    after = left_out(kb.mechanisms, facts, by) if arm.prescriptions else before
    return ArmInputs(arm, facts, tuple(arrivals(kb, arm.prescriptions)), before, after)


def holding(kb: KnowledgeBase, out: Mapping[str, str]) -> list[Mechanism]:
    """The rules that are not left out."""
    return [rule for rule in kb.mechanisms if rule.id not in out]

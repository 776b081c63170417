"""The three worlds: what is given in each, and what level everything has in the untreated one (4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.context import STANDARD_DOSE
from theralogic.model.levels import (
    ABSENT,
    AMBIGUOUS,
    FALLS,
    LEVELS,
    RISES,
    given_strength,
    level_after,
)
from theralogic.model.records import Action, Entity, Finding, KnowledgeBase, Limit, Prescription
from theralogic.model.vocabulary import SUPPLIES, VERBS
from theralogic.reasoning.kernel import GivenChange, Settlement


class EffectiveAction(NamedTuple):
    """One action as it arrives at its target, after dose."""

    target: str
    direction: int
    strength: int
    limit: Limit | None
    verb: str
    intervention: str


def healthy_levels(entities: Mapping[str, Entity]) -> dict[str, int]:
    """Level of every plain entity in a healthy subject."""
    return {e.id: e.level for e in entities.values() if not e.members}


def disease_levels(kb: KnowledgeBase, diseases: Iterable[str], findings: Iterable[Finding]) -> dict[str, int]:
    """The given levels of the untreated world: the union of the diseases', and findings win."""
    levels: dict[str, int] = {}
    for disease in diseases:
        levels.update(kb.diseases[disease].levels)
    levels.update({finding.entity: finding.level for finding in findings})
    return levels


def given_levels(entities: Mapping[str, Entity], levels: Mapping[str, int]) -> dict[str, GivenChange]:
    """Given levels as pulls from the healthy level; one equal to it pins and pulls nowhere."""
    given = {}
    for entity, level in levels.items():
        healthy = entities[entity].level
        direction = RISES if level > healthy else FALLS
        given[entity] = GivenChange(direction, given_strength(level, healthy), None)
    return given


def untreated_levels(healthy: Mapping[str, int], given: Mapping[str, int], settled: Settlement) -> dict[str, int]:
    """Level of every plain entity in the untreated world; ``healthy`` are those of a healthy subject."""
    levels = dict(healthy)
    for entity, change in settled.changes.items():
        if entity in levels and entity not in given:
            levels[entity] = level_after(levels[entity], change.direction, change.strength)
    levels.update(given)
    return levels


def effective_actions(
    entities: Mapping[str, Entity], prescriptions: Iterable[Prescription]
) -> Iterator[EffectiveAction]:
    """Every action of every intervention, capped by its dose."""
    for drug, dose in ((p.intervention, p.dose) for p in prescriptions):
        caps = [(potency, Limit("dose", name)) for name, potency in drug.dose if name == (dose or STANDARD_DOSE)]
        for action in drug.actions:
            strength, limit = min([(action.potency, None), *caps], key=lambda cap: cap[0])
            for target in _targets(entities, action):
                yield EffectiveAction(
                    target=target,
                    direction=VERBS[action.verb],
                    strength=strength,
                    limit=limit,
                    verb=action.verb,
                    intervention=drug.id,
                )


def _targets(entities: Mapping[str, Entity], action: Action) -> Iterator[str]:
    """Depleting a marker removes the cells that bear it; every other action stays with its target."""
    yield action.target
    if action.verb == "depletes":
        yield from (cell for cell in entities[action.target].borne_by if cell != action.target)


def lacking(findings: Iterable[Finding], arrived: Iterable[EffectiveAction]) -> frozenset[str]:
    """What was found to be absent in the patient and nothing supplies: it has no room to rise."""
    supplied = {action.target for action in arrived if action.verb == SUPPLIES}
    return frozenset(finding.entity for finding in findings if finding.level == ABSENT) - supplied


def given_actions(arrived: Iterable[EffectiveAction]) -> dict[str, GivenChange]:
    """What the interventions do together: the strongest of each way, the greater of both ways, or ambiguous."""
    strongest: dict[str, dict[int, EffectiveAction]] = {}
    carriers: dict[tuple[str, int], set[tuple[int, str]]] = {}
    for pull in arrived:
        carriers.setdefault((pull.target, pull.direction), set()).add((pull.strength, pull.intervention))
        ways = strongest.setdefault(pull.target, {})
        other = ways.get(pull.direction)
        # Of equal potencies the unlimited one explains the strength, then the first by name of the limit.
        if other is None or (-pull.strength, pull.limit or ()) < (-other.strength, other.limit or ()):
            ways[pull.direction] = pull
    given = {}
    for target, ways in strongest.items():
        ranked = sorted(ways.values(), key=lambda p: (-p.strength, p.direction))
        tied = len(ranked) == 2 and ranked[0].strength == ranked[1].strength
        direction = AMBIGUOUS if tied else ranked[0].direction
        top = ranked[0].strength
        winning = ways if tied else (direction,)
        drugs = {drug for way in winning for strength, drug in carriers[target, way] if strength == top}
        given[target] = GivenChange(direction, top, ranked[0].limit, tuple(sorted(drugs)))
    return given


def opposed(arrived: Iterable[EffectiveAction]) -> list[str]:
    """Targets that actions pull both ways."""
    ways: dict[str, set[int]] = {}
    for pull in arrived:
        ways.setdefault(pull.target, set()).add(pull.direction)
    return sorted(target for target, both in ways.items() if len(both) == 2)


def atypical(kb: KnowledgeBase, findings: Iterable[Finding], alone: Mapping[str, int]) -> list[dict[str, str]]:
    """Findings that contradict what the disease alone predicts; ``alone`` holds the levels without findings."""
    found = []
    for finding in findings:
        healthy = kb.entities[finding.entity].level
        predicted = alone[finding.entity]
        if _side(predicted, healthy) and _side(finding.level, healthy) != _side(predicted, healthy):
            found.append({"entity": finding.entity, "finding": LEVELS[finding.level], "predicted": LEVELS[predicted]})
    return found


def _side(level: int, healthy: int) -> int:
    return (level > healthy) - (level < healthy)

"""Which patterns of reasoning a derivation shows, read off its steps.

A pattern is stated on a rule where its author wanted it taught; all others leave a trace in the result: a limit, a
vote with a loop, two minus signs in a row. Reading them here keeps the engine free of teaching.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from theralogic.model.records import Mechanism
from theralogic.model.result import ChangeRow
from theralogic.model.vocabulary import PATTERNS
from theralogic.render.reasons import REASON_KINDS
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import derivation
from theralogic.teach.network import aspects

LIMITS = {"gate": "gate", "redundant": "redundancy", "dose": "dose_switch", "reach": "context_switch"}
TAKES = {"neutralizes": "ligand_neutralisation", "sequesters": "decoy", "blocks": "receptor_blockade"}
SHARED = ("receptor", "kinase", "adaptor")
READINGS = ("readout", "measure", "marker")


class PatternMatch(NamedTuple):
    """A pattern seen at an entity's step, by which rule (empty where an answer alone shows it)."""

    pattern: str
    entity: str
    rule: str


def find_patterns(arm: ArmView, entity: str) -> list[PatternMatch]:
    """Patterns in the derivation of ``entity``, each once at its first step, in the order of the closed list."""
    found = derivation(arm.world, entity)
    seen: list[PatternMatch] = []
    if found is None:
        answer = arm.answer(entity)
        pattern = REASON_KINDS[answer.reason.kind].pattern if answer and answer.reason else ""
        seen = [PatternMatch(pattern, entity, "")] if pattern else []
    else:
        for step in found.steps:
            seen += [PatternMatch(pattern, step.entity, step.rule) for pattern in _at(arm, step)]
        if arm.kb.entities[entity].kind in READINGS and not _leads_on(arm, entity):
            seen.append(PatternMatch("marker_is_not_cause", entity, found.steps[-1].rule))
        if _against_itself(arm, entity):
            seen.append(PatternMatch("amount_is_not_activity", entity, found.steps[-1].rule))
    first: dict[str, PatternMatch] = {}
    for sighting in seen:
        first.setdefault(sighting.pattern, sighting)
    return [first[pattern] for pattern in PATTERNS if pattern in first]


def _at(arm: ArmView, step: ChangeRow) -> Iterator[str]:
    for limit in step.limits:
        if limit.kind in LIMITS:
            yield LIMITS[limit.kind]
    if any(limit.kind == "headroom" for limit in step.limits) and step.direction == "decreases":
        yield "nothing_to_lose"
    if any(vote.feedback for vote in step.opposition):
        yield "negative_feedback"
    if any(_loops_back(arm, vote.source, step.entity) for vote in step.support):
        yield "positive_loop"
    if step.rule == "given":
        yield from _given(arm, step)
    elif step.rule == step.entity:
        yield "gate"
        yield from _apart(arm, step)
    else:
        yield from _by(arm, arm.mechanisms[step.rule])


def _by(arm: ArmView, rule: Mechanism) -> Iterator[str]:
    if rule.pattern:
        yield rule.pattern
    cause = arm.changes[rule.subject]
    if rule.relation in ("clears", "degrades") and cause.direction == "decreases":
        yield "lost_clearance"
    elif rule.sign < 0 and cause.direction == "decreases":
        yield "releasing_a_brake"
    if rule.where or rule.unless:
        yield "context_switch"


def _loops_back(arm: ArmView, source: str, entity: str) -> bool:
    """Whether ``source`` supports ``entity`` although it rests on it: together they keep each other going."""
    if arm.order[source] < arm.order[entity]:
        return False
    found = derivation(arm.world, source)
    return found is not None and any(step.entity == entity for step in found.steps)


def _given(arm: ArmView, step: ChangeRow) -> Iterator[str]:
    kind = arm.kb.entities[step.entity].kind
    for drug in arm.context.interventions:
        for action in drug.actions:
            if action.target == step.entity and action.verb in TAKES:
                pattern = TAKES[action.verb]
                if pattern != "receptor_blockade" or kind == "receptor":
                    yield pattern
    fallen = [
        g.id
        for g in arm.kb.entities.values()
        if g.id in arm.changes and any(m.entity == step.entity for m in g.members)
    ]
    if step.direction == "decreases" and kind in SHARED and len(fallen) > 1:
        yield "shared_chain"


def _apart(arm: ArmView, step: ChangeRow) -> Iterator[str]:
    """A signal that moves against the amount of one of its own members."""
    opposite = {"increases": "decreases", "decreases": "increases"}.get(step.direction)
    for member in arm.kb.entities[step.entity].members:
        change = arm.changes.get(member.entity)
        if change and not member.negated and change.direction == opposite:
            yield "amount_is_not_activity"


def _against_itself(arm: ArmView, entity: str) -> bool:
    """Whether another aspect of the same molecule, such as its signal or its reading, moves the other way."""
    moved = {"increases": "decreases", "decreases": "increases"}.get(arm.changes[entity].direction)
    others = (arm.changes.get(other) for other in aspects(arm.kb, entity))
    return any(change is not None and change.direction == moved for change in others)


def _leads_on(arm: ArmView, entity: str) -> bool:
    return any(vote.source == entity for change in arm.world.changes for vote in change.support)

"""Why an effect does not come about, and what would let it through: each way out is tried, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from theralogic.model.edits import Changes, altered
from theralogic.model.levels import FALLS, HIGH, STRONG
from theralogic.model.records import Action, Case, Finding, Intervention, KnowledgeBase, Prescription
from theralogic.model.result import Answer, Reason
from theralogic.reasoning.evaluate import ArmRun, Engine, EvaluationCache, run_arm
from theralogic.results.assemble import answer, reason_for
from theralogic.results.reasons import Stop, stops

MAX_STOPS = 6


class WayOut(NamedTuple):
    """A change of the patient or of what is given, and what the rules then predict for the entity asked about.

    ``kind`` is ``supply``, ``remove``, ``block`` or ``raise`` (set high in this patient), each of ``entities``.
    """

    kind: str
    entities: tuple[str, ...]
    then: Answer


class Obstacle(NamedTuple):
    """One place where the effect stops, with the ways out that were tried."""

    reason: Reason
    ways_out: tuple[WayOut, ...]


class WhyNot(NamedTuple):
    """The answer for an entity and, where it does not change, what stands in the way, nearest first."""

    answer: Answer
    obstacles: tuple[Obstacle, ...]
    more: int


def why_not(
    kb: KnowledgeBase,
    case: Case,
    run: ArmRun,
    entity: str,
    engine: Engine,
    *,
    ways: bool = True,
    cache: EvaluationCache | None = None,
) -> WhyNot:
    """What stops an effect on ``entity`` in one arm of ``case``; without ``ways`` no way out is tried."""
    found = answer(kb, run, entity)
    if found.direction != "no_effect":
        return WhyNot(found, (), 0)
    apart: dict[Reason, tuple[Stop, Reason]] = {}
    for stop in stops(kb, run, entity):
        reason = reason_for(kb, run, stop)
        apart.setdefault(_told(reason), (stop, reason))
    if ways:
        cache = cache or EvaluationCache(kb, engine)
    obstacles = []
    for stop, reason in list(apart.values())[:MAX_STOPS]:
        tried = []
        for kind, entities, changes in _ways_out(kb, run, stop, reason) if ways else ():
            arm = altered(run.arm, changes, id="way-out", title=kind)
            then = answer(kb, run_arm(kb, case, arm, engine, cache=cache), entity)
            if then.direction != "no_effect":
                tried.append(WayOut(kind, entities, then))
        obstacles.append(Obstacle(reason, tuple(tried)))
    return WhyNot(found, tuple(obstacles), len(apart) - len(obstacles))


def _told(reason: Reason) -> Reason:
    """What makes one reason another to a reader: by which rule, and mostly from which source, does not matter."""
    if reason.kind in ("faded", "out_of_context", "out_of_reach"):
        return reason._replace(rule="")
    return reason._replace(rule="", source="", strength=None, scarce=False)


def _ways_out(
    kb: KnowledgeBase, run: ArmRun, stop: Stop, reason: Reason
) -> Iterator[tuple[str, tuple[str, ...], Changes]]:
    entities = tuple(e for e in stop.by if e in kb.entities)
    if stop.reason == "gate_closed":
        for entity in entities:
            kind, verb = ("remove", "blocks") if entity in reason.against else ("supply", "supplies")
            yield kind, (entity,), Changes(add=(_agent(kb, verb, (entity,)),))
    elif stop.reason == "no_room":
        yield "supply", (stop.entity,), Changes(add=(_agent(kb, "supplies", (stop.entity,)),))
    elif stop.reason == "redundant" and entities:
        yield "block", entities, Changes(add=(_agent(kb, "blocks", stop.by),))
    elif stop.reason in ("nothing_to_lose", "faded"):
        subject = stop.entity if stop.reason == "nothing_to_lose" else stop.source
        scarce = _scarce(kb, run, subject)
        if scarce and stop.direction == FALLS:
            yield "raise", scarce, Changes(findings=tuple(Finding(e, HIGH, "") for e in scarce))


def _scarce(kb: KnowledgeBase, run: ArmRun, entity: str) -> tuple[str, ...]:
    """The plain entities at or below ``entity`` that are not high: raising them gives it something to lose."""
    members = kb.entities[entity].members
    if not members:
        return (entity,) if run.levels[entity] < HIGH and not kb.entities[entity].constitutive else ()
    return tuple(e for m in members if not m.negated for e in _scarce(kb, run, m.entity))


def _agent(kb: KnowledgeBase, verb: str, targets: tuple[str, ...]) -> Prescription:
    actions = tuple(Action(verb, target, STRONG) for target in targets)
    name = f"an agent that {verb} {' and '.join(kb.entities[t].name for t in targets)}"
    return Prescription(
        Intervention(
            id=name,
            name=name,
            drug_class="hypothetical agent",
            actions=actions,
        ),
        "",
    )

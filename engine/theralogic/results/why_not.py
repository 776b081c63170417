"""Why an effect does not come about, and what would let it through: each way out is tried, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from theralogic.model.edits import Changes, altered
from theralogic.model.levels import FALLS, HIGH, STRONG
from theralogic.model.records import Action, Case, Finding, Intervention, KnowledgeBase, Prescription
from theralogic.model.result import Answer
from theralogic.reasoning.evaluate import ArmRun, Engine, EvaluationCache, run_arm
from theralogic.results.assemble import answer, in_words
from theralogic.results.reasons import Stop, stops

MAX_STOPS = 6


class WayOut(NamedTuple):
    """A change of the patient or of what is given, and what the rules then predict for the entity asked about."""

    words: str
    then: Answer


class Obstacle(NamedTuple):
    """One place where the effect stops, in words, with the ways out that were tried."""

    stop: Stop
    words: str
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
    apart: dict[str, Stop] = {}
    for stop in stops(kb, run, entity):
        apart.setdefault(in_words(kb, run, stop), stop)
    if ways:
        cache = cache or EvaluationCache(kb, engine)
    obstacles = []
    for sentence, stop in list(apart.items())[:MAX_STOPS]:
        tried = []
        for words, changes in _ways_out(kb, run, stop) if ways else ():
            arm = altered(run.arm, changes, id="way-out", title=words)
            then = answer(kb, run_arm(kb, case, arm, engine, cache=cache), entity)
            if then.direction != "no_effect":
                tried.append(WayOut(words, then))
        obstacles.append(Obstacle(stop, sentence, tuple(tried)))
    return WhyNot(found, tuple(obstacles), len(apart) - len(obstacles))


def _ways_out(kb: KnowledgeBase, run: ArmRun, stop: Stop) -> Iterator[tuple[str, Changes]]:
    names = {e: kb.entities[e].name for e in stop.by if e in kb.entities}
    if stop.reason == "gate_closed":
        for entity, name in names.items():
            yield f"if {name} were there", Changes(add=(_agent(kb, "supplies", (entity,)),))
    elif stop.reason == "redundant" and names:
        *others, last = names.values()
        both = f"{', '.join(others)} and {last}" if others else last
        yield f"if {both} were blocked too", Changes(add=(_agent(kb, "blocks", stop.by),))
    elif stop.reason in ("nothing_to_lose", "faded"):
        subject = stop.entity if stop.reason == "nothing_to_lose" else stop.source
        scarce = _scarce(kb, run, subject)
        if scarce and stop.direction == FALLS:
            words = f"if {' and '.join(kb.entities[e].name for e in scarce)} were high in this patient"
            yield words, Changes(findings=tuple(Finding(e, HIGH, "") for e in scarce))


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

"""From a case to settled worlds: the one way through, whatever engine does the settling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from theralogic import worlds
from theralogic.context import Facts, Selection, facts_of, reach_names, select
from theralogic.kernel import Settlement, Situation
from theralogic.levels import DIRECTIONS, LEVELS
from theralogic.model import Arm, Case, Caution, Condition, KnowledgeBase
from theralogic.worlds import Pull


class Engine(Protocol):
    """What every engine offers: settle one world, and fire the cautions whose conditions hold."""

    NAME: str

    def settle(self, situation: Situation) -> Settlement:
        """Settle one world and say why."""
        ...

    def cautions(self, rules: tuple[Caution, ...], facts: frozenset[Condition]) -> tuple[str, ...]:
        """Ids of the cautions all of whose conditions are among ``facts``, sorted."""
        ...


class World(NamedTuple):
    """One settled world with what went into it."""

    situation: Situation
    settlement: Settlement
    selection: Selection


class ArmRun(NamedTuple):
    """One arm: its facts, its untreated and treated worlds, the actions that arrived, the cautions that fired.

    ``levels`` are those of the untreated world. ``treated`` is None where nothing is given; then the untreated
    world answers the questions.
    """

    arm: Arm
    facts: Facts
    levels: Mapping[str, int]
    untreated: World
    treated: World | None
    pulls: tuple[Pull, ...]
    cautions: tuple[str, ...]
    opposed: tuple[str, ...]

    @property
    def answering(self) -> World:
        """The world that answers the case's questions."""
        return self.treated or self.untreated


class Evaluation(NamedTuple):
    """A case run through an engine: every arm, the case as written first."""

    kb: KnowledgeBase
    case: Case
    engine: str
    by: int
    arms: tuple[ArmRun, ...]
    atypical: tuple[Mapping[str, str], ...]


def evaluate(kb: KnowledgeBase, case: Case, engine: Engine, *, by: int = -1) -> Evaluation:
    """Run every arm of ``case``; ``by`` keeps only mechanisms with at most that onset rank (-1: all)."""
    runs: list[ArmRun] = []
    settled: dict[object, World] = {}
    for arm in case.arms:
        runs.append(_run(kb, case, arm, engine, by, settled))
    return Evaluation(kb, case, engine.NAME, by, tuple(runs), _atypical(kb, case, engine, by, settled))


def run_arm(kb: KnowledgeBase, case: Case, arm: Arm, engine: Engine, *, by: int = -1) -> ArmRun:
    """Run one arm that is not in the case, such as a what-if asked on the command line."""
    return _run(kb, case, arm, engine, by, {})


def _run(kb: KnowledgeBase, case: Case, arm: Arm, engine: Engine, by: int, settled: dict[object, World]) -> ArmRun:
    untreated = _untreated(kb, case, arm, engine, by, settled)
    facts = facts_of(kb, case.diseases, arm, treated=True, by=by)
    pulls = tuple(worlds.pulls(kb.entities, arm.prescriptions, reach_names(facts)))
    levels = worlds.untreated_levels(kb.entities, _levels(kb, case, arm), untreated.settlement)
    treated = None
    if arm.prescriptions:
        selection = untreated.selection
        if facts.values != facts_of(kb, case.diseases, arm, treated=False, by=by).values:
            selection = select(kb.mechanisms, facts)
            if selection.operative == untreated.selection.operative:
                selection = untreated.selection
        situation = Situation(kb.entities, selection.operative, levels, worlds.given_actions(pulls))
        treated = World(situation, engine.settle(situation), selection)
    fired = engine.cautions(kb.cautions, _caution_facts(arm, facts, pulls, treated or untreated))
    return ArmRun(arm, facts, levels, untreated, treated, pulls, fired, tuple(worlds.opposed(pulls)))


def _levels(kb: KnowledgeBase, case: Case, arm: Arm) -> dict[str, int]:
    return worlds.disease_levels(kb, case.diseases, arm.findings)


def _untreated(kb: KnowledgeBase, case: Case, arm: Arm, engine: Engine, by: int, settled: dict[object, World]) -> World:
    # Arms that share findings and context share their untreated world.
    key = (arm.findings, arm.context)
    if key not in settled:
        selection = select(kb.mechanisms, facts_of(kb, case.diseases, arm, treated=False, by=by))
        healthy = worlds.healthy_levels(kb.entities)
        given = worlds.given_levels(kb.entities, _levels(kb, case, arm))
        situation = Situation(kb.entities, selection.operative, healthy, given)
        settled[key] = World(situation, engine.settle(situation), selection)
    return settled[key]


def _atypical(
    kb: KnowledgeBase, case: Case, engine: Engine, by: int, settled: dict[object, World]
) -> tuple[Mapping[str, str], ...]:
    base = case.arms[0]
    if not base.findings or not case.diseases:
        return ()
    bare = Arm(base.id, base.title, (), base.context, ())
    alone = _untreated(kb, case, bare, engine, by, settled)
    levels = worlds.untreated_levels(kb.entities, _levels(kb, case, bare), alone.settlement)
    return tuple(worlds.atypical(kb, base.findings, levels))


def _caution_facts(arm: Arm, facts: Facts, pulls: tuple[Pull, ...], world: World) -> frozenset[Condition]:
    """Everything a caution can ask about, as conditions that hold."""
    held = {Condition("disease", disease, "") for disease in facts.values["disease"]}
    held.update(Condition("finding", f.entity, LEVELS[f.level]) for f in arm.findings)
    held.update(Condition("intervention", p.intervention.id, "") for p in arm.prescriptions)
    held.update(Condition("action", pull.target, pull.verb) for pull in pulls)
    for entity, change in world.settlement.changes.items():
        held.add(Condition("change", entity, DIRECTIONS[change.direction]))
    return frozenset(held)

"""From a case to settled worlds: the one way through, whatever engine does the settling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from theralogic import worlds
from theralogic.context import Facts, Selection, facts_of, reach_names, select, select_again
from theralogic.kernel import Settlement, Situation
from theralogic.levels import DIRECTIONS, LEVELS
from theralogic.model import Arm, Case, Caution, Condition, KnowledgeBase
from theralogic.wiring import Wiring, narrow, wire
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

    ``levels`` are those of the untreated world; ``whole`` wires all rules, also those that do not hold here.
    ``treated`` is None where nothing is given; then the untreated world answers the questions.
    """

    arm: Arm
    facts: Facts
    levels: Mapping[str, int]
    untreated: World
    treated: World | None
    pulls: tuple[Pull, ...]
    cautions: tuple[str, ...]
    opposed: tuple[str, ...]
    whole: Wiring

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
    patient = _Patient(kb, case, engine, by)
    runs = tuple(patient.run(arm) for arm in case.arms)
    return Evaluation(kb, case, engine.NAME, by, runs, patient.atypical())


def run_arm(kb: KnowledgeBase, case: Case, arm: Arm, engine: Engine, *, by: int = -1) -> ArmRun:
    """Run one arm that is not in the case, such as a what-if asked on the command line."""
    return _Patient(kb, case, engine, by).run(arm)


class _Patient:
    """One case on its way through an engine; arms that share findings and context share their untreated world."""

    def __init__(self, kb: KnowledgeBase, case: Case, engine: Engine, by: int) -> None:
        self.kb = kb
        self.case = case
        self.engine = engine
        self.by = by
        self.whole = wire(kb.entities, kb.mechanisms)
        self.settled: dict[object, World] = {}

    def run(self, arm: Arm) -> ArmRun:
        kb = self.kb
        untreated = self.untreated(arm)
        facts = self.facts(arm, treated=True)
        pulls = tuple(worlds.pulls(kb.entities, arm.prescriptions, reach_names(facts)))
        levels = worlds.untreated_levels(kb.entities, self.levels(arm), untreated.settlement)
        treated = None
        if arm.prescriptions:
            selection = select_again(untreated.selection, kb.mechanisms, facts, "dose")
            same = selection is untreated.selection
            wiring = untreated.situation.wiring if same else narrow(self.whole, selection.left_out)
            situation = Situation(kb.entities, wiring, levels, worlds.given_actions(pulls))
            treated = World(situation, self.engine.settle(situation), selection)
        fired = self.engine.cautions(kb.cautions, _caution_facts(arm, facts, pulls, treated))
        opposed = tuple(worlds.opposed(pulls))
        return ArmRun(arm, facts, levels, untreated, treated, pulls, fired, opposed, self.whole)

    def untreated(self, arm: Arm) -> World:
        key = (arm.findings, arm.context)
        if key not in self.settled:
            kb = self.kb
            selection = select(kb.mechanisms, self.facts(arm, treated=False))
            given = worlds.given_levels(kb.entities, self.levels(arm))
            healthy = worlds.healthy_levels(kb.entities)
            situation = Situation(kb.entities, narrow(self.whole, selection.left_out), healthy, given)
            self.settled[key] = World(situation, self.engine.settle(situation), selection)
        return self.settled[key]

    def facts(self, arm: Arm, *, treated: bool) -> Facts:
        return facts_of(self.kb, self.case.diseases, arm, treated=treated, by=self.by)

    def levels(self, arm: Arm) -> dict[str, int]:
        return worlds.disease_levels(self.kb, self.case.diseases, arm.findings)

    def atypical(self) -> tuple[Mapping[str, str], ...]:
        """Findings of the case that contradict what its disease alone predicts."""
        base = self.case.arms[0]
        if not base.findings or not self.case.diseases:
            return ()
        bare = Arm(base.id, base.title, (), base.context, ())
        alone = self.untreated(bare)
        levels = worlds.untreated_levels(self.kb.entities, self.levels(bare), alone.settlement)
        return tuple(worlds.atypical(self.kb, base.findings, levels))


def _caution_facts(arm: Arm, facts: Facts, pulls: tuple[Pull, ...], treated: World | None) -> frozenset[Condition]:
    """Everything a caution can ask about, as conditions that hold; a change is one that treatment makes."""
    held = {Condition("disease", disease, "") for disease in facts.values["disease"]}
    held.update(Condition("finding", f.entity, LEVELS[f.level]) for f in arm.findings)
    held.update(Condition("intervention", p.intervention.id, "") for p in arm.prescriptions)
    held.update(Condition("action", pull.target, pull.verb) for pull in pulls)
    for entity, change in treated.settlement.changes.items() if treated else ():
        held.add(Condition("change", entity, DIRECTIONS[change.direction]))
    return frozenset(held)

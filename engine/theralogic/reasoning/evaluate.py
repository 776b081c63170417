"""From a case to settled worlds: the one way through, whatever engine does the settling."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from threading import Lock
from typing import NamedTuple, Protocol

from theralogic.model.context import Facts, facts_of, leave_out, leave_out_again
from theralogic.model.levels import DIRECTIONS, LEVELS
from theralogic.model.records import Arm, Case, Caution, Condition, KnowledgeBase
from theralogic.reasoning import worlds
from theralogic.reasoning.kernel import Headroom, Settlement, Situation
from theralogic.reasoning.network import Network, build_network, restrict
from theralogic.reasoning.reach import reach_of
from theralogic.reasoning.worlds import EffectiveAction


class Engine(Protocol):
    """What every engine offers: settle one world, and fire the cautions whose conditions hold."""

    NAME: str

    def settle(self, situation: Situation) -> Settlement:
        """Settle one world and say why."""
        ...

    def cautions(self, rules: tuple[Caution, ...], facts: frozenset[Condition]) -> tuple[str, ...]:
        """Ids of the cautions all of whose conditions are among ``facts``, sorted."""
        ...


class SettledWorld(NamedTuple):
    """One settled world with what went into it, and why each of the rules that do not hold in it is left out."""

    situation: Situation
    settlement: Settlement
    left_out: Mapping[str, str]


class ArmRun(NamedTuple):
    """One arm: its facts, its untreated and treated worlds, the actions that arrived, the cautions that fired.

    ``levels`` are those of the untreated world; ``whole`` holds all rules, also those that are not operative here.
    ``treated`` is None where nothing is given; then the untreated world answers the questions.
    """

    arm: Arm
    facts: Facts
    levels: Mapping[str, int]
    untreated: SettledWorld
    treated: SettledWorld | None
    pulls: tuple[EffectiveAction, ...]
    cautions: tuple[str, ...]
    opposed: tuple[str, ...]
    whole: Network

    @property
    def answering(self) -> SettledWorld:
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


class EvaluationCache:
    """What many runs of one engine on one rule base stand on: all rules wired, and the untreated worlds so far.

    Whoever runs more than one case or what-if keeps one and hands it on: most of a run is the untreated world, and
    it is the same for every drug tried in the same patient. The oldest worlds are let go beyond ``MOST_WORLDS``.
    Several threads may share one; what two of them need at once may be settled twice, to the same world.
    """

    MOST_WORLDS = 64

    def __init__(self, kb: KnowledgeBase, engine: Engine) -> None:
        self.kb = kb
        self.engine = engine
        self.whole = build_network(kb.entities, kb.mechanisms)
        self.healthy = worlds.healthy_levels(kb.entities)
        self.headroom = Headroom(kb.entities, self.healthy)
        self.dosed = [m for m in kb.mechanisms if any(key == "dose" for key, _ in m.where + m.unless)]
        self._untreated: dict[object, SettledWorld] = {}
        self._lock = Lock()  # around what is kept, never around settling

    def through(self, engine: Engine) -> EvaluationCache:
        """The same cache with another way to the same engine, such as one that keeps to a time."""
        other = copy(self)
        other.engine = engine
        return other

    def untreated(self, diseases: tuple[str, ...], arm: Arm, by: int) -> SettledWorld:
        """The untreated world of a patient; arms that share findings and context share it."""
        key = (diseases, arm.findings, arm.context, by)
        with self._lock:
            known = self._untreated.get(key)
        if known is not None:
            return known
        kb = self.kb
        left_out = leave_out(kb.mechanisms, facts_of(kb, diseases, arm, treated=False, by=by))
        given = worlds.given_levels(kb.entities, worlds.disease_levels(kb, diseases, arm.findings))
        situation = Situation(kb.entities, restrict(self.whole, left_out), self.headroom, given)
        world = SettledWorld(situation, self.engine.settle(situation), left_out)
        with self._lock:
            if len(self._untreated) >= self.MOST_WORLDS:
                del self._untreated[next(iter(self._untreated))]
            return self._untreated.setdefault(key, world)


def evaluate(
    kb: KnowledgeBase, case: Case, engine: Engine, *, by: int = -1, cache: EvaluationCache | None = None
) -> Evaluation:
    """Run every arm of ``case``; ``by`` keeps only mechanisms with at most that onset rank (-1: all).

    ``cache`` holds the worlds of earlier runs; raises :class:`ValueError` where it is of other rules or another engine.
    """
    patient = _CaseRunner(_same(cache, kb, engine), case, by)
    runs = tuple(patient.run(arm) for arm in case.arms)
    return Evaluation(kb=kb, case=case, engine=engine.NAME, by=by, arms=runs, atypical=patient.atypical())


def run_arm(
    kb: KnowledgeBase, case: Case, arm: Arm, engine: Engine, *, by: int = -1, cache: EvaluationCache | None = None
) -> ArmRun:
    """Run one arm that is not in the case, such as a what-if asked on the command line; else as :func:`evaluate`."""
    return _CaseRunner(_same(cache, kb, engine), case, by).run(arm)


def _same(cache: EvaluationCache | None, kb: KnowledgeBase, engine: Engine) -> EvaluationCache:
    if cache is None:
        return EvaluationCache(kb, engine)
    if cache.kb is not kb or cache.engine is not engine:
        raise ValueError("this cache is of other rules or another engine")
    return cache


class _CaseRunner:
    """One case on its way through an engine."""

    def __init__(self, cache: EvaluationCache, case: Case, by: int) -> None:
        self.cache = cache
        self.kb = cache.kb
        self.case = case
        self.by = by

    def run(self, arm: Arm) -> ArmRun:
        kb, engine, whole = self.kb, self.cache.engine, self.cache.whole
        untreated = self.cache.untreated(self.case.diseases, arm, self.by)
        facts = facts_of(kb, self.case.diseases, arm, treated=True, by=self.by)
        pulls = tuple(worlds.effective_actions(kb.entities, arm.prescriptions))
        levels = worlds.untreated_levels(self.cache.healthy, self.levels(arm), untreated.settlement)
        treated = None
        if arm.prescriptions:
            left_out = leave_out_again(untreated.left_out, self.cache.dosed, facts)
            same = left_out is untreated.left_out
            network = untreated.situation.network if same else restrict(whole, left_out)
            situation = Situation(
                entities=kb.entities,
                network=network,
                headroom=Headroom(kb.entities, levels, worlds.lacking(arm.findings, pulls)),
                given=worlds.given_actions(pulls),
                reach=reach_of((p.intervention for p in arm.prescriptions), facts),
            )
            treated = SettledWorld(situation, engine.settle(situation), left_out)
        fired = engine.cautions(kb.cautions, _caution_facts(arm, facts, pulls, treated))
        opposed = tuple(worlds.opposed(pulls))
        return ArmRun(
            arm=arm,
            facts=facts,
            levels=levels,
            untreated=untreated,
            treated=treated,
            pulls=pulls,
            cautions=fired,
            opposed=opposed,
            whole=whole,
        )

    def levels(self, arm: Arm) -> dict[str, int]:
        return worlds.disease_levels(self.kb, self.case.diseases, arm.findings)

    def atypical(self) -> tuple[Mapping[str, str], ...]:
        """Findings of the case that contradict what its disease alone predicts."""
        base = self.case.arms[0]
        if not base.findings or not self.case.diseases:
            return ()
        bare = Arm(base.id, base.title, (), base.context, ())
        alone = self.cache.untreated(self.case.diseases, bare, self.by)
        levels = worlds.untreated_levels(self.cache.healthy, self.levels(bare), alone.settlement)
        return tuple(worlds.atypical(self.kb, base.findings, levels))


def _caution_facts(
    arm: Arm, facts: Facts, pulls: tuple[EffectiveAction, ...], treated: SettledWorld | None
) -> frozenset[Condition]:
    """Everything a caution can ask about, as conditions that hold; a change is one that treatment makes."""
    held = {Condition("disease", disease, "") for disease in facts.values["disease"]}
    held.update(Condition("finding", f.entity, LEVELS[f.level]) for f in arm.findings)
    held.update(Condition("intervention", p.intervention.id, "") for p in arm.prescriptions)
    held.update(Condition("action", pull.target, pull.verb) for pull in pulls)
    for entity, change in treated.settlement.changes.items() if treated else ():
        held.add(Condition("change", entity, DIRECTIONS[change.direction]))
    return frozenset(held)

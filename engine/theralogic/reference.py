"""The reference engine: section 4 written as plainly as possible. The specification as code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from theralogic.agenda import Agenda
from theralogic.kernel import (
    Candidate,
    Fellow,
    Settled,
    Settlement,
    Situation,
    Stakes,
    gives_now,
    through_gate,
    transmit,
)
from theralogic.levels import AMBIGUOUS, FALLS, RISES
from theralogic.model import Caution, Condition, Mechanism, Member

NAME = "reference"


def settle(situation: Situation) -> Settlement:
    """Settle one world and say why."""
    return _World(situation).settle()


def cautions(rules: Iterable[Caution], facts: Collection[Condition]) -> tuple[str, ...]:
    """Ids of the cautions all of whose conditions are among ``facts``, sorted."""
    return tuple(sorted(rule.id for rule in rules if all(condition in facts for condition in rule.when)))


class _World:
    """One situation being settled."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.entities = situation.entities
        self.stakes = Stakes(situation.entities, situation.levels)
        self.agenda = Agenda(situation.entities, self.stakes)
        self.settled = self.agenda.settled
        self.wiring = situation.wiring

    def settle(self) -> Settlement:
        fresh: list[str] | None = self.agenda.give(self.situation.given)
        while fresh is not None:
            for entity in fresh:
                self.agenda.wait(self.proposals(entity))
            self.agenda.wait(self.again(fresh))
            fresh = self.agenda.settle_tier(self.shut)
        return self.agenda.settlement(self.wiring.onsets)

    def proposals(self, source: str) -> Iterator[Candidate | None]:
        """What ``source``, newly settled, proposes."""
        for mechanism in self.wiring.acts_on.get(source, ()):
            yield self.by_mechanism(mechanism)
        for gate, member in self.wiring.gates.get(source, ()):
            yield self.by_member(gate, member)

    def again(self, fresh: list[str]) -> Iterator[Candidate | None]:
        """What is to be proposed again because of what has just settled."""
        prompted: dict[tuple[str, str], list[str]] = defaultdict(list)
        redo: dict[tuple[str, str], Mechanism | Member] = {}

        def ask(rule: str, source: str, how: Mechanism | Member, prompt: str) -> None:
            prompted[rule, source].append(prompt)
            redo[rule, source] = how

        for entity in fresh:
            if self.settled[entity].direction == FALLS:
                for mechanism in self.wiring.acts_on.get(entity, ()):
                    for fellow in self.wiring.regulators[mechanism.object, mechanism.sign]:
                        if self.earlier(fellow.subject, fresh, (FALLS,)):
                            ask(fellow.id, fellow.subject, fellow, entity)
            for gate, member in self.wiring.gates.get(entity, ()):
                if self.opens(member):
                    for fellow_member in self.entities[gate].members:
                        if self.earlier(fellow_member.entity, fresh, _raising(fellow_member.negated)):
                            ask(gate, fellow_member.entity, fellow_member, entity)
                    for sign in (RISES, FALLS):
                        for mechanism in self.wiring.regulators.get((gate, sign), ()):
                            if self.earlier(mechanism.subject, fresh, (sign, AMBIGUOUS)):
                                ask(mechanism.id, mechanism.subject, mechanism, entity)
        for (rule, source), how in redo.items():
            prompts = tuple(sorted(set(prompted[rule, source])))
            if isinstance(how, Mechanism):
                yield self.by_mechanism(how, prompts)
            else:
                yield self.by_member(rule, how, prompts)

    def earlier(self, entity: str, fresh: list[str], directions: tuple[int, ...]) -> bool:
        """Whether ``entity`` settled before ``fresh`` did, in one of ``directions``."""
        how = self.settled.get(entity)
        return how is not None and how.direction in directions and entity not in fresh

    def opens(self, member: Member) -> bool:
        """Whether the change of a settled member is one that may open its gate."""
        return self.settled[member.entity].direction in _raising(member.negated)

    def by_mechanism(self, mechanism: Mechanism, prompts: tuple[str, ...] = ()) -> Candidate | None:
        """The change of its object that ``mechanism`` proposes now, if any."""
        cause = self.settled[mechanism.subject]
        direction = cause.direction * mechanism.sign
        target = self.entities[mechanism.object]
        fellows = self.fellows(mechanism) if cause.direction == FALLS else ()

        def passed_on(way: int) -> tuple[int, tuple[str, ...]]:
            headroom = self.stakes.headroom(target.id, way)
            return transmit(mechanism, cause, headroom=headroom, fellows=fellows, sufficient=target.sufficient)

        if target.members:
            (fall, fall_limits), (rise, rise_limits) = passed_on(FALLS), passed_on(RISES)
            limits = fall_limits if direction == FALLS or (direction == AMBIGUOUS and fall > rise) else rise_limits
            gate = [] if direction == FALLS else self.gate(target.id)
            strength, limits = through_gate(direction, fall, rise, gate, limits)
        else:
            strength, limits = passed_on(direction)
        return self.candidate(target.id, direction, strength, mechanism.id, mechanism.subject, prompts, limits)

    def fellows(self, mechanism: Mechanism) -> list[Fellow]:
        """The other regulators of its object with the same sign: id, contribution, how settled."""
        return [
            (f.subject, min(f.strength, self.stakes.loss(f.subject)), self.settled.get(f.subject))
            for f in self.wiring.regulators[mechanism.object, mechanism.sign]
            if f.subject != mechanism.subject
        ]

    def by_member(self, gate: str, member: Member, prompts: tuple[str, ...] = ()) -> Candidate | None:
        """The change of complex ``gate`` that a settled member proposes now, if any."""
        cause = self.settled[member.entity]
        direction = -cause.direction if member.negated else cause.direction
        fall = min(cause.strength, self.stakes.loss(gate))
        rise = min(cause.strength, self.stakes.room(gate))
        headroom = fall if direction == FALLS else rise if direction == RISES else max(fall, rise)
        limits: tuple[str, ...] = ("headroom",) if headroom < cause.strength else ()
        others = [] if direction == FALLS else self.gate(gate, without=member.entity)
        strength, limits = through_gate(direction, fall, rise, others, limits)
        return self.candidate(gate, direction, strength, gate, member.entity, prompts, limits)

    def candidate(
        self,
        target: str,
        direction: int,
        strength: int,
        rule: str,
        source: str,
        prompts: tuple[str, ...],
        limits: tuple[str, ...],
    ) -> Candidate | None:
        if not strength:
            return None
        steps = 1 + max([self.settled[who].steps for who in (source, *prompts)])
        return Candidate(target, direction, strength, steps, rule, source, prompts, limits)

    def gate(self, gate: str, *, without: str = "") -> list[tuple[str, int]]:
        """What the members of a complex give now."""
        return [(m.entity, self.gives(m)) for m in self.entities[gate].members if m.entity != without]

    def gives(self, member: Member) -> int:
        contribution = self.stakes.contribution(member.entity, member.negated)
        how: Settled | None = self.settled.get(member.entity)
        return gives_now(contribution, how, member.negated)

    def shut(self, gate: str) -> bool:
        """Whether a member gives nothing by now."""
        return any(given == 0 for _, given in self.gate(gate))


def _raising(negated: bool) -> tuple[int, ...]:
    """Directions of a member that raise its complex or make it ambiguous."""
    return (FALLS, AMBIGUOUS) if negated else (RISES, AMBIGUOUS)

"""The reference engine: section 4 written as plainly as possible. The specification as code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from theralogic.model.levels import AMBIGUOUS, FALLS, RISES
from theralogic.model.records import Caution, Condition, Mechanism, Member
from theralogic.reasoning.agenda import Agenda
from theralogic.reasoning.kernel import Candidate, Settlement, Situation
from theralogic.reasoning.proposals import Proposals

NAME = "reference"


def settle(situation: Situation) -> Settlement:
    """Settle one world and say why."""
    return _ReferenceRun(situation).settle()


def cautions(rules: Iterable[Caution], facts: Collection[Condition]) -> tuple[str, ...]:
    """Ids of the cautions all of whose conditions are among ``facts``, sorted."""
    return tuple(sorted(rule.id for rule in rules if all(condition in facts for condition in rule.when)))


class _ReferenceRun:
    """One situation being settled."""

    def __init__(self, situation: Situation) -> None:
        self.given = situation.given
        self.entities = situation.entities
        self.network = situation.network
        self.agenda = Agenda(situation)
        self.settled = self.agenda.settled
        self.proposed = Proposals(situation, self.settled)

    def settle(self) -> Settlement:
        fresh: list[str] | None = self.agenda.give(self.given)
        while fresh is not None:
            self.agenda.wait(self.proposals(fresh))
            self.agenda.wait(self.repropose(fresh))
            fresh = self.agenda.settle_tier(self.proposed.shut)
        return self.agenda.settlement()

    def proposals(self, fresh: Iterable[str]) -> Iterator[Candidate | None]:
        """What is proposed by what has just settled."""
        proposed, network = self.proposed, self.network
        for entity in fresh:
            lost = self.settled[entity].direction == FALLS
            for mechanism in network.acts_on[entity]:
                yield proposed.by_mechanism(mechanism, self.co_regulators(mechanism) if lost else ())
            for gate, member in network.gates[entity]:
                yield proposed.by_member(gate, member)

    def repropose(self, fresh: Collection[str]) -> Iterator[Candidate | None]:
        """What is to be proposed again because of what has just settled."""
        prompted: dict[tuple[str, str], set[str]] = defaultdict(set)
        redo: dict[tuple[str, str], Mechanism | Member] = {}
        new = set(fresh)

        def ask(rule: str, source: str, ways: tuple[int, ...], how: Mechanism | Member, prompt: str) -> None:
            how_settled = self.settled.get(source)
            if how_settled is not None and how_settled.direction in ways and source not in new:
                prompted[rule, source].add(prompt)
                redo[rule, source] = how

        for entity in fresh:
            if self.settled[entity].direction == FALLS:
                for mechanism in self.network.acts_on[entity]:
                    for co_regulator in self.co_regulators(mechanism):
                        ask(co_regulator.id, co_regulator.subject, (FALLS,), co_regulator, entity)
            for gate, member in self.network.gates[entity]:
                if self.settled[entity].direction in _raising(member.negated):
                    for other in self.entities[gate].members:
                        ask(gate, other.entity, _raising(other.negated), other, entity)
                    for sign in (RISES, FALLS):
                        for mechanism in self.network.regulators[gate, sign]:
                            ask(mechanism.id, mechanism.subject, (sign, AMBIGUOUS), mechanism, entity)
        for (rule, source), how in redo.items():
            prompts = tuple(sorted(prompted[rule, source]))
            if isinstance(how, Mechanism):
                yield self.proposed.by_mechanism(how, self.co_regulators(how), prompts)
            else:
                yield self.proposed.by_member(rule, how, prompts)

    def co_regulators(self, mechanism: Mechanism) -> Sequence[Mechanism]:
        """The regulators of its object with the same sign, itself among them."""
        return self.network.regulators[mechanism.object, mechanism.sign]


def _raising(negated: bool) -> tuple[int, ...]:
    """Directions of a member that raise its complex or make it ambiguous."""
    return (FALLS, AMBIGUOUS) if negated else (RISES, AMBIGUOUS)

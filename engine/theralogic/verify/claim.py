"""One world as claimed, and everything that could have been proposed in it if the claim is true.

A settled entity has a moment: its strength falling, its steps rising, its nesting rising; what is given comes
before all. What a rule proposes depends only on what has settled up to a moment, so the proposals of every
rule can be written down from the claim alone, without replaying anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from theralogic.levels import AMBIGUOUS, FALLS, RISES, STRONG, complex_room, room, to_lose
from theralogic.model import Entity, Mechanism

Moment = tuple[int, int, int]
FIRST: Moment = (-STRONG - 1, 0, 0)


class Claimed(NamedTuple):
    """A change as claimed, in ranks."""

    direction: int
    strength: int
    steps: int
    given: bool


class Proposal(NamedTuple):
    """A change that a rule proposes to ``target`` at some moment, under the claim."""

    target: str
    rule: str
    source: str
    direction: int
    strength: int
    steps: int
    prompts: tuple[str, ...]


class World:
    """A claimed world over a set of operative mechanisms."""

    def __init__(
        self,
        entities: Mapping[str, Entity],
        mechanisms: Iterable[Mechanism],
        levels: Mapping[str, int],
        claimed: Mapping[str, Claimed],
        pinned: frozenset[str],
    ) -> None:
        self.entities = entities
        self.levels = levels
        self.claimed = claimed
        self.pinned = pinned
        self.out: dict[str, list[Mechanism]] = defaultdict(list)
        self.into: dict[str, list[Mechanism]] = defaultdict(list)
        self.gates: dict[str, list[str]] = defaultdict(list)
        for mechanism in mechanisms:
            self.out[mechanism.subject].append(mechanism)
            self.into[mechanism.object].append(mechanism)
        for entity in entities.values():
            for member in entity.members:
                self.gates[member.entity].append(entity.id)
        self._loss: dict[str, int] = {}
        self._nesting: dict[str, int] = {}

    # -- tables -----------------------------------------------------------------------------------------

    def loss(self, entity: str) -> int:
        if entity not in self._loss:
            node = self.entities[entity]
            self._loss[entity] = (
                min(self.before(entity, m.entity) for m in node.members)
                if node.members
                else to_lose(self.levels[entity], constitutive=node.constitutive)
            )
        return self._loss[entity]

    def rise(self, entity: str) -> int:
        return complex_room(self.loss(entity)) if self.entities[entity].members else room(self.levels[entity])

    def before(self, gate: str, member: str) -> int:
        return STRONG - self.loss(member) if self.negated(gate, member) else self.loss(member)

    def negated(self, gate: str, member: str) -> bool:
        return any(m.entity == member and m.negated for m in self.entities[gate].members)

    def nesting(self, entity: str) -> int:
        if entity not in self._nesting:
            members = self.entities[entity].members
            self._nesting[entity] = 1 + max(self.nesting(m.entity) for m in members) if members else 0
        return self._nesting[entity]

    # -- moments ----------------------------------------------------------------------------------------

    def moment(self, entity: str) -> Moment:
        claim = self.claimed[entity]
        return FIRST if claim.given else (-claim.strength, claim.steps, self.nesting(entity))

    def at(self, entity: str, moment: Moment, *, inclusive: bool = True) -> Claimed | None:
        """How ``entity`` has settled by a moment, or None where it has not."""
        claim = self.claimed.get(entity)
        if claim is None:
            return None
        own = self.moment(entity)
        return claim if own < moment or (inclusive and own == moment) else None

    # -- proposals --------------------------------------------------------------------------------------

    def proposals(self, target: str) -> list[Proposal]:
        """Everything proposed to ``target`` that was not dropped for a shut gate."""
        found = [p for m in self.into.get(target, ()) if m.subject in self.claimed for p in self.by_rule(m)]
        for member in self.entities[target].members:
            if member.entity in self.claimed:
                found += self.by_member(target, member.entity)
        if self.entities[target].members:
            found = [p for p in found if p.direction == FALLS or not self.shut_before(p)]
        return found

    def by_rule(self, rule: Mechanism) -> Iterable[Proposal]:
        source = self.claimed[rule.subject]
        direction = source.direction * rule.sign
        prompting: dict[Moment, list[str]] = {self.moment(rule.subject): []}
        if source.direction == FALLS:
            for other in self.into[rule.object]:
                if other.sign == rule.sign:
                    self._prompt(prompting, rule.subject, other.subject, (FALLS,))
        if self.entities[rule.object].members and direction != FALLS:
            self._openers(prompting, rule.object, rule.subject)
        for moment, prompts in prompting.items():
            strength = self.passed_on(rule, source, direction, moment)
            yield from self._proposal(rule.object, rule.id, rule.subject, direction, strength, prompts)

    def by_member(self, gate: str, member: str) -> Iterable[Proposal]:
        source = self.claimed[member]
        direction = -source.direction if self.negated(gate, member) else source.direction
        prompting: dict[Moment, list[str]] = {self.moment(member): []}
        if direction != FALLS:
            self._openers(prompting, gate, member)
        for moment, prompts in prompting.items():
            fall, up = min(source.strength, self.loss(gate)), min(source.strength, self.rise(gate))
            others = [self.gives(gate, m.entity, moment) for m in self.entities[gate].members if m.entity != member]
            strength = _through(direction, fall, up, min(others, default=STRONG))
            yield from self._proposal(gate, gate, member, direction, strength, prompts)

    def passed_on(self, rule: Mechanism, source: Claimed, direction: int, moment: Moment) -> int:
        if source.strength < rule.needs:
            return 0
        carried = min(source.strength, rule.strength)
        fall, up = min(carried, self.loss(rule.object)), min(carried, self.rise(rule.object))
        if source.direction == FALLS:
            fall, up = (self.after_fellows(rule, way, moment) for way in (fall, up))
        if not self.entities[rule.object].members:
            return fall if direction == FALLS else up if direction == RISES else max(fall, up)
        least = min(self.gives(rule.object, m.entity, moment) for m in self.entities[rule.object].members)
        return _through(direction, fall, up, least)

    def after_fellows(self, rule: Mechanism, strength: int, moment: Moment) -> int:
        """What is left of a lost regulator's effect while its fellows keep going."""
        for other in self.into[rule.object]:
            if other.sign != rule.sign or other.subject == rule.subject:
                continue
            fellow = self.at(other.subject, moment)
            lost = fellow is not None and fellow.direction == FALLS and fellow.strength >= strength
            if not lost and min(other.strength, self.loss(other.subject)) >= strength > 0:
                return 0 if self.entities[rule.object].sufficient else strength - 1
        return strength

    def gives(self, gate: str, member: str, moment: Moment, *, inclusive: bool = True) -> int:
        base = self.before(gate, member)
        claim = self.at(member, moment, inclusive=inclusive)
        if claim is None:
            return base
        down = RISES if self.negated(gate, member) else FALLS
        return max(base - claim.strength, 0) if claim.direction == down else max(base, claim.strength)

    def shut_before(self, proposal: Proposal) -> bool:
        """Whether the gate was shut when the proposal's turn came."""
        turn = (-proposal.strength, proposal.steps, self.nesting(proposal.target))
        members = self.entities[proposal.target].members
        return any(self.gives(proposal.target, m.entity, turn, inclusive=False) == 0 for m in members)

    def _openers(self, prompting: dict[Moment, list[str]], gate: str, source: str) -> None:
        for member in self.entities[gate].members:
            ways = (FALLS, AMBIGUOUS) if member.negated else (RISES, AMBIGUOUS)
            self._prompt(prompting, source, member.entity, ways)

    def _prompt(
        self, prompting: dict[Moment, list[str]], source: str, prompt: str, directions: tuple[int, ...]
    ) -> None:
        claim = self.claimed.get(prompt)
        if prompt != source and claim is not None and claim.direction in directions:
            moment = self.moment(prompt)
            if moment > self.moment(source) and prompt not in prompting.setdefault(moment, []):
                prompting[moment].append(prompt)

    def _proposal(
        self, target: str, rule: str, source: str, direction: int, strength: int, prompts: list[str]
    ) -> Iterable[Proposal]:
        if strength:
            steps = 1 + max(self.claimed[who].steps for who in (source, *prompts))
            yield Proposal(target, rule, source, direction, strength, steps, tuple(sorted(prompts)))


def _through(direction: int, fall: int, rise: int, least: int) -> int:
    """A change of a complex whose other members give at least ``least``."""
    if direction == FALLS:
        return fall
    if direction == RISES:
        return min(rise, least)
    return max(fall, min(rise, least)) if least else 0

"""What a cause proposes by now: how much of a change gets through a mechanism, or from a member to its complex (4.3).

Engines differ in how they find who acts on whom and which co-regulators remain. What comes of it is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from theralogic.model.levels import AMBIGUOUS, FALLS
from theralogic.model.records import Limit, Mechanism, Member
from theralogic.reasoning.kernel import (
    BY_HEADROOM,
    Candidate,
    Limits,
    Settled,
    Situation,
    as_it_arrives,
    gives_now,
    through_gate,
    transmit,
)
from theralogic.reasoning.redundancy import after_loss, remaining


class Proposals:
    """Proposals in one world; ``settled`` grows while it is being settled."""

    def __init__(self, situation: Situation, settled: Mapping[str, Settled]) -> None:
        self._entities = situation.entities
        self._headroom = situation.headroom
        self._settled = settled
        self._reach = situation.reach

    def by_mechanism(
        self, mechanism: Mechanism, co_regulators: Sequence[Mechanism], prompts: tuple[str, ...] = ()
    ) -> Candidate | None:
        """The change of its object that ``mechanism`` proposes, if any.

        ``co_regulators`` are the regulators of that object with the same sign. They count only where the subject falls,
        and those with nothing to lose may be missing.
        """
        cause = self._settled[mechanism.subject]
        target = mechanism.object
        direction = cause.direction * mechanism.sign
        arrives = self._reach.arrives(mechanism, cause.strength, cause.carriers) if self._reach else None
        strength, limits = transmit(mechanism, cause, self._headroom.of(target, direction), arrives)
        if cause.direction == FALLS and strength:
            strength, limits = self._made_up_for(mechanism, strength, limits, co_regulators)
        if direction != FALLS and self._entities[target].members:
            fall = rise = strength
            if direction == AMBIGUOUS:
                fall, fall_limits = transmit(mechanism, cause, self._headroom.loss[target], arrives)
                rise, limits = transmit(mechanism, cause, self._headroom.room[target], arrives)
                limits = fall_limits if fall > rise else limits
            strength, limits = through_gate(direction, fall, rise, self._gate(target), limits)
        if not strength:
            return None
        steps = cause.steps + 1
        if prompts:
            steps = self._after(steps, prompts)
        return Candidate(
            target=target,
            direction=direction,
            strength=strength,
            steps=steps,
            rule=mechanism.id,
            source=mechanism.subject,
            prompts=prompts,
            limits=limits,
        )

    def by_member(self, gate: str, member: Member, prompts: tuple[str, ...] = ()) -> Candidate | None:
        """The change of complex ``gate`` that a settled member proposes, if any."""
        cause = self._settled[member.entity]
        direction = -cause.direction if member.negated else cause.direction
        bites = self._headroom.of(gate, direction) < cause.strength
        limits: Limits = BY_HEADROOM if bites else ()
        fall, rise = min(cause.strength, self._headroom.loss[gate]), min(cause.strength, self._headroom.room[gate])
        others = () if direction == FALLS else self._gate(gate, without=member.entity)
        strength, limits = through_gate(direction, fall, rise, others, limits)
        if not strength:
            return None
        steps = self._after(cause.steps + 1, prompts)
        return Candidate(
            target=gate,
            direction=direction,
            strength=strength,
            steps=steps,
            rule=gate,
            source=member.entity,
            prompts=prompts,
            limits=limits,
        )

    def shut(self, gate: str) -> bool:
        """Whether a member of a complex gives nothing by now."""
        return any(not given for _, given in self._gate(gate))

    def _gate(self, gate: str, *, without: str = "") -> Iterator[tuple[str, int]]:
        """What every member of a complex gives by now."""
        for entity, negated in self._entities[gate].members:
            if entity != without:
                yield (
                    entity,
                    gives_now(self._headroom.contribution(entity, negated), self._settled.get(entity), negated),
                )

    def _made_up_for(
        self, mechanism: Mechanism, strength: int, limits: Limits, co_regulators: Sequence[Mechanism]
    ) -> tuple[int, Limits]:
        """What the loss of a regulator comes to where others remain."""
        who = remaining(mechanism, strength, co_regulators, self._headroom.loss, self._arrived)
        if who:
            strength = after_loss(strength, sufficient=self._entities[mechanism.object].sufficient)
            limits += tuple([Limit("redundant", other) for other in who])
        return strength, limits

    def _arrived(self, mechanism: Mechanism) -> Settled | None:
        """How the subject of a mechanism has settled, as it arrives where the mechanism takes place."""
        return as_it_arrives(mechanism, self._settled.get(mechanism.subject), self._reach)

    def _after(self, steps: int, prompts: tuple[str, ...]) -> int:
        """Steps of a candidate: one more than its source and whatever prompted it."""
        return max([steps, *[self._settled[who].steps + 1 for who in prompts]])

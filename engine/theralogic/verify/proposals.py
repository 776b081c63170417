"""Everything that could have been proposed to an entity in a claimed world, and what held each proposal down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from theralogic.model.levels import AMBIGUOUS, FALLS, RISES, STRONG
from theralogic.model.records import Limit, Mechanism
from theralogic.verify.claimed_world import ClaimedChange, ClaimedWorld, Moment

Passed = tuple[int, tuple[Limit, ...]]
"""A strength, and what limited it."""


class Proposal(NamedTuple):
    """A change that a rule proposes to ``target`` under the claim, and the moment at which it does."""

    target: str
    rule: str
    source: str
    direction: int
    strength: int
    steps: int
    prompts: tuple[str, ...]
    limits: tuple[Limit, ...]
    made: Moment


def proposals(world: ClaimedWorld, target: str) -> list[Proposal]:
    """Everything proposed to ``target`` that was not dropped for a shut gate."""
    members = world.entities[target].members
    found = [p for rule in world.into.get(target, ()) if rule.subject in world.claimed for p in _by_rule(world, rule)]
    for member in members:
        if member.entity in world.claimed:
            found += _by_member(world, target, member.entity)
    return [p for p in found if p.direction == FALLS or not _shut_before(world, p)] if members else found


def settled_by(proposed: Iterable[Proposal]) -> ClaimedChange | None:
    """How the first of some proposals to an entity settle it: strongest, then fewest steps."""
    ranked = list(proposed)
    if not ranked:
        return None
    strength, steps = min((-p.strength, p.steps) for p in ranked)
    ways = {p.direction for p in ranked if (-p.strength, p.steps) == (strength, steps)}
    return ClaimedChange(ways.pop() if len(ways) == 1 else AMBIGUOUS, -strength, steps, False)


def in_time(world: ClaimedWorld, entity: str, proposed: Iterable[Proposal]) -> list[Proposal]:
    """Proposals made before a claimed entity settled: what is made later may look better, but speaks too late."""
    moment = world.moment(entity)
    return [p for p in proposed if p.made < moment]


def once(proposed: Iterable[Proposal]) -> list[Proposal]:
    """Each (rule, source) once, in that order: its strongest proposal, then fewest steps, then by prompts."""
    best: dict[tuple[str, str], Proposal] = {}
    for p in sorted(proposed, key=lambda p: (-p.strength, p.steps, p.prompts)):
        best.setdefault((p.rule, p.source), p)
    return [best[key] for key in sorted(best)]


def carriers(world: ClaimedWorld, entity: str) -> frozenset[str]:
    """The drugs behind a claimed change: those that act on it, or those behind whatever settled it together.

    Worked out in the order of settling, each from what has settled before it.
    """
    if entity not in world.carriers:
        for each in world.in_order():
            if each not in world.carriers and world.moment(each) <= world.moment(entity):
                world.carriers[each] = _carriers(world, each)
    return world.carriers[entity]


def _carriers(world: ClaimedWorld, entity: str) -> frozenset[str]:
    claim = world.claimed[entity]
    if claim.given:
        return world.given[entity].drugs if entity in world.given else frozenset()
    moment = world.moment(entity)
    found: list[Proposal] = []
    for rule in world.into.get(entity, ()):
        if rule.subject in world.claimed and world.moment(rule.subject) < moment:
            found += _by_rule(world, rule, moment)
    for member in world.entities[entity].members:
        if member.entity in world.claimed and world.moment(member.entity) < moment:
            found += _by_member(world, entity, member.entity)
    deciding = {p.source for p in found if p.made < moment and (p.strength, p.steps) == (claim.strength, claim.steps)}
    return frozenset().union(*(world.carriers[source] for source in deciding))


def arrives(world: ClaimedWorld, rule: Mechanism, source: ClaimedChange) -> Passed:
    """What of the settled subject of a rule arrives where the rule takes place."""
    by_drug = world.arriving.get(rule.id)
    behind = carriers(world, rule.subject) if by_drug else frozenset()
    if not by_drug or not behind:
        return source.strength, ()
    rank, place = min((-by_drug[drug][0], by_drug[drug][1]) for drug in behind)
    return (-rank, (Limit("reach", place),)) if -rank < source.strength else (source.strength, ())


def remaining(world: ClaimedWorld, rule: Mechanism, strength: int, moment: Moment) -> list[str]:
    """Fellow regulators that keep the target of a lost regulator going."""
    found = set()
    for other in world.into[rule.object]:
        if other.sign == rule.sign and other.subject != rule.subject:
            co_regulator = world.at(other.subject, moment)
            lost = (
                co_regulator is not None
                and co_regulator.direction == FALLS
                and arrives(world, other, co_regulator)[0] >= strength
            )
            if not lost and min(other.strength, world.loss(other.subject)) >= strength:
                found.add(other.subject)
    return sorted(found)


def _by_rule(world: ClaimedWorld, rule: Mechanism, before: Moment | None = None) -> Iterator[Proposal]:
    """What a rule proposes at each moment that makes it propose, or at those ``before`` a moment only."""
    source = world.claimed[rule.subject]
    direction = source.direction * rule.sign
    prompting: dict[Moment, list[str]] = {world.moment(rule.subject): []}
    if source.direction == FALLS:
        for other in world.into[rule.object]:
            if other.sign == rule.sign:
                _prompt(world, prompting, rule.subject, other.subject, (FALLS,))
    if world.entities[rule.object].members and direction != FALLS:
        _openers(world, prompting, rule.object, rule.subject)
    for moment, prompts in prompting.items():
        if before is not None and moment >= before:
            continue
        passed = _passed_on(world, rule, source, direction, moment)
        yield from _proposal(world, rule.object, rule.id, rule.subject, direction, passed, prompts, moment)


def _by_member(world: ClaimedWorld, gate: str, member: str) -> Iterator[Proposal]:
    source = world.claimed[member]
    direction = -source.direction if world.negated(gate, member) else source.direction
    prompting: dict[Moment, list[str]] = {world.moment(member): []}
    if direction != FALLS:
        _openers(world, prompting, gate, member)
    fall, rise = (_within(source.strength, world.headroom(gate, way), ()) for way in (FALLS, RISES))
    for moment, prompts in prompting.items():
        passed = _through(world, gate, direction, fall, rise, moment, but=member)
        yield from _proposal(world, gate, gate, member, direction, passed, prompts, moment)


def _passed_on(world: ClaimedWorld, rule: Mechanism, source: ClaimedChange, direction: int, moment: Moment) -> Passed:
    """What of a settled source a mechanism passes on at a moment."""
    strength, limits = arrives(world, rule, source)
    if strength < rule.needs:
        return 0, ()
    source = source._replace(strength=strength)
    if not world.entities[rule.object].members:
        return _carried(world, rule, source, limits, direction, moment)
    fall, rise = (_carried(world, rule, source, limits, way, moment) for way in (FALLS, RISES))
    return _through(world, rule.object, direction, fall, rise, moment)


def _carried(
    world: ClaimedWorld, rule: Mechanism, source: ClaimedChange, limits: tuple[Limit, ...], way: int, moment: Moment
) -> Passed:
    """What comes through a rule of a source as it arrives there, held down by ``limits`` so far."""
    if rule.strength < source.strength:
        limits += (Limit("mechanism"),)
    carried = min(source.strength, rule.strength)
    strength, limits = _within(carried, world.headroom(rule.object, way), limits)
    if source.direction == FALLS and strength:
        # The regulator is lost: its co-regulators may keep the target going.
        kept = remaining(world, rule, strength, moment)
        if kept:
            sufficient = world.entities[rule.object].sufficient
            return 0 if sufficient else strength - 1, (*limits, *(Limit("redundant", who) for who in kept))
    return strength, limits


def _within(strength: int, headroom: int, limits: tuple[Limit, ...]) -> Passed:
    return (headroom, (*limits, Limit("headroom"))) if headroom < strength else (strength, limits)


def _through(
    world: ClaimedWorld, gate: str, direction: int, fall: Passed, rise: Passed, moment: Moment, *, but: str = ""
) -> Passed:
    """A change of a complex: its rise is no more than what every member, ``but`` the rising one, gives now."""
    if direction == FALLS:
        return fall
    given = sorted((m.entity, world.gives(gate, m.entity, moment)) for m in world.entities[gate].members)
    given = [(who, share) for who, share in given if who != but]
    least = min((share for _, share in given), default=STRONG)
    limits = fall[1] if direction == AMBIGUOUS and fall[0] > rise[0] else rise[1]
    if least < rise[0]:
        limits += tuple(Limit("gate", who) for who, share in given if share == least)
    up = min(rise[0], least)
    if direction == RISES:
        return up, limits
    return (max(fall[0], up) if least else 0), limits


def _shut_before(world: ClaimedWorld, proposal: Proposal) -> bool:
    """Whether the gate was shut when the proposal's turn came."""
    gate = proposal.target
    turn: Moment = (-proposal.strength, proposal.steps, world.nesting(gate))
    # What is proposed too late for its own turn has it at once, when all of the tier that prompted it has settled.
    turn = max(turn, proposal.made)
    return any(world.gives(gate, m.entity, turn) == 0 for m in world.entities[gate].members)


def _openers(world: ClaimedWorld, prompting: dict[Moment, list[str]], gate: str, source: str) -> None:
    for member in world.entities[gate].members:
        ways = (FALLS, AMBIGUOUS) if member.negated else (RISES, AMBIGUOUS)
        _prompt(world, prompting, source, member.entity, ways)


def _prompt(
    world: ClaimedWorld, prompting: dict[Moment, list[str]], source: str, prompt: str, directions: tuple[int, ...]
) -> None:
    """Note that ``prompt``, settled later than ``source``, has it proposed again."""
    claim = world.claimed.get(prompt)
    if prompt != source and claim is not None and claim.direction in directions:
        moment = world.moment(prompt)
        if moment > world.moment(source) and prompt not in prompting.setdefault(moment, []):
            prompting[moment].append(prompt)


def _proposal(
    world: ClaimedWorld,
    target: str,
    rule: str,
    source: str,
    direction: int,
    passed: Passed,
    prompts: list[str],
    moment: Moment,
) -> Iterator[Proposal]:
    strength, limits = passed
    if strength:
        steps = 1 + max(world.claimed[who].steps for who in (source, *prompts))
        yield Proposal(
            target=target,
            rule=rule,
            source=source,
            direction=direction,
            strength=strength,
            steps=steps,
            prompts=tuple(sorted(prompts)),
            limits=limits,
            made=moment,
        )

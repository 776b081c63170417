"""What follows for every change of a claimed world: on what it rests, how sure and how fast it is, and who voted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.levels import AMBIGUOUS, CERTAINTIES
from theralogic.model.records import Limit
from theralogic.verify.claimed_world import ClaimedWorld
from theralogic.verify.proposals import Proposal, in_time, once, settled_by

UNDECIDED, CONTESTED, OUTWEIGHED, UNOPPOSED, GIVEN = range(len(CERTAINTIES))


class ExpectedChange(NamedTuple):
    """Everything that a change has to say besides how it settled; ``premises`` are entities."""

    rule: str
    premises: tuple[str, ...]
    certainty: int
    onset: int
    limits: tuple[Limit, ...]
    support: tuple[Proposal, ...]
    opposition: tuple[Proposal, ...]


def expected_changes(world: ClaimedWorld, proposed: Mapping[str, list[Proposal]]) -> dict[str, ExpectedChange]:
    """The verdict on every claimed change that its proposals, and what they rest on, bear out, in settling order."""
    found: dict[str, ExpectedChange] = {}
    for entity in world.in_order():
        claim = world.claimed[entity]
        if claim.given:
            found[entity] = _given(world, entity, proposed[entity])
            continue
        early = in_time(world, entity, proposed[entity])
        deciding = once(p for p in early if (p.strength, p.steps) == (claim.strength, claim.steps))
        founded = all(who in found for p in deciding for who in (p.source, *p.prompts))
        if founded and settled_by(early) == claim:
            found[entity] = _derived(world, entity, deciding, proposed[entity], found)
    return found


def loop(found: Mapping[str, ExpectedChange], entity: str, source: str) -> tuple[str, ...]:
    """The shortest way on which ``source`` rests on ``entity`` itself, in causal order; nothing where it does not."""
    ways: list[tuple[str, ...]] = [(source,)]
    seen = {source}
    for way in ways:
        if way[0] == entity:
            return way
        for premise in found[way[0]].premises if way[0] in found else ():
            if premise not in seen:
                seen.add(premise)
                ways.append((premise, *way))
    return ()


def _given(world: ClaimedWorld, entity: str, candidates: list[Proposal]) -> ExpectedChange:
    claim, given = world.claimed[entity], world.given.get(entity)
    limits: tuple[Limit, ...] = ()
    if given is not None:
        short = world.headroom(entity, given.direction) < given.strength
        limits = ((given.limit,) if given.limit else ()) + ((Limit("headroom"),) if short else ())
    votes = once(candidates)
    support = tuple(p for p in votes if p.direction == claim.direction)
    return ExpectedChange(
        rule="given",
        premises=(),
        certainty=GIVEN,
        onset=0,
        limits=limits,
        support=support,
        opposition=tuple(p for p in votes if p not in support),
    )


def _derived(
    world: ClaimedWorld,
    entity: str,
    deciding: list[Proposal],
    candidates: list[Proposal],
    found: Mapping[str, ExpectedChange],
) -> ExpectedChange:
    claim = world.claimed[entity]
    sure = {p: found[p.source].certainty for p in deciding}
    times = {p: _onset(world, p, found) for p in deciding}
    chief = min(deciding, key=lambda p: (-sure[p], times[p], p.rule, p.source))
    if claim.direction == AMBIGUOUS:
        certainty, shown = UNDECIDED, deciding
    else:
        against = max((p.strength for p in candidates if p.direction != claim.direction), default=0)
        own = UNOPPOSED if not against else OUTWEIGHED if against < claim.strength else CONTESTED
        certainty, shown = min(own, sure[chief]), [chief]
    votes = once(candidates)
    decided = {(p.rule, p.source) for p in deciding}
    support = tuple(p for p in votes if p.direction == claim.direction or (p.rule, p.source) in decided)
    return ExpectedChange(
        rule=chief.rule,
        premises=tuple(sorted({who for p in shown for who in (p.source, *p.prompts)})),
        certainty=certainty,
        onset=min(times.values()),
        limits=chief.limits,
        support=support,
        opposition=tuple(p for p in votes if p not in support),
    )


def _onset(world: ClaimedWorld, proposal: Proposal, found: Mapping[str, ExpectedChange]) -> int:
    """The slowest of the source, the rule and, where it was proposed again, the fastest prompt."""
    own = world.rules[proposal.rule].onset if proposal.rule in world.rules else 0
    prompt = min((found[who].onset for who in proposal.prompts), default=0)
    return max(found[proposal.source].onset, own, prompt)

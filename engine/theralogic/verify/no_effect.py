"""Why something does not change, found again from the claim: the nearest place where an effect on it stops.

The walk goes backward over the rules that hold, nearest first, then by id. Where it meets a change that did not
get through, that is the answer; where it meets none, a rule that was left out may have led there; else none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.levels import FALLS, NONE, STRENGTHS
from theralogic.model.records import Entity, KnowledgeBase, Limit, Mechanism
from theralogic.model.result import Reason
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.claimed_world import ClaimedWorld, Moment
from theralogic.verify.proposals import arrives, remaining

LAST: Moment = (NONE,)
"""After everything has settled: whatever does has some strength."""


class CheckedLink(NamedTuple):
    """One way to act on an entity: a mechanism, or being a member of its gate (no mechanism)."""

    rule: str
    source: str
    mechanism: Mechanism | None


def no_effect_reason(kb: KnowledgeBase, stage: CheckedArm, entity: str) -> Reason:
    """Why ``entity``, which does not change, does not."""
    found = _stopped(stage.world, entity) or next(_left_out(kb, stage, entity), None)
    if found is None:
        return Reason("no_known_mechanism", entity, "", "", (), None, False)
    found = _out_of_reach(stage, found) or found
    change, verdict = stage.world.claimed.get(found.source), stage.found.get(found.source)
    scarce = bool(change and verdict and change.direction == FALLS and Limit("headroom") in verdict.limits)
    if found.kind != "gate_closed":
        return found._replace(scarce=scarce)
    away = [who for who in found.by if stage.world.negated(found.entity, who)]
    return found._replace(by=tuple(who for who in found.by if who not in away), against=tuple(away), scarce=scarce)


def _word(strength: int) -> str | None:
    return STRENGTHS[strength] if strength else None


def _stopped(world: ClaimedWorld, entity: str) -> Reason | None:
    """The change that did not get through, or the pin that holds, nearest to ``entity``."""
    for node in _behind(world.entities, world.into, entity):
        if node in world.given:
            return _pinned(world, node)
        for link in _links(world.entities, world.into, node):
            if link.source in world.claimed:
                return _at_link(world, node, link)
    return None


def _pinned(world: ClaimedWorld, entity: str) -> Reason:
    given = world.given[entity]
    kind = "nothing_to_lose" if given.direction == FALLS else "no_room"
    return Reason(kind, entity, "", "given", (), _word(given.strength), False)


def _at_link(world: ClaimedWorld, target: str, link: CheckedLink) -> Reason:
    """What stopped one link whose source changes although its target does not; something always did."""
    change, rule = world.claimed[link.source], link.mechanism
    moved = _word(change.strength)
    sign = rule.sign if rule else -1 if world.negated(target, link.source) else 1
    direction = change.direction * sign
    strength = change.strength
    if rule:
        strength, held = arrives(world, rule, change)
        if strength < rule.needs <= change.strength:
            places = tuple(limit.by for limit in held)
            return Reason("out_of_reach", target, link.source, link.rule, places, moved, False)
        if strength < rule.needs:
            return Reason("faded", target, link.source, link.rule, (STRENGTHS[rule.needs],), moved, False)
        strength = min(strength, rule.strength)
    strength = min(strength, world.headroom(target, direction))
    if not strength:
        return Reason(
            "nothing_to_lose" if direction == FALLS else "no_room", target, link.source, link.rule, (), moved, False
        )
    if rule and change.direction == FALLS:
        kept = remaining(world, rule, strength, LAST)
        if kept and (strength == 1 or world.entities[target].sufficient):
            return Reason("redundant", target, link.source, link.rule, tuple(kept), moved, False)
    members = [m.entity for m in world.entities[target].members if rule or m.entity != link.source]
    shut = tuple(who for who in members if world.gives(target, who, LAST) == 0)
    return Reason("gate_closed", target, link.source, link.rule, shut, moved, False)


def _left_out(kb: KnowledgeBase, stage: CheckedArm, entity: str) -> Iterator[Reason]:
    """Rules that do not hold here but would have led from something that moves, nearest to ``entity`` first."""
    into: dict[str, list[Mechanism]] = {}
    for rule in kb.mechanisms:
        into.setdefault(rule.object, []).append(rule)
    moved = {*stage.world.claimed, *stage.world.given}
    for node in _behind(kb.entities, into, entity):
        for link in _links(kb.entities, into, node):
            if link.rule in stage.setting.after and link.source in moved:
                change = stage.world.claimed.get(link.source)
                how = _word(change.strength) if change else None
                by = (stage.setting.after[link.rule],)
                yield Reason("out_of_context", node, link.source, link.rule, by, how, False)


def _out_of_reach(stage: CheckedArm, why: Reason) -> Reason | None:
    """What fades because its drug hardly gets to some place on the way is out of reach instead."""
    origin = why.source
    while why.kind == "faded":
        verdict = stage.found[origin]
        places = tuple(limit.by for limit in verdict.limits if limit.kind == "reach")
        if places:
            return why._replace(kind="out_of_reach", by=places)
        if not verdict.premises:
            break
        origin = verdict.premises[0]
    return None


def _behind(entities: Mapping[str, Entity], into: Mapping[str, Iterable[Mechanism]], entity: str) -> Iterator[str]:
    """Everything that leads to an entity, itself included, nearest first, then by id."""
    queue, seen = [entity], {entity}
    for node in queue:
        yield node
        for source in sorted({link.source for link in _links(entities, into, node)} - seen):
            seen.add(source)
            queue.append(source)


def _links(entities: Mapping[str, Entity], into: Mapping[str, Iterable[Mechanism]], target: str) -> list[CheckedLink]:
    """Everything that acts on an entity, by rule and source."""
    found = [CheckedLink(rule.id, rule.subject, rule) for rule in into.get(target, ())]
    found += [CheckedLink(target, member.entity, None) for member in entities[target].members]
    return sorted(found, key=lambda link: (link.rule, link.source))

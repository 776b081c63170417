"""Why something does not change, found again from the claim: the nearest place where an effect on it stops.

The walk goes backward over the rules that hold, nearest first, then by id. Where it meets a change that did not
get through, that is the answer; where it meets none, a rule that was left out may have led there; else none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.levels import FALLS, NONE, STRENGTHS
from theralogic.model.records import Entity, KnowledgeBase, Mechanism
from theralogic.model.vocabulary import MOST_NAMED
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.claimed_world import ClaimedWorld, Moment
from theralogic.verify.proposals import remaining

LAST: Moment = (NONE,)
"""After everything has settled: whatever does has some strength."""


class NoEffectReason(NamedTuple):
    """What stops an effect on ``target`` from ``source``; ``by`` are entities, or words where it is no entity."""

    reason: str
    target: str
    source: str
    by: tuple[str, ...]


class CheckedLink(NamedTuple):
    """One way to act on an entity: a mechanism, or being a member of its gate (no mechanism)."""

    rule: str
    source: str
    mechanism: Mechanism | None


def no_effect_reason(kb: KnowledgeBase, stage: CheckedArm, entity: str) -> NoEffectReason:
    """Why ``entity``, which does not change, does not."""
    found = _stopped(stage.world, entity) or next(_left_out(kb, stage, entity), None)
    if found is None:
        return NoEffectReason("no_known_mechanism", entity, "", ())
    return _out_of_reach(stage, found) or found


def in_words(kb: KnowledgeBase, stage: CheckedArm, why: NoEffectReason) -> str:
    """The sentence that goes with a reason."""

    def name(entity: str) -> str:
        return kb.entities[entity].name if entity in kb.entities else entity

    target, source, by = name(why.target), name(why.source), ", ".join(map(name, why.by[:MOST_NAMED]))
    if len(why.by) > MOST_NAMED:
        by += f" and {len(why.by) - MOST_NAMED} more"
    change, verdict = stage.world.claimed.get(why.source), stage.found.get(why.source)
    moves = f"the change in {source}"
    slightly = STRENGTHS[change.strength] if change else ""
    if change and verdict and change.direction == FALLS and "headroom" in verdict.limits:
        moves = f"there is little {source} to lose, so the fall"
    held = stage.world.given.get(why.target)
    if held and not held.strength and not why.source:
        return f"{target} is given at its healthy level, and what is given is not overridden"
    return {
        "no_known_mechanism": f"no chain of rules leads to {target} from what is given",
        "out_of_context": f"an effect of {source} on {target} is known, but not in this patient ({by})",
        "gate_closed": f"{target} can't rise without {by}",
        "nothing_to_lose": f"there is no {target} to lose at its level",
        "no_room": f"{target} can't rise from its level",
        "redundant": f"others still drive {target}: {by}",
        "faded": f"{moves} is only {slightly}, too little to move {target}",
        "out_of_reach": f"the drug hardly reaches {by}, so the change in {source} is too small to move {target}",
    }[why.reason]


def _stopped(world: ClaimedWorld, entity: str) -> NoEffectReason | None:
    """The change that did not get through, or the pin that holds, nearest to ``entity``."""
    for node in _behind(world.entities, world.into, entity):
        if node in world.given:
            return _pinned(world, node)
        for link in _links(world.entities, world.into, node):
            if link.source in world.claimed:
                return _at_link(world, node, link)
    return None


def _pinned(world: ClaimedWorld, entity: str) -> NoEffectReason:
    return NoEffectReason("nothing_to_lose" if world.given[entity].direction == FALLS else "no_room", entity, "", ())


def _at_link(world: ClaimedWorld, target: str, link: CheckedLink) -> NoEffectReason:
    """What stopped one link whose source changes although its target does not; something always did."""
    change, rule = world.claimed[link.source], link.mechanism
    sign = rule.sign if rule else -1 if world.negated(target, link.source) else 1
    direction = change.direction * sign
    if rule and change.strength < rule.needs:
        return NoEffectReason("faded", target, link.source, (STRENGTHS[rule.needs],))
    strength = min(change.strength, rule.strength) if rule else change.strength
    strength = min(strength, world.headroom(target, direction))
    if not strength:
        return NoEffectReason("nothing_to_lose" if direction == FALLS else "no_room", target, link.source, ())
    if rule and change.direction == FALLS:
        kept = remaining(world, rule, strength, LAST)
        if kept and (strength == 1 or world.entities[target].sufficient):
            return NoEffectReason("redundant", target, link.source, tuple(kept))
    members = [m.entity for m in world.entities[target].members if rule or m.entity != link.source]
    shut = tuple(who for who in members if world.gives(target, who, LAST) == 0)
    return NoEffectReason("gate_closed", target, link.source, shut)


def _left_out(kb: KnowledgeBase, stage: CheckedArm, entity: str) -> Iterator[NoEffectReason]:
    """Rules that do not hold here but would have led from something that moves, nearest to ``entity`` first."""
    into: dict[str, list[Mechanism]] = {}
    for rule in kb.mechanisms:
        into.setdefault(rule.object, []).append(rule)
    moved = {*stage.world.claimed, *stage.world.given}
    for node in _behind(kb.entities, into, entity):
        for link in _links(kb.entities, into, node):
            if link.rule in stage.setting.after and link.source in moved:
                yield NoEffectReason("out_of_context", node, link.source, (stage.setting.after[link.rule],))


def _out_of_reach(stage: CheckedArm, why: NoEffectReason) -> NoEffectReason | None:
    """What fades because its drug hardly gets there is out of reach instead."""
    places = {a.target: a.limit.removeprefix("reach: ") for a in stage.setting.arrived if a.limit.startswith("reach: ")}
    origin = why.source
    while why.reason == "faded" and places:
        if origin in places:
            return why._replace(reason="out_of_reach", by=(places[origin],))
        premises = stage.found[origin].premises
        if not premises:
            break
        origin = premises[0]
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

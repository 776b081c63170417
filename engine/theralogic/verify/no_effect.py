"""Why something does not change, found again from the claim: the nearest place where an effect on it stops.

The walk goes backward over the rules that hold, nearest first, then by id. Where it meets a change that did not
get through, that is the answer; where it meets none, a rule that was left out may have led there; else none does.
"""

from __future__ import annotations

from theralogic.model.levels import FALLS, NONE, STRENGTHS
from theralogic.model.records import KnowledgeBase, Limit
from theralogic.model.result import Reason
from theralogic.verify.backward import CheckedLink
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.claimed_world import ClaimedWorld, Moment
from theralogic.verify.proposals import arrives, remaining

LAST: Moment = (NONE,)
"""After everything has settled: whatever does has some strength."""


def no_effect_reason(kb: KnowledgeBase, stage: CheckedArm, entity: str) -> Reason:
    """Why ``entity``, which does not change, does not."""
    found = _stopped(stage, entity) or _left_out(stage, entity)
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


def _stopped(stage: CheckedArm, entity: str) -> Reason | None:
    """The change that did not get through, or the pin that holds, nearest to ``entity``."""
    world = stage.world
    return stage.holding.first(
        entity,
        stage.near_changes,
        pinned=lambda node: _pinned(world, node) if node in world.given else None,
        along=lambda node, link: _at_link(world, node, link) if link.source in world.claimed else None,
    )


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


def _left_out(stage: CheckedArm, entity: str) -> Reason | None:
    """The rule that does not hold here but would have led from something that moves, nearest to ``entity``."""
    world, after = stage.world, stage.setting.after

    def unmet(node: str, link: CheckedLink) -> Reason | None:
        if link.rule not in after or not (link.source in world.claimed or link.source in world.given):
            return None
        change = world.claimed.get(link.source)
        how = _word(change.strength) if change else None
        return Reason("out_of_context", node, link.source, link.rule, (after[link.rule],), how, False)

    return stage.written.first(entity, stage.near_left_out, pinned=lambda _: None, along=unmet)


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

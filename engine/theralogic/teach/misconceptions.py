"""Which slip of reasoning leads to which wrong answer: the bridge from a derivation to misconceptions.

A wrong direction is worth a name only where the derivation shows how one would come to it: an opposing path, a
member of the gate that moves the other way, the place where the effect stops. Else it is just wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.levels import DIRECTIONS
from theralogic.render.phrases import does, listed
from theralogic.render.reasons import REASON_KINDS
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import main_path
from theralogic.results.reasons import Stop
from theralogic.teach.grade_chain import own_chain
from theralogic.teach.signed_links import known_links

OPPOSITE = {"increases": "decreases", "decreases": "increases"}
CHOICES = ("increases", "decreases", "no_effect", "ambiguous")
FAR = 6


class Misconception(NamedTuple):
    """A slip (a key of ``SLIPS``) and what to tell somebody who made it here."""

    kind: str
    says: str


def misconceptions_for(arm: ArmView, entity: str, stop: Stop | None) -> Mapping[str, Misconception]:
    """For each wrong direction that a known slip leads to, that slip.

    ``stop`` is the nearest place where the effect stops, for an entity that does not change.
    """
    change = arm.changes.get(entity)
    if change is None:
        return _of_silence(arm, entity, stop) if stop else {}
    name = change.name
    if change.direction == "ambiguous":
        ways = {vote.direction: arm.name(vote.source) for vote in (*change.support, *change.opposition)}
        return {
            way: Misconception(
                "one_path_only", f"That is the path through {source} alone; another path says the opposite."
            )
            for way, source in sorted(ways.items())
            if way in OPPOSITE
        }
    wrong = OPPOSITE[change.direction]
    against = [member.entity for member in arm.kb.entities[entity].members if _moves(arm, member.entity) == wrong]
    if against:
        amounts = listed(arm.name(e) for e in against)
        moved = does(amounts, wrong) if len(against) == 1 else does("parts", wrong)
        return {wrong: Misconception("level_for_activity", f"{amounts} {moved}, but {name} needs more than that.")}
    path = main_path(arm.world, entity)
    rivals = [v for step in path for v in step.opposition if not v.feedback and step.entity == entity]
    if rivals:
        source = arm.name(rivals[0].source)
        return {
            wrong: Misconception("one_path_only", f"The path through {source} alone says so; it is outweighed here.")
        }
    signs = [sign for _, sign, _ in own_chain(arm, entity)]
    if -1 in signs:
        minus = signs.count(-1)
        says = f"Multiply the signs: there {'is one minus' if minus == 1 else f'are {minus} minuses'} on the way."
        return {wrong: Misconception("sign_flipped", says)}
    return {}


def _moves(arm: ArmView, entity: str) -> str:
    change = arm.changes.get(entity)
    return change.direction if change else "no_effect"


def _of_silence(arm: ArmView, entity: str, stop: Stop) -> Mapping[str, Misconception]:
    kind = REASON_KINDS[stop.reason].slip
    way = would_be(arm, entity, stop)
    return {way: Misconception(kind, "That would follow if nothing stood in the way.")} if kind and way else {}


def would_be(arm: ArmView, entity: str, stop: Stop) -> str | None:
    """The direction in which ``entity`` would move if nothing stopped the effect at ``stop``, where rules say so."""
    if not stop.source or not stop.direction:
        return None
    links = known_links(arm.kb)
    ways = [sign for sign in (1, -1) if links.rules.get((stop.source, sign, stop.entity)) == stop.rule]
    if len(ways) != 1:
        return None
    so_far = stop.direction * ways[0]
    if stop.entity == entity:
        return DIRECTIONS[so_far]
    onward = {sign: links.walk(stop.entity, sign, entity, FAR) for sign in (1, -1)}
    near = [sign for sign, path in onward.items() if path and len(path) - 1 == stop.distance]
    return DIRECTIONS[so_far * near[0]] if len(near) == 1 else None


def hints(arm: ArmView, entity: str, pattern_hints: Mapping[str, str]) -> tuple[str, ...]:
    """The ladder from general to specific for a chain of two links or more; ``spots`` are how patterns are spotted.

    Each rung says more: what kind of reasoning, where it starts, how long it is, who takes part, in which order.
    """
    rungs = [f"Look for this: {spot}" for spot in list(pattern_hints.values())[:2]]
    names = [step.name for step in main_path(arm.world, entity)]
    rungs.append(f"It begins with {arm.name(own_chain(arm, entity)[0][0])} and ends with {names[-1]}.")
    rungs.append(f"The last step comes from {names[-2]}.")
    if len(names) > 2:
        rungs.append(f"On the way, in no order: {listed(sorted(names[:-1]))}.")
    rungs.append(f"In order, without signs: {', '.join(names)}.")
    return tuple(rungs)

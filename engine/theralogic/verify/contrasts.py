"""An arm beside the case as written: what differs, and how an added drug combines with what was given before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from theralogic.model.levels import AMBIGUOUS, DIRECTIONS, STRENGTHS
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Contrast
from theralogic.verify.arm_inputs import kept_away, pulled_by_drugs
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.claimed_world import ClaimedChange, ClaimedWorld
from theralogic.verify.derived_worlds import foreseen
from theralogic.verify.expected_changes import ExpectedChange, expected_changes
from theralogic.verify.no_effect import no_effect_reason
from theralogic.verify.proposals import proposals

Combined = tuple[str | None, str | None, tuple[str, ...], tuple[str, ...]]
Alone = tuple[ClaimedWorld, Mapping[str, ExpectedChange]]


def contrasts(kb: KnowledgeBase, base: CheckedArm, stage: CheckedArm) -> Iterator[Contrast]:
    """Every row of the comparison of an arm with the case as written, by entity."""
    alone = _added_alone(base, stage)
    before, after = base.world.claimed, stage.world.claimed
    for entity in sorted({*before, *after}):
        first, both = before.get(entity), after.get(entity)
        added = alone[0].claimed.get(entity) if alone else None
        if _way(first) == _way(both) and not (first and added):
            continue
        kind, how, by, against = _combined(kb, base, stage, alone, entity) if alone else (None, None, (), ())
        yield Contrast(
            entity=entity,
            name=kb.entities[entity].name,
            treated=_in_words(first),
            arm=_in_words(both),
            kind=kind,
            how=how,
            by=by,
            against=against,
        )


def _way(claim: ClaimedChange | None) -> tuple[int, int] | None:
    return (claim.direction, claim.strength) if claim else None


def _in_words(claim: ClaimedChange | None) -> str:
    return f"{DIRECTIONS[claim.direction]} {STRENGTHS[claim.strength]}" if claim else "no effect"


def _added_alone(base: CheckedArm, stage: CheckedArm) -> Alone | None:
    """The arm with only what it adds to the case, where it adds to it and takes nothing away."""
    had, given = base.setting.arm.prescriptions, stage.setting.arm.prescriptions
    new = {p.intervention.id for p in given if p not in had}
    if not new or not had or not all(p in given for p in had):
        return None
    whole = stage.world
    arrived = [a for a in stage.setting.arrived if a.drug in new]
    away = kept_away(stage.setting.arm, arrived)
    world = foreseen(whole.entities, whole.rules.values(), whole.levels, pulled_by_drugs(arrived), whole.arriving, away)
    return world, expected_changes(world, {entity: proposals(world, entity) for entity in world.claimed})


def _combined(kb: KnowledgeBase, base: CheckedArm, stage: CheckedArm, alone: Alone, entity: str) -> Combined:
    """How the drugs combine at an entity, how more closely, and by what."""
    world, found = alone
    both, parts = stage.world.claimed.get(entity), [base.world.claimed.get(entity), world.claimed.get(entity)]
    moved = [part for part in parts if part]
    if both is None:
        why = no_effect_reason(kb, stage, entity)
        return (
            ("gated_off", "gate", why.by, why.against) if why.kind == "gate_closed" else ("opposing", "cancel", (), ())
        )
    verdict = stage.found[entity]
    if both.direction == AMBIGUOUS:
        return "undetermined", "rules", tuple(sorted({v.rule for v in (*verdict.support, *verdict.opposition)})), ()
    if not moved:
        return "enabling", "together", (), ()
    strongest = max(part.strength for part in moved)
    if {part.direction for part in moved} != {both.direction} or both.strength < strongest:
        return "opposing", None, (), ()
    if both.strength > strongest or len(moved) == 1:
        return "additive", None, (), ()
    shared = tuple(sorted({*base.found[entity].premises} & {*found[entity].premises}))
    if shared:
        return "redundant", "shared", shared, ()
    return "redundant", "either" if len({part.strength for part in moved}) == 1 else "stronger", (), ()

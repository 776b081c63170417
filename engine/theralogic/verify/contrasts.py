"""An arm beside the case as written: what differs, and how an added drug combines with what was given before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from theralogic.model.levels import AMBIGUOUS, DIRECTIONS, STRENGTHS
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Contrast
from theralogic.verify.arm_inputs import pulled_by_drugs
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.claimed_world import ClaimedChange, ClaimedWorld
from theralogic.verify.derived_worlds import foreseen
from theralogic.verify.expected_changes import ExpectedChange, expected_changes
from theralogic.verify.no_effect import no_effect_reason
from theralogic.verify.proposals import proposals

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
        kind, detail = _combined(kb, base, stage, alone, entity) if alone else (None, None)
        yield Contrast(
            entity=entity,
            name=kb.entities[entity].name,
            treated=_in_words(first),
            arm=_in_words(both),
            kind=kind,
            detail=detail,
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
    pulls = pulled_by_drugs(a for a in stage.setting.arrived if a.drug in new)
    world = foreseen(whole.entities, whole.rules.values(), whole.levels, pulls)
    return world, expected_changes(world, {entity: proposals(world, entity) for entity in world.claimed})


def _combined(
    kb: KnowledgeBase, base: CheckedArm, stage: CheckedArm, alone: Alone, entity: str
) -> tuple[str, str | None]:
    """How the drugs combine at an entity, and by what."""
    world, found = alone
    both, parts = stage.world.claimed.get(entity), [base.world.claimed.get(entity), world.claimed.get(entity)]
    moved = [part for part in parts if part]
    if both is None:
        why = no_effect_reason(kb, stage, entity)
        if why.reason == "gate_closed":
            return "gated_off", f"it can't rise without {_named(kb, why.by)}"
        return "opposing", "together they leave it unchanged"
    verdict = stage.found[entity]
    if both.direction == AMBIGUOUS:
        rules = sorted({vote.rule for vote in (*verdict.support, *verdict.opposition)})
        return "undetermined", f"which of these is stronger here would settle it: {', '.join(rules)}"
    if not moved:
        return "enabling", "neither alone does it"
    strongest = max(part.strength for part in moved)
    if {part.direction for part in moved} != {both.direction} or both.strength < strongest:
        return "opposing", None
    if both.strength > strongest or len(moved) == 1:
        return "additive", None
    shared = sorted({*base.found[entity].premises} & {*found[entity].premises})
    if shared:
        return "redundant", f"both act through {_named(kb, shared)}"
    return (
        "redundant",
        f"{'either' if len({part.strength for part in moved}) == 1 else 'the stronger'} alone does as much",
    )


def _named(kb: KnowledgeBase, entities: Iterable[str]) -> str:
    return ", ".join(kb.entities[e].name for e in entities)

"""One arm of a result as a claim: its worlds one after the other, each on the levels that the one before left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.levels import LEVELS
from theralogic.model.records import Case, KnowledgeBase, Mechanism
from theralogic.model.result import WorldRows
from theralogic.model.vocabulary import NEAR, NEAR_ELSEWHERE
from theralogic.verify.arm_inputs import (
    ArmInputs,
    arriving,
    healthy_levels,
    holding,
    kept_away,
    levels_after,
    levels_given,
    pulled_by_drugs,
    pulled_by_levels,
)
from theralogic.verify.backward import Backward
from theralogic.verify.check_world import claims, unreadable_rows, world_faults
from theralogic.verify.claimed_world import ClaimedWorld
from theralogic.verify.differences import mismatches
from theralogic.verify.expected_changes import ExpectedChange, expected_changes
from theralogic.verify.fault import Fault
from theralogic.verify.proposals import proposals


class CheckedArm(NamedTuple):
    """An arm whose changes all hold; ``world`` and ``found`` are of the world that answers its questions.

    ``holding`` are the ways back over the rules that hold in that world, ``written`` those over all rules. An effect
    can have stopped only at ``near_changes``, and a rule that is left out leads only to ``near_left_out``.
    """

    setting: ArmInputs
    world: ClaimedWorld
    found: Mapping[str, ExpectedChange]
    holding: Backward
    written: Backward
    near_changes: frozenset[str]
    near_left_out: frozenset[str]


def check_arm(
    kb: KnowledgeBase, case: Case, setting: ArmInputs, worlds: Mapping[str, WorldRows]
) -> tuple[list[Fault], CheckedArm | None]:
    """The faults of an arm's worlds, and the arm as claimed where its changes bear each other out."""
    where = setting.arm.id
    wanted = {"untreated", "treated"} if setting.arm.prescriptions else {"untreated"}
    if set(worlds) != wanted:
        return [Fault("worlds-differ", where, f"worlds should be {', '.join(sorted(wanted))}")], None
    faults = [f for name, rows in worlds.items() for f in unreadable_rows(kb, f"{where}/{name}", rows)]
    if faults:
        return faults, None
    given = levels_given(kb, case.diseases, setting.arm.findings)
    health = healthy_levels(kb)
    untreated = ClaimedWorld(
        kb.entities,
        holding(kb, setting.before),
        health,
        pulled_by_levels(kb, given),
        claims(worlds["untreated"]),
    )
    levels = levels_after(kb, given, untreated.claimed)
    stated = {entity: LEVELS[level] for entity, level in levels.items() if level != health[entity]}
    for place, message in mismatches(stated, worlds["untreated"].levels, f"{where}/untreated/levels"):
        faults.append(Fault("wrong-level", place, message))
    found = _judge(kb, f"{where}/untreated", untreated, worlds["untreated"], faults)
    answering = untreated
    if "treated" in worlds:
        answering = ClaimedWorld(
            kb.entities,
            holding(kb, setting.after),
            levels,
            pulled_by_drugs(setting.arrived),
            claims(worlds["treated"]),
            arriving(kb.mechanisms, setting.arm.prescriptions, setting.facts),
            kept_away(setting.arm, setting.arrived),
        )
        for place, message in mismatches(None, worlds["treated"].levels, f"{where}/treated/levels"):
            faults.append(Fault("wrong-level", place, message))
        found = _judge(kb, f"{where}/treated", answering, worlds["treated"], faults)
    if found.keys() != answering.claimed.keys():
        return faults, None
    into: dict[str, list[Mechanism]] = {}
    for rule in kb.mechanisms:
        into.setdefault(rule.object, []).append(rule)
    moved = {*answering.claimed, *answering.given}
    reached = {rule.object for rule in answering.rules.values() if rule.subject in answering.claimed}
    reached.update(gate for entity in answering.claimed for gate in answering.gates.get(entity, ()))
    elsewhere = {rule.object for rule in kb.mechanisms if rule.id in setting.after and rule.subject in moved}
    return faults, CheckedArm(
        setting=setting,
        world=answering,
        found=found,
        holding=Backward(kb.entities, answering.into, NEAR),
        written=Backward(kb.entities, into, NEAR_ELSEWHERE),
        near_changes=frozenset(reached | answering.given.keys()),
        near_left_out=frozenset(elsewhere),
    )


def _judge(
    kb: KnowledgeBase, where: str, world: ClaimedWorld, rows: WorldRows, faults: list[Fault]
) -> Mapping[str, ExpectedChange]:
    """The verdicts on a world; what is wrong with it goes to ``faults``."""
    proposed = {entity: proposals(world, entity) for entity in world.entities}
    found = expected_changes(world, proposed)
    faults += world_faults(kb, where, world, proposed, found, rows)
    return found

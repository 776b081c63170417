"""Which cautions should be said in an arm, from its claimed world."""

from __future__ import annotations

from collections.abc import Iterator

from theralogic.model.levels import DIRECTIONS, LEVELS
from theralogic.model.records import Condition, KnowledgeBase
from theralogic.model.result import CautionRow
from theralogic.verify.arm_inputs import pulled_both_ways
from theralogic.verify.checked_arm import CheckedArm


def cautions(kb: KnowledgeBase, stage: CheckedArm) -> Iterator[CautionRow]:
    """Rows in the order of the rule base, then what is given against itself."""
    arm = stage.setting.arm
    holds = _holds(stage)
    for caution in kb.cautions:
        if holds.issuperset(caution.when):
            refs = tuple(e.ref for e in caution.evidence if e.ref)
            yield CautionRow(caution.id, arm.id, caution.say, caution.because, refs, "")
    for target in pulled_both_ways(stage.setting.arrived):
        yield CautionRow(f"opposing-actions:{target}", arm.id, "", "", (), target)


def _holds(stage: CheckedArm) -> set[Condition]:
    arm, facts = stage.setting.arm, stage.setting.facts
    moved = stage.world.claimed if arm.prescriptions else {}
    return {
        *(Condition("change", entity, DIRECTIONS[c.direction]) for entity, c in moved.items()),
        *(Condition("finding", finding.entity, LEVELS[finding.level]) for finding in arm.findings),
        *(Condition("intervention", p.intervention.id, "") for p in arm.prescriptions),
        *(Condition("disease", disease, "") for disease in facts.get("disease", ())),
        *(Condition("action", arrival.target, arrival.verb) for arrival in stage.setting.arrived),
    }

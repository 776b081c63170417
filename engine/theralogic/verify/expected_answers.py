"""What a result should say, given its worlds: the answers, what went in, what is atypical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from theralogic.model.levels import CERTAINTIES, DIRECTIONS, LEVELS, ONSETS, STRENGTHS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Answer, ArmContext, CaseContext, GivenAction, GivenDrug
from theralogic.verify.arm_inputs import (
    ArmInputs,
    healthy_levels,
    holding,
    levels_after,
    levels_given,
    pulled_by_levels,
)
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.derived_worlds import foreseen
from theralogic.verify.no_effect import no_effect_reason


def answers(kb: KnowledgeBase, case: Case, stage: CheckedArm) -> tuple[Answer, ...]:
    """Answers to what the case asks, or to everything that changes where it asks nothing."""
    return tuple(_answer(kb, stage, entity) for entity in case.ask or stage.world.in_order())


def _answer(kb: KnowledgeBase, stage: CheckedArm, entity: str) -> Answer:
    name, claim = kb.entities[entity].name, stage.world.claimed.get(entity)
    if claim is None:
        why = no_effect_reason(kb, stage, entity)
        return Answer(
            entity=entity,
            name=name,
            direction="no_effect",
            strength=None,
            certainty=None,
            reason=why,
            opposed_by=(),
            onset=None,
        )
    verdict = stage.found[entity]
    against = sorted({vote.rule for vote in verdict.opposition})
    return Answer(
        entity=entity,
        name=name,
        direction=DIRECTIONS[claim.direction],
        strength=STRENGTHS[claim.strength],
        certainty=CERTAINTIES[verdict.certainty],
        reason=None,
        opposed_by=tuple(against),
        onset=ONSETS[verdict.onset],
    )


def context(kb: KnowledgeBase, case: Case, settings: Mapping[str, ArmInputs], by: int) -> CaseContext:
    """What went into the result of a case."""
    return CaseContext(
        title=case.title,
        vignette=case.vignette,
        diseases={disease: kb.diseases[disease].name for disease in case.diseases},
        by=ONSETS[by] if by >= 0 else None,
        arms={name: _arm(kb, setting) for name, setting in settings.items()},
        atypical=atypical(kb, case, settings),
    )


def _arm(kb: KnowledgeBase, setting: ArmInputs) -> ArmContext:
    arm = setting.arm
    return ArmContext(
        title=arm.title,
        findings={finding.entity: LEVELS[finding.level] for finding in arm.findings},
        facts={key: tuple(sorted(values)) for key, values in setting.facts.items()},
        interventions=tuple(
            GivenDrug(p.intervention.id, p.intervention.name, p.dose, _actions(setting, p.intervention.id))
            for p in arm.prescriptions
        ),
        operative=len(holding(kb, setting.after)),
        left_out=dict(Counter(setting.after.values())),
    )


def _actions(setting: ArmInputs, drug: str) -> tuple[GivenAction, ...]:
    return tuple(
        GivenAction(a.verb, a.target, STRENGTHS[a.potency], a.limit) for a in setting.arrived if a.drug == drug
    )


def atypical(kb: KnowledgeBase, case: Case, settings: Mapping[str, ArmInputs]) -> tuple[Mapping[str, str], ...]:
    """Findings on another side of health than the disease alone would put them."""
    base = settings[case.arms[0].id]
    if not base.arm.findings:
        return ()
    given, health = levels_given(kb, case.diseases, ()), healthy_levels(kb)
    rules = holding(kb, base.before)
    alone = foreseen(kb.entities, rules, health, pulled_by_levels(kb, given))
    levels = levels_after(kb, given, alone.claimed)

    def side(entity: str, level: int) -> int:
        return (level > health[entity]) - (level < health[entity])

    return tuple(
        {"entity": f.entity, "finding": LEVELS[f.level], "predicted": LEVELS[levels[f.entity]]}
        for f in base.arm.findings
        if side(f.entity, levels[f.entity]) not in (0, side(f.entity, f.level))
    )

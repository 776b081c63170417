"""What went into a result, read back from it as a case, so that everything else can be checked against a case.

Where the case itself is at hand it takes the place of what is read back, and its texts, findings and drugs are
checked as well; a result alone can't tell a misquoted finding from another patient.
"""

from __future__ import annotations

from collections.abc import Mapping

from theralogic.model.levels import LEVELS, STRENGTHS
from theralogic.model.records import (
    Action,
    Arm,
    Case,
    Context,
    Finding,
    Intervention,
    KnowledgeBase,
    Prescription,
    Teaching,
)
from theralogic.model.result import ArmContext, ArmResult, GivenAction, GivenDrug, Result
from theralogic.verify.arm_inputs import facts_in

BASE = "treated"
ANSWERING = ("untreated", "treated")
"""The worlds of an arm; the later one answers its questions."""


def parts(result: Result) -> dict[str, Result | ArmResult]:
    """The case as written and its arms, each with answers and worlds, by arm."""
    return {BASE: result, **result.arms}


def case_back(kb: KnowledgeBase, result: Result) -> Case:
    """The case that a result says it is about; only for readable inputs."""
    context = result.context
    diseases = tuple(context.diseases)
    names = [BASE, *(name for name in result.arms if name != BASE)]
    bare = Case(
        id=result.case.get("id", ""),
        title=context.title,
        vignette=context.vignette,
        diseases=diseases,
        ask=_asked(result),
        teaching=Teaching((), (), ()),
        digest=result.case.get("digest", ""),
    )
    return bare._replace(arms=tuple(_arm_back(kb, bare, name, context.arms[name]) for name in names))


def _asked(result: Result) -> tuple[str, ...]:
    """What was asked: what all arms answer alike; nothing where each answers for all that changes in it."""
    questions = {tuple(dict.fromkeys(a.entity for a in part.answers)) for part in parts(result).values()}
    return questions.pop() if len(questions) == 1 else ()


def _arm_back(kb: KnowledgeBase, case: Case, name: str, stated: ArmContext) -> Arm:
    findings = tuple(Finding(entity, LEVELS.index(stated.findings[entity]), "") for entity in sorted(stated.findings))
    given: list[Prescription] = []
    own: set[str] = set()
    for drug in stated.interventions:
        known = kb.interventions.get(drug.id)
        if known is None:
            # A drug that is given twice lists the actions of both each time.
            known = _hypothetical(kb, drug, () if drug.id in own else drug.actions)
            own.add(drug.id)
        given.append(Prescription(known, drug.dose))
    plain = Arm(name, stated.title, findings, (), tuple(given))
    return plain._replace(context=_context_back(kb, case, plain, stated.facts))


def _hypothetical(kb: KnowledgeBase, drug: GivenDrug, stated: tuple[GivenAction, ...]) -> Intervention:
    """A drug that only the case knows, by what it is stated to do."""
    actions: list[Action] = []
    follows: list[str] = []
    for row in stated:
        verb, target = row.verb, row.target
        if verb == "depletes" and follows and target == follows[0]:
            # Said of a cell only because a marker that it bears is depleted.
            follows.pop(0)
            continue
        actions.append(Action(verb, target, STRENGTHS.index(row.potency)))
        follows = [c for c in kb.entities[target].borne_by if c != target] if verb == "depletes" else []
    return Intervention(
        id=drug.id,
        name=drug.name,
        actions=tuple(actions),
    )


def _context_back(kb: KnowledgeBase, case: Case, arm: Arm, stated: Mapping[str, tuple[str, ...]]) -> Context:
    """Facts that neither the diseases nor the doses account for."""
    known = facts_in(kb, case, arm, treated=True)
    found = {key: tuple(sorted(set(values) - known.get(key, set()))) for key, values in sorted(stated.items())}
    return tuple((key, values) for key, values in found.items() if values)

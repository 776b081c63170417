"""What went into a result, read back from it as a case, so that everything else can be checked against a case.

Where the case itself is at hand it takes the place of what is read back, and its texts, findings and drugs are
checked as well; a result alone can't tell a misquoted finding from another patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from theralogic.model.levels import LEVELS, ONSETS, STRENGTHS
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
from theralogic.model.vocabulary import CONTEXT_KEYS, VERBS
from theralogic.verify.arm_inputs import facts_in
from theralogic.verify.fault import Fault

BASE = "treated"
ANSWERING = ("untreated", "treated")
"""The worlds of an arm; the later one answers its questions."""


def parts(result: Result) -> dict[str, Result | ArmResult]:
    """The case as written and its arms, each with answers and worlds, by arm."""
    return {BASE: result, **result.arms}


def unreadable(kb: KnowledgeBase, result: Result) -> Iterator[Fault]:
    """What the inputs name that the rule base does not know."""
    context = result.context
    for disease in context.diseases:
        if disease not in kb.diseases:
            yield Fault("unknown-disease", f"context/diseases/{disease}", f"no disease `{disease}`")
    if context.by is not None and context.by not in ONSETS:
        yield Fault("bad-word", "context/by", f"`{context.by}` is no onset")
    expected = {BASE, *result.arms}
    if set(context.arms) != expected or BASE in result.arms:
        yield Fault("arms-differ", "context/arms", f"arms should be {', '.join(sorted(expected))}")
    for name, part in parts(result).items():
        for answer in part.answers:
            if answer.entity not in kb.entities:
                yield Fault("unknown-entity", f"{name}/answers/{answer.entity}", f"no entity `{answer.entity}`")
    for name, arm in context.arms.items():
        yield from _unreadable_arm(kb, arm, f"context/arms/{name}")


def _unreadable_arm(kb: KnowledgeBase, arm: ArmContext, where: str) -> Iterator[Fault]:
    for entity, level in arm.findings.items():
        if entity not in kb.entities or kb.entities[entity].members or level not in LEVELS:
            yield Fault("bad-finding", f"{where}/findings/{entity}", f"`{entity}` at `{level}` is no finding")
    for key in arm.facts:
        if key not in CONTEXT_KEYS:
            yield Fault("bad-word", f"{where}/facts/{key}", f"`{key}` is no kind of fact")
    for drug in arm.interventions:
        for action in drug.actions:
            words = (action.verb in VERBS, action.potency in STRENGTHS[1:])
            if not all(words) or action.target not in kb.entities:
                message = f"`{action.verb}` `{action.target}` is no action"
                yield Fault("bad-action", f"{where}/interventions/{drug.id}", message)


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
    for drug in stated.interventions:
        known = kb.interventions.get(drug.id)
        if known is None:
            # A drug that is given twice lists the actions of both each time.
            again = any(p.intervention.id == drug.id for p in given)
            known = _hypothetical(kb, drug, () if again else drug.actions)
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


def as_answered(kb: KnowledgeBase, case: Case, result: Result) -> Case:
    """``case`` with the questions and arms of ``result`` where those are another way to ask about the same patient.

    ``--all`` asks for everything that changes, ``explain CASE ENTITY`` for one entity, ``what-if`` has an arm of its
    own instead of the case's.
    """
    answered = {name: tuple(a.entity for a in part.answers) for name, part in parts(result).items()}
    changed = {
        name: tuple(c.entity for c in part.worlds[max(part.worlds, key=ANSWERING.index)].changes)
        for name, part in parts(result).items()
        if part.worlds and set(part.worlds) <= set(ANSWERING)
    }
    asked = set(answered.values())
    if answered == changed:
        case = case._replace(ask=())
    elif len(asked) == 1 and len(answered[BASE]) == 1:
        case = case._replace(ask=answered[BASE])
    known = {arm.id: arm for arm in case.arms}
    return case._replace(arms=tuple(known.get(arm.id, arm) for arm in case_back(kb, result).arms))

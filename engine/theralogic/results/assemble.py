"""From an evaluation to the result object: ranks become words, reasons and comparisons are attached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from theralogic.model.lazydict import LazyDict
from theralogic.model.levels import CERTAINTIES, DIRECTIONS, FALLS, LEVELS, ONSETS, STRENGTHS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import (
    SCHEMA,
    Answer,
    ArmContext,
    ArmResult,
    CaseContext,
    CautionRow,
    ChangeRow,
    GivenAction,
    GivenDrug,
    Reason,
    Result,
    Vote,
    WorldRows,
)
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.reasoning.evaluate import ArmRun, Engine, Evaluation, EvaluationCache, SettledWorld, evaluate
from theralogic.reasoning.kernel import BY_HEADROOM, Candidate, Change
from theralogic.results import contrasts as arms
from theralogic.results.reasons import Stop, parted, stops

OPPOSING_ACTIONS = "opposing-actions"


def solve(
    kb: KnowledgeBase, case: Case, engine: Engine, *, by: int = -1, cache: EvaluationCache | None = None
) -> Result:
    """The result of a case; ``by`` keeps only mechanisms with at most that onset rank (-1: all).

    ``cache`` keeps worlds that several cases share; pass the same one when you run many cases.
    """
    return assemble(evaluate(kb, case, engine, by=by, cache=cache), engine)


def assemble(evaluation: Evaluation, engine: Engine) -> Result:
    """The result of an evaluation; ``engine`` settles the extra worlds that comparing arms needs."""
    kb, case = evaluation.kb, evaluation.case
    rows = _Rows(kb)
    base, *others = evaluation.arms
    compared = {run.arm.id: arms.contrasts(evaluation, base, run, engine) for run in others}
    return Result(
        schema=SCHEMA,
        engine=evaluation.engine,
        case={"id": case.id, "digest": case.digest},
        rules={"version": kb.version, "digest": kb.digest},
        answers=answers(kb, case, base),
        worlds=rows.of(base),
        arms={
            run.arm.id: ArmResult(answers(kb, case, run), rows.of(run), tuple(compared[run.arm.id])) for run in others
        },
        cautions=tuple(row for run in evaluation.arms for row in _cautions(kb, run)),
        context=CaseContext(
            title=case.title,
            vignette=case.vignette,
            diseases={d: kb.diseases[d].name for d in case.diseases},
            by=ONSETS[evaluation.by] if evaluation.by >= 0 else None,
            arms={run.arm.id: _arm_context(kb, run) for run in evaluation.arms},
            atypical=evaluation.atypical,
        ),
        disclaimer=DISCLAIMER,
    )


def answers(kb: KnowledgeBase, case: Case, run: ArmRun) -> tuple[Answer, ...]:
    """Answers to what the case asks, or to every changed entity's question where it asks nothing."""
    asked = case.ask or tuple(run.answering.settlement.changes)
    return tuple(answer(kb, run, entity) for entity in asked)


def answer(kb: KnowledgeBase, run: ArmRun, entity: str) -> Answer:
    """What happens to one entity in one arm, always with its reason."""
    name = kb.entities[entity].name
    change = run.answering.settlement.changes.get(entity)
    if change is None:
        nearest = next(stops(kb, run, entity))
        return Answer(
            entity=entity,
            name=name,
            direction="no_effect",
            strength=None,
            certainty=None,
            reason=reason_for(kb, run, nearest),
            opposed_by=(),
            onset=None,
        )
    against = sorted({c.rule for c in change.opposition}, key=str)
    return Answer(
        entity=entity,
        name=name,
        direction=DIRECTIONS[change.direction],
        strength=STRENGTHS[change.strength],
        certainty=CERTAINTIES[change.certainty],
        reason=None,
        opposed_by=tuple(against),
        onset=ONSETS[change.onset],
    )


def reason_for(kb: KnowledgeBase, run: ArmRun, stop: Stop) -> Reason:
    """A stop as it stands in a result."""
    change = run.answering.settlement.changes.get(stop.source)
    scarce = change is not None and change.direction == FALLS and BY_HEADROOM[0] in change.limits
    by, against = parted(kb, stop)
    return Reason(
        kind=stop.reason,
        entity=stop.entity,
        source=stop.source,
        rule=stop.rule,
        by=by,
        strength=STRENGTHS[stop.strength] if stop.strength else None,
        scarce=scarce,
        against=against,
    )


class _Rows:
    """Settled worlds as rows; arms that share a world share its rows."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._entities = kb.entities
        evidence = {m.id: m.evidence for m in kb.mechanisms}
        self._refs: LazyDict[str, tuple[str, ...]] = LazyDict(
            lambda rule: tuple([e.ref for e in evidence.get(rule, ()) if e.ref])
        )
        self._shared: dict[int, WorldRows] = {}

    def of(self, run: ArmRun) -> dict[str, WorldRows]:
        """Both worlds of an arm as rows; the treated one only where something is given."""
        shared = self._shared.get(id(run.untreated))
        if shared is None:
            levels = {e: LEVELS[level] for e, level in sorted(run.levels.items()) if level != self._entities[e].level}
            shared = self._shared[id(run.untreated)] = WorldRows(levels, self._changes(run.untreated, "untreated"))
        rows = {"untreated": shared}
        if run.treated:
            rows["treated"] = WorldRows(None, self._changes(run.treated, "treated"))
        return rows

    def _changes(self, world: SettledWorld, prefix: str) -> tuple[ChangeRow, ...]:
        changes, entities, refs = world.settlement.changes, self._entities, self._refs
        return tuple(
            [
                ChangeRow(
                    id=f"{prefix}:{entity}",
                    entity=entity,
                    name=entities[entity].name,
                    direction=DIRECTIONS[change.direction],
                    strength=STRENGTHS[change.strength],
                    certainty=CERTAINTIES[change.certainty],
                    onset=ONSETS[change.onset],
                    steps=change.steps,
                    rule=change.rule,
                    premises=tuple([f"{prefix}:{who}" for who in change.premises]),
                    limits=change.limits,
                    support=tuple([_vote(c, ()) for c in change.support]),
                    opposition=tuple([_vote(c, loop(changes, entity, c.source)) for c in change.opposition]),
                    evidence=refs[change.rule],
                )
                for entity, change in changes.items()
            ]
        )


def _vote(candidate: Candidate, feedback: tuple[str, ...]) -> Vote:
    _, direction, strength, steps, rule, source, _, _ = candidate
    return Vote(
        rule=rule,
        source=source,
        direction=DIRECTIONS[direction],
        strength=STRENGTHS[strength],
        steps=steps,
        feedback=feedback,
    )


def loop(changes: Mapping[str, Change], entity: str, source: str) -> tuple[str, ...]:
    """The loop by which opposition from ``source`` runs through ``entity`` itself, or nothing.

    Follows the premises of ``source`` back; the loop is named in causal order, from ``entity`` to ``source``.
    """
    onward: dict[str, str] = {source: ""}
    waiting = [source]
    for node in waiting:
        if node == entity:
            chain = [node]
            while onward[node]:
                node = onward[node]
                chain.append(node)
            return tuple(chain)
        for premise in changes[node].premises:
            if premise not in onward:
                onward[premise] = node
                waiting.append(premise)
    return ()


def _cautions(kb: KnowledgeBase, run: ArmRun) -> Iterable[CautionRow]:
    fired = set(run.cautions)
    for caution in kb.cautions:
        if caution.id in fired:
            refs = tuple(e.ref for e in caution.evidence if e.ref)
            yield CautionRow(caution.id, run.arm.id, caution.say, caution.because, refs, "")
    for target in run.opposed:
        yield CautionRow(f"{OPPOSING_ACTIONS}:{target}", run.arm.id, "", "", (), target)


def _arm_context(kb: KnowledgeBase, run: ArmRun) -> ArmContext:
    operative = len(kb.mechanisms) - len(run.answering.left_out)
    facts = {key: tuple(sorted(values)) for key, values in sorted(run.facts.values.items()) if values}
    return ArmContext(
        title=run.arm.title,
        findings={f.entity: LEVELS[f.level] for f in run.arm.findings},
        facts=facts,
        interventions=tuple(
            GivenDrug(
                p.intervention.id,
                p.intervention.name,
                p.dose,
                tuple(
                    GivenAction(pull.verb, pull.target, STRENGTHS[pull.strength], pull.limit)
                    for pull in run.pulls
                    if pull.intervention == p.intervention.id
                ),
            )
            for p in run.arm.prescriptions
        ),
        operative=operative,
        left_out=dict(sorted(Counter(run.answering.left_out.values()).items())),
    )

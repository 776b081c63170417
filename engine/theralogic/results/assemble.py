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
    GivenDrug,
    Result,
    Vote,
    WorldRows,
)
from theralogic.model.vocabulary import DISCLAIMER, MOST_NAMED
from theralogic.reasoning.evaluate import ArmRun, Engine, Evaluation, EvaluationCache, SettledWorld, evaluate
from theralogic.reasoning.kernel import Candidate, Change
from theralogic.results import contrasts as arms
from theralogic.results.reasons import Stop, stops

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
            reason=nearest.reason,
            detail=in_words(kb, run, nearest),
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
        detail=f"opposed by {', '.join(against)}" if against else None,
        onset=ONSETS[change.onset],
    )


def in_words(kb: KnowledgeBase, run: ArmRun, stop: Stop) -> str:
    """One sentence for a stop."""

    def name(entity: str) -> str:
        return kb.entities[entity].name if entity in kb.entities else entity

    by = ", ".join(name(who) for who in stop.by[:MOST_NAMED])
    by += f" and {len(stop.by) - MOST_NAMED} more" if len(stop.by) > MOST_NAMED else ""
    target, source = name(stop.entity), name(stop.source)
    change = run.answering.settlement.changes.get(stop.source)
    scarce = change is not None and change.direction == FALLS and "headroom" in change.limits
    why_little = f"there is little {source} to lose, so the fall" if scarce else f"the change in {source}"
    if stop.rule == "given" and not stop.strength:
        return f"{target} is given at its healthy level, and what is given is not overridden"
    sentences = {
        "no_known_mechanism": f"no chain of rules leads to {target} from what is given",
        "out_of_context": f"an effect of {source} on {target} is known, but not in this patient ({by})",
        "gate_closed": f"{target} can't rise without {by}",
        "nothing_to_lose": f"there is no {target} to lose at its level",
        "no_room": f"{target} can't rise from its level",
        "redundant": f"others still drive {target}: {by}",
        "faded": f"{why_little} is only {STRENGTHS[stop.strength]}, too little to move {target}",
        "out_of_reach": f"the drug hardly reaches {by}, so the change in {source} is too small to move {target}",
    }
    return sentences[stop.reason]


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
            yield CautionRow(caution.id, run.arm.id, caution.say, caution.because, refs)
    for target in run.opposed:
        name = kb.entities[target].name
        yield CautionRow(
            f"{OPPOSING_ACTIONS}:{target}",
            run.arm.id,
            f"What is given pulls {name} both ways.",
            "The stronger action wins; equal ones leave the direction undecided.",
            (),
        )


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
                    {"verb": pull.verb, "target": pull.target, "potency": STRENGTHS[pull.strength], "limit": pull.limit}
                    for pull in run.pulls
                    if pull.intervention == p.intervention.id
                ),
            )
            for p in run.arm.prescriptions
        ),
        operative=operative,
        left_out=dict(sorted(Counter(run.answering.left_out.values()).items())),
    )

"""Working out a lesson before anybody is asked: which questions, with which answers and slips, and one what-if.

Everything that is right or wrong in a lesson is decided here, once, so that a terminal, a file of answers and a page
in a browser can't grade differently.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.edits import Changes, altered
from theralogic.model.errors import TheralogicError
from theralogic.model.levels import ABSENT, LEVELS, NORMAL
from theralogic.model.records import Case, Finding, KnowledgeBase, Teaching
from theralogic.model.result import Answer
from theralogic.reasoning.evaluate import ArmRun, Engine, EvaluationCache, evaluate, run_arm
from theralogic.render.case_card import card
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.assemble import answer, assemble
from theralogic.results.explain import derivation
from theralogic.results.questions import worth_asking
from theralogic.results.reasons import Stop, stops
from theralogic.teach.grade_chain import own_chain
from theralogic.teach.misconceptions import Misconception, misconceptions_for
from theralogic.teach.patterns import find_patterns

CHAIN = 5  # links of a chain that is worth writing and can still be written
OFFERED = 8  # names among which the obstacle is to be found
TRIES = 10  # what-ifs tried for a counterfactual


class Question(NamedTuple):
    """One asked entity: the answer, where its effect stops, the slips that lead to wrong answers, and its patterns."""

    answer: Answer
    stop: Stop | None
    slips: Mapping[str, Misconception]
    patterns: tuple[str, ...]


class LessonObstacle(NamedTuple):
    """Something that does not change, and what stops it: any of ``by``, among the names ``offered``."""

    answer: Answer
    by: tuple[str, ...]
    offered: tuple[str, ...]


class Counterfactual(NamedTuple):
    """The same patient with one level changed, and what then happens to ``entity``."""

    entity: str
    changed: str
    level: str
    before: Answer
    after: Answer


class PreparedLesson(NamedTuple):
    """Everything about a lesson that does not depend on the learner; ``chain_for`` is '' where no chain is worth it."""

    case: Case
    arm: ArmView
    card: str
    questions: tuple[Question, ...]
    chain_for: str
    obstacle: LessonObstacle | None
    counterfactual: Counterfactual | None


def prepare(
    kb: KnowledgeBase,
    case: Case,
    engine: Engine,
    *,
    seed: int = 0,
    most: int = 5,
    width: int = 100,
    cache: EvaluationCache | None = None,
) -> PreparedLesson:
    """Work out a lesson: at most ``most`` questions that differ in what they teach, one chain to explain, one what-if.

    ``seed`` varies which of several equally good questions and what-ifs are taken, and their order.

    Raises :class:`TheralogicError` (``nothing-to-teach``) where nothing changes.
    """
    cache = cache or EvaluationCache(kb, engine)
    base, run, arm = evaluated(kb, case, engine, cache=cache)
    questions = tuple(question(arm, run, a.entity) for a in arm.answers)
    rng = random.Random(seed)
    order = list(questions)
    if seed:
        rng.shuffle(order)
    order = _varied(order, most)
    explained = [q.answer.entity for q in order if len(_chain(arm, q.answer)) > 1]
    obstacle = next((o for q in order if (o := _obstacle(arm, q))), None)
    if not (explained or obstacle):
        help = "ask about something that changes, or that something stops"
        raise TheralogicError("nothing-to-teach", f"nothing that `{case.id}` asks about can be explained", help=help)
    chain_for = min(explained, key=lambda e: abs(len(own_chain(arm, e)) - CHAIN)) if explained else ""
    asked = tuple(q.answer.entity for q in order)
    shown = base._replace(ask=asked, teaching=Teaching((), case.teaching.prerequisites, ()))
    told_card = card(kb, shown, width).rpartition("\n\n")[0]
    targets = [chain_for] if chain_for else [q.answer.entity for q in reversed(order)]
    what_if = next((w for e in targets if (w := _counterfactual(base, cache, arm, e, rng))), None)
    return PreparedLesson(
        case=base,
        arm=arm,
        card=told_card,
        questions=tuple(order),
        chain_for=chain_for,
        obstacle=obstacle,
        counterfactual=what_if,
    )


def _chain(arm: ArmView, found: Answer) -> tuple[tuple[str, int, str], ...]:
    return own_chain(arm, found.entity) if found.direction in ("increases", "decreases") else ()


def _obstacle(arm: ArmView, asked: Question) -> LessonObstacle | None:
    """What stops an effect, where it is a missing part of a gate or a driver that remains."""
    stop = asked.stop
    if stop is None or stop.reason not in ("gate_closed", "redundant"):
        return None
    members = [m.entity for m in arm.kb.entities[stop.entity].members]
    drivers = [m.subject for m in arm.kb.mechanisms if m.object == stop.entity and m.subject in arm.changes]
    others = [e for e in (*members, *drivers, stop.source) if e not in stop.by]
    offered = list(dict.fromkeys([*stop.by, *others]))[: max(OFFERED, len(stop.by))]
    return LessonObstacle(asked.answer, stop.by, tuple(sorted(offered, key=lambda e: arm.name(e).casefold())))


def evaluated(
    kb: KnowledgeBase, case: Case, engine: Engine, *, cache: EvaluationCache | None = None
) -> tuple[Case, ArmRun, ArmView]:
    """The case as written, without its other arms, and what came of it; what is worth asking where it asks nothing."""
    base = case._replace(arms=case.arms[:1])
    evaluation = evaluate(kb, base, engine, cache=cache)
    if not base.ask:
        base = base._replace(ask=worth_asking(kb, base, assemble(evaluation, engine)))
        evaluation = evaluation._replace(case=base)
    return base, evaluation.arms[0], arm_view(kb, assemble(evaluation, engine))


def _varied(questions: list[Question], most: int) -> list[Question]:
    """At most ``most`` questions, each taken because it shows what those before do not; in their first order."""
    left, seen, taken = list(questions), set[str](), list[Question]()
    while left and len(taken) < most:
        best = max(left, key=lambda q: 2 * (q.answer.direction not in seen) + len(set(q.patterns) - seen))
        seen |= {best.answer.direction, *best.patterns}
        left.remove(best)
        taken.append(best)
    return [q for q in questions if q in taken]


def question(arm: ArmView, run: ArmRun, entity: str) -> Question:
    """What there is to know about one entity before it is asked."""
    found = answer(arm.kb, run, entity)
    nearest = next(stops(arm.kb, run, entity)) if found.direction == "no_effect" else None
    patterns = tuple(s.pattern for s in find_patterns(arm, entity))
    return Question(found, nearest, misconceptions_for(arm, entity, nearest), patterns)


def _counterfactual(
    case: Case, cache: EvaluationCache, arm: ArmView, entity: str, rng: random.Random
) -> Counterfactual | None:
    """A what-if that makes a difference to ``entity``: a driver at its normal level, or a receptor missing.

    One that turns or stops the effect is preferred to one that only weakens it, a molecule or cell to a process.
    """
    kb = arm.kb
    before = next(a for a in arm.answers if a.entity == entity)
    found = derivation(arm.world, entity)
    near = [step.entity for step in found.steps] if found else []
    parts = [m.entity for e in near for m in kb.entities[e].members]
    tries = [(e, NORMAL) for e in (*near, *parts) if e in arm.levels]
    tries += [(finding.entity, kb.entities[finding.entity].level) for finding in case.arms[0].findings]
    tries += [(e, ABSENT) for e in parts if kb.entities[e].kind == "receptor"]
    tries = [t for t in dict.fromkeys(tries) if t[0] != entity and not kb.entities[t[0]].members]
    rng.shuffle(tries)
    tries.sort(key=lambda t: (t[1] == ABSENT, kb.entities[t[0]].kind == "process"))
    weaker = None
    for changed, level in tries[:TRIES]:
        other = altered(case.arms[0], Changes(findings=(Finding(changed, level, ""),)), id="treated", title="what if")
        after = answer(kb, run_arm(kb, case, other, cache.engine, cache=cache), entity)
        what_if = Counterfactual(entity, changed, LEVELS[level], before, after)
        if after.direction != before.direction:
            return what_if
        if after.strength != before.strength:
            weaker = weaker or what_if
    return weaker

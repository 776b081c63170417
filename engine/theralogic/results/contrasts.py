"""Two arms side by side, entity by entity, and how an added drug combines with what was given (4.8)."""

from __future__ import annotations

from theralogic.model.levels import AMBIGUOUS, DIRECTIONS, STRENGTHS
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Contrast
from theralogic.reasoning import worlds
from theralogic.reasoning.evaluate import ArmRun, Engine, Evaluation
from theralogic.reasoning.kernel import Change, Headroom, Settlement
from theralogic.results.reasons import parted, stops

NOTHING = "no effect"
Combination = tuple[str | None, str | None, tuple[str, ...], tuple[str, ...]]


def contrasts(evaluation: Evaluation, base: ArmRun, run: ArmRun, engine: Engine) -> list[Contrast]:
    """Every entity that differs between the case as written and an arm, or that both drugs of a combination move."""
    kb = evaluation.kb
    alone = _added_alone(kb, run, base, engine)
    before, after = base.answering.settlement.changes, run.answering.settlement.changes
    rows = []
    for entity in sorted(set(before) | set(after)):
        first, second = before.get(entity), after.get(entity)
        added = alone.changes.get(entity) if alone else None
        same = _way(first) == _way(second)
        if same and (alone is None or first is None or added is None):
            continue
        kind, how, by, against = (None, None, (), ()) if alone is None else _kind(kb, run, entity, first, added, second)
        rows.append(
            Contrast(
                entity=entity,
                name=kb.entities[entity].name,
                treated=in_words(first),
                arm=in_words(second),
                kind=kind,
                how=how,
                by=by,
                against=against,
            )
        )
    return rows


def in_words(change: Change | None) -> str:
    """A change in two words, or that there is none.

    >>> in_words(None)
    'no effect'
    """
    if change is None:
        return NOTHING
    return f"{DIRECTIONS[change.direction]} {STRENGTHS[change.strength]}"


def _way(change: Change | None) -> tuple[int, int] | None:
    return (change.direction, change.strength) if change else None


def _added_alone(kb: KnowledgeBase, run: ArmRun, base: ArmRun, engine: Engine) -> Settlement | None:
    """The world with only what the arm adds to the case, or None where it does not add to it."""
    had = list(base.arm.prescriptions)
    given = list(run.arm.prescriptions)
    added = [p for p in given if p not in had]
    if run.treated is None or not added or not had or any(p not in given for p in had):
        return None
    ids = {p.intervention.id for p in added}
    pulls = [p for p in run.pulls if p.intervention in ids]
    headroom = Headroom(kb.entities, run.levels, worlds.lacking(run.arm.findings, pulls))
    return engine.settle(run.treated.situation._replace(headroom=headroom, given=worlds.given_actions(pulls)))


def _kind(
    kb: KnowledgeBase,
    run: ArmRun,
    entity: str,
    first: Change | None,
    added: Change | None,
    both: Change | None,
) -> Combination:
    """How the drugs combine at an entity: the kind, how more closely, and by what."""
    if both is not None and both.direction == AMBIGUOUS:
        return "undetermined", "rules", tuple(sorted({c.rule for c in (*both.support, *both.opposition)})), ()
    if both is None:
        stop = next(stops(kb, run, entity))
        return (
            ("gated_off", "gate", *parted(kb, stop)) if stop.reason == "gate_closed" else ("opposing", "cancel", (), ())
        )
    if first is None and added is None:
        return "enabling", "together", (), ()
    strongest = max(c.strength for c in (first, added) if c is not None)
    directions = {c.direction for c in (first, added) if c is not None}
    if len(directions) == 2 or both.direction not in directions or both.strength < strongest:
        return "opposing", None, (), ()
    if both.strength > strongest or first is None or added is None:
        return "additive", None, (), ()
    shared = tuple(sorted({*first.premises} & {*added.premises}))
    if shared:
        return "redundant", "shared", shared, ()
    return "redundant", "either" if first.strength == added.strength else "stronger", (), ()

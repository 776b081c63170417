"""One world of a result against what its own claim implies, entity by entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from theralogic.model.levels import CERTAINTIES, DIRECTIONS, ONSETS, STRENGTHS
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import ChangeRow, Vote, WorldRows
from theralogic.verify.claimed_world import ClaimedChange, ClaimedWorld, given_claims
from theralogic.verify.differences import mismatches
from theralogic.verify.expected_changes import ExpectedChange, loop
from theralogic.verify.fault import Fault
from theralogic.verify.proposals import Proposal, in_time, settled_by

WAY = {word: way for way, word in DIRECTIONS.items()}
RANK = {word: rank for rank, word in enumerate(STRENGTHS) if rank}


def unreadable_rows(kb: KnowledgeBase, where: str, rows: WorldRows) -> Iterator[Fault]:
    """Rows that claim nothing that could be true of this rule base."""
    seen: set[str] = set()
    for change in rows.changes:
        here = f"{where}/{change.entity}"
        if change.entity not in kb.entities:
            yield Fault("unknown-entity", here, f"no entity `{change.entity}`")
        elif change.direction not in WAY or change.strength not in RANK or change.steps < 0:
            yield Fault("bad-word", here, f"`{change.direction}` `{change.strength}` is no change")
        elif change.entity in seen:
            yield Fault("settled-twice", here, "an entity settles once")
        seen.add(change.entity)


def claims(rows: WorldRows) -> dict[str, ClaimedChange]:
    """The changes of a world in ranks."""
    return {
        c.entity: ClaimedChange(WAY[c.direction], RANK[c.strength], c.steps, c.rule == "given") for c in rows.changes
    }


def world_faults(
    kb: KnowledgeBase,
    where: str,
    world: ClaimedWorld,
    proposed: Mapping[str, list[Proposal]],
    found: Mapping[str, ExpectedChange],
    rows: WorldRows,
) -> Iterator[Fault]:
    """Every fault of one world: what settled otherwise, what is missing, and what the rows say of it."""
    yield from _given_faults(where, world)
    for row in rows.changes:
        if row.entity not in world.given:
            yield from _settling_faults(where, world, row, proposed[row.entity])
    for entity, candidates in proposed.items():
        best = settled_by(candidates)
        if best and entity not in world.claimed and entity not in world.given:
            rules = _rules(candidates, best)
            yield Fault("missing-change", f"{where}/{entity}", f"should be {_in_words(best)} by {rules}")
    prefix = where.rpartition("/")[2]
    for row in rows.changes:
        if row.entity in found:
            yield from _row_faults(f"{where}/{row.entity}", _row(kb, prefix, world, found, row.entity), row)
    if [row.entity for row in rows.changes] != world.in_order():
        yield Fault("out-of-order", where, "changes are not in the order of settling")


def _given_faults(where: str, world: ClaimedWorld) -> Iterator[Fault]:
    expected = given_claims(world)
    for entity in sorted(world.given):
        claim, wanted = world.claimed.get(entity), expected.get(entity)
        if claim != wanted:
            what = _in_words(wanted) if wanted else "not changed"
            yield Fault("wrong-given", f"{where}/{entity}", f"should be {what}, as given")


def _settling_faults(where: str, world: ClaimedWorld, row: ChangeRow, candidates: list[Proposal]) -> Iterator[Fault]:
    """Whether the first proposals to an entity settle it as claimed."""
    here, claim = f"{where}/{row.entity}", world.claimed[row.entity]
    candidates = in_time(world, row.entity, candidates)
    best = settled_by(candidates)
    if claim.given:
        yield Fault("not-given", here, "nothing gives it")
    elif best is None:
        yield Fault("unfounded", here, "no rule proposes this change")
    elif best != claim:
        told = f"is {_in_words(claim)}, should be {_in_words(best)} by {_rules(candidates, best)}"
        # A weaker or later proposal that was made all the same is another mistake than one that nothing makes.
        if any((p.direction, p.strength, p.steps) == claim[:3] for p in candidates):
            yield Fault("better-passed-over", here, told)
        else:
            yield Fault("wrong-change", here, told)


def _row_faults(where: str, expected: ChangeRow, row: ChangeRow) -> Iterator[Fault]:
    for field in ChangeRow._fields:
        for place, message in mismatches(getattr(expected, field), getattr(row, field), f"{where}/{field}"):
            yield Fault(f"wrong-{field}", place, message)


def _row(
    kb: KnowledgeBase, prefix: str, world: ClaimedWorld, found: Mapping[str, ExpectedChange], entity: str
) -> ChangeRow:
    """The row that a change should have."""
    claim, verdict = world.claimed[entity], found[entity]
    rule = world.rules.get(verdict.rule)
    return ChangeRow(
        id=f"{prefix}:{entity}",
        entity=entity,
        name=kb.entities[entity].name,
        direction=DIRECTIONS[claim.direction],
        strength=STRENGTHS[claim.strength],
        certainty=CERTAINTIES[verdict.certainty],
        onset=ONSETS[verdict.onset],
        steps=claim.steps,
        rule=verdict.rule,
        premises=tuple(f"{prefix}:{premise}" for premise in verdict.premises),
        limits=verdict.limits,
        support=tuple(_vote(p, ()) for p in verdict.support),
        opposition=tuple(_vote(p, loop(found, entity, p.source)) for p in verdict.opposition),
        evidence=tuple(e.ref for e in rule.evidence if e.ref) if rule else (),
    )


def _vote(p: Proposal, feedback: tuple[str, ...]) -> Vote:
    return Vote(
        rule=p.rule,
        source=p.source,
        direction=DIRECTIONS[p.direction],
        strength=STRENGTHS[p.strength],
        steps=p.steps,
        feedback=feedback,
    )


def _rules(candidates: Iterable[Proposal], best: ClaimedChange) -> str:
    """The rules behind the first proposals."""
    first = (best.strength, best.steps)
    return " and ".join(sorted({f"`{p.rule}`" for p in candidates if (p.strength, p.steps) == first}))


def _in_words(claim: ClaimedChange) -> str:
    after = f" after {claim.steps} steps" if claim.steps > 1 else ""
    return f"{DIRECTIONS[claim.direction]} {STRENGTHS[claim.strength]}{after}"

"""One world of a result against what its own claim implies, entity by entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from theralogic.levels import AMBIGUOUS, CERTAINTIES, FALLS, ONSETS, RISES, STRENGTHS
from theralogic.model import KnowledgeBase
from theralogic.result import ChangeRow, Vote, WorldRows
from theralogic.verify.claim import Claimed, Proposal, World
from theralogic.verify.fault import Fault

WAY = {"increases": RISES, "decreases": FALLS, "ambiguous": AMBIGUOUS}
RANK = {word: rank for rank, word in enumerate(STRENGTHS) if rank}
WORD = {way: word for word, way in WAY.items()}
GIVEN, UNOPPOSED, OUTWEIGHED, CONTESTED = (
    CERTAINTIES.index(w) for w in ("given", "unopposed", "outweighed", "contested")
)


def claims(rows: WorldRows) -> dict[str, Claimed]:
    """The changes of a world in ranks."""
    return {c.entity: Claimed(WAY[c.direction], RANK[c.strength], c.steps, c.rule == "given") for c in rows.changes}


def world_faults(
    kb: KnowledgeBase, where: str, world: World, rows: WorldRows, given: Mapping[str, tuple[int, int, str]]
) -> Iterator[Fault]:
    """Every fault of one world; ``given`` holds direction, strength before headroom and limit of what is pinned."""
    yield from _given_faults(where, world, given)
    by_entity = {row.entity: row for row in rows.changes}
    proposed = {entity: world.proposals(entity) for entity in world.entities}
    certainty: dict[str, int] = {}
    for row in sorted(rows.changes, key=lambda c: (world.moment(c.entity), c.entity)):
        here = f"{where}/{row.entity}"
        if row.entity in given:
            certainty[row.entity] = GIVEN
            yield from _row_faults(here, row, rule={"given"}, certainty=GIVEN, onset={0}, premises=[()])
        else:
            faults = list(_settling_faults(here, world, row, proposed[row.entity]))
            yield from faults
            if faults:
                certainty[row.entity] = CERTAINTIES.index(row.certainty) if row.certainty in CERTAINTIES else 0
                continue
            yield from _derived_faults(kb, here, world, row, proposed[row.entity], by_entity, certainty)
        yield from _vote_faults(here, row, proposed[row.entity], rows)
    for entity, candidates in proposed.items():
        if candidates and entity not in world.claimed and entity not in given:
            best = max(candidates, key=lambda p: (p.strength, -p.steps))
            yield Fault("missing-change", f"{where}/{entity}", f"`{best.rule}` changes it, {STRENGTHS[best.strength]}")
    yield from _order_faults(where, world, rows)


def _given_faults(where: str, world: World, given: Mapping[str, tuple[int, int, str]]) -> Iterator[Fault]:
    for entity, (direction, strength, _) in sorted(given.items()):
        room = {FALLS: world.loss(entity), RISES: world.rise(entity)}
        strength = min(strength, room.get(direction, max(room.values())))
        claim = world.claimed.get(entity)
        if (claim is not None) != bool(strength) or (claim and claim != Claimed(direction, strength, 0, True)):
            what = f"{WORD[direction]} {STRENGTHS[strength]}" if strength else "not changed"
            yield Fault("wrong-given", f"{where}/{entity}", f"what is given makes it {what}")


def _settling_faults(where: str, world: World, row: ChangeRow, candidates: list[Proposal]) -> Iterator[Fault]:
    """Whether the first proposals to an entity settle it as claimed."""
    claim = world.claimed[row.entity]
    if claim.given:
        yield Fault("not-given", where, "nothing gives it")
    elif not candidates:
        yield Fault("unfounded", where, "no rule proposes this change")
    else:
        strength, steps = min((-p.strength, p.steps) for p in candidates)
        ways = {p.direction for p in candidates if (-p.strength, p.steps) == (strength, steps)}
        direction = ways.pop() if len(ways) == 1 else AMBIGUOUS
        if (claim.direction, claim.strength, claim.steps) != (direction, -strength, steps):
            expected = f"{WORD[direction]} {STRENGTHS[-strength]} in {steps} steps"
            yield Fault("wrong-change", where, f"the best proposal makes it {expected}")


def _derived_faults(
    kb: KnowledgeBase,
    where: str,
    world: World,
    row: ChangeRow,
    candidates: list[Proposal],
    rows: Mapping[str, ChangeRow],
    certainty: dict[str, int],
) -> Iterator[Fault]:
    claim = world.claimed[row.entity]
    deciding = _once(p for p in candidates if (p.strength, p.steps) == (claim.strength, claim.steps))
    if claim.direction == AMBIGUOUS:
        sure = CERTAINTIES.index("ambiguous")
    else:
        against = max((p.strength for p in candidates if p.direction != claim.direction), default=0)
        own = UNOPPOSED if not against else OUTWEIGHED if against < claim.strength else CONTESTED
        sure = min(own, max(certainty.get(p.source, GIVEN) for p in deciding))
    certainty[row.entity] = sure
    times = {p: _onset(kb, p, rows) for p in deciding}
    most = max(certainty.get(p.source, GIVEN) for p in deciding)
    chiefs = [p for p in deciding if certainty.get(p.source, GIVEN) == most]
    chiefs = [p for p in chiefs if times[p] == min(times[c] for c in chiefs)]
    chosen = deciding if claim.direction == AMBIGUOUS else chiefs
    if claim.direction == AMBIGUOUS:
        premises = [tuple(sorted({who for p in deciding for who in (p.source, *p.prompts)}))]
    else:
        premises = [tuple(sorted({p.source, *p.prompts})) for p in chosen if p.rule == row.rule]
    yield from _row_faults(
        where, row, rule={p.rule for p in chosen}, certainty=sure, onset={min(times.values())}, premises=premises
    )
    evidence = next((m.evidence for m in kb.mechanisms if m.id == row.rule), ()) if row.rule != row.entity else ()
    if row.evidence != tuple(e.ref for e in evidence if e.ref):
        yield Fault("wrong-evidence", where, "the evidence is not the rule's")


def _row_faults(
    where: str,
    row: ChangeRow,
    *,
    rule: set[str],
    certainty: int,
    onset: set[int],
    premises: list[tuple[str, ...]],
) -> Iterator[Fault]:
    if row.rule not in rule:
        yield Fault("wrong-rule", where, f"rests on {' or '.join(sorted(rule))}, not on `{row.rule}`")
    elif tuple(p.partition(":")[2] for p in row.premises) not in premises:
        expected = " or ".join(", ".join(p) or "nothing" for p in premises)
        yield Fault("wrong-premises", where, f"premises should be {expected}")
    if row.certainty != CERTAINTIES[certainty]:
        yield Fault("wrong-certainty", where, f"is {CERTAINTIES[certainty]}, not {row.certainty}")
    if row.onset not in {ONSETS[o] for o in onset}:
        yield Fault("wrong-onset", where, f"shows within {' or '.join(ONSETS[o] for o in sorted(onset))}")


def _onset(kb: KnowledgeBase, proposal: Proposal, rows: Mapping[str, ChangeRow]) -> int:
    def of(entity: str) -> int:
        word = rows[entity].onset
        return ONSETS.index(word) if word in ONSETS else 0

    own = 0 if proposal.rule == proposal.target else next(m.onset for m in kb.mechanisms if m.id == proposal.rule)
    slowest = max(of(proposal.source), own)
    return max(slowest, min(map(of, proposal.prompts))) if proposal.prompts else slowest


def _once(candidates: Iterator[Proposal]) -> list[Proposal]:
    """Each (rule, source) once: strongest, then fewest steps, then by prompts."""
    best: dict[tuple[str, str], Proposal] = {}
    for p in sorted(candidates, key=lambda p: (-p.strength, p.steps, p.prompts)):
        best.setdefault((p.rule, p.source), p)
    return [best[key] for key in sorted(best)]


def _vote_faults(where: str, row: ChangeRow, candidates: list[Proposal], rows: WorldRows) -> Iterator[Fault]:
    """Support and opposition: all proposals, each once, on the right side."""
    first = (RANK[row.strength], row.steps)
    sides: dict[str, list[tuple[str, str, str, str, int]]] = {"support": [], "opposition": []}
    for p in _once(iter(candidates)):
        decided = row.rule != "given" and (p.strength, p.steps) == first
        side = "support" if p.direction == WAY[row.direction] or decided else "opposition"
        sides[side].append((p.rule, p.source, WORD[p.direction], STRENGTHS[p.strength], p.steps))
    for side, votes in (("support", row.support), ("opposition", row.opposition)):
        stated = [(v.rule, v.source, v.direction, v.strength, v.steps) for v in votes]
        if stated != sides[side]:
            odd = sorted(set(stated) ^ set(sides[side]))
            detail = (
                f"`{odd[0][0]}` {'is missing' if odd[0] in sides[side] else 'is made up'}" if odd else "out of order"
            )
            yield Fault(f"wrong-{side}", where, detail)
    for vote in row.opposition:
        if bool(vote.feedback) != _runs_through(row.entity, vote, rows):
            yield Fault("wrong-feedback", where, f"`{vote.rule}` is {'not ' if vote.feedback else ''}feedback")


def _runs_through(entity: str, vote: Vote, rows: WorldRows) -> bool:
    """Whether the derivation of a vote's source includes ``entity`` itself."""
    premises = {row.entity: [p.partition(":")[2] for p in row.premises] for row in rows.changes}
    seen: set[str] = set()
    queue = [vote.source]
    while queue:
        node = queue.pop()
        if node not in seen:
            seen.add(node)
            queue += premises.get(node, [])
    return entity in seen


def _order_faults(where: str, world: World, rows: WorldRows) -> Iterator[Fault]:
    """Premises come before conclusions, in the order of settling."""
    position = {row.entity: index for index, row in enumerate(rows.changes)}
    for row in rows.changes:
        if row.id.partition(":")[2] != row.entity:
            yield Fault("wrong-id", f"{where}/{row.entity}", f"id `{row.id}` is not of this entity")
        for premise in row.premises:
            source = premise.partition(":")[2]
            if position.get(source, len(position)) >= position[row.entity]:
                yield Fault("premise-later", f"{where}/{row.entity}", f"premise `{source}` does not come before it")
    moments = [world.moment(row.entity) for row in rows.changes]
    if moments != sorted(moments):
        yield Fault("out-of-order", where, "changes are not in the order of settling")

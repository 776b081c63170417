"""A derivation one firing at a time: what fired, why, and what else was waiting to fire at that moment.

The order is that of settling. What was waiting is read off the votes filed in the result: those whose source had
settled by then and whose target had not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from theralogic.model.levels import STRENGTHS
from theralogic.model.result import ChangeRow, Vote
from theralogic.render.arm_sentences import opposition, remarks, says, source_of
from theralogic.render.evidence import cited_in_full
from theralogic.render.phrases import CERTAIN, HOW, WHEN, WOULD, arrows, moves, sentence
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import derivation

COMMANDS = {
    "next": "the next firing",
    "why": "what it rests on, and who says so",
    "else": "what else could have fired",
    "back": "the one before",
    "quit": "stop here",
}
SHOWN = 8


class Firing(NamedTuple):
    """One rule that fires: its number among those shown, the change, and the votes that were waiting too."""

    number: int
    change: ChangeRow
    waiting: tuple[tuple[str, Vote], ...]


def firings(arm: ArmView, entities: Iterable[str] | None = None) -> list[Firing]:
    """The firings that lead to ``entities`` (None: all), in the order of settling."""
    wanted: set[str] | None = None
    if entities is not None:
        found = [derivation(arm.world, entity) for entity in entities]
        wanted = {step.entity for d in found if d for step in d.steps}
    shown: list[Firing] = []
    settled: set[str] = set()
    for change in arm.world.changes:
        if wanted is None or change.entity in wanted:
            waiting = tuple(_waiting(arm, settled, change)) if change.rule != "given" else ()
            shown.append(Firing(len(shown) + 1, change, waiting))
        settled.add(change.entity)
    return shown


def _waiting(arm: ArmView, settled: set[str], now: ChangeRow) -> Iterator[tuple[str, Vote]]:
    votes = [
        (change.entity, vote)
        for change in arm.world.changes
        if change.entity not in settled
        for vote in (*change.support, *change.opposition)
        if vote.source in settled and (change.entity, vote.rule) != (now.entity, now.rule)
    ]
    votes.sort(key=lambda v: (-STRENGTHS.index(v[1].strength), v[1].steps, v[0], v[1].rule))
    yield from votes


def told(arm: ArmView, firing: Firing, total: int) -> list[str]:
    """The firing itself: number, symbol, sentence, source, and what limited it."""
    change = firing.change
    head = f"{firing.number} of {total}  {arrows(change.direction, change.strength)}  {says(arm, change)}"
    return [head, f"[{source_of(change)}]", *remarks(arm, change)]


def why(arm: ArmView, firing: Firing, numbers: dict[str, int]) -> list[str]:
    """What the firing rests on, its certainty and onset, when it does not hold, and its evidence."""
    change = firing.change
    lines = []
    for premise in change.premises:
        source = premise.partition(":")[2]
        number = f" ({numbers[source]})" if source in numbers else ""
        lines.append(f"rests on: {moves(arm.changes[source])}{number}")
    lines.append(f"{CERTAIN[change.certainty]}; {WHEN[change.onset]}; step {change.steps}")
    rule = arm.mechanisms.get(change.rule)
    if rule and rule.limits:
        lines.append(f"does not hold: {rule.limits}")
    lines += [cited_in_full(item) for item in rule.evidence] if rule else []
    lines += [f"against it: {opposition(arm, change.entity, vote)}" for vote in change.opposition]
    return lines


def elsewise(arm: ArmView, firing: Firing) -> list[str]:
    """What else could have fired at that moment, strongest first; the strongest with the fewest steps goes first."""
    if firing.change.rule == "given":
        return ["nothing: what is given settles before any rule fires"]
    lines = [
        sentence(
            f"{arm.name(vote.source)} would {WOULD[vote.direction]} {arm.name(target)} {HOW[vote.strength]} "
            f"[{vote.rule}]"
        )
        for target, vote in firing.waiting[:SHOWN]
    ]
    more = len(firing.waiting) - SHOWN
    return [*lines, *([f"and {more} more"] if more > 0 else [])] or ["nothing else was waiting"]


def as_data(arm: ArmView, shown: Sequence[Firing]) -> list[dict[str, Any]]:
    """All firings as plain data."""
    numbers = {f.change.entity: f.number for f in shown}
    return [
        {
            "number": f.number,
            "entity": f.change.entity,
            "rule": f.change.rule,
            "says": says(arm, f.change),
            "why": why(arm, f, numbers),
            "else": [{"rule": v.rule, "source": v.source, "target": t, "direction": v.direction} for t, v in f.waiting],
        }
        for f in shown
    ]

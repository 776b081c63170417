"""Two patients side by side: what differs, and the first step at which their chains part."""

from __future__ import annotations

from typing import NamedTuple

from theralogic.model.result import Answer, ChangeRow, Result, WorldRows, changes_by_entity
from theralogic.results.explain import derivation


class ComparisonRow(NamedTuple):
    """One entity in both; ``parts_at`` is the first step of its chain that differs, None where nothing does."""

    entity: str
    name: str
    left: Answer
    right: Answer
    parts_at: str | None


def compare(left: Result, right: Result) -> tuple[ComparisonRow, ...]:
    """Rows for what both results answer, in the order of the left one."""
    answers = {a.entity: a for a in right.answers}
    return tuple(
        ComparisonRow(a.entity, a.name, a, answers[a.entity], parting(answering(left), answering(right), a.entity))
        for a in left.answers
        if a.entity in answers
    )


def answering(result: Result) -> WorldRows:
    """The world that answers a result's questions."""
    return result.worlds.get("treated") or result.worlds["untreated"]


def parting(left: WorldRows, right: WorldRows, entity: str) -> str | None:
    """Id of the first entity on either chain to ``entity`` that moves differently in the other world."""
    first, second = changes_by_entity(left), changes_by_entity(right)
    steps: list[ChangeRow] = []
    for world in (left, right):
        found = derivation(world, entity)
        steps += found.steps if found else ()
    for step in sorted(steps, key=lambda s: (s.steps, s.entity)):
        if _way(first.get(step.entity)) != _way(second.get(step.entity)):
            return step.entity
    return None


def _way(change: ChangeRow | None) -> tuple[str, str] | None:
    return (change.direction, change.strength) if change else None

"""Which steps explain an answer: the derivation of one entity, as a selection from the result's changes.

Nothing is inferred here. An explanation is a filter over what settled that keeps every path back to what
was given, so brief, steps and full are the same derivation seen from further or nearer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.result import ChangeRow, Vote, WorldRows, changes_by_entity

LEVELS_OF_DETAIL = ("brief", "steps", "full")


class Derivation(NamedTuple):
    """Why one entity changes: its steps, premises before conclusions, and what was set aside on the way."""

    entity: str
    steps: tuple[ChangeRow, ...]
    set_aside: tuple[tuple[str, Vote], ...]


def derivation(world: WorldRows, entity: str) -> Derivation | None:
    """The derivation of ``entity`` in a world, or None where it does not change."""
    changes = changes_by_entity(world)
    if entity not in changes:
        return None
    needed: set[str] = set()
    waiting = [entity]
    while waiting:
        node = waiting.pop()
        if node not in needed:
            needed.add(node)
            waiting.extend(premise.partition(":")[2] for premise in changes[node].premises)
    steps = tuple(change for change in world.changes if change.entity in needed)
    aside = tuple((step.entity, vote) for step in steps for vote in step.opposition)
    return Derivation(entity, steps, aside)


def main_path(world: WorldRows, entity: str) -> list[ChangeRow]:
    """One unbranched chain from what was given to ``entity``: each step's deciding source, then what prompted it."""
    changes = changes_by_entity(world)
    path: list[ChangeRow] = []
    seen: set[str] = set()
    node: str | None = entity
    while node is not None and node not in seen:
        seen.add(node)
        change = changes[node]
        path.append(change)
        node = deciding_source(change)
    return path[::-1]


def deciding_source(change: ChangeRow) -> str | None:
    """The entity whose change brought this one about, or None where it was given."""
    if not change.premises:
        return None
    votes = [v for v in change.support if v.rule == change.rule and v.direction == change.direction]
    sources = {premise.partition(":")[2] for premise in change.premises}
    best = [v.source for v in votes if v.source in sources and v.strength == change.strength]
    return min(best) if best else min(sources)


def signalling_mode(
    producers: Mapping[str, tuple[str, ...]], bearers: Mapping[str, tuple[str, ...]], members: tuple[str, ...]
) -> tuple[str, tuple[str, ...]] | None:
    """Whether a signal is autocrine or paracrine, with the cells that decide it.

    ``producers`` of the ligand among ``members`` against ``bearers`` of the receptor chains among them; a
    cell that makes the ligand and bears a listed chain hears itself. None where either side is not listed.
    """
    making = {cell for m in members for cell in producers.get(m, ())}
    hearing = {cell for m in members for cell in bearers.get(m, ())}
    if not making or not hearing:
        return None
    both = tuple(sorted(making & hearing))
    if both and making == hearing:
        return "autocrine", both
    if both:
        return "autocrine and paracrine", both
    return "paracrine", tuple(sorted(making))

"""Expectations of a case against its result: what is not met, and what was found instead."""

from __future__ import annotations

from typing import NamedTuple

from theralogic.model.levels import STRENGTHS
from theralogic.model.records import BASE_ARM, Case, Expectation
from theralogic.model.result import Reason, Result, WorldRows, changes_by_entity
from theralogic.results.explain import derivation


class Unmet(NamedTuple):
    """One expectation that is not met.

    ``part`` is the key of it that fails first, or ``world`` where the result has no such world. ``found`` is what
    stands in its place: a direction, a strength, a certainty or a kind of reason, or the rules of ``by`` that were not
    used; empty where there is nothing. ``reason`` is why nothing happens, where the case asks about the entity.
    """

    expected: Expectation
    part: str
    found: tuple[str, ...]
    reason: Reason | None


def check(case: Case, result: Result) -> list[Unmet]:
    """Every expectation that is not met, in the order of the file."""
    return [unmet for expectation in case.expect if (unmet := _unmet(expectation, result))]


def _unmet(expected: Expectation, result: Result) -> Unmet | None:
    whole = result if expected.arm == BASE_ARM else result.arms[expected.arm]
    reason = next((a.reason for a in whole.answers if a.entity == expected.entity and a.reason), None)
    part, found = _failing(expected, whole.worlds.get(expected.world), reason)
    return Unmet(expected, part, found, reason) if part else None


def _failing(expected: Expectation, world: WorldRows | None, reason: Reason | None) -> tuple[str, tuple[str, ...]]:
    """The first part of an expectation that fails, with what was found; an empty part where all of it holds."""
    if world is None:
        return "world", ()
    change = changes_by_entity(world).get(expected.entity)
    direction = change.direction if change else "no_effect"
    if direction != expected.direction:
        return "direction", (direction,)
    rank = STRENGTHS.index(change.strength) if change else 0
    if not expected.at_least <= rank <= expected.at_most:
        return "at_least" if rank < expected.at_least else "at_most", (STRENGTHS[rank],)
    if expected.certainty and change and change.certainty != expected.certainty:
        return "certainty", (change.certainty,)
    used = _rules(world, expected.entity) if expected.by else set()
    unused = tuple(rule for rule in expected.by if rule not in used)
    if unused:
        return "by", unused
    kind = reason.kind if reason else ""
    if expected.because and kind != expected.because:
        return "because", (kind,) if kind else ()
    return "", ()


def _rules(world: WorldRows, entity: str) -> set[str]:
    found = derivation(world, entity)
    return {step.rule for step in found.steps} if found else set()

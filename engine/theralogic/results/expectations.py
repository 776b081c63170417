"""Expectations of a case against its result: each failure is one sentence that says what was found instead."""

from __future__ import annotations

from theralogic.model.levels import STRENGTHS
from theralogic.model.records import BASE_ARM, Case, Expectation
from theralogic.model.result import Answer, Result, WorldRows, changes_by_entity
from theralogic.results.explain import derivation


def check(case: Case, result: Result) -> list[str]:
    """Every expectation that is not met, in the order of the file."""
    return [failure for expectation in case.expect if (failure := _failure(expectation, result))]


def _failure(expected: Expectation, result: Result) -> str | None:
    whole = result if expected.arm == BASE_ARM else result.arms[expected.arm]
    world = whole.worlds.get(expected.world)
    what = f"{expected.entity} ({expected.arm}, {expected.world})" if expected.arm != BASE_ARM else expected.entity
    if world is None:
        return f"{what}: nothing is given, so there is no {expected.world} world"
    change = changes_by_entity(world).get(expected.entity)
    direction = change.direction if change else "no_effect"
    if direction != expected.direction:
        return f"{what}: expected {expected.direction}, found {direction}{_because(whole.answers, expected)}"
    rank = STRENGTHS.index(change.strength) if change else 0
    if not expected.at_least <= rank <= expected.at_most:
        low = rank < expected.at_least
        bound = f"at least {STRENGTHS[expected.at_least]}" if low else f"at most {STRENGTHS[expected.at_most]}"
        return f"{what}: expected {bound}, found {STRENGTHS[rank]}"
    if expected.certainty and change and change.certainty != expected.certainty:
        return f"{what}: expected certainty {expected.certainty}, found {change.certainty}"
    missing = [rule for rule in expected.by if rule not in _rules(world, expected.entity)]
    if missing:
        return f"{what}: the derivation does not use {', '.join(missing)}"
    if expected.because:
        found = next((a.reason.kind for a in whole.answers if a.entity == expected.entity and a.reason), None)
        if found != expected.because:
            hint = "" if found else " (ask about it to get a reason)"
            return f"{what}: expected because {expected.because}, found {found}{hint}"
    return None


def _rules(world: WorldRows, entity: str) -> set[str]:
    found = derivation(world, entity)
    return {step.rule for step in found.steps} if found else set()


def _because(answers: tuple[Answer, ...], expected: Expectation) -> str:
    for answer in answers:
        if answer.entity == expected.entity and answer.reason:
            by = f", by {', '.join(answer.reason.by)}" if answer.reason.by else ""
            return f" [{answer.reason.kind}: {answer.reason.entity}{by}]"
    return ""

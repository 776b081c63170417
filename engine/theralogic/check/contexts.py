"""Contexts that can't hold, and mechanisms that say the same or the opposite in one context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from theralogic.check.finding import RuleFinding
from theralogic.model.context import lineage
from theralogic.model.records import KnowledgeBase, Mechanism
from theralogic.model.vocabulary import COMPARTMENTS


def never_operative(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Mechanisms whose context no disease can meet."""
    listed: dict[str, set[str]] = {key: set() for key in COMPARTMENTS}
    for disease in kb.diseases.values():
        for key, values in disease.compartments:
            listed[key].update(values)
    for mechanism in kb.mechanisms:
        for key, values in mechanism.where:
            if key in COMPARTMENTS and listed[key] and listed[key].isdisjoint(values):
                message = f"`{mechanism.id}` never holds: no disease lists the {key} {' or '.join(values)}"
                yield RuleFinding("warning", "never-operative", mechanism.id, message, mechanism.source)
        if mechanism.where and mechanism.where == mechanism.unless:
            message = f"`{mechanism.id}` never holds: `where` and `unless` say the same"
            yield RuleFinding("error", "never-operative", mechanism.id, message, mechanism.source)


def sign_conflicts(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Pairs of mechanisms with opposite signs between the same two entities that can hold at once."""
    for first, second in _pairs(kb):
        if first.sign != second.sign and can_meet(kb, first, second):
            message = f"`{first.id}` and `{second.id}` have opposite signs in one context"
            yield RuleFinding("warning", "sign-conflict", first.id, message, first.source)


def duplicates(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Pairs of mechanisms that say the same of the same two entities in one context."""
    for first, second in _pairs(kb):
        if first.sign == second.sign and can_meet(kb, first, second):
            message = f"`{first.id}` and `{second.id}` say the same in one context"
            yield RuleFinding("warning", "duplicate-mechanism", first.id, message, first.source)


def _pairs(kb: KnowledgeBase) -> Iterator[tuple[Mechanism, Mechanism]]:
    between: dict[tuple[str, str], list[Mechanism]] = defaultdict(list)
    for mechanism in kb.mechanisms:
        between[mechanism.subject, mechanism.object].append(mechanism)
    for group in between.values():
        yield from combinations(group, 2)


def can_meet(kb: KnowledgeBase, first: Mechanism, second: Mechanism) -> bool:
    """Whether two contexts can hold in one case, as far as their own words tell."""
    one, two = dict(first.where), dict(second.where)
    for key in one.keys() & two.keys():
        # A case can list several tissues, cells and doses, but it is one disease and one phase.
        if key not in (*COMPARTMENTS, "dose") and _apart(kb, key, one[key], two[key]):
            return False
        if key == "dose" and set(one[key]).isdisjoint(two[key]):
            return False
    return not (_excluded(one, dict(second.unless)) or _excluded(two, dict(first.unless)))


def _apart(kb: KnowledgeBase, key: str, one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if key != "disease":
        return set(one).isdisjoint(two)
    families = [set(lineage(kb, [d])) for d in one]
    others = [set(lineage(kb, [d])) for d in two]
    return not any(set(two) & family for family in families) and not any(set(one) & family for family in others)


def _excluded(where: Mapping[str, tuple[str, ...]], unless: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether whatever meets ``where`` is ruled out by ``unless``."""
    return bool(unless) and all(key in where and set(where[key]) <= set(values) for key, values in unless.items())

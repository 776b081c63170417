"""Contexts that can't hold, and mechanisms that say the same or the opposite in one context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, combinations_with_replacement, islice, product

from theralogic.check.finding import RuleFinding
from theralogic.model.context import lineage
from theralogic.model.records import Context, KnowledgeBase, Mechanism
from theralogic.model.vocabulary import COMPARTMENTS

MOST_CONTEXTS = 50  # contexts that are compared between two entities
PAIRS_TOLD = 3


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
    for first, message in _meeting(kb, "have opposite signs in one context", same=False):
        yield RuleFinding("warning", "sign-conflict", first.id, message, first.source)


def duplicates(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Pairs of mechanisms that say the same of the same two entities in one context."""
    for first, message in _meeting(kb, "say the same in one context", same=True):
        yield RuleFinding("warning", "duplicate-mechanism", first.id, message, first.source)


def many_contexts(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Pairs of entities with mechanisms in so many contexts between them that not all are compared."""
    for group in _between(kb):
        contexts = len(_by_context(group))
        if contexts > MOST_CONTEXTS:
            first = group[0]
            message = (
                f"from `{first.subject}` to `{first.object}` lead mechanisms in {contexts:,} contexts; "
                f"only the first {MOST_CONTEXTS} were compared"
            )
            yield RuleFinding("warning", "many-contexts", first.id, message, first.source)


def _meeting(kb: KnowledgeBase, what: str, *, same: bool) -> Iterator[tuple[Mechanism, str]]:
    """Pairs of the ``same`` sign (or not) that can hold at once, each with a message; many alike have one together."""
    for group in _between(kb):
        pairs, told = 0, list[tuple[Mechanism, Mechanism]]()
        contexts = list(_by_context(group).values())[:MOST_CONTEXTS]
        for one, other in combinations_with_replacement(contexts, 2):
            first, second = one[0], other[0]
            number = len(one) * (len(one) - 1) // 2 if one is other else len(one) * len(other)
            if number and (first.sign == second.sign) == same and can_meet(kb, first, second):
                pairs += number
                these = combinations(one, 2) if one is other else product(one, other)
                told += islice(these, PAIRS_TOLD - len(told))
        named = [sorted((first, second), key=lambda mechanism: mechanism.id) for first, second in told]
        if pairs > PAIRS_TOLD:
            some = ", ".join(f"`{first.id}` and `{second.id}`" for first, second in named)
            first = named[0][0]
            ends = f"from `{first.subject}` to `{first.object}`"
            yield first, f"{pairs:,} pairs of mechanisms {ends} {what}, such as {some}"
        else:
            yield from ((first, f"`{first.id}` and `{second.id}` {what}") for first, second in named)


def _between(kb: KnowledgeBase) -> list[list[Mechanism]]:
    """The mechanisms between the same two entities, where there are several."""
    between: dict[tuple[str, str], list[Mechanism]] = defaultdict(list)
    for mechanism in kb.mechanisms:
        between[mechanism.subject, mechanism.object].append(mechanism)
    return [group for group in between.values() if len(group) > 1]


def _by_context(group: list[Mechanism]) -> dict[tuple[int, Context, Context], list[Mechanism]]:
    """Mechanisms of one sign and one context together: they meet others alike, so one of them is compared."""
    found: dict[tuple[int, Context, Context], list[Mechanism]] = defaultdict(list)
    for mechanism in group:
        found[mechanism.sign, mechanism.where, mechanism.unless].append(mechanism)
    return found


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

"""Context first: which mechanisms are operative in this patient, decided before any reasoning (4.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.levels import ONSETS
from theralogic.model.names import fold
from theralogic.model.records import Arm, Context, KnowledgeBase, Mechanism
from theralogic.model.vocabulary import COMPARTMENTS

STANDARD_DOSE = "standard"


class Facts(NamedTuple):
    """What is true of a case: for each context key the values that hold.

    ``by`` keeps only mechanisms at least that fast (-1: all).
    """

    values: Mapping[str, frozenset[str]]
    by: int = -1


def lineage(kb: KnowledgeBase, diseases: Iterable[str]) -> frozenset[str]:
    """The diseases and everything they are subtypes of."""
    seen: set[str] = set()
    waiting = list(diseases)
    while waiting:
        disease = waiting.pop()
        if disease not in seen:
            seen.add(disease)
            waiting.extend(kb.diseases[disease].parents)
    return frozenset(seen)


def compartments(kb: KnowledgeBase, diseases: Iterable[str]) -> dict[str, frozenset[str]]:
    """Tissues and cells that the case's diseases list."""
    found: dict[str, set[str]] = {key: set() for key in COMPARTMENTS}
    for disease in diseases:
        for key, values in kb.diseases[disease].compartments:
            found[key].update(values)
    return {key: frozenset(values) for key, values in found.items()}


def disagreements(
    kb: KnowledgeBase, diseases: Iterable[str], decided: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Where two diseases give an entity different levels and no finding decides: the entity, and both diseases."""
    levels: dict[str, tuple[int, str]] = {}
    for disease in diseases:
        for entity, level in kb.diseases[disease].levels:
            other = levels.setdefault(entity, (level, disease))
            if other[0] != level and entity not in decided:
                yield entity, other[1], disease


def facts_of(kb: KnowledgeBase, diseases: Iterable[str], arm: Arm, *, treated: bool, by: int = -1) -> Facts:
    """The facts of a case in one arm; doses are facts of the treated world only."""
    values = dict(compartments(kb, diseases))
    values["disease"] = lineage(kb, diseases)
    for key, stated in arm.context:
        values[key] = values.get(key, frozenset()) | frozenset(stated)
    if treated:
        doses = frozenset(p.dose or STANDARD_DOSE for p in arm.prescriptions)
        values["dose"] = values.get("dose", frozenset()) | doses
    return Facts(values, by)


def leave_out(mechanisms: Iterable[Mechanism], facts: Facts) -> dict[str, str]:
    """Ids of the mechanisms that do not hold in these facts, and why each does not; all others are operative."""
    out: dict[str, str] = {}
    for mechanism in mechanisms:
        if mechanism.where or mechanism.unless or facts.by >= 0:
            why = left_out_because(mechanism, facts)
            if why:
                out[mechanism.id] = why
    return out


def leave_out_again(before: Mapping[str, str], concerned: Iterable[Mechanism], facts: Facts) -> Mapping[str, str]:
    """What is left out where facts differ only in what ``concerned`` mechanisms ask about: often ``before`` itself."""
    now = {m.id: left_out_because(m, facts) for m in concerned}
    if all(before.get(rule, "") == why for rule, why in now.items()):
        return before
    return {rule: why for rule, why in {**before, **now}.items() if why}


def left_out_because(mechanism: Mechanism, facts: Facts) -> str:
    """Why a mechanism does not hold in these facts, or an empty string."""
    if 0 <= facts.by < mechanism.onset:
        return f"too slow: {ONSETS[mechanism.onset]}"
    for key, values in mechanism.where:
        if not _met(key, values, facts):
            return f"where {key}: {', '.join(values)}"
    if mechanism.unless and all(_listed(key, values, facts) for key, values in mechanism.unless):
        return f"unless {_words(mechanism.unless)}"
    return ""


def _listed(key: str, values: Iterable[str], facts: Facts) -> bool:
    return not facts.values.get(key, frozenset()).isdisjoint(values)


def _met(key: str, values: Iterable[str], facts: Facts) -> bool:
    # A disease that lists no compartments of this kind does not rule any out.
    if key in COMPARTMENTS and not facts.values.get(key):
        return True
    return _listed(key, values, facts)


def _words(context: Context) -> str:
    return ", ".join(f"{key}: {' or '.join(values)}" for key, values in context)


def places_of(mechanism: Mechanism, facts: Facts) -> tuple[tuple[str, ...], ...]:
    """The compartments of the case in which a mechanism takes place, folded: one tuple for tissues and one for cells,
    as far as its ``where`` names any that the case lists; empty for a mechanism that takes place everywhere."""
    if not mechanism.where:
        return ()
    named = ((values, facts.values.get(key, frozenset())) for key, values in mechanism.where if key in COMPARTMENTS)
    found = (tuple(fold(value) for value in values if value in listed) for values, listed in named)
    return tuple(places for places in found if places)

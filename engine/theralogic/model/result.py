"""The result: one frozen object that every view reads, and its JSON form (schema ``theralogic/result/2``).

Words instead of ranks, because people and other programs read it. A saved result holds everything needed
to check it again: what was given, what settled, for which reasons, under which rule base.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from theralogic.model.records import Limit

SCHEMA = "theralogic/result/2"
SCHEMA_1 = "theralogic/result/1"
"""The schema before, with sentences where this one has data; it can still be read and checked."""


class Vote(NamedTuple):
    """One candidate for or against a change; ``feedback`` names the loop where it runs through the entity itself."""

    rule: str
    source: str
    direction: str
    strength: str
    steps: int
    feedback: tuple[str, ...]


class ChangeRow(NamedTuple):
    """A settled change. ``premises`` are ids of earlier changes of the same world."""

    id: str
    entity: str
    name: str
    direction: str
    strength: str
    certainty: str
    onset: str
    steps: int
    rule: str
    premises: tuple[str, ...]
    limits: tuple[Limit, ...]
    support: tuple[Vote, ...]
    opposition: tuple[Vote, ...]
    evidence: tuple[str, ...]


class Reason(NamedTuple):
    """Why something does not change: the nearest place where an effect stops, and what stops it.

    ``kind`` is one of ``REASONS``; ``entity`` is what would have changed next, ``source`` the change that did not get
    through ``rule`` (both empty where no rule leads there; ``rule`` is ``given`` where a level or an action pins it).
    ``by`` names what stops it: entities, a place, or the context; ``against`` members of a gate that have to be away
    and are not. ``strength`` is that of the change of ``source``;
    ``scarce`` tells that ``source`` fell no further because there was little to lose.
    """

    kind: str
    entity: str
    source: str
    rule: str
    by: tuple[str, ...]
    strength: str | None
    scarce: bool
    against: tuple[str, ...] = ()


class Answer(NamedTuple):
    """The answer to a question: ``reason`` says why nothing happens, ``opposed_by`` which rules pull the other way."""

    entity: str
    name: str
    direction: str
    strength: str | None
    certainty: str | None
    reason: Reason | None
    opposed_by: tuple[str, ...]
    onset: str | None


class WorldRows(NamedTuple):
    """Changes of a world in the order of settling; ``levels`` only of the untreated one, where not healthy."""

    levels: Mapping[str, str] | None
    changes: tuple[ChangeRow, ...]


class Contrast(NamedTuple):
    """One entity in an arm against the case as written; ``kind`` says how the added drug combines.

    ``how`` says it more closely: ``rules`` (which of those in ``by`` is stronger would settle it), ``gate`` (it
    can't rise without those in ``by``, nor with those in ``against``), ``cancel`` (together they leave it unchanged),
    ``together`` (neither alone does it), ``shared`` (both act through those in ``by``), ``either`` or ``stronger``
    (that one alone does as much).
    """

    entity: str
    name: str
    treated: str
    arm: str
    kind: str | None
    how: str | None
    by: tuple[str, ...]
    against: tuple[str, ...] = ()


class ArmResult(NamedTuple):
    """Answers and worlds of one arm."""

    answers: tuple[Answer, ...]
    worlds: Mapping[str, WorldRows]
    versus_treated: tuple[Contrast, ...]


class CautionRow(NamedTuple):
    """A caution that fired, and in which arm. ``say`` is empty for what is given against itself at ``target``."""

    id: str
    arm: str
    say: str
    because: str
    evidence: tuple[str, ...]
    target: str


class GivenAction(NamedTuple):
    """One thing that a drug does to one target, with the potency that arrives, and what capped it."""

    verb: str
    target: str
    potency: str
    limit: Limit | None


class GivenDrug(NamedTuple):
    """An intervention as given, with its actions, so that a result can be checked without the case file."""

    id: str
    name: str
    dose: str
    actions: tuple[GivenAction, ...]


class ArmContext(NamedTuple):
    """What went into one arm."""

    title: str
    findings: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]]
    interventions: tuple[GivenDrug, ...]
    operative: int
    left_out: Mapping[str, int]


class CaseContext(NamedTuple):
    """What went into the result."""

    title: str
    vignette: str
    diseases: Mapping[str, str]
    by: str | None
    arms: Mapping[str, ArmContext]
    atypical: tuple[Mapping[str, str], ...]


class Result(NamedTuple):
    """Everything there is to know about one case; ``engine`` is ``durable`` or ``reference``."""

    schema: str
    engine: str
    case: Mapping[str, str]
    rules: Mapping[str, str]
    answers: tuple[Answer, ...]
    worlds: Mapping[str, WorldRows]
    arms: Mapping[str, ArmResult]
    cautions: tuple[CautionRow, ...]
    context: CaseContext
    disclaimer: str


def to_json(value: Any) -> Any:
    """Plain data of a result or any part of it; a world without levels has no such key."""
    names = getattr(value, "_fields", None)
    if names:
        data = {name: to_json(item) for name, item in zip(names, value, strict=True)}
        if isinstance(value, WorldRows) and value.levels is None:
            del data["levels"]
        return data
    if isinstance(value, Mapping):
        return {key: to_json(value[key]) for key in value}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value


def changes_by_entity(world: WorldRows) -> dict[str, ChangeRow]:
    """The changes of a world by entity id."""
    return {change.entity: change for change in world.changes}

"""The nouns, frozen: what rules and cases are once they are understood.

Named tuples with no behaviour, because every engine, the checker and the compiled cache work on exactly
this, and because forty of them must not slow the start of a command (docs/decisions/0002). Levels, strengths,
onsets and signs are the small integers of :mod:`theralogic.model.levels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from theralogic.model.levels import MODERATE, NONE, NORMAL, ONSETS, STRONG

Context = tuple[tuple[str, tuple[str, ...]], ...]
"""``where``/``unless`` of a mechanism: all keys must match, any value of a key is enough."""

BASE_ARM = "treated"
"""Id of the arm that is the case as written."""


class Limit(NamedTuple):
    """What held a strength down: ``kind`` is one of :data:`~theralogic.model.vocabulary.LIMITS`, ``by`` what did it.

    That is an entity (``redundant``, ``gate``), a dose or a place (``reach``), and empty where the kind says it all.
    """

    kind: str
    by: str = ""


class Evidence(NamedTuple):
    """Who says so: a CURIE (empty for a textbook fact), kind of study, stance and a note in own words."""

    ref: str
    kind: str
    stance: str = "supports"
    note: str = ""


class Member(NamedTuple):
    """One condition of a gate; ``negated`` members must be away."""

    entity: str
    negated: bool


class Entity(NamedTuple):
    """Anything that can rise or fall. ``members`` is empty for everything but a complex."""

    id: str
    name: str
    kind: str
    constitutive: bool = False
    level: int = NORMAL
    sufficient: bool = False
    members: tuple[Member, ...] = ()
    aliases: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    produced_by: tuple[str, ...] = ()
    borne_by: tuple[str, ...] = ()
    note: str = ""
    source: str = ""


class Mechanism(NamedTuple):
    """One signed statement: ``subject`` ``relation`` ``object``. A mechanism whose onset is not stated takes days."""

    id: str
    subject: str
    relation: str
    sign: int
    object: str
    strength: int = MODERATE
    onset: int = ONSETS.index("days")
    needs: int = MODERATE
    where: Context = ()
    unless: Context = ()
    because: str = ""
    limits: str = ""
    evidence: tuple[Evidence, ...] = ()
    pattern: str = ""
    source: str = ""


class Disease(NamedTuple):
    """A named set of untreated levels plus the entity that measures its activity."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    compartments: Context = ()
    activity: str = ""
    levels: tuple[tuple[str, int], ...] = ()
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    source: str = ""


class Action(NamedTuple):
    """One thing an intervention does to one target."""

    verb: str
    target: str
    potency: int


class Intervention(NamedTuple):
    """A drug or hypothetical agent.

    ``dose`` caps the potency of every action; ``reach`` what arrives at mechanisms that take place in a compartment.
    """

    id: str
    name: str
    drug_class: str = ""
    aliases: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    dose: tuple[tuple[str, int], ...] = ()
    reach: tuple[tuple[str, int], ...] = ()
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    source: str = ""


class Condition(NamedTuple):
    """One condition of a caution; ``kind`` is change, action, disease, finding or intervention."""

    kind: str
    subject: str
    value: str


class Caution(NamedTuple):
    """A production rule: when all conditions hold in the treated world, say this."""

    id: str
    when: tuple[Condition, ...]
    say: str
    because: str = ""
    evidence: tuple[Evidence, ...] = ()
    source: str = ""


class Finding(NamedTuple):
    """What was found in this patient: an entity at a level; ``measured`` keeps the value as written."""

    entity: str
    level: int
    measured: str = ""


class Prescription(NamedTuple):
    """An intervention as given: with a dose, or with none stated (empty)."""

    intervention: Intervention
    dose: str = ""


class Arm(NamedTuple):
    """A what-if: its findings, context and prescriptions, complete (changes already applied)."""

    id: str
    title: str = ""
    findings: tuple[Finding, ...] = ()
    context: Context = ()
    prescriptions: tuple[Prescription, ...] = ()


class Expectation(NamedTuple):
    """A claim about an answer, checked by ``theralogic test``."""

    entity: str
    direction: str
    at_least: int = NONE
    at_most: int = STRONG
    by: tuple[str, ...] = ()
    because: str = ""
    arm: str = BASE_ARM
    world: str = "treated"
    certainty: str = ""


class Teaching(NamedTuple):
    """What a lecturer wants from a case."""

    objectives: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()


class Case(NamedTuple):
    """A hypothetical patient. ``arms[0]`` is always the case as written, with the id ``treated``."""

    id: str
    title: str = ""
    vignette: str = ""
    diseases: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    ask: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()
    teaching: Teaching = Teaching()
    digest: str = ""
    source: str = ""


class KnowledgeBase(NamedTuple):
    """All rules, validated and resolved; ``names`` maps a kind of thing to its casefolded names and ids."""

    entities: Mapping[str, Entity]
    mechanisms: tuple[Mechanism, ...]
    diseases: Mapping[str, Disease]
    interventions: Mapping[str, Intervention]
    cautions: tuple[Caution, ...]
    names: Mapping[str, Mapping[str, str]]
    version: str
    digest: str

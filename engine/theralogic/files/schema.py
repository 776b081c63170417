"""The file formats as closed pydantic models: what a key is called, which words it takes, nothing more.

Meaning (which ids exist, what follows from what) is decided later, in :mod:`theralogic.files.resolve`; these
models also are the source of the JSON Schemas that editors use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from theralogic.model.levels import LEVELS, ONSETS, STRENGTHS
from theralogic.model.vocabulary import (
    CONTEXT_KEYS,
    DRIVERS,
    EVIDENCE_KINDS,
    KINDS,
    PATTERNS,
    REASONS,
    RELATIONS,
    STANCES,
    SYNONYMS,
    TONES,
    VERBS,
    canonical,
)

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+.-]*$", max_length=120)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Curie = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._]*:\S+$", max_length=120)]
T = TypeVar("T")
MOST = 10_000
MOST_ARMS = 1_000
Many = Annotated[list[T], Field(max_length=MOST)]
Some = Annotated[list[T], Field(min_length=1, max_length=MOST)]
Number = Annotated[float, Field(allow_inf_nan=False)]


_CANONICAL = BeforeValidator(lambda word: canonical(word) if isinstance(word, str) else word)


def _spelt(words: Mapping[str, object]) -> object:
    """One of ``words``, in any of its spellings; the model holds the canonical one."""
    listed = [*words, *(other for other, word in SYNONYMS.items() if word in words)]
    return Annotated[Literal[tuple(words)], _CANONICAL, WithJsonSchema({"enum": listed, "type": "string"})]


if TYPE_CHECKING:  # checkers can't read a Literal made from a tuple
    Level: TypeAlias = str
    Strength: TypeAlias = str
    Onset: TypeAlias = str
    ContextKey: TypeAlias = str
    EvidenceKind: TypeAlias = str
    Stance: TypeAlias = str
    Kind: TypeAlias = str
    Tone: TypeAlias = str
    Drivers: TypeAlias = str
    RelationWord: TypeAlias = str
    Verb: TypeAlias = str
    Pattern: TypeAlias = str
    Reason: TypeAlias = str
else:
    Level = Literal[LEVELS]
    Strength = Literal[STRENGTHS[1:]]
    Onset = Literal[ONSETS]
    ContextKey = Literal[CONTEXT_KEYS]
    EvidenceKind = Literal[EVIDENCE_KINDS]
    Stance = Literal[STANCES]
    Kind = Literal[tuple(KINDS)]
    Tone = Literal[TONES]
    Drivers = Literal[DRIVERS]
    RelationWord = _spelt(RELATIONS)
    Verb = _spelt(VERBS)
    Pattern = Literal[PATTERNS]
    Reason = Literal[REASONS]


def shape(value: Any) -> str | None:
    """Which form of a value was written; lets a union report one error instead of one per form."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "give" if "give" in value else "map"
    return getattr(value, "shape", None)


Shape = Discriminator(shape)
Values = Annotated[Annotated[Name, Tag("text")] | Annotated[Many[Name], Tag("list")], Shape]
Ids = Annotated[Annotated[Id, Tag("text")] | Annotated[Some[Id], Tag("list")], Shape]


class Closed(BaseModel):
    """Base of all: unknown keys are errors, nothing is coerced, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NotMember(Closed):
    """A negated member of a complex: the gate is open while this is away."""

    not_: Id = Field(alias="not")


Part = Annotated[Annotated[Id, Tag("text")] | Annotated[NotMember, Tag("map")], Shape]


class Signalling(Closed):
    """Shorthand for the complex of a ligand with its receptor: ``id`` requires the ligand and all of ``with``."""

    id: Id
    with_: Some[Part] = Field(alias="with")
    name: Name | None = None


class EvidenceItem(Closed):
    """One source, in our own words."""

    ref: Curie | None = None
    kind: EvidenceKind
    stance: Stance = "supports"
    note: Text | None = None


class EntityItem(Closed):
    """One entry of ``rules/entities/*.yaml``."""

    id: Id
    name: Name
    kind: Kind
    tone: Tone | None = None
    aliases: Many[Name] = []
    shared_names: Many[Name] = []
    lack_names: Many[Name] = []
    xrefs: Many[Curie] = []
    signalling: Signalling | None = None
    level: Level | None = None
    requires: Some[Part] | None = None
    drivers: Drivers = "additive"
    produced_by: Many[Id] = []
    borne_by: Many[Id] = []
    note: Text | None = None


class MechanismItem(Closed):
    """One entry of ``rules/mechanisms/*.yaml``; a list of objects is one mechanism per object."""

    id: Id
    subject: Id
    relation: RelationWord
    object: Ids
    strength: Strength = "moderate"
    onset: Onset | None = None
    needs: Strength = "moderate"
    where: dict[ContextKey, Values] = {}
    unless: dict[ContextKey, Values] = {}
    because: Text
    limits: Text | None = None
    pattern: Pattern | None = None
    evidence: Many[EvidenceItem] = []


class Compartments(Closed):
    """Where a disease takes place."""

    tissue: Many[Name] = []
    cell: Many[Name] = []


class DiseaseFile(Closed):
    """``rules/diseases/ID.yaml``."""

    id: Id
    name: Name
    aliases: Many[Name] = []
    shared_names: Many[Name] = []
    xrefs: Many[Curie] = []
    parents: Many[Id] = []
    compartments: Compartments = Compartments()
    activity: Id | None = None
    levels: dict[Id, Level] = {}
    note: Text | None = None
    evidence: Many[EvidenceItem] = []


class ActionItem(Closed):
    """One action of an intervention."""

    verb: Verb
    target: Name
    potency: Strength = "strong"


class InlineIntervention(Closed):
    """A hypothetical agent, written into the case."""

    name: Name
    actions: Some[ActionItem]
    dose: Name | None = None


class InterventionItem(Closed):
    """One entry of ``rules/interventions/*.yaml``."""

    id: Id
    name: Name
    class_: Name = Field(alias="class")
    aliases: Many[Name] = []
    shared_names: Many[Name] = []
    xrefs: Many[Curie] = []
    actions: Some[ActionItem]
    dose: dict[Name, Strength] = {}
    reach: dict[Name, Strength] = {}
    note: Text | None = None
    evidence: Many[EvidenceItem] = []


class ConditionItem(Closed):
    """One condition of a caution: exactly one of change, action, disease, finding, intervention."""

    change: Id | None = None
    direction: Literal["increases", "decreases", "ambiguous"] | None = None
    action: Verb | None = None
    target: Id | None = None
    disease: Id | None = None
    finding: Id | None = None
    level: Level | None = None
    intervention: Id | None = None


class CautionItem(Closed):
    """One entry of ``rules/cautions/*.yaml``."""

    id: Id
    when: list[ConditionItem] = Field(min_length=1, max_length=12)
    say: Text
    because: Text
    evidence: Many[EvidenceItem] = []


class FindingItem(Closed):
    """A level, or a measured value with its reference range."""

    entity: Name
    level: Level | None = None
    value: Number | None = None
    unit: Name | None = None
    reference: list[Number] | None = Field(default=None, min_length=2, max_length=2)


class GiveItem(Closed):
    """A known intervention with a dose."""

    give: Name
    dose: Name


Given = Annotated[
    Annotated[Name, Tag("text")] | Annotated[GiveItem, Tag("give")] | Annotated[InlineIntervention, Tag("map")], Shape
]


class ArmItem(Closed):
    """A what-if of the case."""

    id: Id
    title: Name | None = None
    add: Many[Given] = []
    remove: Many[Name] = []
    replace: dict[Name, Given] = {}
    dose: dict[Name, Name] = {}
    findings: Many[FindingItem] = []
    context: dict[ContextKey, Values] = {}


class ExpectItem(Closed):
    """A claim about the result, checked by ``theralogic test``."""

    entity: Name
    direction: Literal["increases", "decreases", "no_effect", "ambiguous"]
    at_least: Strength | None = None
    at_most: Strength | None = None
    certainty: Literal["given", "unopposed", "outweighed", "contested", "ambiguous"] | None = None
    by: Many[Name] = []
    because: Reason | None = None
    arm: Id | None = None
    world: Literal["untreated", "treated"] = "treated"


class TeachingItem(Closed):
    """What a lecturer wants from the case."""

    objectives: Many[Text] = []
    prerequisites: Many[Text] = []
    misconceptions: Many[Text] = []


class CaseFile(Closed):
    """``cases/ID.yaml``: a hypothetical patient."""

    id: Id
    hypothetical: Literal[True]
    title: Name
    vignette: Text | None = None
    disease: Values = Field(default_factory=list)
    context: dict[ContextKey, Values] = {}
    findings: Many[FindingItem] = []
    interventions: Many[Given] = []
    ask: Many[Name] = []
    arms: Annotated[list[ArmItem], Field(max_length=MOST_ARMS)] = []
    expect: Many[ExpectItem] = []
    teaching: TeachingItem = TeachingItem()

"""Finding rules: by name, alias, identifier, evidence, drug or disease; and the neighbours of an entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from theralogic.model.names import LACK, lookup, plural, squash
from theralogic.model.records import Evidence, KnowledgeBase, Mechanism

KINDS = ("entity", "mechanism", "disease", "intervention", "caution")


class Hit(NamedTuple):
    """One thing found: its kind and id, its name or statement, and where the text was found."""

    kind: str
    id: str
    title: str
    found_in: str


def statement(kb: KnowledgeBase, mechanism: Mechanism) -> str:
    """A mechanism as a sentence of three parts: ``IL-6 signalling activates STAT3``, ``Th17 cells produce IL-17A``."""
    subject, target = kb.entities[mechanism.subject].name, kb.entities[mechanism.object].name
    verb, _, rest = mechanism.relation.partition("_")
    if plural(subject):
        verb = verb.removesuffix("es" if verb.endswith("sses") else "s")
    return " ".join((subject, verb, rest, target) if rest else (subject, verb, target))


def search(kb: KnowledgeBase, text: str) -> list[Hit]:
    """Everything that mentions ``text``, best places first: name, alias, identifier, relation, evidence, reason.

    What is called just that stands before all else.
    """
    wanted = squash(text)
    if not wanted:
        return []
    order = ("id", "name", "alias", "identifier", "subject or object", "target", "context", "evidence", "text")

    def place(hit: Hit) -> tuple[bool, int, int, str]:
        called = wanted in (squash(hit.id), squash(hit.title))
        return not called, order.index(hit.found_in), KINDS.index(hit.kind), hit.id

    return sorted(_hits(kb, wanted), key=place) or list(_otherwise_written(kb, text))


def _otherwise_written(kb: KnowledgeBase, text: str) -> Iterator[Hit]:
    """What ``text`` names in another spelling than any that stands in the rules."""
    for kind, things in (("entity", kb.entities), ("disease", kb.diseases), ("intervention", kb.interventions)):
        found = lookup(kb.names[kind], text) or (lookup(kb.names.get(LACK, {}), text) if kind == "entity" else None)
        if found:
            yield Hit(kind, found, things[found].name, "alias")


def _hits(kb: KnowledgeBase, wanted: str) -> Iterator[Hit]:
    def first(places: Iterable[tuple[str, Iterable[str]]]) -> str | None:
        return next((place for place, texts in places if any(wanted in squash(t) for t in texts)), None)

    for entity in kb.entities.values():
        place = first(
            (
                ("id", [entity.id]),
                ("name", [entity.name]),
                ("alias", entity.aliases),
                ("identifier", entity.xrefs),
                ("text", [entity.note]),
            )
        )
        if place:
            yield Hit("entity", entity.id, entity.name, place)
    acting = {squash(e.id) for e in kb.entities.values() if wanted in squash(e.name) or wanted in squash(e.id)}
    for mechanism in kb.mechanisms:
        ends = {squash(mechanism.subject), squash(mechanism.object)}
        place = first((("id", [mechanism.id]),)) or ("subject or object" if ends & acting else None)
        place = place or first(
            (
                ("context", [v for _, values in (*mechanism.where, *mechanism.unless) for v in values]),
                ("evidence", _refs(mechanism.evidence)),
                ("text", [mechanism.because, mechanism.limits]),
            )
        )
        if place:
            yield Hit("mechanism", mechanism.id, statement(kb, mechanism), place)
    for disease in kb.diseases.values():
        place = first(
            (
                ("id", [disease.id]),
                ("name", [disease.name]),
                ("alias", disease.aliases),
                ("identifier", disease.xrefs),
                ("text", [disease.note, *(e for e, _ in disease.levels)]),
            )
        )
        if place:
            yield Hit("disease", disease.id, disease.name, place)
    for drug in kb.interventions.values():
        place = first(
            (
                ("id", [drug.id]),
                ("name", [drug.name]),
                ("alias", drug.aliases),
                ("identifier", drug.xrefs),
                ("target", [name for a in drug.actions for name in (a.target, kb.entities[a.target].name)]),
                ("text", [drug.drug_class, drug.note]),
            )
        )
        if place:
            yield Hit("intervention", drug.id, f"{drug.name} ({drug.drug_class})", place)
    for caution in kb.cautions:
        place = first((("id", [caution.id]), ("text", [caution.say, caution.because])))
        if place:
            yield Hit("caution", caution.id, caution.say, place)


def _refs(evidence: Iterable[Evidence]) -> list[str]:
    return [item.ref for item in evidence if item.ref]


def neighbours(kb: KnowledgeBase, entity: str) -> tuple[list[Mechanism], list[str], list[Mechanism], list[str]]:
    """Around an entity: mechanisms into it, what it requires, mechanisms out of it, and the gates it sits in."""
    into = [m for m in kb.mechanisms if m.object == entity]
    out = [m for m in kb.mechanisms if m.subject == entity]
    requires = [("not " if m.negated else "") + m.entity for m in kb.entities[entity].members]
    gates = [e.id for e in kb.entities.values() if any(m.entity == entity for m in e.members)]
    return into, requires, out, sorted(gates)


class Entry(NamedTuple):
    """One line of the inventory."""

    kind: str
    id: str
    title: str


def inventory(kb: KnowledgeBase) -> list[Entry]:
    """Everything in the rule base, by kind and id."""
    found = [Entry("entity", e.id, f"{e.name} ({e.kind})") for e in kb.entities.values()]
    found += [Entry("mechanism", m.id, statement(kb, m)) for m in kb.mechanisms]
    found += [Entry("disease", d.id, d.name) for d in kb.diseases.values()]
    found += [Entry("intervention", i.id, f"{i.name} ({i.drug_class})") for i in kb.interventions.values()]
    found += [Entry("caution", c.id, c.say) for c in kb.cautions]
    return sorted(found, key=lambda e: (KINDS.index(e.kind), e.id))

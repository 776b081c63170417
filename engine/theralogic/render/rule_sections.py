"""What there is to say about one rule, entity, disease, drug or caution, before it becomes text or HTML.

One account for both, so that a page in the browser can't tell another story than the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from theralogic.model.context import facts_of, leave_out
from theralogic.model.errors import NotFoundError
from theralogic.model.levels import LEVELS, ONSETS, STRENGTHS, STRONG
from theralogic.model.names import SEARCH, fold, lookup, plural, suggest, suggest_name, which
from theralogic.model.records import (
    Action,
    Arm,
    Caution,
    Condition,
    Context,
    Disease,
    Entity,
    Evidence,
    Intervention,
    KnowledgeBase,
    Mechanism,
)
from theralogic.model.search import neighbours, statement
from theralogic.render.phrases import does, listed, sentence

Thing = Mechanism | Entity | Disease | Intervention | Caution


class SheetRow(NamedTuple):
    """One line of a list: its words, the id of what they are about, whether text names that id too."""

    text: str
    about: str = ""
    named: bool = False


class Section(NamedTuple):
    """A list under a heading, left out where it is empty; or the evidence, which says so where it is."""

    title: str
    rows: Sequence[SheetRow] = ()
    evidence: Sequence[Evidence] | None = None


class Sheet(NamedTuple):
    """A page: title, blocks of paragraphs, sections, where it is written; text has no use for the links in ``near``."""

    title: str
    blocks: Sequence[Sequence[str]]
    sections: Sequence[Section]
    id: str
    source: str
    near: Sequence[SheetRow] = ()


def sheet_of(kb: KnowledgeBase, name: str) -> Sheet:
    """The sheet of whatever ``name`` names; raises :class:`NotFoundError` (``unknown-rule``)."""
    thing = found(kb, name)
    if isinstance(thing, Mechanism):
        return mechanism_sheet(kb, thing)
    if isinstance(thing, Entity):
        return entity_sheet(kb, thing)
    if isinstance(thing, Disease):
        return disease_sheet(kb, thing)
    if isinstance(thing, Intervention):
        return intervention_sheet(kb, thing)
    return caution_sheet(kb, thing)


def found(kb: KnowledgeBase, name: str) -> Thing:
    """What ``name`` names: anything by its id, else an entity, a drug or a disease by any of their names."""
    rules: list[Mechanism | Caution] = [*kb.mechanisms, *kb.cautions]
    for rule in rules:
        if rule.id == name:
            return rule
    things: dict[str, Mapping[str, Entity | Intervention | Disease]] = {
        "entity": kb.entities,
        "intervention": kb.interventions,
        "disease": kb.diseases,
    }
    for known in things.values():
        if name in known:
            return known[name]
    called = [(kind, identity) for kind in things if (identity := kb.names[kind].get(fold(name)))]
    if len(named := [one for one in called if fold(things[one[0]][one[1]].name) == fold(name)]) == 1:
        called = named
    if len(called) > 1:
        message = f"`{name[:80]}` may be several things"
        raise NotFoundError("ambiguous-name", message, help=which(identity for _, identity in called))
    # A disease comes before the entities: any other way to write its name is also one to write its activity.
    for kind in ("disease", "intervention", "entity"):
        called += [(kind, identity)] if (identity := lookup(kb.names[kind], name)) else []
    if called:
        kind, identity = called[0]
        return things[kind][identity]
    help = suggest([*(m.id for m in kb.mechanisms), *(c.id for c in kb.cautions)], name)
    if help == SEARCH:
        help = suggest_name(kb, name, "entity", "intervention", "disease")
    raise NotFoundError("unknown-rule", f"nothing here is called `{name[:80]}`", help=help)


def mechanism_sheet(kb: KnowledgeBase, rule: Mechanism) -> Sheet:
    """What, why, when it does not hold, who says so, what leads to it and what it leads to."""
    facts = [
        f"Strength {STRENGTHS[rule.strength]}; shows within {ONSETS[rule.onset]}; "
        f"passes on what is at least {STRENGTHS[rule.needs]}."
    ]
    if rule.where:
        facts.append(f"Holds where {_context(kb, rule.where)}.")
    if rule.unless:
        facts.append(f"Does not hold where {_context(kb, rule.unless)}.")
    if rule.limits:
        facts.append(f"Limits: {sentence(rule.limits)}")
    if rule.pattern:
        facts.append(f"Teaches: {rule.pattern.replace('_', ' ')}.")
    subject, target = kb.entities[rule.subject], kb.entities[rule.object]
    drugs = [SheetRow(f"{d.name} {a.verb} {subject.name}", d.id) for d, a in _drugs(kb, [subject.id])]
    sections = [
        Section("Who says so", evidence=rule.evidence),
        Section("What leads to it", [*_needs(kb, subject), *_into(kb, subject.id), *drugs]),
        Section("What it leads to", _onward(kb, target.id)),
    ]
    near = [_entity(kb, rule.subject), _entity(kb, rule.object)]
    near += [SheetRow(rule.pattern.replace("_", " "), rule.pattern)] if rule.pattern else []
    return Sheet(
        title=sentence(statement(kb, rule)),
        blocks=[[sentence(rule.because)], facts],
        sections=sections,
        id=rule.id,
        source=rule.source,
        near=near,
    )


def entity_sheet(kb: KnowledgeBase, entity: Entity) -> Sheet:
    """What an entity is, what changes it and what it changes."""
    tone = "constitutive (fully there at rest)" if entity.constitutive else "inducible (little to lose at rest)"
    if entity.members:
        needs = listed(("no " if m.negated else "") + kb.entities[m.entity].name for m in entity.members)
        lines = [f"A gate: it needs {needs}."]
    else:
        lines = [f"Healthy level {LEVELS[entity.level]}; {tone}."]
    if entity.sufficient:
        lines.append("Any one of its drivers is enough on its own.")
    if entity.note:
        lines.append(sentence(entity.note))
    for label, cells in (("Produced by", entity.produced_by), ("Borne by", entity.borne_by)):
        if cells:
            lines.append(f"{label} {listed(kb.entities[c].name for c in cells)}.")
    if entity.aliases:
        lines.append(f"Also called {listed(entity.aliases)}.")
    if entity.xrefs:
        lines.append(f"Identifiers: {', '.join(entity.xrefs)}.")
    into, _, out, gates = neighbours(kb, entity.id)
    members = {m.entity for m in entity.members}
    drugs = {
        SheetRow(d.name if a.target == entity.id else f"{d.name}, by way of {kb.entities[a.target].name}", d.id): None
        for d, a in _drugs(kb, [entity.id, *sorted(members)])
    }
    changes = [SheetRow(statement(kb, m), m.id, True) for m in out]
    changes += [SheetRow(f"{kb.entities[g].name} requires it", g) for g in gates]
    sections = [
        Section("What changes it", [SheetRow(statement(kb, m), m.id, True) for m in into]),
        Section("What it changes", changes),
        Section("Interventions that act on it", list(drugs)),
    ]
    beside = [*(m.entity for m in entity.members), *entity.produced_by, *entity.borne_by]
    title = f"{entity.name} ({entity.kind.replace('_', ' ')})"
    return Sheet(
        title=title,
        blocks=[lines],
        sections=sections,
        id=entity.id,
        source=entity.source,
        near=[_entity(kb, e) for e in dict.fromkeys(beside)],
    )


def disease_sheet(kb: KnowledgeBase, disease: Disease) -> Sheet:
    """A disease: what is given, where it takes place, how its activity is measured."""
    lines = []
    if disease.parents:
        lines.append(f"A kind of {listed(kb.diseases[p].name for p in disease.parents)}.")
    if disease.note:
        lines.append(sentence(disease.note))
    if disease.activity:
        lines.append(f"Measured by {kb.entities[disease.activity].name}.")
    lines += [
        f"{key.capitalize()}: {', '.join(_place(kb, v) for v in values)}." for key, values in disease.compartments
    ]
    levels = [SheetRow(f"{kb.entities[e].name}: {LEVELS[level]}", e) for e, level in disease.levels]
    process = [m for m in _here(kb, disease) if m.object == disease.activity]
    behind = [m for m in _here(kb, disease) if m.object in {p.subject for p in process if p.strength == STRONG}]
    sections = [
        Section("Given levels; the rest is derived", levels),
        Section("What its activity follows", [SheetRow(statement(kb, m), m.id) for m in process]),
        Section(
            "What stands behind that", [SheetRow(f"{statement(kb, m)}, {STRENGTHS[m.strength]}", m.id) for m in behind]
        ),
        *_cited(disease.evidence),
    ]
    near = [SheetRow(kb.diseases[p].name, p) for p in disease.parents]
    near += [_entity(kb, disease.activity)] if disease.activity else []
    return Sheet(title=disease.name, blocks=[lines], sections=sections, id=disease.id, source=disease.source, near=near)


def intervention_sheet(kb: KnowledgeBase, drug: Intervention) -> Sheet:
    """A drug: what it does to what, by dose and reach."""
    lines = [sentence(f"{a.verb} {kb.entities[a.target].name}, {STRENGTHS[a.potency]} potency") for a in drug.actions]
    for label, caps in (("At dose", drug.dose), ("In", drug.reach)):
        lines += [f"{label} {name}: at most {STRENGTHS[potency]}." for name, potency in caps]
    if drug.note:
        lines.append(sentence(drug.note))
    if drug.aliases:
        lines.append(f"Also called {listed(drug.aliases)}.")
    if drug.xrefs:
        lines.append(f"Identifiers: {', '.join(drug.xrefs)}.")
    title = f"{drug.name} ({drug.drug_class})"
    targets = list(dict.fromkeys(a.target for a in drug.actions))
    known = {drug.id, *((a.verb, a.target) for a in drug.actions)}
    said = [c for c in kb.cautions if any(w.subject in known or (w.value, w.subject) in known for w in c.when)]
    sections = [
        *_cited(drug.evidence),
        Section("What its targets do", [row for target in targets for row in _onward(kb, target)]),
        Section("Cautions that may be said", [SheetRow(c.say, c.id) for c in said]),
    ]
    return Sheet(
        title=title,
        blocks=[lines],
        sections=sections,
        id=drug.id,
        source=drug.source,
        near=[_entity(kb, target) for target in targets],
    )


def caution_sheet(kb: KnowledgeBase, caution: Caution) -> Sheet:
    """A caution: what it says, and when."""
    when = [SheetRow(_condition(kb, condition), condition.subject) for condition in caution.when]
    sections = [Section("Said when all of these hold", when), *_cited(caution.evidence)]
    return Sheet(sentence(caution.say), [[sentence(caution.because)]], sections, caution.id, caution.source)


def _condition(kb: KnowledgeBase, condition: Condition) -> str:
    """``C-reactive protein falls``, ``a drug blocks IL-6 receptor``, ``the disease is gout``."""
    known: dict[str, Mapping[str, Entity | Disease | Intervention]] = {
        "disease": kb.diseases,
        "intervention": kb.interventions,
    }
    name = known.get(condition.kind, kb.entities)[condition.subject].name
    if condition.kind == "change":
        return f"{name} {does(name, condition.value)}"
    if condition.kind == "action":
        return f"a drug {condition.value} {name}"
    if condition.kind == "finding":
        return f"{name} is found {condition.value}"
    return f"the disease is {name}" if condition.kind == "disease" else f"{name} is given"


def _into(kb: KnowledgeBase, entity: str) -> list[SheetRow]:
    return [SheetRow(statement(kb, m), m.id) for m in kb.mechanisms if m.object == entity]


def _onward(kb: KnowledgeBase, entity: str) -> list[SheetRow]:
    _, _, out, gates = neighbours(kb, entity)
    needed = [SheetRow(f"{kb.entities[g].name} requires {kb.entities[entity].name}", g) for g in gates]
    return [*(SheetRow(statement(kb, m), m.id) for m in out), *needed]


def _needs(kb: KnowledgeBase, entity: Entity) -> list[SheetRow]:
    """What a gate needs, one row a member."""
    verb = "need" if plural(entity.name) else "needs"
    return [
        SheetRow(f"{entity.name} {verb} {'no ' if m.negated else ''}{kb.entities[m.entity].name}", m.entity)
        for m in entity.members
    ]


def _drugs(kb: KnowledgeBase, targets: Sequence[str]) -> list[tuple[Intervention, Action]]:
    """Drugs with the action on one of ``targets``, by target and name."""
    found = [(d, a) for d in kb.interventions.values() for a in d.actions if a.target in targets]
    return sorted(found, key=lambda pair: (targets.index(pair[1].target), pair[0].name, pair[0].id))


def _here(kb: KnowledgeBase, disease: Disease) -> Sequence[Mechanism]:
    """Mechanisms that hold in a patient who has this disease alone."""
    arm = Arm("untreated", "", (), (), ())
    left_out = leave_out(kb.mechanisms, facts_of(kb, [disease.id], arm, treated=False))
    return [m for m in kb.mechanisms if m.id not in left_out]


def _place(kb: KnowledgeBase, value: str) -> str:
    """A compartment by its name as an entity, where it is one: contexts are compared in small letters."""
    found = lookup(kb.names["entity"], value) or lookup(kb.names["entity"], f"{value}s")
    return kb.entities[found].name if found else value


def _cited(evidence: Sequence[Evidence]) -> list[Section]:
    return [Section("Who says so", evidence=evidence)] if evidence else []


def _entity(kb: KnowledgeBase, entity: str) -> SheetRow:
    return SheetRow(kb.entities[entity].name, entity)


def _context(kb: KnowledgeBase, context: Context) -> str:
    parts: Iterable[str] = (
        f"the {key} is {listed([kb.diseases[v].name for v in values] if key == 'disease' else values, 'or')}"
        for key, values in context
    )
    return listed(parts)

"""One rule, entity, disease, drug or caution as a page of a textbook."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from theralogic.errors import NotFoundError
from theralogic.levels import LEVELS, ONSETS, STRENGTHS
from theralogic.model import Caution, Context, Disease, Entity, Evidence, Intervention, KnowledgeBase, Mechanism
from theralogic.names import lookup, suggest
from theralogic.render.phrases import listed, sentence
from theralogic.result import to_json
from theralogic.search import neighbours, statement


def mechanism_page(kb: KnowledgeBase, rule: Mechanism, width: int) -> str:
    """What, why, when it does not hold, who says so, what leads to it and what it leads to."""
    lines = [sentence(statement(kb, rule)), "", *_wrap(sentence(rule.because), width)]
    strength = f"Strength {STRENGTHS[rule.strength]}; shows within {ONSETS[rule.onset]}; "
    strength += f"passes on what is at least {STRENGTHS[rule.needs]}."
    lines += ["", *_wrap(strength, width)]
    if rule.where:
        lines += _wrap(f"Holds where {_context(kb, rule.where)}.", width)
    if rule.unless:
        lines += _wrap(f"Does not hold where {_context(kb, rule.unless)}.", width)
    if rule.limits:
        lines += _wrap(f"Limits: {sentence(rule.limits)}", width)
    if rule.pattern:
        lines += _wrap(f"Teaches: {rule.pattern.replace('_', ' ')}.", width)
    lines += ["", "Who says so", *_evidence(rule.evidence, width)]
    into, _, _, _ = neighbours(kb, rule.subject)
    _, _, out, gates = neighbours(kb, rule.object)
    lines += _section("What leads to it", [statement(kb, m) for m in into], width)
    needed = [f"{kb.entities[g].name} requires {kb.entities[rule.object].name}" for g in gates]
    lines += _section("What it leads to", [*(statement(kb, m) for m in out), *needed], width)
    return "\n".join([*lines, "", f"{rule.id}, {rule.source}"])


def entity_page(kb: KnowledgeBase, entity: Entity, width: int) -> str:
    """What an entity is, what changes it and what it changes."""
    tone = "constitutive (fully there at rest)" if entity.constitutive else "inducible (little to lose at rest)"
    lines = [f"{entity.name} ({entity.kind.replace('_', ' ')})", ""]
    if entity.members:
        needs = listed(("no " if m.negated else "") + kb.entities[m.entity].name for m in entity.members)
        lines += _wrap(f"A gate: it needs {needs}.", width)
    else:
        lines += _wrap(f"Healthy level {LEVELS[entity.level]}; {tone}.", width)
    if entity.sufficient:
        lines += _wrap("Any one of its drivers is enough on its own.", width)
    if entity.note:
        lines += _wrap(sentence(entity.note), width)
    for label, cells in (("Produced by", entity.produced_by), ("Borne by", entity.borne_by)):
        if cells:
            lines += _wrap(f"{label} {listed(kb.entities[c].name for c in cells)}.", width)
    if entity.aliases:
        lines += _wrap(f"Also called {listed(entity.aliases)}.", width)
    if entity.xrefs:
        lines += _wrap(f"Identifiers: {', '.join(entity.xrefs)}.", width)
    into, _, out, gates = neighbours(kb, entity.id)
    lines += _section("What changes it", [f"{statement(kb, m)}  [{m.id}]" for m in into], width)
    needed = [f"{kb.entities[g].name} requires it" for g in gates]
    lines += _section("What it changes", [*(f"{statement(kb, m)}  [{m.id}]" for m in out), *needed], width)
    drugs = sorted({d.name for d in kb.interventions.values() if any(a.target == entity.id for a in d.actions)})
    lines += _section("Interventions that act on it", drugs, width)
    return "\n".join([*lines, "", f"{entity.id}, {entity.source}"])


def disease_page(kb: KnowledgeBase, disease: Disease, width: int) -> str:
    """A disease: what is given, where it takes place, how its activity is measured."""
    lines = [disease.name, ""]
    if disease.parents:
        lines += _wrap(f"A kind of {listed(kb.diseases[p].name for p in disease.parents)}.", width)
    if disease.note:
        lines += _wrap(sentence(disease.note), width)
    if disease.activity:
        lines += _wrap(f"Measured by {kb.entities[disease.activity].name}.", width)
    for key, values in disease.compartments:
        lines += _wrap(f"{key.capitalize()}: {', '.join(values)}.", width)
    levels = [f"{kb.entities[e].name}: {LEVELS[level]}" for e, level in disease.levels]
    lines += _section("Given levels; the rest is derived", levels, width)
    if disease.evidence:
        lines += ["", "Who says so", *_evidence(disease.evidence, width)]
    return "\n".join([*lines, "", f"{disease.id}, {disease.source}"])


def intervention_page(kb: KnowledgeBase, drug: Intervention, width: int) -> str:
    """A drug: what it does to what, by dose and reach."""
    lines = [f"{drug.name} ({drug.drug_class})", ""]
    for action in drug.actions:
        lines += _wrap(f"{action.verb} {kb.entities[action.target].name}, {STRENGTHS[action.potency]} potency", width)
    for label, caps in (("At dose", drug.dose), ("In", drug.reach)):
        for name, potency in caps:
            lines += _wrap(f"{label} {name}: at most {STRENGTHS[potency]}.", width)
    if drug.note:
        lines += _wrap(sentence(drug.note), width)
    if drug.aliases:
        lines += _wrap(f"Also called {listed(drug.aliases)}.", width)
    if drug.xrefs:
        lines += _wrap(f"Identifiers: {', '.join(drug.xrefs)}.", width)
    if drug.evidence:
        lines += ["", "Who says so", *_evidence(drug.evidence, width)]
    return "\n".join([*lines, "", f"{drug.id}, {drug.source}"])


def caution_page(kb: KnowledgeBase, caution: Caution, width: int) -> str:
    """A caution: what it says, and when."""
    lines = [*_wrap(sentence(caution.say), width), "", *_wrap(sentence(caution.because), width)]
    when = []
    for condition in caution.when:
        name = kb.entities[condition.subject].name if condition.subject in kb.entities else condition.subject
        when.append(f"{condition.kind} {name} {condition.value}".strip())
    lines += _section("Said when all of these hold", when, width)
    if caution.evidence:
        lines += ["", "Who says so", *_evidence(caution.evidence, width)]
    return "\n".join([*lines, "", f"{caution.id}, {caution.source}"])


def _context(kb: KnowledgeBase, context: Context) -> str:
    parts = []
    for key, values in context:
        names = [kb.diseases[v].name for v in values] if key == "disease" else list(values)
        parts.append(f"the {key} is {listed(names, 'or')}")
    return listed(parts)


def _evidence(items: Iterable[Evidence], width: int) -> list[str]:
    lines = []
    for item in items:
        stance = "" if item.stance == "supports" else f", {item.stance}"
        text = f"{item.ref or 'textbook'} ({item.kind.replace('_', ' ')}{stance}) {item.note}".rstrip()
        lines += _wrap(text, width, "  ", "      ")
    return lines or ["  nobody is cited"]


def _section(title: str, rows: Sequence[str], width: int) -> list[str]:
    if not rows:
        return []
    return ["", title, *(line for row in rows for line in _wrap(row, width, "  ", "      "))]


def _wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )


def page_of(kb: KnowledgeBase, name: str, width: int) -> str:
    """The page of whatever ``name`` names; raises :class:`NotFoundError` (``unknown-rule``)."""
    thing = found(kb, name)
    if isinstance(thing, Mechanism):
        return mechanism_page(kb, thing, width)
    if isinstance(thing, Entity):
        return entity_page(kb, thing, width)
    if isinstance(thing, Disease):
        return disease_page(kb, thing, width)
    if isinstance(thing, Intervention):
        return intervention_page(kb, thing, width)
    return caution_page(kb, thing, width)


def found(kb: KnowledgeBase, name: str) -> Mechanism | Entity | Disease | Intervention | Caution:
    """What ``name`` names: a rule by id, then an entity, a drug or a disease by any of their names."""
    rules: list[Mechanism | Caution] = [*kb.mechanisms, *kb.cautions]
    for rule in rules:
        if rule.id == name:
            return rule
    things: dict[str, Mapping[str, Entity | Intervention | Disease]] = {
        "entity": kb.entities,
        "intervention": kb.interventions,
        "disease": kb.diseases,
    }
    for kind, known in things.items():
        identity = lookup(kb.names[kind], name)
        if identity is not None:
            return known[identity]
    ids = (
        [m.id for m in kb.mechanisms] + [c.id for c in kb.cautions] + [n for names in kb.names.values() for n in names]
    )
    raise NotFoundError("unknown-rule", f"nothing here is called `{name[:80]}`", help=suggest(ids, name))


def record_of(kb: KnowledgeBase, name: str) -> dict[str, Any]:
    """The same as plain data, with the kind of thing it is."""
    thing = found(kb, name)
    return {"kind": type(thing).__name__.lower(), **to_json(thing)}

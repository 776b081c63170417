"""Names: no deficits, no two names for one thing, identifiers in the form their registry uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from theralogic.check.finding import RuleFinding
from theralogic.model.names import fold
from theralogic.model.readings import loose
from theralogic.model.records import Disease, Entity, Intervention, KnowledgeBase
from theralogic.model.vocabulary import MOST_NAMED

DEFICIT = re.compile(
    r"\b(reduced|decreased|impaired|loss|lack|absence|absent|deficit|deficien\w*|insufficien\w*|diminished|low|\w+penia)\b"
)

PREFIXES = {  # the identifiers used here, in the spelling used here
    "HGNC": r"\d{1,5}",
    "CL": r"\d{7}",
    "GO": r"\d{7}",
    "HP": r"\d{7}",
    "MONDO": r"\d{7}",
    "UBERON": r"\d{7}",
    "EFO": r"\d{7}",
    "PATO": r"\d{7}",
    "PR": r"\d{9}",
    "CHEBI": r"\d+",
    "UNII": r"[A-Z0-9]{10}",
    "DRUGBANK": r"DB\d{5}",
    "CHEMBL": r"CHEMBL\d+",
    "NCIT": r"C\d+",
    "MAXO": r"\d{7}",
    "LOINC": r"\d+-\d",
    "REACTOME": r"R-[A-Z]{3}-\d+",
    "UNIPROT": r"[A-Z0-9]{6,10}",
    "NCBITAXON": r"\d+",
    "PMID": r"\d{1,8}",
    "PMCID": r"PMC\d+",
    "DOI": r"10\.\S+",
    "NCT": r"NCT\d{8}",
}


def deficits(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Entities named as a deficit: the thing itself should fall instead.

    An activity is named after its disease, which may well be a deficit (thrombocytopenia).
    """
    for entity in kb.entities.values():
        if entity.kind == "activity":
            continue
        found = DEFICIT.search(fold(entity.name)) or DEFICIT.search(fold(entity.id))
        if found:
            message = f"`{entity.name}` names a deficit (`{found.group()}`): name the thing and let it fall"
            yield RuleFinding("error", "deficit-name", entity.id, message, entity.source)


def synonyms(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Entities whose names are the same words in another order or spelling, or that share an identifier."""
    for kind, key in (("words", _words), ("identifier", None)):
        groups: dict[str, list[str]] = defaultdict(list)
        for entity in kb.entities.values():
            keys = {key(n) for n in (entity.name, *entity.aliases)} if key else set(entity.xrefs)
            for name in keys:
                groups[name].append(entity.id)
        for name, ids in groups.items():
            if len(ids) > 1:
                named = [f"`{i}`" for i in sorted(ids)]
                if len(named) > MOST_NAMED:
                    named = [*named[:MOST_NAMED], f"{len(named) - MOST_NAMED} more"]
                message = f"{' and '.join(named)} share the {kind} `{name}`"
                first = kb.entities[sorted(ids)[0]]
                severity = "warning" if key else "note"
                yield RuleFinding(severity, "synonym", first.id, message, first.source)


def _words(name: str) -> str:
    return " ".join(sorted(re.findall(r"[a-z0-9]+", fold(name).replace("-", ""))))


def look_alikes(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Names of two things of one kind that only spelling sets apart: typed in another way, neither is found."""
    kinds: dict[str, Mapping[str, Entity | Disease | Intervention]] = {
        "entity": kb.entities,
        "disease": kb.diseases,
        "intervention": kb.interventions,
    }
    for kind, things in kinds.items():
        groups: dict[str, dict[str, str]] = defaultdict(dict)
        for name, identity in kb.names[kind].items():
            groups[loose(name)].setdefault(identity, name)
        for form, owners in groups.items():
            if form and len(owners) > 1:
                first = things[min(owners)]
                written = " and ".join(f"`{name}` of `{identity}`" for identity, name in sorted(owners.items()))
                message = f"only spelling sets {written} apart"
                yield RuleFinding("note", "look-alike-name", first.id, message, first.source)


def xrefs(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Identifiers with an unknown prefix or the wrong form."""
    things: list[Entity | Disease | Intervention] = list(kb.entities.values())
    things += [*kb.diseases.values(), *kb.interventions.values()]
    for thing in things:
        for curie in thing.xrefs:
            yield from _curie(curie, thing.id, thing.source)
    for mechanism in kb.mechanisms:
        for item in mechanism.evidence:
            if item.ref:
                yield from _curie(item.ref, mechanism.id, mechanism.source)


def _curie(curie: str, subject: str, where: str) -> Iterator[RuleFinding]:
    prefix, _, local = curie.partition(":")
    pattern = PREFIXES.get(prefix)
    if pattern is None:
        message = f"`{curie}` of `{subject}` has an unknown prefix; known are {', '.join(PREFIXES)}"
        yield RuleFinding("error", "unknown-prefix", subject, message, where)
    elif not re.fullmatch(pattern, local):
        yield RuleFinding(
            "error", "bad-identifier", subject, f"`{curie}` of `{subject}` is not a {prefix} number", where
        )

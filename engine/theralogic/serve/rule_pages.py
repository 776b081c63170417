"""The rule base to walk through: everything by kind, a search, and a page for each thing with links to what is near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from theralogic.model.errors import InvalidInputError, did_you_mean
from theralogic.model.records import Disease, Intervention
from theralogic.model.search import KINDS, Entry, inventory, search, statement
from theralogic.model.vocabulary import SLIPS
from theralogic.render.rule_sections import Section, SheetRow, found, sheet_of
from theralogic.render.web import chain
from theralogic.render.web.chain import ShownEvidence
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage, page
from theralogic.teach.course_files import pattern_named, pattern_page, pattern_pages
from theralogic.teach.course_text import slip_name

MOST_HITS = 200
MANY = {
    "entity": "entities",
    "mechanism": "mechanisms",
    "disease": "diseases",
    "intervention": "interventions",
    "caution": "cautions",
    "pattern": "patterns of reasoning",
}


class KindLink(NamedTuple):
    """A kind of thing in the rule base, and how many there are."""

    kind: str
    title: str
    current: bool
    entries: int


class ShownSection(NamedTuple):
    """A list under a heading: links, or the evidence, which says so where there is none."""

    title: str
    rows: Sequence[SheetRow]
    evidence: Sequence[ShownEvidence] | None


def rules_page(library: Library, kind: str, text: str) -> ServedPage:
    """The rule base: what a search finds, or everything of one kind, or the kinds there are."""
    kb = library.kb
    known = [*KINDS, "pattern"]
    if kind and kind not in known:
        help = did_you_mean(kind, known) or f"one of {', '.join(known)}"
        raise InvalidInputError("unknown-word", f"`{kind[:80]}` is not a kind", help=help)
    everything = [*inventory(kb), *(Entry("pattern", p.id, p.name) for p in pattern_pages())]
    kinds = [
        KindLink(k, MANY[k].capitalize(), current=k == kind, entries=sum(row.kind == k for row in everything))
        for k in known
    ]
    hits = search(kb, text) if text else []
    of_kind = sorted((r for r in everything if r.kind == kind), key=lambda r: r.title.casefold())
    return page(
        "serve/templates/rules.html",
        f"Rules about {text[:60]}" if text else MANY[kind].capitalize() if kind else "Rules",
        kicker="The rule base",
        text=text,
        kind=kind,
        kinds=kinds,
        hits=len(hits),
        rows=hits[:MOST_HITS] if text else of_kind,
    )


def rule_page(library: Library, name: str) -> ServedPage:
    """One rule, entity, disease, drug, caution or pattern; raises :class:`NotFoundError` (``unknown-rule``)."""
    kb = library.kb
    pattern = pattern_named(name)
    if pattern:
        return _pattern(library, pattern)
    sheet = sheet_of(kb, name)
    thing = found(kb, name)
    return page(
        "serve/templates/rule.html",
        sheet.title.removesuffix("."),
        kicker=type(thing).__name__.lower(),
        sheet=sheet,
        sections=[_shown(section) for section in sheet.sections if section.rows or section.evidence is not None],
        explore_key={Disease: "disease", Intervention: "give"}.get(type(thing), ""),
    )


def _shown(section: Section) -> ShownSection:
    cited = None if section.evidence is None else [chain.evidence(item) for item in section.evidence]
    return ShownSection(section.title, section.rows, cited)


def _pattern(library: Library, name: str) -> ServedPage:
    told = pattern_page(name)
    return page(
        "serve/templates/pattern.html",
        told.name,
        kicker="pattern of reasoning",
        pattern=told,
        misconceptions=[
            {"says": item.says, "slip": slip_name(item.slip), "meaning": SLIPS[item.slip], "instead": item.instead}
            for item in told.misconceptions
        ],
        rules=[SheetRow(statement(library.kb, m), m.id) for m in library.kb.mechanisms if m.pattern == told.id],
    )

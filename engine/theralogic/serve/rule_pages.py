"""The rule base to walk through: everything by kind, a search, and a page for each thing with links to what is near."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from theralogic.model.errors import InvalidInputError, did_you_mean
from theralogic.model.records import Disease, Intervention
from theralogic.model.search import KINDS, Entry, Hit, inventory, search, statement
from theralogic.model.vocabulary import SLIPS
from theralogic.render.phrases import sentence
from theralogic.render.rule_sections import Section, SheetRow, found, sheet_of
from theralogic.render.web import chain
from theralogic.render.web.page import esc
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


def rules_page(library: Library, kind: str, text: str) -> ServedPage:
    """The rule base: what a search finds, or everything of one kind, or the kinds there are."""
    kb = library.kb
    known = [*KINDS, "pattern"]
    if kind and kind not in known:
        help = did_you_mean(kind, known) or f"one of {', '.join(known)}"
        raise InvalidInputError("unknown-word", f"`{kind[:80]}` is not a kind", help=help)
    everything = [*inventory(kb), *(Entry("pattern", p.id, p.name) for p in pattern_pages())]
    kinds = "".join(
        f'<li><a href="/rules?kind={k}"{" aria-current=true" if k == kind else ""}>{MANY[k].capitalize()}</a> '
        f"<small>{sum(row.kind == k for row in everything)}</small></li>"
        for k in known
    )
    form = (
        f'<form class="search" role="search" method="get" action="/rules"><label for="q">Search</label> '
        f'<input id="q" name="q" type="search" value="{esc(text)}" maxlength="200"> <button>Find</button></form>'
        f'<nav class="kinds" aria-label="Kinds"><ul>{kinds}</ul></nav>'
    )
    if text:
        hits = search(kb, text)
        more = f" The first {MOST_HITS} are shown." if len(hits) > MOST_HITS else ""
        rows = f'<p role="status">{len(hits)} found.{more}</p>{_list(hits[:MOST_HITS])}'
    elif kind:
        rows = _list(sorted((r for r in everything if r.kind == kind), key=lambda r: r.title.casefold()), kinds=False)
    else:
        rows = "<p>Look for a molecule, a cell, a drug, a disease or a reference, or choose a kind.</p>"
    title = f"Rules about {text[:60]}" if text else MANY[kind].capitalize() if kind else "Rules"
    return page(title, form + rows, kicker="The rule base")


def rule_page(library: Library, name: str) -> ServedPage:
    """One rule, entity, disease, drug, caution or pattern; raises :class:`NotFoundError` (``unknown-rule``)."""
    kb = library.kb
    pattern = pattern_named(name)
    if pattern:
        return _pattern(library, pattern)
    sheet = sheet_of(kb, name)
    thing = found(kb, name)
    blocks = "".join(f"<p>{esc(sentence(text))}</p>" for block in sheet.blocks for text in block)
    sections = "".join(_section(section) for section in sheet.sections)
    near = f'<nav class="near" aria-label="See also"><ul>{_links(sheet.near)}</ul></nav>' if sheet.near else ""
    key = {Disease: "disease", Intervention: "give"}.get(type(thing), "")
    explore = f'<p><a href="/explore?{key}={quote(sheet.id)}">Explore with it</a></p>' if key else ""
    foot = f'<p class="digest"><code>{esc(sheet.id)}</code>, {esc(sheet.source)}</p>'
    kind = type(thing).__name__.lower()
    return page(sheet.title.removesuffix("."), f"{blocks}{explore}{near}{sections}{foot}", kicker=kind)


def _pattern(library: Library, name: str) -> ServedPage:
    told = pattern_page(name)
    wrong = "".join(
        f"<li><q>{esc(item.says)}</q> {esc(slip_name(item.slip))}: {esc(SLIPS[item.slip])}. {esc(item.instead)}</li>"
        for item in told.misconceptions
    )
    rows = [SheetRow(statement(library.kb, m), m.id) for m in library.kb.mechanisms if m.pattern == told.id]
    texts = (("How to spot it in a chain", told.spot), ("Example", told.example))
    html = f"<p>{esc(told.what)}</p>" + "".join(f"<h2>{title}</h2><p>{esc(text)}</p>" for title, text in texts)
    html += f"<h2>What goes wrong</h2><ul>{wrong}</ul>{_section(Section('Rules that say so', rows))}"
    return page(told.name, html, kicker="pattern of reasoning")


def _section(section: Section) -> str:
    if section.evidence is not None:
        items = "".join(f"<li>{chain.evidence(item)}</li>" for item in section.evidence) or "<li>nobody is cited</li>"
    else:
        items = _links(section.rows)
    return f"<section><h2>{esc(section.title)}</h2><ul>{items}</ul></section>" if items else ""


def _links(rows: Iterable[SheetRow]) -> str:
    return "".join(f"<li>{_link(row)}</li>" for row in rows)


def _link(row: SheetRow) -> str:
    return f'<a href="/rules/{quote(row.about)}">{esc(row.text)}</a>' if row.about else esc(row.text)


def _list(rows: Iterable[Entry | Hit], *, kinds: bool = True) -> str:
    items = "".join(
        f'<li><a href="/rules/{quote(row.id)}">{esc(row.title)}</a>'
        f"{f' <small>{row.kind}</small>' if kinds else ''}</li>"
        for row in rows
    )
    return f'<ul class="found">{items}</ul>'

"""One rule, entity, disease, drug or caution as a page of a textbook, in plain text or as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from theralogic.model.records import Evidence, KnowledgeBase
from theralogic.model.result import to_json
from theralogic.render.evidence import NOBODY, cited
from theralogic.render.rule_sections import Section, found, sheet_of


def page_of(kb: KnowledgeBase, name: str, width: int) -> str:
    """The page of whatever ``name`` names; raises :class:`NotFoundError` (``unknown-rule``)."""
    sheet = sheet_of(kb, name)
    lines = [*_wrap(sheet.title, width), ""]
    for number, block in enumerate(sheet.blocks):
        lines += [""] if number else []
        lines += [line for paragraph in block for line in _wrap(paragraph, width)]
    for section in sheet.sections:
        lines += _section(section, width)
    return "\n".join([*lines, "", f"{sheet.id}, {sheet.source}"])


def record_of(kb: KnowledgeBase, name: str) -> dict[str, Any]:
    """The same as plain data, with the kind of thing it is."""
    thing = found(kb, name)
    return {"kind": type(thing).__name__.lower(), **to_json(thing)}


def _section(section: Section, width: int) -> list[str]:
    if section.evidence is not None:
        return ["", section.title, *_evidence(section.evidence, width)]
    rows = [f"{row.text}  [{row.about}]" if row.named else row.text for row in section.rows]
    lines = [line for row in rows for line in _wrap(row, width, "  ", "      ")]
    return ["", section.title, *lines] if lines else []


def _evidence(items: Iterable[Evidence], width: int) -> list[str]:
    lines = [line for item in items for line in _wrap(cited(item), width, "  ", "      ")]
    return lines or [f"  {NOBODY}"]


def _wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )

"""Pages of patterns and lessons as plain text."""

from __future__ import annotations

import textwrap
from typing import Any

from theralogic.model.records import KnowledgeBase
from theralogic.model.search import statement
from theralogic.model.vocabulary import SLIPS
from theralogic.render.phrases import sentence
from theralogic.teach.course_files import PatternPage


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Paragraphs of ``text`` at ``width`` columns; names are never broken."""
    return [
        line
        for paragraph in text.strip().split("\n\n")
        for line in textwrap.wrap(
            " ".join(paragraph.split()),
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
            break_long_words=False,
        )
        or [""]
    ]


def folded(text: str, width: int) -> list[str]:
    """Lines of ``text``, those too long wrapped under their own indentation."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        lines += [line] if len(line) <= width else wrap(line, width, indent, indent + "  ")
    return lines


def pattern_text(kb: KnowledgeBase, page: PatternPage, width: int) -> str:
    """A pattern: what it is, how to spot it, an example, and the misconceptions it breeds."""
    lines = [f"{page.name} (pattern)", "", *wrap(page.what, width)]
    lines += ["", "How to spot it in a chain", *wrap(page.spot, width, "  ", "  ")]
    lines += ["", "Example", *wrap(page.example, width, "  ", "  ")]
    lines += ["", "What goes wrong"]
    for item in page.misconceptions:
        lines += wrap(f"`{item.says}`", width, "  - ", "    ")
        lines += wrap(f"{slip_name(item.slip)}: {SLIPS[item.slip]}. {item.instead}", width, "    ", "    ")
    rules = [statement(kb, m) for m in kb.mechanisms if m.pattern == page.id]
    if rules:
        lines += ["", "Rules that say so", *(line for r in rules for line in wrap(sentence(r), width, "  ", "      "))]
    return "\n".join([*lines, "", f"{page.id}, lessons/patterns/{page.id}.yaml"])


def pattern_json(page: PatternPage) -> dict[str, Any]:
    """The same as plain data."""
    return {"kind": "pattern", **page.model_dump()}


def slip_name(slip: str) -> str:
    """``sign_flipped`` as words, first letter large."""
    return slip.replace("_", " ").capitalize()

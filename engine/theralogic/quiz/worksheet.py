"""A quiz on paper and as cards: worksheet and key in Markdown and HTML, and tab-separated cards for Anki."""

from __future__ import annotations

from theralogic.quiz.item import KINDS, QuizItem
from theralogic.quiz.make import Quiz
from theralogic.render.templates import render
from theralogic.render.web.page import Assets, document, page_assets

LETTERS = "ABCDEFGH"
STYLE = """
ol.options { list-style: upper-alpha; }
.item { margin: 2rem 0; break-inside: avoid; }
.item h3 { margin-top: 0; }
.key { break-before: page; }
"""


def letter(index: int) -> str:
    """``A`` for the first option; numbers where there are more than letters."""
    return LETTERS[index] if index < len(LETTERS) else str(index + 1)


def to_markdown(quiz: Quiz) -> str:
    """Worksheet first, key after it."""
    lines = [f"# {quiz.title}", "", f"*{quiz.disclaimer}*"]
    patient = ""
    for number, item in enumerate(quiz.items, 1):
        if item.patient != patient:
            patient = item.patient
            lines += ["", "## A patient", "", _md(patient)]
        lines += ["", f"### {number}. {KINDS[item.kind].capitalize()}", "", _md(item.question), ""]
        lines += [f"- [ ] {letter(at)}. {_md(option.text)}" for at, option in enumerate(item.options)]
    lines += ["", "---", "", "## Key", ""]
    for number, item in enumerate(quiz.items, 1):
        right = item.options[item.key]
        lines.append(f"{number}. **{letter(item.key)}**. {_md(right.feedback)} `{item.id}`")
        lines += [
            f"   - {letter(at)}: {_md(option.feedback)}" for at, option in enumerate(item.options) if not option.right
        ]
    return "\n".join(lines) + "\n"


def _md(text: str) -> str:
    """Text in which nothing is taken for Markdown; arrows stay arrows."""
    marked = "".join(f"\\{char}" if char in "\\*_[]<|#`" else char for char in text)
    return marked


def to_html(quiz: Quiz) -> str:
    """One self-contained page: the worksheet, and the key on a new page when printed. No script, no network."""
    assets = Assets(page_assets().style + STYLE, "")
    template = "quiz/templates/worksheet.html"
    return document(
        template, quiz.title, assets, disclaimer=quiz.disclaimer, items=quiz.items, kinds=KINDS, letter=letter
    )


def paragraphs_html(text: str) -> str:
    """Text as HTML paragraphs.

    >>> paragraphs_html("one & two")
    '<p>one &amp; two</p>'
    """
    return render("quiz/templates/paragraphs.html", text=text)


def front(item: QuizItem) -> str:
    """The question side of a card."""
    return render("quiz/templates/card_front.html", item=item)


def back(item: QuizItem) -> str:
    """The answer side of a card: the right option, why, and what is wrong with the others."""
    return render("quiz/templates/card_back.html", item=item, letter=letter)


def tags(item: QuizItem) -> list[str]:
    """Tags of a card, without blanks."""
    return ["theralogic", item.case, item.kind, *item.patterns]


def to_tsv(quiz: Quiz) -> str:
    """Cards for Anki's text import: id, front, back, tags; the first lines tell Anki how to read it."""
    head = ["#separator:tab", "#html:true", "#guid column:1", "#tags column:4"]
    rows = [
        "\t".join(_cell(cell) for cell in (item.id, front(item), back(item), " ".join(tags(item))))
        for item in quiz.items
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split())

"""A quiz on paper and as cards: worksheet and key in Markdown and HTML, and tab-separated cards for Anki."""

from __future__ import annotations

from html import escape

from theralogic.quiz.item import KINDS, QuizItem
from theralogic.quiz.make import Quiz
from theralogic.render.web.page import asset, document
from theralogic.render.web.parts import disclaimer

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
    body = [f"<header>{disclaimer(quiz.disclaimer)}<h1>{escape(quiz.title)}</h1></header><main>"]
    patient = ""
    for number, item in enumerate(quiz.items, 1):
        if item.patient != patient:
            patient = item.patient
            body.append(f"<h2>A patient</h2>{paragraphs(patient)}")
        options = "".join(f"<li>{escape(option.text)}</li>" for option in item.options)
        body.append(
            f'<section class="item" id="q-{item.id}"><h3>{number}. {escape(KINDS[item.kind].capitalize())}</h3>'
            f'{paragraphs(item.question)}<ol class="options">{options}</ol></section>'
        )
    body.append('<section class="key"><h2>Key</h2><ol>')
    for item in quiz.items:
        wrong = "".join(
            f"<li>{letter(at)}: {escape(option.feedback)}</li>"
            for at, option in enumerate(item.options)
            if not option.right
        )
        right = escape(item.options[item.key].feedback)
        body.append(
            f'<li><a href="#q-{item.id}">{letter(item.key)}</a>. {right}'
            f"<details><summary>The others</summary><ul>{wrong}</ul></details></li>"
        )
    body.append("</ol></section></main>")
    return document(quiz.title, "\n".join(body), style=asset("style.css") + STYLE, script="")


def paragraphs(text: str) -> str:
    """Text as HTML paragraphs.

    >>> paragraphs("one & two")
    '<p>one &amp; two</p>'
    """
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n"))


def front(item: QuizItem) -> str:
    """The question side of a card."""
    options = "".join(f"<li>{escape(option.text)}</li>" for option in item.options)
    return f'{paragraphs(item.stem)}<ol type="A">{options}</ol>'


def back(item: QuizItem) -> str:
    """The answer side of a card: the right option, why, and what is wrong with the others."""
    right = item.options[item.key]
    wrong = "".join(
        f"<li>{letter(at)}: {escape(option.feedback)}</li>"
        for at, option in enumerate(item.options)
        if not option.right
    )
    why = paragraphs(item.why) if item.why else ""
    said = f"<p><b>{letter(item.key)}. {escape(right.text)}</b></p>{paragraphs(right.feedback)}"
    return f"{said}{why}<ul>{wrong}</ul>"


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

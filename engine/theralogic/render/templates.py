"""HTML from Jinja2 templates: the one place where text becomes markup.

A template is named by its path in this package. Every value is escaped where it is put in, in every template, so no
page can forget it; only what a template made, or what is :func:`trusted`, stays as it is. A name that nobody gave a
value is an error, never an empty place. Characters that can't be seen or that turn text around are written out, as in
the terminal. Jinja2 is imported when the first page is made, because most commands make none.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from theralogic.model.safe_text import printable
from theralogic.render.phrases import sentence

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PACKAGE = Path(__file__).parents[1]


def render(template: str, **values: object) -> str:
    """A whole page, or text for a file, from a template such as ``render/web/templates/page.html``."""
    return environment().get_template(template).render(values)


def render_part(template: str, **values: object) -> Markup:
    """A part of a page from a template, to be put into another as it is."""
    return trusted(render(template, **values))


def trusted(text: str) -> Markup:
    """Text that is markup already: our own style sheets and scripts, and drawings, which escape their own text."""
    from markupsafe import Markup

    return Markup(text)


def code_marks(text: str) -> Markup:
    """Text in which what stands in backticks is code.

    >>> print(code_marks("no `<b>` here"))
    no <code>&lt;b&gt;</code> here
    """
    pieces = re.split(r"`([^`]*)`", printable(text))
    return trusted("").join(
        trusted("<code>{}</code>").format(piece) if at % 2 else piece for at, piece in enumerate(pieces)
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines keep apart.

    >>> paragraphs("One.\\n\\nTwo.\\n")
    ['One.', 'Two.']
    """
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def anchor(*parts: object) -> str:
    """An id for a place on the page, made of letters, digits and hyphens.

    >>> anchor("step", "treated", "TNF:soluble")
    'step-treated-TNF_soluble'
    """
    return "-".join("".join(c if c.isalnum() or c in "-_" else "_" for c in str(part)) for part in parts)


@cache
def environment() -> Environment:
    """Where templates are found, and what all of them can use."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    made.filters.update(code_marks=code_marks, paragraphs=paragraphs, sentence=sentence)
    made.globals.update(anchor=anchor)
    return made


def _shown(value: object) -> object:
    """A value as it is put into a page: text without hidden characters."""
    if not isinstance(value, str) or value.isprintable() or hasattr(value, "__html__"):
        return value
    return printable(value)

"""Pages for what can't be answered: what is wrong, how to mend it, and what was perhaps meant as a link."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_plus

from theralogic.model.errors import InvalidInputError, NotFoundError, TheralogicError
from theralogic.model.safe_text import printable
from theralogic.render.phrases import listed, sentence
from theralogic.render.web.page import esc
from theralogic.serve.page_frame import ServedPage, page

MEANT = re.compile(r"did you mean `([^`]+)`\?$")
QUOTED = re.compile(r"`(.+?)`")
STATUS = {"too-slow": 503, "too-busy": 503, "too-many-facts": 400, "nothing-to-teach": 404}
TITLES = {
    400: "That can't be understood",
    403: "Not from there",
    404: "Not found",
    405: "Only looking is possible here",
    413: "Too much was sent",
    414: "The address is too long",
    421: "Not under that name",
    500: "Something went wrong here",
    503: "Not now",
}


def status_of(error: TheralogicError) -> int:
    """The HTTP status that says what kind of error this is."""
    if error.code in STATUS:
        return STATUS[error.code]
    if isinstance(error, NotFoundError):
        return 404
    return 400 if isinstance(error, InvalidInputError) else 500


def problem_page(status: int, error: TheralogicError, address: str = "") -> ServedPage:
    """What is wrong as a page; ``address`` is the path and query that were asked for."""
    title = TITLES.get(status, TITLES[500])
    return page(title, problem_html(status, error, address), kicker="theralogic", skip="result", status=status)


def problem_html(status: int, error: TheralogicError, address: str = "") -> str:
    """What is wrong, in the place of an answer."""
    items, words, whole = [], [], address
    for problem in error.problems:
        mended = _mended(problem.message, problem.help or "", address)
        if mended:
            word, link = mended
            words.append(word)
            _, whole = _mended(problem.message, problem.help or "", whole) or ("", whole)
            help = f'Did you mean <a href="{esc(link)}">{esc(word)}</a>?'
        else:
            help = _marked(sentence(problem.help)) if problem.help else ""
        items.append(f"<p><strong>{_marked(sentence(problem.message))}</strong></p><p>{help}</p>")
    if len(words) > 1:
        items.append(f'<p><a href="{esc(whole)}">Take all of these</a>: {listed(map(esc, words))}.</p>')
    code = f'<p class="digest">{status}, {esc(error.code)}</p>'
    return f'<div id="result" role="status">{"".join(items)}{code}</div>'


def problem_json(error: TheralogicError) -> dict[str, Any]:
    """What is wrong as plain data."""
    return {
        "errors": [{"code": p.code, "message": printable(p.message), "help": p.help} for p in error.problems],
    }


def _mended(message: str, help: str, address: str) -> tuple[str, str] | None:
    """The name that was perhaps meant, and the address with it in place of what was written."""
    meant, written = MEANT.search(help), QUOTED.search(message)
    if not (meant and written and address):
        return None
    path, _, question = address.partition("?")
    wrong, right = written[1], meant[1]
    if unquote_plus(path.rpartition("/")[2]) == wrong:
        return right, f"{path.rpartition('/')[0]}/{quote(right)}"
    found = [[unquote_plus(part) for part in pair.split("=")] for pair in question.split("&")]
    for words in found:
        if wrong in words:
            words[words.index(wrong)] = right
            return right, f"{path}?{'&'.join('='.join(quote(word) for word in pair) for pair in found)}"
    return None


def _marked(text: str) -> str:
    """Text with what stands in backticks as code, and nothing hidden in it."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", esc(printable(text)))

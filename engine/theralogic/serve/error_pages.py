"""Pages for what can't be answered: what is wrong, how to mend it, and what was perhaps meant as a link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote_plus

from theralogic.model.errors import InvalidInputError, NotFoundError, TheralogicError
from theralogic.model.safe_text import printable
from theralogic.render.phrases import listed
from theralogic.render.templates import render_part
from theralogic.render.web.parts import Link
from theralogic.serve.page_frame import ServedPage, page

if TYPE_CHECKING:
    from markupsafe import Markup

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
    problem = problem_html(status, error, address)
    template = "serve/templates/problem_page.html"
    return page(template, title, kicker="theralogic", skip="result", status=status, problem=problem)


class ShownProblem(NamedTuple):
    """One problem: what is wrong, and how to mend it, in words or as a link to what was perhaps meant."""

    message: str
    help: str
    suggestion: Link | None


def problem_html(status: int, error: TheralogicError, address: str = "") -> Markup:
    """What is wrong, in the place of an answer."""
    problems, words, whole = [], [], address
    for problem in error.problems:
        help = problem.help or ""
        suggestion = _suggestion(problem.message, help, address)
        problems.append(ShownProblem(problem.message, help, suggestion))
        if suggestion:
            words.append(suggestion.text)
            further = _suggestion(problem.message, help, whole)
            whole = further.address if further else whole
    return render_part(
        "serve/templates/problem.html",
        status=status,
        code=error.code,
        problems=problems,
        all_suggested=Link(listed(words), whole) if len(words) > 1 else None,
    )


def problem_json(error: TheralogicError) -> dict[str, Any]:
    """What is wrong as plain data."""
    return {
        "errors": [{"code": p.code, "message": printable(p.message), "help": p.help} for p in error.problems],
    }


def _suggestion(message: str, help: str, address: str) -> Link | None:
    """The name that was perhaps meant, and the address with it in place of what was written."""
    meant, written = MEANT.search(help), QUOTED.search(message)
    if not (meant and written and address):
        return None
    path, _, question = address.partition("?")
    wrong, right = written[1], meant[1]
    if unquote_plus(path.rpartition("/")[2]) == wrong:
        return Link(right, f"{path.rpartition('/')[0]}/{quote(right)}")
    found = [[unquote_plus(part) for part in pair.split("=")] for pair in question.split("&")]
    for words in found:
        if wrong in words:
            words[words.index(wrong)] = right
            return Link(right, f"{path}?{'&'.join('='.join(quote(word) for word in pair) for pair in found)}")
    return None

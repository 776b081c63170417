"""Whatever a file, an address or a program says stays text on every page; and no page is made past the templates."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jinja2 import Template, UndefinedError
from tests.serving import Client, small
from tests.sketch import drug, patient, sketch

import theralogic.api
from theralogic.model.errors import NotFoundError, Problem
from theralogic.model.records import Case, Evidence, KnowledgeBase, Teaching
from theralogic.model.safe_text import hidden, printable
from theralogic.quiz.make import make_quiz
from theralogic.quiz.worksheet import back, front, paragraphs_html, to_html
from theralogic.reasoning import reference
from theralogic.render.report import report, report_data
from theralogic.render.templates import PACKAGE, environment, render
from theralogic.serve.app import app
from theralogic.serve.error_pages import problem_page
from theralogic.serve.library import Library
from theralogic.teach.course_files import CourseLesson, lessons
from theralogic.teach.lesson_page import course_index, lesson_page
from theralogic.teach.prepare import prepare

HARMLESS = " plain"
HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "the end of an attribute": '"><img src=x onerror=alert(1)>',
    "the end of an attribute in single quotes": "' onmouseover='alert(1)' '",
    "what is escaped already": "&lt;b&gt; &amp;",
    "what templates take for their own": "{{ 7 * 7 }}{% raw %}{#",
    "what turns text around": "\u202egnp.exe\u2066",
}
WRITTEN = frozenset(
    "name title vignette because limits note say measured drug_class ref source objectives misconceptions".split()
)
"""The fields of records in which people write what they like."""


def spoiled(value: Any, text: str) -> Any:
    """A record, or records, with ``text`` after everything that people write."""
    if isinstance(value, Mapping):
        return {key: spoiled(item, text) for key, item in value.items()}
    if hasattr(value, "_fields"):
        return value._replace(
            **{
                name: after(item, text) if name in WRITTEN else spoiled(item, text)
                for name, item in value._asdict().items()
                if name != "names"
            }
        )
    return tuple(spoiled(item, text) for item in value) if isinstance(value, tuple) else value


def after(written: Any, text: str) -> Any:
    if isinstance(written, tuple):
        return tuple(after(item, text) for item in written)
    return f"{written}{text}" if written else written


def course_lesson(text: str) -> CourseLesson:
    lesson = lessons()[0]
    exercises = [e.model_copy(update={"ask": e.ask + text, "answer": e.answer + text}) for e in lesson.exercises]
    changes = {"title": lesson.title + text, "text": lesson.text + text, "exercises": exercises, "case": "one"}
    return lesson.model_copy(update={**changes, "take_home": [take + text for take in lesson.take_home]})


def library(text: str) -> Library:
    """A library in which everything that can be written is written somewhere, and ``text`` after it."""
    kb, cases, _, engine = small()
    case, both = cases["one"], cases["one"].arms[1]
    without = both._replace(id="y", title="y alone", prescriptions=both.prescriptions[1:])  # the caution on x is gone
    case = case._replace(arms=(*case.arms, without), teaching=Teaching(objectives=("Learn",), misconceptions=("Not",)))
    cited = Evidence("PMID:1", "review", "refutes", "So"), Evidence("BOOK:1", "review")
    kb = kb._replace(mechanisms=tuple(m._replace(limits="Not always", evidence=cited) for m in kb.mechanisms))
    kb, case = spoiled(kb, text), spoiled(case, text)
    return Library(kb, {**cases, "one": case}, (course_lesson(text),), engine)


ADDRESSES = (
    *("/", "/explore", "/explore?disease=ill&give=x", "/course/1", "/report?case=one&set=A=low"),
    *("/cases/one", "/cases/one?set=A=low&ask=E", "/cases/one?set=A=low&arm=both&way=Y", "/cases/one?arm=agent"),
    *("/cases/one?arm=y", "/lessons/one", "/lessons/one?direction-B=increases&direction-B-sure=70&chain=A+->+B"),
    *("/rules", "/rules?kind=entity", "/rules?kind=pattern", "/rules?q=A", "/rules/A", "/rules/G", "/rules/x"),
    *("/rules/ill", "/rules/a-raises-b", "/rules/c", "/rules/gate"),
)
"""Pages about a library."""
ABOUT = {*ADDRESSES} - {"/rules", "/rules?kind=pattern", "/rules/gate"}
"""Pages that name something of it."""

SAID = (
    *("/cases/one?give={}", "/cases/one?{}=1", "/explore?disease={}&give={}", "/rules?q={}", "/rules?kind={}"),
    *("/lessons/one?direction-B=increases&direction-B-sure={}",),
    *("/rules/{}", "/lessons/{}", "/lessons/one?chain={}", "/course/{}", "/nowhere/{}"),
)
"""Pages about what the address says."""


def served(lib: Library, text: str) -> Iterator[tuple[str, str]]:
    client = Client(app(lib, log=lambda line: None))
    for address in ADDRESSES:
        yield address, client.get(address, follow_redirects=True).text
    for address in SAID:
        yield address, client.get(address.replace("{}", quote(text, safe="")), follow_redirects=True).text


def mistaken(text: str) -> str:
    """Two names that are not known, and what was perhaps meant by each."""
    problems = [Problem("unknown-name", f"unknown name `{n}{text}`", help=f"did you mean `{n}{text}!`?") for n in "ab"]
    address = "/explore?give=" + "&give=".join(quote(f"{n}{text}", safe="") for n in "ab")
    return problem_page(404, NotFoundError.of(problems), address).html


def opposed(text: str) -> tuple[KnowledgeBase, Case]:
    """A patient in whom steps are limited, opposed and set aside, and two drugs act through one thing."""
    kb = sketch(
        *("S -> A", "A -> C", "B -> C", "C -> E", "A -| E weak", "S -> F weak", "F -| C weak"),
        diseases=[{"id": "ill", "name": "illness", "levels": {"A": "high", "B": "high", "S": "high"}}],
        interventions=[drug("x", blocks="S"), drug("y", blocks="A")],
    )
    arms = [{"id": "both", "title": "both", "add": ["y"]}]
    case = patient(kb, disease="ill", interventions=["x"], ask=["C", "E"], arms=arms)
    return spoiled(kb, text), spoiled(case, text)


def documents(kb: KnowledgeBase, case: Case, page: CourseLesson, text: str) -> Iterator[tuple[str, str]]:
    yield "report", report(report_data(kb, case, reference))
    yield "mistaken", mistaken(text)
    yield "opposed", report(report_data(*opposed(text), reference))
    lesson = prepare(kb, case, reference)
    yield "lesson", lesson_page(lesson, pattern_hints=dict.fromkeys(("gate", "redundancy"), text), page=page)
    yield "course", course_index([page])
    made = make_quiz(kb, [case], reference)
    yield "worksheet", to_html(made)
    for number, item in enumerate(made.items):
        yield f"front {number}", front(item)
        yield f"back {number}", back(item)
    yield "paragraphs", paragraphs_html(f"One{text}\n\nTwo{text}")


def notebook(kb: KnowledgeBase, case: Case, text: str) -> Iterator[tuple[str, str]]:
    made = theralogic.api.solve(case, rules=kb)
    yield "prediction", made._repr_html_()
    yield "explanation", made.explain().html
    yield "why not", theralogic.api.why_not(made, "Y").html
    yield "why", theralogic.api.why_not(made, "B").html
    alone = theralogic.api.solve(case._replace(arms=case.arms[:1]), rules=kb)
    yield "alone", alone._repr_html_()
    yield "what if", theralogic.api.what_if(alone, levels={"A": "low"}, title=f"A title{text}")._repr_html_()


@cache
def pages(text: str) -> dict[str, str]:
    """Every kind of page, all about what ``text`` was written into."""
    lib = library(text)
    case = lib.cases["one"]
    return dict(
        [*served(lib, text), *documents(lib.kb, case, lib.course[0], text), *notebook(lib.kb, case, text)],
    )


class Seen(HTMLParser):
    """The tags of a page with the names of their attributes, those of drawings apart, and all its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.drawn: set[tuple[str, ...]] = set()
        self.text = ""
        self.inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = tuple(name for name, _ in attrs)
        if tag == "svg" or "svg" in self.inside:
            self.drawn.add((tag, *names))
        else:
            self.tags.append((tag, *names))
        if tag not in ("input", "meta", "link", "br"):
            self.inside.append(tag)
        self.text += "".join(f" {value}" for _, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.inside):
            self.text += f" {data}"


def test_no_template_is_left_out_here() -> None:
    environment.cache_clear()
    pages.__wrapped__(HARMLESS)
    loaded = environment().cache
    assert loaded is not None
    assert {name for _, name in loaded} == {*TEMPLATES}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_written_never_becomes_markup_on_any_page(text: str) -> None:
    """Every page has the tags it has with harmless words; only a search, or help with a name, may find more or less."""
    harmless = pages(HARMLESS)
    found = pages(text)
    assert found.keys() == harmless.keys()
    other = {}
    for name, page in found.items():
        seen, usual = Seen(page), Seen(harmless[name])
        alike = set(seen.tags) == set(usual.tags) if "?q=" in name else seen.tags == usual.tags
        if "give=" in name:
            alike = set(seen.tags) <= set(usual.tags)
        if not alike or not seen.drawn <= usual.drawn:
            other[name] = [(a, b) for a, b in zip(seen.tags, usual.tags, strict=False) if a != b][:1]
    assert other == {}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_written_is_read_on_the_pages_as_it_was_written_and_nothing_hidden_is_left(text: str) -> None:
    missing, left = [], []
    for name, page in pages(text).items():
        seen = Seen(page).text
        if name in ABOUT and printable(text) not in seen:
            missing.append(name)
        if any(hidden(char) for char in seen):
            left.append(name)
    assert (missing, left) == ([], [])


def test_every_whole_page_runs_the_style_and_script_that_its_policy_names() -> None:
    wrong = []
    for name, page in pages(HOSTILE["a script"]).items():
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
        for tag in ("style", "script") if policy else ():
            for text in re.findall(f"<{tag}>(.*?)</{tag}>", page, re.S):
                digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
                if f"{tag}-src 'sha256-{digest}'" not in unescape(policy[1] if policy else ""):
                    wrong.append((name, tag))
    assert wrong == []


# -- no way past the templates ---------------------------------------------------------------------------------------

MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.html"))
LOADER = PACKAGE / "render" / "templates.py"
DRAWINGS = {"render/drawing.py", "render/graph_formats.py", "cohort/summary_svg.py"}
"""What writes XML of its own; it escapes its own text."""
TRUSTING = {"render/templates.py", "render/web/page.py", "render/web/chain.py", "teach/lesson_page.py", "api.py"}
"""What may say that a text is markup: style sheets, scripts, drawings, and the grades as JSON."""


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_no_module_but_the_template_loader_escapes_html() -> None:
    by_hand = re.compile(r"html\.escape|from html import|import html\b|\besc\(|[^.]\bescape\(")
    assert [named(path) for path in MODULES if by_hand.search(path.read_text()) and named(path) not in DRAWINGS] == []


def test_few_modules_may_say_that_a_text_is_markup_and_no_template_may() -> None:
    assert {named(path) for path in MODULES if re.search(r"\btrusted\(", path.read_text())} == TRUSTING
    assert [named(path) for path in MODULES if re.search(r"\bMarkup\(", path.read_text())] == [named(LOADER)]
    loose = re.compile(r"\|\s*safe\b|autoescape|\bMarkup\b")
    assert [name for name in TEMPLATES if loose.search((PACKAGE / name).read_text())] == []


def test_no_module_writes_tags_itself() -> None:
    tag = re.compile(
        r"</?(a|article|b|body|br|code|dd|div|dl|dt|form|h[1-6]|header|input|label|li|main|nav|ol|p|pre|q|script|section|small|"
        r"span|strong|style|table|td|th|tr|ul)( [a-z-]+=|>| )"
    )
    writing = set()
    for path in MODULES:
        tree = ast.parse(path.read_text())
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs)
        if any(tag.search(str(text.value)) for text in texts):
            writing.add(named(path))
    assert writing == {*DRAWINGS, named(LOADER)}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles_says_what_it_is_and_is_used(name: str) -> None:
    assert isinstance(environment().get_template(name), Template)
    assert (PACKAGE / name).read_text().startswith("{# ")
    used = [*(path.read_text() for path in MODULES), *((PACKAGE / t).read_text() for t in TEMPLATES if t != name)]
    assert any(name in text for text in used)


def test_a_value_that_nobody_gave_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        render("quiz/templates/paragraphs.html")

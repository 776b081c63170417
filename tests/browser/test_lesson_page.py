"""A lesson played in a real browser: committed, explained, looked back on; silent, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import Opened, axe

from theralogic.files.locations import case_names, load_case
from theralogic.model.records import KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.quiz.make import make_quiz
from theralogic.quiz.worksheet import to_html
from theralogic.reasoning import reference
from theralogic.teach.course_files import lessons
from theralogic.teach.grade_chain import own_chain
from theralogic.teach.lesson_page import course_index, lesson_page
from theralogic.teach.prepare import PreparedLesson, prepare

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COURSE = lessons()


@pytest.fixture(scope="module")
def prepared(kb: KnowledgeBase) -> dict[int, PreparedLesson]:
    found = {}
    for page in COURSE:
        path = case_names()[page.case]
        found[page.number] = prepare(kb, load_case(path.read_bytes(), path.name, kb), reference)
    return found


@pytest.fixture
def opened(browser: Browser, prepared: dict[int, PreparedLesson], tmp_path: Path) -> Iterator[Opened]:
    """Open a lesson of the course; whatever the browser complains about or fetches fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_(number: int, **options: Any) -> Page:
        path = tmp_path / f"{number}.html"
        path.write_text(lesson_page(prepared[number], pattern_hints={}, page=COURSE[number - 1]), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda r: wrong.append(f"fetches {r.url}") if r.url not in (path.as_uri(), "data:,") else None
        )
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def violations(page: Page) -> list[Any]:
    page.evaluate(axe())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [(v["id"], v["help"], [node["target"] for node in v["nodes"][:3]]) for v in found["violations"]]


@pytest.mark.parametrize("number", [page.number for page in COURSE])
def test_every_lesson_opens_silently_fits_a_phone_and_has_no_barriers(number: int, opened: Opened) -> None:
    page = opened(number, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.get_by_text(DISCLAIMER).count() == 2
    assert violations(page) == []


def test_nothing_is_told_before_the_learner_commits_and_the_slip_is_named_after(
    opened: Opened, prepared: dict[int, PreparedLesson]
) -> None:
    page = opened(6)
    assert page.locator("details.truth:visible").count() == 0
    asked = next(q for q in prepared[6].questions if q.slips)
    way, slip = next(iter(asked.slips.items()))
    form = page.locator(f"[id='direction-{asked.answer.entity}']")
    form.get_by_role("button", name="Commit").click()
    assert form.get_by_role("status").inner_text() == "Choose one first."
    form.locator(f"input[value={way}]").check()
    form.locator("input[type=number]").fill("90")
    form.get_by_role("button", name="Commit").click()
    assert slip.says in form.get_by_role("status").inner_text()
    summary = page.locator(".summary").inner_text()
    assert "Predictions: 0 of 1 right." in summary
    assert "90% sure and 0% right (Brier score 0.81)" in summary
    assert slip.kind.replace("_", " ") in summary


def test_the_chain_of_the_derivation_is_graded_whole_and_a_turned_sign_is_named(
    opened: Opened, prepared: dict[int, PreparedLesson]
) -> None:
    page = opened(6)
    links = own_chain(prepared[6].arm, prepared[6].chain_for)
    form = page.locator("#chain")
    rows = form.locator("ol.links > li")
    while rows.count() < len(links):
        form.get_by_role("button", name="Add a link").click()
    for row, (source, sign, target) in enumerate(links):
        for select, value in zip(rows.nth(row).locator("select").all(), (source, str(sign), target), strict=True):
            select.select_option(value)
    form.get_by_role("button", name="Grade it").click()
    assert "100% of the chain." in form.get_by_role("status").inner_text()
    rows.nth(0).locator("select").nth(1).select_option(str(-links[0][1]))
    form.get_by_role("button", name="Grade it").click()
    assert "wrong sign" in form.get_by_role("status").inner_text()


def test_a_lesson_can_be_played_by_keyboard_alone(opened: Opened) -> None:
    page = opened(1)
    page.locator("form.ask").first.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("70")
    page.keyboard.press("Enter")
    assert page.locator("form.ask").first.get_by_role("status").inner_text() != ""


def test_what_stops_an_effect_is_named_and_looked_back_on(opened: Opened, prepared: dict[int, PreparedLesson]) -> None:
    page = opened(1)
    found = prepared[1].obstacle
    assert found
    form = page.locator("#obstacle")
    form.locator(f"input[value='{found.by[0]}']").check()
    form.get_by_role("button", name="Commit").click()
    assert form.get_by_role("status").inner_text().startswith("Right.")
    assert "What stops the effect: found." in page.locator(".summary").inner_text()


def test_without_scripts_the_answers_are_folded_away_but_there(opened: Opened) -> None:
    page = opened(2, java_script_enabled=False)
    assert page.locator("details.truth").first.is_visible()
    assert page.locator("#chain").is_hidden()
    page.locator("details.truth summary").first.click()
    assert page.locator("details.truth p").first.is_visible()


def test_worksheet_and_front_page_open_silently_and_have_no_barriers(
    browser: Browser, kb: KnowledgeBase, tmp_path: Path
) -> None:
    path = case_names()[COURSE[0].case]
    quiz = make_quiz(kb, [load_case(path.read_bytes(), path.name, kb)], reference, most=10)
    wrong: list[str] = []
    for text in (to_html(quiz), course_index(COURSE)):
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.on("console", lambda message: wrong.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert violations(page) == []
        page.close()
    assert wrong == []

"""The server in a real browser: every page, by keyboard, at 360 px, with and without scripts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import Opened, axe

from theralogic.model.vocabulary import DISCLAIMER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CASE = "/cases/ra-tocilizumab"
PAGES = [
    "/",
    CASE,
    f"{CASE}?set=IL6=normal",
    f"{CASE}?arm=plus-il10&way=IL17A_signalling",
    f"{CASE}?give=&ask=serum_IL6&by=days",
    "/explore",
    "/explore?disease=asthma&disease=psoriasis&give=mepolizumab",
    "/explore?give=dupilumab",
    "/course/1",
    "/course/2?direction-RA_activity=decreases&direction-RA_activity-sure=80",
    "/lessons/psoriasis-secukinumab",
    "/report?case=gout-canakinumab&set=IL6=normal",
    "/rules",
    "/rules?kind=disease",
    "/rules?q=IL-6",
    "/rules/IL6_signalling",
    "/rules/tocilizumab",
    "/rules/rheumatoid_arthritis",
    "/rules/releasing-a-brake",
]
IL6 = "select[aria-label='Level of IL-6']"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A server in a process of its own, as a user starts it."""
    command = [sys.executable, "-m", "theralogic_cli", "serve", "--port", "0", "--quiet", "--engine", "reference"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stderr
    said = process.stderr.readline()
    yield said.split(" at ")[1].split("/ ")[0]
    process.kill()
    process.wait()
    process.stderr.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Open a page; whatever the browser complains about, fetches elsewhere or keeps fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_(path: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on(
            "console", lambda m: None if "the server responded with a status of 4" in m.text else wrong.append(m.text)
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:,")) else wrong.append(r.url))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        wrong += [f"cookie {cookie}" for cookie in context.cookies()]
        context.close()
    assert wrong == []


def violations(page: Page, *, contrast: bool = True) -> list[Any]:
    page.evaluate(axe())
    rules = {} if contrast else {"color-contrast": {"enabled": False}}
    found = page.evaluate("rules => axe.run({resultTypes: ['violations'], rules})", rules)
    return [(v["id"], v["help"], [node["target"] for node in v["nodes"][:3]]) for v in found["violations"]]


def asked(page: Page) -> str:
    """The address after the server's name."""
    return re.sub(r"^https?://[^/]+", "", page.url)


def settled(page: Page, query: str) -> None:
    """Wait until the page shows the answer to ``query``."""
    page.wait_for_url(lambda url: url.endswith(query))
    page.wait_for_selector("#result:not([aria-busy])")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_silently_fits_a_phone_and_has_no_barriers(path: str, opened: Opened) -> None:
    page = opened(path, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.get_by_text(DISCLAIMER).count() == 2
    assert violations(page, contrast=False) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", f"{CASE}?set=IL6=normal", "/rules?q=IL-10", "/cases/ra-tocilizumb"])
def test_no_barriers_in_either_colour_scheme(scheme: str, path: str, opened: Opened) -> None:
    assert violations(opened(path, color_scheme=scheme)) == []


def test_a_level_changed_by_keyboard_changes_the_chain_at_once_and_the_focus_stays(opened: Opened) -> None:
    page = opened(CASE)
    before = page.locator("#result").inner_text()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Level of IL-6":
            break
    page.keyboard.type("nor")
    settled(page, "?set=IL6=normal")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Level of IL-6"
    assert "What differs" in page.locator("#result").inner_text() != before
    assert "answers differ" in page.locator(".said").inner_text()
    assert page.evaluate("document.activeElement.value") == "IL6=normal"
    page.go_back()
    page.wait_for_function("!document.querySelector('#result').textContent.includes('What differs')")
    assert page.locator("#result").inner_text() == before


@pytest.mark.parametrize("query", ["set=IL6=normal", "give=tocilizumab&give=infliximab", "give=", "by=hours"])
def test_what_scripts_put_in_place_is_what_the_server_says(query: str, opened: Opened) -> None:
    live, plain = opened(CASE), opened(f"{CASE}?{query}", java_script_enabled=False)
    if query.startswith("set"):
        live.select_option(IL6, "IL6=normal")
    elif query == "give=":
        live.get_by_role("checkbox", name="tocilizumab").uncheck()
    elif query.startswith("give"):
        live.get_by_label("Give as well").fill("infliximab")
        live.keyboard.press("Enter")
    else:
        live.get_by_label("Time").select_option("hours")
    settled(live, f"?{query}")
    for part in ("#result .panel", "fieldset[data-part=given]", "fieldset[data-part=levels]", "h1", "nav.also"):
        assert live.locator(part).inner_text() == plain.locator(part).inner_text()


def test_without_scripts_the_form_and_its_button_do_the_same(opened: Opened) -> None:
    page = opened(CASE, java_script_enabled=False)
    page.select_option(IL6, "IL6=low")
    page.get_by_label("Another").fill("TNF")
    page.get_by_label("Its level").select_option("low")
    page.get_by_label("Give as well").fill("siltuximab")
    with page.expect_navigation():
        page.get_by_role("button", name="Show what happens").click()
    assert asked(page) == f"{CASE}?give=tocilizumab&give=siltuximab&set=IL6=low&set=TNF=low"
    assert page.get_by_role("checkbox", name="siltuximab").is_checked()
    assert page.locator("select[aria-label='Level of TNF']").input_value() == "TNF=low"
    with page.expect_navigation():
        page.get_by_role("link", name="Start again").click()
    assert asked(page) == CASE


def test_a_disease_and_a_drug_can_be_explored_without_a_case(opened: Opened) -> None:
    page = opened("/explore")
    page.get_by_label("Name", exact=True).fill("Crohn disease")
    page.keyboard.press("Enter")
    settled(page, "?disease=crohn_disease")
    page.get_by_label("Give", exact=True).fill("secukinumab")
    page.keyboard.press("Enter")
    settled(page, "?disease=crohn_disease&give=secukinumab")
    assert page.locator("h1").inner_text() == "Crohn disease, secukinumab"
    assert page.locator("#result svg.causal [tabindex='0']").count() > 0


def test_diseases_that_disagree_are_mended_in_the_form_that_stays(opened: Opened) -> None:
    for scripts in (True, False):
        page = opened("/explore?disease=rheumatoid_arthritis", java_script_enabled=scripts)
        page.get_by_label("And", exact=True).fill("psoriasis")
        page.keyboard.press("Enter")
        page.wait_for_selector("#result:has-text('different levels')")
        assert asked(page) == "/explore?disease=rheumatoid_arthritis&disease=psoriasis"
        assert page.get_by_role("checkbox", name="psoriasis").is_checked()
        page.get_by_role("checkbox", name="rheumatoid arthritis").uncheck()
        if not scripts:
            page.get_by_role("button", name="Show what happens").click()
        settled(page, "/explore?disease=psoriasis")
        assert page.locator("#result .panel").count() == 1


def test_a_name_that_is_not_known_is_told_in_place_and_the_address_stays(opened: Opened) -> None:
    page = opened(CASE)
    page.get_by_label("Give as well").fill("inflixmab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result:has-text('Did you mean')")
    assert asked(page) == CASE
    assert "inflixmab" in page.locator(".said").inner_text()
    page.get_by_role("link", name="infliximab").click()
    settled(page, "?give=tocilizumab&give=infliximab")


def test_drawings_that_came_later_can_be_walked_too(opened: Opened) -> None:
    page = opened(CASE)
    page.select_option(IL6, "IL6=elevated")
    settled(page, "?set=IL6=elevated")
    page.locator("#result svg.causal [tabindex='0']").first.focus()
    first = page.evaluate("document.activeElement.dataset.node")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.node") != first


def test_what_was_committed_in_a_lesson_is_in_its_address_and_counts_again(opened: Opened) -> None:
    page = opened("/course/2")
    assert page.locator(".verdict").first.inner_text() == ""
    form = page.locator("form.ask").first
    form.locator("input[value=decreases]").check()
    form.locator("input[type=number]").fill("70")
    form.get_by_role("button", name="Commit").click()
    verdict, summary = form.locator(".verdict").inner_text(), page.locator(".summary").inner_text()
    assert "of 1 right" in summary
    page.reload()
    assert page.locator("form.ask").first.locator(".verdict").inner_text() == verdict
    assert page.locator(".summary").inner_text() == summary


def test_a_lesson_without_scripts_judges_only_what_was_committed_and_grades_a_chain(opened: Opened) -> None:
    page = opened("/course/2", java_script_enabled=False)
    forms = page.locator("form.ask")
    assert page.locator("form.ask details.truth").count() == 0
    assert "".join(page.locator(".verdict").all_inner_texts()) == ""
    for index, way in ((0, "decreases"), (1, "increases")):
        forms.nth(index).locator(f"input[value={way}]").check()
        with page.expect_navigation():
            forms.nth(index).get_by_role("button", name="Commit").click()
    told = page.locator(".verdict").all_inner_texts()
    assert (bool(told[0]), bool(told[1]), "".join(told[2:])) == (True, True, "")
    page.get_by_label("Your chain").fill("tocilizumab -> IL-6R")
    with page.expect_navigation():
        page.get_by_role("button", name="Grade it").last.click()
    assert "wrong sign: tocilizumab -> IL-6R" in page.locator("ol.graded").inner_text()
    assert page.locator(".verdict").all_inner_texts() == told
    assert "Predictions: " in page.locator(".summary").inner_text()


def test_on_paper_the_answer_is_there_without_the_form(opened: Opened) -> None:
    page = opened(f"{CASE}?set=IL6=normal")
    page.emulate_media(media="print")
    assert page.locator("form:visible, nav:visible").count() == 0
    assert page.locator("#result .panel:visible").count() == 1
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_the_first_stop_skips_to_the_answer(opened: Opened) -> None:
    page = opened(CASE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert asked(page) == f"{CASE}#result"

"""The report in a real browser: nothing fetched, nothing logged, by keyboard, at 360 px, on paper, without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import Opened, axe

from theralogic.files.locations import case_names
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.render.report import LARGEST

if TYPE_CHECKING:
    from playwright.sync_api import Page

CASES = sorted(case_names())
SHOWN = "ra-tocilizumab" if "ra-tocilizumab" in CASES else CASES[0]

FOCUSED = "document.activeElement.dataset.node"
EDGES = """[...document.activeElement.closest('svg').querySelectorAll('[data-source]')]
    .map(edge => [edge.dataset.source, edge.dataset.target])"""


def violations(page: Page, *, contrast: bool = True) -> list[Any]:
    """What axe-core objects to; contrast takes most of its time, and every page has the same style sheet."""
    page.evaluate(axe())
    rules = {} if contrast else {"color-contrast": {"enabled": False}}
    found = page.evaluate("rules => axe.run({resultTypes: ['violations'], rules})", rules)
    return [(v["id"], v["help"], [node["target"] for node in v["nodes"][:3]]) for v in found["violations"]]


@pytest.mark.parametrize("name", CASES)
def test_every_page_opens_silently_fits_a_phone_and_has_no_barriers(name: str, opened: Opened) -> None:
    page = opened(name, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert len(page.content().encode()) < LARGEST
    assert page.get_by_text(DISCLAIMER).count() == 2
    assert violations(page, contrast=False) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_in_either_colour_scheme(scheme: str, width: int, opened: Opened) -> None:
    assert violations(opened(SHOWN, color_scheme=scheme, viewport={"width": width, "height": 800})) == []


def test_the_arrow_keys_walk_along_the_causal_links_and_enter_says_who_changes_a_node(opened: Opened) -> None:
    page = opened(SHOWN)
    first = page.locator("svg.causal [tabindex='0']").first
    first.focus()
    links = {tuple(link) for link in page.evaluate(EDGES)}
    walked = [page.evaluate(FOCUSED)]
    while True:
        page.keyboard.press("ArrowDown")
        here = page.evaluate(FOCUSED)
        if here == walked[-1]:
            break
        assert (walked[-1], here) in links
        walked.append(here)
    assert len(walked) > 2
    page.keyboard.press("Enter")
    around = page.locator(".around:visible")
    assert "Who changes" in around.inner_text()
    page.locator(".around:visible button").first.click()
    assert page.evaluate(FOCUSED) == walked[-2]
    assert "What" in around.inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".around:visible").count() == 0


def test_everything_can_be_reached_with_the_tab_key_and_each_drawing_is_one_stop(opened: Opened) -> None:
    page = opened(SHOWN)
    graphs = page.locator("svg.causal:visible").count()
    stops: list[str] = []
    for _ in range(600):
        page.keyboard.press("Tab")
        stop = page.evaluate(f"{FOCUSED} || document.activeElement.id || document.activeElement.tagName")
        if stop == "BODY":
            break
        stops.append(page.evaluate(f"document.activeElement.closest('svg') ? 'graph' : {stop!r}"))
    assert stops[0] == "A"  # the link that skips to what happens
    assert stops.count("graph") == graphs


def test_the_switch_shows_one_arm_at_a_time_and_a_drug_can_be_switched_off(opened: Opened) -> None:
    page = opened(SHOWN)
    arms = page.locator("[name=arm]")
    assert page.locator(".panel:visible").count() == 1
    arms.first.focus()
    for index in range(1, arms.count()):
        page.keyboard.press("ArrowRight")
        assert page.locator(".panel:visible").get_attribute("data-arm") == arms.nth(index).get_attribute("value")
    page.keyboard.press("ArrowRight")
    drug = page.locator("[name=drug]:checked").first
    drug.focus()
    page.keyboard.press("Space")
    assert page.locator(".panel:visible").get_attribute("data-arm") == "before"


def test_without_scripts_all_arms_are_shown_and_every_node_leads_to_its_step(opened: Opened) -> None:
    page = opened(SHOWN, java_script_enabled=False)
    assert page.locator(".panel:visible").count() == page.locator(".panel").count() > 1
    assert not page.locator("form.switch").is_visible()
    nodes = page.locator("svg.causal a.node")
    assert nodes.count() > 3
    for index in range(nodes.count()):
        href = nodes.nth(index).get_attribute("href")
        assert href is not None
        assert page.locator(f"li[id='{href[1:]}']").count() == 1


def test_every_link_within_the_page_leads_somewhere(opened: Opened) -> None:
    page = opened(SHOWN)
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert dead == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_on_paper_every_arm_is_there_and_nothing_is_cut_off(opened: Opened) -> None:
    page = opened(SHOWN)
    page.emulate_media(media="print")
    assert page.locator(".panel:visible").count() == page.locator(".panel").count()
    assert page.locator("nav:visible, form.switch:visible").count() == 0
    paper = page.pdf(format="A4", print_background=True)
    assert paper.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 1

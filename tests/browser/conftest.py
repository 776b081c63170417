"""A real browser: Debian's Chromium driven by Playwright; without either the tests say so and are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from theralogic.files.locations import case_names, load_case, load_kb
from theralogic.model.records import KnowledgeBase
from theralogic.reasoning import reference
from theralogic.render.report import report, report_data

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Opened = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    sync = pytest.importorskip("playwright.sync_api", reason="no Playwright here: pip install -e '.[dev]'")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    """The shipped rule base."""
    return load_kb()


@pytest.fixture(scope="session")
def pages(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The report of a shipped case as a file, made once."""
    folder = tmp_path_factory.mktemp("pages")

    def page(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            source = case_names()[name]
            case = load_case(source.read_bytes(), source.name, kb)
            path.write_text(report(report_data(kb, case, reference)), encoding="utf-8")
        return path

    return page


@pytest.fixture
def opened(browser: Browser, pages: Callable[[str], Path]) -> Iterator[Opened]:
    """Open the report of a case; whatever the browser complains about or fetches fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_(name: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        address = pages(name).as_uri()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: wrong.append(f"fetches {r.url}") if r.url not in (address, "data:,") else None)
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def axe() -> str:
    """The accessibility checker axe-core as a script; skips where it is not installed."""
    package = pytest.importorskip("axe_playwright_python", reason="no axe-core here: pip install -e '.[dev]'")
    return Path(os.path.dirname(package.__file__), "axe.min.js").read_text(encoding="utf-8")

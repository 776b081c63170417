"""The report as text: complete, safe, and no other story than the result tells."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.files.locations import case_names, load_case, load_kb
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.reasoning import reference as engine
from theralogic.render.report import LARGEST, report, report_data
from theralogic.render.web.parts import reference


@pytest.fixture(scope="module")
def page() -> str:
    kb = sketch(
        "A -> B",
        "B -> C weak",
        "D -> C strong",
        "Z -> Y",
        diseases=[{"id": "ill", "name": "illness <b>", "activity": "C", "levels": {"A": "high", "D": "high"}}],
        interventions=[drug("x", blocks="A"), drug("y", blocks="D")],
        cautions=[{"id": "c", "when": [{"action": "blocks", "target": "A"}], "say": 'Mind the "A".', "because": "so"}],
    )
    case = patient(
        kb,
        title="A & B <script>alert(1)</script>",
        vignette="One.\n\nTwo.",
        disease="ill",
        interventions=["x"],
        ask=["B", "C", "Y"],
        arms=[{"id": "both", "title": "y added", "add": ["y"]}],
    )
    return report(report_data(kb, case, engine))


class Tags(HTMLParser):
    """Checks that tags nest."""

    VOID = frozenset({"meta", "link", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.update(name for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_tag_is_closed_where_it_was_opened_and_nothing_is_styled_or_scripted_inline(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {name for name in tags.attributes if name.startswith("on") or name == "style"}


def test_what_a_case_says_is_text_and_never_markup(page: str) -> None:
    assert "<script>alert" not in page
    assert "A &amp; B &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "illness &lt;b&gt;" in page


def test_the_policy_names_the_hash_of_the_one_style_and_the_one_script_and_lets_nothing_else_in(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = unescape(policy[1])
    assert "default-src 'none'" in rules
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in rules


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    assert re.findall(r'(?:src|href)="(?!#|data:,|https://pubmed)[^"]*"', page) == []
    assert "url(http" not in page
    assert "@import" not in page


def test_effects_chains_silences_cautions_arms_and_times_are_all_there(page: str) -> None:
    assert "▼▼▼</span> falls strongly" in page
    assert "Why does B fall?" in page
    assert "Why does Y not change?" in page
    assert "No known mechanism" in page
    assert "Mind the &#34;A&#34;." in page
    assert '<span class="differs">differs</span>' in page
    assert "by hours" in page
    assert page.count(DISCLAIMER) == 2


def test_every_step_links_to_its_rule_and_every_rule_is_explained(page: str) -> None:
    linked = set(re.findall(r'href="#(rule-[^"]+)"', page))
    explained = set(re.findall(r'<dt id="(rule-[^"]+)"', page))
    assert linked
    assert linked <= explained


@pytest.mark.parametrize("name", sorted(case_names()))
def test_the_page_of_every_shipped_case_is_small_and_tells_every_answer(name: str) -> None:
    kb = load_kb()
    path = case_names()[name]
    case = load_case(path.read_bytes(), path.name, kb)
    shown = report_data(kb, case, engine)
    page, result = report(shown), shown.result
    assert len(page.encode()) <= LARGEST
    for key in result.context.arms:
        answers = result.answers if key == "treated" else result.arms[key].answers
        for answer in answers:
            assert f'id="why-{key}-{answer.entity}"' in page
    assert result.rules["digest"] in page


def test_the_patient_before_treatment_is_told_against_health(page: str) -> None:
    before = page.partition('data-arm="before"')[2].partition("</section>")[0]
    assert "Nothing given, against health" in before
    assert "▲▲▲</span> rises strongly" in before
    assert "As in health." in before
    assert "A is high in illness &lt;b&gt;." in before


def test_a_case_that_asks_nothing_is_told_what_is_worth_asking() -> None:
    kb = sketch("A -> B", diseases=[{"id": "ill", "name": "illness", "activity": "B", "levels": {"A": "high"}}])
    assert "Why does B rise?" in report(report_data(kb, patient(kb, disease="ill"), engine))


def test_a_page_that_grows_too_large_keeps_its_words_and_drops_the_drawings_of_other_arms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A"), drug("y", supplies="A")])
    arms = [{"id": "other", "title": "y", "replace": {"x": "y"}}]
    shown = report_data(kb, patient(kb, levels={"A": "high"}, interventions=["x"], ask=["B"], arms=arms), engine)
    whole = report(shown)
    monkeypatch.setattr("theralogic.render.report.LARGEST", 10)
    small = report(shown)
    assert whole.count("<svg") == 3
    assert small.count("<svg") == 1
    assert small.count("Why does B") == whole.count("Why does B")


@pytest.mark.parametrize(
    ("ref", "address"),
    [
        ("PMID:2464504", "https://pubmed.ncbi.nlm.nih.gov/2464504/"),
        ("PMCID:PMC7275086", "https://pmc.ncbi.nlm.nih.gov/articles/PMC7275086/"),
        ("DOI:10.1182/blood-2008-05-155846", "https://doi.org/10.1182/blood-2008-05-155846"),
        ("NCT:NCT01209702", "https://clinicaltrials.gov/study/NCT01209702"),
    ],
)
def test_every_kind_of_reference_that_has_an_address_is_a_link(ref: str, address: str) -> None:
    assert reference(ref).address == address


def test_a_reference_without_an_address_stays_text() -> None:
    assert reference("ISBN:123") == ("ISBN:123", "")

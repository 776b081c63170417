"""The ten names for programs and notebooks: what they give back, what they show, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sketch import drug, patient, sketch

import theralogic
from theralogic.model.errors import NotFoundError, TheralogicError
from theralogic.model.vocabulary import DISCLAIMER

KB = sketch(
    "A -> B",
    "B -> C",
    "D -| C weak",
    entities={"C": {"kind": "activity"}, "E": {}},
    diseases=[{"id": "ill", "name": "illness", "activity": "C", "levels": {"A": "high", "D": "high"}}],
    interventions=[{**drug("x", blocks="A"), "dose": {"low": "weak"}}, drug("y", blocks="D")],
)


def predicted() -> theralogic.Prediction:
    return theralogic.predict("illness", "x", ask=["C", "E"], rules=KB)


def test_a_prediction_gives_the_answer_of_what_was_asked_by_any_name() -> None:
    found = predicted()
    assert found["c"].direction == "decreases"
    with pytest.raises(NotFoundError, match=r"(?s)`B` was not asked.*ask for it when predicting"):
        found["B"]
    with pytest.raises(TheralogicError, match="unknown entity `nobody`"):
        found["nobody"]


def test_a_case_that_asks_nothing_is_asked_what_is_worth_asking() -> None:
    case = patient(KB, disease="ill", interventions=["x"])
    assert theralogic.solve(case, rules=KB).answers[0].entity == "C"


def test_a_prediction_shows_itself_as_text_and_as_a_table_both_with_the_disclaimer() -> None:
    found = predicted()
    assert repr(found) == str(found)
    assert "C   falls" in str(found)
    html = found._repr_html_()
    assert "<th" in html
    assert str(found).count(DISCLAIMER) == html.count(DISCLAIMER) == 1
    assert found.check() == []
    assert found.to_json()["schema"] == "theralogic/result/2"


def test_a_what_if_stands_beside_the_case_as_written() -> None:
    other = theralogic.what_if(predicted(), doses={"x": "low"}, title="a low dose")
    assert [column in other._repr_html_() for column in ("as written", "a low dose")] == [True, True]
    reason = other.result.arms["what-if"].answers[0].reason
    assert reason is not None
    assert reason.kind == "faded"
    more = theralogic.what_if(predicted(), replace={"x": "y"}, levels={"A": "normal"})
    assert more.result.arms["what-if"].answers[0].direction == "increases"


@pytest.mark.parametrize("entity", [None, "B"])
def test_an_explanation_is_a_chain_as_text_and_as_a_page(entity: str | None) -> None:
    shown = predicted().explain(entity)
    assert f"Why does {entity or 'C'} fall?" in str(shown)
    assert "Rules and evidence" in str(shown._repr_html_())
    assert shown._repr_svg_() is None


def test_a_drawing_is_an_svg_and_a_line_of_text_for_each_change() -> None:
    found = predicted()
    whole, one = found.draw(), found.draw("B", down=False)
    assert str(whole._repr_svg_()).startswith("<svg")
    assert whole._repr_html_() is None
    assert [line.partition(":")[0] for line in str(one).splitlines()] == ["A", "B"]
    assert [line.partition(":")[0] for line in str(whole).splitlines()] == ["A", "B", "C", "E"]


def test_a_report_is_a_whole_page_and_saves_as_one(tmp_path: Path) -> None:
    page = predicted().report()
    assert page.save(tmp_path / "case.html").read_text(encoding="utf-8") == page.html
    assert page.html.startswith("<!doctype html>")
    drawing = predicted().draw()
    assert drawing.save(tmp_path / "case.svg").read_text(encoding="utf-8") == drawing.svg


def test_what_stops_an_effect_is_told_and_what_is_not_stopped_too() -> None:
    found = predicted()
    stopped, moved = theralogic.why_not(found, "E"), theralogic.why_not(found, "C")
    assert "Why does E not change?" in str(stopped)
    assert 'class="meaning"' in stopped.html
    assert "C does change: it falls" in str(moved)
    assert "<pre>" in moved.html


def test_cases_are_loaded_by_name_or_path_and_an_unknown_one_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert theralogic.load_case("ra-tocilizumab").id == "ra-tocilizumab"
    path = tmp_path / "mine.yaml"
    path.write_text("id: mine\nhypothetical: true\ntitle: Mine\ndisease: illness\n", encoding="utf-8")
    assert theralogic.load_case(path, rules=KB).diseases == ("ill",)
    with pytest.raises(NotFoundError, match=r"(?s)unknown case `ra-tocilizumap`.*did you mean `ra-tocilizumab`"):
        theralogic.load_case("ra-tocilizumap")


def test_rules_come_from_a_folder_and_are_searched() -> None:
    kb = theralogic.load_rules(Path(__file__).parent.parent / "data" / "small")
    assert [hit.id for hit in theralogic.find("C-reactive", rules=kb)][:1] == ["CRP"]
    assert "ra-tocilizumab" in theralogic.case_names()

"""``theralogic quiz``: made, written, handed out, graded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

CASE = "ra-tocilizumab"


@pytest.mark.parametrize("form", ["md", "html", "json", "moodle", "gift", "tsv"])
def test_every_format_is_written_and_the_same_each_time(run: Run, form: str) -> None:
    first, again = (run("quiz", "make", CASE, "--format", form, "--engine", "reference") for _ in range(2))
    assert first.code == 0
    assert "exercises" in first.err
    assert "hypothetical" in first.out
    assert first.out == again.out


def test_an_anki_package_needs_a_file(run: Run, tmp_path: Path) -> None:
    assert run("quiz", "make", CASE, "--format", "anki").code == 2
    pytest.importorskip("genanki")
    assert run("quiz", "make", CASE, "--format", "anki", "-o", str(tmp_path / "deck.apkg")).code == 0
    assert (tmp_path / "deck.apkg").stat().st_size > 0


def test_only_the_kinds_asked_for_are_made(run: Run) -> None:
    data = json.loads(run("quiz", "make", CASE, "--kind", "order", "--most", "1", "--format", "json").out)
    assert [item["kind"] for item in data["items"]] == ["order"]
    ran = run("quiz", "make", CASE, "--kind", "ordre")
    assert ran.code == 5
    assert "did you mean `order`" in ran.err


def test_a_class_is_graded_against_the_quiz_it_was_given(run: Run, tmp_path: Path) -> None:
    quiz, answers = tmp_path / "quiz.json", tmp_path / "answers.csv"
    assert run("quiz", "make", CASE, "--format", "json", "-o", str(quiz)).code == 0
    items = json.loads(quiz.read_text(encoding="utf-8"))["items"]
    rows = [f"L1,{i['id']},{'ABCDEFGH'[next(n for n, o in enumerate(i['options']) if o['right'])]}" for i in items]
    rows += [f"L2,{i['id']},A" for i in items]
    answers.write_text("learner,item,answer\n" + "\n".join(rows) + "\n", encoding="utf-8")
    data = json.loads(run("quiz", "grade", str(answers), "--quiz", str(quiz), "--format", "json").out)
    assert data["learners"][0]["right"] == len(items)
    ran = run("quiz", "grade", str(answers), "--quiz", str(quiz))
    assert ran.code == 0
    assert "as a habit of" in ran.out


def test_answers_with_names_are_refused(run: Run, tmp_path: Path) -> None:
    quiz, answers = tmp_path / "quiz.json", tmp_path / "answers.csv"
    run("quiz", "make", CASE, "--format", "json", "-o", str(quiz))
    answers.write_text("learner,item,answer,email\n", encoding="utf-8")
    ran = run("quiz", "grade", str(answers), "--quiz", str(quiz))
    assert ran.code == 3
    assert "pseudonyms" in ran.err


def test_the_kinds_are_listed(run: Run) -> None:
    assert "pick the drug that reaches the goal" in run("quiz", "kinds").out

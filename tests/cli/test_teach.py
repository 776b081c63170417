"""``theralogic teach`` from a script, without a terminal, and as data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from theralogic.model.vocabulary import DISCLAIMER

from .conftest import Run

CASE = "ra-tocilizumab"
ANSWERS = """
predictions:
  - {entity: hsCRP, direction: falls, confidence: 90}
  - {entity: serum IL-6, direction: falls, confidence: 80}
chain: ["?", "tocilizumab blocks IL-6R, IL-6R activates IL-6 signalling, IL-6 signalling induces CRP"]
counterfactual: same
"""


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "answers.yaml"
    path.write_text(ANSWERS, encoding="utf-8")
    return str(path)


def test_a_scripted_lesson_is_graded_and_looked_back_on(run: Run, answers: str) -> None:
    ran = run("teach", CASE, "--answers", answers)
    assert ran.code == 0
    for words in ("you say it falls, 90% sure", "hint 1 of", "compressed:", "Look again at: sign flipped", "Brier"):
        assert words in ran.out
    assert ran.out.rstrip().endswith(DISCLAIMER)


def test_the_same_answers_and_seed_give_the_same_bytes(run: Run, answers: str) -> None:
    first, second = (run("teach", CASE, "--answers", answers, "--seed", "5").out for _ in range(2))
    assert first == second


def test_without_a_terminal_nothing_is_asked_and_all_is_shown(run: Run) -> None:
    ran = run("teach", CASE)
    assert ran.code == 0
    assert "Nothing was predicted." in ran.out
    assert "Why does" in ran.out


def test_as_data_it_holds_every_grade(run: Run, answers: str) -> None:
    data = json.loads(run("teach", CASE, "--answers", answers, "--format", "json").out)
    assert data["disclaimer"] == DISCLAIMER
    assert [link["grade"] for link in data["chain"]["links"]] == ["exact", "exact", "compressed"]
    assert {"right": 1, "asked": 1} in data["by_pattern"].values()


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("predictions: [{entity: nobody, direction: falls}]", 3, "unknown entity"),
        ("predictions: [{entity: CRP, direction: sideways}]", 3, "is no direction"),
        ("predictions: [{entity: CRP, direction: falls, confidence: 300}]", 3, "confidence"),
        ("name: somebody", 3, "unknown key"),
        ("", 3, "empty"),
    ],
)
def test_answers_that_make_no_sense_are_refused_with_help(
    run: Run, tmp_path: Path, text: str, code: int, says: str
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    ran = run("teach", CASE, "--answers", str(path))
    assert ran.code == code
    assert says in ran.err


def test_the_course_is_listed_shown_and_played(run: Run) -> None:
    assert "No receptor, no message" in run("course", "list", shipped=True).out
    assert run("course", "show", "8", shipped=True).out.startswith("Lesson 8: Why the same drug")
    ran = run("course", "run", "1", shipped=True)
    assert ran.code == 0
    for words in ("Lesson 1: No receptor", "Commit first", "Exercises", "Take home", DISCLAIMER):
        assert words in ran.out
    assert run("course", "show", "9", shipped=True).code == 5


def test_a_pattern_is_listed_and_has_its_page(run: Run) -> None:
    assert "releasing_a_brake" in run("rules", "list", "pattern").out
    ran = run("rules", "show", "releasing-a-brake")
    assert "Sign flipped" in ran.out
    assert "Rules that say so" in run("rules", "show", "decoy", shipped=True).out
    assert json.loads(run("rules", "show", "gate", "--format", "json").out)["kind"] == "pattern"


def test_a_lesson_is_exported_as_one_page(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    ran = run("teach", CASE, "--export", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert "Commit first" in path.read_text(encoding="utf-8")
    assert run("course", "run", "8", "--export", str(path), shipped=True).code == 0
    assert "helps the skin" in path.read_text(encoding="utf-8")


def test_the_course_is_exported_as_a_front_page_and_its_lessons(run: Run, tmp_path: Path) -> None:
    ran = run("course", "export", str(tmp_path / "course"), shipped=True)
    assert (ran.code, ran.out) == (0, "")
    front = (tmp_path / "course" / "index.html").read_text(encoding="utf-8")
    linked = re.findall(r'href="(lesson-\d\.html)"', front)
    assert len(linked) == 8
    assert all("Commit first" in (tmp_path / "course" / name).read_text(encoding="utf-8") for name in linked)

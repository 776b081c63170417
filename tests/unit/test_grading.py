"""A class is graded without knowing who anybody is, and a habit of mind is found behind the wrong answers."""

from __future__ import annotations

import random

import pytest

from theralogic.model.errors import InvalidInputError
from theralogic.model.vocabulary import SLIPS
from theralogic.quiz.class_report import report_text
from theralogic.quiz.grading import AnswerRow, diagnosis, grade_class, read_answers, report_json
from theralogic.quiz.item import AnswerOption, QuizItem
from theralogic.quiz.make import Quiz


def exercise(number: int, slips: tuple[str, ...]) -> QuizItem:
    """Four options, the first right, the others led to by ``slips`` or by nothing."""
    led = [*slips, "", "", ""][:3]
    options = [
        AnswerOption("right", True, "", "yes"),
        *(AnswerOption(f"wrong {n}", False, slip, "no") for n, slip in enumerate(led)),
    ]
    return QuizItem(
        id=f"item{number:03d}",
        kind="direction",
        case="case",
        stem="stem",
        options=tuple(options),
        patterns=(f"pattern{number % 2}",),
        why="",
    )


def class_quiz(per_slip: int) -> Quiz:
    """Every slip offered ``per_slip`` times, beside a second one in every other exercise."""
    rng = random.Random(5)
    kinds = list(SLIPS)
    offers = [(slip, other) for slip in kinds for other in rng.choices([*kinds, ""], k=per_slip)]
    items = [exercise(n, tuple(dict.fromkeys(s for s in pair if s))) for n, pair in enumerate(offers)]
    return Quiz(title="a class", rules="", seed=0, items=tuple(items), dropped={}, disclaimer="")


def answers_of(quiz: Quiz, slip: str, rng: random.Random) -> list[tuple[QuizItem, int]]:
    """A learner with one misconception: followed four times in five, with a careless answer in seven elsewhere."""
    taken = []
    for item in quiz.items:
        led = [at for at, option in enumerate(item.options) if option.slip == slip and slip]
        if led and rng.random() < 0.8:
            taken.append((item, led[0]))
        elif rng.random() < 0.85:
            taken.append((item, item.key))
        else:
            taken.append((item, rng.choice([at for at in range(len(item.options)) if at != item.key])))
    return taken


@pytest.mark.no_cover
def test_the_misconception_of_two_thousand_simulated_learners_is_named() -> None:
    quiz, rng = class_quiz(6), random.Random(2026)
    kinds = list(SLIPS)
    named = sum(diagnosis(answers_of(quiz, slip, rng)) == slip for slip in kinds * (2000 // len(kinds)))
    assert named / 2000 >= 0.95


@pytest.mark.no_cover
def test_a_careless_learner_without_a_misconception_is_seldom_given_one() -> None:
    quiz, rng = class_quiz(6), random.Random(7)
    assert sum(bool(diagnosis(answers_of(quiz, "", rng))) for _ in range(1000)) / 1000 <= 0.05


def test_a_learner_who_avoids_the_trap_again_and_again_has_no_habit() -> None:
    items = [exercise(n, ("sign_flipped",)) for n in range(6)]
    assert diagnosis([(item, 1) for item in items]) == "sign_flipped"
    assert diagnosis([(items[0], 1), *((item, 0) for item in items[1:])]) == ""


SMALL = Quiz(
    title="small",
    rules="",
    seed=0,
    items=tuple(exercise(n, ("gate_missed",)) for n in range(3)),
    dropped={},
    disclaimer="",
)
CSV = """learner,item,answer
L1,item000,A
L1,item001,right
L1,item002,B

L2,item000,b
L2,item001,B
L2,item002,B
L3,item000,A
L3,item001,A
L3,item002,
"""


def test_letters_texts_and_empty_answers_are_read() -> None:
    rows = read_answers(CSV.encode(), "a.csv", SMALL)
    assert [row.choice for row in rows] == [0, 0, 1, 1, 1, 1, 0, 0, -1]


def test_scores_difficulty_discrimination_and_patterns_are_reported() -> None:
    report = grade_class(SMALL, read_answers(CSV.encode(), "a.csv", SMALL))
    assert [(r.learner, r.right, r.answered, r.slip) for r in report.learners] == [
        ("L1", 2, 3, ""),
        ("L2", 0, 3, "gate_missed"),
        ("L3", 2, 3, ""),
    ]
    assert [(i.difficulty, i.taken) for i in report.items] == [
        (0.667, (2, 1, 0, 0)),
        (0.667, (2, 1, 0, 0)),
        (0.0, (0, 2, 0, 0)),
    ]
    assert report.items[0].discrimination == 1.0
    assert report.items[2].discrimination is None
    assert report.slips == {"gate_missed": 4}
    assert report.patterns == {"pattern0": (2, 6), "pattern1": (2, 3)}
    text = report_text(SMALL, report)
    for words in ("L2", "gate missed", "Exercises, hardest first", "+1.00", "pattern0", "33%"):
        assert words in text
    assert report_json(report)["diagnosed"] == {"gate_missed": 1}


def test_nobody_at_all_is_graded_as_nobody() -> None:
    report = grade_class(SMALL, [])
    assert (report.learners, report.items) == ((), ())
    assert "0 learners" in report_text(SMALL, report)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("learner,item,answer,email\n", "identifies-a-person"),
        ("learner,item,answer,name\n", "identifies-a-person"),
        ("learner,item,answer\nann@example.org,item000,A\n", "identifies-a-person"),
        ("learner,item,answer\nAnn Example,item000,A\n", "identifies-a-person"),
        ("learner,item,answer\n,item000,A\n", "identifies-a-person"),
        ("learner,item\nL1,item000\n", "missing-key"),
        ("", "bad-table"),
        ("learner,item,answer\nL1,item000\n", "bad-table"),
        ("learner,item,answer\nL1,item00x,A\n", "unknown-item"),
        ("learner,item,answer\nL1,item000,E\n", "unknown-answer"),
        ("learner,item,answer\nL1,item000,A\nL1,item000,B\n", "duplicate-id"),
    ],
)
def test_what_could_name_a_person_or_means_nothing_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_answers(text.encode(), "a.csv", SMALL)
    assert caught.value.code == code
    assert "ann@" not in str(caught.value)


def test_a_sheet_saved_by_a_spreadsheet_is_read_as_the_plain_one() -> None:
    rows = CSV.strip().replace(",", ";").replace("\n", ";;\r\n") + ";;\r\n;;;;\r\n"
    for saved in (rows.encode("utf-8-sig"), rows.replace(";", "\t").encode("utf-16")):
        assert read_answers(saved, "a.csv", SMALL) == read_answers(CSV.encode(), "a.csv", SMALL)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="a byte is not UTF-16-LE text"):
        read_answers(b"\xff\xfe\x00", "a.csv", SMALL)


def test_rows_of_the_same_learner_belong_together() -> None:
    rows = [AnswerRow("B", "item000", 0), AnswerRow("A", "item000", 1), AnswerRow("B", "item001", 0)]
    assert [(r.learner, r.answered) for r in grade_class(SMALL, rows).learners] == [("A", 1), ("B", 2)]


def test_two_letters_are_no_option_although_they_stand_side_by_side_in_the_alphabet() -> None:
    quiz = class_quiz(1)
    answers = f"learner,item,answer\nL1,{quiz.items[0].id},AB\n".encode()
    with pytest.raises(InvalidInputError, match="`AB` is no option"):
        read_answers(answers, "a.csv", quiz)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="a column stands there twice"):
        read_answers(b"learner,Learner,item,answer\nL1,L2,x,A\n", "a.csv", class_quiz(1))

"""The course stands on the shipped cases: every lesson plays, and its case shows the patterns it claims to teach."""

from __future__ import annotations

import random
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from theralogic.files.locations import case_names, load_case, load_kb
from theralogic.model.errors import NotFoundError
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER, SLIPS
from theralogic.quiz.grading import diagnosis
from theralogic.quiz.make import make_quiz
from theralogic.reasoning.engines import engine_named
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import solve
from theralogic.teach.course import course_markdown, lesson_numbered, lesson_text
from theralogic.teach.course_files import CourseLesson, lessons
from theralogic.teach.grade_chain import grade, own_chain
from theralogic.teach.lesson import run_lesson
from theralogic.teach.patterns import find_patterns
from theralogic.teach.prepare import prepare
from theralogic.teach.read_chain import chain_as_text, read_chain

COURSE = lessons()
EACH = pytest.mark.parametrize("lesson", COURSE, ids=[lesson.id for lesson in COURSE])


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def case_of(lesson: CourseLesson, kb: KnowledgeBase) -> Case:
    path = case_names()[lesson.case]
    return load_case(path.read_bytes(), f"cases/{path.name}", kb)


def test_there_are_eight_lessons_in_order() -> None:
    assert [lesson.number for lesson in COURSE] == list(range(1, 9))
    with pytest.raises(NotFoundError, match="no lesson 9"):
        lesson_numbered(9)


@EACH
def test_the_case_of_a_lesson_shows_every_pattern_it_teaches(lesson: CourseLesson, kb: KnowledgeBase) -> None:
    result = solve(kb, case_of(lesson, kb), engine_named("reference"))
    arms = [arm_view(kb, result, arm) for arm in ("treated", *result.arms)]
    shown = {s.pattern for arm in arms for answer in arm.answers for s in find_patterns(arm, answer.entity)}
    assert set(lesson.patterns) - shown == set()


@EACH
def test_a_lesson_plays_and_has_a_what_if(lesson: CourseLesson, kb: KnowledgeBase) -> None:
    prepared = prepare(kb, case_of(lesson, kb), engine_named("reference"))
    said: list[str] = []
    run_lesson(prepared, lambda _: None, said.append, pattern_hints={}, width=100)
    assert prepared.counterfactual
    assert any(line.startswith("Why does") for line in said)


@EACH
def test_a_lesson_on_paper_asks_before_it_answers(lesson: CourseLesson, kb: KnowledgeBase) -> None:
    text = lesson_text(lesson, 1000)
    assert text.endswith(DISCLAIMER)
    for exercise in lesson.exercises:
        assert text.index(exercise.ask) < text.index("Take home") < text.index(exercise.answer)
    assert lesson.title in course_markdown(COURSE)


@pytest.mark.durable
def test_both_engines_make_the_same_quiz_of_a_shipped_case(kb: KnowledgeBase) -> None:
    case = case_of(COURSE[-1], kb)
    first, second = (make_quiz(kb, [case], engine_named(name)) for name in ("durable", "reference"))
    assert first == second
    assert len({item.kind for item in first.items}) >= 8


@EACH
def test_the_chains_of_a_lesson_are_read_back_from_arrows_and_from_words(
    lesson: CourseLesson, kb: KnowledgeBase
) -> None:
    arm = arm_view(
        kb, solve(kb, case_of(lesson, kb)._replace(arms=case_of(lesson, kb).arms[:1]), engine_named("reference"))
    )
    for answer in arm.answers:
        if answer.direction not in ("increases", "decreases"):
            continue
        chain = own_chain(arm, answer.entity)
        words = ", ".join(f"{arm.name(s)} {'raises' if sign > 0 else 'lowers'} {arm.name(t)}" for s, sign, t in chain)
        for text in (chain_as_text(arm, chain), words):
            assert grade(arm, answer.entity, read_chain(arm, text)).score == 1.0


def test_a_class_on_the_cases_of_the_course_is_diagnosed(kb: KnowledgeBase) -> None:
    quiz = make_quiz(kb, [case_of(lesson, kb) for lesson in COURSE], engine_named("reference"), most=80)
    rng = random.Random(11)
    offered = Counter(slip for item in quiz.items for slip in {o.slip for o in item.options} if slip)
    kinds = [slip for slip in SLIPS if offered[slip] >= 5]
    assert len(kinds) >= 6
    named = 0
    for slip in kinds * (2000 // len(kinds)):
        taken = []
        for item in quiz.items:
            led = [at for at, option in enumerate(item.options) if option.slip == slip]
            wrong = [at for at in range(len(item.options)) if at != item.key]
            follows, careful = rng.random() < 0.8, rng.random() < 0.85
            taken.append((item, rng.choice(led) if led and follows else item.key if careful else rng.choice(wrong)))
        named += diagnosis(taken) == slip
    assert named / (2000 // len(kinds) * len(kinds)) >= 0.95


def test_every_command_that_a_lesson_names_runs(tmp_path: Path) -> None:
    named = {c for lesson in COURSE for c in re.findall(r"`(theralogic [^`]+)`", lesson_text(lesson, 10_000))}
    assert named
    for command in sorted(named):
        words = [sys.executable, "-m", "theralogic_cli", *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, command + done.stderr

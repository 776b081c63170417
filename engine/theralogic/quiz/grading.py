"""Grading a class: scores, how hard and how telling each exercise is, and which slip each learner makes.

A slip is diagnosed by comparing hypotheses, not by counting: a learner who has it takes the option it leads to
wherever one is offered, so offers that were *not* taken count against it. Learners are pseudonyms; the file may hold
nothing else about them.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from theralogic.files.table_reader import read_whole_table
from theralogic.model.errors import InvalidInputError, Problem, Problems, Where, did_you_mean
from theralogic.model.safe_text import quoted
from theralogic.model.vocabulary import DISCLAIMER, SLIPS
from theralogic.quiz.item import EXERCISE, QuizItem
from theralogic.quiz.make import Quiz
from theralogic.quiz.worksheet import LETTERS, letter

COLUMNS = ("learner", "item", "answer")
MOST_ANSWERS = 200_000
PSEUDONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
TAKES, SURE = 0.8, 0.85  # how often a slip is followed where offered; how often the right option is taken else
MARGIN = math.log(3)  # a slip is named only where it explains the answers this much better than none


class AnswerRow(NamedTuple):
    """One answer: a learner, an exercise, and the index of the option taken (-1 where none was)."""

    learner: str
    item: str
    choice: int


class LearnerReport(NamedTuple):
    """Answered and right, the slip that best explains the wrong ones (or ''), and the slips counted."""

    learner: str
    answered: int
    right: int
    slip: str
    slips: Mapping[str, int]


class ItemReport(NamedTuple):
    """``difficulty`` is the share right; ``discrimination`` the correlation with the rest of the score, or None."""

    id: str
    kind: str
    answered: int
    difficulty: float
    discrimination: float | None
    taken: tuple[int, ...]


class ClassReport(NamedTuple):
    """Everything about a class; ``patterns`` are (right, answered) by pattern."""

    learners: tuple[LearnerReport, ...]
    items: tuple[ItemReport, ...]
    slips: Mapping[str, int]
    diagnosed: Mapping[str, int]
    patterns: Mapping[str, tuple[int, int]]


def read_answers(text: bytes, shown: str, quiz: Quiz) -> list[AnswerRow]:
    """Rows of a CSV with the columns learner, item, answer (a letter, or the option's text; empty for none).

    Raises :class:`InvalidInputError` with every problem; whatever could name a person is refused.
    """
    columns, table = read_whole_table(io.BytesIO(text), shown, MOST_ANSWERS)
    head = [name.casefold() for name in columns]
    problems = Problems()
    for name in head:
        if name not in COLUMNS:
            message = f"column {quoted(name)} is not needed and may name a person"
            help = f"keep only {', '.join(COLUMNS)}; learners are pseudonyms"
            problems.append(Problem("identifies-a-person", message, Where(shown, 1, 1), help))
    if len(set(head)) < len(head):
        problems.append(Problem("bad-table", "a column stands there twice", Where(shown, 1, 1), "keep one"))
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        message = f"column `{missing[0]}` is missing"
        problems.append(Problem("missing-key", message, Where(shown, 1, 1), f"columns: {', '.join(COLUMNS)}"))
    if problems:
        raise InvalidInputError.of(problems)
    items = {item.id: item for item in quiz.items}
    _must_be_this_printing(items, table, head, shown)
    rows: dict[tuple[str, str], AnswerRow] = {}
    for line, cells in table:
        values = dict(zip(head, cells.values(), strict=True))
        found = _row(values, items, Where(shown, line, 1), problems)
        if isinstance(found, Problem):
            problems.append(found)
        elif (found.learner, found.item) in rows:
            message = f"{quoted(found.learner)} answers {quoted(found.item)} twice"
            problems.append(Problem("duplicate-id", message, Where(shown, line, 1), "keep one"))
        else:
            rows[found.learner, found.item] = found
    if problems:
        raise InvalidInputError.of(problems)
    return list(rows.values())


def _must_be_this_printing(
    items: Mapping[str, QuizItem], table: list[tuple[int, dict[str, str]]], head: list[str], shown: str
) -> None:
    """Raise where answers are for these exercises with their options in another order: their letters mean others."""
    at = head.index("item")
    exercises = {item.exercise for item in items.values()}
    for line, cells in table:
        written = list(cells.values())[at]
        if written not in items and written[:EXERCISE] in exercises and len(written) > EXERCISE:
            message = f"{quoted(written)} is from another printing of this quiz, with its options in another order"
            help = "grade with the key that was made with the same --seed as the sheet"
            raise InvalidInputError("other-printing", message, where=Where(shown, line, 1), help=help)


def _row(
    values: Mapping[str, str], items: Mapping[str, QuizItem], where: Where, problems: Problems
) -> AnswerRow | Problem:
    learner, item, answer = (values.get(name, "") for name in COLUMNS)
    if not PSEUDONYM.fullmatch(learner):
        message = "this learner may be a person" if learner else "the learner is missing"
        return Problem("identifies-a-person", message, where, "use a pseudonym of letters and digits, such as L07")
    if item not in items:
        help = (
            problems.suggestion(lambda: did_you_mean(item, items))
            or "use the ids of this quiz; another `--seed` is another printing with its own key"
        )
        return Problem("unknown-item", f"{quoted(item)} is no exercise of this quiz", where, help)
    choice = choice_of(items[item], answer)
    if choice is None:
        last = letter(len(items[item].options) - 1)
        return Problem(
            "unknown-answer", f"{quoted(answer)} is no option of {quoted(item)}", where, f"write A to {last}"
        )
    return AnswerRow(learner, item, choice)


def choice_of(item: QuizItem, answer: str) -> int | None:
    """Index of the option that a letter or an option's text names; -1 for an empty answer, None for another."""
    if not answer:
        return -1
    if answer.upper() in tuple(LETTERS[: len(item.options)]):
        return LETTERS.index(answer.upper())
    return next((at for at, option in enumerate(item.options) if option.text.casefold() == answer.casefold()), None)


def grade_class(quiz: Quiz, rows: Iterable[AnswerRow]) -> ClassReport:
    """Grade all rows."""
    items = {item.id: item for item in quiz.items}
    by_learner: dict[str, list[AnswerRow]] = defaultdict(list)
    by_item: dict[str, list[AnswerRow]] = defaultdict(list)
    slips: Counter[str] = Counter()
    patterns: dict[str, tuple[int, int]] = {}
    for row in rows:
        by_learner[row.learner].append(row)
        by_item[row.item].append(row)
        right = row.choice == items[row.item].key
        if row.choice >= 0 and items[row.item].options[row.choice].slip:
            slips[items[row.item].options[row.choice].slip] += 1
        for pattern in items[row.item].patterns:
            done, asked = patterns.get(pattern, (0, 0))
            patterns[pattern] = (done + right, asked + 1)
    learners = tuple(_learner(name, by_learner[name], items) for name in sorted(by_learner))
    share = {r.learner: r for r in learners}
    reports = tuple(_item(item, by_item[item.id], share) for item in quiz.items if item.id in by_item)
    diagnosed = Counter(r.slip for r in learners if r.slip)
    return ClassReport(learners, reports, _ranked(slips), _ranked(diagnosed), dict(sorted(patterns.items())))


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _learner(name: str, rows: list[AnswerRow], items: Mapping[str, QuizItem]) -> LearnerReport:
    taken = [(items[row.item], row.choice) for row in rows]
    right = sum(item.key == choice for item, choice in taken)
    counts = Counter(item.options[c].slip for item, c in taken if c >= 0 and item.options[c].slip)
    return LearnerReport(name, len(rows), right, diagnosis(taken), _ranked(counts))


def diagnosis(taken: Iterable[tuple[QuizItem, int]]) -> str:
    """The slip that explains a learner's choices best, or '' where none does much better than care alone."""
    taken = [(item, choice) for item, choice in taken if choice >= 0]
    scores = {slip: sum(_log_odds(item, choice, slip) for item, choice in taken) for slip in SLIPS}
    best = max(scores, key=lambda slip: scores[slip])
    return best if scores[best] > MARGIN else ""


def _log_odds(item: QuizItem, choice: int, slip: str) -> float:
    """How much better ``slip`` explains one choice than a learner without it."""
    offered = [at for at, option in enumerate(item.options) if option.slip == slip]
    if not offered:
        return 0.0
    others = len(item.options) - 1
    without = SURE if choice == item.key else (1 - SURE) / others
    if choice in offered:
        return math.log(TAKES / len(offered) / without)
    rest = len(item.options) - len(offered)
    return math.log((1 - TAKES) / rest / without)


def _item(item: QuizItem, rows: list[AnswerRow], learners: Mapping[str, LearnerReport]) -> ItemReport:
    scores = [float(row.choice == item.key) for row in rows]
    rest = [learners[row.learner].right - score for row, score in zip(rows, scores, strict=True)]
    taken = tuple(sum(row.choice == at for row in rows) for at in range(len(item.options)))
    return ItemReport(
        id=item.id,
        kind=item.kind,
        answered=len(rows),
        difficulty=round(sum(scores) / len(rows), 3),
        discrimination=_correlation(scores, rest),
        taken=taken,
    )


def _correlation(left: list[float], right: list[float]) -> float | None:
    """Pearson's correlation; None where one side does not vary."""
    n = len(left)
    a, b = sum(left) / n, sum(right) / n
    over = sum((x - a) * (y - b) for x, y in zip(left, right, strict=True))
    under = math.sqrt(sum((x - a) ** 2 for x in left) * sum((y - b) ** 2 for y in right))
    return round(over / under, 3) if under else None


def report_json(report: ClassReport) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "learners": [r._asdict() for r in report.learners],
        "items": [r._asdict() for r in report.items],
        "slips": dict(report.slips),
        "diagnosed": dict(report.diagnosed),
        "patterns": {p: {"right": r, "answered": n} for p, (r, n) in report.patterns.items()},
        "disclaimer": DISCLAIMER,
    }

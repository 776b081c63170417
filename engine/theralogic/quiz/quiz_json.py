"""A quiz as JSON, and back: what a class is graded against."""

from __future__ import annotations

import json
from typing import Any

from theralogic.model.errors import InvalidInputError
from theralogic.model.vocabulary import SLIPS
from theralogic.quiz.item import KINDS, AnswerOption, QuizItem
from theralogic.quiz.make import Quiz

SCHEMA = "theralogic/quiz/1"


def quiz_json(quiz: Quiz) -> dict[str, Any]:
    """The quiz as plain data."""
    return {
        "schema": SCHEMA,
        "title": quiz.title,
        "rules": quiz.rules,
        "seed": quiz.seed,
        "items": [{**i._asdict(), "options": [o._asdict() for o in i.options]} for i in quiz.items],
        "dropped": quiz.dropped,
        "disclaimer": quiz.disclaimer,
    }


def read_quiz(text: bytes, shown: str) -> Quiz:
    """A quiz from its JSON; raises :class:`InvalidInputError` (``bad-quiz``)."""
    help = "write it with `theralogic quiz make CASE --format json -o FILE`"
    try:
        data = json.loads(text)
    except ValueError:
        raise InvalidInputError("bad-quiz", f"`{shown}` is no quiz: it is not JSON", help=help) from None
    try:
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is {data['schema']}")
        items = tuple(_item(row) for row in data["items"])
        if len({i.id for i in items}) != len(items):
            raise ValueError("an id stands twice")
        return Quiz(
            title=data["title"],
            rules=data["rules"],
            seed=data["seed"],
            items=items,
            dropped=data["dropped"],
            disclaimer=data["disclaimer"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInputError("bad-quiz", f"`{shown}` is no quiz: {error}"[:200], help=help) from None


def _item(row: dict[str, Any]) -> QuizItem:
    options = tuple(AnswerOption(o["text"], o["right"] is True, o["slip"], o["feedback"]) for o in row["options"])
    if sum(o.right for o in options) != 1:
        raise ValueError(f"{row['id']} has not exactly one right option")
    if row["kind"] not in KINDS or {o.slip for o in options} - {"", *SLIPS}:
        raise ValueError(f"{row['id']} has an unknown kind or slip")
    return QuizItem(
        id=row["id"],
        kind=row["kind"],
        case=row["case"],
        stem=row["stem"],
        options=options,
        patterns=tuple(row["patterns"]),
        why=row["why"],
    )

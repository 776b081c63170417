"""A quiz as JSON, and back: what a class is graded against."""

from __future__ import annotations

import json
from typing import Any

from theralogic.model.errors import InvalidInputError
from theralogic.model.safe_text import hidden, quoted
from theralogic.model.vocabulary import SLIPS
from theralogic.quiz.item import KINDS, AnswerOption, QuizItem
from theralogic.quiz.make import Quiz

SCHEMA = "theralogic/quiz/1"
MOST_ITEMS = 10_000
MOST_OPTIONS = 26
MAX_TEXT = 20_000


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

    def bad(message: str) -> InvalidInputError:
        help = "write it with `theralogic quiz make CASE --format json -o FILE`"
        return InvalidInputError("bad-quiz", f"`{shown}` is no quiz: {message}", help=help)

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise bad("it is not JSON") from None
    try:
        whole = _mapping(data, "it")
        if whole.get("schema") != SCHEMA:
            raise _Shape(f"its schema is {quoted(str(whole.get('schema')))}")
        items = tuple(_item(row) for row in _list(whole, "items", MOST_ITEMS))
        if len({i.id for i in items}) != len(items):
            raise _Shape("an id stands twice")
        dropped = _mapping(whole.get("dropped"), "`dropped`")
        if not all(type(count) is int for count in dropped.values()) or type(whole.get("seed")) is not int:
            raise _Shape("`seed` and the numbers in `dropped` must be whole numbers")
        return Quiz(
            title=_text(whole, "title"),
            rules=_text(whole, "rules"),
            seed=whole["seed"],
            items=items,
            dropped=dropped,
            disclaimer=_text(whole, "disclaimer"),
        )
    except _Shape as error:
        raise bad(str(error)) from None


class _Shape(Exception):
    """The data is not of the shape of a quiz."""


def _item(data: Any) -> QuizItem:
    row = _mapping(data, "an item")
    identity, kind = _text(row, "id"), _text(row, "kind")
    options = tuple(_option(option) for option in _list(row, "options", MOST_OPTIONS))
    if sum(o.right for o in options) != 1 or len(options) < 2:
        raise _Shape(f"{quoted(identity)} has not exactly one right option among several")
    if kind not in KINDS or {o.slip for o in options} - {"", *SLIPS}:
        raise _Shape(f"{quoted(identity)} has an unknown kind or slip")
    patterns = _list(row, "patterns", MOST_OPTIONS)
    if not all(isinstance(pattern, str) for pattern in patterns):
        raise _Shape("`patterns` must be a list of texts")
    return QuizItem(
        id=identity,
        kind=kind,
        case=_text(row, "case"),
        stem=_text(row, "stem"),
        options=options,
        patterns=tuple(patterns),
        why=_text(row, "why"),
    )


def _option(data: Any) -> AnswerOption:
    row = _mapping(data, "an option")
    return AnswerOption(_text(row, "text"), row.get("right") is True, _text(row, "slip"), _text(row, "feedback"))


def _mapping(data: Any, what: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _Shape(f"{what} must be a mapping")
    return data


def _list(row: dict[str, Any], key: str, most: int) -> list[Any]:
    found = row.get(key)
    if not isinstance(found, list):
        raise _Shape(f"`{key}` must be a list")
    if len(found) > most:
        raise _Shape(f"`{key}` has more than {most:,} entries")
    return found


def _text(row: dict[str, Any], key: str) -> str:
    found = row.get(key)
    if not isinstance(found, str):
        raise _Shape(f"`{key}` must be text")
    if len(found) > MAX_TEXT:
        raise _Shape(f"`{key}` has more than {MAX_TEXT:,} characters")
    if not found.isprintable() and any(map(hidden, found)):
        raise _Shape(f"`{key}` holds hidden characters: {quoted(found)}")
    return found

"""Texts and numbers of a saved result, whatever their place: the same rules as for what is read as a rule or a case."""

from __future__ import annotations

from typing import Any

from theralogic.model.errors import InvalidInputError, Where
from theralogic.model.safe_text import hidden

MOST_TEXT = 20_000  # characters of one text, as in a rule or a case
MOST_NUMBER = 1_000_000  # no count in a result comes near it


def check_texts(data: Any, shown: str) -> None:
    """Refuse hidden characters, texts that are too long and numbers that are too large, keys included.

    Raises :class:`InvalidInputError` (``hidden-character``, ``too-large``). Linear in the number of values.
    """
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif wrong := _wrong(value):
            code, what, help = wrong
            raise InvalidInputError(code, f"{_place(data, value)}: {what}", where=Where(shown), help=help)


def _wrong(value: Any) -> tuple[str, str, str] | None:
    """What is wrong with one text or number: code, message and help."""
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            return (
                "too-large",
                f"text of {len(value)} characters, the limit is {MOST_TEXT}",
                "no result has such a text",
            )
        # Each character once: a long text has few different ones.
        bad = None if value.isprintable() else next((c for c in sorted(set(value)) if hidden(c)), None)
        if bad is not None:
            return "hidden-character", f"hidden character `{ascii(bad)[1:-1]}` in text", "no result has such a text"
    elif isinstance(value, int) and abs(value) > MOST_NUMBER:
        return "too-large", f"a number beyond {MOST_NUMBER}", "no result has such a number"
    return None


def _place(data: Any, wanted: Any) -> str:
    """Where such a value stands that is there; a key is at its mapping."""
    waiting: list[tuple[Any, str]] = [(data, "result")]
    while True:
        value, path = waiting.pop()
        if value is wanted:
            return path
        if isinstance(value, dict):
            if any(key is wanted for key in value):
                return f"a key of {path}"
            waiting += [(item, f"{path}.{key[:80]}") for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(item, f"{path}[{place}]") for place, item in enumerate(value)]

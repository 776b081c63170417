"""Where what a result states departs from what it should state: one line for each place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from theralogic.model.records import Limit

MOST_SHOWN = 10  # of a long list in a message; the rest is counted


class Mismatch(NamedTuple):
    """A place, as names with slashes, and what is wrong there."""

    where: str
    message: str


def mismatches(expected: Any, stated: Any, where: str) -> Iterator[Mismatch]:
    """Every difference between two parts of a result, records and mappings key by key."""
    if expected == stated:
        return
    names = getattr(expected, "_fields", ())
    if names and type(expected) is type(stated):
        for name in names:
            yield from mismatches(getattr(expected, name), getattr(stated, name), f"{where}/{name}")
    elif isinstance(expected, Mapping) and isinstance(stated, Mapping):
        yield from _by_key(expected, stated, where)
    elif isinstance(expected, tuple) and isinstance(stated, tuple) and any(map(_label, (*expected, *stated))):
        yield from _by_label(expected, stated, where)
    else:
        yield Mismatch(where, f"is {_shown(stated)}, should be {_shown(expected)}")


def _by_key(expected: Mapping[str, Any], stated: Mapping[str, Any], where: str) -> Iterator[Mismatch]:
    for key in sorted(expected.keys() | stated.keys()):
        place = f"{where}/{key}"
        if key not in stated:
            yield Mismatch(place, f"is missing, should be {_shown(expected[key])}")
        elif key not in expected:
            yield Mismatch(place, "should not be there")
        else:
            yield from mismatches(expected[key], stated[key], place)


def _by_label(expected: tuple[Any, ...], stated: tuple[Any, ...], where: str) -> Iterator[Mismatch]:
    """Rows in a list, told apart by what each is about."""
    wanted, found = [_label(item) for item in expected], [_label(item) for item in stated]
    if wanted == found:
        for label, one, other in zip(wanted, expected, stated, strict=True):
            yield from mismatches(one, other, f"{where}/{label}")
        return
    # Counted once: a list may hold one row a hundred thousand times.
    due, there = Counter(wanted), Counter(found)
    odd = due.keys() ^ there.keys()
    for label in sorted(odd):
        yield Mismatch(f"{where}/{label}", "is missing" if label in due else "should not be there")
    if not odd:
        twice = min((label for label, number in there.items() if number != due[label]), default=None)
        yield Mismatch(where, "is out of order" if twice is None else f"`{twice}` is there {there[twice]} times")


def _label(item: Any) -> str:
    """What a row is about: its rule and source, its entity, or its id; empty for what is no row."""
    if isinstance(item, Mapping):
        return str(item.get("entity") or item.get("target") or "")
    if hasattr(item, "verb"):
        return f"{item.verb} {item.target}"
    if hasattr(item, "source") and hasattr(item, "feedback"):
        return f"{item.rule} from {item.source}"
    if hasattr(item, "entity"):
        return str(item.entity)
    if hasattr(item, "id"):
        return f"{item.arm}/{item.id}" if hasattr(item, "arm") else str(item.id)
    return ""


def _shown(value: Any) -> str:
    """A value in a message: text in backticks, lists with commas, nothing as `nothing`."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, str):
        return f"`{value[:200]}`"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Limit):
        return f"{value.kind} {value.by}".rstrip()
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        more = f" and {len(value) - MOST_SHOWN} more" if len(value) > MOST_SHOWN else ""
        return ", ".join(map(_shown, value[:MOST_SHOWN])) + more
    return "something else"

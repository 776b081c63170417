"""A saved result from its bytes, strictly: exactly the keys and kinds of the schema, or a named problem.

What takes more than a moment to check is bounded before it is checked; the bounds stand in ``SECURITY.md``.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from theralogic.model.errors import InvalidInputError, Where
from theralogic.model.result import SCHEMA, SCHEMA_1, ArmResult, Result, WorldRows
from theralogic.model.safe_text import decoded, printable, quoted
from theralogic.verify.schema_1 import NotSchema1, from_schema_1
from theralogic.verify.texts import check_texts

MOST_VALUES = 4_000_000
"""Values of a file, at least: it is the commas and opening brackets that are counted, before anything is built."""
MOST_ARMS = 300
"""Arms of all results in a file, the cases as written included: each is checked against the whole rule base."""
MOST_UNMOVED = 20_000
"""Answers of a file that nothing happens: each looks for its reason among all rules that lead there."""
MOST_DRUGS = 200
MOST_FACTS = 1_000
"""Of one arm."""


def read_result(text: bytes, shown: str) -> list[Result]:
    """The results in a JSON file, one or a list; those of schema 1 keep its name, and hold no reasons but their kind.

    Raises :class:`InvalidInputError` (``bad-result``, ``hidden-character``, ``too-large``).
    """
    results = _results(_data(text, shown), shown)
    for what, number, most in _counts(results):
        if number > most:
            raise _too_large(f"{number} {what}, at most {most}", shown)
    return results


def _data(text: bytes, shown: str) -> Any:
    """The plain data of a file, with texts and numbers that can be shown."""
    try:
        characters = decoded(text)
        values = sum(map(characters.count, ",[{"))
        if values > MOST_VALUES:
            raise _too_large(f"about {values} values, at most {MOST_VALUES}", shown)
        data = json.loads(characters, parse_constant=_no_constant, object_pairs_hook=_mapping)
    except json.JSONDecodeError as error:
        where, help = Where(shown, error.lineno, error.colno), "save the output of `--format json`, whole"
        raise InvalidInputError(
            "bad-result", f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}", where=where, help=help
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInputError("bad-result", "not JSON: not UTF-8 text", where=Where(shown)) from error
    except RecursionError as error:
        raise InvalidInputError("bad-result", "not JSON: nested without end", where=Where(shown)) from error
    except ValueError as error:
        raise InvalidInputError("bad-result", f"not JSON: {printable(str(error))}", where=Where(shown)) from error
    check_texts(data, shown)
    return data


def _results(data: Any, shown: str) -> list[Result]:
    """Plain data as results."""
    if data == []:
        raise InvalidInputError("bad-result", "an empty list holds no result", where=Where(shown))
    try:
        return [_read(Result, from_schema_1(one), "result") for one in (data if isinstance(data, list) else [data])]
    except (_Shape, NotSchema1) as error:
        help = f"results have the schema `{SCHEMA}`; see `theralogic schema result`"
        raise InvalidInputError("bad-result", printable(str(error)), where=Where(shown), help=help) from error


def _counts(results: list[Result]) -> Iterator[tuple[str, int, int]]:
    """What there is how often of what is bounded."""
    arms = [arm for result in results for arm in result.context.arms.values()]
    parts: list[Result | ArmResult] = [*results, *(arm for result in results for arm in result.arms.values())]
    yield "arms", max(len(arms), len(parts)), MOST_ARMS
    yield "answers without an effect", sum(map(_unmoved, parts)), MOST_UNMOVED
    yield "drugs in an arm", max((len(arm.interventions) for arm in arms), default=0), MOST_DRUGS
    yield "facts in an arm", max((sum(map(len, arm.facts.values())) for arm in arms), default=0), MOST_FACTS


def _unmoved(part: Result | ArmResult) -> int:
    """How many answers are about something that does not change, whatever they say of it."""
    world = part.worlds.get("treated") or part.worlds.get("untreated")
    moved = {change.entity for change in world.changes} if world else set()
    return sum(answer.entity not in moved for answer in part.answers)


def _too_large(message: str, shown: str) -> InvalidInputError:
    help = "save fewer cases in one file" if "arms" in message or "values" in message else "ask for less"
    return InvalidInputError("too-large", message, where=Where(shown), help=help)


_KINDS = {int: "a whole number", str: "text", bool: "true or false"}


class _Shape(Exception):
    """The data is not of the shape of a result."""


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is not a number")


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{quoted(key[:80])} is there twice")
        found[key] = value
    return found


def _read(hint: Any, value: Any, path: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(arg for arg in args if arg is not type(None)), value, path)
    if hasattr(hint, "_fields"):
        return _record(hint, value, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise _Shape(f"{path} must be a list")
        return tuple(_read(args[0], item, f"{path}[{i}]") for i, item in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise _Shape(f"{path} must be a mapping")
        return {key: _read(args[1], item, f"{path}.{key[:80]}") for key, item in value.items()}
    if type(value) is not hint:
        raise _Shape(f"{path} must be {_KINDS[hint]}")
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """Types of a record's fields; working them out anew for every row would take most of the reading."""
    return get_type_hints(kind)


def _record(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise _Shape(f"{path} must be a mapping")
    hints = _hints(kind)
    names = list(kind._fields)
    optional = {"levels"} if kind is WorldRows else set()
    missing = [n for n in names if n not in value and n not in optional]
    unknown = [k for k in value if k not in names]
    if missing or unknown:
        what = f"lacks `{missing[0]}`" if missing else f"has an unknown key {quoted(unknown[0][:80])}"
        raise _Shape(f"{path} {what}")
    if kind is WorldRows and value.get("levels", {}) is None:
        raise _Shape(f"{path}.levels must be a mapping")
    if kind is Result and value["schema"] not in (SCHEMA, SCHEMA_1):
        raise _Shape(f"{path} has the schema {quoted(str(value['schema'])[:80])}")
    return kind(*(_read(hints[n], value.get(n), f"{path}.{n}") for n in names))

"""A saved result from its bytes, strictly: exactly the keys and kinds of the schema, or a named problem.

What takes more than a moment to check is bounded before it is checked; the bounds stand in ``SECURITY.md``.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from theralogic.model.errors import InvalidInputError, Where
from theralogic.model.result import SCHEMA, SCHEMA_1, ArmResult, GivenAction, Result, WorldRows
from theralogic.model.safe_text import decoded, printable, quoted
from theralogic.model.vocabulary import canonical
from theralogic.verify.schema_1 import NotSchema1, from_schema_1
from theralogic.verify.texts import check_texts

MOST_VALUES = 3_000_000
"""Values of a file, at least: it is the commas and opening brackets that are counted, before anything is built."""
MOST_ARMS = 200
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
        read = _reader(Result)
        return [read(from_schema_1(one)) for one in (data if isinstance(data, list) else [data])]
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


class _Shape(Exception):
    """The data is not of the shape of a result; the place is put together on the way out."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path = ""

    def within(self, step: str) -> _Shape:
        self.path = step[:80] + self.path
        return self

    def __str__(self) -> str:
        return f"result{self.path} {self.what}"


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is not a number")


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{quoted(key[:80])} is there twice")
        found[key] = value
    return found


_KINDS = {int: "a whole number", str: "text", bool: "true or false"}
Read = Callable[[Any], Any]


@cache
def _reader(hint: Any) -> Read:
    """What reads a value of a type; made once for each type, as a file may hold millions of values."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(_reader(next(arg for arg in args if arg is not type(None))))
    if hasattr(hint, "_fields"):
        return _record(hint)
    if origin is tuple:
        return _list(_reader(args[0]))
    if origin is Mapping:
        return _mapping_of(_reader(args[1]))
    return _leaf(hint)


def _leaf(kind: type) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _Shape(f"must be {_KINDS[kind]}")
        return value

    return read


def _optional(inner: Read) -> Read:
    return lambda value: None if value is None else inner(value)


def _list(item: Read) -> Read:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise _Shape("must be a list")
        found: list[Any] = []
        try:
            for one in value:
                found.append(item(one))
        except _Shape as error:
            raise error.within(f"[{len(found)}]") from None
        return tuple(found)

    return read


def _mapping_of(item: Read) -> Read:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _Shape("must be a mapping")
        found: dict[str, Any] = {}
        for key, one in value.items():
            try:
                found[key] = item(one)
            except _Shape as error:
                raise error.within(f".{key}") from None
        return found

    return read


def _record(kind: Any) -> Read:
    hints = get_type_hints(kind)
    readers = [(name, _reader(hints[name])) for name in kind._fields]
    names = frozenset(kind._fields)
    optional = {"levels"} if kind is WorldRows else set()

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _Shape("must be a mapping")
        if value.keys() != names:
            missing = [name for name in kind._fields if name not in value and name not in optional]
            unknown = [key for key in value if key not in names]
            if missing or unknown:
                what = f"lacks `{missing[0]}`" if missing else f"has an unknown key {quoted(unknown[0][:80])}"
                raise _Shape(what)
        if optional and value.get("levels", {}) is None:
            raise _Shape("must be a mapping").within(".levels")
        if kind is Result and value["schema"] not in (SCHEMA, SCHEMA_1):
            raise _Shape(f"has the schema {quoted(str(value['schema'])[:80])}")
        found: list[Any] = []
        try:
            for name, reader in readers:
                found.append(reader(value.get(name)))
        except _Shape as error:
            raise error.within(f".{kind._fields[len(found)]}") from None
        record = kind(*found)
        return record._replace(verb=canonical(record.verb)) if kind is GivenAction else record

    return read

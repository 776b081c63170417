"""A saved result from its bytes, strictly: exactly the keys and kinds of the schema, or a named problem."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from theralogic.model.errors import InvalidInputError, Where
from theralogic.model.result import SCHEMA, SCHEMA_1, GivenAction, Result, WorldRows
from theralogic.model.safe_text import decoded, printable, quoted
from theralogic.model.vocabulary import canonical
from theralogic.verify.schema_1 import from_schema_1


def read_result(text: bytes, shown: str) -> list[Result]:
    """The results in a JSON file, one or a list; those of schema 1 keep its name, and hold no reasons but their kind.

    Raises :class:`InvalidInputError` (``bad-result``).
    """
    try:
        data = json.loads(decoded(text), parse_constant=_no_constant, object_pairs_hook=_mapping)
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
    if data == []:
        raise InvalidInputError("bad-result", "an empty list holds no result", where=Where(shown))
    try:
        return [_read(Result, from_schema_1(one), "result") for one in (data if isinstance(data, list) else [data])]
    except _Shape as error:
        help = f"results have the schema `{SCHEMA}`; see `theralogic schema result`"
        raise InvalidInputError("bad-result", printable(str(error)), where=Where(shown), help=help) from error


_KINDS = {int: "a whole number", str: "text", bool: "true or false"}


class _Shape(Exception):
    """The data is not of the shape of a result."""


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is not a number")


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{quoted(next(key for key in keys if keys.count(key) > 1))} is there twice")
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
        return {key: _read(args[1], item, f"{path}.{key}") for key, item in value.items()}
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
        what = f"lacks `{missing[0]}`" if missing else f"has an unknown key {quoted(unknown[0])}"
        raise _Shape(f"{path} {what}")
    if kind is WorldRows and value.get("levels", {}) is None:
        raise _Shape(f"{path}.levels must be a mapping")
    if kind is Result and value["schema"] not in (SCHEMA, SCHEMA_1):
        raise _Shape(f"{path} has the schema {quoted(str(value['schema']))}")
    record = kind(*(_read(hints[n], value.get(n), f"{path}.{n}") for n in names))
    return record._replace(verb=canonical(record.verb)) if kind is GivenAction else record

"""JSON Schemas: of the rule files and the case from the pydantic models, of the result from its records."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

from theralogic.files import schema
from theralogic.model import result
from theralogic.model.levels import CERTAINTIES, DIRECTIONS, LEVELS, ONSETS, STRENGTHS
from theralogic.model.vocabulary import COMBINATIONS, ENGINES, LIMITS, REASONS

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_WORDS: dict[str, tuple[str, ...]] = {
    "engine": ENGINES,
    "certainty": CERTAINTIES,
    "strength": STRENGTHS[1:],
    "onset": ONSETS,
    "Reason.kind": REASONS,
    "Limit.kind": LIMITS,
    "Contrast.kind": COMBINATIONS,
}


def schema_of(what: str) -> dict[str, Any]:
    """JSON Schema of ``rules`` (one file of any folder), ``case`` or ``result``."""
    if what == "case":
        return {"$schema": DRAFT, **schema.CaseFile.model_json_schema()}
    if what == "rules":
        lists = list[schema.EntityItem] | list[schema.MechanismItem] | list[schema.InterventionItem]
        adapter: TypeAdapter[Any] = TypeAdapter(lists | list[schema.CautionItem] | schema.DiseaseFile)
        return {"$schema": DRAFT, "title": "a file of a theralogic rule base", **adapter.json_schema()}
    definitions: dict[str, Any] = {}
    top = _record(result.Result, definitions)
    top["properties"]["schema"] = {"const": result.SCHEMA}
    return {"$schema": DRAFT, "title": "the result of a case", **top, "$defs": definitions}


def _record(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    properties = {name: _type(hints[name], definitions, _place(kind, name)) for name in kind._fields}
    required = [name for name in properties if not (kind is result.WorldRows and name == "levels")]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _place(kind: Any, name: str) -> str:
    """Where a word stands: the field, or record and field where the same field has other words elsewhere."""
    return f"{kind.__name__}.{name}" if f"{kind.__name__}.{name}" in _WORDS else name


def _type(hint: Any, definitions: dict[str, Any], name: str) -> dict[str, Any]:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_type(arg, definitions, name) for arg in args]}
    if hint is type(None):
        return {"type": "null"}
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        return {"type": "integer", "minimum": 0}
    if hint is str:
        return _word(name)
    if origin is tuple:
        return {"type": "array", "items": _type(args[0], definitions, "")}
    if origin in (Mapping, dict):
        value = _type(args[1], definitions, "level" if name == "levels" else "")
        return {"type": "object", "additionalProperties": value}
    title = hint.__name__
    if title not in definitions:
        definitions[title] = {}
        definitions[title] = _record(hint, definitions)
    return {"$ref": f"#/$defs/{title}"}


def _word(name: str) -> dict[str, Any]:
    if name == "direction":
        return {"enum": [*DIRECTIONS.values(), "no_effect"]}
    if name == "level":
        return {"enum": list(LEVELS)}
    return {"enum": list(_WORDS[name])} if name in _WORDS else {"type": "string"}

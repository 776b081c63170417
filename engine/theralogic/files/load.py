"""From a folder or a text to validated items with their places; nothing is lost on bad input.

Every file is read and every item validated before anything is reported, so an author sees all problems at
once. What the items mean is left to :mod:`theralogic.files.resolve`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from theralogic.errors import InvalidInputError, Problem, Where, did_you_mean
from theralogic.files import schema
from theralogic.files.text import printable
from theralogic.files.tree import digest_of, read_bytes, rule_files
from theralogic.files.yamltext import Document, read_yaml
from theralogic.files.yamltext import Path as DataPath

M = TypeVar("M", bound=BaseModel)

LISTS: dict[str, type[BaseModel]] = {
    "entities": schema.EntityItem,
    "mechanisms": schema.MechanismItem,
    "interventions": schema.InterventionItem,
    "cautions": schema.CautionItem,
}
PERSONAL = frozenset(
    "name patient patient_name full_name first_name last_name surname initials birth birthdate date_of_birth dob "
    "address street postcode zip phone email mrn record record_number medical_record_number hospital_number "
    "patient_id nhs_number ssn social_security_number insurance insurance_number photo".split()
)
_TAGS = {"text", "list", "map", "give"}


@dataclass(frozen=True, slots=True)
class Item:
    """One validated item and how to find its place in the file."""

    value: Any
    document: Document
    path: DataPath

    def where(self, *path: str | int, key: bool = False) -> Where:
        return self.document.where((*self.path, *path), key=key)


@dataclass(slots=True)
class Sources:
    """Everything read under ``rules/``: items by folder, problems, and the digest of the bytes."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""


def read_rules(root: Path) -> Sources:
    """Read and validate every rule file under ``root/rules``."""
    sources = Sources(items={name: [] for name in (*LISTS, "diseases")})
    read: list[tuple[str, bytes]] = []
    for shown, path in rule_files(root):
        text = read_bytes(path, shown, root, sources.problems)
        if text is None:
            continue
        read.append((shown, text))
        folder = shown.split("/")[1]
        if folder not in sources.items:
            hint = did_you_mean(folder, sources.items) or f"use one of {', '.join(sources.items)}"
            sources.problems.append(Problem("unknown-folder", f"`{folder}` is no rules folder", Where(shown), hint))
            continue
        document = read_yaml(text, shown)
        sources.problems.extend(document.problems)
        sources.items[folder].extend(_items(document, folder, sources.problems))
    sources.digest = digest_of(read)
    return sources


def _items(document: Document, folder: str, problems: list[Problem]) -> Iterator[Item]:
    data = document.data
    if folder == "diseases":
        item = validate(schema.DiseaseFile, document, (), problems)
        if item:
            yield item
    elif data is None and document.problems:
        return
    elif data is None:
        return
    elif not isinstance(data, list):
        problems.append(Problem("wrong-shape", "this file must hold a list", document.where(()), "start with `- id:`"))
    else:
        for index in range(len(data)):
            item = validate(LISTS[folder], document, (index,), problems)
            if item:
                yield item


def read_case(text: bytes, shown: str) -> Item:
    """Read and validate one case; raises :class:`InvalidInputError` with every problem."""
    document = read_yaml(text, shown)
    problems = list(document.problems)
    item = validate(schema.CaseFile, document, (), problems)
    if problems or item is None:
        raise InvalidInputError.of(problems or [Problem("empty", "the file is empty", Where(shown))])
    return item


def validate(model: type[M], document: Document, path: DataPath, problems: list[Problem]) -> Item | None:
    """One item against its model; problems get the place, the offending text and a hint."""
    data = document.data
    for step in path:
        data = data[step]
    if data is None and not document.problems:
        problems.append(Problem("empty", "there is nothing here", document.where(path), "fill it in or remove it"))
        return None
    if data is None:
        return None
    try:
        return Item(model.model_validate(data), document, path)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.append(_translate(model, document, path, dict(detail)))
        return None


def _translate(model: type[BaseModel], document: Document, base: DataPath, detail: dict[str, Any]) -> Problem:
    steps = [step for step in detail["loc"] if step not in _TAGS and step != "[key]"]
    path = (*base, *steps)
    kind = str(detail["type"])
    last = str(steps[-1]) if steps else ""
    written = _written(detail.get("input"))
    if kind == "extra_forbidden":
        where = document.where(path, key=True)
        if model is schema.CaseFile and last.casefold() in PERSONAL and "interventions" not in steps:
            return Problem(
                "identifies-a-person",
                f"key `{printable(last)[:80]}` could identify a person",
                where,
                "cases are hypothetical: describe a patient, never name one",
            )
        return Problem("unknown-key", f"unknown key `{printable(last)[:80]}`", where, _key_hint(model, steps))
    where = document.where(path, key="[key]" in detail["loc"])
    if kind == "missing":
        return Problem("missing-key", f"key `{last}` is missing", where, f"add `{last}:`")
    if kind == "literal_error":
        words = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        if last == "hypothetical":
            return Problem(
                "not-hypothetical", f"`hypothetical` is {written}", where, "only hypothetical cases: write `true`"
            )
        hint = did_you_mean(str(detail.get("input")), words) or f"one of {', '.join(words)}"
        return Problem("unknown-word", f"{written} is not a word for `{last}`", where, hint)
    if kind == "string_pattern_mismatch":
        return Problem(
            "bad-id", f"{written} is not a plain identifier", where, "use ASCII letters, digits, `_`, `-`, `.`, `+`"
        )
    message = str(detail["msg"]).replace("Input should be", "must be").replace("valid ", "")
    return Problem("bad-value", f"`{last}` is {written}: {message[:1].lower()}{message[1:]}", where)


def _key_hint(model: type[BaseModel], steps: list[str | int]) -> str | None:
    known: set[str] = set()
    models: list[type[BaseModel]] = [model, *schema.Closed.__subclasses__()]
    for candidate in models:
        known.update(info.alias or name for name, info in candidate.model_fields.items())
        if candidate is model and len([s for s in steps if isinstance(s, str)]) == 1:
            break
    return did_you_mean(str(steps[-1]), known)


def _written(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"`{printable(str(value))[:80]}`"

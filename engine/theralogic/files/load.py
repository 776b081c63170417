"""From a folder or a text to validated items with their places; nothing is lost on bad input.

Every file is read and every item validated before anything is reported, so an author sees all problems at
once. What the items mean is left to :mod:`theralogic.files.resolve`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from theralogic.files import schema
from theralogic.files.tree import digest_of, read_bytes, rule_files
from theralogic.files.yaml_reader import MOST_ITEMS, Document, read_yaml
from theralogic.files.yaml_reader import Path as DataPath
from theralogic.model.errors import InvalidInputError, Problem, Problems, Where, did_you_mean
from theralogic.model.safe_text import quoted

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
SAID = {  # how people say a word of the format
    "decreases": "falls fall lowers down drops reduced",
    "increases": "rises rise raises up",
    "no_effect": "same unchanged none nothing",
    "ambiguous": "undecided unclear either",
    "absent": "none missing zero",
    "elevated": "raised increased up",
    "low": "reduced decreased down",
}
_TAGS = {"text", "list", "map", "give"}
ANY = "*"  # in `Sources.lost`: nobody knows what stood there


class LoadedItem(NamedTuple):
    """One validated item and how to find its place in the file."""

    value: Any
    document: Document
    path: DataPath

    def where(self, *path: str | int, key: bool = False) -> Where:
        return self.document.where((*self.path, *path), key=key)


@dataclass(slots=True)
class Sources:
    """Everything read under ``rules/``: items by folder, problems, and the digest of the bytes."""

    items: dict[str, list[LoadedItem]] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    lost: dict[str, set[str]] = field(default_factory=dict)  # ids by folder that were written but not understood
    broken: list[tuple[str, LoadedItem]] = field(default_factory=list)  # what was written there, with its folder
    digest: str = ""


def read_rules(root: Path) -> Sources:
    """Read and validate every rule file under ``root/rules``."""
    sources = Sources(items={name: [] for name in (*LISTS, "diseases")})
    read: list[tuple[str, bytes]] = []
    items = 0
    for shown, path in rule_files(root):
        folder = shown.split("/")[1]
        text = read_bytes(path, shown, root, sources.problems)
        if text is None:
            sources.lost.setdefault(folder, set()).add(ANY)
            continue
        read.append((shown, text))
        if folder not in sources.items:
            for missed in sources.items:
                sources.lost.setdefault(missed, set()).add(ANY)
            hint = did_you_mean(folder, sources.items) or f"use one of {', '.join(sources.items)}"
            sources.problems.append(Problem("unknown-folder", f"`{folder}` is no rules folder", Where(shown), hint))
            continue
        document = read_yaml(text, shown, MOST_ITEMS - items)
        items += document.items
        sources.problems.extend(document.problems)
        sources.items[folder].extend(_items(document, folder, sources))
    sources.digest = digest_of(read)
    return sources


def _items(document: Document, folder: str, sources: Sources) -> Iterator[LoadedItem]:
    """The sound items of a file; the ids of the others count as lost, so that nobody misses them a second time."""
    data, problems, lost = document.data, sources.problems, sources.lost.setdefault(folder, set())
    model = LISTS.get(folder, schema.DiseaseFile)
    if document.cut:
        lost.add(ANY)
    paths: list[DataPath] = []
    if folder == "diseases":
        paths = [] if document.cut else [()]
    elif isinstance(data, list):
        # Where reading stopped inside the file, its last item is only half there.
        paths = [(index,) for index in range(len(data) - document.cut)]
    elif data is not None and not document.cut:
        problems.append(Problem("wrong-shape", "this file must hold a list", document.where(()), "start with `- id:`"))
        lost.add(ANY)
    for path in paths:
        if problems.full:
            lost.add(ANY)
            return
        item = validate(model, document, path, problems)
        if item:
            yield item
        else:
            written = data[path[0]] if path else data
            lost.update(_written_ids(written))
            sources.broken.append((folder, LoadedItem(written, document, path)))


def _written_ids(item: Any) -> Iterator[str]:
    """Every id that an item which can't be understood would have brought."""
    if isinstance(item, dict):
        yield str(item.get("id"))
        yield from _written_ids(item.get("signalling"))


def read_case(text: bytes, shown: str, defaults: Mapping[str, Any] = MappingProxyType({})) -> LoadedItem:
    """Read and validate one case, with ``defaults`` for keys it leaves out.

    Raises :class:`InvalidInputError` with every problem.
    """
    document = read_yaml(text, shown)
    if isinstance(document.data, dict):
        document.data = {**document.data, **{key: defaults[key] for key in defaults if key not in document.data}}
    problems = Problems(document.problems)
    item = None if document.cut else validate(schema.CaseFile, document, (), problems)
    if problems or item is None:
        raise InvalidInputError.of(problems)
    return item


def validate(model: type[M], document: Document, path: DataPath, problems: Problems) -> LoadedItem | None:
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
        return LoadedItem(model.model_validate(data), document, path)
    except ValidationError as error:
        told = {problem.where for problem in document.problems}
        for detail in error.errors(include_url=False):
            if problems.full:
                break
            problem = _translate(model, document, path, dict(detail), problems)
            if problem.where not in told:
                problems.append(problem)
        return None


def _translate(
    model: type[BaseModel], document: Document, base: DataPath, detail: dict[str, Any], problems: Problems
) -> Problem:
    steps = _steps(document, base, detail["loc"])
    path = (*base, *steps)
    kind, context, value = str(detail["type"]), detail.get("ctx", {}), detail.get("input")
    last = str(steps[-1]) if steps else ""
    written = _written(value)
    is_key = "[key]" in detail["loc"]
    where = document.where(path, key=is_key or kind == "extra_forbidden")
    if kind == "extra_forbidden":
        if model is schema.CaseFile and identifies(last) and "interventions" not in steps:
            return _personal(last, where)
        return Problem("unknown-key", f"unknown key {quoted(last)}", where, _key_hint(model, steps, problems))
    if kind == "missing":
        return Problem("missing-key", f"key `{last}` is missing", where, f"add `{last}:`")
    if last == "hypothetical":
        return Problem(
            "not-hypothetical", f"`hypothetical` is {written}", where, "only hypothetical cases: write `true`"
        )
    if value is None or value == "":
        return Problem("empty", f"{_label(steps)} is empty", where, "fill it in or remove it")
    if kind == "literal_error":
        words = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        said = next((word for word in words if str(value).casefold() in SAID.get(word, "").split()), None)
        near = problems.suggestion(lambda: did_you_mean(str(value), words))
        hint = f"write `{said}`" if said else near or f"one of {', '.join(words)}"
        if is_key and model is schema.CaseFile and identifies(last):
            return _personal(last, where)
        if is_key:
            return Problem("unknown-key", f"unknown key {written}", where, hint)
        return Problem("unknown-word", f"{written} is not a word for {_label(steps)}", where, hint)
    if kind == "string_pattern_mismatch":
        if ":" in str(context["pattern"]):
            return Problem("bad-curie", f"{written} is not a prefixed identifier", where, "write it like `HGNC:6018`")
        help = "use ASCII letters, digits, `_`, `-`, `.`, `+`, and begin with a letter or digit"
        return Problem("bad-id", f"{written} is not a plain identifier", where, help)
    wanted = _wanted(kind, context) or str(detail["msg"])
    return Problem("bad-value", f"{_label(steps)} is {written}: {wanted}", where, _mending(wanted, value, last))


def identifies(key: str) -> bool:
    """Whether a key or column, however it is spaced, is one under which people write who somebody is."""
    return "_".join(key.casefold().replace("-", " ").replace("_", " ").split()) in PERSONAL


def _personal(key: str, where: Where) -> Problem:
    help = "cases are hypothetical: describe a patient, never name one"
    return Problem("identifies-a-person", f"key {quoted(key)} could identify a person", where, help)


def _mending(wanted: str, value: Any, key: str) -> str | None:
    """How a value of the wrong form is written rightly."""
    if wanted.startswith("must be text") and isinstance(value, (int, float)):
        return "put it in quotes"
    if wanted == "must be a number":
        return "write digits, without quotes"
    if wanted == "must be a list":
        return "write `[...]`, or one line with `- ` for each"
    if wanted == "must be a mapping of keys to values":
        return "write lines of `key: value`"
    if key == "reference":
        return "write `[low, high]`"
    return None


def _steps(document: Document, base: DataPath, loc: tuple[str | int, ...]) -> list[str | int]:
    """The path in the file: ``loc`` without the marks that the form of a union leaves in it."""
    data = document.data
    for step in base:
        data = data[step]
    steps: list[str | int] = []
    for at, step in enumerate(loc):
        is_mark = step == "[key]" or (step in _TAGS and not (isinstance(data, dict) and step in data))
        if is_mark or (step == "give" and at + 1 < len(loc)):
            continue
        steps.append(step)
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
    return steps


def _label(steps: list[str | int]) -> str:
    if not steps:
        return "this"
    if isinstance(steps[-1], str):
        return quoted(steps[-1])
    return f"item {steps[-1] + 1} of `{steps[-2]}`"


_FORMS = {"text": "text", "list": "a list", "map": "a mapping", "give": "a mapping"}


def _wanted(kind: str, context: dict[str, Any]) -> str:
    """What a value must be, said to somebody who writes YAML and has never heard of a model."""
    if kind == "union_tag_invalid":
        tags = str(context.get("expected_tags", "")).replace("'", "").split(", ")
        return f"must be {' or '.join(dict.fromkeys(_FORMS.get(tag, tag) for tag in tags))}"
    few, many = context.get("min_length"), context.get("max_length")
    mapping, number = "must be a mapping of keys to values", "must be a number"
    return {
        "union_tag_not_found": "must be text",
        "string_type": "must be text",
        "string_too_long": f"must have at most {many} characters",
        "list_type": "must be a list",
        "dict_type": mapping,
        "model_type": mapping,
        "model_attributes_type": mapping,
        "float_type": number,
        "int_type": number,
        "too_short": f"must have at least {few} item{'s' if few != 1 else ''}",
        "too_long": f"must have at most {many} items",
    }.get(kind, "")


def _key_hint(model: type[BaseModel], steps: list[str | int], problems: Problems) -> str:
    """A near key, or all keys that the format has at this place."""
    here = {model}
    for step in steps[:-1]:
        if isinstance(step, str):
            here = {inner for outer in here for inner in _models_in(_fields(outer).get(step))}
    known = sorted({name for candidate in here for name in _fields(candidate)})
    return problems.suggestion(lambda: did_you_mean(str(steps[-1]), known)) or f"one of {', '.join(known)}"


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _written(value: Any) -> str:
    if isinstance(value, (dict, list)):
        empty = "" if value else "n empty"
        return f"a{empty} {'mapping' if isinstance(value, dict) else 'list'}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quoted(text) if text else "empty"

"""Virtual patients from stated distributions: the same specification and seed, the same patients.

Drawn in chunks of a fixed size, so memory stays bounded and nothing but the specification, the seed and the number of
patients decides who they are. Nobody real is in it, and findings are drawn independently of each other: what hangs
together in people does not hang together here unless a disease says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from pydantic import Field

from theralogic.files.load import validate
from theralogic.files.schema import Closed, ContextKey, Id, Name, Number
from theralogic.files.yaml_reader import read_yaml
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem, Problems
from theralogic.model.levels import LEVELS
from theralogic.model.names import find
from theralogic.model.records import KnowledgeBase

CHUNK = 131_072
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]


class Value(Closed):
    """How a measured value is drawn; exactly one of these."""

    lognormal: Pair | None = None  # median, sigma
    gaussian: Pair | None = None  # mean, standard deviation
    uniform: Pair | None = None  # from, to


class FindingSpec(Closed):
    """A finding: weights of its levels, or a value with its reference range; ``missing`` is a share of patients."""

    absent: Weight = 0
    low: Weight = 0
    normal: Weight = 0
    elevated: Weight = 0
    high: Weight = 0
    value: Value | None = None
    reference: Pair | None = None
    missing: Annotated[float, Field(ge=0, le=1)] = 0


class CohortSpec(Closed):
    """A virtual cohort; ``disease`` and ``context`` are weights by name."""

    id: Id
    disease: dict[Name, Weight] = {}
    context: dict[ContextKey, dict[Name, Weight]] = {}
    findings: dict[Name, FindingSpec] = {}


def read_spec(text: bytes, shown: str, kb: KnowledgeBase) -> CohortSpec:
    """A specification from YAML; raises :class:`InvalidInputError` with every problem."""
    document = read_yaml(text, shown)
    problems = Problems(document.problems)
    item = None if document.cut else validate(CohortSpec, document, (), problems)
    if problems or item is None:
        raise InvalidInputError.of(problems or [Problem("empty", "the file is empty")])
    spec: CohortSpec = item.value

    def problem(code: str, message: str, *path: str, help: str | None = None) -> None:
        problems.append(Problem(code, message, document.where(path, key=True), help))

    for kind, names in (("disease", spec.disease), ("entity", spec.findings)):
        for name in names:
            try:
                found = find(kb, kind, name, signed=True, problems=problems)
            except NotFoundError as error:
                place = document.where(("disease" if kind == "disease" else "findings", name), key=True)
                problems.append(error.problems[0]._replace(where=place))
                continue
            if kind == "entity" and kb.entities[found].members:
                problem("complex-level", f"complex `{found}` can't have a level", "findings", name)
    for name, finding in spec.findings.items():
        if (finding.value is None) == (not any(_weights(finding))):
            message = f"`{name}` needs weights of levels or a value, not both"
            problem("bad-distribution", message, "findings", name, help="write `{normal: 3, high: 1}`")
        elif finding.value is not None and (
            finding.reference is None or sum(d is not None for d in finding.value.model_dump().values()) != 1
        ):
            help = "write `{value: {lognormal: [12, 1]}, reference: [0, 5]}`"
            problem(
                "bad-distribution",
                f"`{name}` needs one distribution and a reference range",
                "findings",
                name,
                help=help,
            )
    for where, weights in (("disease", spec.disease), *spec.context.items()):
        if weights and not sum(weights.values()):
            problem(
                "bad-distribution",
                f"the weights of `{where}` are all 0",
                *(("context", where) if where in spec.context else (where,)),
            )
    if problems:
        raise InvalidInputError.of(problems)
    return spec


def draw_patients(spec: CohortSpec, patients: int, seed: int) -> Iterator[pa.Table]:
    """The patients, a chunk at a time."""
    rng = np.random.default_rng(seed)
    for first in range(0, patients, CHUNK):
        size = min(CHUNK, patients - first)
        columns: dict[str, Any] = {"id": pa.array(np.arange(first + 1, first + size + 1)).cast(pa.string())}
        if spec.disease:
            columns["disease"] = _words(rng, spec.disease, size, 0)
        for key, weights in spec.context.items():
            columns[f"context.{key}"] = _words(rng, weights, size, 0)
        for name, finding in spec.findings.items():
            if finding.value is None:
                levels = dict(zip(LEVELS, _weights(finding), strict=True))
                columns[name] = _words(rng, levels, size, finding.missing)
            else:
                assert finding.reference is not None
                drawn = np.round(np.maximum(_values(rng, finding.value, size), 0), 3)
                columns[name] = pa.array(drawn, mask=rng.random(size) < finding.missing)
                for end, limit in zip(("low", "high"), finding.reference, strict=True):
                    columns[f"{name}.{end}"] = pa.array(np.full(size, limit))
        yield pa.table(columns)


def write_patients(spec: CohortSpec, patients: int, seed: int, path: Path) -> None:
    """Write the patients, at least one, to ``path``: CSV where it ends so, else Parquet."""
    chunks = draw_patients(spec, patients, seed)
    first = next(chunks)
    part = path.with_name(f".{path.name}.tmp")
    writer: Any
    if path.suffix.casefold() == ".csv":
        writer = pyarrow.csv.CSVWriter(part, first.schema)
    else:
        writer = pq.ParquetWriter(part, first.schema, compression="zstd")
    with writer:
        for chunk in (first, *chunks):
            writer.write_table(chunk)
    part.replace(path)


def _weights(finding: FindingSpec) -> list[float]:
    return [float(getattr(finding, level)) for level in LEVELS]


def _words(rng: np.random.Generator, weights: Mapping[str, float], size: int, missing: float) -> pa.Array:
    words = [word for word, weight in weights.items() if weight]
    bounds = np.array(list(accumulate(weights[word] for word in words)))
    codes = np.searchsorted(bounds / bounds[-1], rng.random(size), side="right").astype(np.int32)
    coded = pa.DictionaryArray.from_arrays(pa.array(codes, mask=rng.random(size) < missing), pa.array(words))
    return coded.cast(pa.string())


def _values(rng: np.random.Generator, value: Value, size: int) -> npt.NDArray[np.float64]:
    if value.lognormal:
        median, sigma = value.lognormal
        return median * np.exp(sigma * rng.standard_normal(size))
    if value.gaussian:
        mean, deviation = value.gaussian
        return mean + deviation * rng.standard_normal(size)
    assert value.uniform is not None
    low, high = value.uniform
    return low + (high - low) * rng.random(size)

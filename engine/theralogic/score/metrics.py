"""The figures: shares of rows that are right, by kind, disease, certainty and source, beside the baselines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from theralogic.model.result import Answer, to_json

ABSTAINS = "abstains"
UNCOVERED = "uncovered"


class ScoredPrediction(NamedTuple):
    """One row: what was observed, what the rules say, and why not where they are silent."""

    id: str
    kind: str
    verified: bool
    scored: bool
    expected: str
    predicted: str
    answer: Answer | None
    reason: str
    naive: Mapping[str, str]
    disease: str


def summary(predictions: list[ScoredPrediction], kind: str) -> dict[str, Any]:
    """The figures over the scored rows; an uncovered or abstained row counts as wrong, precision leaves it out."""
    scored = [p for p in predictions if p.scored]
    covered = [p for p in scored if p.predicted != UNCOVERED]
    decided = [p for p in covered if p.predicted != ABSTAINS]
    by_certainty = defaultdict(list)
    for p in decided:
        by_certainty[(p.answer.certainty if p.answer else None) or "no effect"].append(p)
    return {
        "table": kind,
        "rows": len(predictions),
        "scored": len(scored),
        "covered": len(covered),
        "coverage": _share(len(covered), len(scored)),
        "abstained": len(covered) - len(decided),
        "accuracy": _accuracy(scored, _own),
        "balanced_accuracy": _balanced(scored, _own),
        "precision": _accuracy(decided, _own),
        "precision_by_certainty": {name: _group(rows) for name, rows in sorted(by_certainty.items())},
        "by_kind": {name: _group(rows) for name, rows in _grouped(scored, lambda p: p.kind)},
        "by_disease": {name: _group(rows) for name, rows in _grouped(scored, lambda p: p.disease or "none")},
        "verified": {name: _group(rows) for name, rows in _grouped(scored, lambda p: "yes" if p.verified else "no")},
        "confusion": _confusion(scored),
        "baselines": {
            name: {
                "accuracy": _accuracy(scored, lambda p, n=name: p.naive[n]),  # type: ignore[misc]
                "balanced_accuracy": _balanced(scored, lambda p, n=name: p.naive[n]),  # type: ignore[misc]
            }
            for name in ("always", "shortest path")
        },
        "predictions": [
            {
                "id": p.id,
                "expected": p.expected,
                "predicted": p.predicted,
                "answer": _plain(p.answer),
                "reason": p.reason,
            }
            for p in predictions
        ],
    }


def _own(prediction: ScoredPrediction) -> str:
    return prediction.predicted


def _plain(found: Answer | None) -> dict[str, Any] | None:
    return cast("dict[str, Any]", to_json(found)) if found else None


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _accuracy(rows: list[ScoredPrediction], says: Callable[[ScoredPrediction], str]) -> float:
    return _share(sum(says(p) == p.expected for p in rows), len(rows))


def _balanced(rows: list[ScoredPrediction], says: Callable[[ScoredPrediction], str]) -> float:
    """Mean of the accuracies per observed class."""
    classes = [_accuracy(group, says) for _, group in _grouped(rows, lambda p: p.expected)]
    return round(sum(classes) / len(classes), 4) if classes else 0.0


def _grouped(
    rows: list[ScoredPrediction], key: Callable[[ScoredPrediction], str]
) -> list[tuple[str, list[ScoredPrediction]]]:
    groups: dict[str, list[ScoredPrediction]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return sorted(groups.items())


def _group(rows: list[ScoredPrediction]) -> dict[str, float]:
    return {"n": len(rows), "accuracy": _accuracy(rows, _own)}


def _confusion(rows: list[ScoredPrediction]) -> dict[str, dict[str, int]]:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        table[row.expected][row.predicted] += 1
    return {expected: dict(sorted(counts.items())) for expected, counts in sorted(table.items())}

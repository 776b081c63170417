"""Looking back on a lesson: by pattern, by slip, and how well confidence fitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from theralogic.model.vocabulary import SLIPS
from theralogic.teach.lesson import LearnerPrediction, LessonRecord


class Calibration(NamedTuple):
    """Mean confidence and share right, both from 0 to 1, and the Brier score (0 perfect, 0.25 a coin)."""

    answered: int
    confidence: float
    right: float
    brier: float


def calibration(predictions: Iterable[LearnerPrediction]) -> Calibration | None:
    """How well confidence fitted, over the predictions that state one; None where none does."""
    made = [(p.confidence, float(p.right)) for p in predictions if p.confidence is not None]
    if not made:
        return None
    n = len(made)
    mean = sum(c for c, _ in made) / n
    return Calibration(n, mean, sum(r for _, r in made) / n, sum((c - r) ** 2 for c, r in made) / n)


def by_pattern(predictions: Iterable[LearnerPrediction]) -> dict[str, tuple[int, int]]:
    """Right and asked for each pattern, in order of the first question that showed it."""
    counts: dict[str, tuple[int, int]] = {}
    for made in predictions:
        for pattern in made.patterns:
            right, asked = counts.get(pattern, (0, 0))
            counts[pattern] = (right + made.right, asked + 1)
    return counts


def slips_made(record: LessonRecord) -> Counter[str]:
    """Slips of predictions and of links, counted."""
    found = Counter(p.slip for p in record.predictions if p.slip)
    if record.chain:
        found.update(m.slip for m in record.chain.marks if m.slip)
    return found


def summary(record: LessonRecord) -> Iterator[str]:
    """The lesson in a few lines."""
    made = record.predictions
    yield f"Predictions: {sum(p.right for p in made)} of {len(made)} right." if made else "Nothing was predicted."
    for pattern, (right, asked) in by_pattern(made).items():
        yield f"  {pattern.replace('_', ' ')}: {right} of {asked}"
    if record.chain:
        hints = f", with {record.hints} hint{'s' if record.hints != 1 else ''}" if record.hints else ""
        yield f"Chain: {record.chain.score:.0%}{hints}."
    if record.obstacle is not None:
        yield "What stops the effect: found." if record.obstacle else "What stops the effect: not found."
    for slip, count in sorted(slips_made(record).items(), key=lambda item: (-item[1], item[0])):
        yield f"Look again at: {slip.replace('_', ' ')} ({count}): {SLIPS[slip]}."
    fit = calibration(made)
    if fit:
        gap = fit.confidence - fit.right
        verdict = "well matched" if abs(gap) < 0.1 else "surer than right" if gap > 0 else "righter than sure"
        yield (
            f"Calibration: on average {fit.confidence:.0%} sure and {fit.right:.0%} right ({verdict}; "
            f"Brier score {fit.brier:.2f})."
        )


def record_json(record: LessonRecord) -> dict[str, Any]:
    """The record as plain data."""
    fit = calibration(record.predictions)
    return {
        "predictions": [p._asdict() for p in record.predictions],
        "chain": None
        if record.chain is None
        else {
            "entity": record.chain.entity,
            "score": record.chain.score,
            "gaps": list(record.chain.gaps),
            "links": [
                {
                    "source": m.claim.source.text,
                    "sign": m.claim.sign,
                    "target": m.claim.target.text,
                    "grade": m.grade,
                    "says": m.says,
                    "slip": m.slip,
                }
                for m in record.chain.marks
            ],
        },
        "hints": record.hints,
        "obstacle": record.obstacle,
        "counterfactual": record.counterfactual._asdict() if record.counterfactual else None,
        "by_pattern": {p: {"right": r, "asked": n} for p, (r, n) in by_pattern(record.predictions).items()},
        "slips": dict(slips_made(record)),
        "calibration": fit._asdict() if fit else None,
    }

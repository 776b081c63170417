"""Every row as a case, answered: what the rules say, and what a naive answer would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from theralogic.model.levels import STRENGTHS
from theralogic.model.records import Arm, Case, KnowledgeBase, Prescription, Teaching
from theralogic.model.result import Answer
from theralogic.reasoning.evaluate import Engine, EvaluationCache, run_arm
from theralogic.results.assemble import answer
from theralogic.score.baselines import shortest_path_sign
from theralogic.score.metrics import ABSTAINS, UNCOVERED, ScoredPrediction, summary
from theralogic.score.row_to_case import Uncovered, compared, drugs, findings, known
from theralogic.score.table import read_table


def score(kb: KnowledgeBase, table: bytes, shown: str, engine: Engine, *, ignore_names: bool = False) -> dict[str, Any]:
    """Score a CSV of outcomes or readouts; ``ignore_names`` builds every drug from target and mode.

    Raises :class:`InvalidInputError` (``bad-table``) where the table can't be read.
    """
    rows, kind = read_table(table, shown)
    cache = EvaluationCache(kb, engine)
    predictions = [_predict(kb, row, kind, cache, ignore_names) for row in rows]
    return summary(predictions, kind)


def _predict(
    kb: KnowledgeBase, row: Mapping[str, str], kind: str, cache: EvaluationCache, ignore_names: bool
) -> ScoredPrediction:
    expected = row["outcome"] if kind == "outcomes" else row["direction"]
    found: Answer | None = None
    naive: dict[str, str] = {"always": "improves" if kind == "outcomes" else "down"}
    try:
        predicted, found, path = _answer(kb, row, kind, cache, ignore_names)
        naive["shortest path"] = path
        reason = found.reason.kind if found and found.reason else ""
    except Uncovered as error:
        predicted, reason = UNCOVERED, str(error)
        naive["shortest path"] = UNCOVERED
    trap = row.get("naive_trap", "")
    group = row.get("kind", "") if kind == "outcomes" else ("trap" if trap == "yes" else "plain")
    return ScoredPrediction(
        id=row.get("id", ""),
        kind=group or "all",
        verified=row.get("source", "unverified") not in ("", "unverified"),
        scored=row.get("scored", "yes") != "no",
        expected=expected,
        predicted=predicted,
        answer=found,
        reason=reason,
        naive=naive,
        disease=row.get("disease", ""),
    )


def _answer(
    kb: KnowledgeBase, row: Mapping[str, str], kind: str, cache: EvaluationCache, ignore_names: bool
) -> tuple[str, Answer, str]:
    diseases = (known(kb, "disease", row["disease"]),) if row.get("disease") else ()
    if kind == "outcomes":
        asked = kb.diseases[diseases[0]].activity if diseases else ""
        if not asked:
            raise Uncovered(f"no activity for disease `{row['disease']}`")
    else:
        asked = known(kb, "entity", row["readout"])
    given = drugs(kb, row, ignore_names)
    found_before = tuple(findings(kb, row.get("findings", "")))

    def ask(prescriptions: tuple[Prescription, ...]) -> Answer:
        arm = Arm("treated", "", found_before, (), prescriptions)
        case = Case(
            id="row",
            diseases=diseases,
            arms=(arm,),
            ask=(asked,),
            teaching=Teaching((), (), ()),
        )
        return answer(kb, run_arm(kb, case, arm, cache.engine, cache=cache), asked)

    found = ask(given)
    path = shortest_path_sign(kb, given, asked)
    if kind == "readouts":
        words = {"increases": "up", "decreases": "down", "no_effect": "unchanged", "ambiguous": ABSTAINS}
        return words[found.direction], found, {1: "up", -1: "down", 0: "unchanged"}[path]
    if other := compared(kb, row):
        alone = ask(other)
        return _versus(found, alone), found, _as_outcome(path)
    return _outcome(found), found, _as_outcome(path)


def _as_outcome(sign: int) -> str:
    return {-1: "improves", 1: "worsens", 0: "no_benefit"}[sign]


def _outcome(found: Answer) -> str:
    """A moderate or strong change of activity counts; anything weaker is no benefit."""
    if found.direction == "ambiguous":
        return ABSTAINS
    if found.direction == "no_effect" or found.strength == "weak":
        return "no_benefit"
    return "improves" if found.direction == "decreases" else "worsens"


def _versus(found: Answer, alone: Answer) -> str:
    """Against a comparator: improves means a fall of higher rank than under the comparator alone."""
    if ABSTAINS in (_outcome(found), _outcome(alone)):
        return ABSTAINS
    difference = _fall(found) - _fall(alone)
    return "improves" if difference > 0 else "no_benefit" if difference == 0 else "worsens"


def _fall(found: Answer) -> int:
    rank = STRENGTHS.index(found.strength or "none")
    return rank if found.direction == "decreases" else -rank

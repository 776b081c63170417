"""Predictions against a table of what was observed: how often right, how often silent, and better than what.

A table row becomes a case like any other; a drug the rules do not know is built from its target and mode,
so the figures measure mechanisms, not drug names. Coverage, abstentions and the naive baselines stand beside
every accuracy, because always saying *improves* is right half of the time.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from theralogic.build import answer
from theralogic.errors import InvalidInputError, Problem, Where
from theralogic.evaluate import Engine, Ground, run_arm
from theralogic.levels import LEVELS, STRENGTHS, STRONG
from theralogic.model import Action, Arm, Case, Finding, Intervention, KnowledgeBase, Prescription, Teaching
from theralogic.names import fold, lookup
from theralogic.result import Answer
from theralogic.vocabulary import VERBS

ABSTAINS = "abstains"
UNCOVERED = "uncovered"
OUTCOME_COLUMNS = ("intervention", "disease", "outcome")
READOUT_COLUMNS = ("intervention", "readout", "direction")
MAX_ROWS = 1_000_000

MODES: dict[str, str] = {
    "ligand_neutralizer": "neutralizes",
    "soluble_receptor": "sequesters",
    "receptor_blocker": "blocks",
    "kinase_inhibitor": "inhibits",
    "cell_depleter": "depletes",
    "receptor_agonist": "agonizes",
    "recombinant_ligand": "supplies",
    "other": "blocks",
}


class Prediction(NamedTuple):
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


def score(kb: KnowledgeBase, table: bytes, shown: str, engine: Engine, *, ignore_names: bool = False) -> dict[str, Any]:
    """Score a CSV of outcomes or readouts; ``ignore_names`` builds every drug from target and mode.

    Raises :class:`InvalidInputError` (``bad-table``) where the table can't be read.
    """
    rows, kind = read_table(table, shown)
    ground = Ground(kb, engine)
    predictions = [_predict(kb, row, kind, ground, ignore_names) for row in rows]
    return summary(predictions, kind)


def read_table(table: bytes, shown: str) -> tuple[list[dict[str, str]], str]:
    """Rows of a table and whether it holds ``outcomes`` or ``readouts``."""
    try:
        text = table.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("it holds NUL characters")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = [
            {str(k): v or "" for k, v in row.items() if k is not None and not isinstance(v, list)} for row in reader
        ]
        columns = reader.fieldnames or []
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise InvalidInputError("bad-table", f"not a CSV table: {error}", where=Where(shown)) from error
    for kind, wanted in (("outcomes", OUTCOME_COLUMNS), ("readouts", READOUT_COLUMNS)):
        if all(column in columns for column in wanted):
            if len(rows) > MAX_ROWS:
                raise InvalidInputError("bad-table", f"more than {MAX_ROWS} rows", where=Where(shown), help="split it")
            return rows, kind
    problems = [
        Problem(
            "bad-table",
            "the table has neither the columns of outcomes nor of readouts",
            Where(shown, 1, 1),
            f"outcomes need {', '.join(OUTCOME_COLUMNS)}; readouts need {', '.join(READOUT_COLUMNS)}",
        )
    ]
    raise InvalidInputError.of(problems)


# -- one row -------------------------------------------------------------------------------------------------


class _Uncovered(Exception):
    """A row whose names the rule base does not know; the message says which."""


def _predict(kb: KnowledgeBase, row: Mapping[str, str], kind: str, ground: Ground, ignore_names: bool) -> Prediction:
    expected = row["outcome"] if kind == "outcomes" else row["direction"]
    found: Answer | None = None
    naive: dict[str, str] = {"always": "improves" if kind == "outcomes" else "down"}
    try:
        predicted, found, path = _answer(kb, row, kind, ground, ignore_names)
        naive["shortest path"] = path
        reason = (found.reason or "") if found else ""
    except _Uncovered as error:
        predicted, reason = UNCOVERED, str(error)
        naive["shortest path"] = UNCOVERED
    trap = row.get("naive_trap", "")
    group = row.get("kind", "") if kind == "outcomes" else ("trap" if trap == "yes" else "plain")
    return Prediction(
        row.get("id", ""),
        group or "all",
        row.get("source", "unverified") not in ("", "unverified"),
        row.get("scored", "yes") != "no",
        expected,
        predicted,
        found,
        reason,
        naive,
        row.get("disease", ""),
    )


def _answer(
    kb: KnowledgeBase, row: Mapping[str, str], kind: str, ground: Ground, ignore_names: bool
) -> tuple[str, Answer, str]:
    diseases = (_find(kb, "disease", row["disease"]),) if row.get("disease") else ()
    if kind == "outcomes":
        asked = kb.diseases[diseases[0]].activity if diseases else ""
        if not asked:
            raise _Uncovered(f"no activity for disease `{row['disease']}`")
    else:
        asked = _find(kb, "entity", row["readout"])
    given = _drugs(kb, row, ignore_names)
    findings = tuple(_findings(kb, row.get("findings", "")))

    def ask(prescriptions: tuple[Prescription, ...]) -> Answer:
        arm = Arm("treated", "", findings, (), prescriptions)
        case = Case("row", "", "", diseases, (arm,), (asked,), (), Teaching((), (), ()), "", "")
        return answer(kb, run_arm(kb, case, arm, ground.engine, ground=ground), asked)

    found = ask(given)
    path = shortest_path_sign(kb, given, asked)
    if kind == "readouts":
        words = {"increases": "up", "decreases": "down", "no_effect": "unchanged", "ambiguous": ABSTAINS}
        return words[found.direction], found, {1: "up", -1: "down", 0: "unchanged"}[path]
    if row.get("comparator"):
        alone = ask(_compared(kb, row))
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


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(" + ") if part.strip()]


def _drugs(kb: KnowledgeBase, row: Mapping[str, str], ignore_names: bool) -> tuple[Prescription, ...]:
    written = row["intervention"]
    if ignore_names and row.get("target"):
        # What it is compared with (chemotherapy, say) is part of what is given; only the rest is built.
        compared = _compared(kb, row)
        return (*compared, _built(kb, written, row, {a.target for p in compared for a in p.intervention.actions}))
    if lookup(kb.names["intervention"], written):
        return (_prescription(kb, written, row),)
    return tuple(_prescription(kb, name, row) for name in _names(written))


def _compared(kb: KnowledgeBase, row: Mapping[str, str]) -> tuple[Prescription, ...]:
    return tuple(_prescription(kb, name, row) for name in _names(row.get("comparator", "")))


def _prescription(kb: KnowledgeBase, name: str, row: Mapping[str, str]) -> Prescription:
    stem, stated = _dosed(name)
    known = lookup(kb.names["intervention"], name) or lookup(kb.names["intervention"], stem)
    if known is None:
        return _built(kb, name, row)
    return Prescription(kb.interventions[known], fold(row.get("dose", "") or stated))


def _dosed(name: str) -> tuple[str, str]:
    """A name that says a dose, and the dose: ``aldesleukin low dose``."""
    words = name.split()
    if len(words) > 2 and words[-1].casefold() == "dose":
        return " ".join(words[:-2]), words[-2]
    return name, ""


def _built(kb: KnowledgeBase, name: str, row: Mapping[str, str], taken: Collection[str] = ()) -> Prescription:
    """A drug from its targets and mode; targets that are ``taken`` belong to another drug."""
    targets = [t.strip() for t in row.get("target", "").split(";") if t.strip()]
    verb = MODES.get(row.get("mode", ""))
    if not targets or verb is None:
        raise _Uncovered(f"unknown intervention `{name}` without target and mode")
    found = [_acted_on(kb, verb, target) for target in targets]
    actions = tuple(Action(verb, target, STRONG) for target in found if target not in taken)
    drug = Intervention(name, name, "from target and mode", (), (), actions, (), (), "", (), "")
    return Prescription(drug, fold(row.get("dose", "")))


def _acted_on(kb: KnowledgeBase, verb: str, target: str) -> str:
    """The entity a drug meets: a soluble receptor catches what is in solution, where the rules know that form."""
    dissolved = lookup(kb.names["entity"], f"soluble {target}") if verb == "sequesters" else None
    return dissolved or _find(kb, "entity", target)


def _find(kb: KnowledgeBase, kind: str, text: str) -> str:
    found = lookup(kb.names[kind], text)
    if found is None:
        raise _Uncovered(f"unknown {kind} `{text}`")
    return found


def _findings(kb: KnowledgeBase, text: str) -> Iterator[Finding]:
    for part in text.split(";"):
        if part.strip():
            name, _, level = part.partition("=")
            if level.strip() not in LEVELS:
                raise _Uncovered(f"`{level.strip()}` is no level")
            entity = _find(kb, "entity", name.strip())
            if kb.entities[entity].members:
                raise _Uncovered(f"`{entity}` is a complex and can't have a level")
            yield Finding(entity, LEVELS.index(level.strip()), "")


def shortest_path_sign(kb: KnowledgeBase, given: Iterable[Prescription], asked: str) -> int:
    """The naive answer: signs multiplied along the shortest path, 0 where paths disagree or none exists."""
    onward: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for mechanism in kb.mechanisms:
        onward[mechanism.subject].append((mechanism.object, mechanism.sign))
    for gate in kb.entities.values():
        for member in gate.members:
            onward[member.entity].append((gate.id, -1 if member.negated else 1))
    start = [(a.target, VERBS[a.verb]) for p in given for a in p.intervention.actions]
    reached: dict[str, tuple[int, set[int]]] = {}
    waiting = deque((entity, sign, 0) for entity, sign in start)
    while waiting:
        entity, sign, steps = waiting.popleft()
        known = reached.setdefault(entity, (steps, set()))
        if known[0] < steps or sign in known[1]:
            continue
        known[1].add(sign)
        waiting.extend((target, sign * way, steps + 1) for target, way in onward[entity])
    signs = reached.get(asked, (0, set()))[1]
    return next(iter(signs)) if len(signs) == 1 else 0


# -- the figures ---------------------------------------------------------------------------------------------


def summary(predictions: list[Prediction], kind: str) -> dict[str, Any]:
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


def _own(prediction: Prediction) -> str:
    return prediction.predicted


def _plain(found: Answer | None) -> dict[str, Any] | None:
    return found._asdict() if found else None


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _accuracy(rows: list[Prediction], says: Callable[[Prediction], str]) -> float:
    return _share(sum(says(p) == p.expected for p in rows), len(rows))


def _balanced(rows: list[Prediction], says: Callable[[Prediction], str]) -> float:
    """Mean of the accuracies per observed class."""
    classes = [_accuracy(group, says) for _, group in _grouped(rows, lambda p: p.expected)]
    return round(sum(classes) / len(classes), 4) if classes else 0.0


def _grouped(rows: list[Prediction], key: Callable[[Prediction], str]) -> list[tuple[str, list[Prediction]]]:
    groups: dict[str, list[Prediction]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return sorted(groups.items())


def _group(rows: list[Prediction]) -> dict[str, float]:
    return {"n": len(rows), "accuracy": _accuracy(rows, _own)}


def _confusion(rows: list[Prediction]) -> dict[str, dict[str, int]]:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        table[row.expected][row.predicted] += 1
    return {expected: dict(sorted(counts.items())) for expected, counts in sorted(table.items())}

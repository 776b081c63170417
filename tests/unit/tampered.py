"""Saved results to tamper with, how to change one thing in them, and what the checker says then."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from tests.sketch import drug, patient, sketch
from tests.unit.saved import saved

from theralogic.files.locations import load_case, load_kb
from theralogic.model.edits import Changes, altered, case_from_words, prescribed, with_arm
from theralogic.model.errors import MOST_PROBLEMS, InvalidInputError
from theralogic.model.records import Case, KnowledgeBase
from theralogic.verify import Unchecked, judge, read_result

DATA = Path(__file__).parent.parent / "data"
SMALL = load_kb(DATA / "small")
SMALL_CASE = load_case((DATA / "small" / "cases" / "ra-tocilizumab.yaml").read_bytes(), "ra-tocilizumab", SMALL)

EVIDENCE = [{"ref": "PMID:1", "kind": "human"}, {"ref": "PMID:2", "kind": "animal"}]
INDUCES = {"id": "stat3-induces-crp", "subject": "STAT3", "relation": "induces", "object": "CRP", "evidence": EVIDENCE}
DOSED = {"id": "low-dose-warms", "subject": "IL6", "relation": "activates", "object": "fever", "where": {"dose": "low"}}
RICH = sketch(
    "IL6 -> STAT3 moderate",
    "STAT3 -> SOCS",
    "SOCS -| STAT3 weak",
    "TNF -> CRP weak",
    "TNF -> pain by weeks",
    "IL6 -> IL17 in gut",
    "CRP -> fatigue needs strong",
    "L -> fever",
    entities={
        "S": {"kind": "complex", "requires": ["L", "R"]},
        "L": {"level": "absent"},
        "R": {"kind": "receptor", "level": "absent"},
        "cold": {},
    },
    mechanisms=[{**INDUCES, "because": "It does.", "strength": "strong"}, {**DOSED, "because": "It does."}],
    diseases=[
        {
            "id": "d",
            "name": "The disease",
            "activity": "pain",
            "compartments": {"tissue": ["joint"]},
            "levels": {"IL6": "high", "TNF": "high"},
        },
        {"id": "mild", "name": "Another", "activity": "pain", "levels": {"IL6": "low"}},
        {"id": "rare", "name": "A third", "activity": "pain"},
    ],
    interventions=[
        {**drug("anti-il6", neutralizes="IL6"), "dose": {"low": "weak"}},
        drug("anti-tnf", neutralizes="TNF"),
        drug("il6-giver", supplies="IL6"),
        drug("l-giver", supplies="L"),
    ],
    cautions=[
        {
            "id": "crp-masked",
            "when": [{"change": "CRP", "direction": "decreases"}],
            "say": "CRP may mislead.",
            "because": "It stays low.",
            "evidence": [{"ref": "PMID:3", "kind": "review"}],
        },
        {"id": "second", "when": [{"intervention": "anti-il6"}], "say": "Look twice.", "because": "It matters."},
    ],
)
AGENT = {"name": "agent R", "actions": [{"verb": "supplies", "target": "R"}]}
RICH_CASE = patient(
    RICH,
    disease="d",
    vignette="A hypothetical adult.",
    levels={"CRP": "high", "pain": "low"},
    interventions=["anti-il6"],
    ask=["CRP", "pain", "IL17", "S", "fatigue", "cold"],
    arms=[
        {"id": "both", "title": "Both", "add": ["anti-tnf"]},
        {"id": "low", "dose": {"anti-il6": "low"}, "add": ["l-giver"]},
        {"id": "more", "add": ["il6-giver", "l-giver", AGENT]},
        {"id": "other", "findings": [{"entity": "TNF", "level": "normal"}], "context": {"tissue": "gut"}},
    ],
)


class Source(NamedTuple):
    """A sound result as plain data; ``case`` is the known case, or None where it is not at hand."""

    name: str
    kb: KnowledgeBase
    case: Case | None
    data: Any


def _what_if(case: Case, kb: KnowledgeBase, drug_name: str) -> Case:
    changes = Changes(add=(prescribed(kb, drug_name),))
    return with_arm(case._replace(arms=case.arms[:1]), altered(case.arms[0], changes, id="what-if", title="what if"))


def _sources() -> dict[str, Source]:
    predicted = case_from_words(RICH, "The disease", ["anti-il6", "anti-tnf"], ask=["CRP", "pain"], levels=["R=normal"])
    old = json.loads((DATA / "results" / "schema_1.json").read_text(encoding="utf-8"))
    rich = saved(RICH, RICH_CASE)
    found = [
        Source("rich", RICH, RICH_CASE, rich),
        Source("rich, unknown", RICH, None, rich),
        Source("by hours", RICH, RICH_CASE, saved(RICH, RICH_CASE, 1)),
        Source("everything", RICH, RICH_CASE, saved(RICH, RICH_CASE._replace(ask=()))),
        Source("one question", RICH, RICH_CASE, saved(RICH, RICH_CASE._replace(ask=("CRP",)))),
        Source("what-if", RICH, RICH_CASE, saved(RICH, _what_if(RICH_CASE, RICH, "anti-tnf"))),
        Source("predicted", RICH, None, saved(RICH, predicted)),
        Source("old", SMALL, SMALL_CASE, old),
        Source("old, unknown", SMALL, None, old),
    ]
    return {source.name: source for source in found}


SOURCES = _sources()


class Outcome(NamedTuple):
    """What came of checking: the codes of faults or of a refusal, and what was named as not checked."""

    codes: frozenset[str]
    unchecked: tuple[Unchecked, ...]

    def names(self, place: str) -> bool:
        """Whether a place, such as ``context/arms/low/title``, is named as taken as stated.

        Of arms and answers it is only which there are, never what they say.
        """
        return any(_covers(pattern, place) for unchecked in self.unchecked for pattern in unchecked.where)


WHICH = ("arms", "context/arms", "answers", "arms/*/answers")


def _covers(pattern: str, place: str) -> bool:
    steps, wanted = place.split("/"), pattern.split("/")
    if len(steps) < len(wanted) or pattern in WHICH and len(steps) > len(wanted):
        return False
    return all(fnmatchcase(step, want) for step, want in zip(steps, wanted, strict=False))


def outcome(source: Source, data: Any) -> Outcome:
    """What is said of plain data, or of bytes."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    try:
        results = read_result(text, "result.json")
    except InvalidInputError as error:
        return Outcome(frozenset(problem.code for problem in error.problems), ())
    verdicts = [judge(source.kb, result, case=source.case, as_asked=False) for result in results]
    assert all(len(verdict.faults) <= MOST_PROBLEMS for verdict in verdicts)
    codes = frozenset(fault.code for verdict in verdicts for fault in verdict.faults)
    return Outcome(codes, tuple(unchecked for verdict in verdicts for unchecked in verdict.unchecked))


# -- edits: each changes a copy of the data, and returns it, or None where there is nothing of the kind ----------------

Edit = Callable[[Any], Any]
GONE = object()


def put(path: str, value: Any) -> Edit:
    """Another value at the first place like ``path`` (``*`` is any key or row) that has not this value already.

    ``value`` may be a function of the value that is there; ``GONE`` takes the key or row away.
    """

    def edit(data: Any) -> Any:
        data = json.loads(json.dumps(data))
        for holder, key in places(data, path.split("/")):
            new = value(json.loads(json.dumps(holder[key]))) if callable(value) else value
            if new is GONE:
                del holder[key]
                return data
            if json.dumps(new) != json.dumps(holder[key]):
                holder[key] = new
                return data
        return None

    return edit


def places(data: Any, steps: list[str]) -> list[tuple[Any, Any]]:
    """Every holder and key that a path leads to."""
    holders = [data]
    for step in steps[:-1]:
        holders = [holder[key] for holder in holders for key in keys(holder, step)]
    return [(holder, key) for holder in holders for key in keys(holder, steps[-1])]


def keys(holder: Any, step: str) -> list[Any]:
    """The keys of a mapping, or the rows of a list, that a step stands for."""
    if isinstance(holder, dict):
        return [key for key in holder if step in ("*", key)]
    if isinstance(holder, list):
        rows: list[Any] = list(range(len(holder)))
        return rows if step == "*" else [row for row in rows if str(row) == step]
    return []


def gone(path: str) -> Edit:
    """Without the first such key or row."""
    return put(path, lambda _: GONE)


def added(path: str, key: str, value: Any) -> Edit:
    """One more key in the first such mapping."""
    return put(path, lambda mapping: {**mapping, key: value})


def without_first(rows: Any) -> Any:
    return rows[1:]


def without_last(rows: Any) -> Any:
    return rows[:-1]


def doubled(rows: Any) -> Any:
    return rows[:1] + rows


def reversed_(rows: Any) -> Any:
    return rows[::-1]


def emptied(rows: Any) -> Any:
    return type(rows)()


def more(*values: Any) -> Callable[[Any], Any]:
    """A list with more at its end."""
    return lambda rows: [*rows, *values]


def moved(change: Callable[[Any], None]) -> Edit:
    """Any change of a copy in place; one that can't be made means that there is nothing of the kind."""

    def edit(data: Any) -> Any:
        other = json.loads(json.dumps(data))
        try:
            change(other)
        except (LookupError, StopIteration, ValueError):
            return None
        return None if json.dumps(other) == json.dumps(data) else other

    return edit


def as_text(change: Callable[[str], str]) -> Edit:
    """A change of the JSON text itself."""

    def edit(data: Any) -> Any:
        before = json.dumps(data)
        after = change(before)
        return None if after == before else after.encode("utf-8", "surrogatepass")

    return edit


def paths(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a result, containers included."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(path for key, value in items for path in paths(value, (*here, key)))]


def changed_at(data: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy in which ``change`` was done to the holder and key at a path, or None where that changed nothing."""
    other = json.loads(json.dumps(data))
    holder = other
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return None if json.dumps(other) == json.dumps(data) else other

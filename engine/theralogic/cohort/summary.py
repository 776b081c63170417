"""Who responds and who does not, by what was found in them, and which rule makes the difference.

Counting shows where responders and others differ; it does not show why. So one responder and one other who are as
alike as any in the sample are taken, each fact in which they differ is changed alone in the responder, and the
rule at which the chains then part is named.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from theralogic.cohort.patients import Columns, Patients
from theralogic.cohort.saved_cohort import SavedCohort, patient_case, patients_at
from theralogic.cohort.solve import NOT_GIVEN
from theralogic.model.levels import LEVELS, STRENGTHS
from theralogic.model.records import Arm, Case, Finding, KnowledgeBase
from theralogic.model.result import Answer, ChangeRow, Result, WorldRows, changes_by_entity
from theralogic.reasoning.evaluate import Engine
from theralogic.render.phrases import moves
from theralogic.render.reasons import Namer, namer, stillness
from theralogic.results.assemble import solve
from theralogic.results.compare import answering
from theralogic.results.explain import derivation

UNKNOWN = "not known"
SAMPLE = 4_000
OUTCOMES = tuple(
    [f"{way} {strength}" for way in ("decreases", "ambiguous", "increases") for strength in reversed(STRENGTHS[1:])]
    + ["no_effect"]
)

PatientFacts = dict[str, tuple[list[str], npt.NDArray[np.int64]]]
"""By fact: its words, and which of them each patient has."""

Sample = tuple[Mapping[str, Sequence[str]], Sequence[str], npt.NDArray[np.bool_]]
"""Some patients: by fact their words, their ids, and who responds."""


class Share(NamedTuple):
    """Patients with one value of a finding: how many, and how many of them respond."""

    value: str
    patients: int
    responders: int


class Split(NamedTuple):
    """One finding: its shares, and how many bits it tells about who responds (0 nothing, 1 everything)."""

    finding: str
    name: str
    bits: float
    shares: tuple[Share, ...]


class RuleDifference(NamedTuple):
    """What makes the difference between a responder and the other who is most like it.

    ``facts`` are (finding, in the responder, in the other), ``alone`` those that undo the response by themselves,
    ``steps`` the same of every step of the responder's chain. ``parts_at`` is where the chains part, ``rule`` the
    one that acts in the responder there, ``instead`` what happens in the other.
    """

    responder: str
    other: str
    facts: tuple[tuple[str, str, str], ...]
    alone: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]
    parts_at: str
    rule: str
    because: str
    instead: str


class Summary(NamedTuple):
    """An arm's outcomes of every asked entity, and who responds in one of them."""

    arm: str
    patients: int
    set_aside: int
    names: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, int]]
    reasons: Mapping[str, Mapping[str, int]]
    entity: str
    name: str
    response: str
    responders: int
    splits: tuple[Split, ...]
    difference: RuleDifference | None
    disclaimer: str


def summarise(
    cohort: SavedCohort, kb: KnowledgeBase, engine: Engine, *, arm: Arm, entity: str, response: str = "decreases"
) -> Summary:
    """A summary of one arm; a patient responds where ``entity`` moves in the ``response`` way at least moderately."""
    counted = {asked: Counter[str]() for asked in cohort.asked}
    reasons = {asked: Counter[str]() for asked in cohort.asked}
    tallies: dict[str, Counter[tuple[str, bool]]] = {}
    sample: Sample | None = None
    patients = responders = 0
    for path, batch in cohort.parts():
        table = pq.read_table(path, filters=[("arm", "=", arm.id)])
        people = patients_at(cohort, kb, batch)
        facts = facts_of_patients(kb, cohort.columns, people, np.argsort(people.rows))
        responds = _responding(table, entity, response)
        patients += table.num_rows
        responders += int(responds.sum())
        _count_outcomes(table, counted, reasons)
        _count_facts(facts, responds, tallies)
        if sample is None and table.num_rows:
            sample = _sample(facts, table["id"].to_pylist()[:SAMPLE], responds[:SAMPLE])
    telling = {name: tally for name, tally in tallies.items() if _tells(name, {value for value, _ in tally})}
    splits = tuple(sorted((_split(kb, name, t) for name, t in telling.items()), key=lambda s: (-s.bits, s.finding)))
    return Summary(
        arm=arm.id,
        patients=patients,
        set_aside=cohort.manifest.get("set_aside", 0),
        names={asked: kb.entities[asked].name for asked in cohort.asked},
        outcomes={asked: {o: counted[asked][o] for o in OUTCOMES if counted[asked][o]} for asked in cohort.asked},
        reasons={asked: dict(sorted(reasons[asked].items())) for asked in cohort.asked},
        entity=entity,
        name=kb.entities[entity].name,
        response=response,
        responders=responders,
        splits=splits,
        difference=_difference(cohort, kb, engine, arm, entity, response, sample) if sample else None,
        disclaimer=cohort.manifest["disclaimer"],
    )


def _responding(table: pa.Table, entity: str, response: str) -> npt.NDArray[np.bool_]:
    """Which patients respond."""
    moved = pc.equal(table[entity].cast(pa.string()), response)
    enough = pc.is_in(table[f"{entity}.strength"].cast(pa.string()), pa.array(STRENGTHS[2:]))
    responds: npt.NDArray[np.bool_] = pc.and_(moved, enough).to_numpy()
    return responds


def _count_outcomes(table: pa.Table, counted: Mapping[str, Counter[str]], reasons: Mapping[str, Counter[str]]) -> None:
    """Add the outcomes of one part, by asked entity, and the reasons of no effect."""
    for asked, outcomes in counted.items():
        for way, strength, reason, n in _counts(table, asked):
            outcomes[f"{way} {strength}" if strength else way] += n
            if reason:
                reasons[asked][reason] += n


def _count_facts(
    facts: PatientFacts, responds: npt.NDArray[np.bool_], tallies: dict[str, Counter[tuple[str, bool]]]
) -> None:
    """Add the patients of one part, by fact, its word, and whether they respond."""
    for name, (words, codes) in facts.items():
        tally = tallies.setdefault(name, Counter())
        both = np.bincount(2 * codes + responds, minlength=2 * len(words))
        for n, word in enumerate(words):
            for yes in (False, True):
                if both[2 * n + yes]:
                    tally[word, yes] += int(both[2 * n + yes])


def _sample(facts: PatientFacts, ids: Sequence[str], responds: npt.NDArray[np.bool_]) -> Sample:
    """The facts of the first patients in words, their ids, and who of them responds."""
    return {name: [words[c] for c in codes[: len(ids)]] for name, (words, codes) in facts.items()}, ids, responds


def _counts(table: pa.Table, asked: str) -> Iterator[tuple[str, str | None, str | None, int]]:
    """How many patients have each outcome: direction, strength, reason, count."""
    names = [asked, f"{asked}.strength", f"{asked}.reason"]
    words = pa.table({str(n): table[name].cast(pa.string()) for n, name in enumerate(names)})
    for row in words.group_by(["0", "1", "2"]).aggregate([([], "count_all")]).to_pylist():
        yield row["0"], row["1"], row["2"], row["count_all"]


def facts_of_patients(
    kb: KnowledgeBase, columns: Columns, people: Patients, place: npt.NDArray[np.int64]
) -> PatientFacts:
    """By finding (and disease, and context), its words and which of them each patient has, in the order of rows.

    The facts are those of the table, whatever is known of these patients, so that parts add up to the whole.
    """
    population = people.population
    found: PatientFacts = {}

    def by_group(words: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
        distinct = sorted(set(words))
        sizes = np.array([g.last - g.first for g in population.groups], np.int64)
        return distinct, np.repeat(np.array([distinct.index(w) for w in words], np.int64), sizes)[place]

    groups = population.groups
    found["disease"] = by_group([" and ".join(kb.diseases[d].name for d in g.diseases) or "none" for g in groups])
    for key in sorted(columns.context):
        found[f"context.{key}"] = by_group([" and ".join(dict(g.context).get(key, ())) or UNKNOWN for g in groups])
    nobody = np.full(population.size, NOT_GIVEN, np.int8)
    for entity in sorted(columns.findings):
        ranks = population.levels.get(entity, nobody)
        found[entity] = ([UNKNOWN, *LEVELS], ranks[place].astype(np.int64) - NOT_GIVEN)
    return found


def _tells(finding: str, values: Set[str]) -> bool:
    """Whether a fact can tell patients apart: a disease that all have does not, nor what is known of none."""
    return len(values) > 1 if finding == "disease" else values != {UNKNOWN}


def _split(kb: KnowledgeBase, finding: str, tally: Mapping[tuple[str, bool], int]) -> Split:
    values = {value for value, _ in tally}
    order = [v for v in (*LEVELS, UNKNOWN) if v in values] + sorted(values - {*LEVELS, UNKNOWN})
    shares = tuple(Share(v, tally.get((v, True), 0) + tally.get((v, False), 0), tally.get((v, True), 0)) for v in order)
    name = kb.entities[finding].name if finding in kb.entities else finding.removeprefix("context.")
    return Split(finding, name, _bits(shares), shares)


def _bits(shares: Iterable[Share]) -> float:
    """Mutual information of a finding and the response."""
    shares = list(shares)
    whole = sum(s.patients for s in shares)

    def entropy(part: int, of: int) -> float:
        return -sum(p * math.log2(p) for p in (part / of, 1 - part / of) if p > 0) if of else 0.0

    left = sum(s.patients / whole * entropy(s.responders, s.patients) for s in shares)
    return round(max(0.0, entropy(sum(s.responders for s in shares), whole) - left), 4)


# -- the rule that makes the difference -----------------------------------------------------------------------


def _difference(
    cohort: SavedCohort,
    kb: KnowledgeBase,
    engine: Engine,
    arm: Arm,
    entity: str,
    response: str,
    sample: Sample,
) -> RuleDifference | None:
    facts, ids, responds = sample
    pair = _most_alike(facts, responds)
    if pair is None:
        return None
    responder, other = (ids[n] for n in pair)
    differ = [
        (name, words[pair[0]], words[pair[1]]) for name, words in facts.items() if words[pair[0]] != words[pair[1]]
    ]
    left, _ = patient_case(cohort, kb, responder, arm)
    right, _ = patient_case(cohort, kb, other, arm)
    result = solve(kb, left, engine)
    against = solve(kb, right, engine)
    alone: list[str] = []
    for name, _, value in differ:
        changed = _with(kb, left, name, value)
        if changed is None:
            continue
        flipped = solve(kb, changed, engine)
        if not _responds(flipped, entity, response):
            if not alone:
                against, right = flipped, changed
            alone.append(name)
    steps = _chain(answering(result), entity)
    elsewhere = changes_by_entity(answering(against))
    where, rule = _lost(steps, elsewhere, entity)
    because = {m.id: m.because for m in kb.mechanisms}.get(rule, "")
    (instead,) = solve(kb, right._replace(ask=(where,)), engine).answers
    name = kb.entities[where].name
    chain = tuple((step.name, _way(step), _way(elsewhere.get(step.entity))) for step in steps)
    return RuleDifference(
        responder=responder,
        other=other,
        facts=tuple(differ),
        alone=tuple(alone),
        steps=chain,
        parts_at=name,
        rule=rule,
        because=because,
        instead=in_words(namer(kb), instead),
    )


def _chain(world: WorldRows, entity: str) -> list[ChangeRow]:
    chain = derivation(world, entity)
    return sorted(chain.steps if chain else (), key=lambda s: (s.steps, s.entity))


def _way(change: ChangeRow | None) -> str:
    return f"{change.direction} {change.strength}" if change else "no effect"


def _lost(steps: Sequence[ChangeRow], elsewhere: Mapping[str, ChangeRow], entity: str) -> tuple[str, str]:
    """Where the chain of a responder goes on and the other's does not: the first entity of the chain that does not
    move in the other, else the first that a rule moves differently; and the rule that moves it in the responder."""
    derived = [step for step in steps if step.premises]
    gone = [s for s in derived if s.entity not in elsewhere or elsewhere[s.entity].direction != s.direction]
    weaker = [s for s in derived if s.entity in elsewhere and elsewhere[s.entity].strength != s.strength]
    for step in (*gone, *weaker, *steps[-1:]):
        return step.entity, step.rule
    return entity, "given"


def _most_alike(facts: Mapping[str, Sequence[str]], responds: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """A responder and another patient that differ in as few facts as any two in the sample."""
    yes, no = np.flatnonzero(responds), np.flatnonzero(~responds)
    if not len(yes) or not len(no):
        return None
    columns = [np.unique(np.array(words), return_inverse=True)[1] for words in facts.values()]
    rows = np.stack(columns, axis=1).astype(np.int16) if columns else np.zeros((len(responds), 0), np.int16)
    best: tuple[int, int, int] | None = None
    for n in yes[:400]:
        apart = (rows[no] != rows[n]).sum(axis=1)
        nearest = int(apart.argmin())
        if best is None or apart[nearest] < best[0]:
            best = int(apart[nearest]), int(n), int(no[nearest])
    assert best is not None
    return best[1], best[2]


def _with(kb: KnowledgeBase, case: Case, name: str, value: str) -> Case | None:
    """A case with one finding changed, or None where the fact is no finding."""
    if name not in kb.entities:
        return None
    base = case.arms[0]
    findings = [f for f in base.findings if f.entity != name]
    if value != UNKNOWN:
        findings.append(Finding(name, LEVELS.index(value), ""))
    return case._replace(arms=(base._replace(findings=tuple(sorted(findings))),))


def _responds(result: Result, entity: str, response: str) -> bool:
    answer = next(a for a in result.answers if a.entity == entity)
    return answer.direction == response and answer.strength in STRENGTHS[2:]


def in_words(name: Namer, answer: Answer) -> str:
    """An answer as a sentence.

    >>> in_words(str, Answer("CRP", "C-reactive protein", "decreases", "weak", None, None, (), None))
    'C-reactive protein falls weakly'
    """
    return moves(answer) if answer.strength else f"{moves(answer)}: {stillness(name, answer)}"

"""Every intervention, and every pair of them, tried in one hypothetical patient: what the rules imply, ranked.

The options are the lanes: they share the patient's untreated world and settle together, so all pairs take about as long
as a few. The order is what was asked, compared one thing after the other, and never a sum of unlike things:

1. how much rises that should not (or falls that should not),
2. how many of the wishes are met at least moderately,
3. how strongly all of them together are met,
4. how few drugs it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from typing import NamedTuple

from theralogic.cohort.bitset_engine import DOWN, EITHER, UP, BitsetWorld, GivenMasks, at_least, headroom_of
from theralogic.cohort.indexed_rules import (
    IndexedRules,
    PathFinder,
    add_given,
    behind,
    edge_reach,
    index_rules,
    masked_network,
)
from theralogic.cohort.no_effect import no_effect_masks
from theralogic.model.context import Facts, facts_of, leave_out
from theralogic.model.levels import MODERATE, STRENGTHS
from theralogic.model.records import Case, KnowledgeBase, Prescription
from theralogic.model.vocabulary import REASONS
from theralogic.reasoning import reference, worlds
from theralogic.reasoning.evaluate import Engine, run_arm
from theralogic.reasoning.kernel import GivenChange
from theralogic.render.arm_sentences import chain_line
from theralogic.render.phrases import HOW, does
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import answer, solve

FALLS, RISES, STAYS, UNDECIDED = "decreases", "increases", "no_effect", "ambiguous"


class Goal(NamedTuple):
    """One thing asked: an entity that should fall or rise, or (``avoid``) should not."""

    entity: str
    name: str
    direction: str
    avoid: bool

    def __str__(self) -> str:
        verb = {FALLS: "lower", RISES: "raise"}[self.direction]
        return f"{'not ' if self.avoid else ''}{verb} {self.name}"


class Outcome(NamedTuple):
    """What an option does to one thing asked: direction, rank of strength, and the reason of no effect."""

    direction: str
    strength: int
    reason: str | None

    def towards(self, direction: str) -> int:
        """How far it goes that way: negative where it goes the other, 0 where it is undecided."""
        if self.direction in (STAYS, UNDECIDED):
            return 0
        return self.strength if self.direction == direction else -self.strength


class ScreenOption(NamedTuple):
    """One drug or pair: its outcomes in the order of the wishes, its rank, and how it stands among the others.

    ``ties`` counts the other options of the same rank; ``dominated_by`` is one that does at least as much of everything
    asked with no more drugs, and more of something or with fewer.
    """

    drugs: tuple[str, ...]
    names: tuple[str, ...]
    rank: int
    outcomes: tuple[Outcome, ...]
    ties: int
    dominated_by: tuple[str, ...]
    why: str


class Screen(NamedTuple):
    """All options of a patient, best first."""

    title: str
    wishes: tuple[Goal, ...]
    options: tuple[ScreenOption, ...]


def screen(kb: KnowledgeBase, case: Case, wishes: Sequence[Goal], *, pairs: bool = False) -> Screen:
    """Every intervention (and pair) of ``kb`` in the patient of ``case``, without what the case gives."""
    single = [(drug,) for drug in sorted(kb.interventions)]
    tried: list[tuple[str, ...]] = [*single, *(combinations(sorted(kb.interventions), 2) if pairs else ())]
    found = dict(zip(tried, _outcomes(kb, case, tried, [w.entity for w in wishes]), strict=True))
    keys = {drugs: _key(wishes, outcomes, drugs) for drugs, outcomes in found.items()}
    standing = _Standing(wishes, found)
    options: list[ScreenOption] = []
    for _, same in groupby(sorted(tried, key=lambda drugs: (keys[drugs], drugs)), key=lambda drugs: keys[drugs]):
        group = list(same)
        rank = len(options) + 1
        for drugs in group:
            names = tuple(kb.interventions[drug].name for drug in drugs)
            better = tuple(kb.interventions[drug].name for drug in standing.dominating(drugs))
            why = _why(wishes, found[drugs])
            options.append(
                ScreenOption(
                    drugs=drugs,
                    names=names,
                    rank=rank,
                    outcomes=found[drugs],
                    ties=len(group) - 1,
                    dominated_by=better,
                    why=why,
                )
            )
    return Screen(_title(kb, case), tuple(wishes), tuple(options))


def chain(kb: KnowledgeBase, case: Case, option: ScreenOption, wishes: Iterable[Goal], engine: Engine) -> str:
    """The chain to the first thing asked that an option changes, in one line; empty where it changes none."""
    moved = [w.entity for w, o in zip(wishes, option.outcomes, strict=True) if o.direction != STAYS]
    if not moved:
        return ""
    given = tuple(Prescription(kb.interventions[drug], "") for drug in option.drugs)
    alone = case._replace(arms=(case.arms[0]._replace(prescriptions=given),), ask=(moved[0],))
    return chain_line(arm_view(kb, solve(kb, alone, engine)), moved[0])


# -- settling all options together ------------------------------------------------------------------------------


def _outcomes(
    kb: KnowledgeBase, case: Case, tried: Sequence[tuple[str, ...]], asked: Sequence[str]
) -> list[tuple[Outcome, ...]]:
    """What each option does to everything asked; all options are settled at once, each in its lane."""
    base = index_rules(kb)
    numbers = [base.number[entity] for entity in asked]
    relevant = behind(base, numbers)
    facts = _facts(kb, case)
    left_out = leave_out(base.mechanisms, facts)
    full = (1 << len(tried)) - 1
    limited = {drug: kb.interventions[drug] for drug in set().union(*tried) if kb.interventions[drug].reach}
    reach = edge_reach(base.mechanisms, limited, [(facts, full)], full)
    holds = [0 if m.id in left_out else full for m in base.mechanisms]
    net = masked_network(base, holds, relevant, reach)
    given, away = _given(kb, base, case, tried, limited)
    untreated = run_arm(kb, case, case.arms[0]._replace(prescriptions=()), reference)
    headroom = headroom_of(net, lambda e: at_least(untreated.levels[base.ids[e]], full), base.constitutive, full)
    world = BitsetWorld(net, headroom._replace(away=away), full, judging=True, reach=reach)
    world.settle(given)
    paths = PathFinder(base, numbers, relevant).paths(left_out)
    outcomes: dict[int, list[Outcome]] = {}
    for number, why, doubt in no_effect_masks(world, paths, full):
        outcomes[number] = _column(world, number, why, len(tried))
        for lane in _lanes(doubt):
            outcomes[number][lane] = _unmoved(kb, case, tried[lane], base.ids[number])
    return list(zip(*(outcomes[number] for number in numbers), strict=True))


def _facts(kb: KnowledgeBase, case: Case) -> Facts:
    """What is true of the patient with any option: each is one of these drugs at its standard dose."""
    some = Prescription(next(iter(kb.interventions.values())), "")
    return facts_of(kb, case.diseases, case.arms[0]._replace(prescriptions=(some,)), treated=True)


def _given(
    kb: KnowledgeBase, base: IndexedRules, case: Case, tried: Sequence[tuple[str, ...]], limited: Collection[str]
) -> tuple[dict[int, GivenMasks], dict[int, int]]:
    """What the options pull, by entity with the lanes, and what stays away in which, as it was found absent."""
    arrived = {
        drug: list(worlds.effective_actions(kb.entities, [Prescription(kb.interventions[drug], "")]))
        for drug in kb.interventions
    }
    pulled: dict[tuple[str, GivenChange], list[int]] = defaultdict(list)
    away: dict[int, list[int]] = defaultdict(list)
    for lane, drugs in enumerate(tried):
        pulls = [pull for drug in drugs for pull in arrived[drug]]
        for target, pull in worlds.given_actions(pulls).items():
            pulled[target, pull].append(lane)
        for entity in worlds.lacking(case.arms[0].findings, pulls):
            away[base.number[entity]].append(lane)
    given: dict[int, GivenMasks] = {}
    for (target, pull), lanes in pulled.items():
        number = base.number[target]
        given[number] = add_given(given.get(number), pull, _mask(lanes), limited)
    return given, {entity: _mask(lanes) for entity, lanes in away.items()}


def _column(world: BitsetWorld, number: int, why: Mapping[int, int], size: int) -> list[Outcome]:
    """What every option does to one entity; ``why`` are the lanes of each reason of no effect."""
    column = [Outcome(STAYS, 0, None)] * size
    for reason, mask in why.items():
        for lane in _lanes(mask):
            column[lane] = Outcome(STAYS, 0, REASONS[reason])
    for way, direction in ((DOWN, FALLS), (UP, RISES), (EITHER, UNDECIDED)):
        for strength, row in enumerate(world.moved[way], start=1):
            for lane in _lanes(row[number]):
                column[lane] = Outcome(direction, strength, None)
    return column


def _unmoved(kb: KnowledgeBase, case: Case, drugs: Iterable[str], entity: str) -> Outcome:
    """No effect of one option on an entity, its reason found by following the chain itself."""
    arm = case.arms[0]._replace(prescriptions=tuple(Prescription(kb.interventions[drug], "") for drug in drugs))
    found = answer(kb, run_arm(kb, case, arm, reference), entity)
    return Outcome(STAYS, 0, found.reason.kind if found.reason else None)


def _mask(lanes: Iterable[int]) -> int:
    bits = bytearray()
    for lane in lanes:  # in rising order
        bits.extend(bytes(lane // 8 + 1 - len(bits)))
        bits[-1] |= 1 << lane % 8
    return int.from_bytes(bits, "little")


def _lanes(mask: int) -> Iterator[int]:
    digits = format(mask, "b")[::-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)


# -- ranking ----------------------------------------------------------------------------------------------------


def _harm(wish: Goal, outcome: Outcome) -> int:
    """How much of what should not happen does; an undecided change may."""
    return 1 if outcome.direction == UNDECIDED else max(0, outcome.towards(wish.direction))


def _key(wishes: Sequence[Goal], outcomes: Sequence[Outcome], drugs: Sequence[str]) -> tuple[int, int, int, int]:
    both = list(zip(wishes, outcomes, strict=True))
    harm = sum(_harm(w, o) for w, o in both if w.avoid)
    gains = [o.towards(w.direction) for w, o in both if not w.avoid]
    return harm, -sum(gain >= MODERATE for gain in gains), -sum(gains), len(drugs)


def _vector(wishes: Sequence[Goal], outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    """More is better in every place."""
    both = zip(wishes, outcomes, strict=True)
    return tuple(-_harm(w, o) if w.avoid else o.towards(w.direction) for w, o in both)


class _Standing:
    """Which options are dominated; options that do the same stand and fall together."""

    def __init__(self, wishes: Sequence[Goal], found: Mapping[tuple[str, ...], tuple[Outcome, ...]]) -> None:
        self._vectors = {drugs: _vector(wishes, outcomes) for drugs, outcomes in found.items()}
        self._first: dict[tuple[int, ...], tuple[str, ...]] = {}
        for drugs in sorted(found, key=lambda drugs: (len(drugs), drugs)):
            self._first.setdefault(self._vectors[drugs], drugs)
        self._known: dict[tuple[tuple[int, ...], int], tuple[tuple[str, ...], ...]] = {}

    def dominating(self, drugs: tuple[str, ...]) -> tuple[str, ...]:
        """The first that dominates, one of its own drugs alone before any other; empty where none does."""
        vector = self._vectors[drugs]
        for drug in drugs if len(drugs) > 1 else ():
            if all(a >= b for a, b in zip(self._vectors[drug,], vector, strict=True)):
                return (drug,)
        key = (vector, len(drugs))
        if key not in self._known:
            self._known[key] = tuple(
                other
                for better, other in self._first.items()
                if len(other) <= len(drugs)
                and all(a >= b for a, b in zip(better, vector, strict=True))
                and (better != vector or len(other) < len(drugs))
            )
        return min(self._known[key], key=lambda other: (len(other), other), default=())


def _why(wishes: Sequence[Goal], outcomes: Sequence[Outcome]) -> str:
    """Why an option stands where it stands: what it does to each thing asked."""
    said = []
    for wish, outcome in zip(wishes, outcomes, strict=True):
        says = f"{wish.name} {does(wish.name, outcome.direction)}"
        if outcome.direction == STAYS:
            says += f" ({outcome.reason})"
        elif outcome.direction != UNDECIDED:
            says += f" {HOW[STRENGTHS[outcome.strength]]}"
        said.append(says)
    return "; ".join(said)


def _title(kb: KnowledgeBase, case: Case) -> str:
    names = [kb.diseases[d].name for d in case.diseases] or ["healthy subject"]
    found = [f"{kb.entities[f.entity].name}" for f in case.arms[0].findings]
    return ", ".join(names) + (f"; findings on {', '.join(found)}" if found else "")

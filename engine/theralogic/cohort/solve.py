"""From patients to answers: lays a population out in lanes, settles its worlds, and reads the masks back.

Patients of the same diseases and context lie side by side (a :class:`Group`), because what is operative, what
a drug reaches and which reason is nearest depend on nothing else. All groups settle together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from theralogic.cohort import bitset_engine as lanes
from theralogic.cohort.bitset_engine import DOWN, UP, BitsetWorld, GivenMasks, minus
from theralogic.cohort.indexed_rules import PathFinder, add_given, behind, edge_reach, index_rules, masked_network
from theralogic.cohort.no_effect import ContextPaths, no_effect_masks
from theralogic.model.context import Facts, facts_of, leave_out
from theralogic.model.levels import ABSENT
from theralogic.model.records import Arm, Case, Context, Finding, KnowledgeBase, Teaching
from theralogic.model.vocabulary import REASONS
from theralogic.reasoning import worlds
from theralogic.reasoning.evaluate import run_arm

Ranks = npt.NDArray[np.int8]
NOT_GIVEN = -1


class ContextGroup(NamedTuple):
    """Patients ``first`` to ``last`` (exclusive) with the same diseases and context."""

    diseases: tuple[str, ...]
    context: Context
    first: int
    last: int

    @property
    def lanes(self) -> int:
        """Their lanes."""
        return ((1 << self.last - self.first) - 1) << self.first


class Population(NamedTuple):
    """Patients in the order of their groups; ``levels`` are the findings by entity id: ranks, or -1 for none."""

    groups: tuple[ContextGroup, ...]
    levels: Mapping[str, Ranks]

    @property
    def size(self) -> int:
        """How many patients."""
        return self.groups[-1].last if self.groups else 0


class CohortAnswers(NamedTuple):
    """Answers by asked entity (rows) and patient: ranks of ``model.levels``, and the place in ``REASONS``.

    Direction, strength and certainty hold where the strength is not 0, the reason where it is.
    """

    direction: Ranks
    strength: Ranks
    certainty: Ranks
    reason: Ranks


class CohortSolver:
    """A rule base ready to answer the same questions about one population after another."""

    def __init__(self, kb: KnowledgeBase, asked: Sequence[str]) -> None:
        self.kb = kb
        self.asked = tuple(asked)
        self.base = index_rules(kb)
        self.numbers = [self.base.number[entity] for entity in asked]
        self.relevant = behind(self.base, self.numbers)
        self._ways = PathFinder(self.base, self.numbers, self.relevant)
        self._left_outs: dict[object, frozenset[str]] = {}
        self._paths: dict[frozenset[str], ContextPaths] = {}

    def answers(self, population: Population, arms: Sequence[Arm]) -> Iterator[CohortAnswers]:
        """The answers in each arm, as :func:`theralogic.results.assemble.answer` would give them."""
        full = (1 << population.size) - 1
        levels = {self.base.number[e]: _at_least(ranks) for e, ranks in self._given(population).items()}
        given = {e: self._pull(e, masks) for e, masks in levels.items()}
        net = masked_network(self.base, self._holds(population, None), self.relevant)
        healthy = lanes.healthy_headroom(net, self.base.healthy, self.base.constitutive, full)
        headroom = None
        for arm in arms:
            if not arm.prescriptions:
                world = BitsetWorld(net, healthy, full, judging=True)
                world.settle(given)
                yield self._read(population, arm, world)
                continue
            if headroom is None:
                untreated = BitsetWorld(net, healthy, full, judging=False)
                untreated.settle(given)
                known = {e: masks[1:] for e, masks in levels.items()}
                headroom = lanes.untreated_headroom(
                    untreated, healthy, self.base.healthy, self.base.constitutive, known
                )
                del untreated
            limited = {p.intervention.id: p.intervention for p in arm.prescriptions if p.intervention.reach}
            among = [(self._facts(group, arm), group.lanes) for group in population.groups]
            reach = edge_reach(self.base.mechanisms, limited, among, full)
            net_given = masked_network(self.base, self._holds(population, arm), self.relevant, reach)
            room = headroom._replace(away=self._away(population, arm))
            world = BitsetWorld(net_given, room, full, judging=True, reach=reach)
            world.settle(self._actions(population, arm, limited))
            yield self._read(population, arm, world)

    # -- what is operative and given ----------------------------------------------------------------------------

    def _left_out(self, group: ContextGroup, arm: Arm | None) -> frozenset[str]:
        """Ids of the mechanisms that do not hold in a group, untreated or in an arm."""
        facts = self._facts(group, arm)
        key = frozenset(facts.values.items())
        if key not in self._left_outs:
            self._left_outs[key] = frozenset(leave_out(self.base.mechanisms, facts))
        return self._left_outs[key]

    def _facts(self, group: ContextGroup, arm: Arm | None) -> Facts:
        stated = Arm("", "", (), group.context, arm.prescriptions if arm else ())
        return facts_of(self.kb, group.diseases, stated, treated=arm is not None)

    def _holds(self, population: Population, arm: Arm | None) -> list[int]:
        """By mechanism, the lanes in which it is operative."""
        left_out: dict[str, int] = {}  # by mechanism, a bit for each group that it does not hold in
        for n, group in enumerate(population.groups):
            for m in self._left_out(group, arm):
                left_out[m] = left_out.get(m, 0) | 1 << n
        sizes = [group.last - group.first for group in population.groups]
        holds = {
            out: _packed(np.repeat(np.array([not out >> n & 1 for n in range(len(sizes))], bool), sizes))
            for out in {0, *left_out.values()}
        }
        return [holds[left_out.get(m.id, 0)] for m in self.base.mechanisms]

    def _given(self, population: Population) -> dict[str, Ranks]:
        """The given levels: the diseases', and findings win."""
        given: dict[str, Ranks] = {}
        for group in population.groups:
            for entity, level in worlds.disease_levels(self.kb, group.diseases, ()).items():
                if entity not in given:
                    given[entity] = np.full(population.size, NOT_GIVEN, np.int8)
                given[entity][group.first : group.last] = level
        for entity, found in population.levels.items():
            given[entity] = np.where(found == NOT_GIVEN, given[entity], found) if entity in given else found
        return given

    def _pull(self, entity: int, masks: Sequence[int]) -> GivenMasks:
        """Given levels as a pull from the healthy level; ``masks`` of at least each level, absent first."""
        pinned, healthy = masks[0], self.base.healthy[entity]
        least = [*masks, 0, 0]
        below, above = minus(pinned, least[healthy]), least[healthy + 1]
        far_below = minus(pinned, least[healthy - 1]) if healthy else 0
        return GivenMasks(pinned, ((below, below, far_below), (above, above, least[healthy + 2]), (0, 0, 0)))

    def _arrived(self, arm: Arm) -> list[worlds.EffectiveAction]:
        return list(worlds.effective_actions(self.kb.entities, arm.prescriptions))

    def _away(self, population: Population, arm: Arm) -> dict[int, int]:
        """By entity, the patients in whom it was found absent and is not supplied."""
        findings = [Finding(entity, ABSENT, "") for entity in population.levels]
        lacks = worlds.lacking(findings, self._arrived(arm))
        return {self.base.number[entity]: _packed(population.levels[entity] == ABSENT) for entity in lacks}

    def _actions(self, population: Population, arm: Arm, limited: Collection[str]) -> dict[int, GivenMasks]:
        """What the interventions do together."""
        full = (1 << population.size) - 1
        given: dict[int, GivenMasks] = {}
        for target, pull in worlds.given_actions(self._arrived(arm)).items():
            given[self.base.number[target]] = add_given(None, pull, full, limited)
        return given

    # -- what comes out -----------------------------------------------------------------------------------------

    def _read(self, population: Population, arm: Arm, world: BitsetWorld) -> CohortAnswers:
        size = population.size
        rows: list[int] = []
        for entity in self.numbers:
            by_rank = [
                world.moved[DOWN][k][entity] | world.moved[UP][k][entity] | world.moved[2][k][entity] for k in range(3)
            ]
            rows += [world.moved[UP][0][entity], world.moved[DOWN][0][entity], *by_rank]
            rows += [row[entity] for row in world.certain]
        up, down, s1, s2, s3, c1, c2, c3, c4 = _truths(rows, size).reshape(len(self.numbers), 9, size).swapaxes(0, 1)
        found = CohortAnswers(up - down, s1 + s2 + s3, c1 + c2 + c3 + c4, np.zeros((len(self.numbers), size), np.int8))
        place = {entity: i for i, entity in enumerate(self.numbers)}
        for groups in self._alike(population, arm):
            span = sum(group.lanes for group in groups)
            first, last = groups[0].first, groups[-1].last
            for entity, why, doubt in no_effect_masks(world, self._paths_of(groups[0], arm), span):
                i = place[entity]
                for reason, mask in why.items():
                    found.reason[i, first:last] |= _truths([mask >> first], last - first)[0] * np.int8(reason)
                for patient in np.flatnonzero(_truths([doubt], size)[0]) if doubt else ():
                    found.reason[i, patient] = self._told(population, arm, int(patient), entity)
        return found

    def _alike(self, population: Population, arm: Arm) -> Iterator[list[ContextGroup]]:
        """Neighbouring groups whose reasons are found in the same places."""
        for _, groups in groupby(population.groups, key=lambda group: self._answered(group, arm)):
            yield list(groups)

    def _answered(self, group: ContextGroup, arm: Arm) -> frozenset[str]:
        """What is left out in the world that answers: the untreated one where nothing is given."""
        return self._left_out(group, arm if arm.prescriptions else None)

    def _paths_of(self, group: ContextGroup, arm: Arm) -> ContextPaths:
        left_out = self._answered(group, arm)
        if left_out not in self._paths:
            self._paths[left_out] = self._ways.paths(left_out)
        return self._paths[left_out]

    def _told(self, population: Population, arm: Arm, patient: int, entity: int) -> int:
        """The reason as the reference engine finds it, for the rare patient whose masks can't tell."""
        from theralogic.reasoning import reference
        from theralogic.results.assemble import answer

        case = case_of(population, patient)
        run = run_arm(self.kb, case, case.arms[0]._replace(prescriptions=arm.prescriptions), reference)
        reason = answer(self.kb, run, self.base.ids[entity]).reason
        assert reason is not None  # it was asked about because it does not change
        return REASONS.index(reason.kind)


def case_of(population: Population, patient: int) -> Case:
    """One patient of a population as a case without interventions."""
    group = next(g for g in population.groups if g.first <= patient < g.last)
    findings = tuple(
        Finding(entity, int(ranks[patient]), "")
        for entity, ranks in sorted(population.levels.items())
        if ranks[patient] != NOT_GIVEN
    )
    arm = Arm("treated", "", findings, group.context, ())
    return Case(
        id="patient",
        diseases=group.diseases,
        arms=(arm,),
        teaching=Teaching((), (), ()),
    )


def _at_least(ranks: Ranks) -> list[int]:
    """Masks of at least each level; the first is where there is any."""
    return [_packed(ranks >= level) for level in range(5)]


def _packed(truths: npt.NDArray[np.bool_]) -> int:
    """A mask of truths."""
    return int.from_bytes(np.packbits(truths, bitorder="little").tobytes(), "little")


def _truths(masks: Sequence[int], size: int) -> Ranks:
    """Rows of truths, one a mask."""
    step = -(-size // 8)
    packed = np.frombuffer(b"".join(mask.to_bytes(step, "little") for mask in masks), np.uint8).reshape(len(masks), -1)
    return np.unpackbits(packed, axis=1, count=size, bitorder="little").view(np.int8)

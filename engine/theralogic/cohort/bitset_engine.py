"""Section 4 for many patients at once: every truth is one long integer with a bit (a *lane*) for each patient.

A strength is three such masks (at least weak, at least moderate, strong), so a minimum is an *and*, a maximum an
*or*, and one pass of the agenda settles all lanes, each in its own order: a tier has one strength and one number
of steps, and only lanes that have something in it take part. Python's integers are the vector unit: an *and* of a
hundred thousand lanes takes a microsecond, so no compiler is needed (docs/decisions/0005).

One thing is left out because it can change nothing: a candidate for lanes that have settled, unless what speaks for
and against is asked (``judging``). What is proposed again no stronger for its prompt is not left out: it may come
sooner than what the real cause prompts, and so settle with fewer steps. ``a ^ (a & b)`` is *a and not b*, ten times
faster on long integers than the complement, which is negative.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from theralogic.reasoning.redundancy import Three, after_loss_masks

DOWN, UP, EITHER = range(3)
WAYS = (DOWN, UP, EITHER)
Masks = dict[int, int]


class ConstantMask(dict[int, int]):
    """The same mask for every entity that has none of its own; nothing is stored for the others."""

    def __init__(self, value: int) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, entity: int) -> int:
        return self._value


class Overlay(dict[int, int]):
    """What is set here, and for everything else what is ``below``."""

    def __init__(self, below: Masks) -> None:
        super().__init__()
        self._below = below

    def __missing__(self, entity: int) -> int:
        return self._below[entity]


class ComputedMasks(dict[int, int]):
    """Masks that are worked out when they are first asked for; ``find`` puts them here."""

    def __init__(self, find: Callable[[int], None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, entity: int) -> int:
        self._find(entity)
        return self[entity]


EdgeReach = Sequence[tuple[str, Three]]
"""Of a mechanism that not every drug reaches in full: by drug, the lanes in which at least a weak, a moderate and a
strong change that the drug has started arrives. Empty for all other mechanisms."""


class MaskedMechanism(NamedTuple):
    """A mechanism by numbers; ``holds`` are the lanes in which it is operative."""

    source: int
    target: int
    sign: int
    strength: int
    needs: int
    holds: int
    reach: EdgeReach = ()


class MaskedNetwork(NamedTuple):
    """Who acts on what: mechanisms by subject and by ``2 * object + (sign < 0)``, complexes by member, members by
    complex. ``gates`` names every complex after its members. Memberships are (entity, whether negated)."""

    depth: Sequence[int]
    sufficient: Sequence[int]
    acts: Sequence[Sequence[MaskedMechanism]]
    into: Sequence[Sequence[MaskedMechanism]]
    gates_of: Sequence[Sequence[tuple[int, int]]]
    members: Sequence[Sequence[tuple[int, int]]]


class HeadroomMasks(NamedTuple):
    """By entity: room for a strong rise (a moderate one has room but where there is none at all), what there is to
    lose, and where there is no room, as the entity was found absent."""

    room: Masks
    loss: tuple[Masks, Masks, Masks]
    away: Mapping[int, int] = MappingProxyType({})


class GivenMasks(NamedTuple):
    """What is given to one entity: the lanes that are pinned, how far each way it is pulled there, by which drug, and
    where not downwards."""

    pinned: int
    ways: tuple[Three, Three, Three]
    carriers: Mapping[str, int] = MappingProxyType({})
    upwards: int = 0


class MaskedCandidate(NamedTuple):
    """A waiting candidate; ``prompted`` where it was proposed again."""

    target: int
    source: int
    way: int
    mask: int
    prompted: bool


class SettledMasks(NamedTuple):
    """An entity that settled with one strength and number of steps, in which lanes which way, and what decided it."""

    entity: int
    rank: int
    steps: int
    ways: Three
    decided: Sequence[MaskedCandidate]

    @property
    def lanes(self) -> int:
        """All lanes of the record."""
        return self.ways[DOWN] | self.ways[UP] | self.ways[EITHER]


class BitsetWorld:
    """One world of every patient, settling. What is asked of it afterwards are its masks.

    ``moved[way][k - 1][entity]`` are the lanes in which an entity changed that way at least ``k`` strongly,
    ``pinned`` what was given, ``certain[c - 1]`` where a change is at least contested, outweighed, unopposed, given.
    ``reach`` is of the mechanisms that are not reached in full, by id; ``carried`` are then by drug the lanes in which
    it is behind the change of an entity, and ``held`` the lanes in which less than all of some change has arrived.
    """

    def __init__(
        self,
        net: MaskedNetwork,
        headroom: HeadroomMasks,
        full: int,
        *,
        judging: bool,
        reach: Mapping[str, EdgeReach] = MappingProxyType({}),
    ) -> None:
        self.net = net
        self.room, self.loss, self.away = headroom
        self.full = full
        self.judging = judging
        self.moved = tuple(tuple(ConstantMask(0) for _ in range(3)) for _ in WAYS)
        self.filed = tuple(tuple(ConstantMask(0) for _ in range(3)) for _ in WAYS) if judging else ()
        self.certain = tuple(ConstantMask(0) for _ in range(4))
        self.reach = reach
        self.carried: dict[str, Masks] = {}
        self.held = 0
        self.pinned: dict[int, int] = {}
        self.upwards: dict[int, int] = {}
        self.records: list[SettledMasks] = []
        self._left: tuple[Masks, ...] = tuple(Overlay(row) for row in headroom.loss)  # to lose, and not fallen as far
        self._unsettled = ConstantMask(full)
        self._fresh = ConstantMask(0)
        self._history: dict[int, list[SettledMasks]] = {}
        self._gives: dict[tuple[int, int], Three] = {}
        self._waiting: dict[tuple[int, int, int], list[MaskedCandidate]] = {}
        self._order: list[tuple[int, int, int]] = []

    def changed(self, entity: int) -> int:
        """Lanes in which an entity has changed."""
        return self.moved[DOWN][0][entity] | self.moved[UP][0][entity] | self.moved[EITHER][0][entity]

    # -- settling ---------------------------------------------------------------------------------------------

    def settle(self, given: Mapping[int, GivenMasks]) -> None:
        """Settle what is given, then everything that follows."""
        fresh: list[SettledMasks] | None = self._give(given)
        first = True
        while fresh is not None:
            for record in fresh:
                self._propose(record)
            if not first:
                for record in fresh:
                    self._again(record)
            for record in fresh:
                self._fresh[record.entity] = 0
            fresh = self._settle_tier()
            first = False
        if self.judging:
            self._judge()

    def _give(self, given: Mapping[int, GivenMasks]) -> list[SettledMasks]:
        fresh = []
        for entity, pull in given.items():
            some = self.full ^ self.away.get(entity, 0)
            room = (some, some, self.room[entity] & some)
            loss = tuple(row[entity] for row in self.loss)
            heads = (loss, room, tuple(a | b for a, b in zip(loss, room, strict=True)))
            settled = [[p & h for p, h in zip(pull.ways[way], heads[way], strict=True)] for way in WAYS]
            self.pinned[entity] = pull.pinned
            self.upwards[entity] = pull.upwards
            if self.reach:
                for drug, where in pull.carriers.items():
                    self.carried.setdefault(drug, ConstantMask(0))[entity] |= where
            self._unsettled[entity] ^= pull.pinned
            for rank in (1, 2, 3):
                exact = [m[rank - 1] ^ (m[rank] if rank < 3 else 0) for m in settled]
                fresh += self._record(entity, rank, 0, (exact[0], exact[1], exact[2]), ())
            for row in self.certain:
                row[entity] = self.changed(entity)
        return fresh

    def _record(
        self, entity: int, rank: int, steps: int, ways: Three, decided: Sequence[MaskedCandidate]
    ) -> list[SettledMasks]:
        record = SettledMasks(entity, rank, steps, ways, decided)
        lanes = record.lanes
        if not lanes:
            return []
        for way in WAYS:
            if ways[way]:
                for row in self.moved[way][:rank]:
                    row[entity] |= ways[way]
        if ways[DOWN]:
            for left in self._left[:rank]:
                left[entity] ^= left[entity] & ways[DOWN]
        self._gives.pop((entity, 0), None)
        self._gives.pop((entity, 1), None)
        self._fresh[entity] |= lanes
        self._history.setdefault(entity, []).append(record)
        self.records.append(record)
        return [record]

    def _settle_tier(self) -> list[SettledMasks] | None:
        """Settle the first tier that waits, in the lanes in which its entities have not settled before."""
        if not self._order:
            return None
        key = heapq.heappop(self._order)
        rank, steps, depth = -key[0], key[1], key[2]
        tier: dict[int, list[MaskedCandidate]] = {}
        for event in self._waiting.pop(key):
            if depth and event.way != DOWN:
                event = event._replace(mask=event.mask & self.gate(event.target)[0])
                if self.judging:
                    self._file(event.target, event.way, (event.mask,) * rank)
            tier.setdefault(event.target, []).append(event)
        fresh = []
        for target, events in tier.items():
            ways = [0, 0, 0]
            for event in events:
                ways[event.way] |= event.mask & self._unsettled[target]
            both = ways[DOWN] & ways[UP] | ways[EITHER]
            settled = (ways[DOWN] ^ (ways[DOWN] & both), ways[UP] ^ (ways[UP] & both), both)
            if self.reach:
                self._carry(target, events)
            fresh += self._record(target, rank, steps, settled, events if self.judging else ())
        for record in fresh:
            self._unsettled[record.entity] ^= record.lanes
        return fresh

    def _carry(self, target: int, events: Iterable[MaskedCandidate]) -> None:
        """The drugs behind what some candidates settle together."""
        for event in events:
            lanes = event.mask & self._unsettled[target]
            for masks in self.carried.values():
                masks[target] |= lanes & masks[event.source]

    def arriving(self, source: int, reach: EdgeReach) -> Three:
        """Lanes in which a weak, a moderate and a strong change of ``source`` arrives where a mechanism takes place."""
        behind = one = two = three = 0
        for drug, (weak, moderate, strong) in reach:
            masks = self.carried.get(drug)
            lanes = masks[source] if masks is not None else 0
            behind |= lanes
            one, two, three = one | lanes & weak, two | lanes & moderate, three | lanes & strong
        nobody = self.full ^ behind
        return one | nobody, two | nobody, three | nobody

    # -- gates ------------------------------------------------------------------------------------------------

    def gate(self, gate: int, *, without: int = -1) -> Three:
        """The least that the members of a complex give now, one of them perhaps left out."""
        least = (self.full, self.full, self.full)
        for member, negated in self.net.members[gate]:
            if member != without:
                now = self._gives.get((member, negated)) or self._member(member, negated)
                least = (least[0] & now[0], least[1] & now[1], least[2] & now[2])
        return least

    def _member(self, member: int, negated: int) -> Three:
        """What a member gives to its complex now."""
        c1, c2, c3 = (row[member] for row in self.loss)
        falls, rises, either = (tuple(row[member] for row in self.moved[way]) for way in WAYS)
        if negated:
            c1, c2, c3 = self.full ^ c3, self.full ^ c2, self.full ^ c1
            falls, rises = rises, falls
        f1, f2, f3 = falls
        once, twice = f1 ^ f2, f2 ^ f3
        now = (
            minus(c1 | rises[0] | either[0], f1) | once & c2 | twice & c3,
            minus(c2 | rises[1] | either[1], f1) | once & c3,
            minus(c3 | rises[2] | either[2], f1),
        )
        self._gives[member, negated] = now
        return now

    # -- proposing --------------------------------------------------------------------------------------------

    def _propose(self, record: SettledMasks) -> None:
        for edge in self.net.acts[record.entity]:
            self._by_mechanism(edge, record.rank, record.ways, record.steps + 1)
        for gate, negated in self.net.gates_of[record.entity]:
            self._by_member(gate, record.entity, negated, record.rank, record.ways, record.steps + 1)

    def _by_mechanism(self, edge: MaskedMechanism, rank: int, ways: Three, steps: int, prompted: bool = False) -> None:
        """What a mechanism proposes in lanes in which its subject changed with strength ``rank``."""
        if edge.reach:
            arrives = self.arriving(edge.source, edge.reach)
            edge = edge._replace(reach=())
            for least in range(rank, 0, -1):
                some = arrives[least - 1] if least == rank else minus(arrives[least - 1], arrives[least])
                self._by_mechanism(edge, least, (ways[0] & some, ways[1] & some, ways[2] & some), steps, prompted)
            changed = ways[0] | ways[1] | ways[2]
            self.held |= minus(changed & edge.holds, arrives[rank - 1])
            return
        if rank < edge.needs:
            return
        target = edge.target
        live = edge.holds if self.judging else edge.holds & self._unsettled[target]
        fell, rose, either = ways[DOWN] & live, ways[UP] & live, ways[EITHER] & live
        if not (fell or rose or either):
            return
        top = min(rank, edge.strength)
        loss1, loss2, loss3 = (row[target] for row in self.loss)
        room = self.room[target]
        down, up = (fell, rose) if edge.sign > 0 else (rose, fell)
        away = self.away.get(target, 0)
        if away:  # nothing to lose and no room: neither way
            up, either = minus(up, away), minus(either, away)
        falls = (down & loss1, down & loss2 if top > 1 else 0, down & loss3 if top > 2 else 0)
        rises = (up, up if top > 1 else 0, up & room if top > 2 else 0)
        if fell:
            if edge.sign > 0:
                falls = self._redundant(edge, falls)
            else:
                rises = self._redundant(edge, rises)
        if either or rises[0]:
            gives = self.gate(target) if self.net.depth[target] else (self.full, self.full, self.full)
            rises = (rises[0] & gives[0], rises[1] & gives[1], rises[2] & gives[2])
            either &= gives[0]
            undecided = (
                either,
                either & (loss2 | gives[1]) if top > 1 else 0,
                either & (loss3 | room & gives[2]) if top > 2 else 0,
            )
            self._post(target, edge.source, UP, rises, steps, prompted)
            self._post(target, edge.source, EITHER, undecided, steps, prompted)
        self._post(target, edge.source, DOWN, falls, steps, prompted)

    def _redundant(self, edge: MaskedMechanism, passed: Three) -> Three:
        """What is left of a loss where co-regulators remain: one rank less, or nothing."""
        sufficient = bool(self.net.sufficient[edge.target])
        return after_loss_masks(passed, self.remaining(edge), sufficient=sufficient)

    def remaining(self, edge: MaskedMechanism) -> Three:
        """Lanes in which a co-regulator keeps a loss through ``edge`` of each strength from showing in full."""
        r1 = r2 = r3 = 0
        left1, left2, left3 = self._left
        for co_regulator in self.net.into[2 * edge.target + (edge.sign < 0)]:
            if co_regulator.reach and co_regulator.source != edge.source:
                a1, a2, a3 = self._left_there(co_regulator)
                r1, r2, r3 = r1 | a1, r2 | a2, r3 | a3
            elif co_regulator.source != edge.source:
                r1 |= left1[co_regulator.source] & co_regulator.holds
                if co_regulator.strength > 1:
                    r2 |= left2[co_regulator.source] & co_regulator.holds
                    if co_regulator.strength > 2:
                        r3 |= left3[co_regulator.source] & co_regulator.holds
        return r1, r2, r3

    def _left_there(self, edge: MaskedMechanism) -> Three:
        """What a co-regulator that is not reached in full still gives: it falls only as far as that arrives."""
        left: list[int] = []
        for rank, arrives in enumerate(self.arriving(edge.source, edge.reach), start=1):
            there = self._left[rank - 1][edge.source] | minus(self.loss[rank - 1][edge.source], arrives)
            left.append(there & edge.holds if edge.strength >= rank else 0)
        return left[0], left[1], left[2]

    def _by_member(
        self, gate: int, member: int, negated: int, rank: int, ways: Three, steps: int, prompted: bool = False
    ) -> None:
        """What a member that changed with strength ``rank`` proposes for its complex."""
        live = self.full if self.judging else self._unsettled[gate]
        fell, rose, either = ways[DOWN] & live, ways[UP] & live, ways[EITHER] & live
        down, up = (rose, fell) if negated else (fell, rose)
        loss1, loss2, loss3 = (row[gate] for row in self.loss)
        if down:
            falls = (down & loss1, down & loss2 if rank > 1 else 0, down & loss3 if rank > 2 else 0)
            self._post(gate, member, DOWN, falls, steps, prompted)
        if up or either:
            g1, g2, g3 = self.gate(gate, without=member)
            room = self.room[gate]
            rises = (up & g1, up & g2 if rank > 1 else 0, up & g3 & room if rank > 2 else 0)
            either &= g1
            undecided = (
                either,
                either & (loss2 | g2) if rank > 1 else 0,
                either & (loss3 | room & g3) if rank > 2 else 0,
            )
            self._post(gate, member, UP, rises, steps, prompted)
            self._post(gate, member, EITHER, undecided, steps, prompted)

    def _post(self, target: int, source: int, way: int, masks: Three, steps: int, prompted: bool) -> None:
        """File a candidate, and put it on the agenda where it may still settle its target."""
        if not masks[0]:
            return
        depth = self.net.depth[target]
        # A gate may shut before its turn comes, and then the candidate is not even filed: so all lanes wait.
        waits = self.judging and depth and way != DOWN
        if self.judging and not waits:
            self._file(target, way, masks)
        live = self.full if waits else self._unsettled[target]
        for rank in (1, 2, 3):
            mask = live & (masks[rank - 1] ^ masks[rank] if rank < 3 else masks[2])
            if mask:
                key = (-rank, steps, depth)
                if key not in self._waiting:
                    self._waiting[key] = []
                    heapq.heappush(self._order, key)
                self._waiting[key].append(MaskedCandidate(target, source, way, mask, prompted))

    def _file(self, target: int, way: int, masks: Iterable[int]) -> None:
        for row, mask in zip(self.filed[way], masks, strict=False):
            row[target] |= mask

    def _again(self, record: SettledMasks) -> None:
        """Propose again what was lost or held back before, because ``record`` has just settled."""
        entity, steps = record.entity, record.steps
        fell = record.ways[DOWN]
        for edge in self.net.acts[entity] if fell else ():
            lanes = fell & edge.holds
            if not self.judging:
                lanes &= self._unsettled[edge.target]
            for co_regulator in self.net.into[2 * edge.target + (edge.sign < 0)] if lanes else ():
                lost = minus(lanes & self.moved[DOWN][0][co_regulator.source], self._fresh[co_regulator.source])
                for earlier in self._history.get(co_regulator.source, ()) if lost else ():
                    some = lost & earlier.ways[DOWN]
                    if some:
                        later = 1 + max(earlier.steps, steps)
                        self._by_mechanism(co_regulator, earlier.rank, (some, 0, 0), later, prompted=True)
        for gate, negated in self.net.gates_of[entity]:
            opened = record.ways[EITHER] | record.ways[DOWN if negated else UP]
            if not self.judging:
                opened &= self._unsettled[gate]
            if opened:
                self._reopen(gate, opened, steps)

    def _reopen(self, gate: int, opened: int, steps: int) -> None:
        """Propose again every earlier rise and undecided change of a complex whose gate may have opened."""
        for member, negated in self.net.members[gate]:
            lanes = minus(opened, self._fresh[member])
            for earlier in self._history.get(member, ()):
                ways = raising(earlier.ways, negated, lanes)
                if any(ways):
                    later = 1 + max(earlier.steps, steps)
                    self._by_member(gate, member, negated, earlier.rank, ways, later, True)
        for side in (0, 1):
            for edge in self.net.into[2 * gate + side]:
                lanes = minus(opened, self._fresh[edge.source])
                for earlier in self._history.get(edge.source, ()):
                    ways = raising(earlier.ways, side, lanes)
                    if any(ways):
                        later = 1 + max(earlier.steps, steps)
                        self._by_mechanism(edge, earlier.rank, ways, later, prompted=True)

    # -- certainty --------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Certainty of every settled change (4.5), premises first."""
        for record in self.records:
            if not record.decided:
                continue
            target, decisive = record.entity, record.ways[DOWN] | record.ways[UP]
            rests = [0, 0, 0]
            for event in record.decided:
                mask = event.mask & decisive
                for c in range(3):
                    rests[c] |= self.certain[c][event.source] & mask
            for way, other in ((DOWN, UP), (UP, DOWN)):
                lanes = record.ways[way]
                if lanes:
                    against = [
                        self.filed[other][k][target] | self.filed[EITHER][k][target] for k in (0, record.rank - 1)
                    ]
                    self.certain[0][target] |= rests[0] & lanes
                    self.certain[1][target] |= minus(rests[1] & lanes, against[1])
                    self.certain[2][target] |= minus(rests[2] & lanes, against[0])


def minus(a: int, b: int) -> int:
    """Lanes of ``a`` that are not in ``b``."""
    return a ^ (a & b)


def raising(ways: Three, reversed_: int, lanes: int) -> Three:
    """Of changes, those that raise what they act on or leave it undecided."""
    either = ways[EITHER] & lanes
    return (ways[DOWN] & lanes, 0, either) if reversed_ else (0, ways[UP] & lanes, either)


# -- levels ---------------------------------------------------------------------------------------------------


def plain_headroom(levels: Sequence[int], *, constitutive: int, full: int) -> tuple[int, Three]:
    """Room and to-lose of a plain entity from the masks of its level: at least low, normal, elevated, high."""
    low, normal, elevated, high = levels
    loss = (low, low, normal) if constitutive else (low, elevated, high)
    return full ^ high, loss


def _least(net: MaskedNetwork, loss: Sequence[Masks], gate: int, full: int) -> Three:
    """What a complex has to lose: the least contribution of its members."""
    least = [full, full, full]
    for member, negated in net.members[gate]:
        for k in range(3):
            least[k] &= full ^ loss[2 - k][member] if negated else loss[k][member]
    return least[0], least[1], least[2]


def headroom_of(
    net: MaskedNetwork, levels: Callable[[int], Sequence[int]], constitutive: Sequence[int], full: int
) -> HeadroomMasks:
    """The headroom of patients whose plain entities have ``levels`` (four masks), worked out on demand."""

    def find(entity: int) -> None:
        if net.depth[entity]:
            loss = _least(net, headroom.loss, entity, full)
            _put(headroom, entity, full ^ loss[2], loss)
        else:
            _put(headroom, entity, *plain_headroom(levels(entity), constitutive=constitutive[entity], full=full))

    headroom = HeadroomMasks(ComputedMasks(find), (ComputedMasks(find), ComputedMasks(find), ComputedMasks(find)))
    return headroom


def healthy_headroom(
    net: MaskedNetwork, healthy: Sequence[int], constitutive: Sequence[int], full: int
) -> HeadroomMasks:
    """The headroom of healthy subjects."""
    return headroom_of(net, lambda e: at_least(healthy[e], full), constitutive, full)


def at_least(level: int, full: int) -> list[int]:
    """The four masks of one level that is the same in all lanes."""
    return [full if level >= k else 0 for k in range(1, 5)]


def untreated_headroom(
    world: BitsetWorld,
    headroom: HeadroomMasks,
    healthy: Sequence[int],
    constitutive: Sequence[int],
    given: Mapping[int, Sequence[int]],
) -> HeadroomMasks:
    """The headroom that a settled untreated ``world``, which began with ``headroom``, leaves to the treated one.

    ``given`` holds the masks of the given levels. Only what moved, and the complexes it sits in, is worked out anew.
    """
    full, net = world.full, world.net
    after = HeadroomMasks(
        Overlay(headroom.room), (Overlay(headroom.loss[0]), Overlay(headroom.loss[1]), Overlay(headroom.loss[2]))
    )
    gates: set[int] = set()
    for entity in sorted({*world.pinned, *(record.entity for record in world.records)}):
        gates.update(gate for gate, _ in net.gates_of[entity])
        if net.depth[entity]:
            continue
        weak, moderate, strong = (row[entity] for row in world.moved[UP])
        fell = world.moved[DOWN][1][entity]
        levels = at_least(healthy[entity], full)
        reached = [levels[0] | weak, *(minus(m, fell) for m in (levels[1] | moderate, levels[2] | moderate))]
        reached.append(minus(levels[3] | strong, fell))
        if entity in given:
            pinned = world.pinned[entity]
            reached = [minus(a, pinned) | b & pinned for a, b in zip(reached, given[entity], strict=True)]
        _put(after, entity, *plain_headroom(reached, constitutive=constitutive[entity], full=full))
    waiting = sorted((net.depth[gate], gate) for gate in gates)
    while waiting:
        _, gate = heapq.heappop(waiting)
        loss = _least(net, after.loss, gate, full)
        _put(after, gate, full ^ loss[2], loss)
        for outer, _ in net.gates_of[gate]:
            if outer not in gates:
                gates.add(outer)
                heapq.heappush(waiting, (net.depth[outer], outer))
    return after


def _put(headroom: HeadroomMasks, entity: int, room: int, loss: Three) -> None:
    headroom.room[entity] = room
    for k in range(3):
        headroom.loss[k][entity] = loss[k]

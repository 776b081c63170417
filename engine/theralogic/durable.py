"""The rule engine proper: section 4 of the semantics as production rules on durable-rules.

Recognise and act, in rounds: what has just settled is asserted, durable-rules finds what it acts on, which fellow
regulators remain, which losses and rises are to be proposed again; how strong a proposal is and what settles next
is decided outside, by the kernel and the agenda. Rounds, because durable-rules works its agenda last in, first
out: letting rules assert from within gives the same facts with derivations hundreds of steps long.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from theralogic import durable_host
from theralogic.agenda import Agenda
from theralogic.durable_facts import KEYS, Arc, Group, Network, Warnings, rules
from theralogic.durable_host import Fact, Session
from theralogic.errors import EngineError
from theralogic.kernel import (
    Candidate,
    Settled,
    Settlement,
    Situation,
    Stakes,
    against_headroom,
    gives_now,
    through_gate,
    transmit,
)
from theralogic.levels import AMBIGUOUS, FALLS, RISES
from theralogic.model import Caution, Condition, Mechanism, Member

NAME = "durable"


def available() -> str | None:
    """None where this engine runs, else one line that says why not and how to mend it."""
    return durable_host.available()


def settle(situation: Situation) -> Settlement:
    """Settle one world and say why.

    Raises :class:`EngineError` where durable-rules does not import, or the world needs more facts than it holds.
    """
    with _memory() as memory:
        return _World(situation, memory).settle()


def cautions(rules: Iterable[Caution], facts: Collection[Condition]) -> tuple[str, ...]:
    """Ids of the cautions all of whose conditions are among ``facts``, sorted."""
    asked = rules if isinstance(rules, tuple) else tuple(rules)
    if not asked:
        return ()
    with _memory() as memory:
        return tuple(sorted(memory.warnings.fired(asked, facts)))


class _Memory:
    """The working memory: one session, and what is laid in it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.network = Network(session)
        self.warnings = Warnings(session)


class _Process:
    """The only state here that outlives a call: durable-rules never gives a ruleset back (155 KB each), so one
    serves the whole process, and one thread at a time (it holds the interpreter lock anyway)."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.lock = threading.Lock()
        self.memory: _Memory | None = None


_process = _Process()
if hasattr(os, "register_at_fork"):  # pragma: no branch: only Windows has no fork
    # A child may be born while another thread is inside: it starts with a lock and a memory of its own.
    os.register_at_fork(after_in_child=_process.start)


@contextmanager
def _memory() -> Iterator[_Memory]:
    """The working memory, for one caller at a time."""
    with _process.lock:
        memory = _process.memory or _Memory(Session(rules(), KEYS))
        # INVARIANT: it is put back whole or not at all. Who is interrupted leaves matches behind, so that session
        # is lost; an error of our own comes between two calls, so emptying the session mends it.
        _process.memory = None
        try:
            yield memory
        except EngineError:
            memory.session.clear()
            _process.memory = _Memory(memory.session)
            raise
        _process.memory = memory


class _World:
    """One world being settled."""

    def __init__(self, situation: Situation, memory: _Memory) -> None:
        self.situation = situation
        self.session = memory.session
        self.network = memory.network
        self.entities = situation.entities
        self.stakes = Stakes(situation.entities, situation.levels)
        self.agenda = Agenda(situation.entities, self.stakes)
        self.settled = self.agenda.settled
        self.remaining: dict[Group, list[tuple[Mechanism, int]]] = {}
        self.passing: list[str] = []

    def settle(self) -> Settlement:
        fresh: list[str] | None = self.agenda.give(self.situation.given)
        self.network.enter(self.situation)
        turn = 0
        while fresh is not None:
            if fresh:
                turn += 1
                self.agenda.wait(self.proposals(fresh, turn))
            fresh = self.agenda.settle_tier(self.shut)
        self.session.drop(self.passing)
        return self.agenda.settlement(self.situation.wiring.onsets)

    def proposals(self, fresh: Iterable[str], turn: int) -> list[Candidate | None]:
        """What ``fresh``, newly settled, proposes, and what is proposed again because of it."""
        acting = self.acting(fresh, turn)
        prompted = self.prompted(acting, turn)
        proposed = [self.candidate(arc, ()) for arc in acting]
        proposed += [self.candidate(arc, tuple(sorted(prompts))) for arc, prompts in prompted]
        return proposed

    def acting(self, fresh: Iterable[str], turn: int) -> list[Arc]:
        """Assert what has just settled; every arc by which it acts on something."""
        network, settled = self.network, self.settled
        self.passing += network.change(
            {
                e: {"kind": "change", "entity": network.number(e), "way": settled[e].direction, "turn": turn}
                for e in fresh
                if network.acts(e)
            }
        )
        found = self.session.matches()
        return [self.network.arc(match) for rule in ("transmit", "member") for match in found.get(rule, ())]

    def prompted(self, acting: Iterable[Arc], turn: int) -> list[tuple[Arc, set[str]]]:
        """Assert which regulators are lost and which gates may open; what is proposed again, and prompted by whom."""
        lost: dict[Group, set[str]] = defaultdict(set)
        opened: dict[str, set[str]] = defaultdict(set)
        for arc in acting:
            way = self.settled[arc.source].direction
            if isinstance(arc.by, Member):
                if way != FALLS * arc.sign:
                    opened[arc.target].add(arc.source)
            elif way == FALLS and self.network.shared(arc.target, arc.sign):
                lost[arc.target, arc.sign].add(arc.source)
        opening: list[Fact] = [{"kind": "opened", "gate": self.network.number(g), "turn": turn} for g in opened]
        self.passing += self.network.lose({group: self.loss(group, turn) for group in lost}, opening, self.stakes)
        again: dict[str, tuple[Arc, set[str]]] = {}
        for rule, matches in self.session.matches().items():
            for match in matches:
                arc = self.network.arc(match)
                group = arc.target, arc.sign
                if rule == "remaining" and isinstance(arc.by, Mechanism):
                    self.remaining[group].append((arc.by, match["stake"]["loss"]))
                else:
                    prompts = lost[group] if rule == "lost before" else opened[arc.target]
                    again.setdefault(match["arc"]["id"], (arc, set()))[1].update(prompts)
        return list(again.values())

    def loss(self, group: Group, turn: int) -> Fact:
        """The fact that a regulator among ``group`` was lost this turn."""
        target, sign = group
        first = int(group not in self.remaining)
        self.remaining.setdefault(group, [])
        return {"kind": "lost", "target": self.network.number(target), "sign": sign, "turn": turn, "first": first}

    def candidate(self, arc: Arc, prompts: tuple[str, ...]) -> Candidate | None:
        """The change that an arc proposes now, if any."""
        cause = self.settled[arc.source]
        direction = cause.direction * arc.sign
        if isinstance(arc.by, Mechanism):
            rule = arc.by.id
            strength, limits = self.by_mechanism(arc.by, cause, direction)
        else:
            rule = arc.target
            strength, limits = self.by_member(arc, cause, direction)
        if not strength:
            return None
        steps = 1 + max([self.settled[who].steps for who in (arc.source, *prompts)])
        return Candidate(arc.target, direction, strength, steps, rule, arc.source, prompts, limits)

    def by_mechanism(self, mechanism: Mechanism, cause: Settled, direction: int) -> tuple[int, tuple[str, ...]]:
        """Strength that a mechanism passes on, and what limits it."""
        target = self.entities[mechanism.object]
        fellows = [
            (other.subject, min(other.strength, loss), self.settled.get(other.subject))
            for other, loss in self.remaining.get((mechanism.object, mechanism.sign), ())
            if other.subject != mechanism.subject
        ]

        def passed_on(way: int) -> tuple[int, tuple[str, ...]]:
            headroom = self.stakes.headroom(target.id, way)
            return transmit(mechanism, cause, headroom=headroom, fellows=fellows, sufficient=target.sufficient)

        if not target.members:
            return passed_on(direction)
        (fall, fall_limits), (rise, rise_limits) = passed_on(FALLS), passed_on(RISES)
        falling = direction == FALLS or (direction == AMBIGUOUS and fall > rise)
        gate = () if direction == FALLS else self.gate(target.id)
        return through_gate(direction, fall, rise, gate, fall_limits if falling else rise_limits)

    def by_member(self, arc: Arc, cause: Settled, direction: int) -> tuple[int, tuple[str, ...]]:
        """Strength that a member passes on to its complex, and what limits it."""
        gate = arc.target
        limits: list[str] = []
        headroom = self.stakes.headroom(gate, direction)
        against_headroom(cause.strength, headroom, limits)
        fall, rise = (min(cause.strength, self.stakes.headroom(gate, way)) for way in (FALLS, RISES))
        others = () if direction == FALLS else (g for g in self.gate(gate) if g[0] != arc.source)
        return through_gate(direction, fall, rise, others, tuple(limits))

    def gate(self, gate: str) -> Iterator[tuple[str, int]]:
        """What every member of a complex gives now."""
        for member in self.entities[gate].members:
            contribution = self.stakes.contribution(member.entity, member.negated)
            yield member.entity, gives_now(contribution, self.settled.get(member.entity), member.negated)

    def shut(self, gate: str) -> bool:
        """Whether a member of a complex gives nothing by now."""
        return any(not given for _, given in self.gate(gate))

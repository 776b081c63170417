"""The rule engine proper: section 4 of the semantics as production rules on durable-rules.

Recognise and act, in rounds: what has just settled is asserted, durable-rules finds what it acts on, which co-regulator
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

from theralogic.model.errors import EngineError
from theralogic.model.levels import FALLS
from theralogic.model.records import Caution, Condition, Mechanism, Member
from theralogic.reasoning.agenda import Agenda
from theralogic.reasoning.durable import host as durable_host
from theralogic.reasoning.durable.facts import KEYS, FactNetwork, Group, MechanismFact, Warnings, rules
from theralogic.reasoning.durable.host import Fact, Session
from theralogic.reasoning.kernel import Candidate, Settlement, Situation
from theralogic.reasoning.proposals import Proposals

NAME = "durable"


def available() -> str | None:
    """None where this engine runs, else one line that says why not and how to mend it."""
    return durable_host.available()


def settle(situation: Situation) -> Settlement:
    """Settle one world and say why.

    Raises :class:`EngineError` where durable-rules does not import, or the world needs more facts than it holds.
    """
    with _memory() as memory:
        return _DurableRun(situation, memory).settle()


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
        self.network = FactNetwork(session)
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


class _DurableRun:
    """One world being settled."""

    def __init__(self, situation: Situation, memory: _Memory) -> None:
        self.situation = situation
        self.session = memory.session
        self.network = memory.network
        self.agenda = Agenda(situation)
        self.settled = self.agenda.settled
        self.proposed = Proposals(situation, self.settled)
        self.remaining: dict[Group, list[Mechanism]] = {}
        self.passing: list[str] = []

    def settle(self) -> Settlement:
        fresh: list[str] | None = self.agenda.give(self.situation.given)
        self.network.enter(self.situation)
        turn = 0
        while fresh is not None:
            if fresh:
                turn += 1
                self.agenda.wait(self.proposals(fresh, turn))
            fresh = self.agenda.settle_tier(self.proposed.shut)
        self.session.drop(self.passing)
        return self.agenda.settlement()

    def proposals(self, fresh: Iterable[str], turn: int) -> list[Candidate | None]:
        """What ``fresh``, newly settled, proposes, and what is proposed again because of it."""
        acting = self.acting(fresh, turn)
        prompted = self.prompted(acting, turn)
        proposed = [self.candidate(arc, ()) for arc in acting]
        proposed += [self.candidate(arc, tuple(sorted(prompts))) for arc, prompts in prompted]
        return proposed

    def acting(self, fresh: Iterable[str], turn: int) -> list[MechanismFact]:
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

    def prompted(self, acting: Iterable[MechanismFact], turn: int) -> list[tuple[MechanismFact, set[str]]]:
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
        self.passing += self.network.lose(
            {group: self.loss(group, turn) for group in lost}, opening, self.situation.headroom
        )
        again: dict[str, tuple[MechanismFact, set[str]]] = {}
        for rule, matches in self.session.matches().items():
            for match in matches:
                arc = self.network.arc(match)
                group = arc.target, arc.sign
                if rule == "remaining" and isinstance(arc.by, Mechanism):
                    self.remaining[group].append(arc.by)
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

    def candidate(self, arc: MechanismFact, prompts: tuple[str, ...]) -> Candidate | None:
        """The change that an arc proposes now, if any."""
        if isinstance(arc.by, Mechanism):
            return self.proposed.by_mechanism(arc.by, self.remaining.get((arc.target, arc.sign), ()), prompts)
        return self.proposed.by_member(arc.target, arc.by, prompts)

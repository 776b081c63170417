"""The generic rules, and the facts they join: what is laid before durable-rules, and what stays there.

No rule names an entity: mechanisms and members are facts, so a rule base of any size runs on these few rules.
Every rule starts from what has just changed and reaches the network by equal keys, so nothing static is ever
joined with anything static, and a target with many regulators costs one match for each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from theralogic.model.levels import FALLS, RISES
from theralogic.model.records import Caution, Condition, Entity, Mechanism, Member
from theralogic.reasoning.durable.host import MOST_FACTS, Fact, Match, Rules, Session
from theralogic.reasoning.kernel import Headroom, Situation
from theralogic.reasoning.network import Network, build_network

STAY = 64
"""Worlds for which facts stay: durable-rules keeps a trace of every match in each fact that took part in it, and lets
go of it only when the fact is retracted."""
PART = 4
"""Conditions of a caution that one fact holds; a longer caution is several facts."""

KEYS: Mapping[str, type] = {
    "kind": str,  # arc stake change lost opened caution held
    "by": str,  # an arc is by a mechanism or a member
    **dict.fromkeys(("source", "target", "sign", "entity", "loss", "way", "turn", "first", "gate", "shared"), int),
    **dict.fromkeys(("caution", "asks", "condition", *(f"wants{n}" for n in range(PART))), int),
}
"""Everything a fact may hold. Entities are numbered: small ints have no encoding, no length, and no spelling."""


def rules() -> Rules:
    """The rules of the engine, in the form durable-rules reads.

    INVARIANT: each kind of fact has a condition that asks for nothing but its kind (durable-rules refuses facts
    that match nothing), and none negates (it would see only what happened to be asserted before).
    """
    lost_arc = _a("arc", {"by": "mechanism"}, {"shared": 1}, {"target": {"lost": "target"}}, {"sign": {"lost": "sign"}})
    into_gate = {"gate": 1}, {"target": {"opened": "gate"}}
    its_own = {"source": {"change": "entity"}}
    its_source = {"entity": {"arc": "source"}}
    generic: dict[str, list[dict[str, Any]]] = {
        # What has changed acts on what it regulates,
        "transmit": [{"change": _a("change")}, {"arc": _a("arc", {"by": "mechanism"}, its_own)}],
        # and on the complexes it is a member of.
        "member": [{"change": _a("change")}, {"arc": _a("arc", {"by": "member"}, its_own)}],
        # A regulator is lost: which of its co-regulators have something to give,
        "remaining": [{"lost": _a("lost", {"first": 1})}, {"arc": lost_arc}, {"stake": _a("stake", its_source)}],
        # and which were lost before, so that their losses are proposed again?
        "lost before": [
            {"lost": _a("lost")},
            {"arc": lost_arc},
            {"change": _a("change", {"way": FALLS}, its_source, {"$lt": {"turn": {"lost": "turn"}}})},
        ],
        # A gate may have opened further: what would have raised it before, by rising
        "raised before": [
            {"opened": _a("opened")},
            {"arc": _a("arc", {"sign": RISES}, *into_gate)},
            {"change": _a("change", {"$gte": {"way": 0}}, its_source, {"$lt": {"turn": {"opened": "turn"}}})},
        ],
        # or by falling (either may be ambiguous), is proposed again.
        "released before": [
            {"opened": _a("opened")},
            {"arc": _a("arc", {"sign": FALLS}, *into_gate)},
            {"change": _a("change", {"$lte": {"way": 0}}, its_source, {"$lt": {"turn": {"opened": "turn"}}})},
        ],
    }
    for asks in range(1, PART + 1):
        generic[f"caution of {asks}"] = [
            {"caution": _a("caution", {"asks": asks})},
            *({f"held{n}": _a("held", {"condition": {"caution": f"wants{n}"}})} for n in range(asks)),
        ]
    return generic


def _a(kind: str, *tests: Mapping[str, Any]) -> dict[str, Any]:
    """A condition: a fact of this kind that passes every test."""
    return {"$and": [{"kind": kind}, *tests]}


Group = tuple[str, int]
"""Fellow regulators: the target they share, and the sign."""


class MechanismFact(NamedTuple):
    """How one thing acts on another: by a mechanism, or as a member of a complex.

    ``shared`` tells whether a mechanism has co-regulators (in any patient): only then can its loss be made up for.
    """

    source: str
    target: str
    sign: int
    by: Mechanism | Member
    shared: bool


class FactNetwork:
    """The mechanism facts and headroom in a session. They are asserted once something leads to them, so only the
    slice of the rules that a world reaches is ever asserted. They stay from one world to the next; only what differs
    is swapped.

    Arcs belong to one rule base; those whose mechanism is not operative in the world at hand are retracted.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._entities: Mapping[str, Entity] = {}
        self._numbers: dict[str, int] = {}
        self._members: dict[str, list[MechanismFact]] = {}
        self._network = build_network({}, ())
        self._handles: dict[int, str] = {}
        self._arcs: dict[str, MechanismFact] = {}
        self._headroom: dict[str, tuple[int, str]] = {}
        self._worlds = 0

    def number(self, entity: str) -> int:
        """The number that stands for an entity in facts."""
        return self._numbers.setdefault(entity, len(self._numbers))

    def arc(self, match: Match) -> MechanismFact:
        """The arc in a match."""
        return self._arcs[match["arc"]["id"]]

    def acts(self, entity: str) -> bool:
        """Whether a change of an entity can be passed on at all: one that ends a chain need not be asserted."""
        return bool(self._network.acts_on[entity]) or entity in self._members

    def shared(self, target: str, sign: int) -> bool:
        """Whether a target has more than one regulator of this sign here."""
        return len(self._network.regulators[target, sign]) > 1

    def enter(self, situation: Situation) -> None:
        """Make ready for a world: what can't hold in it is retracted."""
        if situation.entities is not self._entities:
            self._start_afresh(situation.entities)
        if situation.network is not self._network:
            self._rewire(situation.network)
        self._worlds = (self._worlds + 1) % STAY
        if not self._worlds or len(self._handles) + len(self._headroom) > MOST_FACTS // 2:
            self._forget()

    def change(self, changes: Mapping[str, Fact]) -> list[str]:
        """Assert changes by entity, and the arcs that lead on from them; returns the handles of the changes."""
        by: list[MechanismFact | Mechanism] = []
        for entity in changes:
            by += self._network.acts_on[entity]
            by += self._members.get(entity, ())
        return self._assert(by, changes.values())

    def lose(self, losses: Mapping[Group, Fact], others: Iterable[Fact], headroom: Headroom) -> list[str]:
        """Assert what a turn has lost, the co-regulators of each group with their headroom, and the other facts."""
        co_regulators = [m for group in losses for m in self._network.regulators[group]]
        self._lay_headroom({m.subject: headroom.loss[m.subject] for m in co_regulators})
        return self._assert(co_regulators, (*losses.values(), *others))

    def _assert(self, by: Iterable[MechanismFact | Mechanism], facts: Iterable[Fact]) -> list[str]:
        """Assert ``facts`` and those of the arcs that are not there yet, in one batch."""
        new = {id(one): self._arc(one) for one in by if id(one) not in self._handles}
        handles = self._session.add([*map(self._arc_fact, new.values()), *facts])
        self._handles.update(zip(new, handles, strict=False))
        self._arcs.update(zip(handles, new.values(), strict=False))
        return handles[len(new) :]

    def _arc(self, by: MechanismFact | Mechanism) -> MechanismFact:
        if isinstance(by, MechanismFact):
            return by
        shared = len(self._network.all_regulators[by.object, by.sign]) > 1
        return MechanismFact(by.subject, by.object, by.sign, by, shared)

    def _arc_fact(self, arc: MechanismFact) -> Fact:
        return {
            "kind": "arc",
            "by": "mechanism" if isinstance(arc.by, Mechanism) else "member",
            "source": self.number(arc.source),
            "target": self.number(arc.target),
            "sign": arc.sign,
            "shared": int(arc.shared),
            "gate": int(bool(self._entities[arc.target].members)),
        }

    def _lay_headroom(self, losses: Mapping[str, int]) -> None:
        # Nothing to lose is nothing to give: such a co-regulator has no stake at all.
        stale = [who for who, loss in losses.items() if who in self._headroom and self._headroom[who][0] != loss]
        self._session.drop([self._headroom.pop(who)[1] for who in stale])
        new = [(who, loss) for who, loss in losses.items() if loss and who not in self._headroom]
        handles = self._session.add([{"kind": "stake", "entity": self.number(who), "loss": loss} for who, loss in new])
        self._headroom.update((who, (loss, handle)) for (who, loss), handle in zip(new, handles, strict=True))

    def _start_afresh(self, entities: Mapping[str, Entity]) -> None:
        self._forget()
        self._entities, self._numbers, self._members = entities, {}, defaultdict(list)
        for entity in entities.values():
            for member in entity.members:
                sign = FALLS if member.negated else RISES
                self._members[member.entity].append(MechanismFact(member.entity, entity.id, sign, member, False))

    def _rewire(self, network: Network) -> None:
        """Retract the arcs of mechanisms that do not hold under ``wiring``."""
        before, self._network = self._network, network
        others = network.all_regulators is not before.all_regulators
        mechanisms = ((key, self._arcs[handle].by) for key, handle in self._handles.items())
        self._retract(
            [k for k, by in mechanisms if isinstance(by, Mechanism) and (others or by.id in network.left_out)]
        )

    def _forget(self) -> None:
        """Retract everything."""
        self._session.drop([handle for _, handle in self._headroom.values()])
        self._headroom = {}
        self._retract(list(self._handles))

    def _retract(self, keys: Iterable[int]) -> None:
        gone = [self._handles.pop(key) for key in keys]
        self._session.drop(gone)
        for handle in gone:
            del self._arcs[handle]


class Warnings:
    """The cautions in a session, condition by condition; they stay until others are asked about."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rules: tuple[Caution, ...] = ()
        self._handles: list[str] = []
        self._numbers: dict[Condition, int] = {}
        self._parts: list[int] = []
        self._asked = 0

    def fired(self, rules: tuple[Caution, ...], facts: Iterable[Condition]) -> list[str]:
        """Ids of the cautions all of whose conditions hold."""
        self._asked = (self._asked + 1) % STAY
        if rules is not self._rules or not self._asked:
            self._lay(rules)
        holding = set(facts)
        held = [n for condition, n in self._numbers.items() if condition in holding]
        handles = self._session.add([{"kind": "held", "condition": n} for n in held])
        met: dict[int, int] = defaultdict(int)
        for matches in self._session.matches().values():
            for match in matches:
                met[match["caution"]["caution"]] += 1
        self._session.drop(handles)
        return [rule.id for n, rule in enumerate(rules) if met[n] == self._parts[n]]

    def _lay(self, rules: tuple[Caution, ...]) -> None:
        self._session.drop(self._handles)
        self._rules, self._handles, self._numbers, self._parts = (), [], {}, []
        facts: list[Fact] = []
        for n, rule in enumerate(rules):
            wanted = [self._numbers.setdefault(c, len(self._numbers)) for c in dict.fromkeys(rule.when)]
            parts = [wanted[at : at + PART] for at in range(0, len(wanted), PART)]
            self._parts.append(len(parts))
            for part in parts:
                wants = {f"wants{k}": condition for k, condition in enumerate(part)}
                facts.append({"kind": "caution", "caution": n, "asks": len(part), **wants})
        self._handles = self._session.add(facts)
        self._rules = rules

"""The generic rules, and the facts they join: what is laid before durable-rules, and what stays there.

No rule names an entity: mechanisms and members are facts, so a rule base of any size runs on these few rules.
Every rule starts from what has just changed and reaches the network by equal keys, so nothing static is ever
joined with anything static, and a target with many regulators costs one match for each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from theralogic.durable_host import MOST_FACTS, Fact, Rules, Session
from theralogic.kernel import Settled, Situation, Stakes
from theralogic.levels import FALLS, RISES
from theralogic.model import Caution, Condition, Entity, Mechanism

PART = 4
"""Conditions of a caution that one fact can hold; a longer caution is several facts."""

KEYS: Mapping[str, type] = {
    "kind": str,  # arc stake change lost opened caution held
    "by": str,  # an arc is by a mechanism or a member
    **dict.fromkeys(("arc", "source", "target", "sign", "entity", "loss", "way", "turn", "first", "gate"), int),
    **dict.fromkeys(("caution", "asks", "condition", *(f"wants{n}" for n in range(PART))), int),
}
"""Everything a fact may hold. Entities are numbered: small ints have no encoding and no length."""


def _when(kind: str, **tests: Any) -> dict[str, Any]:
    """One condition: a fact of this kind whose keys equal constants, or a key of an earlier fact."""
    compared = ("$gte", "$lte", "$lt")
    plain = [{key: value} for key, value in tests.items() if f"${key}" not in compared]
    return {"$and": [{"kind": kind}, *plain, *({f"${op}": test} for op, test in tests.items() if f"${op}" in compared)]}


def rules() -> Rules:
    """The rules. INVARIANT: each kind of fact has a condition that asks for nothing else (an unmatched fact is an
    error to durable-rules), and none negates (negation sees only what was asserted before)."""
    earlier = {"turn": {"lost": "turn"}}, {"turn": {"opened": "turn"}}
    mine = {"source": {"change": "entity"}}
    same = {"target": {"lost": "target"}, "sign": {"lost": "sign"}}
    source = {"entity": {"arc": "source"}}
    generic: dict[str, list[dict[str, Any]]] = {
        # What has changed acts on what it regulates,
        "transmit": [{"change": _when("change")}, {"arc": _when("arc", by="mechanism", **mine)}],
        # and on the complexes it is a member of.
        "member": [{"change": _when("change")}, {"arc": _when("arc", by="member", **mine)}],
        # The fellows of a lost regulator that have something to give,
        "remains": [
            {"lost": _when("lost", first=1)},
            {"arc": _when("arc", by="mechanism", **same)},
            {"stake": _when("stake", **source)},
        ],
        # and those lost before, whose losses are proposed again.
        "lost before": [
            {"lost": _when("lost")},
            {"arc": _when("arc", by="mechanism", **same)},
            {"change": _when("change", way=FALLS, **source, lt=earlier[0])},
        ],
        # A gate has opened further: whatever would have raised it before is proposed again.
        "raised before": [
            {"opened": _when("opened")},
            {"arc": _when("arc", sign=RISES, target={"opened": "gate"})},
            {"change": _when("change", **source, gte={"way": 0}) | {}},
        ],
        "raised by loss before": [
            {"opened": _when("opened")},
            {"arc": _when("arc", sign=FALLS, target={"opened": "gate"})},
            {"change": _when("change", **source, lte={"way": 0})},
        ],
    }
    for name in ("raised before", "raised by loss before"):
        generic[name][2]["change"]["$and"].append({"$lt": earlier[1]})
    for asks in range(1, PART + 1):
        generic[f"caution of {asks}"] = [
            {"caution": _when("caution", asks=asks)},
            *({f"held{n}": _when("held", condition={"caution": f"wants{n}"})} for n in range(asks)),
        ]
    return generic

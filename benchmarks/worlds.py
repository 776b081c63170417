"""Rule bases of any size, shaped like the shipped one, in the keys of its YAML files: every peer reads the same."""

from __future__ import annotations

import random
from typing import Any

World = dict[str, Any]


def world(mechanisms: int, seed: int = 1) -> World:
    """A rule base with about ``mechanisms`` mechanisms, a disease, a drug and a case.

    As in the shipped base: 1.5 mechanisms an entity, one complex for ten entities, a third inhibits, a few
    hubs act on much (subjects are drawn with preference for those that act already).
    """
    rng = random.Random(seed)
    size = max(8, mechanisms * 2 // 3)
    gates = size // 10
    plain = [f"e{n}" for n in range(size - gates)]
    entities: list[World] = [
        {
            "id": e,
            "name": e,
            "kind": "signal",
            "tone": rng.choice(("inducible", "inducible", "constitutive")),
        }
        for e in plain
    ]
    for n in range(gates):
        members = rng.sample(plain, rng.choice((2, 2, 3)))
        entities.append({"id": f"g{n}", "name": f"g{n}", "kind": "complex", "requires": members})
    nodes = [entity["id"] for entity in entities]
    subjects = list(nodes)
    rules: list[World] = []
    while len(rules) < mechanisms:
        subject, target = rng.choice(subjects), rng.choice(nodes)
        if subject == target:
            continue
        subjects.append(subject)
        rules.append(
            {
                "id": f"m{len(rules)}",
                "subject": subject,
                "relation": rng.choice(("activates", "activates", "inhibits")),
                "object": target,
                "strength": rng.choice(("weak", "moderate", "moderate", "strong", "strong")),
                "because": "for a benchmark",
            }
        )
    ill = rng.sample(plain, min(6, len(plain)))
    hub = max(nodes, key=lambda node: sum(rule["subject"] == node for rule in rules[:2000]))
    return {
        "entities": entities,
        "mechanisms": rules,
        "diseases": [{"id": "d0", "name": "D0", "activity": plain[0], "levels": dict.fromkeys(ill, "high")}],
        "interventions": [
            {
                "id": "drug0",
                "name": "drug zero",
                "class": "test agent",
                "actions": [{"verb": "supplies", "target": hub}],
            }
        ],
        "cautions": [],
        "case": {
            "id": "case",
            "hypothetical": True,
            "title": "benchmark",
            "disease": "d0",
            "findings": [],
            "interventions": ["drug0"],
        },
    }

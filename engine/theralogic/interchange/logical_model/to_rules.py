"""A logical model as rule files: nodes are entities, ANDs are complexes, and any one of them is enough (`sufficient`).

On is the level `high` and off `absent`, so that what is on can be lost whole, what is off can't be lost at all, and
every mechanism passes everything on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from theralogic.interchange.logical_model.formula import Clause
from theralogic.interchange.logical_model.read import Model

Item = dict[str, Any]


def files_of(model: Model, name: str, on: Collection[str], reference: str = "") -> dict[str, Any]:
    """The content of each rule file by its path under the folder of the rule base.

    ``on`` are the nodes that are on at rest: the state becomes a disease called ``name``. ``reference`` is a CURIE
    of the publication. For each node there are two interventions, ``NODE_off`` and ``NODE_on``.
    """
    evidence = [{"ref": reference, "kind": "database"}] if reference else [{"kind": "textbook"}]
    entities: list[Item] = []
    mechanisms: list[Item] = []
    for node in sorted(model.functions):
        entities.append({"id": node, "name": node, "kind": "gene", "level": "absent", "drivers": "sufficient"})
        clauses = model.functions[node]
        if clauses == {frozenset([(node, True)])}:
            continue  # an input stays as it is by itself
        for number, clause in enumerate(sorted(clauses, key=sorted), 1):
            subject = _lone(clause, node)
            if not subject and clause:
                subject = f"{node}.and{number}"
                entities.append(
                    {
                        "id": subject,
                        "name": f"{_in_words(clause)} (for {node})",
                        "kind": "complex",
                        "requires": _members(clause),
                    }
                )
            if subject:
                mechanisms.append(
                    {
                        "id": f"{subject}-sets-{node}",
                        "subject": subject,
                        "relation": "activates",
                        "object": node,
                        "strength": "strong",
                        "needs": "weak",
                        "because": f"{node} is on while {_in_words(clause)}.",
                        "evidence": [dict(one) for one in evidence],
                    }
                )
    levels = dict.fromkeys(sorted(on), "high")
    return {
        f"rules/entities/{name}.yaml": entities,
        f"rules/mechanisms/{name}.yaml": mechanisms,
        f"rules/interventions/{name}.yaml": list(_interventions(model)),
        f"rules/diseases/{name}.yaml": {"id": name, "name": f"{name} at rest", "levels": levels},
    }


def _lone(clause: Clause, node: str) -> str:
    """The one node that a clause asks to be on, or nothing: then it takes a gate."""
    if len(clause) == 1:
        [(name, on)] = clause
        if on and name != node:
            return name
    return ""


def _members(clause: Clause) -> list[Any]:
    return [name if on else {"not": name} for name, on in sorted(clause)]


def _in_words(clause: Clause) -> str:
    names = [name if on else f"not {name}" for name, on in sorted(clause)]
    text = " and ".join(names[:6])
    return text if len(names) <= 6 else f"{text} and {len(names) - 6} more"


def _interventions(model: Model) -> Iterator[Item]:
    for node in sorted(model.functions):
        for state, verb in (("off", "blocks"), ("on", "supplies")):
            yield {
                "id": f"{node}_{state}",
                "name": f"{node} held {state}",
                "class": "hypothetical",
                "actions": [{"verb": verb, "target": node}],
            }

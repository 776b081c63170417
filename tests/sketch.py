"""Rule bases drawn in a few lines, for tests in which the rules should be seen at a glance.

``sketch("A -> B strong", "B -| C weak needs moderate")`` has the entities that its arrows name; what else an
entity, a disease or a drug needs is given as the YAML would say it.
"""

from __future__ import annotations

import re
from typing import Any

from tests.oracle.worlds import case_of, knowledge_base

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Result
from theralogic.reasoning.evaluate import ArmRun, Engine, evaluate
from theralogic.results.assemble import solve

ARROW = re.compile(r"(\S+) (->|-\|) (\S+)(?: (weak|moderate|strong))?(?: needs (\w+))?(?: in (\w+))?(?: by (\w+))?")


def sketch(*arrows: str, **more: Any) -> KnowledgeBase:
    """The rule base of some arrows: ``A -> B strong needs weak in TISSUE by ONSET``, all but the arrow optional.

    ``entities`` maps an id to further keys of its item; ``diseases``, ``interventions``, ``cautions`` and
    ``mechanisms`` are lists of items. Levels are ``normal`` and strengths ``strong`` unless they say otherwise.
    """
    mechanisms = [_mechanism(arrow) for arrow in arrows]
    named = {m[end]: None for m in mechanisms for end in ("subject", "object")}
    entities = [
        {"id": e, "name": e, "kind": "protein", **more.get("entities", {}).get(e, {})}
        for e in {**named, **more.get("entities", {})}
    ]
    return knowledge_base(
        {
            "entities": entities,
            "mechanisms": mechanisms + more.get("mechanisms", []),
            "diseases": more.get("diseases", []),
            "interventions": more.get("interventions", []),
            "cautions": more.get("cautions", []),
        }
    )


def patient(kb: KnowledgeBase, **keys: Any) -> Case:
    """A case with the keys given; a level such as ``high`` stands for a finding: ``levels={"A": "high"}``."""
    findings = [{"entity": e, "level": level} for e, level in keys.pop("levels", {}).items()]
    written = {"id": "case", "hypothetical": True, "title": "A case", "findings": findings, **keys}
    return case_of({"case": written}, kb)


def drug(name: str, **actions: str) -> dict[str, Any]:
    """An intervention item: ``drug("x", blocks="A")``."""
    done = [{"verb": verb, "target": target} for verb, target in actions.items()]
    return {"id": name, "name": name, "class": "try", "actions": done}


def run(kb: KnowledgeBase, case: Case, engine: Engine) -> ArmRun:
    """The case as written, evaluated."""
    return evaluate(kb, case, engine).arms[0]


def solved(kb: KnowledgeBase, engine: Engine, **keys: Any) -> Result:
    """The result of a patient."""
    return solve(kb, patient(kb, **keys), engine)


def _mechanism(arrow: str) -> dict[str, Any]:
    found = ARROW.fullmatch(arrow)
    assert found, f"not an arrow: {arrow}"
    subject, way, target, strength, needs, tissue, onset = found.groups()
    return {
        "id": f"{subject}-{'raises' if way == '->' else 'lowers'}-{target}".lower().replace("_", "-"),
        "subject": subject,
        "relation": "activates" if way == "->" else "inhibits",
        "object": target,
        "strength": strength or "strong",
        "needs": needs or "moderate",
        "onset": onset or "hours",
        "because": f"{subject} acts on {target}.",
        "evidence": [{"kind": "textbook"}],
        **({"where": {"tissue": tissue}} if tissue else {}),
    }

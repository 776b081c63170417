"""What is worth asking where nobody asked: the disease's activity, then everything measured or felt that changes."""

from __future__ import annotations

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Result

SHOWN_KINDS = ("activity", "symptom", "risk", "readout", "measure")


def worth_asking(kb: KnowledgeBase, case: Case, result: Result) -> tuple[str, ...]:
    """Entities to ask about: activities first, whether they change or not, then changed outcomes and readouts.

    Every changed entity where none of these changes.
    """
    activities = [kb.diseases[d].activity for d in case.diseases if kb.diseases[d].activity]
    world = result.worlds.get("treated") or result.worlds["untreated"]
    changed = [change.entity for change in world.changes]
    shown = sorted(
        (e for e in changed if kb.entities[e].kind in SHOWN_KINDS and e not in activities),
        key=lambda e: SHOWN_KINDS.index(kb.entities[e].kind),
    )
    return tuple(dict.fromkeys([*activities, *(shown or changed)]))

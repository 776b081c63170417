"""Which cautions should be said, from what a result states."""

from __future__ import annotations

from theralogic.model import Condition, KnowledgeBase
from theralogic.result import Result
from theralogic.vocabulary import VERBS

BOTH_WAYS = "What is given pulls {name} both ways."


def expected_cautions(kb: KnowledgeBase, result: Result) -> dict[tuple[str, str], str]:
    """What should be said, by arm and caution id."""
    found: dict[tuple[str, str], str] = {}
    for arm, context in result.context.arms.items():
        worlds = result.worlds if arm == "treated" else result.arms[arm].worlds
        rows = worlds["treated"] if "treated" in worlds else worlds["untreated"]
        family = set(result.context.diseases)
        while more := {p for d in family for p in kb.diseases[d].parents} - family:
            family |= more
        actions = {(a["target"], a["verb"]) for drug in context.interventions for a in drug.actions}
        holds = {
            "change": {(c.entity, c.direction) for c in rows.changes},
            "finding": set(context.findings.items()),
            "intervention": {(drug.id, "") for drug in context.interventions},
            "disease": {(d, "") for d in family},
            "action": actions,
        }

        def true(condition: Condition, holds: dict[str, set[tuple[str, str]]] = holds) -> bool:
            return (condition.subject, condition.value) in holds[condition.kind]

        for caution in kb.cautions:
            if all(true(condition) for condition in caution.when):
                found[arm, caution.id] = caution.say
        for target in {t for t, _ in actions}:
            if len({VERBS[verb] for t, verb in actions if t == target}) == 2:
                found[arm, f"opposing-actions:{target}"] = BOTH_WAYS.format(name=kb.entities[target].name)
    return found

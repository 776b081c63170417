"""What a verdict says beside faults: what was checked, and what is taken as stated with the case at hand or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from theralogic.model.names import fold
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import SCHEMA_1, GivenDrug, Result
from theralogic.verify.case_from_result import BASE, parts
from theralogic.verify.checked_arm import CheckedArm
from theralogic.verify.schema_1 import NOT_CHECKED
from theralogic.verify.verdict import Unchecked

SENTENCES = (
    "answers/*/detail",
    "arms/*/answers/*/detail",
    "arms/*/versus_treated/*/detail",
    "cautions/*/say",
    "cautions/*/because",
)


def stated_anyhow(kb: KnowledgeBase, result: Result) -> Iterator[Unchecked]:
    """What no case could tell: the engine, what was left out as too slow, hypothetical drugs, old sentences."""
    yield Unchecked(("engine",), "which engine it was: both give the same result")
    if result.schema == SCHEMA_1:
        yield Unchecked(SENTENCES, NOT_CHECKED)
    if result.context.by is not None:
        yield Unchecked(("context/by",), f"effects slower than `{result.context.by}`: they are left out here")
    own: dict[GivenDrug, list[str]] = {}
    for name, arm in result.context.arms.items():
        for drug in arm.interventions:
            if drug.id not in kb.interventions:
                own.setdefault(drug, []).append(f"context/arms/{name}/interventions/{drug.id}")
    for drug, places in own.items():
        yield Unchecked(tuple(dict.fromkeys(places)), _hypothetical(kb, drug))


def _hypothetical(kb: KnowledgeBase, drug: GivenDrug) -> str:
    """What there is to say of a drug that is not of the rules."""
    alias = kb.names["intervention"].get(fold(drug.id))
    done = {(action.verb, action.target) for action in drug.actions}
    like = next((d.id for d in kb.interventions.values() if {(a.verb, a.target) for a in d.actions} == done), None)
    told = f"; the rules know `{alias}` by that name" if alias else f"; they are those of `{like}`" if like else ""
    return f"`{drug.id[:80]}` is hypothetical, no drug of the rules: its actions are what the case says{told}"


def said(result: Result, stages: Mapping[str, CheckedArm]) -> Iterator[str]:
    """What was checked of the arms whose changes bear each other out."""
    there = [part for name, part in parts(result).items() if name in stages]
    worlds = [world for part in there for world in part.worlds.values()]
    if not worlds:
        return
    changes = _number(sum(len(world.changes) for world in worlds), "change")
    yield f"{changes} in {_number(len(worlds), 'world')}, each with its rule, its premises and its votes"
    yield f"{_number(sum(len(part.answers) for part in there), 'answer')}, each with its reason"
    rows = (
        sum(len(part.versus_treated) for name, part in result.arms.items() if name in stages) if BASE in stages else 0
    )
    if rows:
        yield f"{_number(rows, 'comparison')} of arms"
    yield f"{_number(len(result.cautions), 'caution')}, and that no other is due"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""A case on a card, before anything is predicted."""

from __future__ import annotations

import textwrap
from typing import Any

from theralogic.model.levels import LEVELS
from theralogic.model.records import Arm, Case, KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.render.phrases import listed


def card(kb: KnowledgeBase, case: Case, width: int) -> str:
    """Patient, findings, what is given, what is asked and what the case teaches."""

    def wrap(text: str) -> list[str]:
        return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="      ")

    lines = [case.title, "", *textwrap.wrap(case.vignette.strip(), width, initial_indent="  ", subsequent_indent="  ")]
    diseases = listed(kb.diseases[d].name for d in case.diseases) or "none: a healthy subject"
    lines += wrap(f"Disease: {diseases}.")
    for arm in case.arms:
        label = "Given" if arm is case.arms[0] else f"What if: {arm.title}. Given"
        lines += wrap(f"{label}: {_given(arm) or 'nothing'}{_findings(kb, arm)}.")
    if case.ask:
        lines += ["", "Asked", *(f"  {kb.entities[e].name}" for e in case.ask)]
    for title, texts in (
        ("Objectives", case.teaching.objectives),
        ("Know before", case.teaching.prerequisites),
        ("Common misconceptions", case.teaching.misconceptions),
    ):
        if texts:
            lines += ["", title, *(line for text in texts for line in wrap(text))]
    return "\n".join([*lines, "", DISCLAIMER])


def card_json(kb: KnowledgeBase, case: Case) -> dict[str, Any]:
    """The card as plain data."""
    return {
        "id": case.id,
        "title": case.title,
        "vignette": case.vignette,
        "diseases": {d: kb.diseases[d].name for d in case.diseases},
        "arms": [
            {
                "id": arm.id,
                "title": arm.title,
                "findings": {f.entity: LEVELS[f.level] for f in arm.findings},
                "given": [{"id": p.intervention.id, "dose": p.dose} for p in arm.prescriptions],
            }
            for arm in case.arms
        ],
        "ask": list(case.ask),
        "teaching": {name: list(texts) for name, texts in case.teaching._asdict().items()},
        "disclaimer": DISCLAIMER,
    }


def _given(arm: Arm) -> str:
    return listed(p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in arm.prescriptions)


def _findings(kb: KnowledgeBase, arm: Arm) -> str:
    found = [
        f"{kb.entities[f.entity].name} {LEVELS[f.level]}" + (f" ({f.measured})" if f.measured else "")
        for f in arm.findings
    ]
    return f"; findings: {listed(found)}" if found else ""

"""Who says so: mechanisms without evidence, and mechanisms that rest on one source."""

from __future__ import annotations

from collections.abc import Iterator

from theralogic.check.finding import RuleFinding
from theralogic.model.records import KnowledgeBase


def uncited(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Mechanisms with no evidence (warning), with only refuting evidence (error), or a study without a reference."""
    for mechanism in kb.mechanisms:
        if not mechanism.evidence:
            message = f"`{mechanism.id}` has no evidence: cite it or mark it `kind: textbook`"
            yield RuleFinding("warning", "uncited", mechanism.id, message, mechanism.source)
        elif all(item.stance == "refutes" for item in mechanism.evidence):
            message = f"`{mechanism.id}` has only evidence against it"
            yield RuleFinding("error", "refuted", mechanism.id, message, mechanism.source)
        for item in mechanism.evidence:
            if item.kind != "textbook" and not item.ref:
                message = f"`{mechanism.id}` cites a study ({item.kind}) without a reference"
                yield RuleFinding("error", "no-reference-given", mechanism.id, message, mechanism.source)


def single_source(kb: KnowledgeBase) -> Iterator[RuleFinding]:
    """Mechanisms that rest on one source or on a textbook alone."""
    for mechanism in kb.mechanisms:
        refs = {item.ref for item in mechanism.evidence if item.ref}
        if mechanism.evidence and len(refs) <= 1:
            what = "one source" if refs else "a textbook alone"
            message = f"`{mechanism.id}` rests on {what}"
            yield RuleFinding("note", "single-source", mechanism.id, message, mechanism.source)

"""All checks over one rule base, worst first."""

from __future__ import annotations

from theralogic.check import contexts, evidence, gates, naming, reach, shortcuts
from theralogic.check.finding import SEVERITIES, RuleFinding
from theralogic.model.records import KnowledgeBase

CHECKS = (
    shortcuts.shortcuts,
    contexts.never_operative,
    contexts.sign_conflicts,
    contexts.duplicates,
    contexts.many_contexts,
    gates.unmeetable,
    reach.unreachable,
    reach.never_pass,
    reach.unused,
    naming.deficits,
    naming.synonyms,
    naming.look_alikes,
    naming.xrefs,
    evidence.uncited,
    evidence.single_source,
)


def check(kb: KnowledgeBase) -> list[RuleFinding]:
    """Every finding, errors before warnings before notes, then by code and subject."""
    found = [finding for judge in CHECKS for finding in judge(kb)]
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.code, f.subject, f.message))

"""A new case file that is complete and passes: the quickest way to a case is to edit one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from theralogic.model.edits import Changes, case_of
from theralogic.model.errors import WrongOptionError
from theralogic.model.records import KnowledgeBase
from theralogic.reasoning.evaluate import Engine
from theralogic.results.assemble import solve
from theralogic.results.questions import worth_asking

MOST = 5


def template(kb: KnowledgeBase, identity: str, disease: str, drugs: Iterable[str], engine: Engine) -> str:
    """YAML of a case whose expectations are what the rules say today; raises where a name is unknown."""
    if not identity.replace("-", "").replace("_", "").isalnum() or not identity.isascii():
        plain = "-".join(re.findall(r"[a-z0-9]+", identity.casefold()))
        help = f"use letters, digits, `-`, as in `{plain or 'my-case'}`"
        raise WrongOptionError("bad-id", f"`{identity[:80]}` is not a plain identifier", help=help)
    case = case_of(kb, [disease], drugs, Changes(), ())
    result = solve(kb, case, engine)
    asked = worth_asking(kb, case, result)[:MOST]
    world = result.worlds.get("treated") or result.worlds["untreated"]
    changes = {c.entity: c for c in world.changes}
    given = [p.intervention.id for p in case.arms[0].prescriptions]
    where = "" if given else ", world: untreated"
    lines = [
        f"id: {_plain(identity)}",
        "hypothetical: true",
        f"title: {json.dumps(case.title, ensure_ascii=False)}",
        "vignette: Describe a hypothetical patient in two or three plain sentences.",
        f"disease: {_plain(case.diseases[0])}",
        "findings: []",
        f"interventions: [{', '.join(map(_plain, given))}]",
        f"ask: [{', '.join(map(_plain, asked))}]",
        "expect:",
    ]
    for entity in asked:
        change = changes.get(entity)
        if change is None:
            lines.append(f"  - {{entity: {_plain(entity)}, direction: no_effect{where}}}")
        else:
            by = f", by: [{json.dumps(change.rule)}]" if change.rule != "given" else ""
            strength = f", at_least: {change.strength}"
            lines.append(f"  - {{entity: {_plain(entity)}, direction: {change.direction}{strength}{by}{where}}}")
    return "\n".join([*lines, "teaching:", "  objectives: [What should a student take home?]"]) + "\n"


def _plain(text: str) -> str:
    """``text`` as YAML reads it back: in quotes where it would be a number, a truth value, nothing or punctuation."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text) and text.casefold() not in ("null", "true", "false")
    return text if plain else json.dumps(text, ensure_ascii=False)

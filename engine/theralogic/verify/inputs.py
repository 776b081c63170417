"""What a result says went in, against the rule base: levels, operative rules, and what the drugs do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from theralogic.levels import LEVELS, ONSETS, STRENGTHS
from theralogic.model import Context, Disease, KnowledgeBase, Mechanism
from theralogic.result import ArmContext, GivenDrug, Result
from theralogic.verify.fault import Fault
from theralogic.vocabulary import VERBS

Pulls = dict[str, tuple[int, int, str]]


def levels_given(kb: KnowledgeBase, diseases: Iterable[str], findings: Mapping[str, str]) -> dict[str, int]:
    """Levels of the diseases, where findings win."""
    levels = {entity: level for d in diseases for entity, level in kb.diseases[d].levels}
    return levels | {entity: LEVELS.index(word) for entity, word in findings.items()}


def operative(kb: KnowledgeBase, result: Result, arm: str, *, treated: bool) -> list[Mechanism]:
    """The mechanisms whose context the result's facts meet; doses count in the treated world only."""
    facts = {key: set(values) for key, values in result.context.arms[arm].facts.items()}
    family = _family(kb, result.context.diseases)
    facts["disease"] = {d.id for d in family}
    # What the diseases list holds whether or not the result says so.
    for disease in (kb.diseases[d] for d in result.context.diseases):
        for key, values in disease.compartments:
            facts.setdefault(key, set()).update(values)
    if not treated:
        facts.pop("dose", None)
    slowest = ONSETS.index(result.context.by) if result.context.by else len(ONSETS)
    return [m for m in kb.mechanisms if _holds(m, facts) and m.onset <= slowest]


def _family(kb: KnowledgeBase, diseases: Iterable[str]) -> list[Disease]:
    found: dict[str, Disease] = {}
    queue = list(diseases)
    while queue:
        disease = kb.diseases[queue.pop(0)]
        if disease.id not in found:
            found[disease.id] = disease
            queue += disease.parents
    return list(found.values())


def _holds(rule: Mechanism, facts: Mapping[str, set[str]]) -> bool:
    return _where(rule.where, facts) and not (
        rule.unless and all(facts.get(key, set()) & set(values) for key, values in rule.unless)
    )


def _where(context: Context, facts: Mapping[str, set[str]]) -> bool:
    for key, values in context:
        listed = facts.get(key, set())
        if not listed & set(values) and not (key in ("tissue", "cell") and not listed):
            return False
    return True


def actions_given(kb: KnowledgeBase, arm: str, context: ArmContext) -> tuple[list[Fault], Pulls]:
    """What each target is pulled to, and where a known drug is said to do what it does not do."""
    faults = [fault for drug in context.interventions for fault in _drug_faults(kb, arm, drug, context)]
    strongest: dict[str, dict[int, tuple[int, str]]] = {}
    for drug in context.interventions:
        for action in drug.actions:
            if action.get("verb") not in VERBS or action.get("target") not in kb.entities:
                continue
            way, limit = VERBS[action["verb"]], action.get("limit", "")
            potency = STRENGTHS.index(action["potency"]) if action.get("potency") in STRENGTHS else 0
            best = strongest.setdefault(action["target"], {}).get(way)
            if best is None or (potency, not limit) > (best[0], not best[1]):
                strongest[action["target"]][way] = (potency, limit)
    pulls: Pulls = {}
    for target, ways in strongest.items():
        top = max(potency for potency, _ in ways.values())
        leading = sorted(way for way, (potency, _) in ways.items() if potency == top)
        direction = leading[0] if len(leading) == 1 else 0
        pulls[target] = (direction, top, ways[leading[0]][1])
    return faults, pulls


def _drug_faults(kb: KnowledgeBase, arm: str, drug: GivenDrug, context: ArmContext) -> Iterable[Fault]:
    where = f"{arm}/{drug.id}"
    for action in drug.actions:
        if action.get("verb") not in VERBS or action.get("target") not in kb.entities:
            yield Fault("bad-action", where, f"`{action.get('verb')}` `{action.get('target')}` is no action")
            return
    known = kb.interventions.get(drug.id)
    if known is None:
        return
    places = {place for key in ("tissue", "cell") for place in context.facts.get(key, ())}
    caps = [rank for name, rank in known.dose if name == (drug.dose or "standard")]
    caps += [rank for name, rank in known.reach if name in places]
    wanted = set()
    for does in known.actions:
        bearers = kb.entities[does.target].borne_by if does.verb == "depletes" else ()
        for target in {does.target, *bearers}:
            wanted.add((does.verb, target, STRENGTHS[min([does.potency, *caps])]))
    stated = {(a["verb"], a["target"], a.get("potency", "")) for a in drug.actions}
    if wanted != stated:
        odd = sorted(wanted ^ stated)[0]
        yield Fault(
            "wrong-action", where, f"`{odd[0]}` `{odd[1]}` ({odd[2]}) is {'missing' if odd in wanted else 'made up'}"
        )

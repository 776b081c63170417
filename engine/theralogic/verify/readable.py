"""What the inputs of a result may name, whether or not the case is at hand: the words and rules for a case file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from theralogic.model.levels import LEVELS, ONSETS, STRENGTHS
from theralogic.model.names import fold
from theralogic.model.records import Intervention, KnowledgeBase
from theralogic.model.result import ArmContext, GivenDrug, Result
from theralogic.model.vocabulary import CONTEXT_KEYS, ENGINES, VERBS
from theralogic.verify.arm_inputs import STANDARD
from theralogic.verify.case_from_result import BASE, parts
from theralogic.verify.fault import Fault

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+.-]{0,119}")
DIGEST = re.compile(r"[0-9a-f]{32}")
MOST_TITLE = 200
MOST_VIGNETTE = 4_000
USUAL_DOSES = ("", "low", STANDARD, "high")


def unreadable(kb: KnowledgeBase, result: Result) -> Iterator[Fault]:
    """What the inputs name that the rule base does not know, and what no case could say."""
    context = result.context
    for disease in context.diseases:
        if disease not in kb.diseases:
            yield Fault("unknown-disease", f"context/diseases/{disease}", f"no disease {_quoted(disease)}")
    yield from _disagreeing(kb, result)
    if context.by is not None and context.by not in ONSETS:
        yield Fault("bad-word", "context/by", f"{_quoted(context.by)} is no onset")
    expected = {BASE, *result.arms}
    if set(context.arms) != expected or BASE in result.arms:
        yield Fault("arms-differ", "context/arms", f"arms should be {', '.join(sorted(expected))}")
    for name, part in parts(result).items():
        for entity, times in Counter(answer.entity for answer in part.answers).items():
            if entity not in kb.entities:
                yield Fault("unknown-entity", f"{name}/answers/{entity}", f"no entity {_quoted(entity)}")
            if times > 1:
                yield Fault("answered-twice", f"{name}/answers/{entity}", "a question is answered once")
    for name, arm in context.arms.items():
        yield from _unreadable_arm(kb, arm, f"context/arms/{name}")


def bad_words(result: Result) -> Iterator[Fault]:
    """An engine that there is not; ids, digest and titles of another form than those of a case file.

    What was made from words has no digest, and a title of any length.
    """
    if result.engine not in ENGINES:
        yield Fault("unknown-engine", "engine", f"no engine {_quoted(result.engine)}: it is {' or '.join(ENGINES)}")
    context, digest = result.context, result.case.get("digest", "")
    ids = {"case/id": result.case.get("id", "")} | {f"context/arms/{name}": name for name in context.arms}
    for where, text in ids.items():
        if not ID.fullmatch(text):
            yield Fault("bad-word", where, f"{_quoted(text)} is no id")
    if digest and not DIGEST.fullmatch(digest):
        yield Fault("bad-word", "case/digest", f"{_quoted(digest)} is no digest")
    titles = {"context/title": context.title}
    titles |= {f"context/arms/{name}/title": arm.title for name, arm in context.arms.items()}
    for where, text in titles.items():
        if digest and not 0 < len(text) <= MOST_TITLE:
            yield Fault("bad-word", where, f"a title has 1 to {MOST_TITLE} characters, not {len(text)}")
    if len(context.vignette) > MOST_VIGNETTE:
        yield Fault("bad-word", "context/vignette", f"it has more than {MOST_VIGNETTE} characters")


def _disagreeing(kb: KnowledgeBase, result: Result) -> Iterator[Fault]:
    """Diseases that give an entity different levels where no finding decides; a case with them is refused."""
    base = result.context.arms.get(BASE)
    found = base.findings if base else {}
    levels: dict[str, int] = {}
    for disease in result.context.diseases:
        for entity, level in kb.diseases[disease].levels if disease in kb.diseases else ():
            if entity not in found and levels.setdefault(entity, level) != level:
                message = f"another disease gives `{entity}` another level, and no finding decides"
                yield Fault("diseases-disagree", f"context/diseases/{disease}", message)


def _unreadable_arm(kb: KnowledgeBase, arm: ArmContext, where: str) -> Iterator[Fault]:
    for entity, level in arm.findings.items():
        if entity not in kb.entities or kb.entities[entity].members or level not in LEVELS:
            message = f"{_quoted(entity)} at {_quoted(level)} is no finding"
            yield Fault("bad-finding", f"{where}/findings/{entity}", message)
    for key in arm.facts:
        if key not in CONTEXT_KEYS:
            yield Fault("bad-word", f"{where}/facts/{key}", f"{_quoted(key)} is no kind of fact")
    for drug in arm.interventions:
        here = f"{where}/interventions/{drug.id}"
        yield from _unreadable_drug(kb, drug, here)
        for action in drug.actions:
            words = (action.verb in VERBS, action.potency in STRENGTHS[1:])
            if not all(words) or action.target not in kb.entities:
                yield Fault("bad-action", here, f"{_quoted(action.verb)} {_quoted(action.target)} is no action")


def _unreadable_drug(kb: KnowledgeBase, drug: GivenDrug, where: str) -> Iterator[Fault]:
    """A drug of the rules under another name or at a dose that nobody knows, and one of no rules that is no agent."""
    known = kb.interventions.get(drug.id)
    if known is None:
        if drug.name != drug.id:
            message = f"{_quoted(drug.id)} is no drug of the rules, so its name is its id, not {_quoted(drug.name)}"
            yield Fault("bad-drug", where, message)
        if not drug.actions:
            yield Fault("bad-drug", where, f"{_quoted(drug.id)} is no drug of the rules, and does nothing")
        return
    if drug.name != known.name:
        yield Fault("bad-drug", where, f"{_quoted(drug.id)} is called `{known.name}`, not {_quoted(drug.name)}")
    if drug.dose not in USUAL_DOSES and drug.dose not in _doses(kb, known):
        yield Fault("bad-drug", where, f"{_quoted(drug.dose)} is no dose of `{drug.id}`")


def _doses(kb: KnowledgeBase, drug: Intervention) -> set[str]:
    """Doses that make a difference to a drug or to any rule."""
    told = {
        dose for rule in kb.mechanisms for key, some in (*rule.where, *rule.unless) if key == "dose" for dose in some
    }
    return {fold(dose) for dose in told} | {name for name, _ in drug.dose}


def _quoted(text: str) -> str:
    """Something that the result says, cut where it goes on for ever."""
    return f"`{text[:80]}`"

"""A result beside the case that it is about: what of the case it answers, and what has to be taken as stated.

A case that is at hand is compared whole. The program has four other ways to ask about the same patient: about all
that changes, about one entity, about more than the case asks, and a what-if in place of its arms. Such a result is
compared with the case as far as the two go together, and what is left over is named.
"""

from __future__ import annotations

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Result
from theralogic.verify.case_from_result import ANSWERING, BASE, case_back, parts
from theralogic.verify.verdict import Unchecked

WHAT_IF = "what-if"
MOST_NAMED = 5
INPUTS = ("findings", "facts", "interventions")
ARMS = ("arms", "context/arms")
"""Which arms there are; what is in them has places of its own."""


def unknown_case(result: Result) -> tuple[Unchecked, ...]:
    """What can't be known without the case."""
    name = result.case.get("id", "")[:80]
    why = f"no case `{name}` is at hand" if result.case.get("digest") else "it is said to be made from words alone"
    return (
        Unchecked(("case",), f"the case itself could not be compared: {why}"),
        Unchecked(
            ("context/title", "context/vignette", "context/arms/*/title"),
            "its title, its vignette and the titles of its arms may say anything",
        ),
        Unchecked(
            ("context/diseases", *(f"context/arms/*/{place}" for place in INPUTS)),
            "who the patient is and what is given is taken as stated",
        ),
        Unchecked(("answers", "arms/*/answers", *ARMS), "whether it asks more, and whether it has other arms"),
    )


def as_answered(kb: KnowledgeBase, case: Case, result: Result) -> tuple[Case, tuple[Unchecked, ...]]:
    """``case`` with the questions and arms of ``result`` where those are another way to ask about the same patient."""
    case, arms = _with_arms(kb, case, result)
    case, asked = _with_questions(kb, case, result)
    return case, (*arms, *asked)


def _with_arms(kb: KnowledgeBase, case: Case, result: Result) -> tuple[Case, tuple[Unchecked, ...]]:
    """No arms at all, or a what-if instead, are another question; some of the arms are not."""
    own = [arm.id for arm in case.arms if arm.id != BASE]
    if set(result.arms) == set(own) or WHAT_IF in own or set(result.arms) - {WHAT_IF}:
        return case, ()
    left = (Unchecked(ARMS, f"{_named(own)}: arms of the case that are not here"),) if own else ()
    if not result.arms:
        return case._replace(arms=case.arms[:1]), left
    message = f"`{WHAT_IF}` is no arm of the case: its title, its findings and what it gives are taken as stated"
    (stated,) = (arm for arm in case_back(kb, result).arms if arm.id == WHAT_IF)
    places = tuple(f"context/arms/{WHAT_IF}/{place}" for place in ("title", *INPUTS))
    return case._replace(arms=(case.arms[0], stated)), (*left, Unchecked(places, message))


def _with_questions(kb: KnowledgeBase, case: Case, result: Result) -> tuple[Case, tuple[Unchecked, ...]]:
    answered = {name: tuple(a.entity for a in part.answers) for name, part in parts(result).items()}
    asked = answered[BASE]
    if set(answered.values()) == {case.ask}:
        return case, ()
    if answered == _changed(result):
        silent = [entity for entity in case.ask if any(entity not in some for some in answered.values())]
        message = f"{_names(kb, silent)}: asked by the case and not answered in every arm, as not all of it changes"
        return case._replace(ask=()), (Unchecked(("answers", "arms/*/answers"), message),) if silent else ()
    if len(set(answered.values())) > 1:
        return case, ()
    if asked[: len(case.ask)] == case.ask:
        if case.ask:
            return case._replace(ask=asked), ()
        message = "the case asks nothing by itself: what else might be asked"
        return case._replace(ask=asked), (Unchecked(("answers", "arms/*/answers"), message),)
    if len(asked) == 1:
        left = [entity for entity in case.ask if entity not in asked]
        message = f"{_names(kb, left)}: asked by the case and not answered here"
        return case._replace(ask=asked), (Unchecked(("answers", "arms/*/answers"), message),)
    return case, ()


def _changed(result: Result) -> dict[str, tuple[str, ...]]:
    """What changes in the world of each arm that answers its questions."""
    return {
        name: tuple(c.entity for c in part.worlds[max(part.worlds, key=ANSWERING.index)].changes)
        for name, part in parts(result).items()
        if part.worlds and set(part.worlds) <= set(ANSWERING)
    }


def _names(kb: KnowledgeBase, entities: list[str]) -> str:
    return _named([kb.entities[entity].name for entity in entities])


def _named(names: list[str]) -> str:
    """The first few of some names, and how many more."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more

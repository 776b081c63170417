"""Why something does not happen, and how drugs combine, in words: the one place for these sentences.

A result holds reasons as data. Whoever shows one takes the words from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from theralogic.model.names import plural
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Answer, CautionRow, Contrast, Reason
from theralogic.model.vocabulary import MOST_NAMED
from theralogic.render.phrases import listed
from theralogic.results.why_not import WayOut

Namer = Callable[[str], str]


class ReasonKind(NamedTuple):
    """A kind of reason in words, and what it teaches.

    ``sentence`` has places to fill, ``meaning`` says what it is, ``because`` is an option of an exercise. ``slip`` is
    that of who overlooked it, ``pattern`` what it shows, each empty where it is none of those that are taught.
    """

    sentence: str
    meaning: str
    because: str
    slip: str
    pattern: str


REASON_KINDS = {
    "no_known_mechanism": ReasonKind(
        sentence="the rules know no way by which what is given would move {target}",
        meaning="No known mechanism: that is a statement about the rules, not proof that nothing happens",
        because="the rules know no way to it from what is given",
        slip="",
        pattern="",
    ),
    "out_of_context": ReasonKind(
        sentence="an effect of {source} on {target} is known, but not in this patient ({by})",
        meaning="Out of context: the rule holds elsewhere in the body or in another disease",
        because="the rule that would lead to it holds elsewhere, not in this patient",
        slip="context_slipped",
        pattern="context_switch",
    ),
    "gate_closed": ReasonKind(
        sentence="{target} can't rise {gate}",
        meaning="A closed gate: what works only together is missing a part, so nothing else can raise it",
        because="a part that it needs is missing",
        slip="gate_missed",
        pattern="gate",
    ),
    "nothing_to_lose": ReasonKind(
        sentence="there is no {target} to lose at its level",
        meaning="Nothing to lose: what is hardly there cannot fall, so blocking it does nothing",
        because="there is none of it to lose in this patient",
        slip="context_slipped",
        pattern="nothing_to_lose",
    ),
    "no_room": ReasonKind(
        sentence="{target} was found to be absent, and nothing given supplies it",
        meaning="Absent: what is not there can't be raised, only supplied",
        because="there is none of it in this patient, and nothing given supplies it",
        slip="context_slipped",
        pattern="nothing_to_lose",
    ),
    "redundant": ReasonKind(
        sentence="others still drive {target}: {by}",
        meaning="Redundancy: another driver is enough to keep it up",
        because="other drivers are enough to keep it going",
        slip="redundancy_ignored",
        pattern="redundancy",
    ),
    "faded": ReasonKind(
        sentence="{change} is only {strength}, too little to move {target}",
        meaning="Faded: the change on the way is too small to be passed on",
        because="what arrives there is too weak to move it",
        slip="",
        pattern="",
    ),
    "out_of_reach": ReasonKind(
        sentence="the drug hardly reaches {by}, so the change in {source} is too small to move {target}",
        meaning="Out of reach: the drug hardly gets to where it would act",
        because="the drug hardly gets to where it would act",
        slip="context_slipped",
        pattern="context_switch",
    ),
}
"""Every kind of reason: the one table of what is said of it and what it teaches."""

COMBINATIONS = {
    "rules": "which of these is stronger here would settle it: {by}",
    "gate": "it can't rise {gate}",
    "cancel": "together they leave it unchanged",
    "together": "neither alone does it",
    "shared": "both act through {by}",
    "either": "either alone does as much",
    "stronger": "the stronger alone does as much",
}

WAYS_OUT = {
    "supply": "if {by} were there",
    "remove": "if {by} were blocked",
    "block": "if {by} were blocked too",
    "raise": "if {by} were high in this patient",
}


def namer(kb: KnowledgeBase) -> Namer:
    """What people call an entity; what is no entity is called what it is."""

    def name(entity: str) -> str:
        known = kb.entities.get(entity)
        return known.name if known else entity

    return name


def reason_text(name: Namer, reason: Reason) -> str:
    """One clause for a reason, without a capital letter or a stop."""
    target, source = name(reason.entity), name(reason.source)
    if reason.rule == "given" and not reason.strength:
        return f"{target} is given at its healthy level, and what is given is not overridden"
    by = ", ".join(map(name, reason.by[:MOST_NAMED]))
    if len(reason.by) > MOST_NAMED:
        by += f" and {len(reason.by) - MOST_NAMED} more"
    gate = _gate(by, [name(who) for who in reason.against])
    change = f"there is little {source} to lose, so the fall" if reason.scarce else f"the change in {source}"
    sentence = REASON_KINDS[reason.kind].sentence
    return sentence.format(target=target, source=source, by=by, gate=gate, change=change, strength=reason.strength)


def _gate(missing: str, against: list[str]) -> str:
    """What a closed gate lacks, and what is there and has to be away."""
    there = (
        f"while {listed(against)} {'are' if len(against) > 1 or plural(against[0]) else 'is'} there" if against else ""
    )
    return " and ".join(filter(None, (f"without {missing}" if missing else "", there)))


def stillness(name: Namer, answer: Answer) -> str:
    """Why an answer's entity does not change; before anything is given there is no reason but health."""
    return reason_text(name, answer.reason) if answer.reason else "as in health"


def combination_text(name: Namer, row: Contrast) -> str:
    """How an added drug combines, more closely than its kind says; empty where there is no more to say."""
    by = ", ".join(row.by if row.how == "rules" else map(name, row.by))
    gate = _gate(by, [name(who) for who in row.against])
    return COMBINATIONS[row.how].format(by=by, gate=gate) if row.how else ""


def way_out_text(name: Namer, way: WayOut) -> str:
    """What would let an effect through, as a condition."""
    return WAYS_OUT[way.kind].format(by=listed(map(name, way.entities)))


def worded(name: Namer, row: CautionRow) -> CautionRow:
    """A caution with words: those of its rule, or those for what is given against itself."""
    if not row.target:
        return row
    return row._replace(
        say=f"What is given pulls {name(row.target)} both ways.",
        because="The stronger action wins; equal ones leave the direction undecided.",
    )

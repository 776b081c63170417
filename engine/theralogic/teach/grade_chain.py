"""Grading a learner's chain link by link against the derivation, with the reason for each grade.

A grade never says only "wrong": it says which of the ways of going wrong this is, and what holds instead. What is
true in this patient comes first, then what is true elsewhere, and only then what looks like a confusion.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from theralogic.render.phrases import listed
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import main_path
from theralogic.teach.network import ChainLinks, chain_links, counterparts, siblings
from theralogic.teach.read_chain import ClaimedLink
from theralogic.teach.signed_links import drug_links

POINTS = {
    "exact": 1.0,
    "compressed": 0.75,
    "valid_elsewhere": 0.5,
    "wrong_sign": 0.0,
    "reversed": 0.0,
    "amount_for_activity": 0.0,
    "wrong_sibling": 0.0,
    "unsupported": 0.0,
    "unknown_name": 0.0,
}
"""Every grade of a link and what it is worth."""
MEANS = {
    "exact": "a step of the derivation, or of another path that carried the same effect",
    "compressed": "true, but steps are skipped, and it says which",
    "valid_elsewhere": "a rule says so, but it is not why this changes here",
    "wrong_sign": "the link is there, with the other sign",
    "reversed": "the link is there, the other way round",
    "amount_for_activity": "true of another aspect of the same molecule: its signal, its amount or its reading",
    "wrong_sibling": "true of a relative, such as STAT1 for STAT3",
    "unsupported": "no rule leads from one to the other",
    "unknown_name": "the name is not known; near ones are told, none is guessed",
}
"""What each grade says to a learner."""
SLIP_OF = {"wrong_sign": "sign_flipped", "amount_for_activity": "level_for_activity", "reversed": "marker_as_cause"}
LONGEST = 60
FAR = 4  # links over which a claim about rules not used here is still followed


class LinkGrade(NamedTuple):
    """The grade of one link, in words; ``skipped`` or ``instead`` name what was left out or meant; ``slip`` or ''."""

    claim: ClaimedLink
    grade: str
    says: str
    skipped: tuple[str, ...]
    instead: str
    slip: str


class ChainGrade(NamedTuple):
    """All marks of a chain; ``gaps`` say where it does not begin or end as it should; ``score`` from 0 to 1."""

    entity: str
    marks: tuple[LinkGrade, ...]
    gaps: tuple[str, ...]
    score: float


def own_chain(arm: ArmView, entity: str) -> tuple[tuple[str, int, str], ...]:
    """The derivation's main path to ``entity`` as signed links, beginning with what is given where a drug is."""
    path = main_path(arm.world, entity)
    first = path[0].entity
    starts = [link for link in drug_links(arm) if link[2] == first][:1]
    steps = [
        (before.entity, arm.sign(step.rule, before.entity, step.entity), step.entity)
        for before, step in zip(path, path[1:], strict=False)
    ]
    return (*starts, *steps)


def grade(arm: ArmView, entity: str, claims: Iterable[ClaimedLink]) -> ChainGrade:
    """Grade a chain that should explain why ``entity`` changes."""
    net = chain_links(arm, entity)
    claims = tuple(claims)
    marks = tuple(grade_link(arm, net, claim) for claim in claims)
    gaps = tuple(_gaps(arm, net, claims))
    score = sum(POINTS[m.grade] for m in marks) / max(len(marks) + len(gaps), 1)
    return ChainGrade(entity, marks, gaps, round(score, 3))


def grade_link(arm: ArmView, net: ChainLinks, claim: ClaimedLink) -> LinkGrade:
    """Grade one link."""

    def told(grade: str, says: str, *, skipped: Iterable[str] = (), instead: str = "", slip: str = "") -> LinkGrade:
        return LinkGrade(
            claim=claim,
            grade=grade,
            says=says,
            skipped=tuple(skipped),
            instead=instead,
            slip=slip or SLIP_OF.get(grade, ""),
        )

    for term in (claim.source, claim.target):
        if not term.id:
            near = f"; did you mean {listed(term.near, 'or')}?" if term.near else ""
            return told("unknown_name", f"`{term.text}` is not a name known here{near}")
    source, sign, target = claim.source.id, claim.sign, claim.target.id
    one, two = arm.name(source), arm.name(target)
    does = "raises" if sign > 0 else "lowers"
    if (source, sign, target) in net.used.rules:
        return told("exact", f"{one} {does} {two}")
    path = net.used.walk(source, sign, target, LONGEST)
    if path:
        inner = path[1:-1]
        return told("compressed", f"true, but it skips {listed(arm.name(e) for e in inner)}", skipped=inner)
    known = net.known.rules.get((source, sign, target))
    if known:
        slip, says = _not_here(arm, net, claim, known)
        return told("valid_elsewhere", says, slip=slip)
    confused = _confused(arm, net, claim)
    if net.used.walk(source, -sign, target, LONGEST) or (source, -sign, target) in net.known.rules:
        if confused and confused[0] == "amount_for_activity":
            return told(confused[0], confused[2], instead=confused[1])
        other = "lowers" if sign > 0 else "raises"
        return told("wrong_sign", f"the sign is turned: {one} {other} {two}")
    back = [way for way in (1, -1) if (target, way, source) in net.used.rules]
    if back or any(net.used.walk(target, way, source, LONGEST) for way in (1, -1)):
        return told("reversed", f"the other way round: {two} acts on {one}")
    if confused:
        return told(confused[0], confused[2], instead=confused[1])
    if any((target, way, source) in net.known.rules for way in (1, -1)):
        return told("reversed", f"the other way round: {two} acts on {one}")
    return _far(arm, net, claim)


def _far(arm: ArmView, net: ChainLinks, claim: ClaimedLink) -> LinkGrade:
    """A link that no single rule is: true or turned by way of a few rules not used here, or nothing at all."""
    source, sign, target = claim.source.id, claim.sign, claim.target.id
    path = net.known.walk(source, sign, target, FAR)
    other = net.known.walk(source, -sign, target, FAR)
    if path and (other is None or len(path) <= len(other)):
        inner = tuple(path[1:-1])
        says = f"the rules know it by way of {listed(arm.name(e) for e in inner)}, but not in this derivation"
        return LinkGrade(claim=claim, grade="valid_elsewhere", says=says, skipped=inner, instead="", slip="")
    if other:
        inner = tuple(other[1:-1])
        way = "lowers" if sign > 0 else "raises"
        says = f"by way of {listed(arm.name(e) for e in inner)} {arm.name(source)} {way} {arm.name(target)}"
        return LinkGrade(claim=claim, grade="wrong_sign", says=says, skipped=inner, instead="", slip="sign_flipped")
    says = f"no rule leads from {arm.name(source)} to {arm.name(target)}"
    return LinkGrade(claim=claim, grade="unsupported", says=says, skipped=(), instead="", slip="")


def _not_here(arm: ArmView, net: ChainLinks, claim: ClaimedLink, rule: str) -> tuple[str, str]:
    """Why a link that a rule states is no part of this derivation: a slip or '', and the reason in words."""
    source, target = claim.source.id, claim.target.id
    one, two = arm.name(source), arm.name(target)
    if source in arm.kb.interventions:
        return "", f"true of {one}, but it is not given here"
    if (source, claim.sign, target) in net.against.rules:
        return "", f"true, but here it works against the change of {arm.name(net.entity)}"
    if source not in arm.changes:
        return "", f"true, but {one} does not change in this patient"
    change = arm.changes.get(target)
    if change is None:
        return "", f"true as a rule, but in this patient it does not get through to {two}"
    if (source, claim.sign, target) in net.later.rules:
        return "", f"true, but it comes later: it keeps the change of {two} going, and is not what starts it"
    mechanism = arm.mechanisms.get(rule)
    said = {vote.rule for vote in (*change.support, *change.opposition)}
    if mechanism and (mechanism.where or mechanism.unless) and rule not in said:
        return "context_slipped", "true elsewhere, but the rule does not hold in this patient"
    return "", f"true, but it is not part of why {arm.name(net.entity)} changes"


def _confused(arm: ArmView, net: ChainLinks, claim: ClaimedLink) -> tuple[str, str, str] | None:
    """The link that becomes true when one end is another aspect of the same molecule, or a sibling of it."""
    source, sign, target = claim.source.id, claim.sign, claim.target.id
    kb = arm.kb
    for label, others in (("amount_for_activity", counterparts), ("wrong_sibling", siblings)):
        direct = label == "wrong_sibling"
        for end, mine in (("target", target), ("source", source)):
            for other in others(kb, mine):
                a, b = (source, other) if end == "target" else (other, target)
                if a == b:
                    continue
                if (a, sign, b) in net.used.rules or (not direct and net.used.walk(a, sign, b, LONGEST)):
                    what = "an amount is not an activity" if not direct else "a relative, but not the one"
                    says = f"{what}: {arm.name(a)} {'raises' if sign > 0 else 'lowers'} {arm.name(b)}"
                    return label, other, says
    return None


def _gaps(arm: ArmView, net: ChainLinks, claims: tuple[ClaimedLink, ...]) -> Iterable[str]:
    """Where a chain does not begin with what is given, breaks, or does not reach its end."""
    starts = {d.id for d in arm.context.interventions} | {c.entity for c in arm.world.changes if c.rule == "given"}
    named = [claim.source.id for claim in claims]
    if not starts & set(named):
        yield "it does not begin with what is given"
    ends = {claim.target.id for claim in claims}
    if net.entity not in ends:
        yield f"it does not reach {arm.name(net.entity)}"
    for before, after in zip(claims, claims[1:], strict=False):
        if after.source.id not in {c.target.id for c in claims} | starts and before.target.id != after.source.id:
            yield f"nothing leads to {after.source.text}"

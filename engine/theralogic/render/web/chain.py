"""The chain to an effect: the ordered list first, because it reads everywhere, then the same as a drawing to walk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from theralogic.model.levels import ONSETS, STRENGTHS
from theralogic.model.records import Evidence, Mechanism
from theralogic.model.result import Answer, ChangeRow
from theralogic.model.search import statement
from theralogic.render import arm_sentences
from theralogic.render import evidence as words
from theralogic.render.causal_graph import picture
from theralogic.render.drawing import to_svg
from theralogic.render.phrases import HOW, WHEN, listed, moves, question, sentence
from theralogic.render.templates import anchor, render_part, trusted
from theralogic.render.web.parts import ShownReference, reference
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import derivation

if TYPE_CHECKING:
    from markupsafe import Markup

SIGNS = {"->": ("→", "raises"), "-|": ("⊣", "lowers"), "": ("", "")}


class ShownStep(NamedTuple):
    """A step as it is told: by which rule or gate (given where none), or where it was told ``above``."""

    place: str
    says: str
    above: str = ""
    kind: str = ""
    rule: str = ""
    references: tuple[ShownReference, ...] = ()
    remarks: tuple[str, ...] = ()


class ShownRule(NamedTuple):
    """A rule as an entry; of a ``gate`` only what it needs is said."""

    id: str
    says: str
    gate: bool = False
    because: str = ""
    strength: str = ""
    onset: str = ""
    limits: str = ""
    evidence: tuple[ShownEvidence, ...] = ()


class ShownEvidence(NamedTuple):
    """Who says so, what kind of study it is, whether it speaks ``against``, and what it says."""

    source: ShownReference
    kind: str
    against: str
    note: str


def why(account: ArmView, answer: Answer, key: str, told: dict[str, str], *, drawn: bool = True) -> Markup | None:
    """The chain to one answer: steps with rule and evidence, what was set aside, and the drawing where ``drawn``.

    ``told`` maps the steps told so far on this page to their places: they are only named again, and new ones added.
    None where nothing led to the answer.
    """
    found = derivation(account.world, answer.entity)
    if found is None:
        return None
    here = anchor("why", key, answer.entity)
    places = {step.entity: anchor(here, step.entity) for step in found.steps}
    part = render_part(
        "render/web/templates/why.html",
        id=here,
        question=question(answer),
        line=list(chain_line(account, answer.entity)),
        steps=[
            ShownStep(places[step.entity], sentence(moves(step)), above=told[step.entity])
            if step.entity in told
            else _step(account, step, places[step.entity])
            for step in found.steps
        ],
        set_aside=[arm_sentences.opposition(account, *vote) for vote in found.set_aside if vote[0] not in told],
        drawing=drawing(account, answer, here) if drawn else None,
    )
    told.update({entity: place for entity, place in places.items() if entity not in told})
    return part


def chain_line(account: ArmView, entity: str) -> Iterator[tuple[str, str, str]]:
    """The main path in one line: each name with the arrow after it, and the word that a screen reader says for it."""
    pieces = [*re.split(r" (->|-\|) ", arm_sentences.chain_line(account, entity)), ""]
    for name, sign in zip(pieces[::2], pieces[1::2], strict=True):
        yield name, *SIGNS[sign]


def drawing(account: ArmView, answer: Answer, here: str) -> Markup:
    """The derivation of one answer as a drawing whose nodes lead to their steps."""
    shown = picture(account, [answer.entity], href=lambda entity: f"#{anchor(here, entity)}")
    return trusted(to_svg(shown._replace(caption=""), down=True, prefix=here.removeprefix("why-")))


def _step(account: ArmView, step: ChangeRow, place: str) -> ShownStep:
    remarks = tuple(arm_sentences.remarks(account, step))
    if step.rule == "given":
        return ShownStep(place, arm_sentences.says(account, step), remarks=remarks)
    kind = "gate" if step.rule == step.entity else "rule"
    references = tuple(reference(ref) for ref in step.evidence)
    says = arm_sentences.says(account, step)
    return ShownStep(place, says, kind=kind, rule=step.rule, references=references, remarks=remarks)


def used_rules(account: ArmView) -> list[str]:
    """Ids of the rules and gates in the chains to an arm's answers, in the order of their first use."""
    rules: dict[str, None] = {}
    for answer in account.answers:
        found = derivation(account.world, answer.entity)
        for step in found.steps if found else ():
            rules[step.rule] = None
        for _, vote in found.set_aside if found else ():
            rules[vote.rule] = None
    rules.pop("given", None)
    return list(rules)


def rules(account: ArmView, ids: Iterable[str]) -> Markup:
    """Rules and gates as entries: what, why, when not, how strong and how soon, and who says so."""
    entries = []
    for rule in ids:
        mechanism = account.mechanisms.get(rule)
        entries.append(_mechanism(account, mechanism) if mechanism else _gate(account, rule))
    return render_part("render/web/templates/rules.html", rules=entries)


def _mechanism(account: ArmView, mechanism: Mechanism) -> ShownRule:
    return ShownRule(
        mechanism.id,
        statement(account.kb, mechanism),
        because=mechanism.because,
        strength=HOW[STRENGTHS[mechanism.strength]],
        onset=WHEN[ONSETS[mechanism.onset]],
        limits=mechanism.limits,
        evidence=tuple(evidence(item) for item in mechanism.evidence),
    )


def _gate(account: ArmView, gate: str) -> ShownRule:
    needs = listed(("no " if m.negated else "") + account.name(m.entity) for m in account.kb.entities[gate].members)
    return ShownRule(gate, f"{account.name(gate)} needs {needs}", gate=True)


def evidence(item: Evidence) -> ShownEvidence:
    """Who says so, what kind of study it is, and what it says."""
    return ShownEvidence(reference(words.source(item)), words.kind(item), words.doubt(item), item.note)

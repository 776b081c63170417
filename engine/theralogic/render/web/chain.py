"""The chain to an effect: the ordered list first, because it reads everywhere, then the same as a drawing to walk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from theralogic.model.levels import ONSETS, STRENGTHS
from theralogic.model.records import Evidence, Mechanism
from theralogic.model.result import Answer, ChangeRow, Vote
from theralogic.model.search import statement
from theralogic.render import arm_sentences
from theralogic.render import evidence as words
from theralogic.render.causal_graph import picture
from theralogic.render.drawing import to_svg
from theralogic.render.phrases import HOW, WHEN, listed, moves, question, sentence
from theralogic.render.web.page import anchor, esc
from theralogic.render.web.parts import reference
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import derivation


def why(account: ArmView, answer: Answer, key: str, told: dict[str, str], *, drawn: bool = True) -> str:
    """The chain to one answer: steps with rule and evidence, what was set aside, and the drawing where ``drawn``.

    ``told`` maps the steps told so far on this page to their places: they are only named again, and new ones added.
    """
    found = derivation(account.world, answer.entity)
    if found is None:
        return ""
    here = anchor("why", key, answer.entity)
    places = {step.entity: anchor(here, step.entity) for step in found.steps}
    steps = "".join(
        _again(step, places[step.entity], told[step.entity])
        if step.entity in told
        else _step(account, step, places[step.entity])
        for step in found.steps
    )
    aside = _set_aside(account, [vote for vote in found.set_aside if vote[0] not in told])
    told.update({entity: place for entity, place in places.items() if entity not in told})
    list_ = f'<p class="line">{chain_line(account, answer.entity)}</p><ol class="steps">{steps}</ol>{aside}'
    return (
        f'<article class="why" id="{here}"><h4>{esc(question(answer))}</h4><div class="both">'
        f'<div class="told">{list_}</div>{figure(account, answer, here) if drawn else ""}</div></article>'
    )


def chain_line(account: ArmView, entity: str) -> str:
    """The main path in one line, with arrows that a screen reader says as words."""
    text = esc(arm_sentences.chain_line(account, entity))
    for plain, sign, word in ((" -&gt; ", "→", "raises"), (" -| ", "⊣", "lowers")):
        spoken = f' <span class="sign" role="img" aria-label="{word}">{sign}</span> '
        text = text.replace(plain, spoken)
    return text


def figure(account: ArmView, answer: Answer, here: str) -> str:
    """The derivation of one answer as a drawing whose nodes lead to their steps."""
    shown = picture(account, [answer.entity], href=lambda entity: f"#{anchor(here, entity)}")
    svg = to_svg(shown._replace(caption=""), down=True, prefix=here.removeprefix("why-"))
    return f'<figure class="graph">{svg}</figure>'


def _step(account: ArmView, step: ChangeRow, place: str) -> str:
    remarks = "".join(f'<span class="remark">{esc(text)}</span>' for text in arm_sentences.remarks(account, step))
    return (
        f'<li id="{place}">{esc(arm_sentences.says(account, step))} <span class="by">{_by(step)}</span>{remarks}</li>'
    )


def _again(step: ChangeRow, place: str, first: str) -> str:
    return f'<li id="{place}" class="again">{esc(sentence(moves(step)))} <a href="#{first}">Told above</a></li>'


def _by(step: ChangeRow) -> str:
    if step.rule == "given":
        return "given"
    kind = "gate" if step.rule == step.entity else "rule"
    refs = " ".join(reference(ref) for ref in step.evidence)
    return f'<a href="#{anchor("rule", step.rule)}">{kind} {esc(step.rule)}</a> {refs}'.rstrip()


def _set_aside(account: ArmView, votes: Sequence[tuple[str, Vote]]) -> str:
    items = "".join(f"<li>{esc(arm_sentences.opposition(account, *vote))}</li>" for vote in votes)
    return f'<div class="aside"><h5>Set aside</h5><ul>{items}</ul></div>' if items else ""


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


def rules(account: ArmView, ids: Iterable[str]) -> str:
    """Rules and gates as entries: what, why, when not, how strong and how soon, and who says so."""
    items = []
    for rule in ids:
        mechanism = account.mechanisms.get(rule)
        items.append(_mechanism(account, mechanism) if mechanism else _gate(account, rule))
    return f'<dl class="rules">{"".join(items)}</dl>'


def _mechanism(account: ArmView, mechanism: Mechanism) -> str:
    facts = f"{HOW[STRENGTHS[mechanism.strength]]}, {WHEN[ONSETS[mechanism.onset]]}"
    limits = f'<dd class="limits">Does not hold: {esc(sentence(mechanism.limits))}</dd>' if mechanism.limits else ""
    cited = "".join(f"<li>{evidence(item)}</li>" for item in mechanism.evidence)
    return (
        f'<dt id="{anchor("rule", mechanism.id)}">{esc(sentence(statement(account.kb, mechanism)))} '
        f"<code>{esc(mechanism.id)}</code></dt><dd>{esc(sentence(mechanism.because))} <small>{facts}</small></dd>"
        f'{limits}<dd><ul class="evidence">{cited}</ul></dd>'
    )


def _gate(account: ArmView, gate: str) -> str:
    needs = listed(("no " if m.negated else "") + account.name(m.entity) for m in account.kb.entities[gate].members)
    return (
        f'<dt id="{anchor("rule", gate)}">{esc(sentence(f"{account.name(gate)} needs {needs}"))} '
        f"<code>{esc(gate)}</code></dt><dd>A gate: it works only when all of these do.</dd>"
    )


def evidence(item: Evidence) -> str:
    """Who says so, what kind of study it is, and what it says."""
    source = reference(words.source(item))
    stance = f" ({esc(words.doubt(item))})" if words.doubt(item) else ""
    kind = f" <small>{esc(words.kind(item))}{stance}</small>" if words.kind(item) else ""
    return f"{source}{kind} {esc(item.note)}".rstrip()

"""One arm of a result told in sentences: what each step says, where it comes from, what limited it, what opposed it.

Every view (text, page, notebook, stepper) takes its words from here, so that none tells another story.
"""

from __future__ import annotations

from collections.abc import Iterable

from theralogic.model.names import plural
from theralogic.model.records import BASE_ARM
from theralogic.model.result import CautionRow, ChangeRow, Vote
from theralogic.model.vocabulary import MOST_NAMED
from theralogic.render.evidence import TEXTBOOK
from theralogic.render.phrases import ACTS, HOW, WOULD, does, listed, moves, sentence
from theralogic.render.reasons import worded
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import main_path, signalling_mode

PULLS = {"increases": "raise it", "decreases": "lower it", "ambiguous": "move it either way"}
DONE = {"blocks": "blocked", "neutralizes": "neutralised", "depletes": "depleted", "inhibits": "inhibited"}
"""What is said of a target that one kind of action lowers; of any other it is said to be lowered."""


def title(arm: ArmView) -> str:
    """Title of the case, and of the arm where it is not the case as written."""
    case = arm.result.context.title
    return case if arm.arm == BASE_ARM else f"{case}: {arm.context.title}"


def cautions(arm: ArmView) -> tuple[CautionRow, ...]:
    """The cautions of the arm, each with words."""
    return tuple(worded(arm.name, caution) for caution in arm.cautions)


def chain_line(arm: ArmView, entity: str) -> str:
    """The main path in one line: ``tocilizumab -| IL-6R -> IL-6 signalling``."""
    path = main_path(arm.world, entity)
    first = path[0]
    parts = [f"{listed(givers(arm, first.entity)) or 'given'} {'->' if first.direction == 'increases' else '-|'}"]
    for before, step in zip([None, *path[:-1]], path, strict=True):
        if before is not None:
            parts.append("->" if arm.sign(step.rule, before.entity, step.entity) > 0 else "-|")
        parts.append(step.name)
    return " ".join(parts)


def givers(arm: ArmView, entity: str) -> list[str]:
    """Names of the drugs that act on an entity."""
    return [d.name for d in arm.context.interventions if any(a.target == entity for a in d.actions)]


def says(arm: ArmView, step: ChangeRow) -> str:
    """What changed and why, as a sentence."""
    if step.rule == "given":
        return sentence(_given(arm, step))
    moved = moves(step)
    if step.direction == "ambiguous":
        return sentence(f"{moved}: {_undecided(arm, step)}")
    entity = arm.kb.entities[step.entity]
    premises = [premise.partition(":")[2] for premise in step.premises]
    if step.rule == entity.id:
        needs = listed(("no " if m.negated else "") + arm.name(m.entity) for m in entity.members)
        causes = listed(f"{arm.name(p)} {_briefly(arm, p)}" for p in premises)
        return sentence(f"{moved}: it needs {needs}, and {causes}")
    rule = arm.mechanisms[step.rule]
    prompts = [_too(arm, p) for p in premises if p != rule.subject]
    since = [f"{arm.name(rule.subject)} {_briefly(arm, rule.subject)}", *prompts]
    return sentence(f"{moved}, since {listed(since)}: {rule.because}")


def _undecided(arm: ArmView, step: ChangeRow) -> str:
    """Both sides of what the rules do not decide, each source with the way it pulls."""
    sources = {(vote.source, vote.direction): None for vote in step.support}
    return "; ".join(f"{arm.name(who)} {_briefly(arm, who)}, which would {PULLS[way]}" for who, way in sources)


def _too(arm: ArmView, entity: str) -> str:
    """What let a change through that had been held back before."""
    name = arm.name(entity)
    if arm.changes[entity].direction == "decreases":
        return f"{name} no longer make{'' if plural(name) else 's'} up for it"
    return f"{name} {_briefly(arm, entity)} too"


def _briefly(arm: ArmView, entity: str) -> str:
    change = arm.changes[entity]
    if change.rule == "given" and givers(arm, entity):
        verbs = {a.verb for d in arm.context.interventions for a in d.actions if a.target == entity}
        if len(verbs) == 1 and change.direction == "decreases":
            return f"{'are' if plural(change.name) else 'is'} {DONE.get(verbs.pop(), 'lowered')}"
    return does(change.name, change.direction)


def _given(arm: ArmView, step: ChangeRow) -> str:
    acts = [
        f"{drug.name} {ACTS[action.verb]} {step.name}"
        for drug in arm.context.interventions
        for action in drug.actions
        if action.target == step.entity
    ]
    if arm.treated and acts:
        return listed(dict.fromkeys(acts))
    level = arm.context.findings.get(step.entity)
    stands = "are" if plural(step.name) else "is"
    if level:
        return f"{step.name} {stands} {level} in this patient"
    diseases = listed(arm.result.context.diseases.values())
    return f"{step.name} {stands} {arm.levels.get(step.entity, 'given')} in {diseases}"


def source_of(step: ChangeRow) -> str:
    """What a step comes from: the rules that decided it, with who says so."""
    if step.rule == "given":
        return "given"
    if step.direction == "ambiguous":
        deciding = dict.fromkeys([step.rule, *(vote.rule for vote in step.support)])
        return "; ".join([*deciding, *step.evidence])
    if step.rule == step.entity:
        return f"gate {step.rule}"
    return "; ".join([step.rule, *(step.evidence or (TEXTBOOK,))])


def remarks(arm: ArmView, step: ChangeRow) -> Iterable[str]:
    """What limited the step, and whether its signal is autocrine or paracrine."""
    still = [arm.name(entity) for entity in arm.still_driving(step)]
    reasons = []
    if any(limit.kind == "headroom" for limit in step.limits):
        reasons.append(f"its level leaves little {'room' if step.direction == 'increases' else 'to lose'}")
    if still:
        one = len(still) == 1 and not plural(still[0])
        if len(still) > MOST_NAMED:
            still = [*still[:MOST_NAMED], f"{len(still) - MOST_NAMED} more"]
        reasons.append(f"{listed(still)} still act{'s' if one else ''} on it (redundancy)")
    gates = [arm.name(limit.by) for limit in step.limits if limit.kind == "gate"]
    if gates:
        reasons.append(f"{listed(gates)} held the gate to that")
    if reasons:
        yield f"Only {HOW[step.strength]}, because {', and '.join(reasons)}."
    for limit in step.limits:
        if limit.kind in ("dose", "reach"):
            yield f"Only {HOW[step.strength]}, by {limit.kind}: {limit.by}."
    mode = _mode(arm, step.entity)
    if mode:
        yield mode


def _mode(arm: ArmView, entity: str) -> str | None:
    members = tuple(m.entity for m in arm.kb.entities[entity].members)
    found = signalling_mode(
        {m: arm.kb.entities[m].produced_by for m in members},
        {m: arm.kb.entities[m].borne_by for m in members},
        members,
    )
    if found is None:
        return None
    kind, cells = found
    who = listed(arm.name(cell) for cell in cells)
    meaning = {
        "autocrine": f"{who} make it and hear it",
        "paracrine": f"{who} make it, other cells hear it",
        "autocrine and paracrine": f"{who} make it and hear it, and so do other cells",
    }[kind]
    return f"Signal: {kind} ({meaning})."


def atypical(arm: ArmView) -> Iterable[str]:
    """Findings that the disease alone would not predict."""
    for odd in arm.result.context.atypical:
        found = f"{arm.name(odd['entity'])} is {odd['finding']} in this patient"
        yield f"{found}; the disease alone predicts {odd['predicted']}"


def opposition(arm: ArmView, entity: str, vote: Vote) -> str:
    """One vote that was set aside, as a sentence."""
    target, source = arm.name(entity), arm.name(vote.source)
    effect = f"{WOULD[vote.direction]} {target} {HOW[vote.strength]}"
    text = f"{source} {does(source, arm.changes[vote.source].direction)}, which would {effect} ({vote.rule})"
    if vote.feedback:
        loop = " -> ".join(_short([arm.name(e) for e in vote.feedback]))
        return sentence(f"{text}; this is feedback through {loop}, reported as compensation")
    return sentence(f"{text}; {_outcome(arm.changes[entity], vote.strength, vote.steps)}")


def _short(loop: list[str]) -> list[str]:
    """A long loop by its ends; the steps between are in the chain already."""
    hidden = len(loop) - MOST_NAMED
    return loop if hidden <= 0 else [*loop[:2], f"{hidden} more", *loop[-2:]]


def _outcome(settled: ChangeRow, strength: str, steps: int) -> str:
    if settled.rule == "given":
        return "but what is given is pinned"
    if settled.direction == "ambiguous":
        return "which is why the direction is undecided"
    if strength == settled.strength:
        return f"as strong, but the longer way ({steps} steps against {settled.steps})"
    return "outweighed by the stronger effect"

"""One arm of a result told in sentences: what each step says, where it comes from, what limited it, what opposed it.

Every view (text, page, notebook, stepper) takes its words from here, so that none tells another story.
"""

from __future__ import annotations

from collections.abc import Iterable

from theralogic.model.names import plural
from theralogic.model.records import KnowledgeBase, Mechanism
from theralogic.model.result import (
    Answer,
    ArmContext,
    CautionRow,
    ChangeRow,
    Result,
    Vote,
    WorldRows,
    changes_by_entity,
)
from theralogic.model.vocabulary import MOST_NAMED
from theralogic.render.phrases import ACTS, HOW, WOULD, does, listed, moves, sentence
from theralogic.render.reasons import namer, worded
from theralogic.results.explain import main_path, signalling_mode

PULLS = {"increases": "raise it", "decreases": "lower it", "ambiguous": "move it either way"}


class Account:
    """One arm of a result: its answers, its world, and the rules for its words.

    With ``untreated`` the account is of the patient before anything is given, against a healthy subject.
    """

    def __init__(self, result: Result, kb: KnowledgeBase, arm: str = "treated", *, untreated: bool = False) -> None:
        self.result = result
        self.kb = kb
        self.name = namer(kb)
        self.arm = arm
        whole = result if arm == "treated" else result.arms[arm]
        self.treated = "treated" in whole.worlds and not untreated
        self.world: WorldRows = whole.worlds["treated" if self.treated else "untreated"]
        self.levels = whole.worlds["untreated"].levels or {}
        self.changes = changes_by_entity(self.world)
        self.answers: tuple[Answer, ...] = whole.answers
        if "treated" in whole.worlds and untreated:
            self.answers = tuple(self._before(answer) for answer in whole.answers)
        self.context: ArmContext = result.context.arms[arm]
        self.cautions: tuple[CautionRow, ...] = tuple(
            worded(self.name, c) for c in result.cautions if c.arm == arm and not untreated
        )
        self.mechanisms: dict[str, Mechanism] = {m.id: m for m in kb.mechanisms}

    def _before(self, answer: Answer) -> Answer:
        """What holds of an entity before anything is given; unchanged means as in health."""
        change = self.changes.get(answer.entity)
        if change is None:
            return Answer(
                entity=answer.entity,
                name=answer.name,
                direction="no_effect",
                strength=None,
                certainty=None,
                reason=None,
                opposed_by=(),
                onset=None,
            )
        how = (change.direction, change.strength, change.certainty, None, (), change.onset)
        return Answer(answer.entity, answer.name, *how)

    def title(self) -> str:
        """Title of the case, and of the arm where it is not the case as written."""
        title = self.result.context.title
        return title if self.arm == "treated" else f"{title}: {self.context.title}"

    def chain_line(self, entity: str) -> str:
        """The main path in one line: ``tocilizumab -| IL-6R -> IL-6 signalling``."""
        path = main_path(self.world, entity)
        first = path[0]
        parts = [f"{listed(self.givers(first.entity)) or 'given'} {'->' if first.direction == 'increases' else '-|'}"]
        for before, step in zip([None, *path[:-1]], path, strict=True):
            if before is not None:
                parts.append("->" if self.sign(step, before) > 0 else "-|")
            parts.append(step.name)
        return " ".join(parts)

    def sign(self, step: ChangeRow, source: ChangeRow) -> int:
        rule = self.mechanisms.get(step.rule)
        if rule:
            return rule.sign
        members = self.kb.entities[step.entity].members
        return -1 if any(m.entity == source.entity and m.negated for m in members) else 1

    def givers(self, entity: str) -> list[str]:
        return [d.name for d in self.context.interventions if any(a.target == entity for a in d.actions)]

    def says(self, step: ChangeRow) -> str:
        """What changed and why, as a sentence."""
        if step.rule == "given":
            return sentence(self.given(step))
        moved = moves(step)
        if step.direction == "ambiguous":
            return sentence(f"{moved}: {self.undecided(step)}")
        entity = self.kb.entities[step.entity]
        if step.rule == entity.id:
            needs = listed(("no " if m.negated else "") + self.name(m.entity) for m in entity.members)
            causes = listed(
                f"{self.name(p)} {self.briefly(p)}" for p in (premise.partition(":")[2] for premise in step.premises)
            )
            return sentence(f"{moved}: it needs {needs}, and {causes}")
        rule = self.mechanisms[step.rule]
        prompts = [p for p in (premise.partition(":")[2] for premise in step.premises) if p != rule.subject]
        since = [f"{self.name(rule.subject)} {self.briefly(rule.subject)}", *map(self.too, prompts)]
        return sentence(f"{moved}, since {listed(since)}: {rule.because}")

    def undecided(self, step: ChangeRow) -> str:
        """Both sides of what the rules do not decide, each source with the way it pulls."""
        sources = {(vote.source, vote.direction): None for vote in step.support}
        sides = [f"{self.name(who)} {self.briefly(who)}, which would {PULLS[way]}" for who, way in sources]
        return "; ".join(sides)

    def too(self, entity: str) -> str:
        """What let a change through that had been held back before."""
        name = self.name(entity)
        if self.changes[entity].direction == "decreases":
            return f"{name} no longer make{'' if plural(name) else 's'} up for it"
        return f"{name} {self.briefly(entity)} too"

    def briefly(self, entity: str) -> str:
        change = self.changes[entity]
        if change.rule == "given" and self.givers(entity):
            verbs = {a.verb for d in self.context.interventions for a in d.actions if a.target == entity}
            if len(verbs) == 1 and change.direction == "decreases":
                done = {
                    "blocks": "blocked",
                    "neutralizes": "neutralised",
                    "depletes": "depleted",
                    "inhibits": "inhibited",
                }
                return f"{'are' if plural(change.name) else 'is'} {done.get(verbs.pop(), 'lowered')}"
        return does(change.name, change.direction)

    def given(self, step: ChangeRow) -> str:
        acts = [
            f"{drug.name} {ACTS[action.verb]} {step.name}"
            for drug in self.context.interventions
            for action in drug.actions
            if action.target == step.entity
        ]
        if self.treated and acts:
            return listed(dict.fromkeys(acts))
        level = self.context.findings.get(step.entity)
        stands = "are" if plural(step.name) else "is"
        if level:
            return f"{step.name} {stands} {level} in this patient"
        diseases = listed(self.result.context.diseases.values())
        return f"{step.name} {stands} {self.levels.get(step.entity, 'given')} in {diseases}"

    def source(self, step: ChangeRow) -> str:
        if step.rule == "given":
            return "given"
        if step.direction == "ambiguous":
            deciding = dict.fromkeys([step.rule, *(vote.rule for vote in step.support)])
            return "; ".join([*deciding, *step.evidence])
        if step.rule == step.entity:
            return f"gate {step.rule}"
        return "; ".join([step.rule, *(step.evidence or ("textbook",))])

    def remarks(self, step: ChangeRow) -> Iterable[str]:
        """What limited the step, and whether its signal is autocrine or paracrine."""
        others = [limit.by for limit in step.limits if limit.kind == "redundant"]
        still = [self.name(e) for e in others if not self.lost(e)] or [self.name(e) for e in others]
        reasons = []
        if any(limit.kind == "headroom" for limit in step.limits):
            reasons.append(f"its level leaves little {'room' if step.direction == 'increases' else 'to lose'}")
        if still:
            one = len(still) == 1 and not plural(still[0])
            if len(still) > MOST_NAMED:
                still = [*still[:MOST_NAMED], f"{len(still) - MOST_NAMED} more"]
            reasons.append(f"{listed(still)} still act{'s' if one else ''} on it (redundancy)")
        gates = [self.name(limit.by) for limit in step.limits if limit.kind == "gate"]
        if gates:
            reasons.append(f"{listed(gates)} held the gate to that")
        if reasons:
            yield f"Only {HOW[step.strength]}, because {', and '.join(reasons)}."
        for limit in step.limits:
            if limit.kind in ("dose", "reach"):
                yield f"Only {HOW[step.strength]}, by {limit.kind}: {limit.by}."
        mode = self.mode(step.entity)
        if mode:
            yield mode

    def lost(self, entity: str) -> bool:
        """Whether it fell strongly itself, perhaps later: then it is no reason why something else holds."""
        change = self.changes.get(entity)
        return change is not None and (change.direction, change.strength) == ("decreases", "strong")

    def mode(self, entity: str) -> str | None:
        members = tuple(m.entity for m in self.kb.entities[entity].members)
        found = signalling_mode(
            {m: self.kb.entities[m].produced_by for m in members},
            {m: self.kb.entities[m].borne_by for m in members},
            members,
        )
        if found is None:
            return None
        kind, cells = found
        who = listed(self.name(cell) for cell in cells)
        meaning = {
            "autocrine": f"{who} make it and hear it",
            "paracrine": f"{who} make it, other cells hear it",
            "autocrine and paracrine": f"{who} make it and hear it, and so do other cells",
        }[kind]
        return f"Signal: {kind} ({meaning})."

    def atypical(self) -> Iterable[str]:
        """Findings that the disease alone would not predict."""
        for odd in self.result.context.atypical:
            found = f"{self.name(odd['entity'])} is {odd['finding']} in this patient"
            yield f"{found}; the disease alone predicts {odd['predicted']}"

    def opposition(self, entity: str, vote: Vote) -> str:
        """One vote that was set aside, as a sentence."""
        target, source = self.name(entity), self.name(vote.source)
        effect = f"{WOULD[vote.direction]} {target} {HOW[vote.strength]}"
        text = f"{source} {does(source, self.changes[vote.source].direction)}, which would {effect} ({vote.rule})"
        if vote.feedback:
            loop = " -> ".join(_short([self.name(e) for e in vote.feedback]))
            return sentence(f"{text}; this is feedback through {loop}, reported as compensation")
        return sentence(f"{text}; {_outcome(self.changes[entity], vote.strength, vote.steps)}")


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

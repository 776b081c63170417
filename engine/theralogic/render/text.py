"""A result in words that a student can read aloud: verdicts, then the chain to each, then what was set aside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from theralogic.explain import Derivation, derivation, main_path, signalling_mode
from theralogic.model import KnowledgeBase, Mechanism
from theralogic.render.phrases import ACTS, CERTAIN, HOW, MOVES, WHEN, WOULD, columns, listed, moves, sentence
from theralogic.result import Answer, ArmContext, CautionRow, ChangeRow, Result, WorldRows

WIDTH = 100
HYPOTHETICAL = "hypothetical case, for teaching"


class Page:
    """The parts of one result that belong together on a page: one arm, its world, and the rules for their words."""

    def __init__(self, result: Result, kb: KnowledgeBase, arm: str = "treated", width: int = WIDTH) -> None:
        self.result = result
        self.kb = kb
        self.arm = arm
        self.width = width
        whole = result if arm == "treated" else result.arms[arm]
        self.answers: tuple[Answer, ...] = whole.answers
        self.treated = "treated" in whole.worlds
        self.world: WorldRows = whole.worlds["treated" if self.treated else "untreated"]
        self.context: ArmContext = result.context.arms[arm]
        self.cautions: tuple[CautionRow, ...] = tuple(c for c in result.cautions if c.arm == arm)
        self.mechanisms: dict[str, Mechanism] = {m.id: m for m in kb.mechanisms}
        self.told: dict[str, int] = {}

    def name(self, entity: str) -> str:
        known = self.kb.entities.get(entity)
        return known.name if known else entity

    # -- verdicts ---------------------------------------------------------------------------------------

    def heading(self) -> list[str]:
        title = (
            self.result.context.title if self.arm == "treated" else f"{self.result.context.title}: {self.context.title}"
        )
        gap = max(self.width - len(title) - len(HYPOTHETICAL), 2)
        if len(title) + len(HYPOTHETICAL) + 2 > self.width:
            return [title, HYPOTHETICAL]
        return [f"{title}{' ' * gap}{HYPOTHETICAL}"]

    def effects(self) -> list[str]:
        """One line per answer: what, which way, how strongly, how surely, when; or why nothing happens."""
        rows = [self.effect(answer) for answer in self.answers]
        lines = columns([row for row in rows if len(row) == 5])
        for row in rows:
            if len(row) == 2:
                lines += textwrap.wrap(
                    f"{row[0]} {row[1]}", self.width, initial_indent="  ", subsequent_indent="      "
                )
        return lines

    def effect(self, answer: Answer) -> tuple[str, ...]:
        if answer.direction == "no_effect":
            return (answer.name, f"does not change: {answer.detail} [{answer.reason}]")
        strength = HOW[answer.strength or "weak"] if answer.direction != "ambiguous" else f"({answer.strength})"
        certainty = CERTAIN[answer.certainty or "given"]
        return (answer.name, MOVES[answer.direction], strength, certainty, WHEN[answer.onset or "minutes"])

    def notes(self) -> list[str]:
        lines: list[str] = []
        for caution in self.cautions:
            lines += textwrap.wrap(f"caution: {caution.say}", self.width, initial_indent="  ", subsequent_indent="    ")
        for odd in self.result.context.atypical:
            text = (
                f"atypical: {self.name(odd['entity'])} is {odd['finding']} in this patient; "
                f"the disease alone predicts {odd['predicted']}"
            )
            lines += textwrap.wrap(text, self.width, initial_indent="  ", subsequent_indent="    ")
        return lines

    # -- chains -----------------------------------------------------------------------------------------

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
        return [d.name for d in self.context.interventions if any(a["target"] == entity for a in d.actions)]

    def why(self, answer: Answer, detail: str) -> list[str]:
        """The chain behind one answer at a level of detail."""
        found = derivation(self.world, answer.entity)
        if found is None:
            return []
        verb = {"increases": "rise", "decreases": "fall"}.get(answer.direction)
        question = f"Why does {answer.name} {verb}?" if verb else f"Why is {answer.name} undecided?"
        if detail == "brief":
            return [
                *self.wrap(f"{answer.name} {MOVES[answer.direction]}: {self.chain_line(answer.entity)}", "  ", "      ")
            ]
        lines = [question]
        known = sorted(self.told[s.entity] for s in found.steps if s.entity in self.told)
        if known:
            lines.append(f"  (from step{'s' if len(known) > 1 else ''} {_ranges(known)} above)")
        for step in found.steps:
            if step.entity not in self.told:
                self.told[step.entity] = len(self.told) + 1
                lines += self.step(step, detail)
        lines += self.aside(found, detail)
        return lines

    def step(self, step: ChangeRow, detail: str) -> list[str]:
        number = f"{self.told[step.entity]}. ".rjust(6)
        lines = self.wrap(self.says(step), number, " " * 6)
        lines += self.wrap(f"[{self.source(step)}]", " " * 6, " " * 7)
        for remark in self.remarks(step):
            lines += self.wrap(remark, " " * 6, " " * 8)
        rule = self.mechanisms.get(step.rule)
        if detail == "full":
            lines += self.wrap(f"{CERTAIN[step.certainty]}; {WHEN[step.onset]}; step {step.steps}", " " * 6, " " * 8)
            if rule and rule.limits:
                lines += self.wrap(f"Does not hold: {rule.limits}", " " * 6, " " * 8)
            for item in rule.evidence if rule else ():
                words = f"{item.ref or 'textbook'} ({item.kind}, {item.stance}) {item.note}".rstrip()
                lines += self.wrap(words, " " * 6, " " * 8)
            others = sorted({v.rule for v in step.support} - {step.rule})
            if others:
                lines += self.wrap(f"Also for it: {', '.join(others)}", " " * 6, " " * 8)
        return lines

    def says(self, step: ChangeRow) -> str:
        """What changed and why, as a sentence."""
        if step.rule == "given":
            return sentence(self.given(step))
        moved = f"{step.name} {moves(step)}"
        entity = self.kb.entities[step.entity]
        if step.rule == entity.id:
            needs = listed(("no " if m.negated else "") + self.name(m.entity) for m in entity.members)
            causes = listed(
                f"{self.name(p)} {self.briefly(p)}" for p in (premise.partition(":")[2] for premise in step.premises)
            )
            return sentence(f"{moved}: it needs {needs}, and {causes}")
        rule = self.mechanisms[step.rule]
        return sentence(f"{moved}: {_lower(rule.because)}")

    def briefly(self, entity: str) -> str:
        change = next(c for c in self.world.changes if c.entity == entity)
        if change.rule == "given" and self.givers(entity):
            verbs = {a["verb"] for d in self.context.interventions for a in d.actions if a["target"] == entity}
            if len(verbs) == 1 and change.direction == "decreases":
                done = {
                    "blocks": "blocked",
                    "neutralizes": "neutralised",
                    "depletes": "depleted",
                    "inhibits": "inhibited",
                }
                return f"is {done.get(verbs.pop(), 'lowered')}"
        return MOVES[change.direction]

    def given(self, step: ChangeRow) -> str:
        acts = [
            f"{drug.name} {ACTS[action['verb']]} {step.name}"
            for drug in self.context.interventions
            for action in drug.actions
            if action["target"] == step.entity
        ]
        if self.treated and acts:
            return listed(dict.fromkeys(acts))
        level = self.context.findings.get(step.entity)
        if level:
            return f"{step.name} is {level} in this patient"
        diseases = listed(self.result.context.diseases.values())
        return (
            f"{step.name} is {(self.result.worlds['untreated'].levels or {}).get(step.entity, 'given')} in {diseases}"
        )

    def source(self, step: ChangeRow) -> str:
        if step.rule == "given":
            return "given"
        if step.rule == step.entity:
            return f"gate {step.rule}"
        return "; ".join([step.rule, *(step.evidence or ("textbook",))])

    def remarks(self, step: ChangeRow) -> Iterable[str]:
        """What limited the step, and whether its signal is autocrine or paracrine."""
        still = [
            self.name(limit.removeprefix("redundant: ")) for limit in step.limits if limit.startswith("redundant: ")
        ]
        if still:
            acting = f"{listed(still)} still act{'s' if len(still) == 1 else ''} on it"
            yield f"Only {HOW[step.strength]}, because {acting} (redundancy)."
        gates = [self.name(limit.removeprefix("gate: ")) for limit in step.limits if limit.startswith("gate: ")]
        if gates:
            yield f"Only {HOW[step.strength]}, because the gate lets no more through: {listed(gates)} limits it."
        if "headroom" in step.limits:
            more = "rise" if step.direction == "increases" else "lose"
            yield f"Only {HOW[step.strength]}, because there is no more to {more} at its level."
        for limit in step.limits:
            if limit.startswith(("dose: ", "reach: ")):
                yield f"Only {HOW[step.strength]}, by {limit}."
        mode = self.mode(step.entity)
        if mode:
            yield mode

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

    def aside(self, found: Derivation, detail: str) -> list[str]:
        lines: list[str] = []
        shown = found.set_aside if detail == "full" else found.set_aside[:4]
        for entity, vote in shown:
            target, source = self.name(entity), self.name(vote.source)
            move = next(c for c in self.world.changes if c.entity == vote.source)
            effect = f"{WOULD[vote.direction]} {target} {HOW[vote.strength]}"
            text = f"{source} {MOVES[move.direction]}, which would {effect} ({vote.rule})"
            if vote.feedback:
                loop = " -> ".join(self.name(e) for e in vote.feedback)
                text += f"; this is feedback through {loop}, reported as compensation"
            else:
                settled = next(c for c in self.world.changes if c.entity == entity)
                text += f"; {_outcome(settled, vote.strength, vote.steps)}"
            lines += self.wrap(sentence(text), "    - ", "      ")
        hidden = len(found.set_aside) - len(shown)
        if hidden > 0:
            lines.append(f"    - {hidden} more with --level full")
        return ["  Set aside", *lines] if lines else []

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
            break_long_words=False,
        )


def _outcome(settled: ChangeRow, strength: str, steps: int) -> str:
    if settled.rule == "given":
        return "but what is given is pinned"
    if settled.direction == "ambiguous":
        return "which is why the direction is undecided"
    if strength == settled.strength:
        return f"as strong, but the longer way ({steps} steps against {settled.steps})"
    return "outweighed by the stronger effect"


def _lower(text: str) -> str:
    """A sentence as a clause: first letter small unless it starts a name."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    plain = first[1:].islower() or first in ("A", "An")
    return (text[0].lower() + text[1:] if plain else text).rstrip(".")


def _ranges(numbers: list[int]) -> str:
    """``[1, 2, 3, 5]`` as ``1-3, 5``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def evaluation_text(result: Result, kb: KnowledgeBase, width: int = WIDTH) -> str:
    """Predicted effects of a case and of its arms."""
    lines: list[str] = []
    for arm in ("treated", *result.arms):
        page = Page(result, kb, arm, width)
        lines += [*page.heading(), "", *page.effects(), *page.notes(), ""]
    return "\n".join([*lines, result.disclaimer])


def explanation_text(
    result: Result, kb: KnowledgeBase, *, entity: str | None = None, detail: str = "steps", width: int = WIDTH
) -> str:
    """Verdicts and chains of the case as written; one entity only where ``entity`` is given."""
    page = Page(result, kb, "treated", width)
    lines = [*page.heading(), ""]
    if result.context.vignette and entity is None:
        lines += [
            *textwrap.wrap(result.context.vignette.strip(), width, initial_indent="  ", subsequent_indent="  "),
            "",
        ]
    lines += [*page.effects(), *page.notes(), ""]
    for answer in page.answers:
        chain = page.why(answer, detail)
        if chain:
            lines += [*chain, *([] if detail == "brief" else [""])]
    if detail == "brief":
        lines.append("")
    for arm in result.arms if entity is None else ():
        lines += arm_lines(result, kb, arm, width)
    context = page.context
    left = sum(context.left_out.values())
    lines += textwrap.wrap(
        f"Context: {context.operative} rules hold in this patient, {left} do not. Rules {result.rules['digest'][:12]}, "
        f"engine {result.engine}.",
        width,
    )
    return "\n".join([*lines, result.disclaimer])


def arm_lines(result: Result, kb: KnowledgeBase, arm: str, width: int) -> list[str]:
    """An arm against the case as written."""
    page = Page(result, kb, arm, width)
    lines = [f"What if: {page.context.title}", *page.effects()]
    for row in result.arms[arm].versus_treated:
        if row.kind and row.entity in {a.entity for a in page.answers}:
            text = f"{row.name}: {row.kind.replace('_', ' ')}" + (f" ({row.detail})" if row.detail else "")
            lines += page.wrap(text, "    ", "      ")
    return [*lines, ""]

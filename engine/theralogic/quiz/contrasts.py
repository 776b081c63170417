"""Exercises that need a second world: another patient, another drug, a marker moved by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from theralogic.model.edits import Changes, altered
from theralogic.model.levels import ABSENT, STRENGTHS, STRONG
from theralogic.model.records import Action, Arm, Finding, Intervention, Prescription
from theralogic.model.result import Answer
from theralogic.quiz.chains import LIGANDS
from theralogic.quiz.effects import derived_steps
from theralogic.quiz.item import AnswerOption, QuizItem, QuizSource, make_item
from theralogic.reasoning.evaluate import evaluate
from theralogic.render.phrases import MOVES, does, moves, sentence
from theralogic.render.reasons import stillness
from theralogic.results.assemble import answers
from theralogic.teach.lesson import told_answer
from theralogic.teach.patterns import READINGS, find_patterns

TRIED = 24  # drugs tried for one exercise


def compare(src: QuizSource) -> Iterator[QuizItem | None]:
    """In which of two patients does it move more? One arm of the case is held against the case as written."""
    others = src.whole.arms[1:]
    for arm, found in zip(others, _answers(src, others) if others else (), strict=True):
        for left, right in zip(src.arm.answers, found, strict=True):
            moving = [a for a in (left, right) if a.direction in ("increases", "decreases")]
            if not moving or {a.direction for a in moving} == {"increases", "decreases"}:
                continue
            if any(a.certainty in ("contested", "ambiguous") for a in (left, right)):
                continue
            a, b = (STRENGTHS.index(x.strength or "none") for x in (left, right))
            move = MOVES[moving[0].direction].removesuffix("s")
            same_drugs = [p._replace(dose="") for p in arm.prescriptions] == [
                p._replace(dose="") for p in src.case.arms[0].prescriptions
            ]
            slip = "context_slipped" if same_drugs and a != b else ""
            truth = (
                f"As written it {told_answer(src.arm.name, left)}; in the other it {told_answer(src.arm.name, right)}."
            )
            options = [
                AnswerOption("In the patient as written", a > b, "", truth),
                AnswerOption(f"In the other ({arm.title})", b > a, "", truth),
                AnswerOption("As much in both", a == b, slip, truth),
            ]
            text = f"A second patient differs in this: {arm.title}. In which of the two does {left.name} {move} more?"
            patterns = [s.pattern for s in find_patterns(src.arm, left.entity)] + (["context_switch"] if slip else [])
            yield make_item("compare", src, f"{arm.id}:{left.entity}", text, options, patterns=patterns, why=truth)


def marker(src: QuizSource) -> Iterator[QuizItem | None]:
    """Would moving the marker by hand move the disease?"""
    activities = [src.arm.kb.diseases[d].activity for d in src.case.diseases if src.arm.kb.diseases[d].activity]
    activity = next((a for a in activities if a in src.arm.changes), None)
    if activity is None:
        return
    moved = src.arm.changes[activity].direction
    entities = src.arm.kb.entities
    for answer in src.arm.answers:
        if entities[answer.entity].kind not in READINGS or answer.direction not in ("increases", "decreases"):
            continue
        verb = "lowers" if answer.direction == "decreases" else "raises"
        sole = Action("degrades" if verb == "lowers" else "supplies", answer.entity, STRONG)
        agent = Intervention(
            id="agent",
            name="agent",
            drug_class="hypothetical agent",
            actions=(sole,),
        )
        arm = src.case.arms[0]._replace(prescriptions=(Prescription(agent, ""),))
        then = _answers(src, [arm], (activity,))[0][0]
        name = src.arm.name(activity)
        still = then.reason is not None and then.reason.kind == "no_known_mechanism"
        options = [
            AnswerOption(
                f"Nothing: no rule leads from {answer.name} to it", still, "", "Yes: it follows, it does not drive."
            ),
            AnswerOption(
                f"It {MOVES[moved]}, as it does with {answer.name} now",
                then.direction == moved,
                "marker_as_cause",
                f"Both move because of what lies before them. Moving {answer.name} alone moves nothing else.",
            ),
            AnswerOption(
                f"It {MOVES['decreases' if moved == 'increases' else 'increases']}",
                then.direction not in (moved, "no_effect"),
                "",
                f"No: nothing leads from {answer.name} to {name}.",
            ),
        ]
        text = sentence(
            f"{moves(answer)} and {name} {does(name, moved)}. Suppose instead that an agent {verb} "
            f"{answer.name} and does nothing else. What do the rules predict for {name}?"
        )
        yield make_item(
            "marker",
            src,
            answer.entity,
            text,
            options,
            patterns=["marker_is_not_cause"],
            why=stillness(src.arm.name, then) if then.reason else "",
        )


def more_of_one(src: QuizSource) -> Iterator[QuizItem | None]:
    """Is more of one part enough? A receptor is taken away and its ligand supplied, in this very patient."""
    kb = src.arm.kb
    for step in derived_steps(src):
        members = [m.entity for m in kb.entities[step.entity].members if not m.negated]
        ligands = [m for m in members if kb.entities[m].kind in LIGANDS]
        receptors = [m for m in members if kb.entities[m].kind == "receptor"]
        if not ligands or not receptors:
            continue
        ligand, receptor = ligands[0], receptors[0]
        agent = Intervention(
            id="agent",
            name="agent",
            actions=(Action("supplies", ligand, STRONG),),
        )
        finding = Changes(findings=(Finding(receptor, ABSENT, ""),))
        arm = altered(src.case.arms[0], finding, id="treated", title="")._replace(
            prescriptions=(Prescription(agent, ""),)
        )
        then = _answers(src, [arm], (step.entity,))[0][0]
        one, two = src.arm.name(ligand), src.arm.name(receptor)
        truth = sentence(f"{step.name} {told_answer(src.arm.name, then)}")
        options = [
            AnswerOption("It does not change", then.direction == "no_effect", "", f"Yes. {truth}"),
            AnswerOption("It rises", then.direction == "increases", "gate_missed", f"Every part is needed. {truth}"),
            AnswerOption("It falls", then.direction == "decreases", "", f"No. {truth}"),
        ]
        text = f"In another patient {two} is absent, and instead of the treatment much {one} is given. What happens to "
        yield make_item("more_of_one", src, step.entity, f"{text}{step.name}?", options, patterns=["gate"], why=truth)


def drug(src: QuizSource) -> Iterator[QuizItem | None]:
    """Which drug reaches the goal without the harm? Each is tried in this patient."""
    kb = src.arm.kb
    goals = [kb.diseases[d].activity for d in src.case.diseases if kb.diseases[d].activity]
    harms = [a.entity for a in src.arm.answers if kb.entities[a.entity].kind == "risk"]
    if not goals or not harms:
        return
    goal, harm = goals[0], harms[0]
    base = src.case.arms[0]._replace(prescriptions=())
    own = [p.intervention for p in src.case.arms[0].prescriptions if p.intervention.id in kb.interventions]
    others = sorted((d for d in kb.interventions.values() if d not in own), key=lambda d: d.id)
    random.Random(f"{src.seed}|{src.case.id}").shuffle(others)
    options: list[AnswerOption] = []
    held: dict[str, int] = {}
    drugs = [*own, *others[:TRIED]]
    arms = [altered(base, Changes(add=(Prescription(d, ""),)), id=d.id, title=d.name) for d in drugs]
    for drug, (effect, cost) in zip(drugs, _answers(src, arms, (goal, harm)), strict=True):
        if {effect.certainty, cost.certainty} & {"contested", "ambiguous"}:
            continue
        reaches, harms_too = effect.direction == "decreases", cost.direction == "increases"
        right = reaches and not harms_too
        sort = f"{reaches}{harms_too}"
        if held.get(sort, 0) >= (1 if right else 2):
            continue
        held[sort] = held.get(sort, 0) + 1
        says = sentence(
            f"{effect.name} {told_answer(src.arm.name, effect)}; {cost.name} {told_answer(src.arm.name, cost)}"
        )
        slip = "one_path_only" if reaches and harms_too else ""
        options.append(AnswerOption(drug.name, right, slip, says))
    name, cost_name = src.arm.name(goal), src.arm.name(harm)
    text = f"Suppose none of this had been given. By these rules, which drug lowers {name} without raising {cost_name}?"
    yield make_item(
        "drug", src, f"{goal}:{harm}", text, options, patterns=["context_switch"], why=f"{name}; {cost_name}"
    )


def _answers(src: QuizSource, arms: Sequence[Arm], ask: tuple[str, ...] = ()) -> list[tuple[Answer, ...]]:
    """What the case asks, in each of several other arms; settled together, because they share untreated worlds."""
    named = tuple(arm._replace(id=f"arm-{at}") for at, arm in enumerate(arms))
    case = src.case._replace(arms=named, ask=ask or src.case.ask)
    runs = evaluate(src.arm.kb, case, src.cache.engine, cache=src.cache).arms
    return [answers(src.arm.kb, case, run) for run in runs]

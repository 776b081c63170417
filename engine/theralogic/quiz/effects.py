"""Exercises about what happens to one entity: which way, how much, why not, and what works against it."""

from __future__ import annotations

from collections.abc import Iterator

from theralogic.model.result import ChangeRow
from theralogic.model.vocabulary import MOST_NAMED
from theralogic.quiz.item import AnswerOption, QuizItem, QuizSource, make_item
from theralogic.render.arm_sentences import chain_line
from theralogic.render.phrases import HOW, MOVES, does, listed, moves, sentence
from theralogic.render.reasons import REASON_KINDS, stillness
from theralogic.results.explain import derivation
from theralogic.results.reasons import stops
from theralogic.teach.lesson import told_answer
from theralogic.teach.misconceptions import CHOICES, would_be
from theralogic.teach.prepare import question

SAYS = {
    "increases": "It rises",
    "decreases": "It falls",
    "no_effect": "It does not change",
    "ambiguous": "It can't be decided by these rules",
}
LOOPS = 3  # exercises on feedback from one case


def direction(src: QuizSource) -> Iterator[QuizItem | None]:
    """Which way does it go? Contested answers are left out: the longer way is as strong."""
    for answer in src.arm.answers:
        if answer.certainty == "contested" or answer.direction == "ambiguous":
            continue
        asked = question(src.arm, src.run, answer.entity)
        truth = sentence(f"{answer.name} {told_answer(src.arm.name, answer)}")
        options = []
        for way in CHOICES:
            right = way == answer.direction
            slip = asked.slips.get(way)
            says = "Yes. " + truth if right else f"{slip.says} {truth}" if slip else f"No. {truth}"
            options.append(AnswerOption(SAYS[way], right, slip.kind if slip and not right else "", says))
        text = f"What do the rules predict for {answer.name}?"
        yield make_item(
            "direction", src, answer.entity, text, options, patterns=asked.patterns, why=_why(src, answer.entity)
        )


def how_much(src: QuizSource) -> Iterator[QuizItem | None]:
    """What is left of an effect when other drivers remain?"""
    for step in derived_steps(src):
        still = [src.arm.name(entity) for entity in src.arm.still_driving(step)]
        if not still or step.direction != "decreases" or step.certainty == "contested":
            continue
        more = [f"{len(still) - MOST_NAMED} more"] if len(still) > MOST_NAMED else []
        lost, others = src.arm.name(src.arm.mechanisms[step.rule].subject), listed([*still[:MOST_NAMED], *more])
        part = step.strength != "strong"
        options = [
            AnswerOption(
                f"A fall in part; others still act on it: {others}",
                part,
                "",
                f"Yes. It falls {HOW[step.strength]}, because the others remain.",
            ),
            AnswerOption(
                f"A fall as far as it can: {lost} is gone",
                not part,
                "redundancy_ignored",
                f"{lost} is one driver of several. Others remain: {others}.",
            ),
            AnswerOption("No change at all", False, "", f"It does fall: {lost} was a part of what drives it."),
            AnswerOption("A rise", False, "sign_flipped", f"Losing what drives it lets {step.name} fall."),
        ]
        text = sentence(f"{lost} {does(lost, 'decreases')}. It is one of several drivers of {step.name}. What follows?")
        yield make_item(
            "how_much", src, step.entity, text, options, patterns=["redundancy"], why=_why(src, step.entity)
        )


def undecided(src: QuizSource) -> Iterator[QuizItem | None]:
    """Why can't this be decided?"""
    for answer in src.arm.answers:
        change = src.arm.changes.get(answer.entity)
        if change is None or change.direction != "ambiguous":
            continue
        asked = question(src.arm, src.run, answer.entity)
        if not asked.slips:
            continue  # undecided only because its cause is
        sources = listed(sorted({src.arm.name(v.source) for v in (*change.support, *change.opposition)}))
        options = [
            AnswerOption(
                "Paths of the same strength point both ways",
                True,
                "",
                f"Yes. What speaks for and against runs through {sources}; none of it is stronger.",
            ),
            AnswerOption(
                REASON_KINDS["no_known_mechanism"].because.capitalize(),
                False,
                "",
                f"Rules lead to it, through {sources}.",
            ),
            AnswerOption(
                REASON_KINDS["gate_closed"].because.capitalize(),
                False,
                "gate_missed",
                "Then it would not change at all.",
            ),
        ]
        options += [
            AnswerOption(f"It can: it {MOVES[way]}", False, slip.kind, slip.says) for way, slip in asked.slips.items()
        ]
        text = f"Why do the rules not decide whether {answer.name} rises or falls?"
        yield make_item(
            "undecided", src, answer.entity, text, options, patterns=asked.patterns, why=_why(src, answer.entity)
        )


def silence(src: QuizSource) -> Iterator[QuizItem | None]:
    """Why does nothing happen? No reason that holds anywhere on the way is offered as a wrong one."""
    for answer in src.arm.answers:
        if answer.direction != "no_effect":
            continue
        found = list(stops(src.arm.kb, src.run, answer.entity))
        holding = {stop.reason for stop in found}
        nearest = found[0]
        why = stillness(src.arm.name, answer)
        options = [AnswerOption(_cap(REASON_KINDS[nearest.reason].because), True, "", f"Yes: {why}.")]
        asked = question(src.arm, src.run, answer.entity)
        for way, slip in asked.slips.items():
            says = f"{slip.says} {sentence(why)}"
            options.append(AnswerOption(f"It does change: it {MOVES[way]}", False, slip.kind, says))
        for reason, known in REASON_KINDS.items():
            if reason not in holding and (known.slip or reason == "no_known_mechanism"):
                options.append(AnswerOption(_cap(known.because), False, "", f"No: {why}."))
        text = f"Why do the rules predict no change of {answer.name}?"
        if would_be(src.arm, answer.entity, nearest):
            text += f" Something that acts on it does change: {src.arm.name(nearest.source)}."
        yield make_item("silence", src, answer.entity, text, options, patterns=asked.patterns, why=why)


def pushback(src: QuizSource) -> Iterator[QuizItem | None]:
    """What works against a change?"""
    loops_shown = 0
    for step in src.arm.world.changes:
        loops = [v for v in step.opposition if v.feedback]
        if not loops or step.direction == "ambiguous" or loops_shown == LOOPS:
            continue
        loops_shown += 1
        against = {v.source for v in step.opposition}
        text = sentence(f"{moves(step)}. What works against this change?")
        loop = loops[0]
        way = " -> ".join(src.arm.name(e) for e in loop.feedback)
        options = [
            AnswerOption(
                src.arm.name(loop.source),
                len(against) == 1,
                "",
                f"Yes: it is set off by the change itself, through {way}. It dampens, it does not reverse.",
            ),
            AnswerOption(
                "Nothing does", False, "feedback_ignored", f"The change sets off its own answer, through {way}."
            ),
        ]
        others = [v.source for v in step.support] + [s.entity for s in derived_steps(src)]
        for other in dict.fromkeys(others):
            if other not in against and other != step.entity:
                options.append(
                    AnswerOption(src.arm.name(other), False, "", f"It does not oppose this change; {way} does.")
                )
        yield make_item(
            "pushback", src, step.entity, text, options, patterns=["negative_feedback"], why=f"The loop: {way}."
        )


def derived_steps(src: QuizSource) -> list[ChangeRow]:
    """Every step behind the answers, once each, in the order of settling."""
    needed: set[str] = set()
    for answer in src.arm.answers:
        found = derivation(src.arm.world, answer.entity)
        needed |= {step.entity for step in found.steps} if found else set()
    return [change for change in src.arm.world.changes if change.entity in needed]


def _why(src: QuizSource, entity: str) -> str:
    """The chain in one line, where there is one."""
    return chain_line(src.arm, entity) if entity in src.arm.changes else ""


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]

"""A lesson on one case: commit, explain, be graded, see it, change the patient, look back.

The learner's side comes through one function, so that a terminal, a file of answers and nobody at all are the same
lesson.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from theralogic.model.errors import TheralogicError
from theralogic.model.names import plural
from theralogic.model.result import Answer
from theralogic.render.phrases import MOVES, does, goes, listed, question, sentence
from theralogic.render.reasons import Namer, stillness
from theralogic.render.text import Page
from theralogic.teach.grade_chain import ChainGrade, grade, own_chain
from theralogic.teach.misconceptions import hints
from theralogic.teach.prepare import Counterfactual, LessonObstacle, PreparedLesson, Question
from theralogic.teach.read_chain import chain_as_text, read_chain, resolve_name

WORDS = {
    "increases": "increases rises rise up increase higher more + r",
    "decreases": "decreases falls fall down decrease lower less - f",
    "no_effect": "no_effect no-effect none nothing same unchanged stays 0 n",
    "ambiguous": "ambiguous undecided unclear either ? u",
}
SAYS = {**MOVES, "ambiguous": "can't be decided by these rules"}
FULL = 0.999
TRIES = 3  # times a name that is not known may be mended


class Prompt(NamedTuple):
    """What the learner is asked: ``kind`` is direction, chain, obstacle, next or counterfactual."""

    kind: str
    entity: str
    text: str


Reply = Callable[[Prompt], str | None]
"""How the learner answers; None where there is no answer."""


class LearnerPrediction(NamedTuple):
    """What the learner committed to; ``confidence`` from 0 to 1, or None."""

    entity: str
    direction: str
    confidence: float | None
    right: bool
    slip: str
    patterns: tuple[str, ...]


class LessonRecord(NamedTuple):
    """What came of a lesson; ``obstacle`` says whether it was found, None where it was not looked for."""

    predictions: tuple[LearnerPrediction, ...]
    chain: ChainGrade | None
    hints: int
    obstacle: bool | None
    counterfactual: LearnerPrediction | None


def direction_named(text: str) -> str | None:
    """The direction that a word stands for (``up``, ``falls``, ``same``, ``?``), or None."""
    word = text.strip().casefold()
    return next((direction for direction, words in WORDS.items() if word in words.split()), None)


def commitment(text: str) -> tuple[str, float | None] | None:
    """``falls 80`` as a direction and a confidence from 0 to 1 (None where none is given); None if it is neither."""
    said = re.fullmatch(r"\s*(\S+?)[\s,]*(?:(\d{1,3})\s*%?)?\s*", text)
    direction = direction_named(said[1]) if said else None
    if said is None or direction is None or int(said[2] or 0) > 100:
        return None
    return direction, int(said[2]) / 100 if said[2] else None


def run_lesson(
    lesson: PreparedLesson,
    reply: Reply,
    say: Callable[[str], None],
    *,
    pattern_hints: Mapping[str, str],
    reading: str = "",
    width: int,
) -> LessonRecord:
    """Take a learner through a lesson; ``spots`` are how each pattern is spotted, for the hints.

    ``reading`` is a text about the case. It comes after the commitments, because it may give them away.
    """
    say(lesson.card)
    say("\nCommit first")
    say("  Answer rises, falls, same or undecided, and how sure you are in percent, such as `falls 80`. Empty to skip.")
    predictions = [p for q in lesson.questions if (p := _predict(lesson, q, reply, say)) is not None]
    if reading:
        reply(Prompt("next", "", "Enter to read"))
        say(f"\n{reading}")
    say("\nNow explain it")
    grading, rungs = _explain(lesson, reply, say, pattern_hints) if lesson.chain_for else (None, 0)
    stopped = _stops(lesson, lesson.obstacle, reply, say) if lesson.obstacle else None
    say("\nStep by step")
    page = Page(lesson.arm, width)
    said = {p.entity: p for p in predictions}
    for asked in lesson.questions:
        made = said.get(asked.answer.entity)
        if made:
            said_so = "can't be decided" if made.direction == "ambiguous" else does(asked.answer.name, made.direction)
            say(f"You said that {asked.answer.name} {said_so}: {'right' if made.right else 'not so'}.")
        for line in page.why(asked.answer, "steps") or [
            f"{asked.answer.name} {told_answer(lesson.arm.name, asked.answer)}."
        ]:
            say(line)
        reply(Prompt("next", asked.answer.entity, "Enter to go on"))
    what_if = _what_if(lesson, reply, say)
    return LessonRecord(tuple(predictions), grading, rungs, stopped, what_if)


def _predict(
    lesson: PreparedLesson, asked: Question, reply: Reply, say: Callable[[str], None]
) -> LearnerPrediction | None:
    entity, name = asked.answer.entity, asked.answer.name
    made = commitment(reply(Prompt("direction", entity, f"What happens to {name}?")) or "")
    if made is None:
        say(f"  {name}: not answered")
        return None
    direction, confidence = made
    right = direction == asked.answer.direction
    slip = asked.slips.get(direction)
    percent = "" if confidence is None else f", {confidence:.0%} sure"
    say(f"  {name}: you say it {SAYS[direction]}{percent}")
    return LearnerPrediction(
        entity=entity,
        direction=direction,
        confidence=confidence,
        right=right,
        slip=slip.kind if slip and not right else "",
        patterns=asked.patterns,
    )


def _explain(
    lesson: PreparedLesson, reply: Reply, say: Callable[[str], None], pattern_hints: Mapping[str, str]
) -> tuple[ChainGrade | None, int]:
    """Ask for the chain until it is whole, the ladder of hints ends, or no more comes."""
    arm, entity = lesson.arm, lesson.chain_for
    asked = next(q for q in lesson.questions if q.answer.entity == entity)
    ladder = hints(arm, entity, {p: pattern_hints[p] for p in asked.patterns if p in pattern_hints})
    say(f"  {why_changes(asked.answer.name)} Write the chain, such as A -| B -> C, or in words.")
    text = "Your chain (? for a hint, empty to go on)"
    best: ChainGrade | None = None
    used = 0
    while True:
        said = reply(Prompt("chain", entity, text))
        if not said:
            break
        if said.strip() == "?":
            if used == len(ladder):
                say("  no more hints")
                break
            say(f"  hint {used + 1} of {len(ladder)}: {ladder[used]}")
            used += 1
            continue
        try:
            found = grade(arm, entity, read_chain(arm, said))
        except TheralogicError as error:
            say(f"  {error}")
            continue
        for line in graded(found):
            say(f"  {line}")
        best = found if best is None or found.score > best.score else best
        if found.score > FULL:
            break
    say(f"  The chain of the derivation: {chain_as_text(arm, own_chain(arm, entity))}")
    return best, used


def _stops(lesson: PreparedLesson, found: LessonObstacle, reply: Reply, say: Callable[[str], None]) -> bool | None:
    """Ask what stops an effect; any of what stops it will do."""
    arm = lesson.arm
    say(f"  {question(found.answer)} One of these stops it: {listed((arm.name(e) for e in found.offered), 'or')}.")
    term = None
    for _ in range(TRIES):
        said = reply(Prompt("obstacle", found.answer.entity, "What stops it?"))
        last, term = term, resolve_name(arm, said) if said else None
        if term is None or term.id or term == last:
            break
        near = f"; did you mean {listed(term.near, 'or')}?" if term.near else ""
        say(f"  `{term.text}` is not a name known here{near}")
    right = term is not None and term.id in found.by
    if term is not None:
        say("  Right." if right else "  Not so.")
    say(f"  {sentence(stillness(arm.name, found.answer))}")
    return right if term is not None else None


def graded(found: ChainGrade) -> Iterator[str]:
    """A grading in words, a line for each link."""
    for mark in found.marks:
        arrow = "->" if mark.claim.sign > 0 else "-|"
        link = f"{mark.claim.source.text} {arrow} {mark.claim.target.text}"
        yield f"{mark.grade.replace('_', ' ')}: {link}" + ("" if mark.grade == "exact" else f" ({mark.says})")
    yield from (f"gap: {gap}" for gap in found.gaps)
    yield f"{found.score:.0%} of the chain"


def _what_if(lesson: PreparedLesson, reply: Reply, say: Callable[[str], None]) -> LearnerPrediction | None:
    found = lesson.counterfactual
    if found is None:
        return None
    say("\nAnd if?")
    asked, truth = what_if_words(lesson.arm.name, found)
    made = commitment(reply(Prompt("counterfactual", found.entity, asked)) or "")
    say(f"  {truth}")
    if made is None:
        return None
    direction, confidence = made
    right = direction == found.after.direction
    say("  You said so." if right else f"  You said that it {SAYS[direction]}.")
    return LearnerPrediction(
        entity=found.entity, direction=direction, confidence=confidence, right=right, slip="", patterns=()
    )


def what_if_words(name: Namer, found: Counterfactual) -> tuple[str, str]:
    """A what-if as a question, and what the rules say to it."""
    changed, what = name(found.changed), found.after.name
    now, then = told_answer(name, found.before), told_answer(name, found.after)
    return (
        f"And if {changed} had been {found.level}: what would happen to {what}?",
        sentence(f"As the patient is, {what} {now}. With {changed} {found.level}, {what} {then}"),
    )


def why_changes(name: str) -> str:
    """The question for a chain, without giving its direction away."""
    return f"Why {'do' if plural(name) else 'does'} {name} change?"


def told_answer(name: Namer, answer: Answer) -> str:
    """An answer as the end of a sentence: ``falls strongly``; ``does not change: ...``."""
    if answer.direction == "no_effect":
        return f"{goes(answer)}: {stillness(name, answer)}"
    if answer.direction == "ambiguous":
        return "can't be decided: paths of equal strength disagree"
    return goes(answer)


def afterwards(lesson: PreparedLesson) -> Iterator[str]:
    """What the case should teach and what is often said of it: told last, because it gives answers away."""
    teaching = lesson.case.teaching
    for title, texts in (("What this case teaches", teaching.objectives), ("Often said", teaching.misconceptions)):
        if texts:
            yield title
            yield from (f"  - {text}" for text in texts)


def verdicts(lesson: PreparedLesson, record: LessonRecord) -> Iterator[str]:
    """Each prediction against what the rules say, with the slip where one led astray."""
    by_entity = {q.answer.entity: q for q in lesson.questions}
    for made in record.predictions:
        asked = by_entity[made.entity]
        mark = "right" if made.right else "not so"
        truth = told_answer(lesson.arm.name, asked.answer)
        line = f"{asked.answer.name}: {mark}; {'they' if plural(asked.answer.name) else 'it'} {truth}"
        slip = asked.slips.get(made.direction)
        yield sentence(line) + (f" {slip.says}" if slip and not made.right else "")

"""What an exercise is: a stem, options that were each judged by the rules, and the slip behind each wrong one.

Every option carries its own judgement, computed from a result. An exercise exists only where exactly one option
holds; where none or several do, there is no exercise, and the quiz counts what was dropped.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from theralogic.model.records import Case
from theralogic.reasoning.evaluate import ArmRun, EvaluationCache
from theralogic.render.phrases import listed
from theralogic.results.arm_view import ArmView
from theralogic.teach.prepare import evaluated

KINDS = {
    "direction": "predict the direction",
    "how_much": "say how much of an effect is left",
    "undecided": "say why a direction can't be decided",
    "silence": "explain why nothing happens",
    "lost_part": "find the part of a gate that is lost",
    "missing": "find the missing step",
    "more_of_one": "say whether more of one part opens a gate",
    "order": "order the steps",
    "wrong_step": "spot the wrong step",
    "pushback": "find what works against a change",
    "marker": "tell a marker from a cause",
    "compare": "compare two patients",
    "drug": "pick the drug that reaches the goal without the harm",
}
"""Every kind of exercise, and what it asks of a learner."""


EXERCISE = 12  # characters of an id that do not depend on the printing


class AnswerOption(NamedTuple):
    """One choice: whether the rules hold it true, the slip that leads to it (or ''), and what to say of it."""

    text: str
    right: bool
    slip: str
    feedback: str


class QuizItem(NamedTuple):
    """One exercise. ``id`` stays the same as long as case, kind, subject and the order of the options do;
    ``exercise``, its first part, whatever the order."""

    id: str
    kind: str
    case: str
    stem: str
    options: tuple[AnswerOption, ...]
    patterns: tuple[str, ...]
    why: str

    @property
    def patient(self) -> str:
        """The part of the stem that says who the patient is, the same for every exercise of a case."""
        return self.stem.partition("\n\n")[0]

    @property
    def question(self) -> str:
        """The part of the stem that asks."""
        return self.stem.partition("\n\n")[2]

    @property
    def exercise(self) -> str:
        """What the exercise is called in every printing."""
        return self.id[:EXERCISE]

    @property
    def key(self) -> int:
        """Index of the right option."""
        return next(i for i, option in enumerate(self.options) if option.right)


class QuizSource(NamedTuple):
    """A case with everything exercises are made from; the case has its base arm only, ``whole`` has all.

    ``seed`` is that of the quiz, for exercises that try some of many things.
    """

    case: Case
    whole: Case
    cache: EvaluationCache
    run: ArmRun
    arm: ArmView
    seed: int


def source(case: Case, cache: EvaluationCache, *, seed: int = 0) -> QuizSource:
    """Evaluate a case as written; where it asks nothing, what is worth asking is asked."""
    base, run, arm = evaluated(cache.kb, case, cache.engine, cache=cache)
    return QuizSource(case=base, whole=case._replace(ask=base.ask), cache=cache, run=run, arm=arm, seed=seed)


def variants(case: Case, cache: EvaluationCache, *, seed: int = 0) -> Iterator[QuizSource]:
    """Every what-if of a case as a case of its own, named after both."""
    for arm in case.arms[1:]:
        vignette = f"{case.vignette.strip()} In this variant: {arm.title}."
        base = case._replace(id=f"{case.id}:{arm.id}", vignette=vignette, arms=(arm._replace(id="treated"),))
        yield source(base, cache, seed=seed)


def make_item(
    kind: str,
    src: QuizSource,
    subject: str,
    question: str,
    options: Iterable[AnswerOption],
    *,
    patterns: Iterable[str] = (),
    why: str = "",
    most: int = 4,
) -> QuizItem | None:
    """The exercise, or None where not exactly one option holds or nothing can be told apart.

    Of more than ``most`` options those with a slip are kept first.
    """
    found: dict[str, AnswerOption] = {}
    for option in options:
        known = found.get(option.text)
        if known is not None and known.right != option.right:
            return None
        found.setdefault(option.text, option)
    right = [o for o in found.values() if o.right]
    if len(right) != 1 or len(found) < 2:
        return None
    wrong = sorted((o for o in found.values() if not o.right), key=lambda o: not o.slip)[: most - 1]
    # A letter comes first, so that no spreadsheet takes an id for a number.
    identity = "a" + hashlib.sha256(f"{src.case.id}|{kind}|{subject}".encode()).hexdigest()[: EXERCISE - 1]
    stem = f"{patient_paragraph(src)}\n\n{question}"
    return QuizItem(
        id=identity,
        kind=kind,
        case=src.case.id,
        stem=stem,
        options=(*right, *wrong),
        patterns=tuple(dict.fromkeys(patterns)),
        why=why,
    )


def shuffled(made: QuizItem, seed: int) -> QuizItem:
    """``made`` with its options in an order that depends on the seed and the exercise alone; directions keep theirs.

    Its id then names the order too, so that the key of one printing can't grade the letters of another.
    """
    options = list(made.options)
    if made.kind == "direction":
        fixed = ("rises", "falls", "does not change", "can't be decided")
        options.sort(key=lambda o: fixed.index(_start(o.text, fixed)))
    else:
        random.Random(f"{seed}|{made.id}").shuffle(options)
    order = hashlib.sha256("|".join(o.text for o in options).encode()).hexdigest()
    return made._replace(id=made.exercise + order[:4], options=tuple(options))


def _start(text: str, words: tuple[str, ...]) -> str:
    return next(word for word in words if word in text)


def patient_paragraph(src: QuizSource) -> str:
    """The patient in one paragraph, so that an exercise stands alone."""
    given = listed(_given(d.name, d.dose) for d in src.arm.context.interventions) or "nothing"
    text = " ".join(src.case.vignette.split()) or f"{src.case.title}."
    diseases = listed(src.arm.kb.diseases[d].name for d in src.case.diseases)
    return f"{text} ({'Disease: ' + diseases + '. ' if diseases else ''}Given: {given}.)"


def _given(name: str, dose: str) -> str:
    return f"{name} ({dose} dose)" if dose else name

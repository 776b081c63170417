"""A lesson as one page that teaches without a server: commit, explain, see, change the patient, look back.

The page holds no reasoning. Every grade that a learner can earn is worked out here, for every link between the names
offered, and the script only looks it up. Without scripts the page reads as a lesson whose answers are folded away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from theralogic.model.errors import TheralogicError
from theralogic.model.records import Teaching
from theralogic.model.vocabulary import DISCLAIMER, SLIPS
from theralogic.render.phrases import question, sentence
from theralogic.render.reasons import stillness
from theralogic.render.templates import anchor, render_part, trusted
from theralogic.render.web import chain, parts
from theralogic.render.web.page import Assets, asset_text, document, page_assets
from theralogic.results.arm_view import ArmView
from theralogic.teach.course_files import CourseLesson as CoursePage
from theralogic.teach.grade_chain import POINTS, grade, grade_link, own_chain
from theralogic.teach.lesson import LearnerPrediction, LessonRecord, graded, told_answer, what_if_words, why_changes
from theralogic.teach.misconceptions import CHOICES, hints
from theralogic.teach.network import chain_links, counterparts, siblings
from theralogic.teach.prepare import Counterfactual, LessonObstacle, PreparedLesson, Question
from theralogic.teach.read_chain import ClaimedLink, Term, chain_as_text, read_chain
from theralogic.teach.summary import summary

if TYPE_CHECKING:
    from markupsafe import Markup

HERE = Path(__file__).parent
LESSON = "teach/templates/lesson.html"
CHOICE = {"increases": "rises", "decreases": "falls", "no_effect": "does not change", "ambiguous": "can't be decided"}
MOST_NAMES = 16

Said = Mapping[str, str] | None
"""What a learner has committed to, by the names of fields; None where the page is not served."""


class Choice(NamedTuple):
    """One option of a question: what is sent, shown and said to it, whether it is right, and the slip behind it."""

    value: str
    label: str
    says: str
    right: bool
    slip: str = ""


class ShownQuestion(NamedTuple):
    """A question as it is shown: its choices, the one that was made, and what was said elsewhere on the page."""

    kind: str
    key: str
    text: str
    choices: Sequence[Choice]
    truth: str
    patterns: tuple[str, ...]
    asks_sureness: bool
    chosen: Choice | None
    percent: str
    served: bool
    said_elsewhere: Sequence[tuple[str, str]]


class WrittenChain(NamedTuple):
    """A chain in writing, for browsers without scripts, with the marks it was given."""

    text: str
    marks: Sequence[str]
    said_elsewhere: Sequence[tuple[str, str]]


class ShownChain(NamedTuple):
    """The chain to one answer, or, where nothing led to it, what the rules say."""

    name: str
    chain: Markup | None
    says: str


def lesson_page(lesson: PreparedLesson, *, pattern_hints: Mapping[str, str], page: CoursePage | None = None) -> str:
    """The page; ``pattern_hints`` say how patterns are spotted, ``page`` adds text and exercises of the course."""
    values = lesson_values(lesson, pattern_hints=pattern_hints, page=page)
    return document(LESSON, title(lesson, page), lesson_assets(), disclaimer=DISCLAIMER, **values)


def title(lesson: PreparedLesson, page: CoursePage | None) -> str:
    """What the lesson is called."""
    return page.title if page else lesson.arm.result.context.title


def lesson_assets() -> Assets:
    """Style and script of a lesson."""
    house = page_assets()
    style, script = (asset_text(HERE / name) for name in ("lesson.css", "lesson.js"))
    return Assets(f"{house.style}\n{style}", f"{house.script}\n{script}")


def lesson_values(
    lesson: PreparedLesson,
    *,
    pattern_hints: Mapping[str, str],
    page: CoursePage | None = None,
    said: Said = None,
    grades: str = "",
) -> dict[str, Any]:
    """What ``lesson.html`` is filled with, but for the title and the disclaimer.

    Where the page is served, ``said`` is what the learner has committed to so far, by the names of the fields: it is
    judged in the page, and each form carries the rest of it. ``grades`` are :func:`grades_of` where they are at hand.
    """
    account = lesson.arm
    sections = [
        parts.Section("patient", "The patient", [_patient(lesson, account)]),
        parts.Section("commit", "Commit first", [_commit(lesson, said)]),
        parts.Section("read", "Read", [_text(page)] if page else []),
        parts.Section("explain", "Explain it", _explain(lesson, pattern_hints, said)),
        parts.Section("see", "Step by step", [_steps(lesson, account)]),
        parts.Section(
            "and-if", "And if?", [_what_if(lesson, lesson.counterfactual, said)] if lesson.counterfactual else []
        ),
        parts.Section("exercises", "Exercises", [_exercises(page)] if page else []),
        parts.Section("back", "Looking back", [_looking_back(lesson, page, said)]),
        parts.Section("rules", "Rules and evidence", [chain.rules(account, chain.used_rules(account))]),
    ]
    return {
        "kicker": f"Lesson {page.number}" if page else "Hypothetical case, for teaching",
        "sections": [section for section in sections if section.parts],
        "grades": trusted(grades or grades_of(lesson)),
    }


def course_index(course: Iterable[CoursePage]) -> str:
    """The front page of an exported course; the lesson numbered N is ``lesson-N.html`` beside it."""
    assets = page_assets()._replace(script="")
    template = "teach/templates/course_index.html"
    return document(template, "A course in eight lessons", assets, disclaimer=DISCLAIMER, lessons=course)


def _text(page: CoursePage) -> Markup:
    return render_part("teach/templates/read.html", text=page.text)


def _patient(lesson: PreparedLesson, account: ArmView) -> Markup:
    return parts.patient(account.kb, lesson.case._replace(teaching=Teaching((), (), ())), account)


def _commit(lesson: PreparedLesson, said: Said) -> Markup:
    questions = [_question(lesson, asked, said) for asked in lesson.questions]
    return render_part("teach/templates/commit.html", questions=questions)


def _question(lesson: PreparedLesson, asked: Question, said: Said) -> ShownQuestion:
    entity, name = asked.answer.entity, asked.answer.name
    truth = sentence(f"{name} {told_answer(lesson.arm.name, asked.answer)}")
    choices = []
    for way in CHOICES:
        slip = asked.slips.get(way)
        right = way == asked.answer.direction
        verdict = "Right. " if right else f"Not so. {slip.says} " if slip else "Not so. "
        choices.append(Choice(way, CHOICE[way], f"{verdict}{truth}", right, slip.kind if slip and not right else ""))
    text = f"What happens to {name}?"
    return _shown("direction", anchor("direction", entity), text, choices, truth, said, patterns=asked.patterns)


def _shown(
    kind: str,
    key: str,
    text: str,
    choices: Sequence[Choice],
    truth: str,
    said: Said,
    *,
    patterns: tuple[str, ...] = (),
    sure: bool = True,
) -> ShownQuestion:
    """A question as it is shown.

    The truth is folded away for no scripts; where the page is served, it comes with the verdict.
    """
    return ShownQuestion(
        kind,
        key,
        text,
        choices,
        truth,
        patterns,
        asks_sureness=sure,
        chosen=next((choice for choice in choices if said and said.get(key) == choice.value), None),
        percent=said.get(f"{key}-sure", "") if said else "",
        served=said is not None,
        said_elsewhere=_said_elsewhere(said or {}, key),
    )


def _said_elsewhere(said: Mapping[str, str], key: str) -> list[tuple[str, str]]:
    """What was committed to elsewhere on the page, to be sent along."""
    return [(name, value) for name, value in said.items() if name not in (key, f"{key}-sure")]


def _explain(lesson: PreparedLesson, pattern_hints: Mapping[str, str], said: Said) -> list[Markup]:
    chained = [_chain(lesson, pattern_hints, said)] if lesson.chain_for else []
    return chained + ([_obstacle(lesson, lesson.obstacle, said)] if lesson.obstacle else [])


def _obstacle(lesson: PreparedLesson, found: LessonObstacle, said: Said) -> Markup:
    """What stops an effect, as a choice among the names offered."""
    truth = sentence(stillness(lesson.arm.name, found.answer))
    choices = [
        Choice(e, lesson.arm.name(e), ("Right. " if e in found.by else "Not so. ") + truth, e in found.by)
        for e in found.offered
    ]
    asked = _shown("obstacle", "obstacle", f"{question(found.answer)} What stops it?", choices, truth, said, sure=False)
    return render_part("teach/templates/one_question.html", asked=asked)


def _chain(lesson: PreparedLesson, pattern_hints: Mapping[str, str], said: Said) -> Markup:
    """The chain, to be put together link by link, with a ladder of hints."""
    arm, entity = lesson.arm, lesson.chain_for
    asked = next(q for q in lesson.questions if q.answer.entity == entity)
    return render_part(
        "teach/templates/chain.html",
        why=why_changes(asked.answer.name),
        hints=hints(arm, entity, {p: pattern_hints[p] for p in asked.patterns if p in pattern_hints}),
        truth=chain_as_text(arm, own_chain(arm, entity)),
        written=_written(lesson, said) if said is not None else None,
    )


def _written(lesson: PreparedLesson, said: Mapping[str, str]) -> WrittenChain:
    """The chain in writing, for browsers without scripts: graded where the page is served."""
    text = said.get("chain", "").strip()
    marks: list[str] = []
    if text:
        try:
            marks = list(graded(grade(lesson.arm, lesson.chain_for, read_chain(lesson.arm, text))))
        except TheralogicError as error:
            marks = [sentence(p.message) + (f" {sentence(p.help)}" if p.help else "") for p in error.problems]
    return WrittenChain(text, marks, _said_elsewhere(said, "chain"))


def _steps(lesson: PreparedLesson, account: ArmView) -> Markup:
    told: dict[str, str] = {}
    steps = [
        ShownChain(
            asked.answer.name,
            chain.why(account, asked.answer, "treated", told),
            sentence(f"{asked.answer.name} {told_answer(lesson.arm.name, asked.answer)}"),
        )
        for asked in lesson.questions
    ]
    return render_part("teach/templates/steps.html", steps=steps)


def _what_if(lesson: PreparedLesson, found: Counterfactual, said: Said) -> Markup:
    text, truth = what_if_words(lesson.arm.name, found)
    rights = {way: way == found.after.direction for way in CHOICES}
    choices = [
        Choice(way, CHOICE[way], ("Right. " if right else "Not so. ") + truth, right) for way, right in rights.items()
    ]
    asked = _shown("counterfactual", anchor("counterfactual", found.entity), text, choices, truth, said)
    return render_part("teach/templates/one_question.html", asked=asked)


def _exercises(page: CoursePage) -> Markup:
    return render_part("teach/templates/exercises.html", exercises=page.exercises)


def _looking_back(lesson: PreparedLesson, page: CoursePage | None, said: Said) -> Markup:
    teaching = lesson.case.teaching
    lists = (
        ("What this case teaches", teaching.objectives),
        ("Often said", teaching.misconceptions),
        ("Take home", page.take_home if page else ()),
    )
    return render_part(
        "teach/templates/looking_back.html",
        summary=summary(_record(lesson, said)) if said else ["Nothing has been predicted yet."],
        lists=[(title, texts) for title, texts in lists if texts],
    )


def _record(lesson: PreparedLesson, said: Mapping[str, str]) -> LessonRecord:
    """What came of the lesson so far, from what was committed to."""
    predictions = []
    for asked in lesson.questions:
        key = anchor("direction", asked.answer.entity)
        way, sure = said.get(key, ""), said.get(f"{key}-sure", "")
        if way in CHOICES:
            right, slip = way == asked.answer.direction, asked.slips.get(way)
            confidence = int(sure) / 100 if sure.isdecimal() and int(sure) <= 100 else None
            kind = slip.kind if slip and not right else ""
            predictions.append(
                LearnerPrediction(
                    entity=asked.answer.entity,
                    direction=way,
                    confidence=confidence,
                    right=right,
                    slip=kind,
                    patterns=asked.patterns,
                )
            )
    stopped = said.get("obstacle")
    obstacle = stopped in lesson.obstacle.by if lesson.obstacle and stopped else None
    return LessonRecord(tuple(predictions), None, 0, obstacle, None)


def names_offered(arm: ArmView, entity: str) -> list[str]:
    """What a learner may put into a chain: its own names, and those easily taken for them."""
    links = own_chain(arm, entity)
    own = list(dict.fromkeys([links[0][0], *(target for _, _, target in links)]))
    near = [other for name in own for other in (*counterparts(arm.kb, name)[:2], *siblings(arm.kb, name)[:1])]
    offered = list(dict.fromkeys([*own, *near]))[: max(MOST_NAMES, len(own))]
    return sorted(offered, key=lambda name: arm.name(name).casefold())


def grades_of(lesson: PreparedLesson) -> str:
    """Every grade that can be earned, by source, sign and target, and what the script needs to add them up."""
    arm, entity = lesson.arm, lesson.chain_for
    net = chain_links(arm, entity)
    offered = names_offered(arm, entity) if entity else []
    grades: dict[str, list[str]] = {}
    for source in offered:
        for target in offered:
            for sign in (1, -1):
                if source != target and target in arm.kb.entities:
                    claim = ClaimedLink(Term(arm.name(source), source), sign, Term(arm.name(target), target))
                    found = grade_link(arm, net, claim)
                    grades[f"{source} {sign} {target}"] = [found.grade, found.says, found.slip]
    data = {
        "names": {name: arm.name(name) for name in offered},
        "begins": own_chain(arm, entity)[0][0] if entity else "",
        "ends": entity,
        "points": POINTS,
        "grades": grades,
        "slips": SLIPS,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

"""A lesson as one page that teaches without a server: commit, explain, see, change the patient, look back.

The page holds no reasoning. Every grade that a learner can earn is worked out here, for every link between the names
offered, and the script only looks it up. Without scripts the page reads as a lesson whose answers are folded away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from theralogic.model.errors import TheralogicError
from theralogic.model.records import Teaching
from theralogic.model.vocabulary import DISCLAIMER, SLIPS
from theralogic.render.phrases import question, sentence
from theralogic.render.reasons import stillness
from theralogic.render.web import chain, parts
from theralogic.render.web.page import anchor, asset, document, esc
from theralogic.results.arm_view import ArmView
from theralogic.teach.course_files import CourseLesson as CoursePage
from theralogic.teach.grade_chain import POINTS, grade, grade_link, own_chain
from theralogic.teach.lesson import LearnerPrediction, LessonRecord, graded, told_answer, what_if_words, why_changes
from theralogic.teach.misconceptions import CHOICES, hints
from theralogic.teach.network import chain_links, counterparts, siblings
from theralogic.teach.prepare import Counterfactual, LessonObstacle, PreparedLesson, Question
from theralogic.teach.read_chain import ClaimedLink, Term, chain_as_text, read_chain
from theralogic.teach.summary import summary

HERE = Path(__file__).parent
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


def lesson_page(lesson: PreparedLesson, *, pattern_hints: Mapping[str, str], page: CoursePage | None = None) -> str:
    """The page; ``spots`` are how patterns are spotted, ``page`` adds text and exercises of a lesson of the course."""
    style, script = dress()
    return document(
        title(lesson, page), body(lesson, pattern_hints=pattern_hints, page=page), style=style, script=script
    )


def title(lesson: PreparedLesson, page: CoursePage | None) -> str:
    """What the lesson is called."""
    return page.title if page else lesson.arm.result.context.title


def dress() -> tuple[str, str]:
    """Style and script of a lesson."""
    script = asset("page.js") + "\n" + (HERE / "lesson.js").read_text(encoding="utf-8").strip()
    style = asset("style.css") + "\n" + (HERE / "lesson.css").read_text(encoding="utf-8").strip()
    return style, script


def body(
    lesson: PreparedLesson,
    *,
    pattern_hints: Mapping[str, str],
    page: CoursePage | None = None,
    said: Said = None,
    grades: str = "",
) -> str:
    """Everything between the tags of ``body``.

    Where the page is served, ``said`` is what the learner has committed to so far, by the names of the fields: it is
    judged in the page, and each form carries the rest of it. ``grades`` are :func:`grades_of` where they are at hand.
    """
    account = lesson.arm
    sections = [
        ("patient", "The patient", _patient(lesson, account)),
        ("commit", "Commit first", _commit(lesson, said)),
        ("read", "Read", _text(page) if page else ""),
        ("explain", "Explain it", _explain(lesson, pattern_hints, said)),
        ("see", "Step by step", _steps(lesson, account)),
        ("and-if", "And if?", _what_if(lesson, lesson.counterfactual, said) if lesson.counterfactual else ""),
        ("exercises", "Exercises", _exercises(page) if page else ""),
        ("back", "Looking back", _back(lesson, page, said)),
        ("rules", "Rules and evidence", chain.rules(account, chain.used_rules(account))),
    ]
    sections = [section for section in sections if section[2]]
    links = "".join(f'<li><a href="#{key}">{name}</a></li>' for key, name, _ in sections)
    kicker = f"Lesson {page.number}" if page else "Hypothetical case, for teaching"
    lines = [
        '<a class="skip" href="#commit">Skip to the questions</a>',
        f"<header>{parts.disclaimer(DISCLAIMER)}<p class=kicker>{kicker}</p>"
        f"<h1>{esc(title(lesson, page))}</h1></header>",
        f'<main><nav aria-label="On this page"><ul>{links}</ul></nav>',
        *(f'<section id="{key}"><h2>{name}</h2>{html}</section>' for key, name, html in sections),
        f'<script type="application/json" id="grades">{grades or grades_of(lesson)}</script>',
        f"</main><footer>{parts.disclaimer(DISCLAIMER)}</footer>",
    ]
    return "\n".join(lines)


def course_index(course: Iterable[CoursePage]) -> str:
    """The front page of an exported course; the lesson numbered N is ``lesson-N.html`` beside it."""
    items = "".join(
        f'<li><a href="lesson-{page.number}.html">{esc(page.title)}</a><br><small>{esc(page.take_home[0])}</small></li>'
        for page in course
    )
    body = (
        f"<header>{parts.disclaimer(DISCLAIMER)}<h1>A course in eight lessons</h1></header>"
        f"<main><p>Each lesson shows a hypothetical patient. Commit to what will happen before you read on.</p>"
        f"<ol>{items}</ol></main><footer>{parts.disclaimer(DISCLAIMER)}</footer>"
    )
    return document("A course in eight lessons", body, script="")


def _text(page: CoursePage) -> str:
    text = "".join(f"<p>{esc(' '.join(part.split()))}</p>" for part in page.text.strip().split("\n\n"))
    return f"<details><summary>Read this when you have committed: it gives some of it away</summary>{text}</details>"


def _patient(lesson: PreparedLesson, account: ArmView) -> str:
    return parts.patient(account.kb, lesson.case._replace(teaching=Teaching((), (), ())), account)


def _commit(lesson: PreparedLesson, said: Said) -> str:
    forms = "".join(_question(lesson, asked, said) for asked in lesson.questions)
    how = "<p>What do you expect, against the same patient without treatment? Choose before you read on.</p>"
    return f"{how}{forms}"


def _question(lesson: PreparedLesson, asked: Question, said: Said) -> str:
    entity, name = asked.answer.entity, asked.answer.name
    truth = sentence(f"{name} {told_answer(lesson.arm.name, asked.answer)}")
    choices = []
    for way in CHOICES:
        slip = asked.slips.get(way)
        right = way == asked.answer.direction
        verdict = "Right. " if right else f"Not so. {slip.says} " if slip else "Not so. "
        choices.append(Choice(way, CHOICE[way], f"{verdict}{truth}", right, slip.kind if slip and not right else ""))
    text = f"What happens to {name}?"
    return _form("direction", anchor("direction", entity), text, choices, truth, said, patterns=asked.patterns)


def _form(
    kind: str,
    key: str,
    text: str,
    choices: Sequence[Choice],
    truth: str,
    said: Said,
    *,
    patterns: Iterable[str] = (),
    sure: bool = True,
) -> str:
    """A question with its choices, how sure, and what is said to each.

    The truth is folded away for no scripts; where the page is served, it comes with the verdict.
    """
    made = next((choice for choice in choices if said and said.get(key) == choice.value), None)
    boxes = "".join(
        f'<label><input type="radio" name="{key}" value="{esc(c.value)}" data-slip="{c.slip}" data-says="{esc(c.says)}"'
        f"{' data-right' if c.right else ''}{' checked' if c is made else ''}> {esc(c.label)}</label>"
        for c in choices
    )
    percent = esc(said.get(f"{key}-sure", "")) if said else ""
    surely = (
        f'<label class="sure">How sure, in percent <input type="number" name="{key}-sure" min="0" max="100" step="5" '
        f'inputmode="numeric" value="{percent}"></label>'
    )
    served = said is not None
    folded = f'<details class="truth"><summary>What the rules say</summary><p>{esc(truth)}</p></details>'
    return (
        f'<form class="ask" id="{key}" data-kind="{kind}" data-patterns="{" ".join(patterns)}"'
        f"{_goes_to(key) if served else ''}>{_carried(said, key)}<fieldset{' disabled' if made else ''}>"
        f'<legend>{esc(text)}</legend><div class="choices">{boxes}</div>{surely if sure else ""}'
        f'<button type="submit"{"" if served else " hidden"}>Commit</button></fieldset>'
        f'<p class="verdict" role="status">{esc(made.says) if made else ""}</p>{"" if served else folded}</form>'
    )


def _goes_to(key: str) -> str:
    return f' method="get" action="#{key}"'


def _carried(said: Said, key: str) -> str:
    """What was committed to elsewhere on the page, to be sent along."""
    return "".join(
        f'<input type="hidden" name="{esc(name)}" value="{esc(value)}">'
        for name, value in (said or {}).items()
        if name not in (key, f"{key}-sure")
    )


def _explain(lesson: PreparedLesson, pattern_hints: Mapping[str, str], said: Said) -> str:
    chained = _chained(lesson, pattern_hints, said) if lesson.chain_for else ""
    return chained + (_stopped(lesson, lesson.obstacle, said) if lesson.obstacle else "")


def _stopped(lesson: PreparedLesson, found: LessonObstacle, said: Said) -> str:
    """What stops an effect, as a choice among the names offered."""
    truth = sentence(stillness(lesson.arm.name, found.answer))
    choices = [
        Choice(e, lesson.arm.name(e), ("Right. " if e in found.by else "Not so. ") + truth, e in found.by)
        for e in found.offered
    ]
    text = f"{question(found.answer)} What stops it?"
    return _form("obstacle", "obstacle", text, choices, truth, said, sure=False)


def _chained(lesson: PreparedLesson, pattern_hints: Mapping[str, str], said: Said) -> str:
    """The chain, to be put together link by link, with a ladder of hints."""
    arm, entity = lesson.arm, lesson.chain_for
    asked = next(q for q in lesson.questions if q.answer.entity == entity)
    ladder = hints(arm, entity, {p: pattern_hints[p] for p in asked.patterns if p in pattern_hints})
    rungs = "".join(
        f"<details><summary>Hint {number} of {len(ladder)}</summary><p>{esc(text)}</p></details>"
        for number, text in enumerate(ladder, 1)
    )
    truth = esc(chain_as_text(arm, own_chain(arm, entity)))
    return (
        f"<p>{esc(why_changes(asked.answer.name))} Put the chain together, link by link, from what is given to the "
        f"end. On paper, write it as A → B ⊣ C.</p>"
        f'<form id="chain" hidden><ol class="links"></ol><p class="buttons"><button type="button" class="more">'
        f'Add a link</button> <button type="submit">Grade it</button></p><div class="marks" role="status"></div></form>'
        f"{_in_writing(lesson, said) if said is not None else ''}"
        f'<div class="ladder">{rungs}</div>'
        f'<details class="truth"><summary>The chain of the derivation</summary><p>{truth}</p></details>'
    )


def _in_writing(lesson: PreparedLesson, said: Mapping[str, str]) -> str:
    """The chain in writing, for browsers without scripts: graded where the page is served."""
    text = said.get("chain", "").strip()
    marks: list[str] = []
    if text:
        try:
            marks = list(graded(grade(lesson.arm, lesson.chain_for, read_chain(lesson.arm, text))))
        except TheralogicError as error:
            marks = [sentence(p.message) + (f" {sentence(p.help)}" if p.help else "") for p in error.problems]
    items = "".join(f"<li>{esc(mark)}</li>" for mark in marks)
    return (
        f'<noscript><form id="written"{_goes_to("written")}>{_carried(said, "chain")}<p><label for="chain-text">'
        f'Your chain</label> <input id="chain-text" name="chain" value="{esc(text)}" maxlength="2000" size="40"> '
        f'<button type="submit">Grade it</button></p></form><ol class="graded">{items}</ol></noscript>'
    )


def _steps(lesson: PreparedLesson, account: ArmView) -> str:
    told: dict[str, str] = {}
    blocks = []
    for asked in lesson.questions:
        html = chain.why(account, asked.answer, "treated", told)
        if not html:
            html = f"<p>{esc(sentence(f'{asked.answer.name} {told_answer(lesson.arm.name, asked.answer)}'))}</p>"
        blocks.append(f"<details><summary>{esc(asked.answer.name)}</summary>{html}</details>")
    return "".join(blocks)


def _what_if(lesson: PreparedLesson, found: Counterfactual, said: Said) -> str:
    text, truth = what_if_words(lesson.arm.name, found)
    rights = {way: way == found.after.direction for way in CHOICES}
    choices = [
        Choice(way, CHOICE[way], ("Right. " if right else "Not so. ") + truth, right) for way, right in rights.items()
    ]
    return _form("counterfactual", anchor("counterfactual", found.entity), text, choices, truth, said)


def _exercises(page: CoursePage) -> str:
    items = "".join(
        f"<li>{esc(exercise.ask)}<details><summary>An answer</summary><p>{esc(exercise.answer)}</p></details></li>"
        for exercise in page.exercises
    )
    return f"<ol>{items}</ol>"


def _back(lesson: PreparedLesson, page: CoursePage | None, said: Said) -> str:
    teaching = lesson.case.teaching
    lists = (
        ("What this case teaches", teaching.objectives),
        ("Often said", teaching.misconceptions),
        ("Take home", page.take_home if page else ()),
    )
    after = "".join(
        f"<h3>{title}</h3><ul>{''.join(f'<li>{esc(text)}</li>' for text in texts)}</ul>"
        for title, texts in lists
        if texts
    )
    after = f"<details><summary>What there was to learn</summary>{after}</details>" if after else ""
    lines = list(summary(_record(lesson, said))) if said else ["Nothing has been predicted yet."]
    told = "".join(f"<p>{esc(line)}</p>" for line in lines)
    return f'<div class="summary" role="status">{told}</div>{after}'


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

"""The report on a class as text."""

from __future__ import annotations

import textwrap

from theralogic.model.vocabulary import DISCLAIMER, SLIPS
from theralogic.quiz.grading import ClassReport
from theralogic.quiz.make import Quiz
from theralogic.quiz.worksheet import letter
from theralogic.render.phrases import columns

HARDEST = 3  # exercises whose questions are repeated


def report_text(quiz: Quiz, report: ClassReport, width: int = 100) -> str:
    """Scores, exercises from hard to easy, misconceptions by frequency, and patterns."""
    lines = [quiz.title, "", f"{len(report.learners)} learners, {len(report.items)} exercises", ""]
    rows = [("learner", "right", "look at")]
    rows += [(r.learner, f"{r.right}/{r.answered}", r.slip.replace("_", " ") or "-") for r in report.learners]
    lines += columns(rows)
    lines += ["", "Exercises, hardest first"]
    ranked = sorted(report.items, key=lambda r: (r.difficulty, r.id))
    table = [("exercise", "kind", "right", "discrimination", "taken")]
    for item in ranked:
        telling = "-" if item.discrimination is None else f"{item.discrimination:+.2f}"
        taken = " ".join(f"{letter(at)}:{n}" for at, n in enumerate(item.taken))
        table.append((item.id, item.kind, f"{item.difficulty:.0%}", telling, taken))
    lines += columns(table)
    asked = {item.id: item for item in quiz.items}
    for item in ranked[:HARDEST]:
        text = f"{item.id}: {asked[item.id].question} (right: {letter(asked[item.id].key)})"
        lines += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    lines += ["", "Misconceptions"]
    rows = [("", "answers", "as a habit of")]
    for slip, count in report.slips.items():
        habit = report.diagnosed.get(slip, 0)
        rows.append((slip.replace("_", " "), str(count), f"{habit} learner{'' if habit == 1 else 's'}"))
    lines += columns(rows) if report.slips else ["  none"]
    for slip in list(report.slips)[:HARDEST]:
        lines.append(f"  {slip.replace('_', ' ').capitalize()}: {SLIPS[slip]}.")
    lines += ["", "By pattern"]
    lines += columns([(p.replace("_", " "), f"{r}/{n}", f"{r / n:.0%}") for p, (r, n) in report.patterns.items()])
    return "\n".join([*lines, "", DISCLAIMER])

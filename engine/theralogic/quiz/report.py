"""The report on a class as text."""

from __future__ import annotations

from theralogic.quiz.grading import ClassReport
from theralogic.quiz.make import Quiz
from theralogic.quiz.sheet import letter
from theralogic.render.phrases import columns
from theralogic.vocabulary import DISCLAIMER, SLIPS


def report_text(quiz: Quiz, report: ClassReport) -> str:
    """Scores, exercises from hard to easy, misconceptions by frequency, and patterns."""
    lines = [quiz.title, "", f"{len(report.learners)} learners, {len(report.items)} exercises", ""]
    rows = [("learner", "right", "look at")]
    rows += [(r.learner, f"{r.right}/{r.answered}", r.slip.replace("_", " ") or "-") for r in report.learners]
    lines += columns(rows)
    lines += ["", "Exercises, hardest first"]
    table = [("exercise", "kind", "right", "discrimination", "taken")]
    for item in sorted(report.items, key=lambda r: (r.difficulty, r.id)):
        telling = "-" if item.discrimination is None else f"{item.discrimination:+.2f}"
        taken = " ".join(f"{letter(at)}:{n}" for at, n in enumerate(item.taken))
        table.append((item.id, item.kind, f"{item.difficulty:.0%}", telling, taken))
    lines += columns(table)
    lines += ["", "Misconceptions, by how often an answer followed them"]
    for slip, count in report.slips.items():
        habit = f"a habit of {report.diagnosed.get(slip, 0)} learners"
        lines.append(f"  {count} times, {habit}: {slip.replace('_', ' ')} ({SLIPS[slip]})")
    if not report.slips:
        lines.append("  none")
    lines += ["", "By pattern"]
    lines += columns([(p.replace("_", " "), f"{r}/{n}", f"{r / n:.0%}") for p, (r, n) in report.patterns.items()])
    return "\n".join([*lines, "", DISCLAIMER])

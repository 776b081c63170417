"""A quiz in GIFT, the plain-text format that Moodle and others import."""

from __future__ import annotations

from theralogic.quiz.make import Quiz

SPECIAL = "\\~=#{}:"


def to_gift(quiz: Quiz) -> str:
    """GIFT with feedback on every answer and a general feedback; one question a paragraph."""
    parts = [f"// {quiz.title}. {quiz.disclaimer}", f"$CATEGORY: theralogic/{_name(quiz.title)}"]
    for item in quiz.items:
        lines = [f"// id: {item.id} [kind: {item.kind}]", f"::{item.kind} {item.id}:: [plain]{escaped(item.stem)} {{"]
        for option in item.options:
            lines.append(f"\t{'=' if option.right else '~'}{escaped(option.text)}#{escaped(option.feedback)}")
        if item.why:
            lines.append(f"\t####{escaped(item.why)}")
        parts.append("\n".join([*lines, "}"]))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text with GIFT's control characters escaped; a line break is written as ``\\n``.

    Arrows become signs, because readers of GIFT take ``->`` in an answer for a matching question.

    >>> print(escaped("IL-6: a = b {c} ~ #1"))
    IL-6\\: a \\= b \\{c\\} \\~ \\#1
    """
    text = text.replace("->", "→").replace("-|", "⊣")
    marked = "".join(f"\\{char}" if char in SPECIAL else char for char in text)
    return marked.replace("\r", "").replace("\n", "\\n")


def _name(title: str) -> str:
    return " ".join(title.replace("/", " ").split())

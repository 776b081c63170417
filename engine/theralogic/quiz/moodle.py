"""A quiz as Moodle XML: one category, single-choice questions, feedback on every answer."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from theralogic.quiz.item import QuizItem
from theralogic.quiz.make import Quiz
from theralogic.quiz.worksheet import LETTERS, paragraphs_html


def to_moodle(quiz: Quiz) -> str:
    """Moodle XML, as *Import > Moodle XML* takes it; ids come back as ``idnumber`` in Moodle's own exports."""
    root = ET.Element("quiz")
    category = ET.SubElement(root, "question", type="category")
    name = quiz.title.replace("/", "//")  # a single slash would make a subcategory
    _text(category, "category", f"$course$/top/theralogic: {name}")
    _text(category, "info", quiz.disclaimer, format="html")
    for number, item in enumerate(quiz.items, 1):
        _question(root, item, number, quiz)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _question(root: ET.Element, item: QuizItem, number: int, quiz: Quiz) -> None:
    question = ET.SubElement(root, "question", type="multichoice")
    _text(question, "name", f"{number:03d} {item.kind} {item.id}")
    _text(question, "questiontext", paragraphs_html(item.stem), format="html")
    _text(question, "generalfeedback", paragraphs_html(f"{item.why}\n\n{quiz.disclaimer}".strip()), format="html")
    fields = {
        "defaultgrade": "1.0",
        "penalty": "0.3333333",
        "hidden": "0",
        "idnumber": item.exercise,
        "single": "true",
        "shuffleanswers": "true",
        "answernumbering": "ABCD" if len(item.options) <= len(LETTERS) else "123",
    }
    for name, value in fields.items():
        ET.SubElement(question, name).text = value
    for option in item.options:
        answer = ET.SubElement(question, "answer", fraction="100" if option.right else "0", format="html")
        ET.SubElement(answer, "text").text = paragraphs_html(option.text)
        _text(answer, "feedback", paragraphs_html(option.feedback), format="html")
    tags = ET.SubElement(question, "tags")
    for tag in ("theralogic", item.case, item.kind, *item.patterns):
        _text(tags, "tag", tag)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(ET.SubElement(parent, name, attributes), "text").text = text

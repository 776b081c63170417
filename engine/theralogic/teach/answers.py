"""A learner's answers in a file, so that a lesson can be scripted, repeated and handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from theralogic.files.load import validate
from theralogic.files.schema import Closed, Name, Text
from theralogic.files.yaml_reader import read_yaml
from theralogic.model.errors import InvalidInputError, Problem, Problems, Where
from theralogic.model.names import find, lookup, not_found
from theralogic.model.records import KnowledgeBase
from theralogic.model.safe_text import quoted
from theralogic.teach.lesson import Prompt, direction_named


class PredictionItem(Closed):
    """What the learner says about one entity, and how sure in percent."""

    entity: Name
    direction: Name
    confidence: Annotated[int, Field(ge=0, le=100)] | None = None


class Answers(Closed):
    """Everything a learner can answer in a lesson."""

    predictions: list[PredictionItem] = []
    chain: list[Text] = []
    obstacle: Name | None = None
    counterfactual: Name | None = None


def read_answers(text: bytes, shown: str, kb: KnowledgeBase) -> Answers:
    """Answers from the bytes of a YAML (or JSON) file; raises :class:`InvalidInputError` with every problem."""
    document = read_yaml(text, shown)
    problems = Problems(document.problems)
    item = validate(Answers, document, (), problems)
    if item is None or problems:
        raise InvalidInputError.of(problems or [Problem("empty", "the file is empty", Where(shown))])
    answers: Answers = item.value
    said: list[tuple[str, tuple[str | int, ...]]] = []
    for index, made in enumerate(answers.predictions):
        said.append((made.direction, ("predictions", index, "direction")))
        if lookup(kb.names["entity"], made.entity) is None:
            where = document.where(("predictions", index, "entity"))
            problems.append(not_found(kb, "entity", made.entity, problems)._replace(where=where))
    if answers.counterfactual:
        said.append((answers.counterfactual, ("counterfactual",)))
    for word, path in said:
        if direction_named(word) is None:
            help = "write rises, falls, same or undecided"
            where = document.where(path)
            problems.append(Problem("unknown-word", f"{quoted(word)} is no direction", where, help))
    if problems:
        raise InvalidInputError.of(problems)
    return answers


def replying(kb: KnowledgeBase, answers: Answers) -> Callable[[Prompt], str | None]:
    """A reply to every prompt of a lesson from a file; the chains are tried one after the other."""
    predictions = {find(kb, "entity", made.entity, signed=True): made for made in answers.predictions}
    chains = iter(answers.chain)

    def reply(prompt: Prompt) -> str | None:
        if prompt.kind == "chain":
            return next(chains, None)
        if prompt.kind in ("counterfactual", "obstacle"):
            return answers.counterfactual if prompt.kind == "counterfactual" else answers.obstacle
        made = predictions.get(prompt.entity)
        if made is None or prompt.kind != "direction":
            return None
        return made.direction if made.confidence is None else f"{made.direction} {made.confidence}"

    return reply

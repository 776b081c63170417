"""The pages that rules can't write: what each pattern is, and the lessons of the course.

They are texts with a fixed shape, so they are kept like rules: YAML under ``lessons/``, closed keys, errors with
their place. They lie beside the rule base because they name its biology, and are read only when shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field

from theralogic.files.load import validate
from theralogic.files.locations import kb_root
from theralogic.files.schema import Closed, Id, Name, Pattern, Text
from theralogic.files.tree import read_bytes
from theralogic.files.yaml_reader import read_yaml
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem, Problems, Where
from theralogic.model.names import fold
from theralogic.model.vocabulary import PATTERNS, SLIPS

if TYPE_CHECKING:  # checkers can't read a Literal made from a tuple
    Slip: TypeAlias = str
else:
    Slip = Literal[tuple(SLIPS)]

C = TypeVar("C", bound=Closed)


class MisconceptionEntry(Closed):
    """What learners say, at which inference step it goes wrong, and what to do instead."""

    slip: Slip
    says: Text
    instead: Text


class PatternPage(Closed):
    """``lessons/patterns/ID.yaml``: one pattern of reasoning."""

    id: Pattern
    name: Name
    what: Text
    spot: Text
    example: Text
    misconceptions: list[MisconceptionEntry] = Field(min_length=1)


class Exercise(Closed):
    """A task of a lesson with what a good answer says."""

    ask: Text
    answer: Text


class CourseLesson(Closed):
    """``lessons/course/N-ID.yaml``: one lesson, played on one case."""

    number: Annotated[int, Field(ge=1)]
    id: Id
    title: Name
    case: Id
    patterns: list[Pattern] = Field(min_length=1)
    text: Text
    exercises: list[Exercise] = Field(min_length=1)
    take_home: list[Text] = Field(min_length=1)


def pattern_page(name: str) -> PatternPage:
    """The page of a pattern; raises :class:`NotFoundError` (``unknown-pattern``)."""
    wanted = pattern_named(name)
    if wanted is None:
        from theralogic.model.names import suggest

        raise NotFoundError("unknown-pattern", f"unknown pattern `{name[:80]}`", help=suggest(PATTERNS, name))
    return _read(PatternPage, kb_root() / "lessons" / "patterns" / f"{wanted}.yaml")


def pattern_named(name: str) -> str | None:
    """The id of the pattern that ``name`` names, or None."""
    wanted = fold(name).replace(" ", "_").replace("-", "_")
    return wanted if wanted in PATTERNS else None


def pattern_pages() -> list[PatternPage]:
    """Every pattern's page, in the order of the closed list."""
    return [pattern_page(name) for name in PATTERNS]


def lessons() -> list[CourseLesson]:
    """The course, in order."""
    folder = kb_root() / "lessons" / "course"
    return sorted(
        (_read(CourseLesson, path) for path in sorted(folder.glob("*.yaml"))), key=lambda lesson: lesson.number
    )


def _read(model: type[C], path: Path) -> C:
    """One page; raises :class:`InvalidInputError` with every problem."""
    problems = Problems()
    shown = f"lessons/{path.parent.name}/{path.name}"
    text = read_bytes(path, shown, None, problems)
    if text is not None:
        document = read_yaml(text, shown)
        problems += document.problems
        item = validate(model, document, (), problems)
        if item is not None and not problems:
            page: C = item.value
            return page
    raise InvalidInputError.of(problems or [Problem("empty", "the file is empty", Where(shown))])

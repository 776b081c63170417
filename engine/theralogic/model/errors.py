"""What can be wrong, said so that the author can mend it.

Errors are public API: a stable kebab-case code with a heading in ``docs/errors.md``, a place, what was
written in backticks, and a separate line of help. Loading never stops at the first problem, so the unit is
a :class:`Problem` and an exception carries all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

MOST_PROBLEMS = 100


class Where(NamedTuple):
    """A place in a file; ``line`` and ``col`` count from 1, 0 means the file as a whole."""

    file: str
    line: int = 0
    col: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}" if self.line else self.file


class Problem(NamedTuple):
    """One thing that is wrong: lower-case message without a final stop, user text in backticks."""

    code: str
    message: str
    where: Where | None = None
    help: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        tail = f"\n  help: {self.help}" if self.help else ""
        return f"{place}{self.message} [{self.code}]{tail}"


class TheralogicError(Exception):
    """Base of everything this package raises on purpose."""

    def __init__(self, code: str, message: str, *, where: Where | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = (Problem(code, message, where, help),)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """All ``problems`` as one error, in file order."""
        ordered = sorted(problems, key=lambda p: (p.where is not None, p.where or Where(""), p.code, p.message))
        first = ordered[0]
        error = cls(first.code, first.message, where=first.where, help=first.help)
        error.problems = tuple(ordered)
        return error

    @property
    def code(self) -> str:
        return self.problems[0].code

    def __reduce__(self) -> tuple[Any, ...]:
        # The default rebuilds an exception from its message alone, and a worker process that raises one hangs its pool.
        return type(self).of, (self.problems,)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidInputError(TheralogicError):
    """Rules, a case, a table or an option that can't be understood; holds every problem found."""


class WrongOptionError(InvalidInputError):
    """What was asked for beside the files, such as ``--set`` or ``--dose``, can't be understood."""


class Problems:
    """The problems of one input as they are found: the first hundred are told, the others counted."""

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._more = 0

    def add(self, problem: Problem) -> None:
        """One more problem."""
        if len(self._told) < MOST_PROBLEMS:
            self._told.append(problem)
        else:
            self._more += 1

    def check(self, rest: str) -> None:
        """Raise :class:`InvalidInputError` where there are any; ``rest`` says, after a number, what is only counted."""
        if self._more:
            first = self._told[0]
            file = Where(first.where.file) if first.where else None
            self._told.append(Problem(first.code, f"{self._more} {rest}", file))
        if self._told:
            raise InvalidInputError.of(self._told)


class NotFoundError(TheralogicError):
    """A case, entity, rule, drug or disease was asked for that does not exist."""


class EngineError(TheralogicError):
    """An engine can't run here, or met something its design rules out."""


def did_you_mean(text: str, known: Iterable[str]) -> str | None:
    """A help sentence naming the nearest of ``known``, or None where nothing is near.

    >>> did_you_mean("inhbits", ["activates", "inhibits"])
    'did you mean `inhibits`?'
    """
    near = nearest(text, known)
    return f"did you mean `{near}`?" if near else None


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that is most like ``text``, or None where nothing is."""
    import difflib  # slow to import, and most runs go right

    candidates = sorted(set(known))
    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    near = difflib.get_close_matches(text.casefold()[:80], list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None

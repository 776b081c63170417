"""What can be wrong, said so that the author can mend it.

Errors are public API: a stable kebab-case code with a heading in ``docs/errors.md``, a place, what was
written in backticks, and a separate line of help. Loading never stops at the first problem, so the unit is
a :class:`Problem` and an exception carries all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Self

MOST_PROBLEMS = 100
MOST_COUNTED = 10_000  # problems after which reading stops
MOST_SUGGESTED = 20  # problems that get a suggestion: looking for the nearest name is slow
MOST_COMPARED = 2_000  # names that a suggestion is looked for among
_NEAR = 0.6  # how alike two names must be


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
        """All ``problems`` as one error, in file order; those that are only counted come last."""
        ordered = sorted(problems, key=lambda p: (p.where is not None, p.where or Where(""), p.code, p.message))
        return cls._holding((*ordered, *(problems.rest() if isinstance(problems, Problems) else ())))

    @classmethod
    def _holding(cls, problems: tuple[Problem, ...]) -> Self:
        first = problems[0]
        error = cls(first.code, first.message, where=first.where, help=first.help)
        error.problems = problems
        return error

    @property
    def code(self) -> str:
        return self.problems[0].code

    def __reduce__(self) -> tuple[Any, ...]:
        # The default rebuilds an exception from its message alone, and a worker process that raises one hangs its pool.
        return type(self)._holding, (self.problems,)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidInputError(TheralogicError):
    """Rules, a case, a table or an option that can't be understood; holds every problem found."""


class WrongOptionError(InvalidInputError):
    """What was asked for beside the files, such as ``--set`` or ``--dose``, can't be understood."""


class Problems(list[Problem]):
    """The problems of one input as they are found: the first hundred are told, the others counted by kind."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__()
        self.more: Counter[str] = Counter()
        self.extend(problems)

    def append(self, problem: Problem, /) -> None:
        """One more problem."""
        if len(self) < MOST_PROBLEMS:
            super().append(problem)
        else:
            self.more[problem.code] += 1

    def extend(self, problems: Iterable[Problem], /) -> None:
        """Some more problems, with what ``problems`` has counted itself."""
        for problem in problems:
            self.append(problem)
        if isinstance(problems, Problems):
            self.more += problems.more

    def __iadd__(self, problems: Iterable[Problem], /) -> Self:  # type: ignore[override, misc]
        self.extend(problems)
        return self

    @property
    def full(self) -> bool:
        """Whether there are so many that the rest of the input is not worth reading."""
        return len(self) >= MOST_PROBLEMS and len(self) + self.more.total() >= MOST_COUNTED

    def suggestion(self, find: Callable[[], str | None]) -> str | None:
        """What ``find`` finds, for the first twenty problems only."""
        return find() if len(self) < MOST_SUGGESTED else None

    def rest(self, what: str = "") -> list[Problem]:
        """What is only counted, one problem for each kind; ``what`` says, after a number, what they are."""
        file = next((Where(problem.where.file) for problem in self if problem.where), None)
        found = []
        for code, number in sorted(self.more.items()):
            more = what or ("more problem of this kind" if number == 1 else "more problems of this kind")
            found.append(Problem(code, f"{number} {more}", file))
        if self.full:
            message = f"reading stopped after {MOST_COUNTED:,} problems"
            found.append(Problem("too-large", message, file, "mend these first"))
        return found

    def check(self, what: str = "") -> None:
        """Raise :class:`InvalidInputError` where there are any; ``what`` as in :meth:`rest`."""
        if self:
            raise InvalidInputError._holding((*InvalidInputError.of([*self]).problems, *self.rest(what)))


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

    wanted = text.casefold()[:80]
    folded: dict[str, str] = {}
    for candidate in known:
        form = candidate.casefold()
        if 2 * min(len(form), len(wanted)) >= _NEAR * (len(form) + len(wanted)):  # else too unlike in length
            folded[form] = min(candidate, folded.get(form, candidate))
    near = difflib.get_close_matches(wanted, _likeliest(wanted, folded), n=1, cutoff=_NEAR)
    return folded[near[0]] if near else None


def _likeliest(wanted: str, names: Iterable[str]) -> list[str]:
    """As many of ``names`` as are compared: those that begin and end most like ``wanted``, and are as long."""
    import heapq

    start, more, end, size = wanted[:3], wanted[: len(wanted) // 2], wanted[-3:], len(wanted)

    def unlike(name: str) -> tuple[int, int, str]:
        alike = name.startswith(start) + name.startswith(more) + name.endswith(end)
        return -alike, abs(len(name) - size), name

    return sorted(heapq.nsmallest(MOST_COMPARED, names, key=unlike))

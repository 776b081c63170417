"""An error keeps everything it says on its way from one process to another."""

from __future__ import annotations

import importlib
import multiprocessing
import pickle
import pkgutil

import pytest

import theralogic
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem, TheralogicError, Where

PROBLEMS = (
    Problem("bad-value", "one", Where("a.yaml", 2, 3), "mend it"),
    Problem("no-file", "two"),
)


def raised() -> list[type[Exception]]:
    """Every kind of exception of the package."""
    found: set[type[Exception]] = set()
    for module in pkgutil.walk_packages(theralogic.__path__, "theralogic."):
        if module.name.endswith("__main__"):
            continue
        found |= {
            thing
            for thing in vars(importlib.import_module(module.name)).values()
            if isinstance(thing, type) and issubclass(thing, Exception) and thing.__module__.startswith("theralogic.")
        }
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", raised())
def test_every_kind_of_error_can_be_pickled(kind: type[Exception]) -> None:
    error = kind.of(PROBLEMS) if issubclass(kind, TheralogicError) else kind("something")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    if isinstance(again, TheralogicError):
        assert again.problems == tuple(sorted(PROBLEMS, key=lambda problem: problem.where is not None))


def misspelt(name: str) -> str:
    """What a worker does that is given a name nobody knows."""
    if name == "two problems":
        raise InvalidInputError.of(PROBLEMS)
    raise NotFoundError("unknown-intervention", f"unknown intervention `{name}`", help="check it")


@pytest.mark.parametrize("name", ["tocilizumap", "two problems"])
def test_an_error_in_a_worker_reaches_who_asked(name: str) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(TheralogicError) as caught:
        pool.apply_async(misspelt, (name,)).get(timeout=60)
    assert len(caught.value.problems) == (2 if name == "two problems" else 1)

"""A result as a file holds it, and what the checker says of it."""

from __future__ import annotations

import json
from typing import Any

from theralogic.model.errors import InvalidInputError
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import to_json
from theralogic.reasoning import reference
from theralogic.results.assemble import solve
from theralogic.verify import Fault, read_result, verify


def saved(kb: KnowledgeBase, case: Case, by: int = -1) -> Any:
    """The result of a case as it is read back from a file."""
    return json.loads(json.dumps(to_json(solve(kb, case, reference, by=by))))


def caught(kb: KnowledgeBase, data: Any, case: Case | None, by: int | None = None) -> list[Fault]:
    """What is wrong with a saved result, its form included."""
    try:
        results = read_result(json.dumps(data).encode(), "result.json")
    except InvalidInputError as error:
        return [Fault(problem.code, "", problem.message) for problem in error.problems]
    return [fault for result in results for fault in verify(kb, result, case=case, by=by)]


def changed(data: Any, *path: Any, to: Any) -> Any:
    """A copy of ``data`` with another value at a path."""
    other = json.loads(json.dumps(data))
    holder = other
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = to
    return other

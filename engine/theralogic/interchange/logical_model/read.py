"""A `.bnet` file: one line a node, `NODE, FORMULA`; nodes without a line are inputs that stay as they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from theralogic.files.tree import MAX_BYTES
from theralogic.interchange.logical_model.formula import Clauses, Work, holds, prime_implicants
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem, Problems, Where, did_you_mean
from theralogic.model.safe_text import printable, quoted

MOST_NODES = 5_000
MOST_LITERALS = 50_000
SWEEPS = 1000
MOST_STEPS = 3_000_000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+.-]{0,79}\Z")


class Model(NamedTuple):
    """A logical model: when each node is on, by node, and the formula as it was written."""

    functions: Mapping[str, Clauses]
    written: Mapping[str, str]


def read_bnet(text: bytes, shown: str) -> Model:
    """The model of a `.bnet` file; raises :class:`InvalidInputError` with every problem.

    Codes: ``not-text``, ``too-large``, ``bad-formula``, ``bad-id``, ``duplicate-id``, ``empty``.
    """
    if len(text) > MAX_BYTES:
        raise InvalidInputError(
            "too-large", f"file has {len(text)} bytes, the limit is {MAX_BYTES}", where=Where(shown)
        )
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            "not-text", "file is not UTF-8 text", where=Where(shown), help="save it as UTF-8"
        ) from error
    functions: dict[str, Clauses] = {}
    written: dict[str, str] = {}
    problems = Problems()
    work = Work()
    for number, line in enumerate(lines, 1):
        line = line.partition("#")[0].strip()
        node, comma, formula = (part.strip() for part in line.partition(","))
        if len(functions) > MOST_NODES or problems.full:
            break
        if not line or (node.lower(), formula.lower()) == ("targets", "factors"):
            continue
        where = Where(shown, number, 1)
        if not comma:
            problems.append(
                Problem(
                    "bad-formula", f"`{printable(line)[:80]}` is no line of a model", where, "write `NODE, FORMULA`"
                )
            )
        elif node in functions:
            problems.append(Problem("duplicate-id", f"node `{printable(node)[:80]}` is here twice", where, "keep one"))
        else:
            try:
                functions[node], written[node] = prime_implicants(formula, where, work), formula
            except InvalidInputError as error:
                problems += error.problems
                if work.left < 0:
                    break
    inputs = {name for clauses in functions.values() for clause in clauses for name, _ in clause} - functions.keys()
    help = "use ASCII letters, digits and `_`"
    problems += (
        Problem("bad-id", f"{quoted(name)} is not a plain identifier", Where(shown), help)
        for name in sorted({*functions, *inputs})
        if not NAME.match(name)
    )
    if len(functions) + len(inputs) > MOST_NODES:
        problems.append(Problem("too-large", f"a model of more than {MOST_NODES:,} nodes", Where(shown), "split it"))
    if sum(map(_size, functions.values())) > MOST_LITERALS:
        message = f"a model whose formulas have more than {MOST_LITERALS:,} names, taken apart"
        problems.append(Problem("too-large", message, Where(shown), "give parts of them names of their own"))
    if not functions and not problems:
        problems.append(Problem("empty", "there is no node here", Where(shown), "write `NODE, FORMULA`"))
    if problems:
        raise InvalidInputError.of(problems)
    for name in sorted(inputs):
        functions[name], written[name] = frozenset([frozenset([(name, True)])]), name
    return Model(functions, written)


def _size(clauses: Clauses) -> int:
    return sum(map(len, clauses)) + len(clauses)


def rest(model: Model, on: Collection[str] = ()) -> frozenset[str]:
    """The nodes that are on once the model has come to rest, from a start where only ``on`` are.

    Nodes follow their functions one after the other, in the order of their names, again and again: the order of the
    lines in the file means nothing. Raises
    :class:`NotFoundError` for unknown nodes, :class:`InvalidInputError` (``no-rest``) where it never rests.
    """
    for name in on:
        if name not in model.functions:
            raise NotFoundError(
                "unknown-entity", f"unknown node `{name[:80]}`", help=did_you_mean(name, model.functions)
            )
    names = sorted(model.functions)
    follow: dict[str, list[int]] = {name: [] for name in names}  # whom a node that moves may move
    for at, name in enumerate(names):
        for other in {other for clause in model.functions[name] for other, _ in clause}:
            follow[other].append(at)
    state = set(on)
    now, later = list(range(len(names))), set[int]()  # whose turn it is in this round, and in the next
    left = MOST_STEPS
    for _ in range(SWEEPS):
        due = set(now)
        while now and left > 0:
            at = heappop(now)
            due.discard(at)
            node = names[at]
            left -= 1 + _size(model.functions[node])
            if holds(model.functions[node], state) != (node in state):
                state ^= {node}
                for other_at in follow[node]:
                    if other_at <= at:
                        later.add(other_at)
                    elif other_at not in due:
                        due.add(other_at)
                        heappush(now, other_at)
        if left <= 0:
            break
        if not later:
            return frozenset(state)
        now, later = sorted(later), set()
    raise InvalidInputError(
        "no-rest",
        f"the model does not come to rest from this start in {SWEEPS:,} rounds or {MOST_STEPS:,} steps",
        help="start with other nodes on",
    )

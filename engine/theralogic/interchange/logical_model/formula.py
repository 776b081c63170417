"""A Boolean formula as text, and as the OR of all its prime implicants, each an AND of literals.

An explicit stack and not recursion, and a bound on everything that can multiply, because models come from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from theralogic.model.errors import InvalidInputError, Where

Clause = frozenset[tuple[str, bool]]
"""An AND: names with whether they must be on; empty is always true."""
Clauses = frozenset[Clause]
"""An OR of ANDs; empty is never true."""

MOST_CLAUSES = 1000
MOST_TOKENS = 20_000
MOST_STEPS = 50_000_000

TRUE: Clauses = frozenset([frozenset()])
FALSE: Clauses = frozenset()
_TOKEN = re.compile(r"\s*([()&|!~]|[^\s()&|!~,]+)")
_BINDS = {"|": 1, "&": 2, "!": 3}

Sides = tuple[Clauses, Clauses]
"""When something is on, and when it is off; both are kept so that `!` is an exchange."""

_CONSTANTS: dict[str, Sides] = {"1": (TRUE, FALSE), "true": (TRUE, FALSE), "0": (FALSE, TRUE), "false": (FALSE, TRUE)}


class Work:
    """Steps that may still be taken; what they are spent on grows with the square of a formula, or faster."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int, where: Where) -> None:
        """Raise :class:`InvalidInputError` (``too-large``) where no more steps are left."""
        self.left -= steps
        if self.left < 0:
            message = f"the formulas up to here take more than {MOST_STEPS:,} steps to take apart"
            raise InvalidInputError("too-large", message, where=where, help="give parts of them names of their own")


def prime_implicants(text: str, where: Where, work: Work | None = None) -> Clauses:
    """All prime implicants of a formula over names, ``!``, ``&``, ``|``, brackets, 0 and 1.

    ``work`` is what all formulas of a model may take together.
    Raises :class:`InvalidInputError`: ``bad-formula`` where it can't be read, ``too-large`` where it has too many.
    """
    values: list[Sides] = []
    waiting: list[str] = []
    work = work or Work()

    def apply(operator: str) -> None:
        needed = 1 if operator == "!" else 2
        if len(values) < needed:
            raise _unreadable(text, where)
        right = values.pop()
        if operator == "!":
            values.append((right[1], right[0]))
            return
        left = values.pop()
        on, off = (_either, _both) if operator == "|" else (_both, _either)
        values.append((on(left[0], right[0], where, work), off(left[1], right[1], where, work)))

    operand = True  # whether a name, a bracket or a `!` must come next
    for token in _tokens(text, where):
        if operand != (token in "(!~" or token not in "()&|!~"):
            raise _unreadable(text, where)
        if token in "(!~":
            waiting.append("!" if token == "~" else token)
        elif token == ")":
            while waiting and waiting[-1] != "(":
                apply(waiting.pop())
            if not waiting:
                raise _unreadable(text, where)
            waiting.pop()
        elif token in "&|":
            while waiting and waiting[-1] != "(" and _BINDS[waiting[-1]] >= _BINDS[token]:
                apply(waiting.pop())
            waiting.append(token)
            operand = True
        else:
            values.append(_CONSTANTS.get(token.lower()) or _literal(token))
            operand = False
    while waiting and waiting[-1] != "(":
        apply(waiting.pop())
    if operand or waiting or len(values) != 1:
        raise _unreadable(text, where)
    return values[0][0]


def holds(clauses: Clauses, on: Set[str]) -> bool:
    """Whether a formula is true where exactly these names are on."""
    return any(all((name in on) == wanted for name, wanted in clause) for clause in clauses)


def _literal(name: str) -> Sides:
    return frozenset([frozenset([(name, True)])]), frozenset([frozenset([(name, False)])])


def _tokens(text: str, where: Where) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, where)
        found.append(match[1])
        at = match.end()
        if len(found) > MOST_TOKENS:
            raise InvalidInputError("too-large", f"a formula of more than {MOST_TOKENS} words", where=where)
    return found


def _unreadable(text: str, where: Where) -> InvalidInputError:
    from theralogic.model.safe_text import printable

    help = "names, `!`, `&`, `|` and brackets, such as `A & (B | !C)`"
    return InvalidInputError("bad-formula", f"`{printable(text.strip())[:80]}` is no formula", where=where, help=help)


def _either(left: Clauses, right: Clauses, where: Where, work: Work) -> Clauses:
    return _closed({*left, *right}, where, work)


def _both(left: Clauses, right: Clauses, where: Where, work: Work) -> Clauses:
    if len(left) * len(right) > MOST_CLAUSES * MOST_CLAUSES // 4:
        raise _too_many(where)
    work.spend(sum(map(len, left)) * len(right) + sum(map(len, right)) * len(left), where)
    together = {one | other for one in left for other in right}
    return _closed({clause for clause in together if not _contradicts(clause)}, where, work)


def _closed(clauses: set[Clause], where: Where, work: Work) -> Clauses:
    """Consensus and absorption until nothing is new: what is left are the prime implicants."""
    kept: list[Clause] = []
    waiting = sorted(clauses, key=_order, reverse=True)
    while waiting:
        clause = waiting.pop()
        work.spend(1 + len(kept) * (4 + len(clause)), where)
        if any(other <= clause for other in kept):
            continue
        kept = [other for other in kept if not clause <= other]
        for other in kept:
            opposed = {name for name, on in clause if (name, not on) in other}
            if len(opposed) == 1:
                work.spend(len(kept), where)
                merged = frozenset(pair for pair in clause | other if pair[0] not in opposed)
                if not any(one <= merged for one in kept):
                    waiting.append(merged)
        kept.append(clause)
        if len(kept) + len(waiting) > MOST_CLAUSES:
            raise _too_many(where)
    return frozenset(kept)


def _order(clause: Iterable[tuple[str, bool]]) -> tuple[int, list[tuple[str, bool]]]:
    pairs = sorted(clause)
    return len(pairs), pairs


def _contradicts(clause: Clause) -> bool:
    return len({name for name, _ in clause}) < len(clause)


def _too_many(where: Where) -> InvalidInputError:
    message = f"a formula with more than {MOST_CLAUSES} alternatives"
    return InvalidInputError("too-large", message, where=where, help="give parts of it names of their own")

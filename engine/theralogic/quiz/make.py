"""From cases to a quiz: every kind of exercise tried on every case, what can't be defended dropped and counted."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER, MOST_NAMED
from theralogic.quiz import chains, contrasts, effects
from theralogic.quiz.item import QuizItem, QuizSource, shuffled, source, variants
from theralogic.reasoning.evaluate import Engine, EvaluationCache


class Maker(NamedTuple):
    """What makes the exercises of one kind; with ``variants`` from every what-if of a case too."""

    make: Callable[[QuizSource], Iterator[QuizItem | None]]
    variants: bool = False


MAKERS = {
    "direction": Maker(effects.direction),
    "how_much": Maker(effects.how_much),
    # What-ifs are where directions are most often undecided: a higher dose, a second drug.
    "undecided": Maker(effects.undecided, variants=True),
    "silence": Maker(effects.silence),
    "lost_part": Maker(chains.lost_part),
    "missing": Maker(chains.missing),
    "more_of_one": Maker(contrasts.more_of_one),
    "order": Maker(chains.order),
    "wrong_step": Maker(chains.wrong_step),
    "pushback": Maker(effects.pushback),
    "marker": Maker(contrasts.marker),
    "compare": Maker(contrasts.compare),
    "drug": Maker(contrasts.drug),
}
"""How each of :data:`theralogic.quiz.item.KINDS` is made."""


class Quiz(NamedTuple):
    """Exercises with where they come from; ``dropped`` counts, by kind, what had no single defensible answer."""

    title: str
    rules: str
    seed: int
    items: tuple[QuizItem, ...]
    dropped: dict[str, int]
    disclaimer: str


def make_quiz(
    kb: KnowledgeBase,
    cases: Iterable[Case],
    engine: Engine,
    *,
    seed: int = 0,
    kinds: Iterable[str] = (),
    most: int = 0,
) -> Quiz:
    """A quiz on ``cases``; ``kinds`` keeps only those of :data:`MAKERS`, ``most`` so many, spread over the kinds."""
    wanted = tuple(kinds) or tuple(MAKERS)
    items: dict[str, QuizItem] = {}
    dropped: Counter[str] = Counter()
    titles: list[str] = []
    ids: list[str] = []
    cache = EvaluationCache(kb, engine)
    for case in cases:
        titles.append(case.title)
        ids.append(case.id)
        for kind, src in _tries(case, cache, wanted, seed):
            for made in MAKERS[kind].make(src):
                if made is None:
                    dropped[kind] += 1
                else:
                    items.setdefault(made.id, shuffled(made, seed))
    chosen = spread(list(items.values()), most, seed) if most else list(items.values())
    title = titles[0] if len(titles) == 1 else _title_of(ids)
    return Quiz(
        title=title,
        rules=kb.digest,
        seed=seed,
        items=tuple(chosen),
        dropped=dict(sorted(dropped.items())),
        disclaimer=DISCLAIMER,
    )


def _tries(case: Case, cache: EvaluationCache, kinds: Sequence[str], seed: int) -> Iterator[tuple[str, QuizSource]]:
    """What each kind is made from: first the what-ifs of a case, where a kind takes them, then the case as written."""
    varied = [kind for kind in kinds if MAKERS[kind].variants]
    for variant in variants(case, cache, seed=seed) if varied else ():
        yield from ((kind, variant) for kind in varied)
    src = source(case, cache, seed=seed)
    yield from ((kind, src) for kind in kinds)


def _title_of(ids: list[str]) -> str:
    """A title for a quiz on several cases; quizzes on other cases have another, since decks go by it."""
    if len(ids) <= MOST_NAMED:
        return " and ".join(ids)
    code = hashlib.sha256("|".join(ids).encode()).hexdigest()[:4]
    return f"{', '.join(ids[:MOST_NAMED])} and {len(ids) - MOST_NAMED} more ({code})"


def spread(items: list[QuizItem], most: int, seed: int) -> list[QuizItem]:
    """At most ``most`` exercises, spread over kinds and over the slips they can show, in their first order.

    A class can only be diagnosed of what its quiz gives a chance to show, so rare slips are served first.
    """
    order = list(items)
    random.Random(f"{seed}|spread").shuffle(order)
    kinds: Counter[str] = Counter()
    slips: Counter[str] = Counter()
    taken: set[str] = set()

    def served(made: QuizItem) -> int:
        offered = {o.slip for o in made.options if o.slip}
        return kinds[made.kind] + 2 * min((slips[slip] for slip in offered), default=most)

    while order and len(taken) < most:
        made = min(order, key=served)
        order.remove(made)
        taken.add(made.id)
        kinds[made.kind] += 1
        slips.update({o.slip for o in made.options if o.slip})
    return [made for made in items if made.id in taken]

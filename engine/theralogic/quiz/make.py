"""From cases to a quiz: every kind of exercise tried on every case, what can't be defended dropped and counted."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER, MOST_NAMED
from theralogic.quiz import chains, contrasts, effects
from theralogic.quiz.item import KINDS, QuizItem, shuffled, source, variants
from theralogic.reasoning.evaluate import Engine, EvaluationCache


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
    """A quiz on ``cases``; ``kinds`` keeps only those of :data:`KINDS`, ``most`` so many, spread over the kinds."""
    wanted = tuple(kinds) or tuple(KINDS)
    items: dict[str, QuizItem] = {}
    dropped: Counter[str] = Counter()
    titles: list[str] = []
    ids: list[str] = []
    cache = EvaluationCache(kb, engine)
    for case in cases:
        titles.append(case.title)
        ids.append(case.id)
        src = source(case, cache)
        rng = random.Random(f"{seed}|{case.id}")
        makers = {
            "direction": effects.direction,
            "how_much": effects.how_much,
            "undecided": effects.undecided,
            "silence": effects.silence,
            "lost_part": chains.lost_part,
            "missing": chains.missing,
            "more_of_one": contrasts.more_of_one,
            "order": chains.order,
            "wrong_step": chains.wrong_step,
            "pushback": effects.pushback,
            "marker": contrasts.marker,
            "compare": contrasts.compare,
        }
        if "undecided" in wanted:
            # Arms are where directions are most often undecided: a higher dose, a second drug.
            for variant in variants(case, cache):
                items |= {i.id: shuffled(i, seed) for i in effects.undecided(variant) if i is not None}
        for kind in wanted:
            found = contrasts.drug(src, rng) if kind == "drug" else makers[kind](src)
            for made in found:
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

"""Logical models: imported exactly, and how far the engine's answers go with those of an independent simulator.

``THERALOGIC_MODELS=800`` asks about more models; the figures go to the test report (``pytest -rP``).
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest

pytest.importorskip("biodivine_aeon")

from tests.oracle.boolean import UNDECIDED, Said, compare, models

from theralogic.model.levels import CERTAINTIES

MODELS = int(os.environ.get("THERALOGIC_MODELS", "200"))


def said(one: Said) -> str:
    """The engine's word on a node: that it turns over, with which certainty, or that it stays."""
    if one.change is None or one.change.direction == -one.way:
        return "stays"
    return CERTAINTIES[one.change.certainty]


def test_what_the_engine_says_of_random_models_is_what_they_do() -> None:
    seen = Counter((one.changes, said(one), one.stands) for text in models(range(MODELS)) for one in compare(text))
    decided = Counter({key: n for key, n in seen.items() if key[0] != UNDECIDED})

    def count(truth: bool, *words: str) -> int:
        return sum(n for (changes, word, _), n in decided.items() if changes is truth and word in words)

    turned = CERTAINTIES[:-1]
    found, missed, false, right = (
        count(True, *turned),
        count(True, "stays"),
        count(False, *turned),
        count(False, "stays"),
    )
    sure, unsure = count(True, "unopposed"), count(False, "unopposed")
    balanced = (found / (found + missed) + right / (right + false)) / 2
    sys.stdout.write(
        f"{sum(decided.values())} decided pairs, {sum(seen.values()) - sum(decided.values())} undecided; "
        f"changes found {found / (found + missed):.1%}, precision {found / (found + false):.1%}, "
        f"of unopposed ones {sure / (sure + unsure):.1%}, balanced accuracy {balanced:.1%}\n"
    )
    assert found / (found + missed) >= 0.99
    assert found / (found + false) >= 0.82
    assert sure / (sure + unsure) >= 0.94
    assert balanced >= 0.97
    standing = {truth: decided[truth, "unopposed", True] for truth in (True, False)}
    assert standing[True] > 2 * MODELS
    assert standing[False] == 0


PARTINGS = {
    "a pulse": ("A, C & B\nB, !C\nC, A\n", {"B"}, "C", "A", False, "unopposed"),
    "a dip": ("A, C\nB, A | !C\nC, A\n", {"B"}, "C", "B", False, "outweighed"),
    "a latch": ("A, (A | B) & !C\nB, C | !B\nC, !A\n", {"B", "C"}, "C", "A", True, "stays"),
    "a rhythm": ("A, B\nB, !B & C\nC, B\n", set(), "C", "A", UNDECIDED, "unopposed"),
}


@pytest.mark.parametrize("name", PARTINGS)
def test_where_both_part_ways_is_where_the_docs_say(name: str) -> None:
    text, state, held, node, changes, word = PARTINGS[name]
    cases = list(compare(text, frozenset(state), held=held))
    one = next(one for one in cases if one.node == node)
    assert (one.changes, said(one)) == (changes, word)

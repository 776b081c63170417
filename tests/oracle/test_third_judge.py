"""Section 4 written down a third time, as logic, says the same as the engines and as the conformance worlds.

A few hundred worlds in every run; ``THERALOGIC_JUDGED=5000`` asks about more.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.oracle.judge import judged
from tests.oracle.test_conformance import predicted
from tests.oracle.worlds import generate

from theralogic.reasoning import reference

CONFORMANCE = Path(__file__).with_name("worlds.jsonl").read_text(encoding="utf-8").splitlines()
JUDGED = int(os.environ.get("THERALOGIC_JUDGED", "1200"))
BATCH = 40


@pytest.mark.parametrize("start", range(0, len(CONFORMANCE), BATCH))
def test_the_judge_agrees_with_the_conformance_worlds(start: int) -> None:
    worlds = [json.loads(line) for line in CONFORMANCE[start : start + BATCH]]
    verdicts = judged(worlds)
    assert [w["id"] for w, said in zip(worlds, verdicts, strict=True) if said != w["expect"]] == []


@pytest.mark.no_cover
@pytest.mark.parametrize("start", range(0, JUDGED, BATCH))
def test_the_judge_agrees_with_the_engine_on_random_worlds(start: int) -> None:
    worlds = [generate(seed) for seed in range(start, min(start + BATCH, JUDGED))]
    verdicts = judged(worlds)
    wrong = [
        start + n for n, (w, said) in enumerate(zip(worlds, verdicts, strict=True)) if said != predicted(w, reference)
    ]
    assert wrong == []

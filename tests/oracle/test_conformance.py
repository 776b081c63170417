"""The 900 worlds that fix the semantics: levels, directions, strengths, steps and certainties, on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.oracle.worlds import case_of, knowledge_base

from theralogic.model.levels import CERTAINTIES, DIRECTIONS, LEVELS, STRENGTHS
from theralogic.reasoning import reference
from theralogic.reasoning.durable import engine as durable
from theralogic.reasoning.evaluate import evaluate
from theralogic.reasoning.kernel import Settlement

WORLDS = Path(__file__).with_name("worlds.jsonl")


def worlds(start: int = 0, stop: int | None = None) -> Iterator[dict[str, Any]]:
    for line in WORLDS.read_text(encoding="utf-8").splitlines()[start:stop]:
        yield json.loads(line)


def changes(settlement: Settlement) -> dict[str, Any]:
    return {
        entity: {
            "direction": DIRECTIONS[change.direction],
            "strength": STRENGTHS[change.strength],
            "steps": change.steps,
            "certainty": CERTAINTIES[change.certainty],
        }
        for entity, change in settlement.changes.items()
    }


def predicted(world: dict[str, Any], engine: ModuleType) -> dict[str, Any]:
    kb = knowledge_base(world)
    run = evaluate(kb, case_of(world, kb), engine).arms[0]
    levels = {e: LEVELS[level] for e, level in run.levels.items() if level != kb.entities[e].level}
    treated = changes(run.treated.settlement) if run.treated else {}
    return {
        "untreated": {"levels": levels, "changes": changes(run.untreated.settlement)},
        "treated": {"changes": treated},
    }


def test_there_are_nine_hundred_worlds() -> None:
    assert sum(1 for _ in worlds()) == 900


@pytest.mark.parametrize("hundred", range(9))
@pytest.mark.parametrize(
    "engine", [pytest.param(reference, id="reference"), pytest.param(durable, id="durable", marks=pytest.mark.durable)]
)
def test_every_conformance_world_comes_out_as_the_semantics_say(engine: ModuleType, hundred: int) -> None:
    these = worlds(100 * hundred, 100 * hundred + 100)
    wrong = [world["id"] for world in these if predicted(world, engine) != world["expect"]]
    assert wrong == []

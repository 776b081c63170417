"""The rule engine and the reference engine give the same settlements, whole, on worlds nobody thought of.

``THERALOGIC_WORLDS=20000`` runs more worlds than the few hundred that every run gets; a disagreement is printed as
the smallest YAML that still shows it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import ModuleType

import pytest
from tests.oracle.shrink import as_yaml, shrink
from tests.oracle.worlds import World, case_of, generate, knowledge_base, situation

from theralogic import durable, reference
from theralogic.evaluate import evaluate
from theralogic.kernel import Settlement

WORLDS = int(os.environ.get("THERALOGIC_WORLDS", "400"))
BATCH = 50

pytestmark = pytest.mark.skipif(durable.available() is not None, reason="durable-rules does not run here")


def outcomes(world: World, engine: ModuleType) -> Iterator[object]:
    """Everything an engine says about a world, down to the order of changes."""
    kb = knowledge_base(world)
    case = case_of(world, kb)
    for run in evaluate(kb, case, engine).arms:
        yield run.cautions
        for part in (run.untreated, run.treated):
            yield part and whole(part.settlement)
    for seed in range(3):
        yield whole(engine.settle(situation(kb, case, seed)))


def whole(settlement: Settlement) -> object:
    return list(settlement.changes.items()), list(settlement.held.items())


def disagree(world: World) -> bool:
    return list(outcomes(world, durable)) != list(outcomes(world, reference))


@pytest.mark.parametrize("start", range(0, WORLDS, BATCH))
def test_both_engines_say_the_same_about_random_worlds(start: int) -> None:
    for seed in range(start, min(start + BATCH, WORLDS)):
        world = generate(seed)
        if disagree(world):
            pytest.fail(f"engines disagree on world {seed}:\n{as_yaml(shrink(world, disagree))}")


def test_a_world_seen_before_settles_the_same_after_others_have_left_their_facts_behind() -> None:
    first, others = generate(1), [generate(seed) for seed in range(2, 8)]
    kb = knowledge_base(first)
    case = case_of(first, kb)
    before = [whole(durable.settle(situation(kb, case, seed))) for seed in range(5)]
    for other in others:
        list(outcomes(other, durable))
    assert [whole(durable.settle(situation(kb, case, seed))) for seed in range(5)] == before


def test_the_random_worlds_are_worth_comparing_on() -> None:
    """Every certainty, redundancy, a gate that holds, something proposed again and something held all occur."""
    seen: set[object] = set()
    for seed in range(60):
        world = generate(seed)
        kb = knowledge_base(world)
        for run in evaluate(kb, case_of(world, kb), reference).arms:
            seen.update("caution" for _ in run.cautions)
            for part in filter(None, (run.untreated, run.treated)):
                seen.update("held" for _ in part.settlement.held)
                for change in part.settlement.changes.values():
                    seen.update((change.certainty, f"steps {change.steps}"))
                    seen.update(limit.split(":")[0] for limit in change.limits)
                    seen.update("again" for candidate in change.support if candidate.prompts)
    assert {0, 1, 2, 3, 4, "redundant", "gate", "headroom", "held", "again", "steps 5", "caution"} <= seen


def test_a_disagreement_is_cut_down_to_what_matters() -> None:
    def fails(world: World) -> bool:
        kb = knowledge_base(world)
        return any(m.strength == 3 and kb.entities[m.object].members for m in kb.mechanisms)

    world = next(w for w in map(generate, range(100)) if fails(w))
    small = shrink(world, fails)
    assert (len(small["mechanisms"]), len(small["diseases"]), len(small["cautions"])) == (1, 0, 0)
    assert "strength: strong" in as_yaml(small)

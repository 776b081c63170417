"""The rule engine and the reference engine give the same settlements, whole, on worlds nobody thought of.

Twenty thousand rule bases in every run, each settled in several worlds; ``THERALOGIC_WORLDS=1000000`` for a night's
worth, ``THERALOGIC_WORLDS=400`` while working. A disagreement is cut down to the smallest rules and case that still
show it, and kept in ``regressions/``, which every run tries again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.oracle.judge import judged
from tests.oracle.shrink import REGRESSIONS, keep, kept, shrink
from tests.oracle.test_conformance import predicted
from tests.oracle.worlds import World, case_of, generate, knowledge_base, situation

from theralogic.model.records import Case, KnowledgeBase
from theralogic.reasoning import reference
from theralogic.reasoning.durable import engine as durable
from theralogic.reasoning.evaluate import evaluate
from theralogic.reasoning.kernel import Settlement
from theralogic.results.assemble import solve
from theralogic.verify import verify

WORLDS = int(os.environ.get("THERALOGIC_WORLDS", "20000"))
BATCH = max(500, WORLDS // 1000)


def outcomes(kb: KnowledgeBase, case: Case, engine: ModuleType) -> Iterator[object]:
    """Everything an engine says about a world, down to the order of changes."""
    for run in evaluate(kb, case, engine).arms:
        yield run.cautions
        for part in (run.untreated, run.treated):
            yield part and whole(part.settlement)
    for seed in range(2):
        yield whole(engine.settle(situation(kb, case, seed)))


def whole(settlement: Settlement) -> object:
    return list(settlement.changes.items()), list(settlement.held.items())


def disagree(world: World) -> bool:
    kb = knowledge_base(world)
    case = case_of(world, kb)
    return list(outcomes(kb, case, durable)) != list(outcomes(kb, case, reference))


@pytest.mark.durable
@pytest.mark.no_cover  # too many to be measured, and they run what others run
@pytest.mark.parametrize("start", range(0, WORLDS, BATCH))
def test_both_engines_say_the_same_about_random_worlds(start: int) -> None:
    for seed in range(start, min(start + BATCH, WORLDS)):
        world = generate(seed)
        if disagree(world):
            folder = keep(shrink(world, disagree), REGRESSIONS / f"world-{seed}")
            pytest.fail(f"engines disagree on world {seed}; the smallest that shows it is kept in {folder}")


@pytest.mark.parametrize("folder", sorted(p for p in REGRESSIONS.iterdir() if p.is_dir()), ids=lambda p: p.name)
def test_what_once_went_wrong_stays_right(folder: Path) -> None:
    """Both engines, the logic program and the checker agree on every pair of rules and case that was kept."""
    world = kept(folder)
    kb = knowledge_base(world)
    case = case_of(world, kb)
    if durable.available() is None:
        assert not disagree(world)
    assert verify(kb, solve(kb, case, reference), case=case) == []
    assert judged([world]) == [predicted(world, reference)]


@pytest.mark.durable
def test_a_world_seen_before_settles_the_same_after_others_have_left_their_facts_behind() -> None:
    first, others = generate(1), [generate(seed) for seed in range(2, 8)]
    kb = knowledge_base(first)
    case = case_of(first, kb)
    before = [whole(durable.settle(situation(kb, case, seed))) for seed in range(5)]
    for other in others:
        kb_of_other = knowledge_base(other)
        list(outcomes(kb_of_other, case_of(other, kb_of_other), durable))
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
                    seen.update(limit.kind for limit in change.limits)
                    seen.update("again" for candidate in change.support if candidate.prompts)
    assert {0, 1, 2, 3, 4, "redundant", "gate", "headroom", "held", "again", "steps 5", "caution"} <= seen


def test_a_disagreement_is_cut_down_to_what_matters_and_kept(tmp_path: Path) -> None:
    def fails(world: World) -> bool:
        kb = knowledge_base(world)
        return any(m.strength == 3 and kb.entities[m.object].members for m in kb.mechanisms)

    world = next(w for w in map(generate, range(100)) if fails(w))
    small = shrink(world, fails)
    assert (len(small["mechanisms"]), len(small["diseases"]), len(small["cautions"])) == (1, 0, 0)
    folder = keep(small, tmp_path / "small")
    assert "strength: strong" in (folder / "rules.yaml").read_text()
    assert kept(folder) == small

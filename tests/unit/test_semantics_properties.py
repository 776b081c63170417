"""What must hold of every settlement, whatever the rules say: tried on random worlds, on both engines."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle.worlds import World, case_of, generate, knowledge_base, situation

from theralogic.model.levels import FALLS
from theralogic.model.records import Arm
from theralogic.reasoning import reference
from theralogic.reasoning.durable import engine as durable
from theralogic.reasoning.evaluate import Evaluation, EvaluationCache, evaluate
from theralogic.reasoning.kernel import Candidate, Change, Headroom, Settlement, Situation
from theralogic.reasoning.network import build_network

ENGINES = [
    pytest.param(reference, id="reference"),
    pytest.param(durable, id="durable", marks=pytest.mark.durable),
]
on_both = pytest.mark.parametrize("engine", ENGINES)
worlds = st.integers(0, 10**9).map(generate)
many = settings(max_examples=40, deadline=None)


def settlements(world: World, engine: ModuleType) -> Iterator[tuple[Situation, Settlement]]:
    """Every world of the case, and one that no case leads to."""
    kb = knowledge_base(world)
    case = case_of(world, kb)
    for run in evaluate(kb, case, engine).arms:
        for part in filter(None, (run.untreated, run.treated)):
            yield part.situation, part.settlement
    odd = situation(kb, case, 0)
    yield odd, engine.settle(odd)


def whole(world: World, engine: ModuleType) -> list[object]:
    """Settlements with everything in them, the order of what was derived included."""
    return [
        (dict(s.changes), [e for e, c in s.changes.items() if c.rule != "given"], list(s.held.items()))
        for _, s in settlements(world, engine)
    ]


def shuffled(part: Any, rng: random.Random) -> Any:
    """The same data in another order: items, keys, members, actions, and all."""
    if isinstance(part, dict):
        return {key: shuffled(part[key], rng) for key in rng.sample(sorted(part), len(part))}
    if isinstance(part, list):
        return [shuffled(each, rng) for each in rng.sample(part, len(part))]
    return part


def renamed(part: Any, names: dict[str, str]) -> Any:
    """The same data with other ids."""
    if isinstance(part, dict):
        return {names.get(key, key): renamed(value, names) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [renamed(each, names) for each in part]
    return names.get(part, part) if isinstance(part, str) else part


@on_both
@many
@given(world=worlds, rng=st.randoms(use_true_random=False))
def test_the_order_in_files_changes_nothing(engine: ModuleType, world: World, rng: random.Random) -> None:
    other = shuffled(world, rng)
    other["case"]["arms"] = [a for arm in world["case"]["arms"] for a in other["case"]["arms"] if a["id"] == arm["id"]]
    assert whole(other, engine) == whole(world, engine)


@on_both
@many
@given(world=worlds, rng=st.randoms(use_true_random=False))
def test_what_things_are_called_changes_nothing(engine: ModuleType, world: World, rng: random.Random) -> None:
    ids = [item["id"] for folder in ("entities", "mechanisms") for item in world[folder]]
    fresh = rng.sample([f"{rng.choice('axAX39')}{n}" for n in range(len(ids))], len(ids))
    names = dict(zip(ids, fresh, strict=True))
    other = renamed(copy.deepcopy(world), names)
    kb, other_kb = knowledge_base(world), knowledge_base(other)
    case, other_case = case_of(world, kb), case_of(other, other_kb)
    runs = zip(evaluate(kb, case, engine).arms, evaluate(other_kb, other_case, engine).arms, strict=True)
    for run, other_run in runs:
        assert nameless(other_run.untreated.settlement, {}) == nameless(run.untreated.settlement, names)
        if run.treated and other_run.treated:
            assert nameless(other_run.treated.settlement, {}) == nameless(run.treated.settlement, names)


def nameless(settlement: Settlement, names: dict[str, str]) -> dict[str, object]:
    """What does not hang on which of several equals is named first."""

    def voice(c: Candidate) -> tuple[object, ...]:
        return names.get(c.rule, c.rule), names.get(c.source, c.source), c.direction, c.strength, c.steps

    def seen(change: Change) -> object:
        voices = [sorted(map(voice, side)) for side in (change.support, change.opposition)]
        return change.direction, change.strength, change.steps, change.certainty, change.onset, voices

    found = {names.get(e, e): seen(change) for e, change in settlement.changes.items()}
    return found | {f"held {names.get(e, e)}": sorted(map(voice, side)) for e, side in settlement.held.items()}


@on_both
@many
@given(world=worlds)
def test_a_rule_about_something_else_changes_nothing(engine: ModuleType, world: World) -> None:
    other = copy.deepcopy(world)
    first = world["entities"][0]["id"]
    for name in ("aside", "apart"):
        other["entities"].append({"id": name, "name": name, "kind": "signal"})
    about = {"relation": "inhibits", "strength": "strong", "needs": "weak", "because": "for a test"}
    other["mechanisms"] += [
        {"id": "aside-inhibits-apart", "subject": "aside", "object": "apart", **about},
        {"id": "apart-inhibits-aside", "subject": "apart", "object": "aside", **about},
    ]
    other["entities"].append({"id": "unheard", "name": "unheard", "kind": "complex", "requires": ["aside", first]})
    other["mechanisms"].append({"id": "unheard-acts", "subject": "unheard", "object": "apart", **about})
    mine = {entity["id"] for entity in world["entities"]}

    def said(part: World) -> list[object]:
        found: list[object] = []
        kb = knowledge_base(part)
        for run in evaluate(kb, case_of(part, kb), engine).arms:
            for side in filter(None, (run.untreated, run.treated)):
                found.append([item for item in side.settlement.changes.items() if item[0] in mine])
        return found

    assert said(other) == said(world)


@on_both
@many
@given(world=worlds)
def test_everything_settles_at_most_once_and_in_order(engine: ModuleType, world: World) -> None:
    for where, settlement in settlements(world, engine):
        order = [(-c.strength, c.steps) for c in settlement.changes.values() if c.rule != "given"]
        assert order == sorted(order)
        assert not settlement.changes.keys() & settlement.held.keys()
        assert all(c.strength > 0 and c.entity == entity for entity, c in settlement.changes.items())
        assert len(settlement.changes) <= len(where.entities)


@on_both
@many
@given(world=worlds)
def test_every_premise_comes_before_its_conclusion(engine: ModuleType, world: World) -> None:
    for _, settlement in settlements(world, engine):
        before: dict[str, Change] = {}
        for entity, change in settlement.changes.items():
            for premise in change.premises:
                earlier = before[premise]
                assert (-earlier.strength, earlier.steps) < (-change.strength, change.steps)
            assert bool(change.premises) == (change.rule != "given")
            before[entity] = change


@on_both
@many
@given(world=worlds)
def test_what_is_given_is_never_overridden(engine: ModuleType, world: World) -> None:
    for where, settlement in settlements(world, engine):
        for entity, change in settlement.changes.items():
            assert (change.rule == "given") == (entity in where.given)
            if entity in where.given:
                assert change.direction == where.given[entity].direction
                assert change.strength <= where.given[entity].strength
        assert settlement.held.keys() <= where.given.keys()


@on_both
@many
@given(world=worlds)
def test_nothing_given_means_nothing_changes(engine: ModuleType, world: World) -> None:
    kb = knowledge_base(world)
    levels = {e.id: e.level for e in kb.entities.values() if not e.members}
    network = build_network(kb.entities, kb.mechanisms)
    assert engine.settle(Situation(kb.entities, network, Headroom(kb.entities, levels), {})) == Settlement({}, {})


@on_both
@many
@given(world=worlds)
def test_nothing_falls_further_than_it_has_to_lose(engine: ModuleType, world: World) -> None:
    for where, settlement in settlements(world, engine):
        headroom = where.headroom
        for entity, change in settlement.changes.items():
            assert change.strength <= headroom.of(entity, change.direction)
            if change.direction == FALLS:
                assert change.strength <= headroom.loss[entity]


@on_both
@many
@given(world=worlds)
def test_what_was_settled_before_changes_nothing(engine: ModuleType, world: World) -> None:
    kb = knowledge_base(world)
    case = case_of(world, kb)
    cache = EvaluationCache(kb, engine)

    def treated(evaluation: Evaluation) -> list[object]:
        return [run.treated and (run.treated.settlement, run.treated.left_out) for run in evaluation.arms]

    for _ in range(2):
        assert treated(evaluate(kb, case, engine, cache=cache)) == treated(evaluate(kb, case, engine))


def test_a_ground_of_other_rules_or_another_engine_is_refused() -> None:
    one, other = knowledge_base(generate(1)), knowledge_base(generate(2))
    case = case_of(generate(1), one)
    for cache in (EvaluationCache(other, reference), EvaluationCache(one, durable)):
        with pytest.raises(ValueError, match="of other rules or another engine"):
            evaluate(one, case, reference, cache=cache)


@on_both
def test_old_worlds_are_let_go(engine: ModuleType) -> None:
    kb = knowledge_base(generate(1))
    cache = EvaluationCache(kb, engine)
    (first, *others) = [
        Arm(str(n), "", (), (("phase", (str(n),)),), ()) for n in range(EvaluationCache.MOST_WORLDS + 1)
    ]
    world = cache.untreated((), first, -1)
    assert cache.untreated((), first, -1) is world
    for arm in others:
        cache.untreated((), arm, -1)
    assert cache.untreated((), first, -1) is not world

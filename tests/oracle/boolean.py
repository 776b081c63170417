"""Logical models at random, what an independent simulator says of interventions on them, and what the engine says.

The simulator is AEON (asynchronous updates, all trajectories): a node *changes* where it has the other value in every
attractor that can be reached, *stays* where it has the old value in all of them, and is undecided otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import biodivine_aeon as aeon

from theralogic.files import load, resolve, schema
from theralogic.files.yaml_reader import Document
from theralogic.interchange.logical_model import Model, files_of, read_bnet, rest
from theralogic.interchange.logical_model.formula import holds
from theralogic.model.edits import Changes, case_of
from theralogic.model.errors import InvalidInputError
from theralogic.model.levels import FALLS, RISES
from theralogic.model.records import Case, KnowledgeBase
from theralogic.reasoning import reference
from theralogic.reasoning.evaluate import evaluate
from theralogic.reasoning.kernel import Change

UNDECIDED = "undecided"


class Said(NamedTuple):
    """One node under one intervention: whether it changes for the simulator, and what the engine says."""

    node: str
    changes: bool | str
    change: Change | None
    way: int
    stands: bool
    """Whether every gate and driver behind the change still stands when all has settled."""


def random_model(rng: random.Random) -> str:
    """A `.bnet` of 4 to 10 nodes with up to three regulators each."""
    nodes = [f"n{k}" for k in range(rng.randint(4, 10))]
    return "".join(f"{node}, {_formula(rng, nodes)}\n" for node in nodes)


def _formula(rng: random.Random, nodes: list[str]) -> str:
    literals = [rng.choice(("", "", "!")) + name for name in rng.sample(nodes, rng.randint(1, 3))]
    text = literals[0]
    for literal in literals[1:]:
        text = f"({text} {rng.choice('&|')} {literal})"
    return text


def rules_of(text: str, on: frozenset[str] | None = None) -> tuple[Model, frozenset[str], KnowledgeBase]:
    """A model, its state of rest and its rule base, through the importer and the loader; the state may be given."""
    model = read_bnet(text.encode(), "model.bnet")
    state = rest(model) if on is None else on
    items: dict[str, list[load.LoadedItem]] = {}
    for path, content in files_of(model, "state", state).items():
        folder = path.split("/")[1]
        model_of = load.LISTS.get(folder, schema.DiseaseFile)
        rows = content if isinstance(content, list) else [content]
        items[folder] = [load.LoadedItem(model_of.model_validate(row), Document(path), ()) for row in rows]
    return model, state, resolve.Resolver(load.Sources(items={"cautions": [], **items})).knowledge_base()


def attractors(text: str, model: Model, state: frozenset[str], node: str, held: bool) -> list[dict[str, set[bool]]]:
    """The values that each node takes in every attractor within reach once ``node`` is held on or off."""
    lines = [line for line in text.splitlines() if not line.startswith(f"{node},")]
    network = aeon.BooleanNetwork.from_bnet("\n".join(["targets,factors", *lines, f"{node}, {int(held)}"]))
    graph = aeon.AsynchronousGraph(network.infer_valid_graph())
    start = graph.mk_subspace({n: (held if n == node else n in state) for n in model.functions})
    found = aeon.Attractors.attractors(graph, initial_set=aeon.Reachability.reach_fwd(graph, start))
    return [_values(attractor) for attractor in found]


def _values(attractor: aeon.ColoredVertexSet) -> dict[str, set[bool]]:
    values: dict[str, set[bool]] = {}
    for vertex in attractor.vertices():
        for name, value in vertex.to_named_dict().items():
            values.setdefault(name, set()).add(bool(value))
    return values


def compare(text: str, state: frozenset[str] | None = None, held: str = "") -> Iterator[Said]:
    """Every other node under every intervention that turns a node (or only ``held``) over."""
    model, state, kb = rules_of(text, state)
    for node in [held] if held else model.functions:
        on = node not in state
        case = case_of(kb, ["state"], [f"{node}_{'on' if on else 'off'}"], Changes(), ())
        ends = attractors(text, model, state, node, on)
        yield from _compared(model, state, kb, case, node, ends)


def _compared(
    model: Model, state: frozenset[str], kb: KnowledgeBase, case: Case, held: str, ends: list[dict[str, set[bool]]]
) -> Iterator[Said]:
    treated = evaluate(kb, case, reference).arms[0].treated
    assert treated is not None
    changes = treated.settlement.changes
    after = frozenset(n for n in model.functions if _on_after(n in state, changes.get(n)))
    for node in model.functions:
        if node == held:
            continue
        old = node in state
        values = [end[node] for end in ends]
        moved = all(value == {not old} for value in values)
        truth = moved if moved or all(value == {old} for value in values) else UNDECIDED
        change = changes.get(node)
        yield Said(node, truth, change, FALLS if old else RISES, _stands(model, changes, after, node, held))


def _on_after(on: bool, change: Change | None) -> bool:
    return on if change is None or change.direction == 0 else change.direction == RISES


def _stands(model: Model, changes: Mapping[str, Change], after: frozenset[str], node: str, held: str) -> bool:
    """Whether a node and every changed node behind it are, at the end, where their own functions put them.

    Behind it is what it rests on and what else acts on that: a fellow counted as lost must stay lost.
    """
    waiting, seen = [node], {node, held}
    for name in waiting:
        if name != held and holds(model.functions[name], after) != (name in after):
            return False
        behind = {other for clause in model.functions[name] for other, _ in clause if other in changes}
        waiting += sorted(behind - seen)
        seen |= behind
    return True


def models(seeds: range) -> Iterator[str]:
    """Random models that come to rest."""
    for seed in seeds:
        text = random_model(random.Random(seed))
        try:
            rest(read_bnet(text.encode(), "model.bnet"))
        except InvalidInputError:
            continue
        yield text

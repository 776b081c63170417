"""What is compared with: each peer is a function from a world to the direction of every entity it says changes.

The engines of this project and clingo answer the whole semantics; the others answer what they can, and how often
that is wrong is counted against the reference engine.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path
from typing import Any

from tests.oracle.worlds import World, case_of, knowledge_base

from theralogic.cohort.solve import CohortSolver, ContextGroup, Population
from theralogic.model.levels import DIRECTIONS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.vocabulary import VERBS
from theralogic.reasoning import reference
from theralogic.reasoning.durable import engine as durable
from theralogic.reasoning.evaluate import run_arm

Directions = dict[str, str]
Peer = Callable[[], Directions]
NAMES = count()  # a ruleset can't be given up, so each has a name of its own


class Prepared:
    """One world in the forms that peers read; making them is not measured."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kb: KnowledgeBase = knowledge_base(world)
        self.case: Case = case_of(world, self.kb)


def engine(prepared: Prepared, module: Any) -> Peer:
    """One of the two engines of single cases."""

    def answer() -> Directions:
        run = run_arm(prepared.kb, prepared.case, prepared.case.arms[0], module)
        assert run.treated is not None
        return {e: DIRECTIONS[change.direction] for e, change in run.treated.settlement.changes.items()}

    return answer


def lanes(prepared: Prepared) -> Peer:
    """The cohort engine with a single patient: its worst case."""
    asked = sorted(prepared.kb.entities)[:1]
    solver = CohortSolver(prepared.kb, asked)
    arm = prepared.case.arms[0]
    alone = Population((ContextGroup(prepared.case.diseases, arm.context, 0, 1),), {})

    def answer() -> Directions:
        for _ in solver.answers(alone, [arm]):
            pass
        return {}

    return answer


def clingo(prepared: Prepared) -> Peer:
    """clingo on an encoding of the same semantics (tests/oracle/section4.lp)."""
    from tests.oracle.judge import judged

    def answer() -> Directions:
        (found,) = judged([prepared.world])
        return {e: change["direction"] for e, change in found["treated"]["changes"].items()}

    return answer


def prolog(prepared: Prepared) -> Peer:
    """SWI-Prolog on an encoding of the same semantics without certainty (section4.pl), as a process of its own."""
    program = shutil.which("swipl")
    if program is None:
        raise FileNotFoundError("swipl is not installed")
    facts = "\n".join(_prolog_facts(prepared))

    def answer() -> Directions:
        with tempfile.NamedTemporaryFile("w", suffix=".pl") as file:
            file.write(facts)
            file.flush()
            rules = str(Path(__file__).with_name("section4.pl"))
            command = [program, "-q", "-g", "main", "-t", "halt", rules, file.name]
            out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in out.splitlines()]
        return {entity: DIRECTIONS[int(direction)] for entity, direction, _, _ in rows}

    return answer


def _prolog_facts(prepared: Prepared) -> Iterator[str]:
    yield ":- dynamic plain/3, complex/1, member/3, mech/6, sufficient/1, given/2, act/3."
    for e in prepared.kb.entities.values():
        if e.members:
            yield f"complex({e.id})."
            yield from (f"member({e.id},{m.entity},{int(m.negated)})." for m in e.members)
        else:
            yield f"plain({e.id},{'constitutive' if e.constitutive else 'inducible'},{e.level})."
        if e.sufficient:
            yield f"sufficient({e.id})."
    for m in prepared.kb.mechanisms:
        yield f"mech({m.id},{m.subject},{m.sign},{m.object},{m.strength},{m.needs})."
    for disease in prepared.case.diseases:
        yield from (f"given({e},{level})." for e, level in prepared.kb.diseases[disease].levels)
    for p in prepared.case.arms[0].prescriptions:
        for action in p.intervention.actions:
            yield f"act({action.target},{VERBS[action.verb]},{action.potency})."


def _signed_edges(prepared: Prepared) -> list[tuple[str, str, int]]:
    edges = [(m.subject, m.object, m.sign) for m in prepared.kb.mechanisms]
    gates = prepared.kb.entities.values()
    return edges + [(m.entity, gate.id, -1 if m.negated else 1) for gate in gates for m in gate.members]


def _start(prepared: Prepared) -> list[tuple[str, int]]:
    drugs = prepared.case.arms[0].prescriptions
    return [(action.target, VERBS[action.verb]) for p in drugs for action in p.intervention.actions]


def textbook(prepared: Prepared) -> Peer:
    """durable-rules as its documentation shows it: edges and changes as facts, a join, callbacks that assert."""
    edges, start = _signed_edges(prepared), _start(prepared)

    def answer() -> Directions:
        from durable.lang import assert_fact, c, m, ruleset, when_all

        name, found = f"textbook{next(NAMES)}", dict[str, set[int]]()
        with ruleset(name):

            def spread(context: Any) -> None:
                direction = context.change.direction * context.edge.sign
                seen = found.setdefault(context.edge.target, set())
                if direction not in seen:
                    seen.add(direction)
                    context.assert_fact({"kind": "change", "entity": context.edge.target, "direction": direction})

            change = (m.kind == "change") & (m.entity == c.edge.source)
            when_all(c.edge << (m.kind == "edge"), c.change << change)(spread)

        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            for n, (source, target, sign) in enumerate(edges):
                edge = {"kind": "edge", "n": n, "source": source, "target": target, "sign": sign}
                _quietly(assert_fact, name, edge)
            for entity, direction in start:
                found.setdefault(entity, set()).add(direction)
                _quietly(assert_fact, name, {"kind": "change", "entity": entity, "direction": direction})
        return {e: "ambiguous" if len(ways) > 1 else DIRECTIONS[min(ways)] for e, ways in found.items()}

    return answer


def _quietly(assert_fact: Any, name: str, fact: dict[str, Any]) -> None:
    from durable.engine import MessageNotHandledException

    try:
        assert_fact(name, fact)
    except MessageNotHandledException:
        return


def signed_paths(prepared: Prepared) -> Peer:
    """networkx: the sign of all shortest paths from what the drug acts on; where they disagree, ambiguous."""
    import networkx

    graph: Any = networkx.DiGraph()
    for source, target, sign in _signed_edges(prepared):
        for direction in (-1, 1):
            graph.add_edge((source, direction), (target, direction * sign))

    def answer() -> Directions:
        nearest: dict[str, dict[int, int]] = {}
        for start in _start(prepared):
            if start not in graph:
                continue
            for (entity, direction), steps in networkx.single_source_shortest_path_length(graph, start).items():
                ways = nearest.setdefault(entity, {})
                ways[direction] = min(steps, ways.get(direction, steps))
        found = {}
        for entity, ways in nearest.items():
            least = [direction for direction, steps in ways.items() if steps == min(ways.values())]
            found[entity] = "ambiguous" if len(least) > 1 else DIRECTIONS[least[0]]
        return found

    return answer


PEERS: dict[str, tuple[Callable[[Prepared], Peer], int]] = {
    "reference": (lambda p: engine(p, reference), 10**6),
    "durable": (lambda p: engine(p, durable), 10**5),
    "cohort, one patient": (lanes, 10**6),
    "clingo, same semantics": (clingo, 10**4),
    "SWI-Prolog, same semantics": (prolog, 10**4),
    "durable-rules, textbook (signs only)": (textbook, 10**4),
    "networkx signed paths (signs only)": (signed_paths, 10**6),
}
"""Each peer, and the largest number of mechanisms it is tried on."""


def wrong(found: Directions, right: Directions) -> float:
    """Share of the entities that either says change on which they do not say the same."""
    either = set(found) | set(right)
    return sum(found.get(e) != right.get(e) for e in either) / len(either) if either else 0.0

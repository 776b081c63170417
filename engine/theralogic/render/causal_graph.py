"""The derivation of some entities as a graph: what moved, and the rules along which it moved.

A selection from the result, like every explanation: an edge is drawn only where a rule, a gate or an action of what
is given stands for it. What spoke against a step is added on request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from theralogic.model.result import ChangeRow, GivenDrug
from theralogic.model.search import statement
from theralogic.model.vocabulary import VERBS
from theralogic.render.drawing import LEGEND, Edge, Node, Picture
from theralogic.render.phrases import ACTS, WHEN, arrows, does, goes, listed, moves, sentence
from theralogic.results.arm_view import ArmView
from theralogic.results.explain import derivation

TONES = {"increases": "rises", "decreases": "falls", "ambiguous": "unsure"}
WAYS = {"activates": "raises", "inhibits": "lowers", "requires": "is needed by"}


def picture(
    arm: ArmView,
    entities: Iterable[str] | None = None,
    *,
    opposed: bool = False,
    href: Callable[[str], str] | None = None,
) -> Picture:
    """The derivation of ``entities`` (None: of everything that changes), with what opposed it where asked.

    What is asked and does not change stands alone.

    ``href`` gives the address of a node's own place on the page.
    """
    wanted = None if entities is None else list(entities)
    steps = _steps(arm, wanted)
    edges = list(_edges(arm, steps, opposed))
    drawn = {step.entity for step in steps}
    if opposed:
        sources = {e.source for e in edges} - drawn
        steps = [c for c in arm.world.changes if c.entity in drawn | sources]
    drugs = [Node(_drug(d.id), d.name, f"{d.name}, given", shape="pill", tone="given") for d in _acting(arm, steps)]
    nodes = [_node(arm, step, edges, href) for step in steps]
    nodes += [_still(arm, entity) for entity in wanted or () if entity not in arm.changes]
    title = _title([arm.name(entity) for entity in wanted or () if entity in arm.changes], wanted is None)
    description = f"{len(steps)} changes and {len(edges)} links. {LEGEND}"
    return Picture(title, description, (*drugs, *nodes), tuple(edges), arm.result.disclaimer)


def _title(names: list[str], everything: bool) -> str:
    if everything:
        return "All that changes"
    if not names:
        return "Nothing that is asked changes"
    return f"Why {names[0]} changes" if len(names) == 1 else f"How {listed(names)} come about"


def _steps(arm: ArmView, entities: Iterable[str] | None) -> list[ChangeRow]:
    if entities is None:
        return list(arm.world.changes)
    found = [derivation(arm.world, entity) for entity in entities]
    needed = {step.entity for d in found if d for step in d.steps}
    return [change for change in arm.world.changes if change.entity in needed]


def _acting(arm: ArmView, steps: Sequence[ChangeRow]) -> list[GivenDrug]:
    given = {step.entity for step in steps if step.rule == "given"}
    drugs = arm.context.interventions if arm.treated else ()
    return [drug for drug in drugs if any(action.target in given for action in drug.actions)]


def _drug(drug: str) -> str:
    return f"given:{drug}"


def _edges(arm: ArmView, steps: Sequence[ChangeRow], opposed: bool) -> Iterator[Edge]:
    for step in steps:
        if step.rule == "given":
            yield from _actions(arm, step)
        for premise in step.premises:
            yield from _links(arm, step, premise.partition(":")[2])
        if opposed:
            for vote in step.opposition:
                yield _edge(arm, vote.rule, vote.source, step.entity, aside=True)


def _actions(arm: ArmView, step: ChangeRow) -> Iterator[Edge]:
    for drug in arm.context.interventions if arm.treated else ():
        verbs = list(dict.fromkeys(a.verb for a in drug.actions if a.target == step.entity))
        for kind, sign in (("activates", 1), ("inhibits", -1)):
            does = listed(ACTS[verb] for verb in verbs if VERBS[verb] == sign)
            if does:
                yield Edge(_drug(drug.id), step.entity, kind, drug.id, f"{drug.name} {does} {step.name}")


def _links(arm: ArmView, step: ChangeRow, source: str) -> Iterator[Edge]:
    """The rules by which a premise acts on its step: the deciding one, else those that are known."""
    rules = [v.rule for v in step.support if v.source == source]
    if step.rule in rules and step.direction != "ambiguous":
        rules = [step.rule]
    if not rules:  # a co-regulator whose own loss fades still prompts: its rule stands in the rule base
        rules = [m.id for m in arm.kb.mechanisms if (m.subject, m.object) == (source, step.entity)][:1]
    for rule in dict.fromkeys(rules):
        yield _edge(arm, rule, source, step.entity)


def _edge(arm: ArmView, rule: str, source: str, target: str, *, aside: bool = False) -> Edge:
    mechanism = arm.mechanisms.get(rule)
    if mechanism:
        kind = "activates" if mechanism.sign > 0 else "inhibits"
        words = f"{statement(arm.kb, mechanism)} ({rule})"
    else:
        negated = arm.sign(rule, source, target) < 0
        kind = "inhibits" if negated else "requires"
        words = f"{arm.name(target)} needs {'no ' if negated else ''}{arm.name(source)}"
    return Edge(
        source=source, target=target, kind=kind, rule=rule, title=f"Set aside: {words}" if aside else words, aside=aside
    )


def _still(arm: ArmView, entity: str) -> Node:
    """An entity that was asked about and does not change: it stands alone."""
    name = arm.name(entity)
    verb = does(name, "no_effect")
    shape = "gate" if arm.kb.entities[entity].members else "box"
    return Node(entity, name, sentence(f"{name} {verb}"), mark=f"{arrows('no_effect', None)} {verb}", shape=shape)


def _node(arm: ArmView, step: ChangeRow, edges: Sequence[Edge], href: Callable[[str], str] | None) -> Node:
    members = arm.kb.entities[step.entity].members
    shown = {e.source for e in edges if e.target == step.entity}
    others = listed(("no " if m.negated else "") + arm.name(m.entity) for m in members if m.entity not in shown)

    def around(side: str, other: str) -> str:
        near = [e for e in edges if getattr(e, side) == step.entity and not e.source.startswith("given:")]
        return listed(dict.fromkeys(f"{arm.name(getattr(e, other))} ({WAYS[e.kind]})" for e in near))

    by, on = around("target", "source"), around("source", "target")
    parts = [f"{moves(step)}, {WHEN[step.onset]}", by and f"Changed by {by}", on and f"Acts on {on}"]
    return Node(
        step.entity,
        step.name,
        " ".join(sentence(part) for part in parts if part),
        mark=f"{arrows(step.direction, step.strength)} {goes(step)}",
        note=f"also needs {others}" if others else "",
        shape="gate" if members else "box",
        tone=TONES[step.direction],
        href=href(step.entity) if href else "",
    )

"""The rules around one entity, as text or picture: what acts on it, what it acts on, the gates between."""

from __future__ import annotations

from typing import Any, NamedTuple

from theralogic.model.records import KnowledgeBase
from theralogic.model.search import neighbours, statement
from theralogic.render import drawing
from theralogic.render.drawing import LEGEND, Edge, Node, Picture

SYMBOL = {"activates": "->", "inhibits": "-|", "requires": "-o"}


class Neighbourhood(NamedTuple):
    """Entities by their distance from the centre (negative: upstream) and the edges between them."""

    centre: str
    distance: dict[str, int]
    edges: tuple[Edge, ...]

    def as_json(self) -> dict[str, Any]:
        """The neighbourhood as plain data."""
        edges = [{"source": e.source, "target": e.target, "kind": e.kind, "rule": e.rule} for e in self.edges]
        return {"centre": self.centre, "distance": dict(sorted(self.distance.items())), "edges": edges}


def neighbourhood(kb: KnowledgeBase, centre: str, depth: int = 1) -> Neighbourhood:
    """Everything within ``depth`` links of ``centre`` in either direction."""
    distance = {centre: 0}
    edges: dict[tuple[str, str, str], Edge] = {}
    for way in (-1, 1):
        frontier = [centre]
        for step in range(1, depth + 1):
            found: list[str] = []
            for entity in frontier:
                for edge in _links(kb, entity, way):
                    edges[edge.source, edge.target, edge.rule] = edge
                    other = edge.source if way < 0 else edge.target
                    if other not in distance:
                        distance[other] = way * step
                        found.append(other)
            frontier = sorted(found)
    return Neighbourhood(centre, distance, tuple(edges[key] for key in sorted(edges)))


def _links(kb: KnowledgeBase, entity: str, way: int) -> list[Edge]:
    into, _, out, gates = neighbours(kb, entity)
    links = [
        Edge(m.subject, m.object, "activates" if m.sign > 0 else "inhibits", m.id, f"{statement(kb, m)} ({m.id})")
        for m in (into if way < 0 else out)
    ]
    if way < 0:
        members = [(member.entity, entity, member.negated) for member in kb.entities[entity].members]
    else:
        members = [
            (entity, gate, any(m.entity == entity and m.negated for m in kb.entities[gate].members)) for gate in gates
        ]
    for source, gate, negated in members:
        words = f"{kb.entities[gate].name} requires {'no ' if negated else ''}{kb.entities[source].name}"
        links.append(Edge(source, gate, "inhibits" if negated else "requires", gate, words))
    return links


def to_text(kb: KnowledgeBase, found: Neighbourhood) -> str:
    """Edges as lines, upstream first."""
    lines = [kb.entities[found.centre].name]
    for title, chosen in (
        ("acted on by", [e for e in found.edges if e.target == found.centre]),
        ("acts on", [e for e in found.edges if e.source == found.centre]),
        ("further away", [e for e in found.edges if found.centre not in (e.source, e.target)]),
    ):
        if chosen:
            lines += ["", title]
            names = [(kb.entities[e.source].name, SYMBOL[e.kind], kb.entities[e.target].name, e.rule) for e in chosen]
            lines += [f"  {source} {symbol} {target}   [{rule}]" for source, symbol, target, rule in names]
    return "\n".join([*lines, "", "-> raises   -| lowers   -o is required by"])


def picture(kb: KnowledgeBase, found: Neighbourhood) -> Picture:
    """The neighbourhood as a graph, upstream first."""
    nodes = tuple(
        Node(e, kb.entities[e].name, f"{kb.entities[e].name}, {kb.entities[e].kind}", shape=_shape(kb, e))
        for e in sorted(found.distance, key=lambda e: (found.distance[e], kb.entities[e].name))
    )
    name = kb.entities[found.centre].name
    description = f"{len(found.edges)} links around {name}. {LEGEND}"
    return Picture(f"The rules around {name}", description, nodes, found.edges)


def to_svg(kb: KnowledgeBase, found: Neighbourhood) -> str:
    """A drawing with the centre in the middle column."""
    return drawing.to_svg(picture(kb, found), layer=found.distance)


def _shape(kb: KnowledgeBase, entity: str) -> str:
    return "gate" if kb.entities[entity].members else "box"

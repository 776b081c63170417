"""A layered drawing as SVG that can be read by eye, by keyboard and aloud: real nodes, titles, shapes before colour.

Activation ends in an arrowhead, inhibition in a bar, membership of a gate in a circle; a gate is a hexagon,
everything else a rounded box. Nothing is told by colour alone.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

BOX_WIDTH, LINE, PAD = 150, 15, 8
GAP_X, GAP_Y, MARGIN = 90, 18, 24
CHARACTERS = 20

ENDS = {"activates": "arrow", "inhibits": "bar", "requires": "circle"}


class Node(NamedTuple):
    """A box: its label, what a screen reader says, a mark such as a direction word, and whether it is a gate."""

    id: str
    label: str
    title: str
    mark: str = ""
    gate: bool = False


class Edge(NamedTuple):
    """An edge of kind ``activates``, ``inhibits`` or ``requires``, by a rule."""

    source: str
    target: str
    kind: str
    rule: str
    title: str


def layers(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Longest distance from a source, ignoring edges that close a loop; deterministic."""
    order = list(nodes)
    into: dict[str, list[str]] = defaultdict(list)
    position = {node: index for index, node in enumerate(order)}
    for edge in edges:
        if position[edge.source] < position[edge.target]:
            into[edge.target].append(edge.source)
    found: dict[str, int] = {}
    for node in order:
        found[node] = 1 + max((found[source] for source in into[node]), default=-1)
    return found


def drawing(
    nodes: Sequence[Node], edges: Sequence[Edge], *, title: str, description: str, layer: Mapping[str, int]
) -> str:
    """The SVG; ``layer`` gives each node's column."""
    columns: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        columns[layer[node.id]].append(node)
    _untangle(columns, edges)
    boxes: dict[str, tuple[float, float, float]] = {}
    height = 0.0
    for column in sorted(columns):
        y: float = MARGIN
        for node in columns[column]:
            tall: float = LINE * len(_lines(node)) + 2 * PAD
            boxes[node.id] = (MARGIN + column * (BOX_WIDTH + GAP_X), y, tall)
            y += tall + GAP_Y
        height = max(height, y)
    for column, members in columns.items():
        used = boxes[members[-1].id][1] + boxes[members[-1].id][2] + GAP_Y
        shift = (height - used) / 2
        for node in columns[column]:
            x, y, tall = boxes[node.id]
            boxes[node.id] = (x, y + shift, tall)
    width = 2 * MARGIN + (max(columns, default=0) + 1) * (BOX_WIDTH + GAP_X) - GAP_X
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height + MARGIN:g}" width="{width:g}" '
            f'role="group" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="12">',
            f'<title id="t">{escape(title)}</title>',
            f'<desc id="d">{escape(description)}</desc>',
            _MARKERS,
            '<g fill="none" stroke="#333" stroke-width="1.5">',
            *(_edge(edge, boxes) for edge in edges),
            "</g>",
            *(_node(node, boxes[node.id]) for node in nodes),
            "</svg>",
        ]
    )


_MARKERS = """<defs>
<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0 0 L10 5 L0 10 z" fill="#333" stroke="none"/></marker>
<marker id="bar" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="9" markerHeight="9" orient="auto">
<path d="M5 0 V10" stroke="#333" stroke-width="2.5"/></marker>
<marker id="circle" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">
<circle cx="5" cy="5" r="3.6" fill="#fff" stroke="#333" stroke-width="1.5"/></marker>
</defs>"""


def _lines(node: Node) -> list[str]:
    return [*textwrap.wrap(node.label, CHARACTERS), *([node.mark] if node.mark else [])]


def _untangle(columns: dict[int, list[Node]], edges: Sequence[Edge]) -> None:
    """Order each column by where its neighbours to the left stand, so that fewer edges cross."""
    place: dict[str, float] = {}
    for column in sorted(columns):
        members = columns[column]

        def key(node: Node) -> tuple[float, str]:
            near = [place[e.source] for e in edges if e.target == node.id and e.source in place]
            return (sum(near) / len(near) if near else 0.0, node.label)

        if column:
            members.sort(key=key)
        for index, node in enumerate(members):
            place[node.id] = index - len(members) / 2


def _edge(edge: Edge, boxes: Mapping[str, tuple[float, float, float]]) -> str:
    x1, y1, t1 = boxes[edge.source]
    x2, y2, t2 = boxes[edge.target]
    dash = ' stroke-dasharray="4 3"' if edge.kind == "requires" else ""
    if x2 > x1:
        start, end = (x1 + BOX_WIDTH, y1 + t1 / 2), (x2 - 4, y2 + t2 / 2)
        bend = (end[0] - start[0]) / 2
        curve = f"C{start[0] + bend:g} {start[1]:g} {end[0] - bend:g} {end[1]:g} {end[0]:g} {end[1]:g}"
        path = f"M{start[0]:g} {start[1]:g} {curve}"
    else:
        # Back or within a column: round the right-hand side.
        start, end = (x1 + BOX_WIDTH, y1 + t1 / 2), (x2 + BOX_WIDTH + 4, y2 + t2 / 2)
        far = max(start[0], end[0]) + GAP_X / 2
        path = f"M{start[0]:g} {start[1]:g} C{far:g} {start[1]:g} {far:g} {end[1]:g} {end[0]:g} {end[1]:g}"
    data = f"data-source={quoteattr(edge.source)} data-target={quoteattr(edge.target)} data-kind={quoteattr(edge.kind)}"
    marker = ENDS[edge.kind]
    return (
        f'<path d="{path}"{dash} marker-end="url(#{marker})" {data} data-rule={quoteattr(edge.rule)}>'
        f"<title>{escape(edge.title)}</title></path>"
    )


def _node(node: Node, box: tuple[float, float, float]) -> str:
    x, y, tall = box
    if node.gate:
        cut, right, bottom = 10, x + BOX_WIDTH, y + tall
        points = (
            f"{x + cut:g},{y:g} {right - cut:g},{y:g} {right:g},{y + tall / 2:g} "
            f"{right - cut:g},{bottom:g} {x + cut:g},{bottom:g} {x:g},{y + tall / 2:g}"
        )
        shape = f'<polygon points="{points}" fill="#fff" stroke="#333" stroke-width="1.5"/>'
    else:
        shape = f'<rect x="{x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{tall:g}" rx="6" fill="#fff" stroke="#333"/>'
    texts = []
    for index, line in enumerate(_lines(node)):
        weight = ' font-weight="bold"' if node.mark and index == len(_lines(node)) - 1 else ""
        baseline = y + PAD + LINE * index + 11
        texts.append(
            f'<text x="{x + BOX_WIDTH / 2:g}" y="{baseline:g}" text-anchor="middle" fill="#111"{weight}>'
            f"{escape(line)}</text>"
        )
    return (
        f'<g tabindex="0" role="img" aria-label={quoteattr(node.title)} data-node={quoteattr(node.id)}>'
        f"<title>{escape(node.title)}</title>{shape}{''.join(texts)}</g>"
    )

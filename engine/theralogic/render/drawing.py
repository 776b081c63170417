"""A layered drawing as SVG that can be read by eye, by keyboard and aloud: real nodes, titles, shapes before colour.

Activation ends in an arrowhead, inhibition in a bar, membership of a gate in a circle; a gate is a hexagon, what is
given a pill, everything else a box; what was set aside is dotted. Nothing is told by colour alone. Colours are
attributes, not styles, so that a page under a strict content security policy may show the drawing and restyle it.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from theralogic.model.safe_text import printable
from theralogic.render.layout import Point, Size, place, ranks

BOX_WIDTH, LINE, SMALL, PAD = 170, 16, 13, 8
MARGIN, CUT = 16, 11
CHARACTERS, NOTE_CHARACTERS = 22, 27  # of a line in a box; two less in a gate, whose sides slant
HEAD = 13  # room for one head of an edge
BOW = 40  # how far an edge between two boxes of one rank swings out

LEGEND = "Arrow: raises. Bar: lowers. Circle: is needed by. Hexagon: a gate. Dotted: set aside."
ENDS = {"activates": "arrow", "inhibits": "bar", "requires": "circle"}
TIPS = {"activates": 2, "inhibits": 6, "requires": 2}  # how far before the box an edge ends, so that its head is seen
FILLS = {
    "rises": ("#fdf0e1", "#a34a00"),
    "falls": ("#e7f0fb", "#1f5fae"),
    "unsure": ("#f1eef6", "#5f4b8b"),
    "still": ("#ffffff", "#333333"),
    "given": ("#1f2937", "#1f2937"),
}


class Node(NamedTuple):
    """A box: label, what a screen reader says, and how it looks.

    ``mark`` is a word on the change, ``note`` a remark in small print, ``shape`` one of box, gate, pill, ``tone`` a
    key of :data:`FILLS`, ``href`` where the box leads when it is followed.
    """

    id: str
    label: str
    title: str
    mark: str = ""
    note: str = ""
    shape: str = "box"
    tone: str = "still"
    href: str = ""


class Edge(NamedTuple):
    """An edge of kind ``activates``, ``inhibits`` or ``requires``, by a rule; ``aside`` where it did not prevail."""

    source: str
    target: str
    kind: str
    rule: str
    title: str
    aside: bool = False


class Picture(NamedTuple):
    """A graph that can be drawn or written in any format; causes stand before effects where there is no loop.

    ``caption`` is shown with the graph, whatever the format; a page that says it elsewhere leaves it out.
    """

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    caption: str = ""


def to_svg(shown: Picture, *, layer: Mapping[str, int] | None = None, down: bool = False, prefix: str = "g") -> str:
    """The SVG, left to right or ``down``; ``layer`` gives each node's rank (default: by the edges).

    ``prefix`` keeps the ids of several drawings on one page apart.
    """
    title, description, nodes, edges, caption = shown
    links = [(e.source, e.target) for e in edges]
    rank = layer or ranks([n.id for n in nodes], links)
    ends = Counter(side for link in links for side in ((link[0], "out"), (link[1], "in")))
    most = {n.id: 0 if down else HEAD * max(ends[n.id, "out"], ends[n.id, "in"]) for n in nodes}
    tall = {n.id: max(_height(n), most[n.id]) for n in nodes}
    sizes = {n: Size(t, BOX_WIDTH) if down else Size(BOX_WIDTH, t) for n, t in tall.items()}
    gaps = (46, 22) if down else (72, 16)
    placed = place(sizes, links, rank, gap_along=gaps[0], gap_across=gaps[1])

    def xy(point: Point) -> Point:
        along, across = point
        return (across + MARGIN, along + MARGIN) if down else (along + MARGIN, across + MARGIN)

    width, height = (e + MARGIN for e in xy((placed.along, placed.across)))
    beside = [rank[a] == rank[b] for a, b in links]
    if any(beside):
        width, height = (width, height + BOW) if down else (width + BOW, height)
    foot = textwrap.wrap(caption, max(int((width - MARGIN) / 5.6), 24))
    small = f'<text class="caption" x="{MARGIN}" font-size="11" fill="#444"'
    notes = [f'{small} y="{height + SMALL * i + 4:.0f}">{_shown(line)}</text>' for i, line in enumerate(foot)]
    height += SMALL * len(foot) + (MARGIN if foot else 0)
    routes = [[xy(p) for p in route] for route in placed.routes]
    if not down:
        slopes = {n.id: (xy(placed.centres[n.id]), tall[n.id]) for n in nodes if n.shape == "gate"}
        routes = [_to_the_slope(e, route, slopes) for e, route in zip(edges, routes, strict=True)]
    paths = [_edge(e, route, down, prefix, bows) for e, route, bows in zip(edges, routes, beside, strict=True)]
    boxes = [_node(n, xy(placed.centres[n.id]), tall[n.id]) for n in nodes]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="causal" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" role="group" '
            f'aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d" '
            f'font-family="system-ui, sans-serif" font-size="13">',
            f'<title id="{prefix}-t">{_shown(title)}</title>',
            f'<desc id="{prefix}-d">{_shown(description)}</desc>',
            _markers(prefix),
            f'<rect class="paper" width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            '<g class="edges" fill="none" stroke="#333" stroke-width="1.6">',
            *paths,
            "</g>",
            *boxes,
            *notes,
            "</svg>",
        ]
    )


def _shown(text: str) -> str:
    """Text as it may stand in a drawing: nothing hidden, nothing that is taken for markup."""
    return escape(printable(text))


def _markers(prefix: str) -> str:
    def marker(name: str, reference: int, body: str) -> str:
        return (
            f'<marker id="{prefix}-{name}" viewBox="0 0 10 10" refX="{reference}" refY="5" markerWidth="11" '
            f'markerHeight="11" markerUnits="userSpaceOnUse" orient="auto">{body}</marker>'
        )

    return "".join(
        [
            "<defs>",
            marker("arrow", 9, '<path class="head" d="M0 0 L10 5 L0 10 z" fill="#333"/>'),
            marker("bar", 8, '<path class="tee" d="M8 0 V10" stroke="#333" stroke-width="2.6"/>'),
            marker("circle", 9, '<circle class="ring" cx="5" cy="5" r="3.8" fill="#fff" stroke="#333"/>'),
            "</defs>",
        ]
    )


def _height(node: Node) -> int:
    return LINE * (len(_label(node)) + bool(node.mark)) + SMALL * len(_note(node)) + 2 * PAD


def _slant(node: Node) -> int:
    return 2 if node.shape == "gate" else 0


def _label(node: Node) -> list[str]:
    return textwrap.wrap(node.label, CHARACTERS - _slant(node))


def _note(node: Node) -> list[str]:
    return textwrap.wrap(node.note, NOTE_CHARACTERS - _slant(node))


def _edge(edge: Edge, points: Sequence[Point], down: bool, prefix: str, bows: bool) -> str:
    path = (_bow if bows else _curve)(points, down, TIPS[edge.kind])
    dash = ' stroke-dasharray="1 4" stroke-linecap="round"' if edge.aside else ""
    if not edge.aside and edge.kind == "requires":
        dash = ' stroke-dasharray="6 3"'
    data = f"data-source={quoteattr(edge.source)} data-target={quoteattr(edge.target)} data-kind={quoteattr(edge.kind)}"
    return (
        f'<path d="{path}"{dash} marker-end="url(#{prefix}-{ENDS[edge.kind]})" {data} '
        f"data-rule={quoteattr(edge.rule)}><title>{_shown(edge.title)}</title></path>"
    )


def _to_the_slope(edge: Edge, route: list[Point], slopes: Mapping[str, tuple[Point, int]]) -> list[Point]:
    """The route with its ends on the slanted sides of gates, which lie behind the box around them."""
    for node, end in ((edge.source, 0), (edge.target, -1)):
        if node in slopes:
            (middle, level), tall = slopes[node]
            x, y = route[end]
            inset = CUT * min(abs(y - level) / (tall / 2), 1)
            route[end] = (x + inset if x < middle else x - inset, y)
    return route


def _number(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")


def _at(x: float, y: float) -> str:
    return f"{_number(x)} {_number(y)}"


def _curve(points: Sequence[Point], down: bool, tip: int) -> str:
    """Through all points, leaving and entering along the ranks; the end stops ``tip`` before the box."""
    *rest, last = points
    way = 1 if last[down] > rest[-1][down] else -1
    last = (last[0], last[1] - way * tip) if down else (last[0] - way * tip, last[1])
    parts = [f"M{_at(*points[0])}"]
    for (x1, y1), (x2, y2) in zip(rest, [*rest[1:], last], strict=True):
        if (x1 == x2) if down else (y1 == y2):
            parts.append(f"L{_at(x2, y2)}")
        elif down:
            parts.append(f"C{_at(x1, (y1 + y2) / 2)} {_at(x2, (y1 + y2) / 2)} {_at(x2, y2)}")
        else:
            parts.append(f"C{_at((x1 + x2) / 2, y1)} {_at((x1 + x2) / 2, y2)} {_at(x2, y2)}")
    return "".join(parts)


def _bow(points: Sequence[Point], down: bool, tip: int) -> str:
    """Between two boxes of one rank: out and back on the far side of both."""
    (x1, y1), (x2, y2) = points
    if down:
        far = max(y1, y2) + BOW
        return f"M{_at(x1, y1)}C{_at(x1, far)} {_at(x2, far)} {_at(x2, y2 + tip)}"
    far = max(x1, x2) + BOW
    return f"M{_at(x1, y1)}C{_at(far, y1)} {_at(far, y2)} {_at(x2 + tip, y2)}"


def _node(node: Node, centre: Point, tall: float) -> str:
    x, y = centre[0] - BOX_WIDTH / 2, centre[1] - tall / 2
    fill, line = FILLS[node.tone]
    look = f'class="shape" fill="{fill}" stroke="{line}" stroke-width="1.4"'
    if node.shape == "gate":
        right, bottom = x + BOX_WIDTH, y + tall
        corners = [(x + CUT, y), (right - CUT, y), (right, centre[1]), (right - CUT, bottom), (x + CUT, bottom)]
        points = " ".join(_at(*corner) for corner in [*corners, (x, centre[1])])
        shape = f'<polygon points="{points}" {look}/>'
    else:
        round_ = tall / 2 if node.shape == "pill" else 5
        box = f'x="{_number(x)}" y="{_number(y)}" width="{BOX_WIDTH}" height="{tall}" rx="{round_:g}"'
        shape = f"<rect {box} {look}/>"
    texts, at = [], centre[1] - _height(node) / 2 + PAD
    for text, kind, step in [
        *((text, "label", LINE) for text in _label(node)),
        *([(node.mark, "mark", LINE)] if node.mark else []),
        *((text, "note", SMALL) for text in _note(node)),
    ]:
        at += step
        extra = {
            "label": "",
            "mark": f' font-weight="600" font-size="12" fill="{line}"',
            "note": ' font-size="10.5" fill="#444"',
        }[kind]
        place = f'x="{_number(centre[0])}" y="{_number(at - 4)}"'
        texts.append(f'<text class="{kind}" {place}{extra}>{_shown(text)}</text>')
    inside = f"<title>{_shown(node.title)}</title>{shape}{''.join(texts)}"
    ink = "#fff" if node.tone == "given" else "#111"
    name = f'class="node {node.tone}" data-node={quoteattr(node.id)} text-anchor="middle" fill="{ink}"'
    if node.href:
        return f"<a href={quoteattr(node.href)} {name}>{inside}</a>"
    return f'<g tabindex="0" role="img" {name}>{inside}</g>'

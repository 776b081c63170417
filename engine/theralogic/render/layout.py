"""Where the boxes of a layered drawing stand: ranks, few crossings, straight lines where that is possible.

The usual four steps (rank, order, place, route) in their smallest exact forms: an edge over several ranks gets a
stand-in in each rank between, so that it never runs behind a box; places are the least-squares ones that keep the
order (pool adjacent violators). Same input, same drawing.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Link = tuple[str, str]
Point = tuple[float, float]

SWEEPS = 9
"""Odd, so that the last sweep goes with the arrows."""
THREAD = 10.0
"""How much room a passing edge takes between boxes."""


class Size(NamedTuple):
    """Extent of a box along the ranks and across them."""

    along: float
    across: float


class Placed(NamedTuple):
    """Centres of boxes and the points of each link, as (along, across); extents of the whole."""

    centres: Mapping[str, Point]
    routes: tuple[tuple[Point, ...], ...]
    along: float
    across: float


def ranks(nodes: Iterable[str], links: Iterable[Link]) -> dict[str, int]:
    """Longest distance from a source, ignoring links that run against the order of ``nodes``.

    What has no cause among them stands right before its first effect.

    >>> ranks(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c"), ("c", "a")])
    {'a': 0, 'b': 1, 'c': 2}
    >>> ranks(["a", "b", "c", "d"], [("a", "b"), ("b", "c"), ("d", "c")])
    {'a': 0, 'b': 1, 'c': 2, 'd': 1}
    """
    order = list(nodes)
    pairs = list(links)
    position = {node: index for index, node in enumerate(order)}
    into: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        if position[source] < position[target]:
            into[target].append(source)
    found: dict[str, int] = {}
    for node in order:
        found[node] = 1 + max((found[source] for source in into[node]), default=-1)
    caused = {target for _, target in pairs}
    for node in order:
        effects = [found[target] for source, target in pairs if source == node]
        if effects and node not in caused:
            found[node] = min(effects) - 1
    return found


def place(
    sizes: Mapping[str, Size], links: Sequence[Link], rank: Mapping[str, int], *, gap_along: float, gap_across: float
) -> Placed:
    """Centres and routes for boxes whose ``rank`` is known; ranks lie ``gap_along`` apart, boxes ``gap_across``."""
    rows, threads = _threaded(rank, links)
    chains = [_chain(link, rank, threads.get(i)) for i, link in enumerate(links)]
    near: dict[str, list[str]] = defaultdict(list)
    for chain in chains:
        for upper, lower in zip(chain, chain[1:], strict=False):
            near[upper].append(lower)
            near[lower].append(upper)
    rows = _untangled(rows, near)
    across = _across(rows, near, sizes, gap_across)
    starts, thick, total = _bands(rows, sizes, gap_along)
    level = {node: i for i, row in enumerate(rows) for node in row}
    centres = {node: (starts[level[node]] + thick[level[node]] / 2, across[node]) for node in sizes}
    edge = max((across[n] + sizes[n].across / 2 if n in sizes else across[n] for n in across), default=0.0)
    ports = _ports(links, chains, across, sizes, rank)
    routes = tuple(
        _route(i, links[i], chain, centres, across, sizes, (starts, thick, level), ports)
        for i, chain in enumerate(chains)
    )
    return Placed(centres, routes, total, edge)


def _threaded(rank: Mapping[str, int], links: Sequence[Link]) -> tuple[list[list[str]], dict[int, list[str]]]:
    """Rows of nodes with stand-ins for the links that pass, and the stand-ins of each link from the lower rank up."""
    numbers = sorted(set(rank.values()))
    index = {number: i for i, number in enumerate(numbers)}
    rows: list[list[str]] = [[] for _ in numbers]
    for node, number in rank.items():
        rows[index[number]].append(node)
    threads: dict[int, list[str]] = {}
    for i, (source, target) in enumerate(links):
        low, high = sorted((index[rank[source]], index[rank[target]]))
        threads[i] = [f"\0{i}:{row}" for row in range(low + 1, high)]
        for row, name in zip(range(low + 1, high), threads[i], strict=True):
            rows[row].append(name)
    return rows, threads


def _chain(link: Link, rank: Mapping[str, int], threads: list[str] | None) -> list[str]:
    source, target = link
    if rank[source] == rank[target]:
        return []
    first, last = (source, target) if rank[source] < rank[target] else (target, source)
    return [first, *(threads or ()), last]


def _untangled(rows: list[list[str]], near: Mapping[str, list[str]]) -> list[list[str]]:
    """Rows reordered by where their neighbours stand, sweeping down and up; the best order seen is kept."""
    best, fewest = rows, _crossings(rows, near)
    for sweep in range(SWEEPS):
        rows = [list(row) for row in rows]
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for i in order:
            fixed = {node: j for j, node in enumerate(rows[i - 1] if sweep % 2 == 0 else rows[i + 1])}
            here = {node: j for j, node in enumerate(rows[i])}

            def key(node: str, fixed: dict[str, int] = fixed, here: dict[str, int] = here) -> tuple[float, int]:
                at = [fixed[other] for other in near[node] if other in fixed]
                return (sum(at) / len(at) if at else float(here[node]), here[node])

            rows[i].sort(key=key)
        count = _crossings(rows, near)
        if count < fewest:
            best, fewest = rows, count
    return best


def _crossings(rows: list[list[str]], near: Mapping[str, list[str]]) -> int:
    total = 0
    for upper, lower in zip(rows, rows[1:], strict=False):
        below = {node: j for j, node in enumerate(lower)}
        ends = [sorted(below[o] for o in near[node] if o in below) for node in upper]
        seen: list[int] = []
        for row in ends:
            total += sum(len(seen) - bisect_right(seen, j) for j in row)
            for j in row:
                insort(seen, j)
    return total


def _across(
    rows: list[list[str]], near: Mapping[str, list[str]], sizes: Mapping[str, Size], gap: float
) -> dict[str, float]:
    def room(node: str) -> float:
        return sizes[node].across if node in sizes else THREAD

    at: dict[str, float] = {}
    for row in rows:
        x = 0.0
        for node in row:
            at[node] = x + room(node) / 2
            x += room(node) + gap
    level = {node: i for i, row in enumerate(rows) for node in row}
    for sweep in range(SWEEPS):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        side = -1 if sweep % 2 == 0 else 1
        for i in order:
            row = rows[i]
            wanted = []
            for node in row:
                there = [at[o] for o in near[node] if level[o] == i + side] or [at[o] for o in near[node]]
                wanted.append(sum(there) / len(there) if there else at[node])
            apart = [(room(a) + room(b)) / 2 + gap for a, b in zip(row, row[1:], strict=False)]
            at.update(zip(row, spread(wanted, apart), strict=True))
    least = min((at[n] - room(n) / 2 for n in at), default=0.0)
    return {node: x - least for node, x in at.items()}


def spread(wanted: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The places nearest to ``wanted`` (least squares) that keep the order and lie at least ``apart``.

    >>> spread([0, 0, 10], [4, 4])
    [-2.0, 2.0, 10.0]
    """
    offsets = [0.0]
    for gap in apart:
        offsets.append(offsets[-1] + gap)
    blocks: list[list[float]] = []  # sum and number of the pooled wishes
    for wish, offset in zip(wanted, offsets, strict=False):
        blocks.append([wish - offset, 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, number = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += number
    flat = [total / number for total, number in blocks for _ in range(int(number))]
    return [x + offset for x, offset in zip(flat, offsets, strict=False)]


def _bands(rows: list[list[str]], sizes: Mapping[str, Size], gap: float) -> tuple[list[float], list[float], float]:
    starts, thick, at = [], [], 0.0
    for row in rows:
        starts.append(at)
        thick.append(max((sizes[n].along for n in row if n in sizes), default=0.0))
        at += thick[-1] + gap
    return starts, thick, max(at - gap, 0.0)


Ports = dict[tuple[int, str], float]


def _ports(
    links: Sequence[Link],
    chains: Sequence[list[str]],
    across: Mapping[str, float],
    sizes: Mapping[str, Size],
    rank: Mapping[str, int],
) -> Ports:
    """Where each link touches its boxes, so that several at one box do not share a point."""
    touching: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)
    for i, chain in enumerate(chains):
        if chain:
            touching[chain[0], True].append((across[chain[1]], i))
            touching[chain[-1], False].append((across[chain[-2]], i))
    ports: Ports = {}
    for (node, _), ends in touching.items():
        step = min(sizes[node].across * 0.85 / max(len(ends), 1), 26.0)
        for j, (_, i) in enumerate(sorted(ends)):
            ports[i, node] = across[node] + (j - (len(ends) - 1) / 2) * step
    return ports


def _route(
    number: int,
    link: Link,
    chain: list[str],
    centres: Mapping[str, Point],
    across: Mapping[str, float],
    sizes: Mapping[str, Size],
    bands: tuple[list[float], list[float], dict[str, int]],
    ports: Ports,
) -> tuple[Point, ...]:
    source, target = link
    if not chain:  # within a rank: out and back on the far side
        points = []
        for node in link:
            along, at = centres[node]
            points.append((along + sizes[node].along / 2, at))
        return tuple(points)
    starts, thick, level = bands
    upper, lower = chain[0], chain[-1]
    route = [(centres[upper][0] + sizes[upper].along / 2, ports[number, upper])]
    for name in chain[1:-1]:
        start, deep = starts[level[name]], thick[level[name]]
        route += [(start, across[name]), (start + deep, across[name])]
    route.append((centres[lower][0] - sizes[lower].along / 2, ports[number, lower]))
    return tuple(route if upper == source else route[::-1])

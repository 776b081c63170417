"""Results as the tables and the plot of docs/performance.md; the text around them is written by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

COLOURS = {  # by the first word of a peer, so that it looks the same in every panel
    "reference": "#0b4f8a",
    "durable": "#3d83c0",
    "cohort": "#2a8c5a",
    "clingo": "#a84f06",
    "SWI-Prolog": "#d4a017",
    "durable-rules": "#7a4b9a",
    "networkx": "#888888",
}


def write(found: dict[str, Any], root: Path) -> None:
    """Put the tables between their markers and write the plot."""
    path = root / "docs" / "performance.md"
    text = path.read_text(encoding="utf-8")
    tables = {
        "one-case": one_case(found),
        "start-up": start_up(found),
        "many": many(found),
        "end": end_to_end(found),
        "basis": basis(found),
    }
    for name, table in tables.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)", re.S)
        text = marked.sub(lambda m, table=table: f"{m[1]}{table}\n{m[2]}", text)  # type: ignore[misc]
    path.write_text(text, encoding="utf-8")
    (root / "docs" / "images" / "performance.svg").write_text(plot(found), encoding="utf-8")


def basis(found: dict[str, Any]) -> str:
    """What the figures rest on."""
    rules = found["rules"]
    return (
        f"{found['machine']}, two cores. Shipped rules: {rules['mechanisms']:,} mechanisms, {rules['entities']:,} "
        f"entities, {rules['interventions']} interventions."
    )


def one_case(found: dict[str, Any]) -> str:
    """One case by size: seconds, ratio to the reference engine, share of wrong directions."""
    sizes = sorted({row["size"] for row in found["one_case"]})
    peers = list(dict.fromkeys(row["peer"] for row in found["one_case"]))
    by = {(row["peer"], row["size"]): row for row in found["one_case"]}
    head = ["", *(f"{size:,} mechanisms" for size in sizes)]
    lines = [_line(head), _line(["---"] * len(head))]
    for peer in peers:
        cells = []
        for size in sizes:
            row = by.get((peer, size))
            if row is None:
                cells.append("not run")
                continue
            cell = f"{_time(row['seconds'][0])}, {_spread(row['ratio'])}x"
            if row["wrong"]:
                cell += f", **{100 * row['wrong']:.0f}% wrong**"
            cells.append(cell)
        lines.append(_line([peer, *cells]))
    return "\n".join(lines)


def start_up(found: dict[str, Any]) -> str:
    """A shipped case: from the start of a process, as a ratio; and inside a running one."""
    lines = [_line(["", "processor", "ratio"]), _line(["---"] * 3)]
    lines += [_line([row["peer"], _time(row["seconds"][0]), f"{_spread(row['ratio'])}x"]) for row in found["start_up"]]
    lines += [_line([f"inside a process: {row['peer']}", _time(row["seconds"][0]), ""]) for row in found["inside"]]
    return "\n".join(lines)


def many(found: dict[str, Any]) -> str:
    """Processor time a patient by number of patients."""
    numbers = sorted({row["size"] for row in found["many_patients"]})
    by = {(row["peer"], row["size"]): row for row in found["many_patients"]}
    lines = [_line(["patients", "cohort", "reference", "durable"]), _line(["---"] * 4)]
    for number in numbers:
        cells = []
        for peer in ("cohort", "reference", "durable"):
            row = by.get((peer, number))
            cells.append(f"{_time(row['seconds'][0] / number)}" if row else "as above")
        lines.append(_line([f"{number:,}", *cells]))
    return "\n".join(lines)


def end_to_end(found: dict[str, Any]) -> str:
    """The command with Parquet in and out."""
    head = ["patients", "of", "different", "processor", "clock", "in", "out"]
    lines = [_line(head), _line(["---"] * len(head))]
    for row in found["end_to_end"]:
        lines.append(
            _line(
                [
                    f"{row['patients']:,}",
                    row["what"],
                    f"{row['distinct']:,}",
                    f"{_spread(row['processor'])} s",
                    f"{_spread(row['clock'])} s",
                    f"{row['bytes_in'] / 1e6:.1f} MB",
                    f"{row['bytes_out'] / 1e6:.1f} MB",
                ]
            )
        )
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _spread(values: list[float]) -> str:
    middle, least, most = (f"{value:.3g}" for value in values)
    return middle if least == most else f"{middle} ({least} to {most})"


def plot(found: dict[str, Any]) -> str:
    """Seconds against size, both logarithmic: one case by mechanisms on the left, patients on the right."""
    panels = [
        ("one case, by mechanisms", [(r["peer"], r["size"], r["seconds"][0]) for r in found["one_case"]]),
        ("shipped rules, by patients", [(r["peer"], r["size"], r["seconds"][0]) for r in found["many_patients"]]),
    ]
    rows = ['<rect width="900" height="430" fill="#fff"/>']
    for n, (title, points) in enumerate(panels):
        rows += _panel(60 + 450 * n, title, points)
    style = "text{font:11px sans-serif;fill:#222}.t{font-weight:bold;font-size:13px}"
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 430" role="img">'
    return "\n".join([head, "<title>Processor time by size</title>", f"<style>{style}</style>", *rows, "</svg>"]) + "\n"


def _panel(left: int, title: str, points: list[tuple[str, int, float]]) -> list[str]:
    wide, high, top = 350, 230, 40
    low_x, high_x = (math.log10(f(size for _, size, _ in points)) for f in (min, max))
    low_y = math.floor(math.log10(min(s for *_, s in points)))
    high_y = math.ceil(math.log10(max(s for *_, s in points)))

    def at(size: float, seconds: float) -> tuple[float, float]:
        x = left + wide * (math.log10(size) - low_x) / (high_x - low_x)
        return x, top + high - high * (math.log10(seconds) - low_y) / (high_y - low_y)

    rows = [f'<text class="t" x="{left}" y="24">{escape(title)}</text>']
    for power in range(low_y, high_y + 1):
        y = at(10**low_x, 10**power)[1]
        rows.append(f'<line x1="{left}" x2="{left + wide}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        rows.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{_time(10.0**power)}</text>')
    for power in range(math.ceil(low_x), math.floor(high_x) + 1):
        x = at(10**power, 10**low_y)[0]
        rows.append(f'<text x="{x:.1f}" y="{top + high + 18}" text-anchor="middle">10^{power}</text>')
    for n, peer in enumerate(dict.fromkeys(peer for peer, *_ in points)):
        line = [at(size, seconds) for who, size, seconds in points if who == peer]
        colour = COLOURS[peer.replace(",", " ").split()[0]]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        rows.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        rows += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in line]
        y = top + high + 42 + 16 * n
        rows.append(f'<rect x="{left}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        rows.append(f'<text x="{left + 16}" y="{y}">{escape(peer)}</text>')
    return rows

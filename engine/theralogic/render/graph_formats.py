"""A picture in the formats of other programs: Graphviz, Mermaid, GraphML, CX2 (Cytoscape), JSON.

Written by hand because each is a page of text; networkx or a client for one of them would be a dependency for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from theralogic.render.drawing import Edge, Node, Picture, to_svg

DOT_HEADS = {"activates": "normal", "inhibits": "tee", "requires": "odot"}
DOT_SHAPES = {"gate": "hexagon", "pill": "ellipse", "box": "box"}
MERMAID_LINES = {"activates": "-->", "inhibits": "--x", "requires": "--o"}
INTERACTIONS = {"activates": 1, "inhibits": -1, "requires": 1}


def to_dot(shown: Picture) -> str:
    """Graphviz: inhibition ends in a tee, a gate's member in an open dot."""
    lines = ["digraph theralogic {", "  rankdir=LR;", f"  label={_quoted(_caption(shown))};"]
    for node in shown.nodes:
        label = "\n".join(part for part in (node.label, node.mark, node.note) if part)
        lines.append(f"  {_quoted(node.id)} [label={_quoted(label)}, shape={DOT_SHAPES[node.shape]}];")
    for edge in shown.edges:
        style = ", style=dotted" if edge.aside else ""
        ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
        lines.append(f"  {ends} [arrowhead={DOT_HEADS[edge.kind]}, tooltip={_quoted(edge.title)}{style}];")
    return "\n".join([*lines, "}"])


def to_mermaid(shown: Picture) -> str:
    """Mermaid flowchart: inhibition ends in a cross (Mermaid has no bar), a gate's member in a circle."""
    numbers = {node.id: f"n{i}" for i, node in enumerate(shown.nodes)}
    description = shown.description.replace("Bar: lowers", "Cross: lowers")
    lines = ["flowchart LR", f"  accTitle: {shown.title}", f"  accDescr: {description} {shown.caption}"]
    for node in shown.nodes:
        label = "<br>".join(_entities(part) for part in (node.label, node.mark, node.note) if part)
        left, right = {"gate": ("{{", "}}"), "pill": ("([", "])"), "box": ("[", "]")}[node.shape]
        lines.append(f'  {numbers[node.id]}{left}"{label}"{right}')
    for edge in shown.edges:
        line = MERMAID_LINES[edge.kind]
        line = line.replace("--", "-.-", 1) if edge.aside else line
        lines.append(f"  {numbers[edge.source]} {line} {numbers[edge.target]}")
    return "\n".join(lines)


def to_graphml(shown: Picture) -> str:
    """GraphML with every attribute as text, and the sign as a number."""
    keys = [("node", name, "string") for name in _node({}, None)]
    keys += [("edge", name, "int" if name == "sign" else "string") for name in _edge({}, None)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [
        f'<key id="{scope}-{name}" for="{scope}" attr.name="{name}" attr.type="{kind}"/>' for scope, name, kind in keys
    ]
    lines += ['<graph edgedefault="directed">', f"<desc>{escape(_caption(shown))}</desc>"]
    for node in shown.nodes:
        data = "".join(f'<data key="node-{k}">{escape(str(v))}</data>' for k, v in _node({}, node).items())
        lines.append(f"<node id={quoteattr(node.id)}>{data}</node>")
    for edge in shown.edges:
        data = "".join(f'<data key="edge-{k}">{escape(str(v))}</data>' for k, v in _edge({}, edge).items())
        lines.append(f"<edge source={quoteattr(edge.source)} target={quoteattr(edge.target)}>{data}</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>"])


def to_cx2(shown: Picture) -> str:
    """CX2, the exchange format of Cytoscape: integer ids, names and signs as attributes."""
    numbers = {node.id: i for i, node in enumerate(shown.nodes)}
    kinds = {name: {"d": "string"} for name in _node({}, None)}
    edge_kinds = {name: {"d": "integer" if name == "sign" else "string"} for name in _edge({}, None)}
    declared = {
        "networkAttributes": {"name": {"d": "string"}, "description": {"d": "string"}},
        "nodes": {**kinds, "entity": {"d": "string"}},
        "edges": edge_kinds,
    }
    document: list[dict[str, Any]] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"attributeDeclarations": [declared]},
        {"networkAttributes": [{"name": shown.title, "description": f"{shown.description} {shown.caption}".strip()}]},
        {"nodes": [{"id": numbers[n.id], "v": _node({"entity": n.id}, n)} for n in shown.nodes]},
        {
            "edges": [
                {"id": i, "s": numbers[e.source], "t": numbers[e.target], "v": _edge({}, e)}
                for i, e in enumerate(shown.edges)
            ]
        },
        {"status": [{"success": True}]},
    ]
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_data(shown: Picture) -> dict[str, Any]:
    """Nodes and edges as plain data."""
    return {
        "title": shown.title,
        "disclaimer": shown.caption,
        "nodes": [_node({"id": n.id}, n) for n in shown.nodes],
        "edges": [_edge({"source": e.source, "target": e.target}, e) for e in shown.edges],
    }


WRITERS: dict[str, Callable[[Picture], str]] = {
    "svg": to_svg,
    "dot": to_dot,
    "mermaid": to_mermaid,
    "graphml": to_graphml,
    "cx2": to_cx2,
    "json": lambda shown: json.dumps(as_data(shown), ensure_ascii=False, indent=2),
}


def _node(first: dict[str, Any], node: Node | None) -> dict[str, Any]:
    words = (node.label, node.mark, node.note, node.shape, node.tone) if node else ("",) * 5
    return {**first, **dict(zip(("name", "change", "note", "shape", "tone"), words, strict=True))}


def _edge(first: dict[str, Any], edge: Edge | None) -> dict[str, Any]:
    return {
        **first,
        "interaction": edge.kind if edge else "",
        "sign": INTERACTIONS[edge.kind] if edge else 0,
        "rule": edge.rule if edge else "",
        "statement": edge.title if edge else "",
        "prevailed": ("no" if edge.aside else "yes") if edge else "",
    }


def _caption(shown: Picture) -> str:
    return "\n".join(part for part in (shown.title, shown.caption) if part)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")

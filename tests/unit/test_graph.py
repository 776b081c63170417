"""The derivation as a graph: every edge stands for a rule, whatever the format, and the layout keeps its promises."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sketch import drug, sketch, solved

from theralogic.files.locations import case_names, load_case, load_kb
from theralogic.model.records import KnowledgeBase
from theralogic.model.vocabulary import DISCLAIMER, VERBS
from theralogic.reasoning import reference
from theralogic.render.causal_graph import picture
from theralogic.render.drawing import Edge, Node, Picture, to_svg
from theralogic.render.graph_formats import WRITERS
from theralogic.render.layout import Size, place, ranks, spread
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import solve

SVG = "{http://www.w3.org/2000/svg}"


def a_gate() -> KnowledgeBase:
    return sketch(
        "G -> P",
        "P -| B",
        "A -> Q",
        "Q -> B weak",
        "P -> X",
        entities={
            "G": {"kind": "complex", "requires": ["A", {"not": "N"}]},
            "N": {"kind": "protein", "level": "absent"},
        },
        interventions=[drug("x", blocks="A")],
    )


def pictured(kb: KnowledgeBase, *entities: str, opposed: bool = False, everything: bool = False) -> Picture:
    result = solved(kb, reference, levels={"A": "high"}, interventions=["x"], ask=list(entities))
    return picture(arm_view(kb, result), None if everything else entities, opposed=opposed)


def ends(shown: Picture, *, aside: bool = False) -> set[tuple[str, str, str]]:
    return {(e.source, e.kind, e.target) for e in shown.edges if e.aside == aside}


def test_only_what_leads_to_the_asked_entity_is_drawn() -> None:
    assert ends(pictured(a_gate(), "B")) == {
        ("given:x", "inhibits", "A"),
        ("A", "requires", "G"),
        ("G", "activates", "P"),
        ("P", "inhibits", "B"),
    }


def test_on_request_everything_that_changes_is_drawn() -> None:
    shown = pictured(a_gate(), everything=True)
    assert {node.id for node in shown.nodes} == {"given:x", "A", "G", "P", "B", "Q", "X"}


def test_what_was_set_aside_is_dotted_and_only_drawn_on_request() -> None:
    assert ends(pictured(a_gate(), "B"), aside=True) == set()
    assert ends(pictured(a_gate(), "B", opposed=True), aside=True) == {("Q", "activates", "B")}


def test_what_is_asked_and_does_not_change_stands_alone_and_says_so() -> None:
    kb = sketch("A -> B", "C -> D", interventions=[drug("x", blocks="A")])
    shown = pictured(kb, "B", "D")
    still = next(node for node in shown.nodes if node.id == "D")
    assert still.mark == "– does not change"
    assert all("D" not in (edge.source, edge.target) for edge in shown.edges)
    assert pictured(kb, "D").title == "Nothing that is asked changes"


def test_a_gate_is_a_hexagon_that_names_the_members_that_did_not_change() -> None:
    gate = next(node for node in pictured(a_gate(), "B").nodes if node.id == "G")
    assert (gate.shape, gate.note) == ("gate", "also needs no N")


def test_activation_and_inhibition_end_in_different_shapes() -> None:
    tree = ET.fromstring(to_svg(pictured(a_gate(), "B")))
    heads = {path.get("data-kind"): path.get("marker-end") for path in tree.iter(f"{SVG}path") if path.get("data-kind")}
    assert heads == {"activates": "url(#g-arrow)", "inhibits": "url(#g-bar)", "requires": "url(#g-circle)"}


@pytest.mark.parametrize("down", [True, False])
def test_a_link_between_boxes_of_one_rank_swings_around_both_and_stays_on_the_paper(down: bool) -> None:
    nodes = (
        Node("x", "x", "x"),
        Node("a", "a", "a", note="a remark that makes this box taller " * 2),
        Node("b", "b", "b"),
    )
    links = [("x", "a"), ("x", "b"), ("b", "a")]
    edges = tuple(Edge(source, target, "activates", f"{source}-{target}", "") for source, target in links)
    tree = ET.fromstring(to_svg(Picture("t", "d", nodes, edges), down=down))
    right, bottom = map(float, str(tree.get("viewBox")).split()[2:])
    (path,) = (p for p in tree.iter(f"{SVG}path") if p.get("data-source") == "b")
    numbers = [float(n) for n in re.findall(r"[\d.]+", str(path.get("d")))]
    start, *swings, end = numbers[down::2]
    assert min(swings) > max(start, end) + 30
    assert max(swings) <= (bottom if down else right)


def test_every_node_of_the_drawing_can_be_focused_and_read_aloud() -> None:
    tree = ET.fromstring(to_svg(pictured(a_gate(), "B")))
    nodes = [g for g in tree.iter(f"{SVG}g") if g.get("data-node")]
    assert len(nodes) == 5
    assert all(g.get("tabindex") == "0" for g in nodes)
    spoken = {g.get("data-node"): g.findtext(f"{SVG}title") for g in nodes}
    assert spoken["P"] == "P falls strongly, within hours. Changed by G (raises). Acts on B (lowers)."


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_every_format_carries_all_nodes_all_edges_and_the_disclaimer(form: str) -> None:
    shown = pictured(a_gate(), "B", opposed=True)
    text = WRITERS[form](shown)
    assert DISCLAIMER.split(":")[0] in text
    nodes, edges = len(shown.nodes), len(shown.edges)
    if form in ("svg", "graphml"):
        tree = ET.fromstring(text)
        space = tree.tag.partition("}")[0] + "}"
        kinds = ("data-node", "data-kind") if form == "svg" else (f"{space}node", f"{space}edge")
        found = [sum(kind in (item.tag, *item.attrib) for item in tree.iter()) for kind in kinds]
    elif form == "json":
        data = json.loads(text)
        found = [len(data["nodes"]), len(data["edges"])]
    elif form == "cx2":
        parts = {key: value for part in json.loads(text) for key, value in part.items()}
        ids = {node["id"] for node in parts["nodes"]}
        assert all(edge["s"] in ids and edge["t"] in ids for edge in parts["edges"])
        assert all(type(edge["v"]["sign"]) is int for edge in parts["edges"])
        found = [len(parts["nodes"]), len(parts["edges"])]
    else:
        marks = {"dot": (", shape=", "arrowhead="), "mermaid": ('"', "-")}[form]
        lines = [line.strip() for line in text.splitlines() if not line.strip().startswith("acc")]
        found = [sum(marks[0] in line for line in lines), sum(marks[1] in line and '"' not in line for line in lines)]
        if form == "dot":
            found[1] = sum(marks[1] in line for line in lines)
    assert found == [nodes, edges]


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load_kb()


@pytest.mark.parametrize("name", sorted(case_names()))
def test_every_drawn_edge_is_a_rule_with_its_sign_and_direction(name: str, shipped: KnowledgeBase) -> None:
    path = case_names()[name]
    case = load_case(path.read_bytes(), path.name, shipped)
    result = solve(shipped, case, reference)
    rules = {(m.id, m.subject, m.object): m.sign for m in shipped.mechanisms}
    for entity in shipped.entities.values():
        rules.update({(entity.id, m.entity, entity.id): -1 if m.negated else 1 for m in entity.members})
    for arm in result.context.arms:
        view = arm_view(shipped, result, arm)
        actions = {
            (drug.id, f"given:{drug.id}", action.target): VERBS[action.verb]
            for drug in view.context.interventions
            for action in drug.actions
        }
        for shown in (picture(view, case.ask), picture(view, None, opposed=True)):
            for edge in shown.edges:
                sign = (rules | actions)[edge.rule, edge.source, edge.target]
                assert sign == (-1 if edge.kind == "inhibits" else 1), edge
            assert len({(e.rule, e.source, e.target, e.aside) for e in shown.edges}) == len(shown.edges)
            drawn = {node.id for node in shown.nodes}
            assert all(edge.source in drawn and edge.target in drawn for edge in shown.edges)


NAMES = [f"n{i}" for i in range(9)]
GRAPHS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda e: e[0] != e[1]), max_size=20)


@given(GRAPHS)
def test_no_two_boxes_overlap_and_no_passing_edge_runs_through_a_box(links: list[tuple[str, str]]) -> None:
    sizes = {n: Size(40.0, 100.0) for n in NAMES}
    rank = ranks(NAMES, links)
    placed = place(sizes, links, rank, gap_along=30, gap_across=10)
    by_rank: dict[int, list[float]] = {}
    for node in NAMES:
        by_rank.setdefault(rank[node], []).append(placed.centres[node][1])
    for row in by_rank.values():
        assert all(b - a >= 110 - 1e-6 for a, b in pairwise(sorted(row)))
    for route in placed.routes:
        for (along1, across1), (along2, across2) in pairwise(route[1:-1]):
            if across1 == across2 and along2 - along1 == 40:  # straight through a rank
                row = [across for along, across in placed.centres.values() if along1 <= along <= along2]
                assert all(abs(across - across1) > 50 for across in row)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8))
def test_spreading_keeps_order_and_distance_and_leaves_alone_what_has_room(wanted: list[float]) -> None:
    found = spread(wanted, [5.0] * (len(wanted) - 1))
    assert all(b - a >= 5 - 1e-6 for a, b in pairwise(found))
    if all(b - a >= 5 for a, b in pairwise(wanted)):
        assert found == pytest.approx(wanted)


def test_what_a_mermaid_drawing_says_of_its_marks_is_what_it_shows() -> None:
    text = WRITERS["mermaid"](pictured(a_gate(), "B"))
    assert "--x" in text
    assert "Cross: lowers" in text
    assert "Bar: lowers" not in text

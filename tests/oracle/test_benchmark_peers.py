"""What the benchmark compares is comparable: who is said to answer the whole semantics does, and the others don't."""

from __future__ import annotations

import shutil

import pytest
from benchmarks.peers import PEERS, Prepared, wrong
from benchmarks.worlds import world

PREPARED = Prepared(world(150, seed=2))
RIGHT = PEERS["reference"][0](PREPARED)()


def test_the_world_of_the_benchmark_is_worth_asking() -> None:
    assert len(RIGHT) > 10
    assert len(PREPARED.kb.mechanisms) == 150


@pytest.mark.skipif(shutil.which("swipl") is None, reason="SWI-Prolog is not installed")
def test_prolog_gives_the_same_directions_on_many_worlds() -> None:
    for seed in range(25):
        prepared = Prepared(world(40, seed=seed))
        assert PEERS["SWI-Prolog, same semantics"][0](prepared)() == PEERS["reference"][0](prepared)(), seed


@pytest.mark.parametrize("peer", [pytest.param("durable", marks=pytest.mark.durable), "clingo, same semantics"])
def test_a_peer_of_the_same_semantics_gives_the_same_directions(peer: str) -> None:
    assert PEERS[peer][0](PREPARED)() == RIGHT


SIGNS = [
    pytest.param(name, marks=[pytest.mark.durable] * ("durable" in name)) for name in PEERS if "signs only" in name
]


@pytest.mark.parametrize("peer", SIGNS)
def test_signs_alone_go_wrong(peer: str) -> None:
    if "networkx" in peer:
        pytest.importorskip("networkx")
    assert wrong(PEERS[peer][0](PREPARED)(), RIGHT) > 0.1

"""Every pattern has a page, and a derivation shows the patterns that its steps are made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.model.errors import InvalidInputError, NotFoundError
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.vocabulary import PATTERNS, SLIPS
from theralogic.reasoning.engines import engine_named
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import solve
from theralogic.teach import course_files as pages
from theralogic.teach.course_files import pattern_page, pattern_pages
from theralogic.teach.patterns import find_patterns


def seen(kb: KnowledgeBase, case: Case, entity: str) -> list[str]:
    return [s.pattern for s in find_patterns(arm_view(kb, solve(kb, case, engine_named("reference"))), entity)]


def test_every_pattern_of_the_closed_list_has_its_page() -> None:
    assert [page.id for page in pattern_pages()] == list(PATTERNS)


def test_every_slip_is_bred_by_some_pattern() -> None:
    assert {m.slip for page in pattern_pages() for m in page.misconceptions} == set(SLIPS)


def test_a_page_that_is_missing_or_damaged_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lessons" / "patterns"
    folder.mkdir(parents=True)
    monkeypatch.setattr(pages, "kb_root", lambda: tmp_path)
    with pytest.raises(InvalidInputError, match="lessons/patterns/gate.yaml: there is no such file"):
        pattern_page("gate")
    for text, says in (("id: gate\nnome: x\n", "unknown key"), ("", "empty")):
        (folder / "gate.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInputError, match=says):
            pattern_page("gate")


def test_an_unknown_pattern_is_named_with_the_nearest_one() -> None:
    with pytest.raises(NotFoundError, match="unknown pattern") as caught:
        pattern_page("redundency")
    assert "redundancy" in str(caught.value)


def test_two_minus_signs_in_a_row_release_a_brake() -> None:
    kb = sketch("BRAKE -| T", interventions=[drug("x", blocks="BRAKE")], entities={"BRAKE": {"kind": "receptor"}})
    assert seen(kb, patient(kb, interventions=["x"], ask=["T"]), "T") == ["receptor_blockade", "releasing_a_brake"]


def test_two_that_keep_each_other_going_are_a_positive_loop() -> None:
    kb = sketch("A -> B", "B -> A", "A -> T", interventions=[drug("x", supplies="A")])
    assert "positive_loop" in seen(kb, patient(kb, interventions=["x"], ask=["T"]), "T")
    kb = sketch("A -> T", "A -> B", "B -> T", interventions=[drug("x", supplies="A")])
    assert "positive_loop" not in seen(kb, patient(kb, interventions=["x"], ask=["T"]), "T")


def test_what_still_drives_is_redundancy() -> None:
    kb = sketch("A -> T", "B -> T", interventions=[drug("x", neutralizes="A")])
    case = patient(kb, levels={"A": "high", "B": "high", "T": "high"}, interventions=["x"], ask=["T"])
    assert seen(kb, case, "T") == ["ligand_neutralisation", "redundancy"]


def test_an_unchanged_entity_shows_the_pattern_of_its_reason() -> None:
    kb = sketch("A -> T", interventions=[drug("x", neutralizes="A")])
    case = patient(kb, levels={"A": "absent"}, interventions=["x"], ask=["T"])
    assert seen(kb, case, "T") == ["nothing_to_lose"]


def test_a_blocked_receptor_parts_amount_from_signal() -> None:
    kb = sketch(
        "R -| L",
        entities={"R": {"kind": "receptor"}, "L": {"kind": "cytokine", "signalling": {"id": "S", "with": ["R"]}}},
        interventions=[drug("x", blocks="R")],
    )
    case = patient(kb, interventions=["x"], ask=["S"])
    assert {"gate", "amount_is_not_activity"} <= set(seen(kb, case, "S"))


def test_a_reading_that_moves_against_its_signal_parts_amount_from_activity() -> None:
    kb = sketch(
        "R -| serum_L",
        "L_signalling -> T",
        entities={
            "R": {"kind": "receptor"},
            "L": {"kind": "cytokine"},
            "L_signalling": {"kind": "complex", "requires": ["L", "R"]},
            "serum_L": {"kind": "readout"},
        },
        interventions=[drug("x", blocks="R")],
    )
    case = patient(kb, levels={"L": "high"}, interventions=["x"], ask=["serum_L"])
    assert {"lost_clearance", "amount_is_not_activity"} - set(seen(kb, case, "serum_L")) == {"lost_clearance"}
    assert "releasing_a_brake" in seen(kb, case, "serum_L")  # a plain inhibition; only `clears` is clearance


def test_a_reading_at_the_end_of_a_chain_is_no_cause() -> None:
    kb = sketch("A -> CRP", interventions=[drug("x", supplies="A")], entities={"CRP": {"kind": "readout"}})
    assert "marker_is_not_cause" in seen(kb, patient(kb, interventions=["x"], ask=["CRP"]), "CRP")

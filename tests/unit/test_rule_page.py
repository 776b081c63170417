"""A page of the rule base reads like one of a textbook: whole sentences, what leads to a thing and what it leads to."""

from __future__ import annotations

import pytest
from tests.sketch import drug, sketch

from theralogic.files.locations import load_kb
from theralogic.model.errors import NotFoundError
from theralogic.model.records import KnowledgeBase
from theralogic.model.search import statement
from theralogic.render.rule_page import page_of


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def page(kb: KnowledgeBase, name: str) -> dict[str, list[str]]:
    """The lines of a page by heading; those before the first heading under ``""``."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line in page_of(kb, name, 500).splitlines():
        if line.startswith("  "):
            found[heading].append(line.strip())
        elif line:
            heading = line
            found[""].append(line)
            found.setdefault(line, [])
    return found


def test_a_rule_about_a_gate_names_what_the_gate_needs(kb: KnowledgeBase) -> None:
    told = page(kb, "tnf-signalling-drives-synovial-inflammation")["What leads to it"]
    assert "TNF signalling through TNF receptor 1 needs soluble TNF" in told


def test_a_rule_names_the_drugs_that_act_on_its_subject(kb: KnowledgeBase) -> None:
    assert "basiliximab blocks IL-2RA" in page(kb, "il2ra-clears-spare-il2")["What leads to it"]


def test_a_gate_names_the_drugs_that_reach_it_by_way_of_a_member(kb: KnowledgeBase) -> None:
    told = page(kb, "IL6_signalling")["Interventions that act on it"]
    assert {"siltuximab, by way of IL-6", "tocilizumab, by way of IL-6 receptor"} <= set(told)


def test_a_disease_tells_what_stands_behind_its_activity_in_its_own_context(kb: KnowledgeBase) -> None:
    told = page(kb, "rheumatoid arthritis")
    assert told["What its activity follows"] == ["synovial inflammation drives rheumatoid arthritis activity"]
    behind = told["What stands behind that"]
    assert "IL-6 signalling drives synovial inflammation, strong" in behind
    assert behind != page(kb, "osteoarthritis")["What stands behind that"]


def test_compartments_are_spelt_as_people_spell_them(kb: KnowledgeBase) -> None:
    assert any("CD8 T cells" in line for line in page(kb, "rheumatoid arthritis")[""])


def test_a_drug_leads_on_to_what_its_targets_do_and_to_its_cautions(kb: KnowledgeBase) -> None:
    told = page(kb, "etanercept")
    assert "membrane TNF engaging TNF receptor 2 requires membrane TNF" in told["What its targets do"]
    assert "Do not combine blockers of TNF and IL-1." in told["Cautions that may be said"]


@pytest.mark.parametrize(
    ("caution", "condition"),
    [
        ("crp-masked-under-il6-blockade", "C-reactive protein falls"),
        ("tnf-plus-il1-infections", "a drug neutralizes TNF"),
        ("natalizumab-rebound", "the disease is multiple sclerosis"),
        ("belatacept-ptld", "belatacept is given"),
    ],
)
def test_a_caution_tells_in_words_when_it_is_said(kb: KnowledgeBase, caution: str, condition: str) -> None:
    assert condition in page(kb, caution)["Said when all of these hold"]


def test_every_condition_of_every_caution_can_be_told(kb: KnowledgeBase) -> None:
    for caution in kb.cautions:
        assert len(page(kb, caution.id)["Said when all of these hold"]) == len(caution.when)


def test_a_verb_agrees_with_several_subjects(kb: KnowledgeBase) -> None:
    told = {m.id: statement(kb, m) for m in kb.mechanisms}
    assert told["th17-cells-produce-il17a"] == "Th17 cells produce IL-17A"
    assert told["b-cells-differentiate-into-plasmablasts"] == "B cells differentiate into plasmablasts"
    assert told["il17a-signalling-induces-cxcl8"] == "IL-17A signalling induces IL-8"


SKETCHED = sketch(
    "A -> B",
    entities={
        "B": {"drivers": "sufficient", "note": "anything will do", "aliases": ["bee"], "xrefs": ["HGNC:1"]},
        "A": {"produced_by": ["cells"]},
        "cells": {"kind": "cell"},
    },
    mechanisms=[
        {
            "id": "rule",
            "subject": "A",
            "relation": "clears",
            "object": "cells",
            "because": "so it is",
            "limits": "not at night",
            "pattern": "lost_clearance",
            "where": {"tissue": "gut"},
            "unless": {"disease": "ill"},
            "evidence": [{"kind": "textbook"}],
        }
    ],
    diseases=[
        {"id": "group", "name": "a group"},
        {"id": "ill", "name": "illness", "parents": ["group"], "note": "rare"},
    ],
    interventions=[
        {
            **drug("x", blocks="A"),
            "dose": {"low": "weak"},
            "reach": {"gut": "moderate"},
            "note": "old",
            "aliases": ["ex"],
            "xrefs": ["UNII:1"],
        }
    ],
)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "rule",
            ["Holds where the tissue is gut.", "Does not hold where the disease is illness.", "Limits: Not at night.",
             "Teaches: lost clearance."],
        ),
        ("B", ["Any one of its drivers is enough on its own.", "Anything will do.", "Also called bee.",
               "Identifiers: HGNC:1."]),
        ("A", ["Produced by cells."]),
        ("ill", ["A kind of a group.", "Rare."]),
        ("x", ["At dose low: at most weak.", "In gut: at most moderate.", "Old.", "Also called ex.",
               "Identifiers: UNII:1."]),
    ],
)  # fmt: skip
def test_everything_that_a_file_says_of_a_thing_stands_on_its_page(name: str, lines: list[str]) -> None:
    told = " ".join(page(SKETCHED, name)[""])
    assert [line for line in lines if line not in told] == []


@pytest.mark.parametrize(("typed", "meant"), [("b-raise-c", "b-raises-c"), ("Bta", "Beta")])
def test_a_name_that_is_nearly_one_of_a_rule_or_of_a_thing_is_told_which(typed: str, meant: str) -> None:
    kb = sketch("B -> C", entities={"B": {"name": "Beta"}})
    with pytest.raises(NotFoundError, match=f"nothing here is called `{typed}`") as caught:
        page_of(kb, typed, 80)
    assert f"did you mean `{meant}`?" in str(caught.value.problems[0].help)

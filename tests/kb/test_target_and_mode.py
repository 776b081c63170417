"""Drugs given only by target and mode: what the mode says about where a drug acts."""

from __future__ import annotations

import pytest

import theralogic.reasoning.reference as engine
from theralogic.files.locations import load_kb
from theralogic.model.records import KnowledgeBase
from theralogic.score import score


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def predicted(kb: KnowledgeBase, target: str, mode: str, disease: str) -> str:
    table = f"intervention,target,mode,disease,outcome\nunnamed,{target},{mode},{disease},improves\n"
    found = score(kb, table.encode(), "table.csv", engine)["predictions"][0]["predicted"]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("disease", ["Crohn disease", "sarcoidosis"])
def test_a_soluble_receptor_leaves_membrane_tnf_where_an_antibody_does_not(kb: KnowledgeBase, disease: str) -> None:
    assert predicted(kb, "TNF", "ligand_neutralizer", disease) == "improves"
    assert predicted(kb, "TNF", "soluble_receptor", disease) == "no_benefit"


def test_a_soluble_receptor_is_enough_where_tnf_acts_at_a_distance(kb: KnowledgeBase) -> None:
    assert predicted(kb, "TNF", "soluble_receptor", "rheumatoid arthritis") == "improves"


def test_a_soluble_receptor_meets_its_ligand_where_no_soluble_form_is_known(kb: KnowledgeBase) -> None:
    assert predicted(kb, "IL4", "soluble_receptor", "asthma") == predicted(kb, "IL4", "ligand_neutralizer", "asthma")


def test_two_chains_of_one_receptor_are_blocked_as_the_heterodimer_alone(kb: KnowledgeBase) -> None:
    # Alpha-4 alone also lets cells into the brain; alpha-4 beta-7 leads to the gut only.
    assert predicted(kb, "ITGA4;ITGB7", "receptor_blocker", "ulcerative colitis") == "improves"
    assert predicted(kb, "ITGA4;ITGB7", "receptor_blocker", "multiple sclerosis") == "no_benefit"
    assert predicted(kb, "ITGA4", "receptor_blocker", "multiple sclerosis") == "improves"

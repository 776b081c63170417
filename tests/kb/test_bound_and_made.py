"""What a drug binds piles up in an assay; what it stops from being made does not, and brings none of the warnings."""

from __future__ import annotations

import pytest

import theralogic.reasoning.reference as engine
from theralogic.files.locations import load_kb
from theralogic.model.records import Arm, Case, KnowledgeBase, Prescription, Teaching
from theralogic.reasoning.evaluate import ArmRun, run_arm

TNF_WARNINGS = {
    "tnf-blockade-demyelination",
    "tnf-blockade-in-heart-failure",
    "tnf-blockade-lupus-like",
    "tnf-blockade-paradoxical-psoriasis",
}


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def given(kb: KnowledgeBase, disease: str, drug: str) -> ArmRun:
    case = Case(
        id="case",
        diseases=(disease,),
        teaching=Teaching((), (), ()),
    )
    return run_arm(kb, case, Arm("treated", "", (), (), (Prescription(kb.interventions[drug], ""),)), engine)


@pytest.mark.parametrize(
    ("disease", "drug", "total", "way"),
    [
        ("rheumatoid_arthritis", "etanercept", "total_serum_TNF", 1),
        ("rheumatoid_arthritis", "glucocorticoid", "total_serum_TNF", -1),
        ("cryopyrin_associated_periodic_syndrome", "canakinumab", "total_serum_IL1B", 1),
        ("rheumatoid_arthritis", "glucocorticoid", "total_serum_IL1B", -1),
        ("psoriasis", "adalimumab", "total_serum_IL1B", -1),
        ("psoriasis", "secukinumab", "total_serum_IL17A", 1),
        ("psoriasis", "risankizumab", "total_serum_IL17A", -1),
    ],
)
def test_an_assay_rises_where_a_drug_binds_and_falls_where_less_is_made(
    disease: str, drug: str, total: str, way: int, kb: KnowledgeBase
) -> None:
    assert given(kb, disease, drug).answering.settlement.changes[total].direction == way


@pytest.mark.parametrize("disease", ["multiple_sclerosis", "heart_failure", "crohn_disease"])
def test_a_steroid_brings_no_warning_about_tnf_or_il17_blockers(disease: str, kb: KnowledgeBase) -> None:
    said = set(given(kb, disease, "glucocorticoid").cautions)
    assert not said & {*TNF_WARNINGS, "il17-blockade-in-bowel-disease"}


def test_a_tnf_antibody_brings_the_warnings_about_it(kb: KnowledgeBase) -> None:
    assert set(given(kb, "heart_failure", "infliximab").cautions) >= TNF_WARNINGS


@pytest.mark.parametrize(
    ("drug", "said"), [("secukinumab", True), ("brodalumab", True), ("risankizumab", False), ("adalimumab", False)]
)
def test_only_the_loss_of_il17_itself_is_said_to_endanger_the_gut(drug: str, said: bool, kb: KnowledgeBase) -> None:
    assert ("il17-blockade-in-bowel-disease" in given(kb, "crohn_disease", drug).cautions) == said

"""A risk belongs to the drug that removes its guard, not to every drug that happens to pass by."""

from __future__ import annotations

import pytest

import theralogic.reasoning.reference as engine
from theralogic.files.locations import load_kb
from theralogic.model.records import Arm, Case, KnowledgeBase, Prescription, Teaching
from theralogic.reasoning.evaluate import run_arm


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def change(kb: KnowledgeBase, disease: str, drug: str, entity: str) -> int:
    """1 where ``entity`` rises under ``drug``, -1 where it falls, 0 where it stays."""
    case = Case(
        id="case",
        diseases=(disease,),
        teaching=Teaching((), (), ()),
    )
    arm = Arm("treated", "", (), (), (Prescription(kb.interventions[drug], ""),))
    found = run_arm(kb, case, arm, engine).answering.settlement.changes.get(entity)
    return found.direction if found else 0


@pytest.mark.parametrize(
    ("entity", "disease", "with_it", "without"),
    [
        ("PML_risk", "multiple_sclerosis", "natalizumab", "glucocorticoid"),
        ("autoimmunity_risk", "multiple_sclerosis", "alemtuzumab", "tofacitinib"),
        ("autoimmunity_risk", "melanoma", "ipilimumab", "tofacitinib"),
        ("meningococcal_infection_risk", "systemic_lupus_erythematosus", "eculizumab", "belimumab"),
    ],
)
def test_the_risk_rises_under_the_drug_that_removes_its_guard_only(
    entity: str, disease: str, with_it: str, without: str, kb: KnowledgeBase
) -> None:
    assert change(kb, disease, with_it, entity) == 1
    assert change(kb, disease, without, entity) != 1


def test_tnf_antibodies_harm_a_failing_heart_and_not_a_sound_one(kb: KnowledgeBase) -> None:
    assert change(kb, "heart_failure", "infliximab", "heart_failure_risk") == 1
    assert change(kb, "rheumatoid_arthritis", "infliximab", "heart_failure_risk") == 0


def test_calcineurin_inhibitors_lower_filtration(kb: KnowledgeBase) -> None:
    assert change(kb, "kidney_transplant_rejection", "tacrolimus", "glomerular_filtration_rate") == -1


@pytest.mark.parametrize(
    ("disease", "activity", "way"),
    [("psoriasis", "psoriasis_activity", -1), ("rheumatoid_arthritis", "RA_activity", 0)],
)
def test_sparing_cyclic_amp_clears_skin_and_leaves_rheumatoid_joints(
    disease: str, activity: str, way: int, kb: KnowledgeBase
) -> None:
    assert change(kb, disease, "apremilast", activity) == way

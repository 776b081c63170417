"""Everything that can be written in a file comes out in the model, at its place and with its meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from theralogic.files.locations import load_case, load_kb
from theralogic.model.levels import ELEVATED, FALLS, HIGH, LOW, MODERATE, NORMAL, ONSETS, RISES, STRONG, WEAK
from theralogic.model.records import (
    Action,
    Arm,
    Case,
    Caution,
    Condition,
    Disease,
    Entity,
    Evidence,
    Expectation,
    Finding,
    Intervention,
    KnowledgeBase,
    Mechanism,
    Member,
    Prescription,
    Teaching,
)

ENTITIES = """\
- id: L
  name: ligand L
  kind: cytokine
  tone: constitutive
  level: low
  aliases: [ell, the ligand]
  xrefs: [HGNC:6018]
  signalling: {id: LS, with: [R, {not: N}]}
  produced_by: [T]
  note: binds R
- {id: R, name: receptor R, kind: receptor, borne_by: [T]}
- {id: N, name: decoy N, kind: receptor, tone: inducible, drivers: sufficient}
- {id: T, name: T cells, kind: cell}
- {id: P, name: process P, kind: process}
- {id: C, name: complex C, kind: complex, requires: [L, {not: N}]}
- {id: M, name: mediator M, kind: cytokine, signalling: {id: MS, with: [R], name: the signal of M}}
"""
MECHANISMS = """\
- id: several
  subject: LS
  relation: inhibits
  object: [P, T]
  strength: strong
  onset: weeks
  needs: weak
  where: {cell: [T Cells, B cells], disease: the disease}
  unless: {tissue: tumour}
  because: it does.
  limits: in mice only.
  pattern: gate
  evidence:
    - {ref: PMID:1, kind: in_vitro, stance: mixed, note: seen once}
    - {kind: textbook}
- {id: plain, subject: T, relation: activates, object: P, because: it does.}
"""
DISEASE = """\
id: d
name: The Disease
aliases: [disease D]
xrefs: [MONDO:0008383]
parents: [above]
compartments: {tissue: [Gut], cell: []}
activity: P
levels: {T: elevated, R: high}
note: hard to treat
evidence: [{kind: review, ref: PMID:2}]
"""
INTERVENTIONS = """\
- id: x
  name: Drug X
  class: antibody
  aliases: [ex]
  xrefs: [UNII:I031V2H011]
  actions: [{verb: blocks, target: R}, {verb: supplies, target: L, potency: weak}]
  dose: {Low: moderate, standard: strong}
  reach: {Gut Mucosa: weak}
  note: given weekly
  evidence: [{kind: rct, ref: PMID:3, stance: refutes}]
- {id: y, name: Drug Y, class: steroid, actions: [{verb: inhibits, target: T}]}
"""
CAUTIONS = """\
- id: c
  when:
    - {change: P, direction: decreases}
    - {action: blocks, target: R}
    - {finding: L, level: high}
    - {disease: d}
    - {intervention: x}
  say: look out
  because: it may go wrong.
  evidence: [{kind: human, ref: PMID:4}]
- {id: a, when: [{disease: above}], say: wait, because: it takes time.}
"""
CASE = """\
id: everything
hypothetical: true
title: Everything
vignette: A patient.
disease: the disease
context: {phase: Chronic}
findings:
  - {entity: ell, level: high}
  - {entity: N, value: 48, unit: mg/L, reference: [0, 10]}
  - {entity: P, value: 1.5, reference: [0, 10]}
interventions:
  - {give: ex, dose: low}
  - {name: new agent, actions: [{verb: depletes, target: T cells, potency: moderate}], dose: Once}
ask: [process P, T, P]
arms:
  - {id: more-and-less, add: [y], remove: [x], context: {phase: acute}, findings: [{entity: T, level: low}]}
  - {id: instead, title: Another way, replace: {Drug X: y}}
  - {id: as-usual, dose: {x: standard}}
expect:
  - {entity: P, direction: decreases, at_least: weak, at_most: moderate, certainty: contested, by: ["several:P", LS]}
  - {entity: T, direction: no_effect, because: redundant, arm: instead, world: untreated}
teaching: {objectives: [one], prerequisites: [two], misconceptions: [three]}
"""


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnowledgeBase:
    monkeypatch.setenv("THERALOGIC_CACHE", "off")
    files = {
        "entities/all.yaml": ENTITIES,
        "mechanisms/all.yml": MECHANISMS,
        "diseases/d.yaml": DISEASE,
        "diseases/above.yaml": "{id: above, name: Above}",
        "interventions/all.yaml": INTERVENTIONS,
        "cautions/all.yaml": CAUTIONS,
    }
    for name, text in files.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load_kb(tmp_path)


def test_every_entity_with_all_that_is_said_of_it(kb: KnowledgeBase) -> None:
    place = "rules/entities/all.yaml"
    signal = (Member("L", False), Member("R", False), Member("N", True))
    assert list(kb.entities.values()) == [
        Entity(
            id="L",
            name="ligand L",
            kind="cytokine",
            constitutive=True,
            level=LOW,
            aliases=("ell", "the ligand"),
            xrefs=("HGNC:6018",),
            produced_by=("T",),
            note="binds R",
            source=f"{place}:1:3",
        ),
        Entity(id="LS", name="ligand L signalling", kind="complex", members=signal, source=f"{place}:1:3"),
        Entity(id="R", name="receptor R", kind="receptor", constitutive=True, borne_by=("T",), source=f"{place}:11:3"),
        Entity(id="N", name="decoy N", kind="receptor", sufficient=True, source=f"{place}:12:3"),
        Entity(id="T", name="T cells", kind="cell", constitutive=True, source=f"{place}:13:3"),
        Entity(id="P", name="process P", kind="process", source=f"{place}:14:3"),
        Entity(
            id="C",
            name="complex C",
            kind="complex",
            members=(Member("L", False), Member("N", True)),
            source=f"{place}:15:3",
        ),
        Entity(id="M", name="mediator M", kind="cytokine", source=f"{place}:16:3"),
        Entity(
            id="MS",
            name="the signal of M",
            kind="complex",
            members=(Member("M", False), Member("R", False)),
            source=f"{place}:16:3",
        ),
    ]


WHERE = (("cell", ("b cells", "t cells")), ("disease", ("d",)))
UNLESS = (("tissue", ("tumour",)),)
SEEN = (Evidence("PMID:1", "in_vitro", "mixed", "seen once"), Evidence("", "textbook", "supports", ""))


def test_every_mechanism_with_all_that_is_said_of_it_one_for_each_object(kb: KnowledgeBase) -> None:
    place = "rules/mechanisms/all.yml"
    assert list(kb.mechanisms) == [
        Mechanism(
            id="plain",
            subject="T",
            relation="activates",
            sign=RISES,
            object="P",
            because="it does.",
            source=f"{place}:16:3",
        ),
        *(
            Mechanism(
                id=f"several:{target}",
                subject="LS",
                relation="inhibits",
                sign=FALLS,
                object=target,
                strength=STRONG,
                onset=ONSETS.index("weeks"),
                needs=WEAK,
                where=WHERE,
                unless=UNLESS,
                because="it does.",
                limits="in mice only.",
                evidence=SEEN,
                pattern="gate",
                source=f"{place}:1:3",
            )
            for target in "PT"
        ),
    ]


def test_every_disease_drug_and_caution_with_all_that_is_said_of_it(kb: KnowledgeBase) -> None:
    known = [*kb.diseases.values(), *kb.interventions.values(), *kb.cautions]
    when = (
        Condition("change", "P", "decreases"),
        Condition("action", "R", "blocks"),
        Condition("finding", "L", "high"),
        Condition("disease", "d", ""),
        Condition("intervention", "x", ""),
    )
    assert known == [
        Disease(id="above", name="Above", source="rules/diseases/above.yaml:1:1"),
        Disease(
            id="d",
            name="The Disease",
            aliases=("disease D",),
            xrefs=("MONDO:0008383",),
            parents=("above",),
            compartments=(("tissue", ("gut",)),),
            activity="P",
            levels=(("R", HIGH), ("T", ELEVATED)),
            note="hard to treat",
            evidence=(Evidence("PMID:2", "review", "supports", ""),),
            source="rules/diseases/d.yaml:1:1",
        ),
        X,
        Y,
        Caution(
            id="a",
            when=(Condition("disease", "above", ""),),
            say="wait",
            because="it takes time.",
            source="rules/cautions/all.yaml:11:3",
        ),
        Caution(
            id="c",
            when=when,
            say="look out",
            because="it may go wrong.",
            evidence=(Evidence("PMID:4", "human", "supports", ""),),
            source="rules/cautions/all.yaml:1:3",
        ),
    ]


X = Intervention(
    id="x",
    name="Drug X",
    drug_class="antibody",
    aliases=("ex",),
    xrefs=("UNII:I031V2H011",),
    actions=(Action("blocks", "R", STRONG), Action("supplies", "L", WEAK)),
    dose=(("low", MODERATE), ("standard", STRONG)),
    reach=(("gut mucosa", WEAK),),
    note="given weekly",
    evidence=(Evidence("PMID:3", "rct", "refutes", ""),),
    source="rules/interventions/all.yaml:1:3",
)
Y = Intervention(
    id="y",
    name="Drug Y",
    drug_class="steroid",
    actions=(Action("inhibits", "T", STRONG),),
    source="rules/interventions/all.yaml:11:3",
)
AGENT = Intervention(
    id="new agent", name="new agent", drug_class="hypothetical agent", actions=(Action("depletes", "T", MODERATE),)
)


def test_every_name_is_found_in_any_case(kb: KnowledgeBase) -> None:
    names = {"above": "above", "d": "d", "the disease": "d", "disease d": "d", "mondo:0008383": "d"}
    assert kb.names["disease"] == names
    drugs = {"x": "x", "drug x": "x", "ex": "x", "unii:i031v2h011": "x", "y": "y", "drug y": "y"}
    assert kb.names["intervention"] == drugs
    named = {name for name, entity in kb.names["entity"].items() if entity in ("L", "LS", "MS")}
    assert named == {
        "l",
        "ligand l",
        "ell",
        "the ligand",
        "ls",
        "ligand l signalling",
        "ms",
        "the signal of m",
        "hgnc:6018",
    }
    assert len(kb.digest) == 32


def test_a_case_with_all_that_can_be_said_in_it(kb: KnowledgeBase) -> None:
    findings = (Finding("L", HIGH, ""), Finding("N", ELEVATED, "48 mg/L"), Finding("P", NORMAL, "1.5"))
    chronic, acute = (("phase", ("chronic",)),), (("phase", ("acute",)),)
    agent = Prescription(AGENT, "once")
    case = load_case(CASE.encode(), "everything.yaml", kb)
    assert case._replace(digest="") == Case(
        id="everything",
        title="Everything",
        vignette="A patient.",
        diseases=("d",),
        arms=(
            Arm("treated", "Everything", findings, chronic, (Prescription(X, "low"), agent)),
            Arm(
                "more-and-less",
                "more and less",
                (*findings, Finding("T", LOW, "")),
                acute,
                (agent, Prescription(Y, "")),
            ),
            Arm("instead", "Another way", findings, chronic, (Prescription(Y, ""), agent)),
            Arm("as-usual", "as usual", findings, chronic, (Prescription(X, "standard"), agent)),
        ),
        ask=("P", "T"),
        expect=(
            Expectation(
                entity="P",
                direction="decreases",
                at_least=WEAK,
                at_most=MODERATE,
                by=("several:P", "LS"),
                arm="treated",
                certainty="contested",
            ),
            Expectation(entity="T", direction="no_effect", because="redundant", arm="instead", world="untreated"),
        ),
        teaching=Teaching(("one",), ("two",), ("three",)),
        source="everything.yaml",
    )
    assert len(case.digest) == 32

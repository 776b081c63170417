"""What ``rules check`` finds: each finding on the smallest rule base that deserves it, and not on a sound one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.sketch import drug, sketch

from theralogic.check import check
from theralogic.model.records import KnowledgeBase

ERRORS = (Path(__file__).parent.parent.parent / "docs" / "errors.md").read_text(encoding="utf-8")


def found(kb: KnowledgeBase) -> dict[str, str]:
    """Codes found, each with its message; two on one code would hide one another, so there is none."""
    findings = [f for f in check(kb) if f.code not in ("unreachable", "unused-entity", "single-source")]
    assert len({f.code for f in findings}) == len(findings)
    return {f.code: f.message for f in findings}


def codes(kb: KnowledgeBase) -> set[str]:
    return {f.code for f in check(kb)}


def disease(**keys: Any) -> dict[str, Any]:
    return {"id": "d", "name": "D", "activity": "B", "levels": {"A": "high"}, **keys}


def mechanism(**keys: Any) -> dict[str, Any]:
    written = {"id": "m", "subject": "A", "relation": "activates", "object": "B", "because": "So it is."}
    return {**written, "evidence": [{"kind": "textbook"}], **keys}


def test_a_sound_rule_base_has_nothing_but_a_note_on_its_textbook() -> None:
    kb = sketch("A -> B", diseases=[disease()])
    assert [(f.severity, f.code, f.message) for f in check(kb)] == [
        ("note", "single-source", "`a-raises-b` rests on a textbook alone")
    ]


def test_a_drug_may_not_act_on_an_outcome() -> None:
    kb = sketch("A -> B", entities={"B": {"kind": "activity"}}, interventions=[drug("x", blocks="B")])
    assert found(kb) == {"shortcut": "`x` acts on the outcome `B` itself"}


def test_nor_through_something_that_only_drugs_bring_about() -> None:
    kb = sketch(
        "A -> B",
        "B -> C",
        entities={"A": {"kind": "drug_exposure"}, "C": {"kind": "risk"}},
        interventions=[drug("x", supplies="A")],
    )
    assert found(kb) == {"shortcut": "`B` comes only from drugs and leads straight to `C`"}


def test_what_a_disease_raises_too_is_no_shortcut() -> None:
    kb = sketch(
        "A -> B",
        entities={"A": {"kind": "drug_exposure"}, "B": {"kind": "risk"}},
        diseases=[disease(levels={"A": "high"})],
    )
    assert "shortcut" in codes(kb)  # an exposure stays an exposure
    kb = sketch("E -> A", "A -> B", entities={"E": {"kind": "drug_exposure"}, "B": {"kind": "risk"}})
    assert "shortcut" in codes(kb)
    kb = sketch("E -> A", "A -> B", "C -> A", entities={"E": {"kind": "drug_exposure"}, "B": {"kind": "risk"}})
    assert "shortcut" not in codes(kb)


@pytest.mark.parametrize("name", ["IL-2 deficiency", "loss of barrier", "neutropenia", "reduced tears"])
def test_an_entity_is_not_named_after_a_lack(name: str) -> None:
    kb = sketch("A -> B", entities={"B": {"name": name}}, diseases=[disease()])
    assert "names a deficit" in found(kb)["deficit-name"]


def test_two_names_in_the_same_words_are_synonyms() -> None:
    kb = sketch("A -> B", entities={"A": {"name": "serum IL-6"}, "B": {"name": "IL6 (serum)"}}, diseases=[disease()])
    assert found(kb) == {"synonym": "`A` and `B` share the words `il6 serum`"}


def test_two_entities_with_one_identifier_are_noted() -> None:
    kb = sketch("A -> B", entities={e: {"xrefs": ["HGNC:6018"]} for e in "AB"}, diseases=[disease()])
    assert [f.severity for f in check(kb) if f.code == "synonym"] == ["note"]


@pytest.mark.parametrize(
    ("curie", "code"), [("HGCN:6018", "unknown-prefix"), ("HGNC:IL6", "bad-identifier"), ("PMID:12x", "bad-identifier")]
)
def test_identifiers_have_the_form_of_their_register(curie: str, code: str) -> None:
    assert set(found(sketch("A -> B", entities={"A": {"xrefs": [curie]}}, diseases=[disease()]))) == {code}
    evidence = [{"ref": curie, "kind": "human"}]
    assert set(found(sketch(entities={"A": {}, "B": {}}, mechanisms=[mechanism(evidence=evidence)]))) == {code}


def test_a_mechanism_without_evidence_is_uncited() -> None:
    kb = sketch(entities={"A": {}, "B": {}}, mechanisms=[mechanism(evidence=[])], diseases=[disease()])
    assert found(kb) == {"uncited": "`m` has no evidence: cite it or mark it `kind: textbook`"}


def test_a_mechanism_that_all_evidence_refutes_is_an_error() -> None:
    evidence = [{"ref": "PMID:1", "kind": "human", "stance": "refutes"}]
    kb = sketch(entities={"A": {}, "B": {}}, mechanisms=[mechanism(evidence=evidence)], diseases=[disease()])
    assert found(kb) == {"refuted": "`m` has only evidence against it"}


def test_a_study_needs_a_reference() -> None:
    evidence = [{"kind": "rct"}]
    kb = sketch(entities={"A": {}, "B": {}}, mechanisms=[mechanism(evidence=evidence)], diseases=[disease()])
    assert found(kb) == {"no-reference-given": "`m` cites a study (rct) without a reference"}


def test_a_context_that_no_disease_lists_never_holds() -> None:
    kb = sketch("A -> B in gut", diseases=[disease(compartments={"tissue": ["skin"]})])
    assert found(kb) == {"never-operative": "`a-raises-b` never holds: no disease lists the tissue gut"}


def test_a_context_that_excludes_itself_never_holds() -> None:
    same = {"phase": "acute"}
    kb = sketch(entities={"A": {}, "B": {}}, mechanisms=[mechanism(where=same, unless=same)], diseases=[disease()])
    assert found(kb) == {"never-operative": "`m` never holds: `where` and `unless` say the same"}


def pair(relation: str, first: dict[str, Any], second: dict[str, Any]) -> set[str]:
    """What is found of two mechanisms between the same two things, the other of them with ``relation``."""
    kb = sketch(
        entities={"A": {}, "B": {}},
        mechanisms=[mechanism(**first), mechanism(id="n", relation=relation, **second)],
        diseases=[
            disease(),
            {"id": "e", "name": "E", "activity": "B", "parents": ["d"]},
            {**disease(), "id": "f"} | {"name": "F"},
        ],
    )
    return set(found(kb))


@pytest.mark.parametrize(("relation", "code"), [("inhibits", "sign-conflict"), ("induces", "duplicate-mechanism")])
def test_two_mechanisms_between_the_same_two_things_need_contexts_that_part_them(relation: str, code: str) -> None:
    acute, chronic = {"phase": "acute"}, {"phase": ["chronic", "late"]}
    assert pair(relation, {}, {}) == {code}
    assert pair(relation, {"where": acute}, {}) == {code}
    assert pair(relation, {"where": acute}, {"where": chronic}) == set()
    assert pair(relation, {"where": acute}, {"unless": acute}) == set()
    assert pair(relation, {"unless": {"dose": "low"}}, {"where": {"dose": "low"}}) == set()
    assert pair(relation, {"where": {"dose": "high"}}, {"where": {"dose": "low"}}) == set()
    assert pair(relation, {"where": {"tissue": "gut"}}, {"where": {"tissue": "skin"}}) == {code}  # one patient has both


def test_diseases_part_contexts_only_where_neither_is_a_form_of_the_other() -> None:
    assert pair("inhibits", {"where": {"disease": "d"}}, {"where": {"disease": "e"}}) == {"sign-conflict"}
    assert pair("inhibits", {"where": {"disease": "d"}}, {"where": {"disease": "f"}}) == set()


def gate(**members: Any) -> KnowledgeBase:
    parts = [{"not": m} if keys.pop("negated", False) else m for m, keys in members.items()]
    entities = {"G": {"kind": "complex", "requires": parts}, **members}
    return sketch("G -> B", entities=entities, diseases=[disease(levels={})])


def test_a_gate_with_a_member_that_is_never_there_never_opens() -> None:
    assert found(gate(L={"level": "absent"})) == {"gate-never-open": "gate `G` can't open: `L` is never there"}


def test_nor_one_with_a_negated_member_that_is_never_away() -> None:
    assert found(gate(L={"kind": "receptor", "negated": True})) == {
        "gate-never-open": "gate `G` can't open: `L` is never away"
    }


def test_a_gate_that_a_drug_can_open_is_well() -> None:
    kb = sketch(
        "G -> B",
        entities={"G": {"kind": "complex", "requires": ["H"]}, "H": {"kind": "complex", "requires": ["L"]}}
        | {"L": {"level": "absent"}},
        interventions=[drug("x", supplies="L")],
        diseases=[disease(levels={})],
    )
    assert found(kb) == {}


def test_a_mechanism_whose_subject_nothing_changes_is_unreachable() -> None:
    kb = sketch("A -> B", "C -> B", diseases=[disease()])
    assert [f.message for f in check(kb) if f.code == "unreachable"] == [
        "`c-raises-b` is out of reach: nothing ever changes `C`"
    ]


def test_depleting_a_marker_reaches_what_its_cells_do() -> None:
    kb = sketch(
        "C -> B", entities={"M": {"kind": "marker", "borne_by": ["C"]}}, interventions=[drug("x", depletes="M")]
    )
    assert "unreachable" not in codes(kb)


def test_a_mechanism_that_waits_for_more_than_can_come_never_passes_anything_on() -> None:
    kb = sketch("A -> B weak", "B -> C needs strong", diseases=[disease()])
    assert found(kb) == {
        "never-passes": "`b-raises-c` never passes anything on: "
        "it needs a strong change of `B`, which changes at most weak"
    }


def test_an_entity_nobody_mentions_is_unused() -> None:
    kb = sketch("A -> B", entities={"Z": {}}, diseases=[disease()])
    assert [f.message for f in check(kb) if f.code == "unused-entity"] == ["no rule mentions `Z`"]


def test_findings_say_how_bad_they_are_where_they_are_and_are_told_in_order() -> None:
    kb = sketch("A -> B", entities={"Z": {}, "B": {"kind": "activity"}}, interventions=[drug("x", blocks="B")])
    findings = check(kb)
    assert [f.severity for f in findings] == sorted(
        (f.severity for f in findings), key=["error", "warning", "note"].index
    )
    assert str(findings[0]).endswith("error: `x` acts on the outcome `B` itself [shortcut]")
    assert all(re.search(rf"^### {f.code}$", ERRORS, re.M) for f in findings)


TWO = {"A": {"kind": "cytokine"}, "B": {"kind": "cytokine"}}


def test_many_pairs_between_the_same_two_entities_are_one_finding() -> None:
    raising = [mechanism(id=f"m{n}") for n in range(20)]
    lowering = [mechanism(id=f"n{n}", relation="inhibits") for n in range(20)]
    told = found(sketch(entities=TWO, mechanisms=[*raising, *lowering], diseases=[disease()]))
    some = "`m0` and `n0`, `m0` and `n1`, `m0` and `n10`"
    message = f"400 pairs of mechanisms from `A` to `B` have opposite signs in one context, such as {some}"
    assert told["sign-conflict"] == message
    assert told["duplicate-mechanism"].startswith("380 pairs of mechanisms from `A` to `B` say the same")


def test_three_pairs_are_told_each_for_itself() -> None:
    kb = sketch(entities=TWO, mechanisms=[mechanism(id=f"m{n}") for n in range(3)], diseases=[disease()])
    told = [f.message for f in check(kb) if f.code == "duplicate-mechanism"]
    assert told == [f"`m{a}` and `m{b}` say the same in one context" for a, b in ((0, 1), (0, 2), (1, 2))]


def test_where_too_many_contexts_meet_it_is_said_that_not_all_were_compared() -> None:
    written = [mechanism(id=f"m{n:02}", where={"tissue": f"t{n}"}) for n in range(51)]
    told = found(sketch(entities=TWO, mechanisms=written, diseases=[disease()]))
    assert told["many-contexts"] == (
        "from `A` to `B` lead mechanisms in 51 contexts; only the first 50 were compared"
    )  # fmt: skip
    assert "many-contexts" not in found(sketch(entities=TWO, mechanisms=written[:50], diseases=[disease()]))


def test_many_names_of_one_thing_are_not_all_listed() -> None:
    same = {f"E{n}": {"kind": "cytokine", "xrefs": ["HGNC:1"]} for n in range(9)}
    told = found(sketch("A -> B", entities=same, diseases=[disease()]))
    assert told["synonym"] == "`E0` and `E1` and `E2` and `E3` and 5 more share the identifier `HGNC:1`"

"""Names as strangers type them: each leads to the thing that is meant, or to a list, and never to another thing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.sketch import drug, sketch

import theralogic
from theralogic.check.run import check
from theralogic.model.edits import changes_from_words, finding_from, prescribed
from theralogic.model.errors import NotFoundError, TheralogicError
from theralogic.model.names import SEARCH, drug_id, find, intervention, lookup, suggest, suggest_name
from theralogic.model.readings import bracketed, by_form, loose, readings
from theralogic.model.records import Action, Arm, KnowledgeBase
from theralogic.model.search import search
from theralogic.render.rule_sections import found

DATA = Path(__file__).parent.parent / "data"
KINDS = {"drug": "intervention", "disease": "disease", "entity": "entity"}
with (DATA / "names.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))
FORMS = sorted({(row["kind"], row["form"]) for row in ROWS})


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return theralogic.load_rules()


def mended(kb: KnowledgeBase, kind: str, text: str) -> str:
    """The help for a name that is refused."""
    with pytest.raises(NotFoundError) as caught:
        find(kb, kind, text)
    return str(caught.value.problems[0].help)


@pytest.mark.parametrize(("kind", "form"), FORMS, ids=map(" ".join, FORMS))
def test_what_people_type_leads_to_what_they_mean(kb: KnowledgeBase, kind: str, form: str) -> None:
    rows = [row for row in ROWS if (row["kind"], row["form"]) == (kind, form)]
    assert {row["name"]: find(kb, KINDS[kind], row["name"]) for row in rows} == {row["name"]: row["id"] for row in rows}


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len({(row["kind"], row["name"]) for row in ROWS}) == len(ROWS) > 600


def test_every_name_of_a_disease_has_an_activity(kb: KnowledgeBase) -> None:
    for disease in kb.diseases.values():
        for name in (disease.id, disease.name, *disease.aliases) if disease.activity else ():
            assert find(kb, "entity", f"{name} activity") == disease.activity


@pytest.mark.parametrize("kind", ["entity", "disease", "intervention"])
def test_every_name_is_found_in_capitals_and_with_other_hyphens(kb: KnowledgeBase, kind: str) -> None:
    for name, identity in kb.names[kind].items():
        assert find(kb, kind, name.upper().replace("-", "\N{NON-BREAKING HYPHEN}")) == identity


@pytest.mark.parametrize("kind", ["entity", "disease", "intervention"])
def test_a_name_in_american_spelling_or_in_the_plural_is_never_another_thing(kb: KnowledgeBase, kind: str) -> None:
    for name, identity in kb.names[kind].items():
        for written in (name.replace("ae", "e").replace("oe", "e").replace("our", "or"), f"{name}s", f"{name}'s"):
            assert lookup(kb.names[kind], written) in (identity, None) or written in kb.names[kind]


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        ("disease", "coeliac", "Still"),
        ("disease", "coeliac disease", "Still"),
        ("entity", "Crohn activty", "COPD"),
        ("entity", "SLE activty", "sepsis"),
        ("disease", "HSS", "HES"),
        ("entity", "zostr", "OSMR"),
        ("entity", "IgA", "MIG"),
        ("entity", "anemai", "glycaemia"),
        ("disease", "IgA nephropathy", "nephritis"),
        ("disease", "hepatitis B", "hepatitis C"),
        ("disease", "pemphigus foliaceus", "vulgaris"),
        ("disease", "osteopetrosis", "osteoporosis"),
        ("disease", "ALS", "CLL"),
        ("entity", "IL-99", "IL-39"),
        ("entity", "hypotensin", "hypertension"),
        ("entity", "CD33", "CD3"),
        ("entity", "CXCL11", "CXCL1"),
        ("intervention", "siplizumab", "did you mean"),
        ("intervention", "orelabrutinib", "did you mean"),
        ("intervention", "glofitamab", "did you mean"),
        ("intervention", "danicopan", "did you mean"),
        ("intervention", "pranlukast", "did you mean"),
    ],
)
def test_another_thing_is_not_suggested(kb: KnowledgeBase, kind: str, typed: str, wrong: str) -> None:
    assert wrong not in mended(kb, kind, typed)


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        ("disease", "rheumatod artritis", "rheumatoid arthritis"),
        ("disease", "hidradenitis suppurative", "hidradenitis suppurativa"),
        ("disease", "psorisis", "psoriasis"),
        ("intervention", "tocilizumap", "tocilizumab"),
        ("intervention", "adalumimab", "adalimumab"),
        ("intervention", "inflix", "infliximab"),
        ("entity", "CPR", "CRP"),
        ("entity", "feritin", "ferritin"),
        ("entity", "Crohn activty", "Crohn disease activity"),
        ("entity", "interleukn 6", "interleukin 6"),
    ],
)
def test_a_slip_is_suggested_as_it_is_written(kb: KnowledgeBase, kind: str, typed: str, meant: str) -> None:
    assert mended(kb, kind, typed) == f"did you mean `{meant}`?"


def test_several_that_are_equally_near_are_all_named_unless_they_are_many() -> None:
    names = {"blue whale": "a", "blue shark": "b"}
    assert suggest(names, "blue") == "did you mean `blue shark` or `blue whale`?"
    assert suggest({f"blue {word}": word for word in ("ant", "bee", "cat", "dog")}, "blue") == SEARCH
    assert suggest(names, "risk") == suggest(names, "") == suggest({}, "blue") == SEARCH
    assert suggest({"the risk": "r"}, "rsk") == "did you mean `the risk`?"
    assert suggest({"the risk of blue": "r"}, "risk") == SEARCH


def test_a_name_that_the_rules_do_not_know_is_said_to_be_unknown(kb: KnowledgeBase) -> None:
    assert mended(kb, "disease", "coeliac") == "the rules do not know this disease; see `theralogic rules list disease`"
    assert suggest_name(kb, "coeliac", "disease", "entity") == SEARCH


@pytest.mark.parametrize(
    ("kind", "name", "help"),
    [
        ("disease", "Humira", "`Humira` names the intervention `adalimumab`; a name of a disease belongs here"),
        ("intervention", "RA", "`RA` names the disease `rheumatoid_arthritis`; a name of an intervention belongs here"),
        ("entity", "Humira", "`Humira` names the intervention `adalimumab`; a name of an entity belongs here"),
        ("disease", "shingles", "`shingles` names the entity `herpes_zoster_risk`; a name of a disease belongs here"),
    ],
)
def test_a_name_in_the_place_of_another_kind_is_said_to_be_one(
    kb: KnowledgeBase, kind: str, name: str, help: str
) -> None:
    assert mended(kb, kind, name) == help


def test_a_drug_whose_name_says_its_class_is_offered_its_class(kb: KnowledgeBase) -> None:
    said = mended(kb, "intervention", "orelabrutinib")
    assert said == (
        "the rules do not know this drug; by its name it is of the class BTK inhibitor, "
        "as are acalabrutinib, ibrutinib, remibrutinib, rilzabrutinib"
    )
    assert mended(kb, "intervention", "etoricoxibe") == "did you mean `etoricoxib`?"
    assert mended(sketch("A -> B"), "intervention", "orelabrutinib").startswith("the rules do not know this interv")


# -- names of several things --------------------------------------------------------------------------------


def test_what_a_name_stands_for_depends_on_the_place(kb: KnowledgeBase) -> None:
    assert find(kb, "intervention", "ADA") == "adalimumab"
    assert find(kb, "entity", "ADA") == "neutralising_antibodies"
    assert find(kb, "disease", "BP") == "bullous_pemphigoid"
    assert find(kb, "entity", "BP") == "blood_pressure"
    assert find(kb, "entity", "EGFR") == "EGFR"
    assert find(kb, "entity", "eGFR") == "glomerular_filtration_rate"


@pytest.mark.parametrize(
    ("kind", "name", "one", "other"),
    [
        ("disease", "PV", "pemphigus_vulgaris", "polycythemia_vera"),
        ("disease", "GvHD", "acute_graft_versus_host_disease", "chronic_graft_versus_host_disease"),
        ("disease", "Diabetes", "type_1_diabetes", "type_2_diabetes"),
        ("entity", "IL-1", "IL1A", "IL1B"),
        ("intervention", "interferons", "interferon_alfa", "interferon_beta"),
    ],
)
def test_a_name_of_several_things_lists_them_with_a_command_for_each(
    kb: KnowledgeBase, kind: str, name: str, one: str, other: str
) -> None:
    with pytest.raises(NotFoundError, match=r"may be several things \[ambiguous-name\]") as caught:
        find(kb, kind, name)
    help = str(caught.value.problems[0].help)
    assert f"write `{one}` (see `theralogic rules show {one}`)" in help
    assert f"write `{other}`" in help


def test_a_page_is_shown_for_a_name_that_one_thing_has_and_a_list_for_one_of_two_kinds(kb: KnowledgeBase) -> None:
    assert found(kb, "heart failure").id == "heart_failure"  # one's own name comes before an alias of another
    assert found(kb, "arthritis, rheumatoid").id == "rheumatoid_arthritis"
    assert found(kb, "shingles").id == "herpes_zoster_risk"
    with pytest.raises(NotFoundError, match="ambiguous-name"):
        found(kb, "ADA")


def test_names_that_only_spelling_sets_apart_are_noted() -> None:
    kb = sketch("A -> B", entities={"A": {"name": "IL-6 receptor"}, "B": {"name": "interleukin 6R"}})
    noted = [f for f in check(kb) if f.code == "look-alike-name"]
    assert [(f.severity, f.subject) for f in noted] == [("note", "A")]
    assert noted[0].message == "only spelling sets `il-6 receptor` of `A` and `interleukin 6r` of `B` apart"
    assert lookup(kb.names["entity"], "IL6R") is None


def test_an_identifier_of_two_things_names_neither() -> None:
    kb = sketch("A -> B", entities={"A": {"xrefs": ["HGNC:1"]}, "B": {"xrefs": ["HGNC:1", "HGNC:2"]}})
    assert (lookup(kb.names["entity"], "HGNC:1"), lookup(kb.names["entity"], "hgnc 2")) == (None, "B")


# -- too little of a thing ----------------------------------------------------------------------------------


def test_too_little_of_a_thing_can_be_asked_about_but_not_set(kb: KnowledgeBase) -> None:
    answer = theralogic.predict("RA", "tocilizumab", ask=["anemia"], rules=kb).answers[0]
    assert answer.entity == "haemoglobin"
    assert mended(kb, "intervention", "CD4- T cells").startswith("the rules do not know this intervention")
    with pytest.raises(NotFoundError, match="`anaemia` is too little of `haemoglobin`: write that, with a level"):
        finding_from(kb, "anaemia=high")


# -- drugs that are named by what they do -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "called", "action"),
    [
        ("anti-IL-26", "hypothetical IL-26 neutraliser", Action("neutralizes", "IL26", 3)),
        ("IL-26 inhibitor", "hypothetical IL-26 neutraliser", Action("neutralizes", "IL26", 3)),
        ("IL-9 receptor blocker", "hypothetical IL-9R blocker", Action("blocks", "IL9R", 3)),
        ("anti-ICOS antibody", "hypothetical ICOS blocker", Action("blocks", "ICOS", 3)),
        ("ICOS agonist", "hypothetical ICOS agonist", Action("agonizes", "ICOS", 3)),
        ("LCK inhibitors", "hypothetical LCK inhibitor", Action("inhibits", "LCK", 3)),
        ("LCK degrader", "hypothetical LCK degrader", Action("degrades", "LCK", 3)),
        ("neutrophil depleter", "hypothetical neutrophils depleter", Action("depletes", "neutrophils", 3)),
        ("hypothetical TNF trap", "hypothetical soluble TNF trap", Action("sequesters", "soluble_TNF", 3)),
        ("IL-26 trap", "hypothetical IL-26 trap", Action("sequesters", "IL26", 3)),
        ("recombinant human IL-33", "hypothetical recombinant IL-33", Action("supplies", "IL33", 3)),
        ("anti-IL-27", "hypothetical IL-27 neutraliser", Action("neutralizes", "IL27_heterodimer", 3)),
        ("hypothetical TNF neutraliser", "hypothetical TNF neutraliser", Action("neutralizes", "TNF", 3)),
    ],
)
def test_a_drug_that_nobody_has_is_a_hypothetical_agent_and_is_called_so(
    kb: KnowledgeBase, name: str, called: str, action: Action
) -> None:
    agent = intervention(kb, name)
    assert (agent.id, agent.name, agent.drug_class, agent.actions) == (called, called, "hypothetical agent", (action,))
    assert intervention(kb, agent.id) == agent
    assert called in theralogic.predict("RA", name, ask=["CRP"], rules=kb).case.title


@pytest.mark.parametrize("name", ["{} inhibitor", "{} agonist", "recombinant {}", "hypothetical {} trap"])
def test_every_hypothetical_agent_can_be_asked_for_by_its_own_name(kb: KnowledgeBase, name: str) -> None:
    for entity in kb.entities.values():
        called = drug_id(kb, name.format(entity.name))
        if called is not None and called not in kb.interventions:
            assert intervention(kb, called).actions
            assert find(kb, "intervention", called) == called


def test_an_agent_is_taken_away_and_dosed_by_the_name_it_was_given_by(kb: KnowledgeBase) -> None:
    arm = Arm("treated", "", (), (), (prescribed(kb, "anti-IL-26"),))
    changes = changes_from_words(kb, arm, remove=["anti-IL-26"], doses=["IL-26 blocker=low"])
    assert changes.remove == ("hypothetical IL-26 neutraliser",)
    assert changes.dose == {"hypothetical IL-26 neutraliser": "low"}


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("anti-TNF", "what acts on TNF: adalimumab, certolizumab_pegol, golimumab, infliximab and 1 more; or write"),
        ("IL-23 inhibitor", "what acts on IL23: brazikumab, briakinumab, guselkumab"),
        ("anti-IL-1", "what acts on IL1A or IL1B: MAS825"),
        ("JAK inhibitors", "drugs of this class: abrocitinib"),
        ("S1P modulator", "drugs of this class: etrasimod"),
        ("TNF", "or say what the drug does to it, as in `anti-TNF` or `recombinant TNF`"),
        ("IL-26", "say what the drug does to it, as in `anti-IL-26`"),
        ("ferritin inhibitor", "the rules do not know this intervention"),
        ("recombinant JAK1", "the rules do not know this intervention"),
        ("anti-nothing", "the rules do not know this intervention"),
        ("inhibitor", "the rules do not know this intervention"),
    ],
)
def test_where_the_rules_know_such_drugs_or_the_name_says_too_little_nothing_is_guessed(
    kb: KnowledgeBase, name: str, help: str
) -> None:
    assert help in mended(kb, "intervention", name)


def test_a_ligand_in_the_place_of_a_drug_is_the_drug_that_supplies_it() -> None:
    kb = sketch("A -> B", interventions=[drug("x", supplies="A"), drug("y", supplies="B"), drug("z", supplies="B")])
    assert (drug_id(kb, "A"), drug_id(kb, "recombinant A")) == ("x", "x")
    assert (drug_id(kb, "B"), drug_id(kb, "recombinant B")) == (None, None)


# -- forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Interleukin-12 subunit beta", "IL12B"),
        ("C-X-C chemokine receptor type 4", "CXCR4"),
        ("vasculitides", "vasculitis"),
        ("carcinomata", "carcinoma"),
        ("biopsies", "biopsy"),
        ("viruses", "virus"),
        ("thromboses", "thrombosis"),
        ("Sjögren's", "Sjogren"),
        ("leucocytes", "leukocyte"),
        ("sulphate", "sulfate"),
        ("centre", "center"),
        ("tumours", "tumor"),
    ],
)
def test_two_ways_to_write_a_name_are_one(one: str, other: str) -> None:
    assert loose(one) == loose(other)


@pytest.mark.parametrize(("one", "other"), [("CAPS", "CAP"), ("CLL", "CL"), ("AS", "A"), ("IL-6", "IL-66")])
def test_an_abbreviation_has_no_plural_and_no_other_spelling(one: str, other: str) -> None:
    assert loose(one) != loose(other)


def test_what_stands_in_brackets_must_say_the_same() -> None:
    names = {"rheumatoid arthritis": "ra", "ra": "ra", "gout": "gout", "lipoprotein(a)": "lpa"}
    assert lookup(names, "arthritis, rheumatoid (RA)") == "ra"
    assert lookup(names, "gout (RA)") is None
    assert lookup(names, "lipoprotein (a)") == "lpa"
    assert bracketed("(RA)") is None


def test_the_severity_of_a_disease_is_read_as_its_activity_and_an_amount_as_the_thing() -> None:
    assert list(readings("gout severity"))[-1] == "gout disorder activity"
    assert "gout activity" in readings("disease activity of gout")
    assert "crp" in readings("CRP concentrations")


def test_a_sign_ends_all_guessing() -> None:
    assert list(readings("IL-10 -/-")) == ["IL-10 -/-"]
    assert loose("IL-10 -/-") == ""


def test_a_text_that_is_far_too_long_is_no_name() -> None:
    assert lookup({"a": "a"}, "a" + " (a)" * 100) is None


def test_tables_are_made_once_and_only_so_many_are_kept() -> None:
    names = {"one": "1"}
    assert by_form(names, loose) is by_form(names, loose)
    assert [by_form({str(n): "x"}, loose) for n in range(20)][0] == {"0": "x"}
    names["two"] = "2"
    assert by_form(names, loose)["two"] == "2"


def test_what_is_written_otherwise_is_found_by_a_search(kb: KnowledgeBase) -> None:
    assert ("disease", "rheumatoid_arthritis") in {(hit.kind, hit.id) for hit in search(kb, "Arthritis, Rheumatoid")}
    assert [(hit.kind, hit.id) for hit in search(kb, "thrombocytopenias")] == [("entity", "platelet_count")]


def test_a_case_may_give_an_agent_by_name_and_is_told_of_a_name_of_several_things(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    text = "id: c\nhypothetical: true\ntitle: A case\ndisease: {}\ninterventions: [anti-IL-26]\nask: [anaemia]\n"
    case.write_text(text.format("RA"), encoding="utf-8")
    read = theralogic.load_case(case)
    assert read.arms[0].prescriptions[0].intervention.id == "hypothetical IL-26 neutraliser"
    assert read.ask == ("haemoglobin",)
    case.write_text(text.format("PV"), encoding="utf-8")
    with pytest.raises(TheralogicError, match=r"case.yaml:4:10: `PV` may be several things \[ambiguous-name\]"):
        theralogic.load_case(case)

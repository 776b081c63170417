"""A word of the rule language may be spelt in two ways; everything past the files knows it by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from tests.sketch import drug, patient, sketch
from tests.unit.saved import saved

from theralogic.files.jsonschema import schema_of
from theralogic.files.schema import ActionItem
from theralogic.model.vocabulary import RELATIONS, SYNONYMS, VERBS
from theralogic.reasoning import reference
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import solve
from theralogic.teach.read_chain import read_chain
from theralogic.verify import read_result, verify

SPELT = ("stabilises", "stabilizes")
EVIDENCE = [{"kind": "textbook"}]
ITEM = {"id": "b-on-c", "subject": "B", "object": "C", "because": "B keeps C.", "evidence": EVIDENCE}


@pytest.mark.parametrize("spelt", SPELT)
def test_a_relation_and_a_verb_are_read_in_both_spellings(spelt: str) -> None:
    kb = sketch("A -> B", mechanisms=[{**ITEM, "relation": spelt}], entities={"C": {}},
                interventions=[drug("x", **{spelt: "A"})])  # fmt: skip
    (rule,) = (m for m in kb.mechanisms if m.id == "b-on-c")
    (action,) = kb.interventions["x"].actions
    assert (rule.relation, rule.sign, action.verb) == ("stabilises", 1, "stabilises")


@pytest.mark.parametrize("spelt", SPELT)
def test_a_saved_result_is_read_in_both_spellings(spelt: str) -> None:
    kb = sketch("A -> B", interventions=[drug("x", stabilises="A")])
    data = saved(kb, patient(kb, interventions=["x"], ask=["B"]))
    text = json.dumps(data).replace('"stabilises"', f'"{spelt}"')
    assert spelt in text
    (result,) = read_result(text.encode(), "result.json")
    assert verify(kb, result) == []


@pytest.mark.parametrize("spelt", SPELT)
def test_a_learner_may_use_both_spellings(spelt: str) -> None:
    kb = sketch("IL1 -> CRP", interventions=[drug("x", supplies="IL1")])
    arm = arm_view(kb, solve(kb, patient(kb, interventions=["x"], ask=["CRP"]), reference))
    (link,) = read_chain(arm, f"IL1 {spelt} CRP")
    assert (link.source.id, link.sign, link.target.id) == ("IL1", 1, "CRP")


def test_an_editor_offers_both_spellings() -> None:
    for what in ("rules", "case"):
        assert all(f'"{spelt}"' in json.dumps(schema_of(what)) for spelt in SPELT)


@pytest.mark.parametrize("word", ["stabilices", 3, ["stabilises"]])
def test_what_is_in_neither_spelling_is_refused(word: Any) -> None:
    with pytest.raises(ValidationError, match="Input should be 'blocks'"):
        ActionItem.model_validate({"verb": word, "target": "A"})


def test_a_spelling_is_of_a_word_and_is_no_word_itself() -> None:
    for other, word in SYNONYMS.items():
        assert word in {**RELATIONS, **VERBS}
        assert other not in {**RELATIONS, **VERBS}

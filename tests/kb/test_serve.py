"""The shipped cases and rules as pages: every arm opens, and every link of the rule base leads where it says."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from theralogic.files.locations import case_names
from theralogic.reasoning import reference
from theralogic.reasoning.evaluate import EvaluationCache
from theralogic.render.rule_sections import sheet_of
from theralogic.serve import query as asked
from theralogic.serve.case_page import case_page
from theralogic.serve.library import Library, open_library
from theralogic.teach.course_files import pattern_named


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(None, reference)


@pytest.fixture(scope="module")
def cache(library: Library) -> EvaluationCache:
    return EvaluationCache(library.kb, library.engine)


@pytest.mark.parametrize("name", sorted(case_names()))
def test_every_arm_of_every_case_is_a_page_whose_form_says_the_same_again(
    name: str, library: Library, cache: EvaluationCache
) -> None:
    case = library.cases[name]
    for arm in case.arms:
        question = asked.read(library.kb, case, [("arm", arm.id)])
        assert asked.read(library.kb, case, parse_qsl(asked.query(question))) == question
        form = [("arm", arm.id), *(("give", p.intervention.id) for p in arm.prescriptions), ("give", "")]
        assert asked.read(library.kb, case, form) == question
        assert 'id="result"' in case_page(library, case, question, cache).html


def test_every_thing_has_a_page_under_its_id_and_links_only_to_things(library: Library) -> None:
    kb = library.kb
    ids = [m.id for m in kb.mechanisms] + [c.id for c in kb.cautions]
    ids += [*kb.entities, *kb.interventions, *kb.diseases]
    sheets = {identity: sheet_of(kb, identity) for identity in ids}
    assert [identity for identity, sheet in sheets.items() if sheet.id != identity] == []
    assert [identity for identity in ids if pattern_named(identity)] == []
    links = {row.about for sheet in sheets.values() for section in sheet.sections for row in section.rows}
    near = {row.about for sheet in sheets.values() for row in sheet.near}
    assert [link for link in links | near if link and link not in sheets and not pattern_named(link)] == []

"""The shipped rules and cases: they load, they are sound, and every case passes on both engines and verifies."""

from __future__ import annotations

import pytest

from theralogic.check import check
from theralogic.files.locations import case_names, kb_root, load_case, load_kb
from theralogic.files.tree import rule_files
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import to_json
from theralogic.reasoning.engines import engine_named
from theralogic.reasoning.evaluate import Engine
from theralogic.results.assemble import solve
from theralogic.results.expectations import check as unmet
from theralogic.verify import verify

CASES = sorted(case_names())


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def case_named(name: str, kb: KnowledgeBase) -> Case:
    path = case_names()[name]
    return load_case(path.read_bytes(), f"cases/{path.name}", kb)


@pytest.fixture(scope="module", params=[pytest.param("durable", marks=pytest.mark.durable), "reference"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return engine_named(request.param)


@pytest.mark.parametrize("name", CASES)
def test_every_expectation_of_the_case_is_met_and_every_step_verifies(
    name: str, kb: KnowledgeBase, engine: Engine
) -> None:
    case = case_named(name, kb)
    result = solve(kb, case, engine)
    assert unmet(case, result) == []
    assert verify(kb, result) == []


@pytest.mark.durable
@pytest.mark.parametrize("name", CASES)
def test_both_engines_say_the_same_of_the_case(name: str, kb: KnowledgeBase) -> None:
    case = case_named(name, kb)
    results = []
    for engine in ("durable", "reference"):
        results.append({**to_json(solve(kb, case, engine_named(engine))), "engine": ""})
    assert results[0] == results[1]


@pytest.mark.parametrize("name", CASES)
def test_every_case_teaches_something_and_expects_something(name: str, kb: KnowledgeBase) -> None:
    case = case_named(name, kb)
    assert case.id == name
    assert case.vignette
    assert case.ask
    assert case.expect
    assert any(expected.by or expected.because for expected in case.expect)


def test_no_check_finds_an_error_in_the_rules(kb: KnowledgeBase) -> None:
    assert [str(f) for f in check(kb) if f.severity == "error"] == []


def test_every_mechanism_has_a_reason_and_evidence(kb: KnowledgeBase) -> None:
    assert [m.id for m in kb.mechanisms if not m.because or not m.evidence] == []


def test_most_mechanisms_cite_a_paper(kb: KnowledgeBase) -> None:
    cited = [m for m in kb.mechanisms if any(e.ref for e in m.evidence)]
    assert len(cited) >= 0.6 * len(kb.mechanisms)


def test_every_rule_file_and_case_carries_the_editor_modeline() -> None:
    paths = [path for _, path in rule_files(kb_root())] + list(case_names().values())
    assert [p.name for p in paths if not p.read_text().startswith("# yaml-language-server: $schema=")] == []


def test_the_tutorial_lists_every_case() -> None:
    overview = (kb_root() / "cases" / "README.md").read_text(encoding="utf-8")
    assert [name for name in CASES if f"({name}.yaml)" not in overview] == []


def test_prerequisites_that_look_like_cases_are_cases(kb: KnowledgeBase) -> None:
    named = {p for name in CASES for p in case_named(name, kb).teaching.prerequisites if " " not in p and "-" in p}
    assert sorted(named - set(CASES)) == []

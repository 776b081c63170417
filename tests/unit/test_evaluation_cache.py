"""What an evaluation cache keeps is worked out once, for whoever comes next and however many ask at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.serving import Client, small

from theralogic.model.records import Arm, Case, Caution, Condition, Finding, KnowledgeBase
from theralogic.model.result import to_json
from theralogic.reasoning import reference
from theralogic.reasoning.evaluate import EvaluationCache, SettledWorld
from theralogic.reasoning.kernel import Settlement, Situation
from theralogic.render.report import report, report_data
from theralogic.results.assemble import solve
from theralogic.serve.app import app
from theralogic.teach.prepare import prepare

LIBRARY = small()
THREADS = 8


class Counting:
    """The reference engine, with a count of the worlds that it settles."""

    NAME = "counting"

    def __init__(self) -> None:
        self.worlds = 0

    def settle(self, situation: Situation) -> Settlement:
        self.worlds += 1
        return reference.settle(situation)

    def cautions(self, rules: tuple[Caution, ...], facts: frozenset[Condition]) -> tuple[str, ...]:
        return reference.cautions(rules, facts)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads that take turns after a few steps, so that they meet everywhere."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


class Meeting(dict[object, SettledWorld]):
    """A dictionary in which threads meet: the others may go on while one removes something."""

    def __delitem__(self, key: object) -> None:
        time.sleep(0.0005)
        super().__delitem__(key)


def patients(kb: KnowledgeBase, case: Case) -> list[Case]:
    """The same case in patients who differ in what was found."""
    entities = sorted(entity for entity in kb.entities if not kb.entities[entity].members)
    found = [(Finding(entity, level, ""),) for entity in entities for level in range(5)]
    base = case.arms[0]
    return [case._replace(arms=(base._replace(findings=findings),)) for findings in found]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("most", [1, 2, 64])
def test_many_who_share_a_ground_at_once_get_what_each_gets_alone(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EvaluationCache, "MOST_WORLDS", most)
    kb, asked = LIBRARY.kb, patients(LIBRARY.kb, LIBRARY.cases["one"])
    alone = [to_json(solve(kb, case, reference)) for case in asked]
    cache, start = EvaluationCache(kb, reference), Barrier(THREADS)
    monkeypatch.setattr(cache, "_untreated", Meeting())

    def ask(first: int) -> bool:
        order = [*range(first, len(asked)), *range(first)]
        start.wait()
        return all(to_json(solve(kb, asked[n], reference, cache=cache)) == alone[n] for n in order)

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(ask, range(0, 2 * THREADS, 2)))


def test_a_ground_is_shared_by_whoever_goes_through_it_with_an_engine_of_their_own() -> None:
    kb, case, counting = LIBRARY.kb, LIBRARY.cases["one"], Counting()
    cache = EvaluationCache(kb, counting)
    solve(kb, case, counting, cache=cache)
    settled, another = counting.worlds, Counting()
    through = cache.through(another)
    assert to_json(solve(kb, case, another, cache=through)) == to_json(solve(kb, case, counting))
    assert another.worlds < settled
    assert (cache.engine, through.engine) == (counting, another)


@pytest.mark.parametrize("path", ["/cases/one", "/cases/one?give=y", "/report?case=one", "/api/result?case=one"])
def test_the_next_question_about_a_patient_begins_from_what_is_known_of_it(path: str) -> None:
    counting = Counting()
    client = Client(app(LIBRARY._replace(engine=counting), log=lambda _: None))
    first, worlds = client.get(path).text, counting.worlds
    assert client.get(path).text == first
    assert counting.worlds - worlds < worlds


@pytest.mark.usefixtures("impatient")
def test_a_server_asked_about_many_patients_at_once_answers_as_one_asked_about_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(EvaluationCache, "MOST_WORLDS", 2)
    paths = [f"/cases/one?set={entity}={level}" for entity in "ABDZ" for level in ("low", "normal", "high")]
    paths += ["/report?case=one", "/cases/one?way=Y", "/lessons/one"]
    alone = {path: Client(app(LIBRARY, log=lambda _: None)).get(path).text for path in paths}
    client = Client(app(LIBRARY, log=lambda _: None))
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda path: (path, client.get(path).text), paths * 3))
    assert [path for path, text in answers if text != alone[path]] == []


def test_a_report_and_a_lesson_settle_each_world_before_treatment_once() -> None:
    kb, case = LIBRARY.kb, LIBRARY.cases["one"]
    for make in (report_data, prepare):
        fresh = Counting()
        make(kb, case, fresh)
        kept = Counting()
        cache = EvaluationCache(kb, kept)
        make(kb, case, kept, cache=cache)
        before = kept.worlds
        make(kb, case, kept, cache=cache)
        assert before == fresh.worlds
        assert kept.worlds - before < before


def test_a_page_by_the_slowest_time_says_what_holds_in_the_end() -> None:
    kb, case = LIBRARY.kb, LIBRARY.cases["one"]
    shown = report_data(kb, case, reference)
    slowest = solve(kb, case, reference, by=3)
    assert shown.times["weeks"].answers == slowest.answers
    assert "by weeks" in report(shown)


def test_an_arm_without_findings_shares_the_ground_of_its_case() -> None:
    kb, counting = LIBRARY.kb, Counting()
    cache = EvaluationCache(kb, counting)
    arm = Arm("a", "", (), (), ())
    assert cache.untreated(("ill",), arm, -1) is cache.untreated(("ill",), arm._replace(id="b"), -1)
    assert counting.worlds == 1
